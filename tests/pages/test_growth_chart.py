"""One standard's curves and one child's values, in the words of a language."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from healthrec.domain.growth import GrowthStandard
from healthrec.figures import growth_chart, to_svg
from healthrec.pages.growth_chart import Measured, growth_chart_page
from healthrec.rulebook.book import load_rulebook
from healthrec.settings import schemas_dir
from healthrec.wording import translator

CHINESE = translator("zh")
BORN = date(2026, 3, 20)
EIGHT_MONTHS = date(2026, 11, 20)
MEASURED = (
    Measured(BORN, Decimal("49.5")),
    Measured(EIGHT_MONTHS, Decimal("69.20"), sentence="在正常范围，偏矮一些。"),
)


@pytest.fixture(scope="module")
def standard() -> GrowthStandard:
    return load_rulebook(schemas_dir()).growth_rules(EIGHT_MONTHS).standard


def test_families_see_percentiles_and_staff_see_sd(standard: GrowthStandard) -> None:
    family = growth_chart_page(standard, "lhfa", "male", BORN, MEASURED, CHINESE)
    staff = growth_chart_page(standard, "lhfa", "male", BORN, MEASURED, CHINESE, "sd")
    assert [curve.label for curve in family.curves] == ["P3", "P10", "P50", "P90", "P97"]
    assert [curve.label for curve in staff.curves] == ["−3 SD", "−2 SD", "−1 SD", "0 SD", "+1 SD", "+2 SD", "+3 SD"]
    assert "94个" in family.words.band
    assert staff.words.band == ""


def test_points_stand_at_days_and_keep_their_digits(standard: GrowthStandard) -> None:
    birth, later = growth_chart_page(standard, "lhfa", "male", BORN, MEASURED, CHINESE).points
    assert (birth.x, birth.kind) == (0, "birth")
    assert (later.x, later.kind, later.callout) == (245, "actual", "69.20")
    assert later.cells == ("2026年11月20日", "8个月", "69.20\u2009cm", "在正常范围，偏矮一些。")


def test_a_corrected_age_stands_beside_the_actual_one(standard: GrowthStandard) -> None:
    early = Measured(date(2026, 9, 20), Decimal("6.1"), term=date(2026, 5, 1))
    actual, corrected = growth_chart_page(standard, "wfa", "female", BORN, (early,), CHINESE).points
    assert (actual.x, actual.kind) == (184, "actual")
    assert (corrected.x, corrected.kind, corrected.actual_x) == (142, "corrected", 184)


def test_before_term_there_is_no_corrected_point(standard: GrowthStandard) -> None:
    early = Measured(date(2026, 4, 30), Decimal("3.1"), term=date(2026, 5, 1))
    assert len(growth_chart_page(standard, "wfa", "female", BORN, (early,), CHINESE).points) == 1


def test_weight_for_length_needs_a_length_of_that_day(standard: GrowthStandard) -> None:
    measured = (Measured(EIGHT_MONTHS, Decimal("8.35"), size_cm=69.2), Measured(EIGHT_MONTHS, Decimal("8.4")))
    chart = growth_chart_page(standard, "wfl", "male", BORN, measured, CHINESE)
    assert [point.x for point in chart.points] == [69.2]
    assert (chart.x_unit, chart.step_x) == ("length_cm", None)


def test_length_and_bmi_have_the_step_to_standing_and_weight_has_none(standard: GrowthStandard) -> None:
    def step(indicator: str) -> float | None:
        return growth_chart_page(standard, indicator, "male", BORN, MEASURED, CHINESE).step_x  # type: ignore[arg-type]

    assert (step("lhfa"), step("bfa"), step("wfa")) == (730.5, 730.5, None)


def test_a_chart_without_measurements_says_so(standard: GrowthStandard) -> None:
    chart = growth_chart_page(standard, "lhfa", "female", BORN, (), CHINESE)
    assert chart.words.description.endswith("还没有测量。")
    assert to_svg(growth_chart(chart)).startswith("<svg")


def test_a_standard_without_the_table_is_an_error(standard: GrowthStandard) -> None:
    with pytest.raises(KeyError):
        growth_chart_page(standard, "lhfa", "unknown", BORN, (), CHINESE)
