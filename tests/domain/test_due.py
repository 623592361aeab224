"""Days that are stored say the same as a forecast that is asked, for every day on which they hold."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domain.immunization.lives import SCHEDULE, lives, told

from healthrec.domain.due import ALL, NEVER, Line, entrance_line, line_of, lines_of, masked
from healthrec.domain.entrance import assess
from healthrec.domain.immunization import Child, Condition, Course, DoseGiven, evaluate_and_forecast

quick = settings(max_examples=60, deadline=None)
OPEN = {"overdue", "due"}
HELD = {"contraindicated", "deferred", "conditional"}


@st.composite
def courses(draw: st.DrawFn) -> tuple[Course, int]:
    """A course with conditions, and a number of days to ask it after."""
    child, doses, on = draw(lives())
    conditions = draw(told(child))
    return evaluate_and_forecast(SCHEDULE, child, doses, conditions, on), draw(st.integers(0, 700))


def days(course: Course, later: int, until: date) -> list[date]:
    """Days from the one asked up to the last on which the answer holds, on both sides of every turn."""
    turns = {
        getattr(line, name) for line in lines_of(course) for name in ("due_from", "late_from", "over_from", "held_to")
    }
    around = {day + timedelta(days=by) for day in turns if day != NEVER for by in (-1, 0)}
    asked = {course.asked, course.asked + timedelta(days=later), *around}
    return sorted(day for day in asked if course.asked <= day < until)


@quick
@given(courses())
def test_a_line_stands_as_its_forecast_on_every_day_on_which_it_holds(found: tuple[Course, int]) -> None:
    course, later = found
    for forecast in course.forecasts:
        line = line_of(forecast)
        for day in days(course, later, line.holds_until):
            assert line.standing(day) == forecast.status(day), (forecast.antigen, day)


@quick
@given(courses())
def test_all_together_are_late_when_one_is_late_and_due_when_one_is_due(found: tuple[Course, int]) -> None:
    course, later = found
    *lines, together = lines_of(course)
    assert together.antigen == ALL
    for day in days(course, later, together.holds_until):
        each = {line.standing(day) for line in lines}
        stands = together.standing(day)
        assert (together.late_from <= day) == ("overdue" in each)
        assert (min(together.due_from, together.late_from) <= day) == bool(OPEN & each)
        assert (together.held != "") == bool(HELD & each)
        assert (stands == "complete") == (each == {"complete"})


@quick
@given(courses())
def test_a_nursery_is_told_what_the_entrance_check_would_say(found: tuple[Course, int]) -> None:
    course, later = found
    line = entrance_line(lines_of(course), course.asked)
    for day in days(course, later, line.holds_until):
        said = "catch-up" if line.late_from <= day else "deferred" if line.held else "complete"
        assert said == assess(course.forecasts, day).result
    assert (line.vaccine, line.number, line.earliest, line.held_why) == ("", None, None, "")


@quick
@given(courses())
def test_a_mask_says_of_every_open_dose_only_to_ask_the_doctor(found: tuple[Course, int]) -> None:
    course, _ = found
    for line in lines_of(course):
        shown = masked(line)
        assert shown.complete == line.complete
        if not line.complete:
            assert (shown.held, shown.held_why, shown.held_to) == ("doctor", "", NEVER)
            assert (shown.due_from, shown.late_from) == (NEVER, NEVER)
            assert shown.held_from == min(line.due_from, line.late_from, line.held_from)


def course(on: date, doses: tuple[DoseGiven, ...] = (), *conditions: Condition) -> Course:
    return evaluate_and_forecast(SCHEDULE, Child(date(2026, 1, 10)), doses, conditions, on)


def line(found: Course, antigen: str) -> Line:
    return next(one for one in lines_of(found) if one.antigen == antigen)


def test_the_first_dose_that_is_late_is_named_for_all() -> None:
    found = line(course(date(2026, 11, 1)), ALL)
    assert (found.vaccine, found.due_from) == ("HepB", date(2026, 1, 10))


def test_what_waits_after_immunoglobulin_is_held_until_the_day_it_may_be_given() -> None:
    globulin = Condition("immunoglobulin-given", date(2026, 8, 20))
    found = line(course(date(2026, 10, 1), (), globulin), "mmr")
    assert (found.held, found.held_why) == ("deferred", "immunoglobulin-given")
    assert (found.held_from, found.held_to) == (date(2026, 9, 10), date(2026, 11, 20))
    assert [found.standing(day) for day in (date(2026, 11, 19), date(2026, 11, 20))] == ["deferred", "due"]


def test_a_contraindication_has_no_day_on_which_the_dose_is_due() -> None:
    anaphylaxis = Condition("anaphylaxis-to-vaccine", date(2026, 10, 1), vaccine="MMR")
    found = line(course(date(2026, 11, 1), (), anaphylaxis), "mmr")
    assert (found.held, found.due_from, found.late_from) == ("contraindicated", NEVER, NEVER)


def test_nothing_at_all_is_not_complete() -> None:
    nothing = Course(date(2026, 1, 1), "2026", "confirmed", (), ())
    assert [one.complete for one in lines_of(nothing)] == [False]
