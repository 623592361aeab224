"""`evaluate_and_forecast`: the whole answer about one child."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from healthrec.domain.immunization.case import Case
from healthrec.domain.immunization.facts import Child, Condition, DoseGiven, Options
from healthrec.domain.immunization.findings import Course, Evaluation, EvaluationStatus, FollowUp, Forecast, Reason
from healthrec.domain.immunization.predicates import all_hold
from healthrec.domain.immunization.schedule import Rule, Schedule
from healthrec.domain.immunization.select import best_series
from healthrec.domain.immunization.walk import Walk

NO_OPTIONS = Options()

_STATUS: Mapping[str, EvaluationStatus] = {
    "duplicate": "not-valid",
    "expired": "sub-standard",
    "subpotent": "sub-standard",
}
"""What a dose is that was set aside before any series saw it; else not-evaluated."""


def evaluate_and_forecast(
    schedule: Schedule,
    child: Child,
    doses: Sequence[DoseGiven],
    conditions: Sequence[Condition],
    on: date,
    options: Options = NO_OPTIONS,
) -> Course:
    """Judge every dose and say what is next against every antigen, on the day asked. The order of doses is irrelevant."""
    case = Case(schedule, child, doses, conditions, on, options)
    evaluations = [*_set_aside(case, doses)] if case.set_aside else []
    forecasts: list[Forecast] = []
    follow_ups: list[FollowUp] = []
    for antigen, series in schedule.by_antigen.items():
        given = case.by_antigen.get(antigen, ())
        if antigen in options.without or not (given or options.self_paid or series[0].programme):
            continue
        found = best_series(case, series, given)
        if found is not None:
            _remember(case, *found)
            evaluations += found[0].evaluations
            forecasts.append(found[1])
            follow_ups += _follow_ups(*found)
    forecasts.sort(key=lambda one: not one.programme)
    return Course(
        on,
        schedule.edition,
        schedule.status,
        tuple(evaluations),
        tuple(forecasts),
        tuple(_reassurances(case)) if case.conditions else (),
        tuple(_advice(case)),
        tuple(follow_ups),
        holds_until=min((one.holds_until for one in forecasts if one.holds_until), default=None),
    )


def _remember(case: Case, walk: Walk, found: Forecast) -> None:
    """What later antigens may ask about: a complete course, doses that were not valid."""
    if found.complete and walk.valid:
        case.completed[found.antigen] = walk.valid[-1].day
    case.invalid.update(walk.invalid)


def _follow_ups(walk: Walk, found: Forecast) -> Iterator[FollowUp]:
    """Examinations after a complete course."""
    if found.complete_since is not None:
        for test in walk.series.follow_ups:
            if all_hold(test.when, walk, walk.case.on):
                begins, ends = (walk.later(found.complete_since, span) for span in (test.begin, test.end))
                yield FollowUp(test.rule, found.antigen, begins, ends)


def _advice(case: Case) -> Iterator[Rule]:
    if case.schedule.advice:
        bare = Walk(case, case.schedule.series[0], ())
        for one in case.schedule.advice:
            if any(all_hold(predicates, bare, case.on) for predicates in one.any_of):
                yield one.rule


def _set_aside(case: Case, doses: Sequence[DoseGiven]) -> Iterator[Evaluation]:
    """Doses that no series judges, once for each antigen that they were against."""
    for dose in doses:
        reason = case.set_aside.get(dose.id)
        if reason is not None:
            status = _STATUS.get(reason.code, "not-evaluated")
            edition = case.schedule.edition_on(dose.day)
            for antigen in case.antigens_of(dose) or ("",):
                yield Evaluation(dose.id, antigen, status, edition, (reason,))


def _reassurances(case: Case) -> Iterator[Reason]:
    """Conditions that are no contraindication, with the rule that says so."""
    for precaution in case.schedule.precautions:
        if precaution.effect == "none" and precaution.in_force.until is None:
            for code in sorted(precaution.conditions & case.conditions):
                yield Reason("not-a-contraindication", precaution.rule, condition=code)
