"""How one person measures: which last digits are preferred, and how well repeated readings agree. No child is in it.

Meant as feedback for the person, never as a rank.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import sqrt
from typing import Literal

from healthrec.domain.growth.facts import Measure
from healthrec.domain.growth.measuring_rules import MeasuringRules

Preference = Literal["too-few", "chance", "excellent", "good", "acceptable", "problematic"]
"""How strongly some digits are preferred; `too-few` and `chance` say nothing against anybody."""

_CLASSES: tuple[Preference, ...] = ("excellent", "good", "acceptable", "problematic")


@dataclass(frozen=True, slots=True)
class LastDigits:
    """`counts[d]` values end in the digit d. `score` is the digit preference score: 0 for evenly spread digits, 100 where
    all are alike; 0 as well without a value."""

    measure: Measure
    counts: tuple[int, ...]
    score: float
    preference: Preference

    @property
    def total(self) -> int:
        return sum(self.counts)

    @property
    def favourites(self) -> tuple[int, ...]:
        """Digits that come at least one and a half times as often as evenly spread ones would."""
        return tuple(digit for digit, count in enumerate(self.counts) if count * 10 >= self.total * 1.5 > 0)


@dataclass(frozen=True, slots=True)
class Repeatability:
    """Of `pairs` repeated readings `beyond` were further apart than two readings may be. `error` is the technical error
    of measurement (kg or cm), `percent` the same of the mean; None with fewer pairs than the rules ask for."""

    measure: Measure
    pairs: int
    beyond: int
    error: float | None
    percent: float | None


def last_digits(measure: Measure, values: Iterable[Decimal], rules: MeasuringRules) -> LastDigits:
    """The digits of these values at the resolution of the measure; finer digits are left out, not rounded."""
    step = rules.resolution[measure]
    counts = [0] * 10
    for value in values:
        counts[int(value / step) % 10] += 1
    total = sum(counts)
    if not total:
        return LastDigits(measure, tuple(counts), 0.0, "too-few")
    even = total / 10
    chi_squared = sum((count - even) ** 2 / even for count in counts)
    score = round(100 * sqrt(chi_squared / (total * 9)), 1)
    return LastDigits(measure, tuple(counts), score, _preference(total, chi_squared, score, rules))


def _preference(total: int, chi_squared: float, score: float, rules: MeasuringRules) -> Preference:
    if total < rules.least_values:
        return "too-few"
    if chi_squared <= rules.by_chance:
        return "chance"
    return _CLASSES[sum(score >= bound for bound in rules.classes)]


def repeatability(measure: Measure, readings: Iterable[Sequence[Decimal]], rules: MeasuringRules) -> Repeatability:
    """From the first two readings of each; single readings are left out."""
    pairs = [(float(several[0]), float(several[1])) for several in readings if len(several) > 1]
    apart = [round(abs(one - other), 9) for one, other in pairs]
    beyond = sum(difference > rules.repeat[measure] for difference in apart)
    if len(pairs) < rules.least_pairs:
        return Repeatability(measure, len(pairs), beyond, None, None)
    error = sqrt(sum(difference**2 for difference in apart) / (2 * len(pairs)))
    mean = sum(one + other for one, other in pairs) / (2 * len(pairs))
    return Repeatability(measure, len(pairs), beyond, round(error, 3), round(100 * error / mean, 2))
