"""When two readings agree, and what last digits tell. Numbers and sources come from `schemas/growth/measuring.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from healthrec.domain.growth.facts import Measure


@dataclass(frozen=True, slots=True)
class MeasuringRules:
    """Quality of measuring."""

    rule_id: str
    edition: str
    repeat: Mapping[Measure, float]
    """Two readings further apart (kg or cm) ask for a third"""
    resolution: Mapping[Measure, Decimal]
    """The step (kg or cm) whose digit is counted"""
    least_values: int
    by_chance: float
    """Chi-squared (9 degrees of freedom) up to which chance explains the digits"""
    classes: tuple[float, float, float]
    """Scores from which on preference is good, acceptable, problematic instead of excellent"""
    least_pairs: int
    window_months: int
