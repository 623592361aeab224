"""The forms in which people write a date."""

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthrec.domain.roster import DateReading, read_date
from healthrec.domain.roster.cells import address, cell_text, column_letters


@pytest.mark.parametrize(
    "value",
    [
        "2025-06-04",
        "2025/6/4",
        "2025.6.4",
        "20250604",
        "2025年6月4日",
        "2025年06月04号",
        "２０２５．６．４",
        " 2025 - 06 - 04 ",
        "2025。6。4",
        "2025-06-04 00:00:00",
        "2025/6/4 8:30",
        "2025 6 4",
        20250604.0,
        45812.0,
        45812,
        date(2025, 6, 4),
        datetime(2025, 6, 4, 0, 0),  # noqa: DTZ001  (cells have no zone)
    ],
)
def test_one_day_in_every_form(value: object) -> None:
    assert read_date(value) == DateReading(date(2025, 6, 4))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("", "missing"),
        (None, "missing"),
        ("  ", "missing"),
        ("2025-02-29", "impossible"),
        ("20251301", "impossible"),
        ("2025年6月31日", "impossible"),
        ("4/6/2025", "order"),
        ("25.6.4", "year-short"),
        ("25年6月4日", "year-short"),
        ("2025年6月", "day-missing"),
        ("2025.6", "day-missing"),
        ("去年夏天", "unreadable"),
        ("12", "unreadable"),
        ("36525", "unreadable"),
        ("73051", "unreadable"),
        (0.5, "unreadable"),
        (time(8, 30), "unreadable"),
        (True, "unreadable"),
    ],
)
def test_what_is_no_day_says_why(value: object, code: str) -> None:
    assert read_date(value) == DateReading(None, code)  # type: ignore[arg-type]


def test_a_bare_serial_typed_as_text_is_read_and_asked_about() -> None:
    assert read_date("45812") == DateReading(date(2025, 6, 4), "serial")


@given(
    st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日", "%Y%m%d"])
)
def test_every_day_comes_back_from_its_text(day: date, form: str) -> None:
    assert read_date(day.strftime(form)) == DateReading(day)


def test_cells_have_the_address_that_a_spreadsheet_shows() -> None:
    assert [column_letters(at) for at in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
    assert address("托大班", 11, 2) == "托大班!C12"


def test_cells_read_as_a_person_sees_them() -> None:
    cases = [
        (None, ""),
        (" \u3000王犇 \ufeff", "王犇"),
        (13800000000.0, "13800000000"),
        (14.5, "14.5"),
        (datetime(2025, 6, 4), "2025-06-04"),  # noqa: DTZ001
        (datetime(2025, 6, 4, 8, 30), "2025-06-04 08:30:00"),  # noqa: DTZ001
        (8.99999202512010609e17, "8.9999920251201062e+17"),
    ]
    for value, text in cases:
        assert cell_text(value) == text
