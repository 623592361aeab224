"""Writing cells as .xlsx or delimited text that spreadsheet programs open without running or mangling anything."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter

OutValue = str | int | float | bool | Decimal | date | datetime | None
OutRow = Sequence[OutValue]

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_EXACT_DIGITS = 15
"""Spreadsheets keep numbers as binary fractions: 15 digits survive, the 18 of an ID number do not."""


@dataclass(frozen=True, slots=True)
class OutSheet:
    """`headings` are printed bold and frozen; `rows` may be any iterable and is gone through once, row by row.

    `text_columns` (zero-based) are formatted as text to the last row, for numbers that are typed in later.
    `marked_rows` (zero-based among `rows`) are shaded. `widths` are in characters.
    """

    name: str
    headings: Sequence[str]
    rows: Iterable[OutRow]
    text_columns: Collection[int] = ()
    marked_rows: Collection[int] = ()
    widths: Sequence[int] = field(default_factory=tuple)


def write_xlsx(sheets: Sequence[OutSheet]) -> bytes:
    """A workbook; text is always text, never a formula, a link or a number."""
    out = io.BytesIO()
    options = {"constant_memory": True, "in_memory": False, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        formats = {
            "heading": book.add_format({"bold": True, "bg_color": "#DCE6F1", "border": 1, "text_wrap": True}),
            "text": book.add_format({"num_format": "@"}),
            "marked": book.add_format({"num_format": "@", "italic": True, "font_color": "#808080"}),
            "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        }
        for sheet in sheets:
            _write_sheet(book.add_worksheet(sheet.name[:31]), sheet, formats)
    return out.getvalue()


def write_csv(headings: Sequence[str], rows: Iterable[OutRow], separator: str = ",") -> bytes:
    """UTF-8 with a mark, so that Excel reads Chinese; text beginning with = + - @ or a tab gets an apostrophe.

    Excel turns 18-digit numbers of a .csv into fractions: give people .xlsx where there are ID numbers.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator)
    writer.writerow([_guarded(heading) for heading in headings])
    for row in rows:
        writer.writerow([_guarded(value) if isinstance(value, str) else _csv_value(value) for value in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def _write_sheet(page: Any, sheet: OutSheet, formats: dict[str, Any]) -> None:
    for column in range(len(sheet.headings)):
        width = sheet.widths[column] if column < len(sheet.widths) else 14
        page.set_column(column, column, width, formats["text"] if column in sheet.text_columns else None)
    for column, heading in enumerate(sheet.headings):
        page.write_string(0, column, heading, formats["heading"])
    if sheet.headings:
        page.freeze_panes(1, 0)
    first = 1 if sheet.headings else 0
    for at, row in enumerate(sheet.rows):
        for column, value in enumerate(row):
            text = column in sheet.text_columns
            _write_cell(page, (first + at, column), value, formats, marked=at in sheet.marked_rows, text=text)


def _write_cell(
    page: Any, place: tuple[int, int], value: OutValue, formats: dict[str, Any], *, marked: bool, text: bool
) -> None:
    if value is None or value == "":
        return
    if isinstance(value, date) and not marked:
        page.write_datetime(*place, value, formats["date"])
    elif isinstance(value, bool):
        page.write_boolean(*place, value)
    elif isinstance(value, int | float | Decimal) and not text and _exact(value):
        page.write_number(*place, float(value))
    else:
        page.write_string(*place, str(value), formats["marked" if marked else "text"])


def _exact(value: int | float | Decimal) -> bool:
    return len(str(value).replace(".", "").lstrip("-0")) <= _EXACT_DIGITS


def _guarded(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def _csv_value(value: OutValue) -> OutValue:
    return value.isoformat() if isinstance(value, date) else value
