"""Reading one growth table: a row, a smooth z-score, a value, a curve.

Between printed rows everything is interpolated linearly. That is our rule where rows are printed: WS/T 423-2022 speaks of
whole months and whole centimetres only. Where L, M and S are published it is WHO's. Outside the table nothing is
extrapolated.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import isnan

import numpy as np
from numpy.typing import ArrayLike, NDArray

from healthrec.domain.growth.lms import Floats, value_between, value_from_lms, z_between, z_from_lms
from healthrec.domain.growth.standard import (
    PERCENTILE_MARKS,
    SD_MARKS,
    GrowthStandard,
    GrowthTable,
    Indicator,
    lines,
    z_of_mark,
)

_DECIMALS = 9
"""Binary floats cannot hold 2.7; rounding here makes two ways to the same decimal number give the same float."""


@dataclass(frozen=True, slots=True)
class CutOffs:
    """What was read at `x` (on the table's axis): values at SD_SCORES and at PERCENTILES, empty where neither printed nor to
    be had from L, M and S, and the rows around it."""

    x: float
    sd: tuple[float, ...]
    percentiles: tuple[float, ...]
    between: tuple[float, float]
    lms: tuple[float, ...] = ()
    """L, M and S; where `marks` are printed our fit to them; empty without a fit"""
    marks: tuple[tuple[str, float], ...] = ()
    """The printed columns, label and value; empty where all values follow from L, M and S"""

    @property
    def interpolated(self) -> bool:
        """False when `x` is a row."""
        return self.between[0] != self.between[1]


@lru_cache(maxsize=4096)  # one visit is read when entered, when written, when shown, and again for each of its values
def cut_offs_at(table: GrowthTable, x: float) -> CutOffs | None:
    """Cut-offs at `x`; None outside the table."""
    x = tidy(x)
    nodes = table.nodes
    if not nodes[0] <= x <= nodes[-1]:
        return None
    left = bisect_right(nodes, x, 1, len(nodes) - 1) - 1
    around = (nodes[left], nodes[left + 1])
    share = 0.0 if table.stepwise and x < around[1] else (x - around[0]) / (around[1] - around[0])
    lms = _between(table.lms, left, share)
    printed = dict(zip(table.marks, _between(table.printed, left, share), strict=True)) if table.marks else {}
    sd, percentiles = (
        tuple([printed[mark] if mark in printed else _from_lms(lms, mark) for mark in marks])
        for marks in (SD_MARKS, PERCENTILE_MARKS)
    )
    sd, percentiles = (() if any(map(isnan, values)) else values for values in (sd, percentiles))
    row = (x, x) if x in around else (around[0], around[0]) if table.stepwise else around
    return CutOffs(x, sd, percentiles, row, () if any(map(isnan, lms)) else lms, tuple(printed.items()))


def z_scores(table: GrowthTable, x: ArrayLike, values: ArrayLike) -> Floats:
    """Smooth z of many values at once, all of one shape; not a number outside the table. Unrounded.

    Where rows are printed it comes from the fit beside them, so categories must never be taken from it.
    """
    places = np.asarray(x, dtype=np.float64)
    inside = (places >= table.first) & (places <= table.last)
    if np.isnan(table.lms).all():
        z = z_between(values, _at(table, lines(table, table.score_marks), places), _scores(table))
    else:
        z = z_from_lms(values, _at(table, table.lms, places), table.restricted)
    return np.where(inside, z, np.nan)


def value_at(standard: GrowthStandard, indicator: Indicator, sex: str, x: float, z: float) -> float:
    """The value (kg, cm, mm, kg/m2) whose smooth z at `x` (on the table's axis) is `z`; the inverse of `z_scores`.

    Raises KeyError for a table that the standard does not have, ValueError outside the table or beyond the
    distribution.
    """
    table = standard.tables[indicator, sex]
    if not table.first <= x <= table.last:
        raise ValueError(f"{indicator} has no row for {x}; it reaches from {table.first} to {table.last}")
    if np.isnan(table.lms).all():
        value = value_between(z, _at(table, lines(table, table.score_marks), x), _scores(table))
    else:
        value = float(value_from_lms(z, _at(table, table.lms, x), table.restricted))
    if np.isnan(value):
        raise ValueError(f"no {indicator} has a z-score of {z} at {x}")
    return value


def curves(
    standard: GrowthStandard, indicator: Indicator, sex: str, labels: Sequence[str]
) -> list[tuple[str, list[tuple[float, float]]]]:
    """Chart lines through the rows: [(label, [(x, value), ...]), ...] in the order of `labels`.

    Labels are "-3" ... "0" ... "+3" for SD, "P3" ... "P97" for percentiles: printed values where there are, else from
    L, M and S. At a step two points share one x. Raises KeyError for an unknown label or table.
    """
    table = standard.tables[indicator, sex]
    columns = lines(table, tuple(labels))
    return [
        (label, list(zip(table.x.tolist(), columns[:, at].tolist(), strict=True))) for at, label in enumerate(labels)
    ]


def tidy(number: float) -> float:
    """The number without the dust of binary arithmetic: 103.1 - 0.7 is 102.4."""
    return round(number, _DECIMALS)


def _between(columns: Floats, left: int, share: float) -> tuple[float, ...]:
    low, high = columns[left].tolist(), columns[left + 1].tolist()
    return tuple([tidy(one + share * (other - one)) for one, other in zip(low, high, strict=True)])


def _from_lms(lms: tuple[float, ...], mark: str) -> float:
    return tidy(float(value_from_lms(z_of_mark(mark), np.array(lms))))


def _left(nodes: Floats, x: Floats) -> NDArray[np.intp]:
    """Index of the row at or before each `x`, one that still has a row after it."""
    return np.asarray(np.searchsorted(nodes[1:-1], x, side="right"))


def _at(table: GrowthTable, columns: Floats, x: ArrayLike) -> Floats:
    nodes, places = table.x, np.asarray(x, dtype=np.float64)
    left = _left(nodes, places)
    share = (places - nodes[left]) / (nodes[left + 1] - nodes[left])
    if table.stepwise:
        share = np.where(share < 1, 0.0, share)
    return np.asarray(columns[left] + share[..., np.newaxis] * (columns[left + 1] - columns[left]))


def _scores(table: GrowthTable) -> Floats:
    return np.array([z_of_mark(mark) for mark in table.score_marks])
