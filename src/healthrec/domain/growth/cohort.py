"""Rows to be judged, and what each of them has to say to each index: a place in a table and a value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from math import nan
from typing import Final, Literal, get_args

import numpy as np

from healthrec.domain.growth.numbers import MANY, ONE, Arithmetic, Truth, Value, Whole
from healthrec.domain.growth.ruler import Ruler
from healthrec.domain.growth.standard import GrowthStandard, Indicator

Index = Literal["waz", "haz", "whz", "baz", "hcz", "acz", "tsz", "ssz"]
"""The names that surveys give to z-scores; whz is weight for length or for height."""

Applied = Literal[
    "corrected-age",  # counted from the term date
    "months-from-days",  # the standard counts calendar months, and only days were given
    "length-from-standing",  # measured standing where the table is for lying
    "height-from-lying",  # measured lying where the table is for standing
    "position-ignored",  # reported as standing at an age at which no child stands
    "last-row-held",  # the days after the last printed month, until that month is over
    "interpolated",  # between two printed rows
    "bridged",  # interpolated towards the lying equivalent of the first row for standing
]
"""Rules that had a part in a result."""

NotJudged = Literal[
    "sex-not-covered",  # the standard has tables for female and male only
    "before-birth",
    "before-term",  # corrected age below 0: a preterm chart is needed
    "age-unknown",
    "gestation-unknown",
    "not-at-birth",  # a table of size at birth, and a later day
    "not-preterm",  # a table for children born preterm, and another child
    "age-without-row",  # within the standard's ages, where it prints nothing (82 and 83 months; head after 36)
    "age-beyond-standard",
    "size-outside-table",  # too short or too long for the weight-for-size table
    "oedema",  # the weight is not the child's
]
"""Why there is no category."""

INDICATORS: Final[Mapping[Index, Indicator]] = {
    "waz": "wfa", "haz": "lhfa", "baz": "bfa", "hcz": "hcfa", "acz": "acfa", "tsz": "tsfa", "ssz": "ssfa",
}  # fmt: skip

APPLIED: Final[tuple[Applied, ...]] = get_args(Applied)
NOT_JUDGED: Final[tuple[NotJudged, ...]] = get_args(NotJudged)

DAYS_A_MONTH = 30.4375
PRETERM_BELOW_DAYS = 259

MALE, FEMALE = 0, 1
LYING, STANDING = 1, 2


BIT: Final[Mapping[Applied, int]] = {rule: 1 << place for place, rule in enumerate(APPLIED)}
"""A rule's place in a set of rules that is kept as a number."""

REASON: Final[Mapping[NotJudged, int]] = {why: place for place, why in enumerate(NOT_JUDGED, start=1)}
"""A reason as a number; 0 is none."""


@dataclass(frozen=True, slots=True, eq=False)
class Cohort:
    """One row to be judged, or arrays of one length. Not a number stands for not measured or not known; a measure is above
    0. What nobody measured is None.

    `days` and `months` are the age that counts, `months` by the calendar where dates are known; both may be fractions.
    `sex` is MALE, FEMALE or -1; `position` LYING, STANDING or 0 where it is not known.
    """

    sex: Whole
    days: Value
    months: Value
    weight: Value | None = None
    size: Value | None = None
    position: Whole | None = None
    head: Value | None = None
    arm: Value | None = None
    triceps: Value | None = None
    subscapular: Value | None = None
    gestation: Value | None = None
    corrected: Truth = False
    oedema: Truth = False

    @property
    def arithmetic(self) -> Arithmetic:
        """That of one number, or of columns."""
        return ONE if isinstance(self.days, float) else MANY

    def part(self, rows: Whole) -> Cohort:
        """Some of the rows."""
        columns = {field.name: getattr(self, field.name) for field in fields(self)}
        return Cohort(**{name: one[rows] if isinstance(one, np.ndarray) else one for name, one in columns.items()})


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """One index of all rows: the number of the indicator in the ruler (one for all, or one a row), where to read, the
    value (kg, cm, mm or kg/m2), why not (0: it can be judged), and the set of rules that were applied."""

    index: Index
    number: Whole
    x: Value
    value: Value
    reason: Whole
    applied: Whole


@dataclass(frozen=True, slots=True, eq=False)
class _Age:
    """`months` decide about the position; `along` holds the place on each axis of age."""

    months: Value
    along: Mapping[str, Value]
    reason: Whole


@dataclass(frozen=True, slots=True, eq=False)
class _Size:
    """Length or height as the table of the age wants it (cm), and whether that is the table for standing."""

    cm: Value
    standing: Truth
    applied: Whole


