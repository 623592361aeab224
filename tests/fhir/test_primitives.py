from __future__ import annotations

from datetime import UTC, datetime

import pytest

from healthrec.fhir.primitives import date_range, is_valid, local_day


def seconds(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("2024", "2024-01-01", "2025-01-01"),
        ("2024-02", "2024-02-01", "2024-03-01"),
        ("2024-12", "2024-12-01", "2025-01-01"),
        ("2024-02-29", "2024-02-29", "2024-03-01"),
        ("2024-01-01T08:00:00+08:00", "2024-01-01T00:00:00", "2024-01-01T00:00:01"),
        ("2024-01-01T00:00:00.678Z", "2024-01-01T00:00:00", "2024-01-01T00:00:01"),
        ("2024-01-01T00:00Z", "2024-01-01T00:00:00", "2024-01-01T00:01:00"),
        ("2024-01-01T00:00:00", "2024-01-01T00:00:00", "2024-01-01T00:00:01"),
    ],
)
def test_a_partial_date_is_a_range_of_seconds(text: str, low: str, high: str) -> None:
    assert date_range(text) == (seconds(low), seconds(high))


@pytest.mark.parametrize(
    "text", ["", "24", "2024-00", "2024-13", "2024-01-00", "2024-04-31", "2023-02-29", "0000", "2024-1-1", "２０２４",
             "2024-01-01T24:00:00Z", "2024-01-01T10Z", "2024-01-01T10:00:00+8", "2024-01-01 10:00:00"]
)  # fmt: skip
def test_what_is_no_date_has_no_range(text: str) -> None:
    assert date_range(text) is None


def test_a_day_is_the_day_where_it_was_written() -> None:
    assert str(local_day("2024-01-01T00:30:00+08:00")) == "2024-01-01"
    assert local_day("2024-01") is None
    assert local_day("2024-02-30") is None


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("code", "a b", "a  b"),
        ("id", "a" * 64, "a_b"),
        ("uri", "urn:x", "a b"),
        ("oid", "urn:oid:1.2.3", "1.2.3"),
        ("uuid", "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0", "urn:uuid:1"),
        ("string", "一\n二", "\x00"),
        ("time", "23:59:59", "24:00:00"),
        ("integer", 2147483647, 2147483648),
        ("unsignedInt", 0, -1),
        ("positiveInt", 1, 0),
        ("boolean", True, 1),
        ("decimal", 7, True),
        ("base64Binary", "QUJD\nRA==", "QUJ"),
    ],
)
def test_each_primitive_takes_its_own_values_only(kind: str, good: object, bad: object) -> None:
    assert is_valid(kind, good)
    assert not is_valid(kind, bad)
