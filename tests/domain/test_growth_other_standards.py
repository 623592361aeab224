"""Size at birth, growth of children born preterm, and what judges who has outgrown WS/T 423-2022."""

import csv
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthrec.domain.age import add_months
from healthrec.domain.growth import (
    Finding,
    GrowthTable,
    Measurement,
    Subject,
    cut_offs_at,
    evaluate,
    value_at,
    z_scores,
)
from healthrec.domain.growth.standard import GrowthStandard, z_of_mark
from healthrec.rulebook import load_rulebook
from healthrec.settings import schemas_dir

RULES = load_rulebook(schemas_dir()).growth_rules(date(2026, 11, 22))
STANDARDS = RULES.standards
BIRTH = date(2015, 5, 20)
SAMPLES = Path(__file__).parents[1] / "samples" / "growth"


def judged(standard: GrowthStandard, subject: Subject, day: date, **values: str) -> dict[str, Finding]:
    measured = [Measurement(measure, Decimal(value), day) for measure, value in values.items()]
    return {found.indicator: found for found in evaluate(RULES, subject, measured, standard=standard)}


def at_birth(standard: str, gestation: int, days: int = 0, **values: str) -> dict[str, Finding]:
    return judged(STANDARDS[standard], Subject("male", BIRTH, gestation), BIRTH + timedelta(days=days), **values)


class TestOutgrown:
    BOY = Subject("male", BIRTH)

    def at(self, months: int, **values: str) -> dict[str, Finding]:
        return judged(RULES.standard, self.BOY, add_months(BIRTH, months), **values)

    @pytest.mark.parametrize(
        ("cm", "level", "z"),
        [("113.50", "height-lower", -2.0), ("113.51", "height-lower-middle", -2.0), ("119.48", "height-lower-middle", -1.0),
         ("119.49", "height-middle", -1.0), ("131.47", "height-middle", 1.0), ("131.48", "height-upper-middle", 1.0),
         ("137.46", "height-upper-middle", 2.0), ("137.47", "height-upper", 2.0), ("143.45", "height-upper", 3.0)],
    )  # fmt: skip
    def test_height_has_bounds_and_words_of_its_own(self, cm: str, level: str, z: float) -> None:
        found = self.at(84, height=cm)["lhfa"]
        assert (found.rule_id, found.level, found.z_score, found.method) == ("wst612-2018", level, z, "sd")

    def test_its_levels_go_by_sd_also_where_percentiles_were_asked_for(self) -> None:
        day = add_months(BIRTH, 84)
        (found,) = evaluate(RULES, self.BOY, [Measurement("height", Decimal("125"), day)], "percentile")
        assert (found.method, found.level) == ("sd", "height-middle")

    def test_between_birthdays_height_is_interpolated_and_says_so(self) -> None:
        found = self.at(90, height="128.1")["lhfa"]
        assert (found.z_score, found.applied) == (0.0, ("interpolated",))

    @pytest.mark.parametrize(
        ("months", "bmi", "category"),
        [(84, "16.949", "below-overweight"), (84, "16.951", "overweight"), (84, "18.649", "overweight"),
         (84, "18.651", "obesity"), (89, "17.1", "overweight"), (90, "17.1", "below-overweight")],
    )  # fmt: skip
    def test_bmi_is_rounded_to_one_decimal_and_the_half_year_holds(self, months: int, bmi: str, category: str) -> None:
        found = self.at(months, weight=bmi, height="100")["bfa"]
        assert (found.rule_id, found.nutrition, found.z_score, found.percentile) == (
            "wst586-2018",
            category,
            None,
            None,
        )
        assert found.applied == () and found.cut_offs is not None
        assert (found.cut_offs.sd, found.cut_offs.percentiles) == ((), ())
        assert dict(found.cut_offs.marks)["overweight"] == (17.0 if months < 90 else 17.4)

    def test_a_child_measured_lying_is_converted(self) -> None:
        assert self.at(84, length="126.18")["lhfa"].z_score == 0.0


