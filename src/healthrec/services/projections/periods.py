"""FHIR periods as half-open spans of days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from healthrec.domain.access import Span
from healthrec.fhir.facts import is_delegate
from healthrec.store.access import FOREVER


def span_of(period: Mapping[str, Any] | None) -> Span:
    """From the first day to the last, which a FHIR Period includes; open ends where it says nothing."""
    period = period or {}
    start = first_day(str(period.get("start", ""))) or date.min
    end = period.get("end")
    return Span.of_period(start, last_day(str(end)) if end else None)


def guardianship(related: Mapping[str, Any]) -> Span | None:
    """The days on which a RelatedPerson is the child's guardian; None for one who never was."""
    return span_of(related.get("period")) if related.get("active", True) and not is_delegate(related) else None


def bounds(span: Span) -> tuple[int, int]:
    """`date.toordinal()` of the first day and of the first day after."""
    return span.start.toordinal(), last(span.end)


def last(end: date) -> int:
    """The first day after a span, as the store keeps it."""
    return FOREVER if end == date.max else end.toordinal()


def first_day(text: str) -> date | None:
    """The first day of a FHIR date or dateTime of any precision."""
    if not text:
        return None
    return date.fromisoformat(f"{text[:10]}-01-01"[:10] if len(text) < 10 else text[:10])


def last_day(text: str) -> date:
    """The last day of a FHIR date or dateTime of any precision."""
    if len(text) >= 10:
        return date.fromisoformat(text[:10])
    year, _, month = text.partition("-")
    if year == "9999" and month in ("", "12"):
        return date.max
    following = date(int(year) + (not month or month == "12"), int(month) % 12 + 1 if month else 1, 1)
    return date.fromordinal(following.toordinal() - 1)
