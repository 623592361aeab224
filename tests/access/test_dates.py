"""Access begins on the first day of a fact and is over on the day after the last, for enrolments, roles and assignments."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from tests.conftest import settings_for
from tests.documents import BASE, concept, episode
from tests.town import Clients, the_town

from healthrec.services.context import Services, operator
from healthrec.services.opening import opened
from healthrec.services.record.write import Change, apply

TOWN = the_town()
CHILD = TOWN.second_demo_child.id
NURSERY = TOWN.institutions.nurseries[0].organization
FIRST, LAST = date(2027, 3, 1), date(2027, 6, 30)
DAYS = [(date(2027, 2, 28), False), (FIRST, True), (LAST, True), (date(2027, 7, 1), False)]


@pytest.fixture
def dated(town_url: str) -> Iterator[str]:
    """A town where the other nursery's child comes to this one for four months, and a guide for as long."""
    period = {"start": FIRST.isoformat(), "end": LAST.isoformat()}
    stay = episode(f"Patient/{CHILD}", "nursery-enrolment", NURSERY.id) | {"status": "planned", "period": period}
    guide = next(one for one in TOWN.accounts() if one.user == "guide2").person
    role = {"resourceType": "PractitionerRole", "active": True, "practitioner": {"reference": guide}, "period": period,
            "organization": {"reference": f"Organization/{NURSERY.id}"}, "code": [concept(f"{BASE}CodeSystem/role", "guide")]}  # fmt: skip
    task = {"resourceType": "Task", "id": "duty-here", "status": "requested", "intent": "order",
            "for": {"reference": f"Organization/{NURSERY.id}"}}  # fmt: skip
    with opened(settings_for(town_url)) as services:
        changes = [
            Change("POST", "EpisodeOfCare", stay),
            Change("POST", "PractitionerRole", role),
            Change("PUT", "Task", task, "duty-here"),
        ]
        apply(services, operator(services), changes)
    yield town_url


@contextmanager
def on(url: str, day: date) -> Iterator[Clients]:
    with opened(settings_for(url, today=day)) as services:
        clients = Clients(services)
        yield clients
        clients.close()


def test_an_enrolment_opens_from_its_first_to_its_last_day(dated: str) -> None:
    for day, opens in DAYS:
        with on(dated, day) as api:
            assert api("nurse").get(f"/fhir/Patient/{CHILD}").status_code == (200 if opens else 404), day
            assert (CHILD in api("nurse").ids("Patient?_count=1000")) == opens
            assert api("nurse2").get(f"/fhir/Patient/{CHILD}").status_code in (200, 404)


def test_an_assignment_opens_from_its_first_to_its_last_day(dated: str) -> None:
    for day, opens in DAYS:
        with on(dated, day) as api:
            assert api("guide2").get("/fhir/Task/duty-here").status_code == (200 if opens else 404), day
            assert api("guide2").get(f"/fhir/Patient/{CHILD}").status_code == (
                200 if opens or _guides_anyway(api) else 404
            )


def _guides_anyway(api: Clients) -> bool:
    return CHILD in api("guide2").ids("Patient?_count=1000")


def test_a_change_of_roles_counts_at_once(api: Clients) -> None:
    nurse = api("nurse")
    own = sorted(nurse.ids("Patient"))[0]
    with api.services.database.read() as connection:
        from healthrec.store import resources

        role = next(
            one
            for one in api("admin").search(f"PractitionerRole?practitioner={_person('nurse')}")
            if one["code"][0]["coding"][0]["code"] == "nurse"
        )
        assert resources.find(connection, "PractitionerRole", role["id"]) is not None
    over = {name: value for name, value in role.items() if name != "meta"} | {
        "period": {"start": "2020-01-01", "end": "2026-11-21"}
    }
    _apply(api.services, Change("PUT", "PractitionerRole", over, role["id"]))
    assert nurse.get(f"/fhir/Patient/{own}").status_code == 404
    assert nurse.get("/fhir/Organization").json()["total"] == 0


def _person(user: str) -> str:
    return next(one for one in TOWN.accounts() if one.user == user).person


def _apply(services: Services, *changes: Change) -> None:
    apply(services, operator(services), list(changes))
