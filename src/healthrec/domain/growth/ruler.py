"""All tables of a standard laid end to end, so that a million places are read as one.

Every table becomes a row of equal intervals (days, months, 0.1 cm), each with its values at both ends: the step at 24
months is then no special case. Categories become look-ups by how many cut-offs a value has reached, or by its z-score.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from healthrec.domain.growth.lms import Floats, usable_power
from healthrec.domain.growth.standard import AxisKind, GrowthStandard, GrowthTable, Indicator, Method, Scale, z_of_mark

Ints = NDArray[np.intp]
Codes = NDArray[np.int8]
Kind = Literal["sd", "percentile", "word"]

SEXES = ("male", "female")
DUST = 1e-6
"""A place this near to a row, in rows, is that row: 103.1 - 0.7 is 102.4."""
CENTI_ENDS = 1000
"""Categories do not change beyond z-scores of ±10."""
_TOLERANCE = 1e-9
"""A value this little below a cut-off has reached it: binary floats cannot hold 2.7."""
_NO_CODE = -1


@dataclass(frozen=True, slots=True, eq=False)
class Ends:
    """Numbers at both ends of every interval; (intervals,) or (intervals, columns)."""

    left: Floats
    right: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Judge:
    """Categories as numbers: which columns to compare with (none: the z-score), and what each count of reached columns
    (or each hundredth of z, from -CENTI_ENDS) means: `meaning[indicator, count]` is a place in `codes`, or -1."""

    kind: Kind | None
    meaning: Codes
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """Printed columns and the z-scores that they stand for, in rising order."""

    columns: Ends
    z: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Ruler:
    """A standard ready for reading. Its indicators are numbered; arrays are (indicators,) unless they say otherwise."""

    standard: GrowthStandard
    indicators: tuple[Indicator, ...]
    numbers: Mapping[Indicator, int]
    axes: tuple[AxisKind, ...]
    start: Ints
    """(indicators, 2) number of the first interval, by sex"""
    first: Floats
    last: Floats
    """Where the axis begins and ends; a row that holds until the next one still holds at the end"""
    per_unit: Floats
    """Intervals in one month, day or cm"""
    rising: NDArray[np.bool_]
    """Whether values change within an interval"""
    restricted: NDArray[np.bool_]
    straight: NDArray[np.bool_]
    """Whether L is 1 throughout"""
    by_size: NDArray[np.bool_]
    """Whether the place is a length or height, not an age"""
    bridges: NDArray[np.bool_]
    """(intervals,) whether the interval ends at a step"""
    low: Floats
    high: Floats
    """Limits of what is flagged"""
    power: Ends
    median: Ends
    spread: Ends
    cuts: Mapping[Kind, Ends]
    """Printed columns that categories compare with, in rising order"""
    scored: Scored | None
    """Where z-scores come from when there are no L, M and S"""
    levels: Mapping[Method, Judge]
    nutrition: Judge

    def method_of_levels(self, method: Method) -> Method | None:
        """The method by which levels are given: that one, else the only one there is; None when there are no levels."""
        return method if method in self.levels else next(iter(self.levels), None)


@lru_cache(maxsize=32)
def ruler(standard: GrowthStandard) -> Ruler:
    """The ruler of a standard, every indicator of which has both sexes in the same rows."""
    names = tuple(dict.fromkeys(indicator for indicator, _ in standard.tables))
    keys = [(name, sex) for name in names for sex in SEXES]
    tables = [standard.tables[key] for key in keys]
    starts = dict(zip(keys, accumulate(map(_intervals, tables), initial=0), strict=False))
    one_each = tables[:: len(SEXES)]
    flags = [standard.flags.get(name, (-np.inf, np.inf)) for name in names]
    cuts = _used_columns(standard, tables[0].marks)
    power, median, spread = (_ends(tables, [table.lms[:, column] for table in tables]) for column in range(3))
    return Ruler(
        standard=standard,
        indicators=names,
        numbers={name: number for number, name in enumerate(names)},
        axes=tuple(table.axis for table in one_each),
        start=np.array([[starts[name, sex] for sex in SEXES] for name in names], dtype=np.intp),
        first=np.array([table.first for table in one_each]),
        last=np.array([_end(table) for table in one_each]),
        per_unit=np.array([1.0 / _spacing(table) for table in one_each]),
        rising=np.array([not table.stepwise for table in one_each]),
        restricted=np.array([table.restricted for table in one_each]),
        straight=np.array([bool((table.lms[:, 0] == 1.0).all()) for table in one_each]),
        by_size=np.array([table.axis in ("length_cm", "height_cm") for table in one_each]),
        bridges=np.concatenate([_bridges(table) for table in tables]),
        low=np.array([low for low, _ in flags]),
        high=np.array([high for _, high in flags]),
        power=Ends(usable_power(power.left), usable_power(power.right)),
        median=median,
        spread=spread,
        cuts={kind: _cut_offs(standard, tables, marks) for kind, marks in cuts.items()},
        scored=_scored(tables),
        levels={method: _judge([scale] * len(names), cuts) for method, scale in standard.levels.items()},
        nutrition=_judge([standard.nutrition.get(name) for name in names], cuts),
    )


def _spacing(table: GrowthTable) -> float:
    gaps = np.diff(table.x)
    return float(gaps[gaps > 0].min().round(9))


def _intervals(table: GrowthTable) -> int:
    """One for each row of even spacing, the last one without a length."""
    return round((table.last - table.first) / _spacing(table)) + 1


def _end(table: GrowthTable) -> float:
    return table.last + _spacing(table) * (1 - DUST) if table.stepwise else table.last


def _ends(tables: Sequence[GrowthTable], columns: Sequence[Floats]) -> Ends:
    """One column, or several, of every table, end to end."""
    pairs = [_both_ends(table, column) for table, column in zip(tables, columns, strict=True)]
    return Ends(np.concatenate([left for left, _ in pairs]), np.concatenate([right for _, right in pairs]))


def _both_ends(table: GrowthTable, column: Floats) -> tuple[Floats, Floats]:
    count = _intervals(table)
    if count == len(table.x):
        return column, np.concatenate([column[1:], column[-1:]])
    # Rows that are further apart, or two at one place: every interval lies between two rows that belong together.
    begins = table.first + np.arange(count - 1) * _spacing(table)
    row = np.searchsorted(table.x[1:-1], begins, side="right")
    length = table.x[row + 1] - table.x[row]
    rise = column[row + 1] - column[row]
    left, right = (
        column[row] + ((places - table.x[row]) / length).reshape(-1, *[1] * (column.ndim - 1)) * rise
        for places in (begins, begins + _spacing(table))
    )
    return np.concatenate([left, column[-1:]]), np.concatenate([right, column[-1:]])


def _bridges(table: GrowthTable) -> NDArray[np.bool_]:
    ends = table.first + np.arange(1, _intervals(table) + 1) * _spacing(table)
    return np.isin(ends, sorted(table.steps))


def _kind(mark: str) -> Kind:
    if mark.startswith("P"):
        return "percentile"
    return "sd" if mark.lstrip("+-").isdecimal() else "word"


def _used_columns(standard: GrowthStandard, marks: tuple[str, ...]) -> dict[Kind, tuple[str, ...]]:
    """The printed marks that scales compare with, by kind, in the order in which they are printed."""
    scales = (*standard.levels.values(), *standard.nutrition.values())
    used = {mark for scale in scales for mark in scale.bounds}
    kinds: dict[Kind, tuple[str, ...]] = {}
    for mark in marks:
        if mark in used:
            kinds[_kind(mark)] = (*kinds.get(_kind(mark), ()), mark)
    return kinds


def _cut_offs(standard: GrowthStandard, tables: Sequence[GrowthTable], marks: Sequence[str]) -> Ends:
    """(intervals, marks): what a value must reach, the tolerance already taken off, or put on where it must be passed."""
    scales = (*standard.levels.values(), *standard.nutrition.values())
    exclusive = {mark for scale in scales for mark in scale.exclusive}
    shift = np.array([_TOLERANCE if mark in exclusive else -_TOLERANCE for mark in marks])
    return _ends(tables, [table.printed[:, [table.marks.index(mark) for mark in marks]] + shift for table in tables])


def _scored(tables: Sequence[GrowthTable]) -> Scored | None:
    """None where there are L, M and S, or columns that stand for no z-score."""
    marks = tables[0].score_marks
    if not marks or not all(np.isnan(table.lms).all() for table in tables):
        return None
    columns = [table.printed[:, [table.marks.index(mark) for mark in marks]] for table in tables]
    return Scored(_ends(tables, columns), np.array([z_of_mark(mark) for mark in marks]))


def _judge(scales: Sequence[Scale | None], cuts: Mapping[Kind, tuple[str, ...]]) -> Judge:
    """The scales of all indicators as one; all compare with columns of one kind, or all with z."""
    given = [scale for scale in scales if scale is not None]
    codes = tuple(dict.fromkeys(code for scale in given for code in scale.codes))
    kind = next((kind for kind, marks in cuts.items() for scale in given if {*scale.bounds} <= {*marks}), None)
    width = 2 * CENTI_ENDS + 1 if kind is None else len(cuts[kind]) + 1
    meaning = np.full((len(scales), width), _NO_CODE, dtype=np.int8)
    for number, scale in enumerate(scales):
        if scale is not None:
            places = [codes.index(code) for code in scale.codes]
            passed = _bounds_below_z(scale) if kind is None else _bounds_among(scale, cuts[kind])
            meaning[number] = np.take(places, passed)
    return Judge(kind, meaning, codes)


def _bounds_below_z(scale: Scale) -> Ints:
    """How many bounds each hundredth of z has passed."""
    hundredths = np.arange(-CENTI_ENDS, CENTI_ENDS + 1)
    bounds = [(round(100 * z_of_mark(mark)), mark in scale.exclusive) for mark in scale.bounds]
    return np.asarray(np.sum([hundredths > at if beyond else hundredths >= at for at, beyond in bounds], axis=0))


def _bounds_among(scale: Scale, marks: Sequence[str]) -> Ints:
    """How many bounds lie among the first 0, 1, 2 ... of the columns."""
    return np.cumsum([0, *(mark in scale.bounds for mark in marks)])
