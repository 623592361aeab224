"""Dates in the forms that people write: 2025-12-01, 2025/12/1, 2025.12.1, 20251201, 2025年12月1日, and Excel's own."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from healthrec.domain.roster.cells import CellValue, cell_text

EXCEL_DAY_ZERO = date(1899, 12, 30)
"""Serial 1 is 1900-01-01; the day zero makes up for the leap day that 1900 did not have (right from 1900-03-01)."""

# 2000-01-01 to 2099-12-31: outside, a bare number is no date that concerns a child.
_SERIAL_RANGE = range(36526, 73051)


@dataclass(frozen=True, slots=True)
class DateReading:
    """A day, or the code of what stands in its way.

    `code`: "" (fine), missing, unreadable, impossible (30 February), order (day and month could be swapped),
    year-short (two digits), day-missing, serial (a day came out of a bare number typed as text: worth a look).
    """

    day: date | None
    code: str = ""


def read_date(value: CellValue) -> DateReading:
    if isinstance(value, datetime):
        return DateReading(value.date())
    if isinstance(value, date):
        return DateReading(value)
    text = _tidy(cell_text(value))
    if not text:
        return DateReading(None, "missing")
    if text.isdigit() and len(text) == 5 and int(text) in _SERIAL_RANGE:
        day = EXCEL_DAY_ZERO + timedelta(days=int(text))
        return DateReading(day, "" if isinstance(value, int | float) else "serial")
    return _read_text(text)


_FULL = re.compile(r"(\d{4})([-/.年_ ])(\d{1,2})[-/.月_ ](\d{1,2})[日号]?\.?")
_RUN_TOGETHER = re.compile(r"(\d{4})(\d{2})(\d{2})")
_TIME = re.compile(r"[T ]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$")
_NO_DAY = re.compile(r"\d{4}[-/.年]\d{1,2}月?")
_DAY_FIRST = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{4}")
_YEAR_SHORT = re.compile(r"\d{2}[-/.年]\d{1,2}[-/.月]\d{1,2}[日号]?")


def _read_text(text: str) -> DateReading:
    if match := _FULL.fullmatch(text):
        return _day(match[1], match[3], match[4])
    if match := _RUN_TOGETHER.fullmatch(text):
        return _day(match[1], match[2], match[3])
    forms = {"day-missing": _NO_DAY, "order": _DAY_FIRST, "year-short": _YEAR_SHORT}
    return DateReading(None, next((code for code, form in forms.items() if form.fullmatch(text)), "unreadable"))


def _day(year: str, month: str, day: str) -> DateReading:
    try:
        return DateReading(date(int(year), int(month), int(day)))
    except ValueError:
        return DateReading(None, "impossible")


def _tidy(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).strip().replace("。", ".").replace("—", "-").replace("–", "-")
    plain = _TIME.sub("", plain)
    return re.sub(r"\s*([-/.年月日号])\s*", r"\1", plain).lstrip("'")
