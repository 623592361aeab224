"""A growth standard as a value: printed cut-offs, the smooth fit beside them, and the bounds of its categories."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Sex = Literal["male", "female"]
Indicator = Literal["wfa", "lhfa", "wfl", "wfh", "bfa", "hcfa"]
"""Weight, length/height, BMI and head circumference for age; weight for length; weight for height."""

Method = Literal["sd", "percentile"]
AxisKind = Literal["age_month", "length_cm", "height_cm"]
Floats = NDArray[np.float64]

SD_SCORES = (-3, -2, -1, 0, 1, 2, 3)
PERCENTILES = (3, 10, 25, 50, 75, 90, 97)


@dataclass(frozen=True, slots=True)
class Scale:
    """Ordered categories: `codes[i]` reaches from `bounds[i - 1]` (inclusive) to `bounds[i]` (exclusive).

    `bounds` are z-scores or percentiles that the standard prints; there is one code more than there are bounds.
    """

    bounds: tuple[int, ...]
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class GrowthTable:
    """One indicator of one sex. Rows rise by `x` (completed months, or cm); columns are as named below.

    Two rows may share one `x`: the first is the limit from the left, the second what holds from `x` on. That is how
    the step at 24 months, where lying turns into standing, is kept from being interpolated across.
    """

    indicator: Indicator
    sex: Sex
    axis: AxisKind
    x: Floats
    """(rows,)"""
    sd: Floats
    """(rows, 7) printed values at SD_SCORES; kg, cm or kg/m2"""
    percentiles: Floats
    """(rows, 7) printed values at PERCENTILES"""
    lms: Floats
    """(rows, 3) L, M, S fitted to the printed values; not part of the standard"""

    @property
    def first(self) -> float:
        return float(self.x[0])

    @property
    def last(self) -> float:
        return float(self.x[-1])

    @property
    def steps(self) -> frozenset[float]:
        """The places where two rows share one `x`."""
        return frozenset(self.x[1:][np.diff(self.x) == 0].tolist())

    @property
    def rows(self) -> Rows:
        """The same numbers as plain tuples."""
        return _rows(self)


@dataclass(frozen=True, slots=True)
class Rows:
    """A table for reading at one place, which arrays make ten times as slow; named as in `GrowthTable`."""

    x: tuple[float, ...]
    printed: tuple[tuple[float, ...], ...]
    """Values at SD_SCORES, then those at PERCENTILES"""
    lms: tuple[tuple[float, ...], ...]
    steps: frozenset[float]


@lru_cache(maxsize=256)
def _rows(table: GrowthTable) -> Rows:
    printed = np.hstack([table.sd, table.percentiles])
    return Rows(tuple(table.x.tolist()), _tuples(printed), _tuples(table.lms), table.steps)


def _tuples(columns: Floats) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(row) for row in columns.tolist())


def with_step(table: GrowthTable, at: float, taller_cm: float | None) -> GrowthTable:
    """The table with a left-hand limit inserted before the printed row at `at`, so that nothing mixes both sides.

    With `taller_cm` the limit is the row at `at` made that much longer (standing height as lying length; the spread
    in cm stays). With None it repeats the row before (BMI, whose change of position needs a height).
    """
    row = int(np.flatnonzero(table.x == at)[0])
    if taller_cm is None:
        sd, percentiles, lms = table.sd[row - 1], table.percentiles[row - 1], table.lms[row - 1]
    else:
        power, median, spread = table.lms[row]
        longer = median + taller_cm
        sd, percentiles = table.sd[row] + taller_cm, table.percentiles[row] + taller_cm
        lms = np.array([power, longer, spread * median / longer])
    return replace(
        table,
        x=np.insert(table.x, row, at),
        sd=np.insert(table.sd, row, sd, axis=0),
        percentiles=np.insert(table.percentiles, row, percentiles, axis=0),
        lms=np.insert(table.lms, row, lms, axis=0),
    )


@dataclass(frozen=True, slots=True, eq=False)
class GrowthStandard:
    """One edition of one standard, complete enough to judge by."""

    rule_id: str
    edition: str
    effective: date
    tables: Mapping[tuple[Indicator, str], GrowthTable]
    levels: Mapping[Method, Scale]
    nutrition: Mapping[Indicator, Scale]
    """Only the indicators to which the standard gives a nutrition category; by SD."""
    ends_at_month: int
    """First completed month that the standard no longer speaks of."""
    standing_from_month: int
    """First completed month at which the tables hold standing height instead of lying length."""
    standing_shorter_cm: float
    """How much shorter the same body measures standing than lying."""
