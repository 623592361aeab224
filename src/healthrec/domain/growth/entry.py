"""Is a value that is being entered believable? Three answers: impossible (blocked), unusual (needs a reason), note.

An invalid number is not an abnormal one: only what no living child measures is blocked. Small, heavy and faltering
children pass with a reason, and the reason is kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Literal

from healthrec.domain.growth.evaluate import Finding, evaluate
from healthrec.domain.growth.facts import Measure, Measurement, Subject
from healthrec.domain.growth.reading import tidy
from healthrec.domain.growth.rules import GrowthRules
from healthrec.domain.growth.standard import Indicator

Severity = Literal["impossible", "unusual", "quiet"]
Code = Literal[
    "before-birth",
    "in-future",
    "out-of-range",  # params low, high
    "swapped",  # weight and length or height written in each other's place; params weight, size
    "far-from-standard",  # params indicator, z_score, low, high
    "shrank",  # params before, before_day, less_by
    "lost-weight",  # params before, before_day, less_by
    "unlike-most",  # params indicator, z_score
]

_MEASURES_OF: dict[Indicator, tuple[Measure, ...]] = {
    "wfa": ("weight",),
    "lhfa": ("length", "height"),
    "wfl": ("weight",),
    "wfh": ("weight",),
    "bfa": ("weight",),
    "hcfa": ("head",),
}
_SINGLE = frozenset({"wfa", "lhfa", "hcfa"})


@dataclass(frozen=True, slots=True)
class EntryCheck:
    """One remark on one entered value. `slip` and `suggested` propose what was meant, where a usual slip explains it."""

    severity: Severity
    code: Code
    measure: Measure
    value: Decimal
    params: Mapping[str, float | str | date] = field(default_factory=dict)
    slip: str | None = None
    suggested: float | None = None


def check_entry(
    subject: Subject, so_far: Sequence[Measurement], entered: Sequence[Measurement], rules: GrowthRules, today: date
) -> tuple[EntryCheck, ...]:
    """Remarks on the values `entered` together on one day, given those kept `so_far`; empty when all is quiet.

    `so_far` may hold any days; only earlier ones are compared. Sorted by severity, the worst first. Raises ValueError
    when the entered days differ.
    """
    checks = [*_dates(subject, entered, today)]
    if not checks:
        checks += _ranges(subject, entered, rules)
        possible = [measurement for measurement in entered if _is_possible(measurement, rules)]
        checks += _from_findings(subject, possible, rules)
        checks += _swapped(subject, entered, rules)
        checks += [check for new in possible for check in _against_earlier(so_far, new, rules)]
    order = ("impossible", "unusual", "quiet")
    return tuple(sorted(checks, key=lambda check: order.index(check.severity)))


def _dates(subject: Subject, entered: Sequence[Measurement], today: date) -> Iterator[EntryCheck]:
    for new in entered:
        if new.day < subject.birth:
            yield EntryCheck("impossible", "before-birth", new.measure, new.value)
        if new.day > today:
            yield EntryCheck("impossible", "in-future", new.measure, new.value)


def _ranges(subject: Subject, entered: Sequence[Measurement], rules: GrowthRules) -> Iterator[EntryCheck]:
    for new in entered:
        if not _is_possible(new, rules):
            low, high = rules.limits.possible[new.measure]
            check = EntryCheck("impossible", "out-of-range", new.measure, new.value, {"low": low, "high": high})
            yield _with_slip(check, subject, new, rules)


def _is_possible(new: Measurement, rules: GrowthRules) -> bool:
    low, high = rules.limits.possible[new.measure]
    return low <= float(new.value) <= high


def _from_findings(subject: Subject, entered: Sequence[Measurement], rules: GrowthRules) -> Iterator[EntryCheck]:
    """One remark for each measure: the most severe; of equal ones its own z before those that mix weight and size."""
    by_measure = {measurement.measure: measurement for measurement in entered}
    said: dict[Measure, EntryCheck] = {}
    for finding in sorted(evaluate(rules, subject, entered), key=lambda finding: finding.indicator not in _SINGLE):
        measure = next(measure for measure in _MEASURES_OF[finding.indicator] if measure in by_measure)
        check = _from_z(finding, by_measure[measure], rules)
        if check is not None and (measure not in said or said[measure].severity == "quiet"):
            said[measure] = check
    for measure, check in said.items():
        own = check.severity == "unusual" and check.params["indicator"] in _SINGLE
        yield _with_slip(check, subject, by_measure[measure], rules) if own else check


def _from_z(finding: Finding, new: Measurement, rules: GrowthRules) -> EntryCheck | None:
    if finding.z_score is None:
        return None
    low, high = rules.limits.needs_reason_z[finding.indicator]
    params: dict[str, float | str | date] = {"indicator": finding.indicator, "z_score": finding.z_score}
    if not low <= finding.z_score <= high:
        limits = {"low": low, "high": high}
        return EntryCheck("unusual", "far-from-standard", new.measure, new.value, params | limits)
    if abs(finding.z_score) > rules.limits.note_z:
        return EntryCheck("quiet", "unlike-most", new.measure, new.value, params)
    return None


def _with_slip(check: EntryCheck, subject: Subject, new: Measurement, rules: GrowthRules) -> EntryCheck:
    """The check with the likeliest slip, if one brings the value to where most values are."""
    found = []
    for slip in rules.limits.slips[new.measure]:
        meant = tidy(float(new.value) * slip.factor)
        z = _own_z(subject, replace(new, value=Decimal(str(meant))), rules)
        if z is not None and abs(z) <= rules.limits.slip_z:
            found.append((abs(z), slip.code, meant))
    if not found:
        return check
    _, code, meant = min(found)
    return replace(check, slip=code, suggested=meant)


def _own_z(subject: Subject, new: Measurement, rules: GrowthRules) -> float | None:
    """z of one value by itself; None where it is impossible or not judged."""
    if not _is_possible(new, rules):
        return None
    return evaluate(rules, subject, [new])[0].z_score


def _swapped(subject: Subject, entered: Sequence[Measurement], rules: GrowthRules) -> Iterator[EntryCheck]:
    """Weight in the place of length or height and the reverse: as written neither fits, the other way round both do."""
    weights = [new for new in entered if new.measure == "weight"]
    sizes = [new for new in entered if new.measure in ("length", "height")]
    for weight, size in zip(weights, sizes, strict=False):
        as_written = (_own_z(subject, weight, rules), _own_z(subject, size, rules))
        turned = (replace(weight, value=size.value), replace(size, value=weight.value))
        if not _fits(as_written, rules) and _fits([_own_z(subject, new, rules) for new in turned], rules):
            params: dict[str, float | str | date] = {"weight": float(size.value), "size": float(weight.value)}
            yield EntryCheck("unusual", "swapped", "weight", weight.value, params)


def _fits(scores: Sequence[float | None], rules: GrowthRules) -> bool:
    return all(score is not None and abs(score) <= rules.limits.slip_z for score in scores)


def _against_earlier(so_far: Sequence[Measurement], new: Measurement, rules: GrowthRules) -> Iterator[EntryCheck]:
    """Bodies do not grow shorter, heads not smaller, and weight does not fall by much without a cause."""
    earlier = [old for old in so_far if old.day < new.day and _comparable(old.measure, new.measure)]
    if not earlier:
        return
    last = max(earlier, key=lambda old: old.day)
    before = _as_measured(last, new.measure, rules)
    less = tidy(before - float(new.value))
    params: dict[str, float | str | date] = {"before": float(last.value), "before_day": last.day, "less_by": less}
    if new.measure == "weight":
        if less > before * rules.limits.weight_fall_share:
            yield EntryCheck("unusual", "lost-weight", new.measure, new.value, params)
    elif less > rules.limits.shrink_cm[new.measure]:
        yield EntryCheck("unusual", "shrank", new.measure, new.value, params)


def _comparable(one: Measure, other: Measure) -> bool:
    return one == other or {one, other} == {"length", "height"}


def _as_measured(old: Measurement, measure: Measure, rules: GrowthRules) -> float:
    """The earlier value as it would have been in the position of the new one (cm), or unchanged."""
    shift = rules.standard.standing_shorter_cm
    changes = {("length", "height"): -shift, ("height", "length"): shift}
    return tidy(float(old.value) + changes.get((old.measure, measure), 0.0))
