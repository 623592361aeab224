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

Value = Any
"""A float, or an array of them"""
Floats = NDArray[np.float64]
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

    def reached(self, value: Value, left: Table, right: Table, row: Whole, share: Value | None) -> Whole:
        """How many numbers of its row each value has reached; the row lies between those of `left` and `right`."""

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
    def reached(value: float, left: Table, right: Table, row: int, share: float | None) -> int:
        if share is None:
            return sum([value >= cut for cut in left[row].tolist()])
        cuts = zip(left[row].tolist(), right[row].tolist(), strict=True)
        return sum([value >= low + share * (high - low) for low, high in cuts])

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
    def reached(value: Floats, left: Table, right: Table, row: NDArray[np.intp], share: Floats | None) -> Whole:
        cuts = np.take(left, row, axis=0)
        if share is not None:
            cuts = cuts + share[:, np.newaxis] * (np.take(right, row, axis=0) - cuts)
        return np.count_nonzero(value[:, np.newaxis] >= cuts, axis=1)

    @staticmethod
    def amended(value: Floats, wrong: NDArray[np.bool_], right: Callable[..., Value], *given: Value) -> Floats:
        rows = np.flatnonzero(wrong)
        if rows.size:
            value[rows] = right(value[rows], *(one[rows] for one in given))
        return value


ONE: Final[Arithmetic] = _One()
MANY: Final[Arithmetic] = _Many()
