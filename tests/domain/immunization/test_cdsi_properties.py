"""CDSi's schedule in the same engine: what holds for every child holds by another country's data."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from healthrec.domain.immunization import Child, Course, DoseGiven, Forecast, by_group, evaluate_and_forecast
from healthrec.rulebook import load_rulebook
from healthrec.settings import schemas_dir

SCHEDULE = load_rulebook(schemas_dir()).cdsi["us-cdsi-4.64"].cdsi().schedule
USUAL = (
    "08",
    "20",
    "10",
    "48",
    "133",
    "116",
    "03",
    "21",
    "83",
    "110",
    "120",
    "146",
    "119",
    "49",
    "140",
    "115",
    "165",
    "136",
)
ALL = tuple(sorted(SCHEDULE.vaccines))
quick = settings(max_examples=25, deadline=None)
Life = tuple[Child, list[DoseGiven], date]


@st.composite
def lives(draw: st.DrawFn) -> Life:
    """(child, doses by CVX, a day after all of them)."""
    born = draw(st.dates(date(2011, 1, 1), date(2025, 10, 1)))
    child = Child(born, draw(st.sampled_from(["female", "male", "unknown"])))
    codes = st.sampled_from(USUAL) | st.sampled_from(ALL)
    ages = st.integers(0, 4500) | st.sampled_from([0, 31, 38, 42, 62, 92, 123, 184, 366, 390, 456, 1457, 1461, 4018])
    told = draw(st.lists(st.tuples(codes, ages), max_size=14))
    doses = [DoseGiven(f"d{at}", code, born + timedelta(days=age)) for at, (code, age) in enumerate(told)]
    last = max((dose.day for dose in doses), default=born)
    return child, doses, max(last, SCHEDULE.effective) + timedelta(days=draw(st.integers(0, 900)))


def asked(life: Life, on: date | None = None) -> Course:
    child, doses, day = life
    return evaluate_and_forecast(SCHEDULE, child, doses, [], on or day)


@quick
@given(lives(), st.integers())
def test_the_order_in_which_doses_are_entered_is_irrelevant(life: Life, seed: int) -> None:
    child, doses, on = life
    one, other = asked(life), asked((child, Random(seed).sample(doses, len(doses)), on))
    assert one.forecasts == other.forecasts
    assert sorted(one.evaluations, key=str) == sorted(other.evaluations, key=str)


def open_ones(course: Course) -> list[Forecast]:
    closed = ("aged-out", "contraindicated", "complete")
    return [one for one in course.forecasts if one.status(course.asked) not in closed]


@quick
@given(lives())
def test_a_forecast_is_never_before_the_minimum_age_or_an_interval(life: Life) -> None:
    for found in open_ones(asked(life)):
        assert found.earliest is not None and found.recommended is not None
        bounds = [one.day for one in found.reasons if one.code in ("interval", "live-virus-conflict", "minimum-age")]
        assert all(day is not None and day <= found.earliest for day in bounds)
        assert found.earliest <= found.recommended
        assert found.past_due is None or found.earliest <= found.past_due


@quick
@given(lives())
def test_giving_the_vaccine_on_the_earliest_day_makes_a_valid_dose(life: Life) -> None:
    child, doses, on = life
    for found in open_ones(asked(life)):
        day = max(on, found.earliest or on)
        if day >= (found.holds_until or date.max) or (found.latest and day > found.latest):
            continue
        dose = DoseGiven("new", found.vaccine, day)
        later = evaluate_and_forecast(SCHEDULE, child, [*doses, dose], [], day)
        worth = [one.status for one in later.evaluations if one.dose == "new" and one.antigen == found.antigen]
        twice = any(one.day == day and one.vaccine == dose.vaccine for one in doses)
        assert worth == ["valid"] or twice, (found, later.evaluations)


@quick
@given(lives(), st.integers(0, 2000))
def test_a_course_holds_until_the_day_it_names(life: Life, days: int) -> None:
    course = asked(life)
    day = course.asked + timedelta(days=days)
    if course.holds_until is not None:
        day = min(day, course.holds_until - timedelta(days=1))
    again = asked(life, day)
    assert again.evaluations == course.evaluations
    kept = [one._replace(closed=False) for one in again.forecasts]
    assert kept == [one._replace(closed=False) for one in course.forecasts]
    assert [one.status(day) for one in again.forecasts] == [one.status(day) for one in course.forecasts]


@quick
@given(lives())
def test_every_dose_is_judged_once_against_each_antigen_and_every_group_is_forecast_once(life: Life) -> None:
    course = asked(life)
    judged = [(one.dose, one.antigen) for one in course.evaluations]
    assert len(judged) == len(set(judged))
    assert {dose.id for dose in life[1]} == {one.dose for one in course.evaluations}
    groups = [one.antigen for one in by_group(SCHEDULE, course.forecasts, course.asked)]
    assert len(groups) == len(set(groups)) and set(groups) <= SCHEDULE.groups.keys()
