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
from healthrec.domain.immunization.walk import Walk

Found = tuple[Walk, Forecast]


def best_series(case: Case, candidates: Sequence[Series], doses: Sequence[DoseGiven]) -> Found | None:
    """The child's series, walked, with its forecast; None when none is meant for the child.

    Complete goes before open, possible before contraindicated, more valid doses before fewer, fewer of another product
    before more; then what the condition of the child or the asking place prefers, then the order of the schedule.
    """
    found = [(walk, forecast(walk)) for walk in _walks(case, candidates, doses)]
    if len(found) < 2:
        return found[0] if found else None
    return max(found, key=lambda one: _rank(case, *one))


def _walks(case: Case, candidates: Sequence[Series], doses: Sequence[DoseGiven]) -> list[Walk]:
    walks = [_walk(case, series, doses) for series in candidates]
    if len(walks) > 1 or candidates[0].indication:
        walks = [walk for walk in walks if all_hold(walk.series.indication, walk, case.on)]
        replaced = {id_ for walk in walks for id_ in walk.series.replaces}
        walks = [walk for walk in walks if walk.series.id not in replaced and _starts_in_time(case, walk)]
    return walks


def _walk(case: Case, series: Series, doses: Sequence[DoseGiven]) -> Walk:
    """The series walked; one that begins anew every season, as it stands in the season of the day asked."""
    if series.season is None:
        return Walk(case, series, doses)
    current = series.season.next_for(case.on)
    before: list[Walk] = []
    earlier: list[DoseGiven] = []
    for _, season in groupby([dose for dose in doses if dose.day < current], lambda dose: _begun(series, dose)):
        before.append(Walk(case, series, list(season), tuple(earlier)))
        earlier += before[-1].valid
    walk = Walk(case, series, [dose for dose in doses if dose.day >= current], tuple(earlier))
    walk.evaluations[:0] = [one for past in before for one in past.evaluations]
    return walk


def _begun(series: Series, dose: DoseGiven) -> date | None:
    return series.season.begun_by(dose.day) if series.season else None


def _starts_in_time(case: Case, walk: Walk) -> bool:
    """Whether the first dose, or the day asked where there is none, lies in the ages at which the series begins."""
    series, begun = walk.series, walk.given[0].day if walk.given else case.on
    if series.start_from is not None and begun < case.at_age(series.start_from):
        return False
    return series.start_before is None or begun < case.at_age(series.start_before)


def _rank(case: Case, walk: Walk, found: Forecast) -> tuple[bool, bool, int, int, bool, bool]:
    series = walk.series
    fits = any(all_hold(one, walk, case.on) for one in series.preferred_when)
    blocked = found.barrier is not None and found.barrier.code == "contraindicated"
    chosen = bool(series.targets[0].offers) and series.targets[0].offers[0].vaccine in case.options.prefer
    strangers = sum(one.status == "not-valid" and one.reasons[0].code == "wrong-product" for one in walk.evaluations)
    return found.complete, not blocked, len(walk.valid), -strangers, fits, chosen
