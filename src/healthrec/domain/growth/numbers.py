"""The same arithmetic for one number and for a column of a million.

The rules of growth are written once, over values that are floats or arrays of one length, in the words that are here. An
array of one element would do for a single child as well, and cost ten times as much.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from healthrec.domain.growth.lms import Floats, z_between

Value = Any
"""A float, or an array of them"""
Table = Floats
"""(rows, columns)"""
Truth = Any
"""A bool, or an array of them"""
Whole = Any
"""An int, or an array of them"""


class Arithmetic(Protocol):
    """What the rules need besides + - * / and comparisons; `&` and `|` join truths, `where(t, False, True)` turns one."""

    def where(self, condition: Truth, one: Value, other: Value) -> Value: ...
    def some(self, condition: Truth) -> bool: ...
    def isnan(self, value: Value) -> Truth: ...
    def floor(self, value: Value) -> Value: ...
    def rint(self, value: Value) -> Value: ...
    def whole(self, value: Value) -> Whole: ...
    def log(self, value: Value) -> Value: ...
    def expm1(self, value: Value) -> Value: ...

    def at(self, values: NDArray[Any], *place: Whole) -> Value:
        """Elements of a table of numbers, by their row and, where it has columns, by their column."""

    def cuts(self, left: Table, right: Table, row: Whole, share: Value | None) -> Any:
        """A row of rising numbers for each value, at `share` of the way between those of two tables."""

    def reached(self, value: Value, left: Table, right: Table, row: Whole, share: Value | None) -> Whole:
        """How many of its cuts each value has reached; the cuts as in `cuts`."""

    def placed(self, value: Value, cuts: Any, scores: Floats) -> Value:
        """The score of each value when its cuts have these scores: on a line between two, and beyond the last ones."""

    def amended(self, value: Value, wrong: Truth, right: Callable[..., Value], *given: Value) -> Value:
        """`value`, and where it is `wrong` what `right` makes of it and of what is given besides."""


class _One:
    """Plain numbers. Beyond what floats hold stands infinity, and outside a function's domain not a number, as in numpy."""

    isnan = staticmethod(math.isnan)
    floor = staticmethod(math.floor)
    whole = staticmethod(int)
    some = staticmethod(bool)

    @staticmethod
    def where(condition: bool, one: Value, other: Value) -> Value:
        return one if condition else other

    @staticmethod
    def rint(value: float) -> float:
        return float(round(value)) if math.isfinite(value) else value

    @staticmethod
    def log(value: float) -> float:
        return math.log(value) if value > 0 else math.nan

    @staticmethod
    def expm1(value: float) -> float:
        try:
            return math.expm1(value)
        except OverflowError:
            return math.inf

    @staticmethod
    def at(values: NDArray[Any], *place: int) -> Any:
        return values.item(*place)

    @staticmethod
    def cuts(left: Table, right: Table, row: int, share: float | None) -> list[float]:
        if share is None:
            return list(left[row].tolist())
        return [low + share * (high - low) for low, high in zip(left[row].tolist(), right[row].tolist(), strict=True)]

    @classmethod
    def reached(cls, value: float, left: Table, right: Table, row: int, share: float | None) -> int:
        return sum([value >= cut for cut in cls.cuts(left, right, row, share)])

    @staticmethod
    def placed(value: float, cuts: list[float], scores: Floats) -> float:
        at = min(max(sum([value >= cut for cut in cuts]), 1), len(cuts) - 1)
        low, high = scores[at - 1 : at + 1].tolist()
        return float(low + (value - cuts[at - 1]) / (cuts[at] - cuts[at - 1]) * (high - low))

    @staticmethod
    def amended(value: float, wrong: bool, right: Callable[..., Value], *given: Value) -> float:
        return float(right(value, *given)) if wrong else value


class _Many:
    """Columns, as arrays of one length."""

    where = staticmethod(np.where)
    isnan = staticmethod(np.isnan)
    floor = staticmethod(np.floor)
    rint = staticmethod(np.rint)
    log = staticmethod(np.log)
    expm1 = staticmethod(np.expm1)
    placed = staticmethod(z_between)

    @staticmethod
    def some(condition: NDArray[np.bool_]) -> bool:
        return bool(condition.any())

    @staticmethod
    def whole(value: Floats) -> NDArray[np.intp]:
        return value.astype(np.intp)

    @staticmethod
    def at(values: NDArray[Any], *place: Whole) -> Any:
        return values[place]

    @staticmethod
    def cuts(left: Table, right: Table, row: NDArray[np.intp], share: Floats | None) -> Table:
        cuts = np.take(left, row, axis=0)
        return cuts if share is None else cuts + share[:, np.newaxis] * (np.take(right, row, axis=0) - cuts)

    @staticmethod
    def reached(
        value: Floats, left: Table, right: Table, row: NDArray[np.intp], share: Floats | None
    ) -> NDArray[np.intp]:
        count = np.zeros(value.shape, dtype=np.intp)
        for low, rise in zip(left.T, (right - left).T, strict=True):  # a column at a time stays in the cache
            cut = low.take(row)
            if share is not None:
                cut += share * rise.take(row)
            count += value >= cut
        return count

    @staticmethod
    def amended(value: Floats, wrong: NDArray[np.bool_], right: Callable[..., Value], *given: Value) -> Floats:
        rows = np.flatnonzero(wrong)
        if rows.size:
            value[rows] = right(value[rows], *(one[rows] for one in given))
        return value


ONE: Final[Arithmetic] = _One()
MANY: Final[Arithmetic] = _Many()