def readings(ruler: Ruler, cohort: Cohort) -> Iterator[Reading]:
    """What every index is read from, in the order waz haz whz baz hcz acz tsz ssz; only what was measured at all."""
    standard, xp = ruler.standard, cohort.arithmetic
    age = _age(standard, cohort, xp)
    applied = cohort.corrected * BIT["corrected-age"]
    size = _size(standard, cohort, age.months, applied, xp)
    swollen = xp.where(cohort.oedema, REASON["oedema"], age.reason)
    if cohort.weight is not None:
        yield from _by_age(ruler, "waz", age, cohort.weight, swollen, applied, xp)
    if size is not None:
        yield from _by_age(ruler, "haz", age, size.cm, age.reason, size.applied, xp)
    if cohort.weight is not None and size is not None:
        yield from _by_size(ruler, cohort.weight, size, _without_age(standard, swollen, xp), xp)
        bmi = cohort.weight / (size.cm / 100.0) ** 2
        if standard.bmi_decimals is not None:
            bmi = xp.rint(bmi * 10**standard.bmi_decimals) / 10**standard.bmi_decimals
        yield from _by_age(ruler, "baz", age, bmi, swollen, size.applied, xp)
    singles: tuple[tuple[Index, Value | None], ...] = (
        ("hcz", cohort.head),
        ("acz", cohort.arm),
        ("tsz", cohort.triceps),
        ("ssz", cohort.subscapular),
    )
    for index, values in singles:
        if values is not None:
            yield from _by_age(ruler, index, age, values, age.reason, applied, xp)


def _by_age(
    ruler: Ruler, index: Index, age: _Age, values: Value, why: Whole, applied: Whole, xp: Arithmetic
) -> Iterator[Reading]:
    number = ruler.numbers.get(INDICATORS[index])
    if number is not None:
        x = age.along[ruler.axes[number]]
        if ruler.standard.clock == "months":
            last = ruler.last.item(number)
            held = (x > last) & (x < last + 1.0)
            x, applied = xp.where(held, last, x), applied | held * BIT["last-row-held"]
        yield Reading(index, number, x, values, why, applied)


def _without_age(standard: GrowthStandard, why: Whole, xp: Arithmetic) -> Whole:
    """Weight for size needs no age where the standard says which table is read without one."""
    return why if standard.length_below_cm is None else xp.where(why == REASON["age-unknown"], 0, why)


def _by_size(ruler: Ruler, weight: Value, size: _Size, why: Whole, xp: Arithmetic) -> Iterator[Reading]:
    lying, standing = ruler.numbers.get("wfl"), ruler.numbers.get("wfh")
    if lying is not None and standing is not None:
        number = xp.where(size.standing, standing, lying)
        yield Reading("whz", number, size.cm, xp.where(xp.isnan(size.cm), size.cm, weight), why, size.applied)


def _age(standard: GrowthStandard, cohort: Cohort, xp: Arithmetic) -> _Age:
    if standard.clock == "months":
        why = _why_not(standard, cohort, cohort.months, xp)
        return _Age(cohort.months, {"age_month": cohort.months}, why)
    days = xp.floor(cohort.days + 0.5)
    exact = cohort.days / DAYS_A_MONTH
    why = _why_not(standard, cohort, exact, xp)
    if standard.clock == "days":
        return _Age(days / DAYS_A_MONTH, {"age_day": days, "age_month": exact}, why)
    gestation = nan if cohort.gestation is None else cohort.gestation
    if standard.clock == "gestation":
        other = xp.where(days == 0, 0, REASON["not-at-birth"])
    else:
        other = xp.where(gestation >= PRETERM_BELOW_DAYS, REASON["not-preterm"], 0)
    other = xp.where(gestation > 0, other, REASON["gestation-unknown"])
    along = {"gestation_day": gestation, "postmenstrual_day": gestation + days}
    return _Age(days / DAYS_A_MONTH, along, xp.where(why == 0, other, why))


def _why_not(standard: GrowthStandard, cohort: Cohort, months: Value, xp: Arithmetic) -> Whole:
    early = xp.where(cohort.corrected, REASON["before-term"], REASON["before-birth"])
    why = xp.where(months >= standard.ends_at_month, REASON["age-beyond-standard"], 0)
    why = xp.where(xp.isnan(months), REASON["age-unknown"], xp.where(months < 0, early, why))
    return xp.where(cohort.sex < 0, REASON["sex-not-covered"], why)


def _size(standard: GrowthStandard, cohort: Cohort, months: Value, applied: Whole, xp: Arithmetic) -> _Size | None:
    if cohort.size is None:
        return None
    wanted = months >= standard.standing_from_month
    if standard.length_below_cm is not None:
        tall = cohort.size >= standard.length_below_cm
        position = 0 if cohort.position is None else cohort.position
        stands = xp.where(position == 0, tall, position == STANDING)
        wanted = xp.where(xp.isnan(months), stands, wanted)
    if cohort.position is None:
        return _Size(cohort.size, wanted, applied)
    error = standard.standing_is_error_before_month
    stood, shorter = cohort.position == STANDING, (cohort.position == LYING) & (months >= standard.standing_from_month)
    ignored = stood & (months < error)
    taller = stood & (months >= error) & (months < standard.standing_from_month)
    cm = cohort.size + (taller * 1.0 - shorter * 1.0) * standard.standing_shorter_cm
    bits = taller * BIT["length-from-standing"] | shorter * BIT["height-from-lying"] | ignored * BIT["position-ignored"]
    return _Size(cm, wanted, applied | bits)
