"""Reading a growth table: a row, a smooth z-score, a value, a curve.

Between printed rows everything is interpolated linearly. That is our rule: WS/T 423-2022 speaks of whole months and
whole centimetres only. Outside the table nothing is extrapolated.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from healthrec.domain.growth.lms import value_from_lms, z_from_lms, z_of
from healthrec.domain.growth.standard import PERCENTILES, SD_SCORES, Floats, GrowthStandard, GrowthTable, Indicator

_DECIMALS = 9
"""Binary floats cannot hold 2.7; rounding here makes two ways to the same decimal number give the same float."""


@dataclass(frozen=True, slots=True)
class CutOffs:
    """What was read at `x` (months or cm): values at SD_SCORES and at PERCENTILES, and the printed rows around it."""

    x: float
    sd: tuple[float, ...]
    percentiles: tuple[float, ...]
    between: tuple[float, float]

    @property
    def interpolated(self) -> bool:
        """False when `x` is a printed row."""
        return self.between[0] != self.between[1]


@lru_cache(maxsize=4096)  # one visit is read when entered, when written, when shown, and again for each of its values
def cut_offs_at(table: GrowthTable, x: float) -> CutOffs | None:
    """Cut-offs at `x`; None outside the table."""
    x = tidy(x)
    nodes = table.rows.x
    if not nodes[0] <= x <= nodes[-1]:
        return None
    left = _row_before(nodes, x)
    around = (nodes[left], nodes[left + 1])
    values = tuple([round(value, _DECIMALS) for value in _between(nodes, table.rows.printed, x)])
    of_sd = len(SD_SCORES)
    return CutOffs(x, values[:of_sd], values[of_sd:], (x, x) if x in around else around)


def z_score(table: GrowthTable, x: float, value: float) -> float:
    """Smooth z of one value above 0 at a place within the table, unrounded; `z_scores` for a single child."""
    return z_of(value, *_between(table.rows.x, table.rows.lms, x))


def z_scores(table: GrowthTable, x: ArrayLike, values: ArrayLike) -> Floats:
    """Smooth z of many values at once, all of one shape; not a number outside the table. Unrounded.

    Comes from the fit beside the printed values, so categories must never be taken from it.
    """
    places = np.asarray(x, dtype=np.float64)
    inside = (places >= table.first) & (places <= table.last)
    return np.where(inside, z_from_lms(values, _columns_at(table.x, table.lms, places)), np.nan)


def value_at(standard: GrowthStandard, indicator: Indicator, sex: str, x: float, z: float) -> float:
    """The value (kg, cm, kg/m2) whose smooth z at `x` (months or cm) is `z`; the inverse of `z_scores`.

    Raises KeyError for a table that the standard does not have, ValueError outside the table or beyond the
    distribution.
    """
    table = standard.tables[indicator, sex]
    if not table.first <= x <= table.last:
        raise ValueError(f"{indicator} has no row for {x}; it reaches from {table.first} to {table.last}")
    value = float(value_from_lms(z, _columns_at(table.x, table.lms, x)))
    if np.isnan(value):
        raise ValueError(f"no {indicator} has a z-score of {z} at {x}")
    return value


def curves(
    standard: GrowthStandard, indicator: Indicator, sex: str, labels: Sequence[str]
) -> list[tuple[str, list[tuple[float, float]]]]:
    """Chart lines through the printed values: [(label, [(x, value), ...]), ...] in the order of `labels`.

    Labels are "-3" ... "0" ... "+3" for SD, "P3" ... "P97" for percentiles. At a step two points share one x.
    Raises KeyError for an unknown label or table.
    """
    table = standard.tables[indicator, sex]
    columns = _labelled_columns(table)
    return [(label, list(zip(table.x.tolist(), columns[label].tolist(), strict=True))) for label in labels]


def tidy(number: float) -> float:
    """The number without the dust of binary arithmetic: 103.1 - 0.7 is 102.4."""
    return round(number, _DECIMALS)


def _row_before(nodes: tuple[float, ...], x: float) -> int:
    """What `_left` gives, for one place."""
    return bisect_right(nodes, x, 1, len(nodes) - 1) - 1


def _between(nodes: tuple[float, ...], columns: tuple[tuple[float, ...], ...], x: float) -> list[float]:
    """What `_columns_at` gives, for one place."""
    left = _row_before(nodes, x)
    share = (x - nodes[left]) / (nodes[left + 1] - nodes[left])
    return [low + share * (high - low) for low, high in zip(columns[left], columns[left + 1], strict=True)]


def _left(nodes: Floats, x: Floats) -> NDArray[np.intp]:
    """Index of the row at or before each `x`, one that still has a row after it."""
    return np.asarray(np.searchsorted(nodes[1:-1], x, side="right"))


def _columns_at(nodes: Floats, columns: Floats, x: ArrayLike) -> Floats:
    places = np.asarray(x, dtype=np.float64)
    left = _left(nodes, places)
    share = (places - nodes[left]) / (nodes[left + 1] - nodes[left])
    return np.asarray(columns[left] + share[..., np.newaxis] * (columns[left + 1] - columns[left]), dtype=np.float64)


def _labelled_columns(table: GrowthTable) -> dict[str, Floats]:
    by_sd = {f"{score:+d}" if score else "0": table.sd[:, column] for column, score in enumerate(SD_SCORES)}
    return by_sd | {f"P{percent}": table.percentiles[:, column] for column, percent in enumerate(PERCENTILES)}
