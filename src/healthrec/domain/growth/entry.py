"""Is a value that is being entered believable? Three answers: impossible (blocked), implausible (asks for a second
measuring or a reason), unusual (noted).

An invalid number is not an abnormal one: only what no living child measures is blocked. Small, heavy and faltering
children pass with a reason, and the reason is kept. Thick clothes and crying excuse as much as they usually change.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from healthrec.domain.growth.entry_check import EntryCheck, Params
from healthrec.domain.growth.entry_earlier import against_earlier
from healthrec.domain.growth.entry_slips import is_possible, swapped, with_slip
from healthrec.domain.growth.evaluate import Finding, evaluate
from healthrec.domain.growth.facts import Measure, Measurement, Subject
from healthrec.domain.growth.limits import Circumstance
from healthrec.domain.growth.rules import GrowthRules
from healthrec.domain.growth.standard import Indicator

_MEASURES_OF: dict[Indicator, tuple[Measure, ...]] = {
    "wfa": ("weight",),
    "lhfa": ("length", "height"),
    "wfl": ("weight",),
    "wfh": ("weight",),
    "bfa": ("weight",),
    "hcfa": ("head",),
    "acfa": ("arm",),
}
_SINGLE = frozenset({"wfa", "lhfa", "hcfa", "acfa"})
_ORDER = ("impossible", "implausible", "unusual")


def check_entry(
    subject: Subject,
    so_far: Sequence[Measurement],
    entered: Sequence[Measurement],
    rules: GrowthRules,
    today: date,
    circumstances: Collection[Circumstance] = (),
) -> tuple[EntryCheck, ...]:
    """Remarks on the values `entered` together on one day, given those kept `so_far`; empty when all is quiet.

    `so_far` may hold any days; only earlier ones are compared. Sorted by severity, the worst first. Raises ValueError
    when the entered days differ.
    """
    checks = [*_dates(subject, entered, today)]
    if not checks:
        allowed = [*_allowed(entered, rules, circumstances)]
        checks = [
            _weighed(check, subject, so_far, entered, rules, allowed)
            for check in _remarks(subject, so_far, entered, rules)
        ]
    return tuple(sorted(checks, key=lambda check: _ORDER.index(check.severity)))


def _dates(subject: Subject, entered: Sequence[Measurement], today: date) -> Iterator[EntryCheck]:
    for new in entered:
        if new.day < subject.birth:
            yield EntryCheck("impossible", "before-birth", new.measure, new.value)
        if new.day > today:
            yield EntryCheck("impossible", "in-future", new.measure, new.value)


def _remarks(
    subject: Subject, so_far: Sequence[Measurement], entered: Sequence[Measurement], rules: GrowthRules
) -> Iterator[EntryCheck]:
    possible = [new for new in entered if is_possible(new, rules)]
    own = [*_ranges(entered, rules), *_from_findings(subject, possible, rules)]
    own += [check for new in possible for check in against_earlier(subject, so_far, new, rules)]
    by_measure = {new.measure: new for new in entered}
    for check in _without_echoes(own):
        slip = check.severity != "unusual" and check.params.get("indicator", "wfa") in _SINGLE
        yield with_slip(check, subject, so_far, by_measure[check.measure], rules) if slip else check
    yield from swapped(subject, entered, rules)


def _without_echoes(checks: Sequence[EntryCheck]) -> list[EntryCheck]:
    """A leap is told only where nothing else speaks against the value, a note only where nothing does at all."""
    strong = [check for check in checks if check.severity != "unusual"]
    told = {check.measure for check in strong if check.code != "jumped"}
    strong = [check for check in strong if check.code != "jumped" or check.measure not in told]
    told |= {check.measure for check in strong}
    return strong + [check for check in checks if check.severity == "unusual" and check.measure not in told]


def _ranges(entered: Sequence[Measurement], rules: GrowthRules) -> Iterator[EntryCheck]:
    for new in entered:
        if not is_possible(new, rules):
            low, high = rules.limits.possible[new.measure]
            yield EntryCheck("impossible", "out-of-range", new.measure, new.value, {"low": low, "high": high})


def _from_findings(subject: Subject, entered: Sequence[Measurement], rules: GrowthRules) -> Iterator[EntryCheck]:
    """One remark for each measure: the most severe; of equal ones its own z before those that mix weight and size."""
    by_measure = {measurement.measure: measurement for measurement in entered}
    said: dict[Measure, EntryCheck] = {}
    for finding in sorted(evaluate(rules, subject, entered), key=lambda finding: finding.indicator not in _SINGLE):
        measure = next(measure for measure in _MEASURES_OF[finding.indicator] if measure in by_measure)
        check = _from_z(finding, by_measure[measure], rules)
        if check is not None and (measure not in said or said[measure].severity == "unusual"):
            said[measure] = check
    yield from said.values()


def _from_z(finding: Finding, new: Measurement, rules: GrowthRules) -> EntryCheck | None:
    if finding.z_score is None:
        return None
    low, high = rules.limits.needs_reason_z[finding.indicator]
    params: Params = {"indicator": finding.indicator, "z_score": finding.z_score}
    if not low <= finding.z_score <= high:
        limits = {"low": low, "high": high}
        return EntryCheck("implausible", "far-from-standard", new.measure, new.value, {**params, **limits})
    if abs(finding.z_score) > rules.limits.note_z:
        return EntryCheck("unusual", "unlike-most", new.measure, new.value, params)
    return None


_Allowed = tuple[Circumstance, list[Measurement]]
"""The entered values once more, one of them as far off as a circumstance may have made it."""


def _allowed(
    entered: Sequence[Measurement], rules: GrowthRules, circumstances: Collection[Circumstance]
) -> Iterator[_Allowed]:
    for circumstance in circumstances:
        for at, new in enumerate(entered):
            over, under = rules.limits.allowances[circumstance].get(new.measure, (0.0, 0.0))
            for shift in (-over, under):
                if shift:
                    shifted = replace(new, value=new.value + Decimal(str(shift)))
                    yield circumstance, [*entered[:at], shifted, *entered[at + 1 :]]


def _weighed(
    check: EntryCheck,
    subject: Subject,
    so_far: Sequence[Measurement],
    entered: Sequence[Measurement],
    rules: GrowthRules,
    allowed: Sequence[_Allowed],
) -> EntryCheck:
    """An implausible value that a remarked circumstance may explain is only noted."""
    if check.severity != "implausible":
        return check
    for circumstance, values in allowed:
        still = [one for one in _remarks(subject, so_far, values, rules) if one.measure == check.measure]
        if all(one.severity == "unusual" for one in still):
            return replace(check, severity="unusual", excused=circumstance, slip="", meant={})
    return check
