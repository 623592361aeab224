"""Judging one child's measurements by a growth standard.

Categories come from the printed cut-offs where a standard prints them, lower bound inclusive; z-score and percentile then
come from the smooth fit and are labelled so. Where it publishes L, M and S, everything comes from the z-score. What had a
part besides is listed in `Finding.applied`; what could not be judged, and why, in `Finding.not_judged`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import groupby
from math import isnan

from healthrec.domain.age import CorrectionRule, age_days, exact_months
from healthrec.domain.growth.assess import Scores, score
from healthrec.domain.growth.cohort import (
    BIT,
    DAYS_A_MONTH,
    LYING,
    NOT_JUDGED,
    STANDING,
    Applied,
    Cohort,
    Index,
    NotJudged,
    Reading,
    readings,
)
from healthrec.domain.growth.facts import Measure, Measurement, Subject
from healthrec.domain.growth.lms import percentile_of
from healthrec.domain.growth.numbers import ONE
from healthrec.domain.growth.reading import CutOffs, cut_offs_at, tidy
from healthrec.domain.growth.ruler import SEXES, Ruler, ruler
from healthrec.domain.growth.rules import GrowthRules
from healthrec.domain.growth.standard import GrowthStandard, GrowthTable, Indicator, Method


@dataclass(frozen=True, slots=True)
class Finding:
    """What a standard says about one indicator on one day."""

    rule_id: str
    edition: str
    indicator: Indicator
    day: date
    value: float
    """kg, cm, mm or kg/m2, after any change of position"""
    method: Method
    """What `level` was judged by; the two methods do not agree everywhere."""
    level: str | None = None
    """upper, upper-middle, middle, lower-middle, lower; None where the standard has no levels"""
    nutrition: str | None = None
    """normal, underweight, stunting, wasting, overweight, obesity, severe-...; None where the standard gives none"""
    z_score: float | None = None
    """Two decimals; from the fit where the standard prints cut-offs"""
    percentile: float | None = None
    """One decimal; of the same source"""
    table: GrowthTable | None = None
    """What it was read from, None where nothing was"""
    x: float = 0.0
    """Where on the table's axis"""
    applied: tuple[Applied, ...] = ()
    not_judged: tuple[NotJudged, ...] = ()
    flagged: bool = False
    """Whether the z-score is hardly a child's"""
    age_days: int = 0
    """Days since birth"""
    counted_days: int = 0
    """Days of the age that was judged by: since birth, or since term"""
    before_standard: bool = False
    """Whether it was measured before the standard came into force"""
    uncorrected: Finding | None = None
    """The same by the age since birth, where this one is by the corrected age"""

    @property
    def cut_offs(self) -> CutOffs | None:
        """What the table says there: worked out when it is asked for, since most findings only go into columns."""
        return cut_offs_at(self.table, self.x) if self.table is not None else None


def evaluate(
    rules: GrowthRules,
    subject: Subject,
    measurements: Sequence[Measurement],
    method: Method = "sd",
    standard: GrowthStandard | None = None,
    oedema: bool = False,
) -> tuple[Finding, ...]:
    """Findings about measurements of one day, in the order wfa, lhfa, wfl or wfh, bfa, hcfa, acfa, tsfa, ssfa.

    Judged by `standard`, else by that of the rules. Each indicator whose measurements are there and of which the standard
    speaks gives one finding, judged or with its reasons. Of two values of one measure the later in the sequence counts.
    Raises ValueError when the days differ.
    """
    if not measurements:
        return ()
    if any(measurement.day != measurements[0].day for measurement in measurements):
        raise ValueError("measurements of different days cannot be judged together")
    return _findings(_Case(rules, subject, method, oedema), standard or rules.standard, measurements)


def evaluate_series(
    rules: GrowthRules,
    subject: Subject,
    measurements: Iterable[Measurement],
    method: Method = "sd",
    standard: GrowthStandard | None = None,
) -> tuple[Finding, ...]:
    """Findings about all measurements, day by day from the first to the last."""
    ordered = sorted(measurements, key=lambda measurement: measurement.day)
    case, by = _Case(rules, subject, method), standard or rules.standard
    days = groupby(ordered, key=lambda measurement: measurement.day)
    return tuple(finding for _, day in days for finding in _findings(case, by, list(day)))


def counted_birth(subject: Subject, on: date, correction: CorrectionRule) -> date:
    """The day from which the age that counts for growth runs: of birth, or of term while the age is corrected."""
    return correction.counted_birth(subject.birth, subject.gestation_days, on)


def body_mass_index(weight_kg: float, size_cm: float) -> float:
    """Weight over squared length or height (kg/m2), not rounded."""
    return tidy(weight_kg / (size_cm / 100) ** 2)


