"""Which of several series is the child's, as CDSi scores them (chapter 8): within each group, then across groups.

A single complete series wins, else a single one begun, else the default while nothing counts yet; where several are
level, points decide: a point is won outright by one series, lost by those without it, worth little when shared.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from healthrec.domain.immunization.findings import Forecast
from healthrec.domain.immunization.schedule import Criteria, Path, TargetDose
from healthrec.domain.immunization.walk import Walk

Found = tuple[Walk, Forecast]
Points = tuple[int, int, int]
"""To the only series of which it is true, to each of several, to one of which it is not"""


def prioritized(found: Sequence[Found]) -> Found | None:
    """The best of the best of each group: the group that begins at the highest age reached; None where no series suits."""
    groups = sorted({_path(one).group for one in found})
    best = [one for group in groups if (one := _of_group([x for x in found if _path(x).group == group]))]
    return best[-1] if best else None


def _of_group(found: Sequence[Found]) -> Found | None:
    complete = [one for one in found if one[1].complete and one[0].valid]
    begun = [one for one in found if one[0].valid]
    if complete:
        return _best(complete, _complete_score(complete))
    if begun:
        return _best(begun, _begun_score(begun))
    default = [one for one in found if _path(one).default]
    if default:
        return default[0]
    fresh = [one for one in found if one[0].evaluations or not _path(one).product]
    return _best(fresh, _fresh_score(fresh)) if fresh else None


def _best(found: Sequence[Found], scores: Sequence[int]) -> Found:
    ranked = sorted(zip(scores, found, strict=True), key=lambda one: (-one[0], _path(one[1]).preference))
    return ranked[0][1]


def _complete_score(found: Sequence[Found]) -> list[int]:
    most = max(len(walk.valid) for walk, _ in found)
    first = min(walk.valid[-1].day for walk, _ in found)
    return _sum(
        _points(found, lambda one: len(one[0].valid) == most, (1, 0, -1)),
        _points(found, _all_of_product, (1, 0, -1)),
        _points(found, lambda one: one[0].valid[-1].day == first, (2, 1, -1)),
    )


def _begun_score(found: Sequence[Found]) -> list[int]:
    most = max(len(walk.valid) for walk, _ in found)
    nearest = min(_missing(one) for one in found)
    first = min(_finish(one) for one in found)
    return _sum(
        _points(found, _all_of_product, (2, 0, -2)),
        _points(found, _can_be_completed, (3, 0, -3)),
        _points(found, lambda one: len(one[0].valid) == most, (2, 0, -2)),
        _points(found, lambda one: _missing(one) == nearest, (2, 0, -2)),
        _points(found, lambda one: _finish(one) == first, (1, 0, -1)),
    )


def _fresh_score(found: Sequence[Found]) -> list[int]:
    first = min(one[1].earliest or date.max for one in found)
    return _sum(
        _points(found, lambda one: one[1].earliest == first, (1, 0, -1)),
        _points(found, _can_be_completed, (1, 0, -1)),
    )


def _points(found: Sequence[Found], true_of: Callable[[Found], bool], points: Points) -> list[int]:
    alone, shared, lacking = points
    true = [true_of(one) for one in found]
    won = alone if sum(true) == 1 else shared
    return [won if is_so else lacking for is_so in true]


def _sum(*scores: list[int]) -> list[int]:
    return [sum(one) for one in zip(*scores, strict=True)]


def _all_of_product(found: Found) -> bool:
    """Bound to a product, and every dose given counts."""
    walk = found[0]
    return _path(found).product and len(walk.valid) == len(walk.evaluations)


def _missing(found: Found) -> int:
    walk = found[0]
    return len(walk.series.targets) - walk.position


def _can_be_completed(found: Found) -> bool:
    """Whether the last dose can be given before it is too late for it."""
    walk = found[0]
    last = _criteria(walk.series.targets[-1]).maximum
    return not found[1].closed and (last is None or _finish(found) < walk.at_age(last))


def _finish(found: Found) -> date:
    """The first day on which the last dose could be given, if each is given as early as can be."""
    walk, forecast = found
    on, number = walk.case.on, forecast.number
    day = max(forecast.earliest or on, on)
    for target in walk.series.targets:
        if number is not None and target.number > number and not target.skips:
            criteria = _criteria(target)
            spans = [one.minimum for one in criteria.intervals if one.after == "previous"]
            days = [day, *(walk.later(day, span) for span in spans)]
            day = max([*days, walk.at_age(criteria.minimum)] if criteria.minimum else days)
    return day


def _criteria(target: TargetDose) -> Criteria:
    return next(one for one in target.criteria if one.is_current)


def _path(found: Found) -> Path:
    path = found[0].series.path
    assert path is not None
    return path
