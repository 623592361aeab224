"""What the growth core is told: whose body, and what was measured when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

Measure = Literal["weight", "length", "height", "head", "arm", "triceps", "subscapular"]
"""`length` was measured lying, `height` standing; `head` is the head circumference, `arm` the mid-upper arm's, the last
two are skinfolds."""

Position = Literal["lying", "standing"]
Unit = Literal["kg", "cm", "mm"]

_UNITS: dict[Measure, Unit] = {"weight": "kg", "triceps": "mm", "subscapular": "mm"}
_POSITIONS: dict[Measure, Position] = {"length": "lying", "height": "standing"}


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a measurement is about. `sex` is FHIR's administrative gender; `gestation_days` completed days or None."""

    sex: str
    birth: date
    gestation_days: int | None = None


@dataclass(frozen=True, slots=True)
class Measurement:
    """One measured value on one day: weight in kg, skinfolds in mm, everything else in cm, with the digits that were
    written down."""

    measure: Measure
    value: Decimal
    day: date

    @property
    def unit(self) -> Unit:
        return _UNITS.get(self.measure, "cm")

    @property
    def position(self) -> Position | None:
        """Lying or standing; None where it makes no difference."""
        return _POSITIONS.get(self.measure)
