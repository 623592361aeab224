"""The entrance check: what counts as missing, and by when a nursery's check is in time."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.domain.immunization.asking import RULES as SCHEDULES
from tests.domain.immunization.asking import ask

from healthrec.domain.entrance import Check, Entrance, EntranceRule, assess, standing

RULE = EntranceRule("entrance-check", "2021", date(2021, 1, 21), 30, (12, 31), (9, 1), "confirmed")
BORN, DAY = date(2024, 3, 8), timedelta(days=1)
ENTERED = date(2026, 9, 1)
COMPLETE_AT_2 = (
    "HepB 0d, BCG 0d, HepB 1m, DTaP 3m, DTaP 4m, DTaP 5m, IPV 2m, IPV 3m, bOPV 4m, HepB 6m, MPSV-A 6m, MPSV-A 9m, "
    "MMR 8m, JE-L 8m, MMR 18m, DTaP 18m, HepA-L 18m, JE-L 24m"
)


def result(doses: str, on: date, conditions: str = "") -> tuple[str, list[str]]:
    """The result of a girl born on 8 March 2024, and the antigens of what is missing."""
    course = ask(SCHEDULES.schedule(on), BORN, doses, on.isoformat(), conditions)
    found = assess(course.forecasts, on)
    return found.result, [one.antigen for one in found.missing]


def test_every_dose_of_the_age_makes_it_complete() -> None:
    assert result(COMPLETE_AT_2, ENTERED) == ("complete", [])


def test_a_dose_is_missing_from_its_complete_before_day_and_not_while_it_is_merely_due() -> None:
    without = COMPLETE_AT_2.replace(", JE-L 24m", "")
    assert result(without, date(2027, 3, 8) - DAY) == ("complete", [])
    assert result(without, date(2027, 3, 8)) == ("catch-up", ["je"])


def test_a_dose_without_a_complete_before_age_is_missing_once_it_is_due() -> None:
    assert result("HepB 0d, BCG 0d", date(2024, 4, 8) - DAY) == ("complete", [])
    assert result("HepB 0d, BCG 0d", date(2024, 4, 8)) == ("catch-up", ["hepb"])


def test_what_a_physician_holds_back_defers_unless_something_else_is_missing() -> None:
    without_mmr = COMPLETE_AT_2.replace("MMR 18m, ", "").replace("MMR 8m, ", "")
    assert result(without_mmr, ENTERED, "immunosuppressed")[0] == "deferred"
    assert result(without_mmr.replace(", HepB 6m", ""), ENTERED, "immunosuppressed") == ("catch-up", ["hepb"])


def test_self_paid_vaccines_are_not_asked_for() -> None:
    assert result(COMPLETE_AT_2 + ", Var 12m", date(2029, 3, 1))[1] == ["men"]


@pytest.mark.parametrize(
    ("checks", "expected"),
    [
        ([], Entrance("not-checked", None, date(2026, 10, 1))),
        ([Check(ENTERED - DAY, "complete")], Entrance("not-checked", None, date(2026, 10, 1))),
        ([Check(ENTERED, "complete")], Entrance("complete", ENTERED, None)),
        ([Check(ENTERED, "deferred")], Entrance("deferred", ENTERED, None)),
        ([Check(ENTERED, "catch-up")], Entrance("catch-up", ENTERED, date(2026, 12, 31))),
        (
            [Check(date(2027, 1, 5), "catch-up"), Check(ENTERED, "catch-up")],
            Entrance("catch-up", date(2027, 1, 5), date(2026, 12, 31)),
        ),
        (
            [Check(ENTERED, "catch-up"), Check(ENTERED + DAY, "complete")],
            Entrance("caught-up", ENTERED + DAY, None),
        ),
    ],
)
def test_the_last_check_since_entering_says_where_a_child_stands(checks: list[Check], expected: Entrance) -> None:
    assert standing(RULE, ENTERED, checks) == expected


def test_a_check_is_late_from_the_day_after_its_last_day() -> None:
    waiting = standing(RULE, ENTERED, [])
    assert not waiting.is_late(date(2026, 10, 1))
    assert waiting.is_late(date(2026, 10, 2))
    assert not standing(RULE, ENTERED, [Check(ENTERED, "complete")]).is_late(date(2030, 1, 1))


@pytest.mark.parametrize(
    ("on", "begins"),
    [
        (date(2026, 8, 31), date(2025, 9, 1)),
        (date(2026, 9, 1), date(2026, 9, 1)),
        (date(2027, 1, 1), date(2026, 9, 1)),
    ],
)
def test_a_nursery_year_begins_in_september(on: date, begins: date) -> None:
    assert RULE.year_begin(on) == begins
