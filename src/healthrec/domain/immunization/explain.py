"""The reasoning laid open: for each antigen every series looked at, the doses along the chosen one, and its forecast.

The same steps as `evaluate_and_forecast`, walked to the end where that stops as soon as the answer is certain.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from healthrec.domain.immunization.case import Case
from healthrec.domain.immunization.course import NO_OPTIONS, evaluate_and_forecast
from healthrec.domain.immunization.facts import Child, Condition, DoseGiven, Options
from healthrec.domain.immunization.findings import Course, Evaluation, Forecast
from healthrec.domain.immunization.schedule import Schedule, Series
from healthrec.domain.immunization.select import meant_for, starts_in_time, walked

Standing = Literal["chosen", "other", "other-start", "other-children"]
"""The child's; possible but not chosen; begun at another age; not meant for this child."""


@dataclass(frozen=True, slots=True)
class Considered:
    """One series that was looked at, and the doses that count along it."""

    series: str
    standing: Standing
    valid: int
    of: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything that led to one forecast; dates and their rules are in `forecast.reasons`, `forecast.skipped`."""

    antigen: str
    considered: tuple[Considered, ...]
    evaluations: tuple[Evaluation, ...]
    forecast: Forecast


def explain(
    schedule: Schedule,
    child: Child,
    doses: Sequence[DoseGiven],
    conditions: Sequence[Condition],
    on: date,
    options: Options = NO_OPTIONS,
) -> tuple[Explanation, ...]:
    """An explanation for each forecast of the course, in its order."""
    course = evaluate_and_forecast(schedule, child, doses, conditions, on, options)
    case = Case(schedule, child, doses, conditions, on, options)
    return tuple(_explained(case, course, found) for found in course.forecasts)


def _explained(case: Case, course: Course, found: Forecast) -> Explanation:
    evaluations = tuple(one for one in course.evaluations if one.antigen == found.antigen)
    return Explanation(found.antigen, tuple(_considered(case, found)), evaluations, found)


def _considered(case: Case, found: Forecast) -> Iterator[Considered]:
    candidates = case.schedule.by_antigen[found.antigen]
    doses = case.by_antigen.get(found.antigen, ())
    meant = {series.id for series in meant_for(case, candidates, doses)}
    for series in candidates:
        walk = walked(case, series, doses)
        started = starts_in_time(case, walk)
        yield Considered(series.id, _standing(series, found, meant, started), len(walk.valid), series.of)


def _standing(series: Series, found: Forecast, meant: set[str], started: bool) -> Standing:
    if series.id == found.series:
        return "chosen"
    if series.id not in meant:
        return "other-children"
    return "other" if started else "other-start"
