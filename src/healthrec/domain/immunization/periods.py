"""Spans of time as schedules print them: `28d`, `6m`, `12w+1d`, and CDSi's `4 years - 4 days`."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal, NamedTuple

from healthrec.domain.age import add_months

MonthEnd = Literal["clamp", "next-month"]
"""What stands in for a day that a month does not have: its last day (China, unwritten), or the first day after (CDSi)."""

_PART = re.compile(r"([+-]?)(\d+)(h|days?|d|weeks?|w|months?|m|years?|y)")
_SPAN = re.compile(rf"(?:{_PART.pattern})+")
_DAYS = {"d": 1, "w": 7}
_MONTHS = {"m": 1, "y": 12}


class Period(NamedTuple):
    """Calendar months, then days; a tuple, because it is the key of every age looked up."""

    months: int
    days: int

    @classmethod
    def of(cls, text: str) -> Period:
        """Read `28d`, `24h`, `6m`, `4y`, `12w+1d`, `15 months - 4 days`.

        Hours are told in days, since births and doses are known by the day: a span of up to 12 h ends with the day it
        began on, one of up to 24 h with the next. Raises ValueError for anything else.
        """
        compact = text.replace(" ", "")
        if not _SPAN.fullmatch(compact):
            raise ValueError(f"no span of time: {text}")
        parts = [_part(int(sign + count), unit[0]) for sign, count, unit in _PART.findall(compact)]
        return cls(sum(part.months for part in parts), sum(part.days for part in parts))


def _part(count: int, unit: str) -> Period:
    if unit == "h":
        return Period(0, -(-count // 12))
    return Period(count * _MONTHS.get(unit, 0), count * _DAYS.get(unit, 0))


NONE = Period(0, 0)


@lru_cache(maxsize=1 << 16)
def after(day: date, period: Period, month_end: MonthEnd = "clamp") -> date:
    """The day that lies a period after `day`; kept, since many children are born on a day and asked about the same ages."""
    moved = day if not period.months else _months_later(day, period.months, month_end)
    return moved + timedelta(days=period.days) if period.days else moved


def _months_later(day: date, months: int, month_end: MonthEnd) -> date:
    moved = add_months(day, months)
    return moved + timedelta(days=1) if month_end == "next-month" and moved.day != day.day else moved
