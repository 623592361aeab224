"""Series selection: of the ways to be protected against one antigen, the one a child is on (CDSi chapter 8, shortened)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby

from healthrec.domain.immunization.case import Case
from healthrec.domain.immunization.facts import DoseGiven
from healthrec.domain.immunization.findings import Forecast
from healthrec.domain.immunization.forecast import forecast
from healthrec.domain.immunization.predicates import all_hold
from healthrec.domain.immunization.schedule import Series
from healthrec.domain.immunization.score import Found, prioritized
from healthrec.domain.immunization.walk import Walk


def best_series(case: Case, candidates: Sequence[Series], doses: Sequence[DoseGiven]) -> Found | None:
    """The child's series, walked, with its forecast; None when none is meant for the child.

    Complete goes before open, possible before contraindicated, more valid doses before fewer, free before waiting for a
    test or recovery, fewer doses of another product before more; then what the condition of the child or the asking place
    prefers, then the order of the schedule.
    """
    if candidates[0].antigen not in case.schedule.for_all or case.options.prefer:
        candidates = meant_for(case, candidates, doses)
    if candidates and candidates[0].path is not None:
        walks = [walked(case, series, doses) for series in candidates]
        in_time = [walk for walk in walks if starts_in_time(case, walk)]
        return prioritized([(walk, forecast(walk)) for walk in in_time or (walks if doses else [])])
    found: list[Found] = []
    for at, series in enumerate(candidates):
        walk = walked(case, series, doses)
        if len(candidates) == 1 or starts_in_time(case, walk):
            found.append((walk, forecast(walk)))
            others = candidates[at + 1 :]
            if others and _unbeatable(*found[-1], others, len(doses)):
                break
    return max(found, key=lambda one: _rank(case, *one)) if len(found) > 1 else found[0] if found else None


def meant_for(case: Case, candidates: Sequence[Series], doses: Sequence[DoseGiven]) -> list[Series]:
    """Series for this child, those preferred for it or by the place first."""
    view = Walk(case, candidates[0], doses)
    meant = [series for series in candidates if all_hold(series.indication, view, case.on)]
    replaced = {id_ for series in meant for id_ in series.replaces}
    kept = [series for series in meant if series.id not in replaced]
    if not case.options.prefer and not any(series.preferred_when for series in kept):
        return kept
    return sorted(kept, key=lambda series: _preference(view, series), reverse=True)


def _unbeatable(walk: Walk, found: Forecast, others: Sequence[Series], doses: int) -> bool:
    """Whether no series after this one can be chosen: all doses are valid here, nothing forbids the next, and there are
    too few of them to complete another."""
    free = found.complete or (found.barrier is None and all(doses < series.least for series in others))
    return free and len(walk.valid) == doses


def walked(case: Case, series: Series, doses: Sequence[DoseGiven]) -> Walk:
    """The series walked; one that begins anew every season, as it stands in the season of the day asked."""
    if series.season is None:
        return Walk(case, series, doses).along()
    current = series.season.next_for(case.on)
    before: list[Walk] = []
    earlier: list[DoseGiven] = []
    for _, season in groupby([dose for dose in doses if dose.day < current], lambda dose: _begun(series, dose)):
        before.append(Walk(case, series, list(season), tuple(earlier)).along())
        earlier += before[-1].valid
    walk = Walk(case, series, [dose for dose in doses if dose.day >= current], tuple(earlier)).along()
    walk.evaluations[:0] = [one for past in before for one in past.evaluations]
    walk.invalid[:0] = [one for past in before for one in past.invalid]
    return walk


def _begun(series: Series, dose: DoseGiven) -> date | None:
    return series.season.begun_by(dose.day) if series.season else None


def starts_in_time(case: Case, walk: Walk) -> bool:
    """Whether the first dose, or the day asked where there is none, lies in the ages at which the series begins."""
    series, begun = walk.series, walk.given[0].day if walk.given else case.on
    if series.start_from is not None and begun < case.at_age(series.start_from):
        return False
    return series.start_before is None or begun < case.at_age(series.start_before)


def _rank(case: Case, walk: Walk, found: Forecast) -> tuple[bool, bool, int, bool, int, bool, bool]:
    blocked = found.barrier is not None and found.barrier.code == "contraindicated"
    strangers = sum(one.status == "not-valid" and one.reasons[0].code == "wrong-product" for one in walk.evaluations)
    free = found.barrier is None
    return found.complete, not blocked, len(walk.valid), free, -strangers, *_preference(walk, walk.series)


def _preference(view: Walk, series: Series) -> tuple[bool, bool]:
    """(whether it suits the child's condition better, whether the asking place chose its vaccine)."""
    on, prefer = view.case.on, view.case.options.prefer
    fits = bool(series.preferred_when) and any(all_hold(one, view, on) for one in series.preferred_when)
    return fits, bool(prefer) and series.targets[0].offers[0].vaccine in prefer
