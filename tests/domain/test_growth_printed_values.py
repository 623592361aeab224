"""Every number that WS/T 423-2022 prints, from both sides."""

from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from healthrec.domain.age import add_months
from healthrec.domain.growth import Finding, GrowthTable, Measurement, Subject, evaluate, z_scores
from healthrec.domain.growth.standard import PERCENTILES, SD_SCORES
from healthrec.rulebook import load_rulebook
from healthrec.settings import schemas_dir

RULES = load_rulebook(schemas_dir()).growth_rules(date(2026, 11, 22))
TABLES = sorted(RULES.standard.tables)
BIRTH = date(2019, 3, 1)
STEP = Decimal("0.001")

LEVELS_AT = ("lower", "lower-middle", "middle", "middle", "upper-middle", "upper", "upper")
LEVELS_BELOW = ("lower", "lower", "lower-middle", "middle", "middle", "upper-middle", "upper")
PERCENTILE_LEVELS_AT = ("lower-middle", "lower-middle", "middle", "middle", "upper-middle", "upper-middle", "upper")
PERCENTILE_LEVELS_BELOW = ("lower", "lower-middle", "lower-middle", "middle", "middle", "upper-middle", "upper-middle")
SIZE_AT = ("wasting", "normal", "normal", "normal", "overweight", "obesity", "severe-obesity")
SIZE_BELOW = ("severe-wasting", "wasting", "normal", "normal", "normal", "overweight", "obesity")
NUTRITION_AT = {
    "wfa": ("underweight", *["normal"] * 6),
    "lhfa": ("stunting", *["normal"] * 6),
    "wfl": SIZE_AT,
    "wfh": SIZE_AT,
    "bfa": SIZE_AT,
    "hcfa": (None,) * 7,
}
NUTRITION_BELOW = {
    "wfa": ("severe-underweight", "underweight", *["normal"] * 5),
    "lhfa": ("severe-stunting", "stunting", *["normal"] * 5),
    "wfl": SIZE_BELOW,
    "wfh": SIZE_BELOW,
    "bfa": SIZE_BELOW,
    "hcfa": (None,) * 7,
}


def judged(table: GrowthTable, x: float, value: Decimal, method: str = "sd") -> Finding:
    """The finding of that table for a child who stands exactly on row `x`."""
    month = int(x) if table.axis == "age_month" else {"wfl": 6, "wfh": 48}[table.indicator]
    day = add_months(BIRTH, month)
    size = "height" if month >= 24 else "length"
    measured = {
        "wfa": [("weight", value)],
        "lhfa": [(size, value)],
        "hcfa": [("head", value)],
        "bfa": [("weight", value), (size, Decimal(100))],
    }.get(table.indicator, [("weight", value), (size, Decimal(x))])
    measurements = [Measurement(measure, number, day) for measure, number in measured]
    findings = evaluate(RULES, Subject(table.sex, BIRTH), measurements, method)
    return next(finding for finding in findings if finding.indicator == table.indicator)


def rows(table: GrowthTable, columns: np.ndarray) -> list[tuple[float, list[Decimal]]]:
    """Printed rows only: of two rows with one x the second is printed."""
    last = dict(zip(table.x.tolist(), columns.tolist(), strict=True))
    return [(x, [Decimal(str(value)) for value in row]) for x, row in last.items()]


def test_the_tables_are_complete() -> None:
    printed = [len(rows(table, table.sd)) for table in RULES.standard.tables.values()]
    assert (len(TABLES), sum(printed)) == (12, 546)


@pytest.mark.parametrize(("indicator", "sex"), TABLES)
def test_a_printed_sd_value_opens_its_own_category_and_less_does_not(indicator: str, sex: str) -> None:
    table = RULES.standard.tables[indicator, sex]
    for x, row in rows(table, table.sd):
        at = [judged(table, x, value) for value in row]
        below = [judged(table, x, value - STEP) for value in row]
        assert tuple(finding.level for finding in at) == LEVELS_AT, x
        assert tuple(finding.level for finding in below) == LEVELS_BELOW, x
        assert tuple(finding.nutrition for finding in at) == NUTRITION_AT[indicator], x
        assert tuple(finding.nutrition for finding in below) == NUTRITION_BELOW[indicator], x
        assert not any(finding.cut_offs is None or finding.cut_offs.interpolated for finding in at)


@pytest.mark.parametrize(("indicator", "sex"), TABLES)
def test_a_printed_percentile_opens_its_own_level_and_less_does_not(indicator: str, sex: str) -> None:
    table = RULES.standard.tables[indicator, sex]
    for x, row in rows(table, table.percentiles):
        at = [judged(table, x, value, "percentile") for value in row]
        below = [judged(table, x, value - STEP, "percentile") for value in row]
        assert tuple(finding.level for finding in at) == PERCENTILE_LEVELS_AT, x
        assert tuple(finding.level for finding in below) == PERCENTILE_LEVELS_BELOW, x
        assert {finding.method for finding in at} == {"percentile"}


@pytest.mark.parametrize(("indicator", "sex"), TABLES)
def test_a_printed_sd_value_gives_its_own_z_within_rounding(indicator: str, sex: str) -> None:
    table = RULES.standard.tables[indicator, sex]
    for x, row in rows(table, table.sd):
        values = np.array([float(value) for value in row])
        places = np.full(7, x)
        assert (z_scores(table, places, values - 0.05) < SD_SCORES).all(), x
        assert (z_scores(table, places, values + 0.05) > SD_SCORES).all(), x


@pytest.mark.parametrize(("indicator", "sex"), TABLES)
def test_a_printed_percentile_gives_itself_back_within_rounding(indicator: str, sex: str) -> None:
    table = RULES.standard.tables[indicator, sex]
    for x, row in rows(table, table.percentiles)[::4]:
        for value, percent in zip(row, PERCENTILES, strict=True):
            low, high = (judged(table, x, value + shift).percentile for shift in (Decimal("-0.05"), Decimal("0.05")))
            assert low is not None and high is not None
            assert low <= percent <= high, x
