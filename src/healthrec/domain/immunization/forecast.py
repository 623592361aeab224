"""Forecast: from where a walk ended, what is next and from when to when (CDSi chapter 7)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import cast

from healthrec.domain.immunization.case import Case
from healthrec.domain.immunization.findings import Forecast, Reason, ReasonCode
from healthrec.domain.immunization.predicates import all_hold
from healthrec.domain.immunization.schedule import Criteria, Offer, Precaution, Rule, TargetDose
from healthrec.domain.immunization.walk import Walk

_DAY = timedelta(days=1)
_GRAVEST: tuple[ReasonCode, ...] = ("contraindicated", "deferred", "conditional")


@dataclass(slots=True)
class _Plan:
    """The dates of one target dose, given with one vaccine; all that bounds them is in `reasons`."""

    offer: Offer
    criteria: Criteria
    reasons: list[Reason]
    would_be: date
    earliest: date
    recommended: date
    barrier: Reason | None = None


def forecast(walk: Walk) -> Forecast:
    """What is next in the walked series on the day asked."""
    case, targets = walk.case, walk.series.targets
    case.until = case.ahead
    _watch_series(walk)
    for target in targets[walk.position :]:
        plan = _plan(walk, target)
        if not target.skips or not walk.skips(target, max(case.on, plan.earliest), forecasting=True):
            return _next(walk, target, plan)
    return _complete(walk)


def _watch_series(walk: Walk) -> None:
    """Days on which another season, or for a child not yet begun another series, takes over."""
    case, series = walk.case, walk.series
    if series.season is not None:
        case.changes_on(series.season.pause_after(case.on))
    if series.start_before is not None and not walk.given:
        case.changes_on(case.at_age(series.start_before))


def _complete(walk: Walk) -> Forecast:
    case, series = walk.case, walk.series
    return Forecast(
        series.antigen,
        series.id,
        case.schedule.edition,
        series.programme,
        None,
        series.of,
        len(walk.valid),
        complete=True,
        complete_since=walk.valid[-1].day if walk.valid else None,
        skipped=tuple(walk.skipped),
        rule=series.targets[-1].rule,
        holds_until=case.until,
    )


def _next(walk: Walk, target: TargetDose, plan: _Plan) -> Forecast:
    case, series, criteria, vaccine = walk.case, walk.series, plan.criteria, plan.offer.vaccine
    number = len(walk.valid) + 1 if target.recurring else target.number
    latest = _latest(case, criteria)
    past_due = _past_due(walk, criteria)
    if past_due is not None and series.path is not None:
        past_due = max(past_due, plan.earliest)  # CDSi: nobody is late before the dose could be given
    if past_due is not None:
        plan.reasons.append(Reason("complete-before", criteria.rule, past_due))
    remind = case.options.remind_after_days if past_due is None else None
    return Forecast(
        series.antigen,
        series.id,
        case.schedule.edition,
        series.programme,
        number,
        max(number, series.of),
        len(walk.valid),
        vaccine,
        target.others[vaccine],
        plan.earliest,
        plan.recommended,
        past_due,
        latest,
        None if remind is None else plan.recommended + timedelta(days=remind),
        leads=criteria.leads,
        closed=latest is not None and criteria.not_from is None and latest < max(plan.would_be, case.on),
        barrier=plan.barrier,
        would_be=plan.would_be,
        reasons=tuple(plan.reasons),
        skipped=tuple(walk.skipped),
        notes=_notes(walk),
        rule=criteria.rule,
        holds_until=case.until,
    )


def _latest(case: Case, criteria: Criteria) -> date | None:
    """The last day on which the dose may be given, by age and season."""
    last = criteria.not_from or criteria.maximum
    ends = [case.at_age(last)] if last else []
    if criteria.season.until is not None:
        ends.append(criteria.season.until)
    return min(ends) - _DAY if ends else None


def _past_due(walk: Walk, criteria: Criteria) -> date | None:
    """The printed age before which to complete; else the end of the latest interval that the text gives."""
    if criteria.complete_before:
        return walk.case.at_age(criteria.complete_before)
    if not criteria.ending:
        return None
    ends = [(walk.reference(one, walk.case.tomorrow)[0], one.latest) for one in criteria.ending]
    return max((walk.case.later(start, end) for start, end in ends if start and end), default=None)


def _notes(walk: Walk) -> tuple[Rule, ...]:
    return tuple([note.rule for note in walk.series.notes if all_hold(note.when, walk, walk.case.on)])


def _plan(walk: Walk, target: TargetDose) -> _Plan:
    """The first offer that suits and nothing stands against; else the first that suits, with what stands against it.

    Another vaccine takes the place of a hindered one only if it can be given when that one could. One suits always:
    the last offer of a target dose, by its last criteria, asks nothing (the rulebook checks it).
    """
    first: _Plan | None = None
    for plan in _plans(walk, target):
        plan.barrier = _barrier(walk, plan)
        if plan.barrier is None and (first is None or plan.earliest <= max(walk.case.on, first.earliest)):
            return plan
        first = first or plan
    return cast(_Plan, first)


def _plans(walk: Walk, target: TargetDose) -> Iterator[_Plan]:
    """Offers that will suit on the day on which they can be given, by the criteria of this edition."""
    on = walk.case.on
    for offer, listed in target.plans:
        for criteria, when in listed:
            plan = _dated(walk, offer, criteria)
            if not when or all_hold(when, walk, max(on, plan.earliest)):
                yield plan
                break


def _dated(walk: Walk, offer: Offer, criteria: Criteria) -> _Plan:
    case = walk.case
    by_age = case.at_age(criteria.minimum) if criteria.minimum else case.child.birth
    reasons = [Reason("minimum-age", criteria.rule, by_age), *_intervals(walk, criteria)]
    if offer.vaccine in case.schedule.conflicts_of:
        reasons += _conflicts(case, offer.vaccine)
    if walk.series.season is not None:
        reasons.append(Reason("season", walk.series.season.rule, walk.series.season.next_for(case.on)))
    if criteria.season.since is not None:
        reasons.append(Reason("season", criteria.rule, criteria.season.since))
    would_be = earliest = _last(reasons, by_age)
    if case.waits:
        reasons += _waits(case, offer.vaccine)
        earliest = _last(reasons, would_be)
    wished = _recommended(walk, criteria)
    return _Plan(offer, criteria, reasons + wished, would_be, earliest, _last(wished, earliest))


def _last(reasons: list[Reason], day: date) -> date:
    """The latest day of all."""
    for reason in reasons:
        if reason.day is not None and reason.day > day:
            day = reason.day
    return day


def _intervals(walk: Walk, criteria: Criteria) -> list[Reason]:
    found = []
    for interval in criteria.intervals:
        start, other = walk.reference(interval, walk.case.tomorrow)
        if start is not None:
            found.append(Reason("interval", interval.rule, walk.case.later(start, interval.minimum), other))
    return found


def _recommended(walk: Walk, criteria: Criteria) -> list[Reason]:
    found = []
    if criteria.recommended is not None:
        found.append(Reason("recommended-age", criteria.rule, walk.case.at_age(criteria.recommended)))
    for interval in criteria.wished:
        start, other = walk.reference(interval, walk.case.tomorrow)
        if start is not None and interval.recommended is not None:
            day = walk.case.later(start, interval.recommended)
            found.append(Reason("recommended-interval", interval.rule, day, other))
    return found


def _conflicts(case: Case, vaccine: str) -> Iterator[Reason]:
    for rule in case.schedule.conflicts_of[vaccine]:
        for last in reversed(case.live):
            if last.vaccine in rule.earlier:
                yield Reason("live-virus-conflict", rule.rule, last.day + timedelta(days=rule.interval), last.id)
                break


def _waits(case: Case, vaccine: str) -> Iterator[Reason]:
    for wait in case.waits:
        current = wait.precaution.in_force.until is None and wait.since <= case.on
        if current and wait.precaution.vaccines is not None and vaccine in wait.precaution.vaccines:
            yield wait.reason()


def _barrier(walk: Walk, plan: _Plan) -> Reason | None:
    """What stands against giving the vaccine at all; a test that is missing comes last."""
    offer, case = plan.offer, walk.case
    if case.hindrances:
        found = [
            Reason(effect, precaution.rule, event.since, "", precaution.test or event.code)
            for effect, precaution, event in case.hindrances
            if _concerns(case, precaution, event.vaccine, offer.vaccine)
        ]
        if found:
            return min(found, key=lambda reason: _GRAVEST.index(reason.code))
    if offer.needs and offer.needs not in walk.conditions:
        return Reason("conditional", offer.rule or plan.criteria.rule, plan.earliest, "", offer.needs)
    return None


def _concerns(case: Case, precaution: Precaution, named: str, vaccine: str) -> bool:
    if precaution.of_condition:
        return _same(case, named, vaccine)
    return precaution.vaccines is None or vaccine in precaution.vaccines


def _same(case: Case, one: str, other: str) -> bool:
    """The same vaccine, or one combined in the other."""
    vaccines = case.schedule.vaccines
    parts = [{code, *vaccines[code].contains} for code in (one, other) if code in vaccines]
    return len(parts) == 2 and not parts[0].isdisjoint(parts[1])
