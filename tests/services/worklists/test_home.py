"""The first page of each role."""

from __future__ import annotations

from datetime import date

import pytest
from tests.town import caller_named

from healthrec.domain.measuring import Band, next_measuring
from healthrec.services.context import Services
from healthrec.services.worklists.home import home
from healthrec.wording import translator

BANDS = (Band(0, 1), Band(12, 3), Band(36, 6))
USERS = (
    "doctor",
    "nurse",
    "guide",
    "head",
    "district",
    "parent",
    "vaccinator",
    "carer",
    "specialist",
    "admin",
    "auditor",
)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("user", USERS)
def test_every_role_has_a_first_page_with_something_to_say(shared_services: Services, user: str, language: str) -> None:
    found = home(shared_services, caller_named(shared_services, user), translator(language))
    assert found.groups
    for group in found.groups:
        assert group.empty
        assert all(row.who and row.verb and row.verb_href.startswith("/") for row in group.rows)


def test_a_parent_sees_the_own_child_alone(shared_services: Services) -> None:
    groups = home(shared_services, caller_named(shared_services, "parent"), translator("zh")).groups
    assert {one.key: one.count for one in groups}["children"] == "1"


def test_a_parent_reads_first_what_comes_next(shared_services: Services) -> None:
    following, *_ = home(shared_services, caller_named(shared_services, "parent"), translator("zh")).groups
    assert following.key == "next"
    assert any("体检" in row.why for row in following.rows)


@pytest.mark.parametrize(
    ("last", "due"),
    [
        (None, date(2026, 3, 1)),
        (date(2025, 12, 30), date(2026, 1, 30)),
        (date(2025, 12, 31), date(2026, 3, 31)),
        (date(2027, 12, 30), date(2028, 3, 30)),
        (date(2027, 12, 31), date(2028, 6, 30)),
    ],
)
def test_the_interval_goes_by_the_age_at_the_last_measuring(last: date | None, due: date) -> None:
    assert next_measuring(BANDS, date(2024, 12, 31), last, date(2026, 3, 1)) == due
