"""Judging measurements of one day by a growth standard.

Categories come from the printed cut-offs only, lower bound inclusive. z-score and percentile come from the smooth fit
and are labelled so. What the standard does not say and we decided is listed in `Finding.applied`; what could not be
judged, and why, in `Finding.not_judged`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Literal

from healthrec.domain.age import CorrectionRule, completed_months, corrected_birth, exact_months
from healthrec.domain.growth.facts import Measure, Measurement, Subject
from healthrec.domain.growth.lms import percentile_of
from healthrec.domain.growth.reading import CutOffs, cut_offs_at, tidy, z_score
from healthrec.domain.growth.rules import GrowthRules
from healthrec.domain.growth.standard import (
    PERCENTILE_MARKS,
    SD_MARKS,
    GrowthStandard,
    GrowthTable,
    Indicator,
    Method,
    Scale,
)

Applied = Literal[
    "interpolated",  # between two printed rows
    "bridged",  # interpolated towards the lying equivalent of the first row for standing
    "last-row-held",  # the days after the last printed month, until that month is over
    "length-from-standing",  # measured standing where the table is for lying
    "height-from-lying",  # measured lying where the table is for standing
    "corrected-age",  # counted from the term date
]
"""Rules of ours that had a part in a finding."""

NotJudged = Literal[
    "sex-not-covered",  # the standard has tables for female and male only
    "before-birth",
    "before-term",  # corrected age below 0: a preterm chart is needed
    "age-without-row",  # within the standard's ages, after its last printed row (82 and 83 months; head after 36)
    "age-beyond-standard",  # 7 years and older
    "size-outside-table",  # too short or too long for the weight-for-size table
]
"""Why there is no category."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What the standard says about one indicator on one day."""

    rule_id: str
    edition: str
    indicator: Indicator
    day: date
    value: float
    """kg, cm or kg/m2, after any change of position"""
    method: Method
    """What `level` was judged by; the two methods do not agree everywhere."""
    level: str | None = None
    """upper, upper-middle, middle, lower-middle, lower"""
    nutrition: str | None = None
    """normal, underweight, stunting, wasting, overweight, obesity, severe-...; None where the standard gives none"""
    z_score: float | None = None
    """From the fit, two decimals"""
    percentile: float | None = None
    """From the fit, one decimal"""
    cut_offs: CutOffs | None = None
    applied: tuple[Applied, ...] = ()
    not_judged: tuple[NotJudged, ...] = ()


def evaluate(
    rules: GrowthRules, subject: Subject, measurements: Sequence[Measurement], method: Method = "sd"
) -> tuple[Finding, ...]:
    """Findings about measurements of one day, in the order wfa, lhfa, wfl or wfh, bfa, hcfa.

    Each indicator whose measurements are there gives one finding, judged or with its reasons. Of two values of one
    measure the later in the sequence counts. Raises ValueError when the days differ.
    """
    if not measurements:
        return ()
    if any(measurement.day != measurements[0].day for measurement in measurements):
        raise ValueError("measurements of different days cannot be judged together")
    visit = _Visit.of(rules, subject, measurements)
    reason = _reason_from_age(rules.standard, subject, visit)
    readings = visit.readings(rules.standard)
    return tuple([_judge(rules.standard, subject, visit, reading, reason, method) for reading in readings])


def evaluate_series(
    rules: GrowthRules, subject: Subject, measurements: Iterable[Measurement], method: Method = "sd"
) -> tuple[Finding, ...]:
    """Findings about all measurements, day by day from the first to the last."""
    ordered = sorted(measurements, key=lambda measurement: measurement.day)
    days = groupby(ordered, key=lambda measurement: measurement.day)
    return tuple(finding for _, day in days for finding in evaluate(rules, subject, list(day), method))


@dataclass(frozen=True, slots=True)
class _Reading:
    """One indicator's value and the place in its table: `x` is None where the age decides."""

    indicator: Indicator
    value: float
    x: float | None = None
    applied: tuple[Applied, ...] = ()


@dataclass(frozen=True, slots=True)
class _Visit:
    """What one day brought, with the age that counts for it."""

    day: date
    months: float
    completed: int
    corrected: bool
    by_measure: dict[Measure, float]

    @classmethod
    def of(cls, rules: GrowthRules, subject: Subject, measurements: Sequence[Measurement]) -> _Visit:
        day = measurements[0].day
        birth = counted_birth(subject, day, rules.correction)
        # As WHO has it, a measure of nothing or less is a missing one.
        values = {one.measure: float(one.value) for one in measurements if one.value > 0}
        return cls(day, exact_months(birth, day), completed_months(birth, day), birth != subject.birth, values)

    def readings(self, standard: GrowthStandard) -> list[_Reading]:
        weight, head = self.by_measure.get("weight"), self.by_measure.get("head")
        size = self._size(standard)
        found: list[_Reading] = []
        if weight is not None:
            found.append(_Reading("wfa", weight))
        if size is not None:
            found.append(_Reading("lhfa", size[0], applied=size[1]))
        if weight is not None and size is not None:
            for_size: Indicator = "wfh" if self._standing(standard) else "wfl"
            found.append(_Reading(for_size, weight, size[0], size[1]))
            found.append(_Reading("bfa", body_mass_index(weight, size[0]), applied=size[1]))
        if head is not None:
            found.append(_Reading("hcfa", head))
        return found

    def _standing(self, standard: GrowthStandard) -> bool:
        return self.completed >= standard.standing_from_month

    def _size(self, standard: GrowthStandard) -> tuple[float, tuple[Applied, ...]] | None:
        """Length or height in cm as the table of this age wants it, converted when only the other was measured."""
        length, height = self.by_measure.get("length"), self.by_measure.get("height")
        if self._standing(standard):
            if height is not None:
                return height, ()
            return None if length is None else (tidy(length - standard.standing_shorter_cm), ("height-from-lying",))
        if length is not None:
            return length, ()
        return None if height is None else (tidy(height + standard.standing_shorter_cm), ("length-from-standing",))


