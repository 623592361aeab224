"""The primitive types of FHIR R4: whether a JSON value is one, and how dates become ranges of seconds."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

MAX_TEXT = 1_000_000
EARLIEST, LATEST = -62135596800, 253402300800
"""Seconds of 0001-01-01 and 10000-01-01 UTC: the ends of an open period."""

Range = tuple[int, int]
"""Seconds since 1970 UTC: from (inclusive), to (exclusive)."""


def is_valid(kind: str, value: object) -> bool:
    """Whether `value` is a legal JSON value of the FHIR primitive `kind`."""
    return CHECKS[kind](value)


def acceptance(kind: str, name: str, codes: frozenset[str] | None) -> Callable[[object], bool]:
    """What decides whether a value fits an element of that kind and name, with that required binding."""
    check, pattern = CHECKS[kind], _PATTERNS.get(name)
    if codes is not None:
        return lambda value: value in codes if isinstance(value, str) else check(value)
    if pattern is not None:
        return lambda value: check(value) and pattern.fullmatch(str(value)) is not None
    return check


@lru_cache(maxsize=8192)
def date_range(text: str) -> Range | None:
    """The seconds that a date, dateTime or instant covers: 2024-02 is the month. None when it is no real date.

    A zone offset is honoured; a date without time is a day of UTC. Source: R4 datatypes, date and dateTime.
    """
    match = _DATE_TIME.fullmatch(text)
    if match is None:
        return None
    year, month, day, clock, zone = match.groups()
    try:
        if clock is None:
            return _day_range(int(year), int(month) if month else None, int(day) if day else None)
        start = datetime.fromisoformat(f"{year}-{month}-{day}T{clock}{_zone(zone)}")
        second = int(start.timestamp())
    except (ValueError, OverflowError):
        return None
    return (second, second + 1) if len(clock) == 8 else (second, second + 60)


def local_day(text: str) -> date | None:
    """The calendar day that a date or dateTime names in its own zone; None for a partial or unreal date."""
    try:
        return date.fromisoformat(text[:10]) if len(text) >= 10 else None
    except ValueError:
        return None


_DATE_TIME = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d:\d\d(?::\d\d)?)(?:\.\d+)?(Z|[+-]\d\d:\d\d)?)?)?)?", re.ASCII
)
_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_CODE = re.compile(r"[^\s\x00-\x1f]+( [^\s\x00-\x1f]+)*")
_URI = re.compile(r"[^\s\x00-\x1f]+")
_OID = re.compile(r"urn:oid:[0-2](\.(0|[1-9][0-9]*))+")
_UUID = re.compile(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?")
_BASE64 = re.compile(r"[0-9A-Za-z+/\s]*={0,2}\s*")
_MIME = re.compile(r"[\w.+-]+/[\w.+*-]+(\s*;\s*[\w.+-]+=\S+)*", re.ASCII)
_PATTERNS = {
    "language": re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*"),
    "contentType": _MIME,
    "sigFormat": _MIME,
    "targetFormat": _MIME,
    "currency": re.compile("[A-Z]{3}"),
}
"""Elements that hold more than their kind says."""

_INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_ACTIVE_HTML = re.compile(
    r"<\s*(script|iframe|object|embed|form|link|style|base|meta|svg)\b|\son\w+\s*=|javascript:", re.I
)


def _zone(zone: str | None) -> str:
    return "+00:00" if zone in (None, "Z") else str(zone)


def _day_range(year: int, month: int | None, day: int | None) -> Range:
    if month is not None and day is not None:
        start, days = date(year, month, day), 1
    elif month is not None:
        start, days = date(year, month, 1), monthrange(year, month)[1]
    else:
        start, days = date(year, 1, 1), 366 if monthrange(year, 2)[1] == 29 else 365
    seconds = int(datetime(start.year, start.month, start.day, tzinfo=UTC).timestamp())
    return seconds, seconds + days * int(timedelta(days=1).total_seconds())


def _text(value: object) -> bool:
    return (
        isinstance(value, str)
        and len(value) <= MAX_TEXT
        and bool(value)
        and not value.isspace()
        and not _INVISIBLE.search(value)
    )


def _pattern(pattern: re.Pattern[str]) -> Callable[[object], bool]:
    matches = pattern.fullmatch
    return lambda value: isinstance(value, str) and matches(value) is not None


def _date(value: object) -> bool:
    return isinstance(value, str) and "T" not in value and date_range(value) is not None


def _date_time(value: object) -> bool:
    if not isinstance(value, str) or date_range(value) is None:
        return False
    return len(value) <= 10 or ((value[-1] == "Z" or value[-6] in "+-") and value[16:17] == ":")


def _instant(value: object) -> bool:
    return isinstance(value, str) and len(value) > 10 and _date_time(value)


def _base64(value: object) -> bool:
    if not isinstance(value, str) or not value or _BASE64.fullmatch(value) is None:
        return False
    return len("".join(value.split()) if not value.isalnum() else value) % 4 == 0


def _integer(low: int) -> Callable[[object], bool]:
    return lambda value: type(value) is int and low <= value <= 2147483647


def _decimal(value: object) -> bool:
    if type(value) is int:
        return abs(value) < 10**18
    if isinstance(value, float):
        return abs(value) < 1e18
    if not isinstance(value, Decimal) or not value.is_finite():
        return False
    exponent = int(value.as_tuple().exponent)
    return -40 <= exponent < 18 and (not value or value.adjusted() < 18)


def _xhtml(value: object) -> bool:
    return _text(value) and str(value).lstrip().startswith("<div") and not _ACTIVE_HTML.search(str(value))


CHECKS: dict[str, Callable[[object], bool]] = {
    "string": _text,
    "markdown": _text,
    "xhtml": _xhtml,
    "code": _pattern(_CODE),
    "id": _pattern(_ID),
    "uri": _pattern(_URI),
    "url": _pattern(_URI),
    "canonical": _pattern(_URI),
    "oid": _pattern(_OID),
    "uuid": _pattern(_UUID),
    "base64Binary": _base64,
    "date": _date,
    "dateTime": _date_time,
    "instant": _instant,
    "time": _pattern(_TIME),
    "boolean": lambda value: isinstance(value, bool),
    "decimal": _decimal,
    "integer": _integer(-2147483648),
    "positiveInt": _integer(1),
    "unsignedInt": _integer(0),
}
