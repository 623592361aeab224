"""Reading .xlsx and delimited text into plain cells that keep their place."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

import python_calamine

from healthrec.domain.roster import CellValue, address
from healthrec.sheets import limits
from healthrec.sheets.delimited import read_delimited
from healthrec.sheets.package import checked_package, is_zip, refuse_legacy

Row = tuple[CellValue, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """``rows[0][0]`` is A1: rows and cells before the first filled one are there, blank. "" is a blank cell.

    Dates and times come as such where the cell is formatted as one; a formula comes as its last value.
    """

    name: str
    rows: tuple[Row, ...]

    def address(self, row: int, column: int) -> str:
        """``托大班!C12`` for zero-based row 11 and column 2."""
        return address(self.name, row, column)


@dataclass(frozen=True, slots=True)
class Workbook:
    """`sheets` are those that a person sees; `hidden` names the others, which are not read."""

    filename: str
    sheets: tuple[Sheet, ...]
    hidden: tuple[str, ...] = ()


def read_workbook(data: bytes, filename: str) -> Workbook:
    """Read a file by its content, whatever its name ends with. Refused or TooLarge names what a person can do."""
    if len(data) > limits.BODY_BYTES:
        raise limits.too_large("sheet.too-large", limit_mb=limits.BODY_BYTES // 2**20)
    if not data.strip():
        raise limits.refused("sheet.blank")
    refuse_legacy(data)
    if is_zip(data):
        return _read_xlsx(checked_package(data), filename)
    _refuse_other(data)
    name = PurePath(filename).stem or "CSV"
    return Workbook(filename, (Sheet(name, read_delimited(data)),))


# Programs save some of these as ".xls"; none is delimited text.
_OTHER = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"SQLite format", b"PAR1")
_MARKUP = (b"<!doctype", b"<html", b"<?xml", b"<table", b"{\\rtf")


def _refuse_other(data: bytes) -> None:
    start = data[:512].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if data.startswith(_OTHER) or start.startswith(_MARKUP):
        raise limits.refused("sheet.not-a-spreadsheet")


def _read_xlsx(package: bytes, filename: str) -> Workbook:
    try:
        with python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(package)) as book:
            shown, hidden = _split_by_visibility(book)
            if len(shown) > limits.SHEETS:
                raise limits.too_large("sheet.too-many-sheets", limit=limits.SHEETS)
            return Workbook(filename, tuple(_sheet(book.get_sheet_by_name(name)) for name in shown), hidden)
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise limits.refused("sheet.damaged") from error


def _split_by_visibility(book: Any) -> tuple[list[str], tuple[str, ...]]:
    sheets = [found for found in book.sheets_metadata if found.typ == python_calamine.SheetTypeEnum.WorkSheet]
    visible = python_calamine.SheetVisibleEnum.Visible
    shown = [found.name for found in sheets if found.visible == visible]
    return shown, tuple(found.name for found in sheets if found.visible != visible)


def _sheet(found: Any) -> Sheet:
    rows: list[Sequence[CellValue]] = found.to_python(skip_empty_area=False)
    return Sheet(found.name, tuple(map(tuple, _filled_down(rows, found.merged_cell_ranges or ()))))


FILLED_DOWN = limits.CELLS
"""Cells that merged ranges may fill; ranges that overlap without end are no spreadsheet."""

Merged = tuple[tuple[int, int], tuple[int, int]]


def _filled_down(rows: list[Sequence[CellValue]], merged: Sequence[Merged]) -> list[Sequence[CellValue]]:
    """A class name merged over ten rows stands in each of them; merging across columns changes nothing."""
    if sum(min(bottom, len(rows)) - top for (top, _), (bottom, _) in merged if top < bottom) > FILLED_DOWN:
        raise limits.refused("sheet.damaged")
    for (top, column), (bottom, _) in merged:
        if top >= len(rows) or column >= len(rows[top]):
            continue
        for at in range(top + 1, min(bottom + 1, len(rows))):
            rows[at] = _with_cell(rows[at], column, rows[top][column])
    return rows


def _with_cell(row: Sequence[CellValue], column: int, value: CellValue) -> list[CellValue]:
    row = row if isinstance(row, list) else list(row)
    row[column] = value
    return row
