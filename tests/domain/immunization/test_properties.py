"""What holds for every child: order does not matter, no forecast comes too early, a good dose never sets a child back."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domain.immunization.lives import SCHEDULE, lives, told

from healthrec.domain.immunization import (
    Child,
    Course,
    DoseGiven,
    Forecast,
    Options,
    Series,
    TargetDose,
    evaluate_and_forecast,
)
from healthrec.domain.immunization.periods import after

ALL = Options(self_paid=True)
quick = settings(max_examples=60, deadline=None)
Life = tuple[Child, list[DoseGiven], date]


def asked(life: Life, on: date | None = None) -> Course:
    child, doses, day = life
    return evaluate_and_forecast(SCHEDULE, child, doses, [], on or day, ALL)


def series_of(found: Forecast) -> Series:
    return next(one for one in SCHEDULE.series if one.id == found.series)


def missing(found: Forecast) -> int:
    return 0 if found.complete else sum(not one.extra for one in series_of(found).targets) - found.valid


@quick
@given(lives(), st.integers())
def test_the_order_in_which_doses_are_entered_is_irrelevant(life: Life, seed: int) -> None:
    child, doses, on = life
    shuffled = Random(seed).sample(doses, len(doses))
    one, other = asked(life), asked((child, shuffled, on))
    assert one.forecasts == other.forecasts
    assert sorted(one.evaluations, key=str) == sorted(other.evaluations, key=str)


def bounds(found: Forecast, target: TargetDose, child: Child) -> list[date]:
    """The earliest day that the printed ages and intervals of this edition allow, for each way to satisfy the dose."""
    ways = [one for one in target.by_vaccine[found.vaccine] if one.in_force.until is None]
    return [after(child.birth, one.minimum) if one.minimum else child.birth for one in ways]


@quick
@given(lives())
def test_a_forecast_is_never_before_the_minimum_age_or_an_interval(life: Life) -> None:
    child, doses, _ = life
    course = asked(life)
    by_id = {dose.id: dose for dose in doses}
    for found in course.forecasts:
        if found.earliest is None or found.number is None:
            continue
        (target, *_) = [one for one in series_of(found).targets if one.number == found.number or one.recurring]
        assert found.earliest >= min(bounds(found, target, child))
        for reason in found.reasons:
            if reason.code in ("interval", "live-virus-conflict", "minimum-age"):
                assert reason.day is not None
                assert found.earliest >= reason.day
                assert not reason.other or reason.day > by_id[reason.other].day or reason.rule.id.startswith("rabies")
        assert found.recommended is not None
        assert found.recommended >= found.earliest


@quick
@given(lives())
def test_giving_the_vaccine_on_the_earliest_day_makes_a_valid_dose(life: Life) -> None:
    """Every forecast date holds: what the engine asks for, it accepts; and no series is then less complete."""
    child, doses, on = life
    course = asked(life)
    for found in course.forecasts:
        if found.earliest is None or found.barrier or found.status(max(on, found.earliest)) == "aged-out":
            continue
        day = max(on, found.earliest)
        if day >= (found.holds_until or date.max):
            continue
        dose = DoseGiven("new", found.vaccine, day)
        later = evaluate_and_forecast(SCHEDULE, child, [*doses, dose], [], day, ALL)
        worth = [one for one in later.evaluations if one.dose == "new" and one.antigen == found.antigen]
        assert [one.status for one in worth] == ["valid"], (found, worth)
        after_it = {one.antigen: one for one in later.forecasts}
        for before in course.forecasts:
            if (before.holds_until is None or day < before.holds_until) and before.antigen in after_it:
                assert missing(after_it[before.antigen]) <= missing(before)


@quick
@given(lives())
def test_every_forecast_holds_when_asked_again_on_its_day(life: Life) -> None:
    course = asked(life)
    for found in course.forecasts:
        if found.earliest is None or found.recommended is None:
            continue
        for day in {max(course.asked, found.earliest), max(course.asked, found.recommended)}:
            if found.holds_until is None or day < found.holds_until:
                (again,) = [one for one in asked(life, day).forecasts if one.antigen == found.antigen]
                assert again._replace(holds_until=found.holds_until, notes=found.notes) == found


@quick
@given(lives(), st.integers(0, 2000))
def test_a_course_holds_until_the_day_it_names(life: Life, days: int) -> None:
    course = asked(life)
    day = course.asked + timedelta(days=days)
    if course.holds_until is not None:
        day = min(day, course.holds_until - timedelta(days=1))
    again = asked(life, day)
    assert again.evaluations == course.evaluations
    assert again.forecasts == course.forecasts


@quick
@given(lives(), st.data())
def test_conditions_only_ever_delay_or_forbid_a_dose(life: Life, data: st.DataObject) -> None:
    child, doses, on = life
    conditions = data.draw(told(child))
    course = evaluate_and_forecast(SCHEDULE, child, doses, conditions, on, ALL)
    for found in course.forecasts:
        status = found.status(on)
        assert status != "overdue" or (found.past_due is not None and found.past_due <= on)
        assert status not in ("due", "overdue") or (
            found.barrier is None and found.earliest is not None and found.earliest <= on
        )
        assert (status == "complete") is found.complete


@quick
@given(lives())
def test_no_vaccine_is_due_twice_and_every_dose_is_judged_once_against_each_antigen(life: Life) -> None:
    course = asked(life)
    antigens = [found.antigen for found in course.forecasts]
    assert len(antigens) == len(set(antigens))
    judged = [(one.dose, one.antigen) for one in course.evaluations]
    assert len(judged) == len(set(judged))
    vaccines = {dose.id for dose in life[1] if dose.vaccine != "HBIG"}
    assert vaccines <= {one.dose for one in course.evaluations} <= {dose.id for dose in life[1]}
    assert all(bool(one.reasons) is (one.status != "valid") for one in course.evaluations)
    assert all(reason.rule.id for one in course.evaluations for reason in (*one.reasons, *one.remarks))
