"""An entered value beside the value of the time before: what grew shorter, fell, or leapt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from healthrec.domain.growth.entry_check import EntryCheck, Params
from healthrec.domain.growth.evaluate import evaluate
from healthrec.domain.growth.facts import Measure, Measurement, Subject
from healthrec.domain.growth.one_age import by_one_age
from healthrec.domain.growth.reading import tidy
from healthrec.domain.growth.rules import GrowthRules
from healthrec.domain.growth.standard import Indicator

_OWN: dict[Measure, Indicator] = {"weight": "wfa", "length": "lhfa", "height": "lhfa", "head": "hcfa"}


def last_before(so_far: Sequence[Measurement], new: Measurement) -> Measurement | None:
    """The latest value of the same measure (length and height are one) on an earlier day."""
    earlier = [old for old in so_far if old.day < new.day and _comparable(old.measure, new.measure)]
    return max(earlier, key=lambda old: old.day, default=None)


def own_z(subject: Subject, new: Measurement, rules: GrowthRules) -> float | None:
    """z of one value for its age, by itself; None where it is not judged."""
    return next((finding.z_score for finding in evaluate(rules, subject, [new])), None)


def against_earlier(
    subject: Subject, so_far: Sequence[Measurement], new: Measurement, rules: GrowthRules
) -> Iterator[EntryCheck]:
    """At most one remark, none on arms, which may grow thinner: bodies do not grow shorter, heads not smaller, weight does not fall by much without a cause,
    and no child leaps far from its own line between two visits."""
    before = last_before(so_far, new)
    if before is not None and new.measure in _OWN:
        found = _less(before, new, rules) or _jumped(subject, before, new, rules)
        if found:
            yield found


def _less(last: Measurement, new: Measurement, rules: GrowthRules) -> EntryCheck | None:
    before = _as_measured(last, new.measure, rules)
    less = tidy(before - float(new.value))
    params: Params = {"before": float(last.value), "before_day": last.day, "less_by": less}
    if new.measure == "weight":
        fell = less > before * rules.limits.weight_fall_share
        return EntryCheck("implausible", "lost-weight", new.measure, new.value, params) if fell else None
    shrank = less > rules.limits.shrink_cm[new.measure]
    return EntryCheck("implausible", "shrank", new.measure, new.value, params) if shrank else None


def _jumped(subject: Subject, last: Measurement, new: Measurement, rules: GrowthRules) -> EntryCheck | None:
    indicator, rules = _OWN[new.measure], by_one_age(rules)
    z_before, z, limit = own_z(subject, last, rules), own_z(subject, new, rules), rules.limits.jump_z[indicator]
    if z_before is None or z is None or abs(round(z - z_before, 2)) <= limit:
        return None
    before: Params = {"before": float(last.value), "before_day": last.day, "z_before": z_before}
    params = {"indicator": indicator, "z_score": z, "limit": limit, **before}
    return EntryCheck("implausible", "jumped", new.measure, new.value, params)


def _comparable(one: Measure, other: Measure) -> bool:
    return one == other or {one, other} == {"length", "height"}


def _as_measured(old: Measurement, measure: Measure, rules: GrowthRules) -> float:
    """The earlier value as it would have been in the position of the new one (cm), or unchanged."""
    shift = rules.standard.standing_shorter_cm
    changes = {("length", "height"): -shift, ("height", "length"): shift}
    return tidy(float(old.value) + changes.get((old.measure, measure), 0.0))
