"""What was probably meant: the usual slips of the pen, and two values in each other's place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from healthrec.domain.growth.entry_check import EntryCheck
from healthrec.domain.growth.entry_earlier import against_earlier, last_before, own_z
from healthrec.domain.growth.facts import Measurement, Subject
from healthrec.domain.growth.rules import GrowthRules


def is_possible(new: Measurement, rules: GrowthRules) -> bool:
    """Whether a living child may measure so much."""
    low, high = rules.limits.possible[new.measure]
    return low <= float(new.value) <= high


def with_slip(
    check: EntryCheck, subject: Subject, so_far: Sequence[Measurement], new: Measurement, rules: GrowthRules
) -> EntryCheck:
    """The check with the likeliest slip: one that brings the value to where most are and fits the time before."""
    last = last_before(so_far, new)
    expected = (own_z(subject, last, rules) if last else None) or 0.0
    found = []
    for slip in rules.limits.slips[new.measure]:
        meant = new.value * Decimal(str(slip.factor))
        candidate = replace(new, value=meant)
        z = _possible_z(subject, candidate, rules)
        fits = z is not None and abs(z) <= rules.limits.slip_z
        if z is not None and fits and not [*against_earlier(subject, so_far, candidate, rules)]:
            found.append((abs(z - expected), slip.code, meant))
    if not found:
        return check
    _, code, meant = min(found)
    return replace(check, slip=code, meant={new.measure: meant})


def swapped(subject: Subject, entered: Sequence[Measurement], rules: GrowthRules) -> Iterator[EntryCheck]:
    """Weight in the place of length or height and the reverse: as written neither fits, the other way round both do."""
    weights = [new for new in entered if new.measure == "weight"]
    sizes = [new for new in entered if new.measure in ("length", "height")]
    for weight, size in zip(weights, sizes, strict=False):
        turned = (replace(weight, value=size.value), replace(size, value=weight.value))
        if not _fit(subject, (weight, size), rules) and _fit(subject, turned, rules):
            right = {one.measure: one.value for one in turned}
            params = {"weight": float(size.value), "size": float(weight.value)}
            yield EntryCheck("implausible", "swapped", "weight", weight.value, params, meant=right)


def _fit(subject: Subject, values: Sequence[Measurement], rules: GrowthRules) -> bool:
    scores = [_possible_z(subject, one, rules) for one in values]
    return all(score is not None and abs(score) <= rules.limits.slip_z for score in scores)


def _possible_z(subject: Subject, new: Measurement, rules: GrowthRules) -> float | None:
    """z of one value by itself; None where it is impossible or not judged."""
    return own_z(subject, new, rules) if is_possible(new, rules) else None
