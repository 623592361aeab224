"""What was being sent when a session ended is still there after the next sign-in, for its own writer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from tests.conftest import settings_for
from tests.town import the_town
from tests.web.visitor import Visitor, signed_in, words

from healthrec.services.context import Services
from healthrec.services.opening import opened
from healthrec.store.tables import draft, growth_point

pytestmark = pytest.mark.one_database

CHILD = the_town().demo_child.id
MEASURE = f"/children/{CHILD}/measure"
TYPED = {"date": "2026-11-22", "weight": "12.3"}


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 2, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **length: float) -> None:
        self.now += timedelta(**length)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def services(town_url: str, clock: Clock) -> Iterator[Services]:
    with opened(settings_for(town_url), clock) as parts:
        yield parts


def weights(services: Services) -> int:
    with services.database.read() as connection:
        rows = connection.execute(growth_point.select().where(growth_point.c.value == "12.3")).all()
    return len(rows)


def late(services: Services, clock: Clock, visitor: Visitor, **fields: str) -> str:
    """The form of a measurement, sent after the session's time; where that leads."""
    form = visitor.get(MEASURE)
    clock.pass_(minutes=31)
    answer = visitor.send(form, TYPED | fields, MEASURE)
    assert answer.status_code == 303
    assert weights(services) == 0
    return str(answer.headers["location"])


def test_a_form_sent_too_late_is_sent_after_the_next_sign_in(services: Services, clock: Clock) -> None:
    before = weights(services)
    with signed_in(services, "nurse") as nurse:
        address = late(services, clock, nurse)
        assert address == "/login?next=%2Funsent"
        assert "刚才填写的内容还在" in words(nurse.get(address))
        nurse.sign_in("nurse")
        page = nurse.get("/unsent")
        assert "您填写的内容还在" in words(page)
        resent = nurse.send(page, {}, "/unsent/send")
        assert (resent.status_code, resent.headers["location"]) == (307, MEASURE)
        assert nurse.send(page, {}, "/unsent/send", instead=MEASURE).status_code == 303
        assert weights(services) == before + 1
        assert nurse.get("/unsent").url.path == "/"


def test_somebody_else_at_the_same_computer_does_not_see_it(services: Services, clock: Clock) -> None:
    with signed_in(services, "nurse") as nurse:
        late(services, clock, nurse)
        nurse.sign_in("doctor")
        assert nurse.get("/unsent").url.path == "/"
        nurse.sign_in("nurse")
        assert "您填写的内容还在" in words(nurse.get("/unsent"))


def test_it_can_be_dropped_and_is_forgotten_after_half_a_day(services: Services, clock: Clock) -> None:
    with signed_in(services, "nurse") as nurse:
        late(services, clock, nurse)
        nurse.sign_in("nurse")
        page = nurse.get("/unsent")
        assert nurse.send(page, {}, "/unsent/drop").headers["location"] == MEASURE
        assert nurse.get("/unsent").url.path == "/"
        late(services, clock, nurse)
        clock.pass_(hours=12, seconds=1)
        nurse.sign_in("nurse")
        assert nurse.get("/unsent").url.path == "/"
    with services.database.read() as connection:
        assert connection.execute(draft.select()).first() is None


@pytest.mark.parametrize("fields", [{"csrf": "forged"}, {"note": "x" * 200_001}])
def test_a_forged_or_endless_form_is_not_kept_and_leads_back_to_its_page(
    services: Services, clock: Clock, fields: dict[str, str]
) -> None:
    with signed_in(services, "nurse") as nurse:
        address = late(services, clock, nurse, **fields)
        assert address == f"/login?next=%2Fchildren%2F{CHILD}%2Fmeasure"
        assert "没有保存" in words(nurse.get(address))


def test_a_form_whose_address_is_no_page_leads_to_the_page_above(services: Services, clock: Clock) -> None:
    with signed_in(services, "auditor") as auditor:
        form = auditor.get("/audit")
        clock.pass_(minutes=31)
        answer = auditor.send(form, {"csrf": "forged"}, "/audit/check")
        assert answer.headers["location"] == "/login?next=%2Faudit"
