"""The statistics of entrance checks: who entered, who is left out and why, and which figures a child is counted in."""

from __future__ import annotations

from dataclasses import astuple, fields
from datetime import date, timedelta

import pytest
from tests.domain.test_entrance import RULE

from healthrec.domain.entrance import Check
from healthrec.domain.entrance_statistics import (
    FIGURES,
    Counts,
    Enrolled,
    Entry,
    Known,
    Period,
    count,
    entries,
    figures_of,
)

DAY, NEVER = timedelta(days=1), date.max
YEAR = Period(date(2026, 9, 1), date(2027, 9, 1))
ENTERED, TODAY = date(2026, 9, 1), date(2026, 11, 22)
FROGS, FAWNS, LAMBS, LIONS = 1, 11, 12, 2


def stay(since: date, until: date = NEVER, nursery: int = FROGS, place: int = FAWNS, active: bool = True) -> Enrolled:
    return Enrolled(100, nursery, place, since, until, active)


@pytest.mark.parametrize(
    ("since", "counts"),
    [
        (YEAR.since - DAY, False),
        (YEAR.since, True),
        (TODAY, True),
        (YEAR.until, False),
    ],
)
def test_a_child_counts_in_the_period_in_which_it_entered(since: date, counts: bool) -> None:
    assert bool(entries([stay(since)], YEAR, max(since, TODAY))[0]) is counts


def test_who_has_left_since_is_counted_where_it_was_enrolled_then() -> None:
    left = date(2026, 10, 1)
    found, out = entries([stay(ENTERED, left), stay(left, nursery=LIONS, place=LIONS)], YEAR, TODAY)
    assert found == [
        Entry(100, FROGS, FAWNS, ENTERED, left, False),
        Entry(100, LIONS, LIONS, left, NEVER, True),
    ]
    assert out == []


def test_a_new_class_of_the_same_nursery_is_no_entrance_and_goes_on_the_stay() -> None:
    moved = date(2026, 10, 1)
    found, out = entries([stay(ENTERED, moved), stay(moved, place=LAMBS)], YEAR, TODAY)
    assert found == [Entry(100, FROGS, FAWNS, ENTERED, NEVER, False)]
    assert out == [(FROGS, "class-changed")]
    again, out = entries([stay(ENTERED, moved), stay(moved + DAY, place=LAMBS)], YEAR, TODAY)
    assert again == [Entry(100, FROGS, LAMBS, moved + DAY, NEVER, True)]
    assert out == [(FROGS, "came-again")]


def test_what_is_left_out_is_told_with_its_reason() -> None:
    before = stay(date(2026, 3, 1), ENTERED)
    assert entries([before, stay(ENTERED, place=LAMBS)], YEAR, TODAY) == ([], [(FROGS, "class-changed")])
    assert entries([stay(ENTERED, active=False)], YEAR, TODAY) == ([], [(FROGS, "closed")])
    assert entries([stay(TODAY + DAY)], YEAR, TODAY) == ([], [(FROGS, "to-come")])


def known(*checks: Check, left: date = NEVER, notices: tuple[date, ...] = ()) -> Known:
    return Known(Entry(100, FROGS, FAWNS, ENTERED, left, False), checks, notices)


def told(one: Known, on: date = TODAY) -> set[str]:
    return set(figures_of(RULE, one, on)) - {"entered"}


LAST = RULE.check_by(ENTERED)


def test_a_check_within_thirty_days_is_in_time() -> None:
    assert told(known(Check(LAST, "complete", "both"))) == {"checked", "in_time", "by_certificate", "complete"}
    assert told(known(Check(LAST + DAY, "deferred", "record"))) == {"checked", "deferred"}


def test_who_is_not_checked_is_late_from_the_day_after_and_not_once_it_has_left() -> None:
    assert told(known(), LAST) == {"not_checked"}
    assert told(known(), LAST + DAY) == {"not_checked", "late"}
    gone = date(2026, 9, 20)
    assert told(known(left=gone)) == {"left_unchecked", "left"}
    assert told(known(left=TODAY + DAY)) == {"not_checked", "late"}
    assert told(known(left=TODAY)) == {"left_unchecked", "left"}


def test_a_check_before_the_child_came_or_after_it_left_is_not_the_nurserys() -> None:
    gone = date(2026, 10, 1)
    outside = (Check(ENTERED - DAY, "complete"), Check(gone, "complete"))
    assert told(known(*outside, left=gone)) == {"left_unchecked", "left"}
    assert "checked" in told(known(Check(gone - DAY, "complete"), left=gone))


NEEDED = Check(date(2026, 9, 10), "catch-up", "record")
FOUND = {"checked", "in_time", "catch_up"}
YEARS_END = date(2026, 12, 31)


def test_a_notice_counts_for_those_who_need_catch_up() -> None:
    assert told(known(NEEDED, notices=(date(2026, 9, 11),))) == FOUND | {"notified"}
    assert told(known(NEEDED, notices=(ENTERED - DAY,))) == FOUND
    assert "notified" not in told(known(Check(ENTERED, "complete"), notices=(ENTERED,)))


@pytest.mark.parametrize(
    ("result", "figure"), [("complete", "caught_up"), ("catch-up", "still_missing"), ("deferred", "held_back")]
)
def test_a_second_check_is_in_time_until_the_years_end_and_has_its_result(result: str, figure: str) -> None:
    again = Check(YEARS_END, result)  # type: ignore[arg-type]
    assert told(known(NEEDED, again), YEARS_END) == FOUND | {"rechecked", "recheck_in_time", figure}
    late = Check(YEARS_END + DAY, result)  # type: ignore[arg-type]
    assert told(known(NEEDED, late), YEARS_END) == FOUND | {"rechecked", figure}


def test_catch_up_is_late_after_the_years_end_while_the_child_is_there() -> None:
    assert "late" not in told(known(NEEDED), YEARS_END)
    assert "late" in told(known(NEEDED), YEARS_END + DAY)
    assert "late" not in told(known(NEEDED, left=YEARS_END), YEARS_END + DAY)
    assert "late" not in told(known(NEEDED, Check(YEARS_END, "complete")), YEARS_END + DAY)


def test_each_child_is_once_one_of_five_and_the_line_sums_in_numbers() -> None:
    children = [
        known(Check(LAST, "complete")),
        known(NEEDED, Check(YEARS_END, "complete")),
        known(Check(LAST, "deferred")),
        known(),
        known(left=date(2026, 9, 2)),
    ]
    line = count(figures_of(RULE, one, TODAY) for one in children)
    assert line.entered == 5
    assert (line.complete, line.catch_up, line.deferred, line.not_checked, line.left_unchecked) == (1, 1, 1, 1, 1)
    assert line.checked == line.complete + line.catch_up + line.deferred
    assert {type(value) for value in astuple(line)} == {int}
    assert count([]) == Counts()
    assert tuple(field.name for field in fields(Counts)) == FIGURES
