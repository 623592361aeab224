"""FHIR periods as spans of days, of any precision, to the end of time."""

from __future__ import annotations

from datetime import date

import pytest

from healthrec.services.projections.periods import bounds, first_day, last_day, span_of
from healthrec.store.access import FOREVER


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-02-03", date(2026, 2, 3), date(2026, 2, 3)),
        ("2026-02-03T23:59:59+08:00", date(2026, 2, 3), date(2026, 2, 3)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-12", date(2026, 12, 1), date(2026, 12, 31)),
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("9999", date(9999, 1, 1), date.max),
        ("9999-12", date(9999, 12, 1), date.max),
        ("9999-12-31", date.max, date.max),
    ],
)
def test_first_and_last_day(text: str, first: date, last: date) -> None:
    assert (first_day(text), last_day(text)) == (first, last)


def test_a_period_without_end_has_none() -> None:
    assert bounds(span_of({"start": "2026-01-01"}))[1] == FOREVER
    assert bounds(span_of(None)) == (1, FOREVER)
    assert bounds(span_of({"end": "9999"}))[1] == FOREVER
