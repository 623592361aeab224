from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthrec.domain.age import (
    Age,
    CorrectionRule,
    add_months,
    age,
    age_days,
    completed_months,
    completed_years,
    corrected_birth,
    exact_months,
    term_date,
)

DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))
RULE = CorrectionRule("corrected-age", "test", 259, 24, 196, 36)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2024, 1, 30), 1, date(2024, 2, 29)),
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2024, 1, 28), 1, date(2024, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2024, 12, 31), 2, date(2025, 2, 28)),
        (date(2025, 3, 31), -1, date(2025, 2, 28)),
        (date(2025, 1, 15), -1, date(2024, 12, 15)),
        (date(2025, 5, 5), 0, date(2025, 5, 5)),
    ],
)
def test_a_month_without_that_day_ends_on_its_last_day(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected


@pytest.mark.parametrize(
    ("birth", "on", "months"),
    [
        (date(2025, 1, 31), date(2025, 2, 27), 0),
        (date(2025, 1, 31), date(2025, 2, 28), 1),
        (date(2025, 1, 31), date(2025, 3, 30), 1),
        (date(2025, 1, 31), date(2025, 3, 31), 2),
        (date(2024, 2, 29), date(2025, 2, 27), 11),
        (date(2024, 2, 29), date(2025, 2, 28), 12),
        (date(2024, 2, 29), date(2028, 2, 28), 47),
        (date(2024, 2, 29), date(2028, 2, 29), 48),
        (date(2025, 6, 15), date(2025, 6, 15), 0),
        (date(2025, 6, 15), date(2025, 6, 14), -1),
        (date(2025, 6, 15), date(2025, 5, 15), -1),
        (date(2025, 6, 15), date(2025, 5, 14), -2),
    ],
)
def test_months_complete_on_the_monthly_birthday_and_not_before(birth: date, on: date, months: int) -> None:
    assert completed_months(birth, on) == months


def test_years_complete_on_the_birthday() -> None:
    assert completed_years(date(2020, 5, 2), date(2026, 5, 1)) == 5
    assert completed_years(date(2020, 5, 2), date(2026, 5, 2)) == 6


def test_days_are_counted_through_a_leap_day() -> None:
    assert age_days(date(2024, 2, 28), date(2024, 3, 1)) == 2
    assert age_days(date(2024, 3, 1), date(2024, 2, 28)) == -2


def test_half_a_month_is_a_share_of_that_month() -> None:
    assert exact_months(date(2025, 4, 1), date(2025, 4, 16)) == 0.5
    assert exact_months(date(2025, 4, 1), date(2025, 5, 1)) == 1.0
    assert exact_months(date(2025, 4, 16), date(2025, 4, 1)) == pytest.approx(-15 / 31)


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2024, 2, 29), Age(0, 0, 0)),
        (date(2024, 3, 28), Age(0, 0, 28)),
        (date(2024, 3, 29), Age(0, 1, 0)),
        (date(2025, 2, 28), Age(1, 0, 0)),
        (date(2026, 5, 3), Age(2, 2, 4)),
    ],
)
def test_an_age_is_years_months_and_days(on: date, expected: Age) -> None:
    assert age(date(2024, 2, 29), on) == expected


def test_there_is_no_age_before_birth() -> None:
    with pytest.raises(ValueError, match="before the birth"):
        age(date(2025, 1, 2), date(2025, 1, 1))


def test_term_is_forty_weeks_of_gestation() -> None:
    assert term_date(date(2025, 1, 1), 280) == date(2025, 1, 1)
    assert term_date(date(2025, 1, 1), 32 * 7) == date(2025, 2, 26)


def test_the_corrected_age_ends_on_the_day_of_the_limit() -> None:
    birth = date(2023, 3, 10)
    assert corrected_birth(birth, 224, date(2025, 3, 9)) == birth + timedelta(days=56)
    assert corrected_birth(birth, 224, date(2025, 3, 10)) == birth
    assert corrected_birth(birth, 224, date(2025, 3, 10), limit_months=36) == birth + timedelta(days=56)


def test_the_limit_may_be_one_of_the_corrected_age() -> None:
    """Born on 10 March 2023, due on 5 May."""
    birth, term = date(2023, 3, 10), date(2023, 5, 5)
    found = [corrected_birth(birth, 224, on, limit_age="corrected") for on in (date(2025, 5, 4), date(2025, 5, 5))]
    assert found == [term, birth]
    rule = replace(RULE, limit_age="corrected")
    assert [rule.counted_birth(birth, 224, on) for on in (date(2025, 5, 4), date(2025, 5, 5))] == [term, birth]
    assert rule.counted_birth(birth, 259, date(2023, 6, 1)) == birth
    assert RULE.counted_birth(birth, 224, date(2025, 3, 10)) == birth


def test_without_gestation_nothing_is_corrected() -> None:
    assert corrected_birth(date(2025, 1, 1), None, date(2025, 2, 1)) == date(2025, 1, 1)


@pytest.mark.parametrize(("gestation_days", "limit"), [(None, 0), (280, 0), (259, 0), (258, 24), (196, 24), (195, 36)])
def test_the_rule_says_who_is_corrected_and_how_long(gestation_days: int | None, limit: int) -> None:
    assert RULE.limit_for(gestation_days) == limit


@given(DAYS, st.integers(0, 30_000))
def test_completed_months_reach_the_day_and_one_more_passes_it(birth: date, days: int) -> None:
    on = min(birth + timedelta(days=days), date(2090, 1, 1))
    months = completed_months(birth, on)
    assert add_months(birth, months) <= on < add_months(birth, months + 1)
    assert months <= exact_months(birth, on) < months + 1


@given(DAYS, st.integers(0, 3000))
def test_exact_months_never_fall(birth: date, days: int) -> None:
    on = birth + timedelta(days=days)
    assert exact_months(birth, on) < exact_months(birth, on + timedelta(days=1))
