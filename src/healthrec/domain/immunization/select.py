"""Series selection: of the ways to be protected against one antigen, the one a child is on (CDSi chapter 8, shortened)."""

from __future__ import annotations

from collections.abc import Sequence

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
    if len(candidates) == 1 and not candidates[0].indication:
        return [Walk(case, candidates[0], doses)]
    bare = Walk(case, candidates[0], ())
    meant = [series for series in candidates if all_hold(series.indication, bare, case.on)]
    replaced = frozenset().union(*(series.replaces for series in meant))
    walks = [Walk(case, series, doses) for series in meant if series.id not in replaced]
    return [walk for walk in walks if _starts_in_time(case, walk)]


def _starts_in_time(case: Case, walk: Walk) -> bool:
    """Whether the first valid dose, or today where there is none, lies in the ages at which the series begins."""
    series, begun = walk.series, walk.valid[0].day if walk.valid else case.on
    if series.start_from is not None and begun < case.at_age(series.start_from):
        return False
    return series.start_before is None or begun < case.at_age(series.start_before)


def _rank(case: Case, walk: Walk, found: Forecast) -> tuple[bool, bool, int, int, bool, bool]:
    series = walk.series
    fits = series.preferred_when is not None and all_hold(series.preferred_when, walk, case.on)
    blocked = found.barrier is not None and found.barrier.code == "contraindicated"
    chosen = bool(series.targets[0].offers) and series.targets[0].offers[0].vaccine in case.options.prefer
    strangers = sum(one.status == "not-valid" and one.reasons[0].code == "wrong-product" for one in walk.evaluations)
    return found.complete, not blocked, len(walk.valid), -strangers, fits, chosen