@dataclass(frozen=True, slots=True)
class _Visit:
    """What one day brought, and the age that counts for it."""

    day: date
    measured: Mapping[Measure, float]
    age_days: int
    days: int
    months: float
    corrected: bool

    @classmethod
    def of(cls, subject: Subject, counted: date, day: date, measured: Mapping[Measure, float]) -> _Visit:
        age = age_days(subject.birth, day)
        corrected = counted != subject.birth and age >= 0
        return cls(day, measured, age, age_days(counted, day), exact_months(counted, day), corrected)


@dataclass(frozen=True, slots=True)
class _Case:
    """What all visits have in common."""

    rules: GrowthRules
    subject: Subject
    method: Method
    oedema: bool = False


def _findings(case: _Case, standard: GrowthStandard, of_day: Sequence[Measurement]) -> tuple[Finding, ...]:
    """By the age that counts; those by the age since birth stand beside the corrected ones."""
    visit = _visit(case, standard, of_day)
    found = _judged(case, standard, visit)
    if visit.corrected:
        real = _judged(case, standard, _Visit.of(case.subject, case.subject.birth, visit.day, visit.measured))
        found = {index: replace(one, uncorrected=real.get(index)) for index, one in found.items()}
    return tuple(found.values())


def _visit(case: _Case, standard: GrowthStandard, of_day: Sequence[Measurement]) -> _Visit:
    subject, day = case.subject, of_day[0].day
    by_gestation = standard.clock in ("gestation", "postmenstrual")
    counted = subject.birth if by_gestation else counted_birth(subject, day, case.rules.correction)
    # As WHO has it, a measure of nothing or less is a missing one.
    measured = {one.measure: float(one.value) for one in of_day if one.value > 0}
    return _Visit.of(subject, counted, day, measured)


def _judged(case: _Case, standard: GrowthStandard, visit: _Visit) -> dict[Index, Finding]:
    """Findings of a visit; who has outgrown the standard is judged by those that continue it."""
    found = _by_standard(case, standard, visit)
    if any("age-beyond-standard" in finding.not_judged for finding in found.values()):
        for following in case.rules.continuing(standard):
            by_index = _by_standard(case, following, visit)
            found.update({index: one for index, one in by_index.items() if not one.not_judged})
    return found


def _by_standard(case: _Case, standard: GrowthStandard, visit: _Visit) -> dict[Index, Finding]:
    rule, cohort = ruler(standard), _cohort(case, standard, visit)
    by = rule.method_of_levels(case.method)
    scored = [(one, score(rule, cohort.sex, one, (by,) if by else (), ONE)) for one in readings(rule, cohort)]
    return {reading.index: _finding(case, rule, visit, reading, scores) for reading, scores in scored}


def _cohort(case: _Case, standard: GrowthStandard, visit: _Visit) -> Cohort:
    subject, measured = case.subject, visit.measured
    size, position = _size(standard, visit)
    return Cohort(
        sex=SEXES.index(subject.sex) if subject.sex in SEXES else -1,
        days=float(visit.days),
        months=visit.months,
        weight=measured.get("weight"),
        size=size,
        position=position,
        head=measured.get("head"),
        arm=measured.get("arm"),
        triceps=measured.get("triceps"),
        subscapular=measured.get("subscapular"),
        gestation=subject.gestation_days,
        corrected=visit.corrected,
        oedema=case.oedema,
    )


def _size(standard: GrowthStandard, visit: _Visit) -> tuple[float | None, int]:
    """Length or height (cm) with the position; of both the one that the table of this age wants."""
    length, height = visit.measured.get("length"), visit.measured.get("height")
    months = visit.months if standard.clock == "months" else visit.days / DAYS_A_MONTH
    if height is not None and (length is None or months >= standard.standing_from_month):
        return height, STANDING
    return length, LYING


def _finding(case: _Case, rule: Ruler, visit: _Visit, reading: Reading, scores: Scores) -> Finding:
    standard, indicator = rule.standard, rule.indicators[reading.number]
    by = rule.method_of_levels(case.method)
    scored, why = not isnan(scores.z), scores.reason
    return Finding(
        standard.rule_id,
        standard.edition,
        indicator,
        visit.day,
        tidy(reading.value),
        by or case.method,
        level=rule.levels[by].codes[scores.levels[by]] if by and scores.levels[by] >= 0 else None,
        nutrition=rule.nutrition.codes[scores.category] if scores.category >= 0 else None,
        z_score=scores.rounded if scored else None,
        percentile=round(percentile_of(scores.z), 1) if scored else None,
        table=None if why else standard.tables[indicator, case.subject.sex],
        x=reading.x,
        applied=_rules(scores.applied),
        not_judged=(NOT_JUDGED[why - 1],) if why else (),
        flagged=scores.flagged,
        age_days=visit.age_days,
        counted_days=visit.days,
        before_standard=visit.day < standard.effective,
    )


@cache
def _rules(applied: int) -> tuple[Applied, ...]:
    return tuple(rule for rule, bit in BIT.items() if applied & bit)