class TestSizeAtBirth:
    @pytest.mark.parametrize("standard", ["wst800-2022", "intergrowth21-newborn"])
    @pytest.mark.parametrize(
        ("mark", "more", "category"),
        [
            ("P10", "-0.001", "small"),
            ("P10", "0", "appropriate"),
            ("P90", "0", "appropriate"),
            ("P90", "0.001", "large"),
        ],
    )
    def test_below_the_tenth_is_small_and_above_the_ninetieth_large(
        self, standard: str, mark: str, more: str, category: str
    ) -> None:
        printed = cut_offs_at(STANDARDS[standard].tables["wfa", "male"], 273)
        assert printed is not None
        weight = Decimal(str(dict(printed.marks)[mark])) + Decimal(more)
        assert at_birth(standard, 273, weight=str(weight))["wfa"].nutrition == f"{category}-for-gestational-age"

    def test_days_of_the_running_week_are_not_counted(self) -> None:
        first, last = (at_birth("wst800-2022", days, weight="3.0")["wfa"] for days in (273, 279))
        next_week = at_birth("wst800-2022", 280, weight="3.0")["wfa"]
        marks = [one.cut_offs.marks for one in (first, last, next_week) if one.cut_offs]
        assert marks[0] == marks[1] != marks[2]
        assert first.z_score == last.z_score != next_week.z_score
        assert last.applied == ()

    @pytest.mark.parametrize(
        ("standard", "gestation", "why"),
        [("wst800-2022", 167, ("age-without-row",)), ("wst800-2022", 168, ()), ("wst800-2022", 300, ()),
         ("wst800-2022", 301, ("age-without-row",)), ("intergrowth21-newborn", 167, ("age-without-row",)),
         ("intergrowth21-newborn", 168, ()), ("intergrowth21-newborn", 300, ()),
         ("intergrowth21-newborn", 301, ("age-without-row",))],
    )  # fmt: skip
    def test_it_reaches_from_24_to_42_weeks(self, standard: str, gestation: int, why: tuple[str, ...]) -> None:
        assert at_birth(standard, gestation, length="48")["lhfa"].not_judged == why

    def test_a_day_later_it_is_no_size_at_birth(self) -> None:
        assert at_birth("intergrowth21-newborn", 270, days=1, head="33")["hcfa"].not_judged == ("not-at-birth",)

    def test_without_a_gestation_there_is_nothing_to_look_up(self) -> None:
        for name in ("wst800-2022", "intergrowth21-preterm"):
            found = judged(STANDARDS[name], Subject("female", BIRTH), BIRTH, weight="3.2")["wfa"]
            assert found.not_judged == ("gestation-unknown",)

    def test_it_speaks_of_weight_length_and_head_only(self) -> None:
        assert list(at_birth("intergrowth21-newborn", 270, weight="3", length="49", head="34")) == [
            "wfa",
            "lhfa",
            "hcfa",
        ]

    @pytest.mark.parametrize("name", ["wst800-2022", "intergrowth21-newborn", "wst612-2018"])
    def test_every_printed_cut_off_gives_its_own_z_back(self, name: str) -> None:
        for table in STANDARDS[name].tables.values():
            for mark in table.score_marks:
                column = table.printed[:, table.marks.index(mark)]
                assert z_scores(table, table.x, column) == pytest.approx(z_of_mark(mark), abs=1e-9)

    def test_the_percentiles_beside_the_sd_columns_agree_with_them(self) -> None:
        """Two rounded tables: what one says of the other stays within 0.15."""
        for table in STANDARDS["intergrowth21-newborn"].tables.values():
            for mark in ("P3", "P10", "P90", "P97"):
                column = table.printed[:, table.marks.index(mark)]
                assert np.abs(z_scores(table, table.x, column) - z_of_mark(mark)).max() < 0.15


class TestAfterAPretermBirth:
    STANDARD = STANDARDS["intergrowth21-preterm"]

    def test_the_equations_give_the_published_tables(self) -> None:
        names = {"weight": "wfa", "len": "lhfa", "hc": "hcfa"}
        with (SAMPLES / "intergrowth21_preterm_zscores.csv").open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        assert len(rows) == 3 * 2 * 38
        for row in rows:
            table = self.STANDARD.tables[names[row["measure"]], row["sex"]]  # type: ignore[index]
            published = [float(row[name]) for name in list(row)[3:]]
            shown = table.sd[int(table.x.searchsorted(7 * float(row["x"])))]
            assert shown == pytest.approx(published, abs=0.0051 if row["measure"] == "weight" else 0.051), row

    @pytest.mark.parametrize(
        ("gestation", "age", "why"),
        [(182, 6, ("age-without-row",)), (182, 7, ()), (210, 238, ()), (210, 239, ("age-without-row",)),
         (258, 100, ()), (259, 100, ("not-preterm",)), (210, -1, ("before-birth",))],
    )  # fmt: skip
    def test_it_holds_for_preterm_births_from_27_to_64_weeks(
        self, gestation: int, age: int, why: tuple[str, ...]
    ) -> None:
        found = at_birth("intergrowth21-preterm", gestation, days=age, weight="2.5")["wfa"]
        assert found.not_judged == why
        assert found.applied == () and found.uncorrected is None

    def test_it_is_read_by_the_postmenstrual_age(self) -> None:
        found = at_birth("intergrowth21-preterm", 224, days=35, length="46.0")["lhfa"]
        assert found.cut_offs is not None and found.cut_offs.x == 259.0
        assert (found.level, found.nutrition) == (None, None)


SCORED = [(name, key) for name in ("wst800-2022", "intergrowth21-newborn", "intergrowth21-preterm", "wst612-2018")
          for key in sorted(STANDARDS[name].tables)]  # fmt: skip


@given(st.sampled_from(SCORED), st.floats(0, 1), st.floats(-3.5, 3.5))
def test_value_to_z_to_value_returns(where: tuple[str, tuple[str, str]], place: float, z: float) -> None:
    standard, key = STANDARDS[where[0]], where[1]
    table: GrowthTable = standard.tables[key]  # type: ignore[index]
    x = table.first + place * (table.last - table.first)
    value = value_at(standard, *key, x, z)  # type: ignore[arg-type]
    assert float(z_scores(table, x, value)) == pytest.approx(z, abs=1e-9)


@given(st.sampled_from(SCORED), st.floats(0, 1), st.floats(-4, 4), st.floats(0.001, 1))
def test_more_is_never_judged_lower(where: tuple[str, tuple[str, str]], place: float, z: float, more: float) -> None:
    standard, key = STANDARDS[where[0]], where[1]
    table: GrowthTable = standard.tables[key]  # type: ignore[index]
    x = table.first + place * (table.last - table.first)
    value = max(0.01, value_at(standard, *key, x, 0) * (1 + z / 10))  # type: ignore[arg-type]
    one, other = z_scores(table, [x, x], [value, value + more])
    assert one < other
