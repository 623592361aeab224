from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthrec.domain.duties import Assignment, DutyRule, Quarter, due_date, duty_state

RULE = DutyRule(
    "guide-visit", "test", date(2023, 1, 1), "guide-visit", due_days_before_end=14, days_after_assignment=14
)
Q1 = Quarter(2026, 1)
ALL_YEAR = [Assignment(date(2025, 9, 1))]


def test_quarters_are_those_of_the_calendar() -> None:
    assert (Q1.start, Q1.end) == (date(2026, 1, 1), date(2026, 3, 31))
    assert Quarter(2026, 4).end == date(2026, 12, 31)
    assert Quarter.of(date(2026, 3, 31)) == Q1
    assert Quarter.of(date(2026, 4, 1)) == Quarter(2026, 2)


def test_quarters_follow_each_other_over_the_year() -> None:
    assert Q1.shifted(-1) == Quarter(2025, 4)
    assert Q1.shifted(5) == Quarter(2027, 2)
    assert Quarter(2025, 4) < Q1


def test_a_quarter_holds_its_first_and_last_day() -> None:
    assert [day in Q1 for day in (date(2025, 12, 31), Q1.start, Q1.end, date(2026, 4, 1))] == [False, True, True, False]


@pytest.mark.parametrize("number", [0, 5])
def test_a_year_has_four_quarters(number: int) -> None:
    with pytest.raises(ValueError, match="no quarter"):
        Quarter(2026, number)


@pytest.mark.parametrize(
    ("on", "visits", "state", "holds_until"),
    [
        (date(2025, 12, 31), [], "upcoming", date(2026, 1, 1)),
        (date(2026, 1, 1), [], "due", date(2026, 3, 18)),
        (date(2026, 3, 17), [], "due", date(2026, 3, 18)),
        (date(2026, 3, 18), [], "late", date(2026, 4, 1)),
        (date(2026, 3, 31), [], "late", date(2026, 4, 1)),
        (date(2026, 4, 1), [], "missing", None),
        (date(2026, 3, 17), [date(2026, 3, 17)], "done", None),
        (date(2026, 3, 31), [date(2026, 3, 18)], "done-late", None),
        (date(2026, 5, 1), [date(2026, 3, 31)], "done-late", None),
        (date(2026, 5, 1), [date(2026, 3, 31), date(2026, 1, 5)], "done", None),
        (date(2026, 5, 1), [date(2026, 4, 1)], "missing", None),
        (date(2026, 2, 1), [date(2025, 12, 31)], "due", date(2026, 3, 18)),
        (date(2026, 2, 1), [date(2026, 2, 2)], "due", date(2026, 3, 18)),
        (date(2026, 2, 2), [date(2026, 2, 2)], "done", None),
    ],
)
def test_a_state_is_a_comparison_with_the_day_asked_for(
    on: date, visits: list[date], state: str, holds_until: date | None
) -> None:
    found = duty_state(RULE, Q1, ALL_YEAR, visits, on)
    assert (found.state, found.holds_until) == (state, holds_until)
    assert (found.due_date, found.rule_id, found.edition) == (date(2026, 3, 17), "guide-visit", "test")


@pytest.mark.parametrize(
    ("assignment", "state"),
    [
        (Assignment(date(2025, 1, 1), date(2025, 12, 31)), "not-assigned"),
        (Assignment(date(2025, 1, 1), date(2026, 1, 1)), "due"),
        (Assignment(date(2026, 3, 31)), "due"),
        (Assignment(date(2026, 4, 1)), "not-assigned"),
    ],
)
def test_one_assigned_day_in_the_quarter_makes_the_duty(assignment: Assignment, state: str) -> None:
    assert duty_state(RULE, Q1, [assignment], [], date(2026, 2, 1)).state == state


def test_without_a_guide_nobody_is_late() -> None:
    found = duty_state(RULE, Q1, [], [], date(2027, 1, 1))
    assert (found.state, found.due_date, found.holds_until) == ("not-assigned", None, None)


def test_a_visit_counts_even_where_no_assignment_was_written_down() -> None:
    found = duty_state(RULE, Q1, [], [date(2026, 3, 30)], date(2026, 3, 31))
    assert (found.state, found.done_on) == ("done", date(2026, 3, 30))


@pytest.mark.parametrize(
    ("starts", "due"),
    [
        (date(2026, 3, 3), date(2026, 3, 17)),
        (date(2026, 3, 4), date(2026, 3, 18)),
        (date(2026, 3, 17), date(2026, 3, 31)),
        (date(2026, 3, 30), date(2026, 3, 31)),
    ],
)
def test_a_guide_who_comes_late_has_two_weeks_but_not_beyond_the_quarter(starts: date, due: date) -> None:
    assert due_date(RULE, Q1, [Assignment(starts)]) == due


def test_a_change_of_guide_does_not_move_the_due_day() -> None:
    handed_over = [Assignment(date(2025, 1, 1), date(2026, 3, 20)), Assignment(date(2026, 3, 21))]
    assert due_date(RULE, Q1, handed_over) == date(2026, 3, 17)


@given(
    st.dates(date(2025, 10, 1), date(2026, 6, 30)),
    st.lists(st.dates(date(2025, 11, 1), date(2026, 5, 31)), max_size=3),
    st.dates(date(2025, 11, 1), date(2026, 5, 31)),
)
def test_an_answer_holds_until_the_day_it_names(on: date, visits: list[date], starts: date) -> None:
    known = [day for day in visits if day <= on]
    found = duty_state(RULE, Q1, [Assignment(starts)], known, on)
    last = found.holds_until - timedelta(days=1) if found.holds_until else on + timedelta(days=400)
    assert last >= on
    assert duty_state(RULE, Q1, [Assignment(starts)], known, last).state == found.state
    if found.holds_until:
        assert duty_state(RULE, Q1, [Assignment(starts)], known, found.holds_until).state != found.state
