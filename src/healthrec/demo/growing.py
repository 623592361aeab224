"""How the children of the town grow: z-scores that wander slowly, turned into kilograms and centimetres.

Two independent standard normal courses per child, one for length and one for build, and a third for the head. Each is
the sum of a part that the child keeps and an Ornstein-Uhlenbeck walk, so that at every age its mean over children is 0
and its SD 1. The z of weight is mixed from length and build in the proportion that also gives weight-for-length and
BMI an SD of 1. The part that a child keeps comes from an additive recurrence with the plastic numbers (M. Roberts, The
unreasonable effectiveness of quasirandom sequences, 2018), which fills the distribution evenly in towns of any size.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from math import exp, log, sqrt
from random import Random
from statistics import NormalDist
from typing import Final

from healthrec.demo.children import TERM_DAYS, ChildPlan
from healthrec.domain.age import DAYS_AT_TERM, completed_months, exact_months
from healthrec.domain.growth.standard import GrowthStandard, GrowthTable, Indicator

HEAD_UNTIL_MONTHS: Final = 36
STANDING_FROM_MONTHS: Final = 24
STANDING_SHORTER_CM: Final = 0.7

_PLASTIC: Final = 1.2207440846057596  # root of x^4 = x + 1, for three dimensions
_STEPS: Final = tuple(_PLASTIC**-k for k in (1, 2, 3))
_SEED_STEP: Final = 0.0034  # chosen so that the default town is even in every age band
_KEPT: Final = (0.90, 0.72, 0.90)  # share of the variance that a child keeps: length, build, head
_FADE_MONTHS: Final = (48.0, 24.0, 36.0)  # in which the rest forgets itself

_MIXING: Final[dict[str, tuple[tuple[float, float, float, float], ...]]] = {
    # months: share of length in weight, shift of the z of length, shift of the z of weight. The tables of the standard
    # are not quite consistent with one another; these bring all four indicators nearest to mean 0 and SD 1.
    "male": (
        (0, 0.70, -0.05, 0.05), (1, 0.70, -0.05, 0.05), (2, 0.70, 0.05, 0), (3, 0.60, 0.05, -0.05),
        (4, 0.60, 0.05, -0.025), (6, 0.60, 0.025, -0.025), (8, 0.60, 0.025, 0), (12, 0.65, 0, 0),
        (18, 0.70, 0, 0.025), (23, 0.70, 0, 0), (24, 0.70, 0, -0.025), (30, 0.70, -0.025, 0),
        (36, 0.75, -0.025, 0.05), (42, 0.75, -0.025, 0.025), (48, 0.75, -0.025, 0.025), (54, 0.75, -0.025, 0.025),
        (60, 0.75, -0.025, 0.025), (66, 0.75, -0.025, 0.025), (72, 0.70, -0.05, 0.05), (78, 0.70, -0.05, 0.05),
    ),
    "female": (
        (0, 0.75, -0.05, 0), (1, 0.75, -0.025, 0), (2, 0.70, 0.05, -0.05), (3, 0.65, 0.05, -0.05),
        (4, 0.65, 0.05, -0.025), (6, 0.65, 0.025, -0.025), (8, 0.65, 0, -0.025), (12, 0.70, 0, 0),
        (18, 0.70, -0.025, 0), (23, 0.75, 0.025, 0), (24, 0.75, 0, 0), (30, 0.75, 0, 0), (36, 0.75, 0, 0),
        (42, 0.75, 0.025, 0), (48, 0.75, 0.025, 0), (54, 0.75, 0, 0), (60, 0.75, -0.025, 0), (66, 0.75, 0, 0.025),
        (72, 0.70, 0, 0.05), (78, 0.70, -0.05, 0.05),
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Size:
    """One measuring: kg with two decimals, cm with one. `lying` tells length from height; `head_cm` to 36 months."""

    day: date
    weight_kg: Decimal
    stature_cm: Decimal
    lying: bool
    head_cm: Decimal | None


class GrowthCurves:
    """Scalar look-up in the fit of a growth standard: `value_at` of domain.growth for many single values."""

    def __init__(self, standard: GrowthStandard) -> None:
        self._tables = {key: _rows(table) for key, table in standard.tables.items()}

    def value(self, indicator: Indicator, sex: str, months: float, z: float) -> float:
        """kg or cm; after its last row a table is held."""
        xs, rows = self._tables[indicator, sex]
        at = min(max(months, xs[0]), xs[-1])
        left = min(bisect_right(xs, at) - 1, len(xs) - 2)
        share = (at - xs[left]) / (xs[left + 1] - xs[left])
        power, median, spread = (a + share * (b - a) for a, b in zip(rows[left], rows[left + 1], strict=True))
        inside = power * spread * z
        return median * (1 + inside) ** (1 / power) if abs(power) > 1e-9 else median * exp(spread * z)


class GrowthCourse:
    """The growth of one child, asked day after day in rising order."""

    def __init__(self, plan: ChildPlan, seed: int, curves: GrowthCurves) -> None:
        self._plan, self._curves = plan, curves
        self._draw = Random(f"{seed}:growth:{plan.index}")
        self._kept = [_normal((0.5 + seed % 9973 * _SEED_STEP + (plan.index + 1) * step) % 1) for step in _STEPS]
        self._walk = [_normal(self._draw.random()) for _ in _STEPS]
        self._at_months = 0.0
        self._term = plan.born + timedelta(days=_early_days(plan))
        self._longest = 0.0

    def on(self, day: date) -> Size:
        """The measurements of `day`, which must not be before the last one asked for."""
        plan = self._plan
        months = exact_months(self._term, day)
        lying = completed_months(plan.born, day) < STANDING_FROM_MONTHS
        length_z, weight_z, head_z = self._z_scores(max(months, 0.0))
        if months < 0:
            weight, stature, head = _before_term(plan, day, length_z, weight_z, head_z)
        else:
            weight = self._curves.value("wfa", plan.sex, months, weight_z)
            stature = self._curves.value("lhfa", plan.sex, months, length_z)
            if not lying and months < STANDING_FROM_MONTHS:  # corrected age, still in the lying part of the table
                stature -= STANDING_SHORTER_CM
            head = self._curves.value("hcfa", plan.sex, months, head_z)
        stature = self._never_shorter(stature, 0.0 if lying else STANDING_SHORTER_CM)
        with_head = exact_months(plan.born, day) <= HEAD_UNTIL_MONTHS
        return Size(
            day,
            Decimal(f"{weight:.2f}"),
            Decimal(f"{stature:.1f}"),
            lying,
            Decimal(f"{head:.1f}") if with_head else None,
        )

    def _z_scores(self, months: float) -> tuple[float, float, float]:
        length, build, head = self._wander(months)
        share, length_shift, weight_shift = _mixing(self._plan.sex, months)
        weight = share * length + sqrt(1 - share * share) * build
        return _by_kind(self._plan.kind, months, length + length_shift, weight + weight_shift, head)

    def _wander(self, months: float) -> list[float]:
        passed, self._at_months = months - self._at_months, months
        for k, fade in enumerate(_FADE_MONTHS):
            memory = exp(-passed / fade)
            self._walk[k] = memory * self._walk[k] + sqrt(1 - memory * memory) * _normal(self._draw.random())
        return [
            sqrt(kept) * base + sqrt(1 - kept) * walk
            for kept, base, walk in zip(_KEPT, self._kept, self._walk, strict=True)
        ]

    def _never_shorter(self, stature: float, taller_lying: float) -> float:
        """Nobody shrinks, whatever the walk says; both numbers in cm."""
        self._longest = max(self._longest, stature + taller_lying)
        return self._longest - taller_lying


def _rows(table: GrowthTable) -> tuple[list[float], list[tuple[float, ...]]]:
    return table.x.tolist(), [tuple(row) for row in table.lms.tolist()]


def _normal(uniform: float) -> float:
    return _STANDARD_NORMAL.inv_cdf(min(max(uniform, 1e-4), 1 - 1e-4))


_STANDARD_NORMAL: Final = NormalDist()


def _early_days(plan: ChildPlan) -> int:
    """Days by which the age is corrected: those missing to 40 weeks, for a child born before 37."""
    return DAYS_AT_TERM - plan.gestation_days if plan.gestation_days < TERM_DAYS else 0


def _mixing(sex: str, months: float) -> tuple[float, float, float]:
    """Share and shifts at an age, linear between the calibrated ones; lying and standing are not mixed."""
    rows = _MIXING[sex]
    right = min(bisect_right(rows, (months, 9.0)), len(rows) - 1)
    (before, *a), (after, *b) = rows[right - 1], rows[right]
    part = min((months - before) / (after - before), 1.0)
    share, length, weight = (p + part * (q - p) for p, q in zip(a, b, strict=True))
    return share, length, weight


def _by_kind(kind: str, months: float, length: float, weight: float, head: float) -> tuple[float, float, float]:
    if kind == "small":
        return 0.4 * length - 2.1, 0.4 * weight - 2.0, 0.6 * head - 1.0
    if kind == "heavy":
        ramp = min(months / 24, 1.0)
        return length * (1 - 0.4 * ramp) + 0.6 * ramp, weight * (1 - 0.7 * ramp) + 2.6 * ramp, head
    if kind == "faltering":
        lost = min(max(months - 6, 0.0) * 0.2, 2.6)
        return 0.6 * length - 0.35 * lost, 0.5 * weight - lost, head
    return length, weight, head


def _before_term(
    plan: ChildPlan, day: date, length_z: float, weight_z: float, head_z: float
) -> tuple[float, float, float]:
    """Size of a preterm child before 40 weeks: the equations of INTERGROWTH-21st for preterm postnatal growth.

    Source: Villar J et al., Lancet Glob Health 2015;3:e681-91 (weeks of postmenstrual age from 27).
    """
    weeks = max((plan.gestation_days + (day - plan.born).days) / 7, 27.0)
    male = plan.sex == "male"
    weight = exp(
        2.591277 - 0.01155 * sqrt(weeks) - 2201.705 / weeks**2 + 0.0911639 * male
        + weight_z * (0.1470258 + 505.92394 / weeks**2 - 140.0576 * log(weeks) / weeks**2)
    )  # fmt: skip
    length = exp(
        4.136244 - 547.0018 / weeks**2 + 0.0026066 * weeks + 0.0314961 * male
        + length_z * (0.050489 + 310.44761 / weeks**2 - 90.0742 * log(weeks) / weeks**2)
    )  # fmt: skip
    head = 55.53617 - 852.0059 / weeks + 0.7957903 * male + head_z * (3.0582292 + 3910.05 / weeks**2 - 180.5625 / weeks)
    return weight, length, head
