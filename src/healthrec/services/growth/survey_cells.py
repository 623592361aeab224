"""The columns of a table of children read into what the growth core takes: words for sex and position, dates, numbers.

A cell is read once however often it occurs. What cannot be read is told by column, and counts as not given.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite, nan
from typing import Any, Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from healthrec.domain.growth import SurveyRows
from healthrec.domain.growth.cohort import FEMALE, LYING, MALE, STANDING
from healthrec.domain.quantity import Dimension, Measured, NotMeasured, parse_quantity
from healthrec.domain.roster import CellValue, cell_text, read_date
from healthrec.domain.roster.cells import plain
from healthrec.sheets.columns import Batch, Cells

Name = Literal[
    "sex",
    "birth_date",
    "date",
    "age_days",
    "age_months",
    "gestation_days",
    "weight_kg",
    "length_height_cm",
    "position",
    "head_circumference_cm",
    "muac_cm",
    "triceps_mm",
    "subscapular_mm",
    "oedema",
]
NAMES: Final[tuple[Name, ...]] = get_args(Name)
AGES: Final[tuple[tuple[Name, ...], ...]] = (("birth_date", "date"), ("age_days",), ("age_months",))
MEASURES: Final[tuple[Name, ...]] = (
    "weight_kg",
    "length_height_cm",
    "head_circumference_cm",
    "muac_cm",
    "triceps_mm",
    "subscapular_mm",
)

_SEXES: Final = {
    MALE: ("male", "m", "1", "男", "boy", "男性", "男童"),
    FEMALE: ("female", "f", "2", "女", "girl", "女性", "女童"),
    -1: ("unknown", "other", "0", "9", "未知", "其他", "不详"),
}
_POSITIONS: Final = {
    LYING: ("lying", "l", "卧", "卧位", "躺", "躺着", "recumbent", "length"),
    STANDING: ("standing", "h", "s", "立", "立位", "站", "站着", "height"),
}
_ANSWERS: Final = {1: ("y", "yes", "true", "1", "是", "有"), 0: ("n", "no", "false", "0", "否", "无")}
_UNREADABLE: Final = object()
_KEPT: Final = 100_000
"""Readings of one column that are kept, so that memory stays the same however long the table is"""


def _by_word(words: Mapping[int, tuple[str, ...]], otherwise: int) -> Callable[[CellValue], Any]:
    known = {plain(word): code for code, some in words.items() for word in some}

    def read(cell: CellValue) -> Any:
        text = plain(cell)
        return known.get(text, _UNREADABLE) if text else otherwise

    return read


def _by_number(dimension: Dimension | None, unit: str = "") -> Callable[[CellValue], Any]:
    """A plain number, or one with its unit where the column is a weight or a length."""

    def read(cell: CellValue) -> Any:
        try:
            number = float(cell_text(cell) or nan)
        except ValueError:
            return _with_unit(cell, dimension, unit)
        return number if isfinite(number) else nan

    return read


def _with_unit(cell: CellValue, dimension: Dimension | None, unit: str) -> Any:
    reading = parse_quantity(cell_text(cell), dimension or "length", unit)
    if isinstance(reading, NotMeasured):
        return nan
    return float(reading.value) if dimension and isinstance(reading, Measured) else _UNREADABLE


def _by_day(cell: CellValue) -> Any:
    reading = read_date(cell)
    if reading.day is None:
        return np.datetime64("NaT", "D") if reading.code == "missing" else _UNREADABLE
    return np.datetime64(reading.day, "D")


_READERS: Final[Mapping[Name, tuple[Callable[[CellValue], Any], Any]]] = {
    "sex": (_by_word(_SEXES, -1), np.int8(-1)),
    "birth_date": (_by_day, np.datetime64("NaT", "D")),
    "date": (_by_day, np.datetime64("NaT", "D")),
    "age_days": (_by_number(None), nan),
    "age_months": (_by_number(None), nan),
    "gestation_days": (_by_number(None), nan),
    "weight_kg": (_by_number("weight", "kg"), nan),
    "length_height_cm": (_by_number("length", "cm"), nan),
    "position": (_by_word(_POSITIONS, 0), np.int8(0)),
    "head_circumference_cm": (_by_number("length", "cm"), nan),
    "muac_cm": (_by_number("length", "cm"), nan),
    "triceps_mm": (_by_number(None), nan),
    "subscapular_mm": (_by_number(None), nan),
    "oedema": (_by_word(_ANSWERS, 0), np.int8(0)),
}
"""How a cell of each column is read, and what stands for a blank or unreadable one"""


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """The rows of a batch, and which columns could not be read in which of them."""

    rows: SurveyRows
    unreadable: Mapping[Name, NDArray[np.bool_]]


@dataclass(slots=True)
class CellReader:
    """Reads the columns that a table has, by their places in it. What was read once is kept."""

    places: Mapping[Name, int]
    _known: dict[Name, dict[CellValue, Any]] = field(default_factory=dict)

    def read(self, batch: Batch) -> Read:
        """The rows of one batch."""
        columns: dict[Name, NDArray[Any]] = {}
        unreadable: dict[Name, NDArray[np.bool_]] = {}
        for name, at in self.places.items():
            columns[name], bad = self._column(name, batch.cells(at))
            if bad is not None:
                unreadable[name] = bad
        _without_what_is_unclear(columns, unreadable)
        oedema = columns.get("oedema")
        return Read(
            SurveyRows(
                sex=columns["sex"],
                birth=columns.get("birth_date"),
                on=columns.get("date"),
                days=columns.get("age_days"),
                months=columns.get("age_months"),
                gestation=columns.get("gestation_days"),
                weight=columns.get("weight_kg"),
                size=columns.get("length_height_cm"),
                position=columns.get("position"),
                head=columns.get("head_circumference_cm"),
                arm=columns.get("muac_cm"),
                triceps=columns.get("triceps_mm"),
                subscapular=columns.get("subscapular_mm"),
                oedema=None if oedema is None else oedema == 1,
            ),
            unreadable,
        )

    def _column(self, name: Name, cells: Cells) -> tuple[NDArray[Any], NDArray[np.bool_] | None]:
        """The values, and where they are not to be read; None where all are."""
        is_number = _READERS[name][1] is nan
        if cells.numbers is not None and is_number:
            return np.where(np.isfinite(cells.numbers), cells.numbers, nan), None
        if cells.numbers is not None:
            distinct, places = np.unique(cells.numbers, return_inverse=True)
            return self._looked_up(name, places, ["" if np.isnan(one) else one for one in distinct.tolist()])
        if is_number and (numbers := _all_numbers(cells.vocabulary)) is not None:
            return numbers[cells.places], None
        return self._looked_up(name, cells.places, cells.vocabulary)

    def _looked_up(
        self, name: Name, places: NDArray[Any], vocabulary: Sequence[CellValue]
    ) -> tuple[NDArray[Any], NDArray[np.bool_] | None]:
        known = self._known.setdefault(name, {})
        read, blank = _READERS[name]
        for cell in vocabulary:
            if cell not in known:
                known[cell] = read(cell)
        values = [*(known[cell] for cell in vocabulary), blank]  # a place of -1 is a blank
        bad = np.array([value is _UNREADABLE for value in values])
        told = np.array([blank if value is _UNREADABLE else value for value in values], np.asarray(blank).dtype)
        if len(known) > _KEPT:
            known.clear()
        return told[places], bad[places] if bad.any() else None


def _all_numbers(vocabulary: Sequence[CellValue]) -> NDArray[np.float64] | None:
    """The cells as numbers, with a blank after the last; None where one of them is more than a plain number."""
    try:
        numbers = np.array([*(cell or "nan" for cell in vocabulary), "nan"], dtype=np.float64)
    except (ValueError, TypeError):
        return None
    return np.where(np.isfinite(numbers), numbers, nan)


def _without_what_is_unclear(columns: dict[Name, NDArray[Any]], unreadable: Mapping[Name, NDArray[np.bool_]]) -> None:
    """A position or oedema that cannot be read leaves open what the length or the weight means: it is not judged."""
    for unclear, measure in (("position", "length_height_cm"), ("oedema", "weight_kg")):
        if unclear in unreadable and measure in columns:
            columns[measure] = np.where(unreadable[unclear], nan, columns[measure])  # type: ignore[index]
