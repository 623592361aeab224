"""Cells as plain values with the address that a person sees in his spreadsheet."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Literal, Protocol

CellValue = str | float | int | bool | date | datetime | time | timedelta | None
Row = Sequence[CellValue]
Severity = Literal["error", "warning", "note"]


class SheetRows(Protocol):
    """One sheet: ``rows[0][0]`` is cell A1. Rows may be shorter than others; None and "" are blank."""

    @property
    def name(self) -> str: ...

    @property
    def rows(self) -> Sequence[Row]: ...


@dataclass(frozen=True, slots=True)
class Problem:
    """What a person should look at. `code` is a message key; `params` fill it and hold no name and no full ID number.

    error: the row cannot be saved like this; warning: please check; note: read like this, for information.
    """

    cell: str
    code: str
    severity: Severity
    params: Mapping[str, str | int] = field(default_factory=dict)


def column_letters(column: int) -> str:
    """0 is A, 25 is Z, 26 is AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def address(sheet: str, row: int, column: int) -> str:
    """``托大班!C12`` for zero-based row 11 and column 2."""
    return f"{sheet}!{column_letters(column)}{row + 1}"


def cell_text(value: CellValue) -> str:
    """The text that a person sees: outer spaces off, 13800000000.0 without its point, dates as 2025-06-04."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.replace("\ufeff", "").strip()
    if isinstance(value, float):
        return format(value, ".15g") if abs(value) < 1e15 else format(value, ".17g")
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return str(value)


def plain(value: CellValue) -> str:
    """For comparing words: plain width, lower case, no spaces."""
    text = cell_text(value)
    return "".join(unicodedata.normalize("NFKC", text).lower().split()) if text else ""


def is_blank(row: Row) -> bool:
    return not any(cell_text(value) for value in row)