def counted_birth(subject: Subject, on: date, correction: CorrectionRule) -> date:
    """The day from which the age that counts for growth runs: of birth, or of term while the age is corrected."""
    limit = correction.limit_for(subject.gestation_days)
    return corrected_birth(subject.birth, subject.gestation_days, on, limit)


def body_mass_index(weight_kg: float, size_cm: float) -> float:
    """Weight over squared length or height (kg/m2), not rounded."""
    return tidy(weight_kg / (size_cm / 100) ** 2)


def _judge(
    standard: GrowthStandard,
    subject: Subject,
    visit: _Visit,
    reading: _Reading,
    reason: NotJudged | None,
    method: Method,
) -> Finding:
    corrected: tuple[Applied, ...] = ("corrected-age",) if visit.corrected else ()
    if reason is not None:
        return _unjudged(standard, visit, reading, method, corrected, reason)
    table = standard.tables[reading.indicator, subject.sex]
    x = _month_within(visit, table.rows.x[-1]) if reading.x is None else reading.x
    cut_offs = cut_offs_at(table, x)
    if cut_offs is None:
        outside: NotJudged = "age-without-row" if reading.x is None else "size-outside-table"
        return _unjudged(standard, visit, reading, method, corrected, outside)
    held: tuple[Applied, ...] = ("last-row-held",) if reading.x is None and x < visit.months else ()
    applied = corrected + reading.applied + held + _interpolation(table, cut_offs)
    z = z_score(table, cut_offs.x, reading.value)
    return _judged(standard, visit, reading, method, cut_offs, z, applied)


def _unjudged(
    standard: GrowthStandard,
    visit: _Visit,
    reading: _Reading,
    method: Method,
    corrected: tuple[Applied, ...],
    reason: NotJudged,
) -> Finding:
    return Finding(
        standard.rule_id,
        standard.edition,
        reading.indicator,
        visit.day,
        reading.value,
        method,
        applied=corrected + reading.applied,
        not_judged=(reason,),
    )


def _judged(
    standard: GrowthStandard,
    visit: _Visit,
    reading: _Reading,
    method: Method,
    cut_offs: CutOffs,
    z: float,
    applied: tuple[Applied, ...],
) -> Finding:
    value = tidy(reading.value)
    nutrition = standard.nutrition.get(reading.indicator)
    return Finding(
        standard.rule_id,
        standard.edition,
        reading.indicator,
        visit.day,
        reading.value,
        method,
        level=_level(standard, method, cut_offs, value),
        nutrition=None if nutrition is None else _category(nutrition, _COLUMN["sd"], cut_offs.sd, value),
        z_score=round(z, 2) + 0.0,  # minus zero reads badly
        percentile=round(percentile_of(z), 1),
        cut_offs=cut_offs,
        applied=applied,
    )


def _reason_from_age(standard: GrowthStandard, subject: Subject, visit: _Visit) -> NotJudged | None:
    if not any(sex == subject.sex for _, sex in standard.tables):
        return "sex-not-covered"
    if visit.day < subject.birth:
        return "before-birth"
    if visit.completed < 0:
        return "before-term"
    return "age-beyond-standard" if visit.completed >= standard.ends_at_month else None


def _month_within(visit: _Visit, last: float) -> float:
    """The month to read at: the last printed row holds until its month is over."""
    return last if visit.completed == last else visit.months


def _interpolation(table: GrowthTable, cut_offs: CutOffs) -> tuple[Applied, ...]:
    if not cut_offs.interpolated:
        return ()
    return ("interpolated", "bridged") if cut_offs.between[1] in table.rows.steps else ("interpolated",)


def _level(standard: GrowthStandard, method: Method, cut_offs: CutOffs, value: float) -> str | None:
    if method not in standard.levels:
        return None
    printed = cut_offs.sd if method == "sd" else cut_offs.percentiles
    return _category(standard.levels[method], _COLUMN[method], printed, value)


_COLUMN: dict[Method, dict[str, int]] = {
    "sd": {mark: column for column, mark in enumerate(SD_MARKS)},
    "percentile": {mark: column for column, mark in enumerate(PERCENTILE_MARKS)},
}


def _category(scale: Scale, column: dict[str, int], printed: tuple[float, ...], value: float) -> str:
    """`value` is tidy; a rulebook's bounds and printed values rise."""
    return scale.codes[bisect_right([printed[column[bound]] for bound in scale.bounds], value)]
