"""How dates, ages, numbers and quantities are written in Chinese and in English. Half-width digits throughout."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from healthrec.domain.age import completed_months

THIN_SPACE = "\u2009"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_Language = Literal["zh", "en"]


def date_text(value: date, language: _Language) -> str:
    if language == "zh":
        return f"{value.year}年{value.month}月{value.day}日"
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def month_text(value: date, language: _Language) -> str:
    return f"{value.year}年{value.month}月" if language == "zh" else f"{_MONTHS[value.month - 1]} {value.year}"


def quarter_text(year: int, quarter: int, language: _Language) -> str:
    return f"{year}年第{quarter}季度" if language == "zh" else f"Q{quarter} {year}"


def moment_text(value: datetime, language: _Language) -> str:
    comma = "" if language == "zh" else ","
    return f"{date_text(value, language)}{comma} {value:%H:%M}"


def age_text(birth: date, on: date, language: _Language) -> str:
    """Completed years and months; completed days under one month; "" when `on` is before `birth`."""
    if on < birth:
        return ""
    months = completed_months(birth, on)
    if months == 0:
        return _counted((on - birth).days, "天", "day", language)
    parts = []
    if months >= 12:
        parts.append(_counted(months // 12, "岁", "year", language))
    if months % 12:
        parts.append(_counted(months % 12, "个月", "month", language))
    return ("" if language == "zh" else " ").join(parts)


def number_text(value: Decimal | float | str) -> str:
    """Keeps the digits of a Decimal or a numeric string as they stand; a float is shown shortest."""
    return f"{Decimal(str(value)):,f}"


def quantity_text(value: Decimal | float | str, unit: str) -> str:
    return f"{number_text(value)}{THIN_SPACE}{unit}"


def percent_text(part: float, whole: float) -> str:
    return "–" if not whole else f"{round(100 * part / whole, 1):g}%"


def _counted(n: int, zh: str, en: str, language: _Language) -> str:
    return f"{n}{zh}" if language == "zh" else f"{n} {en}{'' if n == 1 else 's'}"
