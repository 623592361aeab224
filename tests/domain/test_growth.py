"""What a finding says, and what it says it cannot judge."""

import math
from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthrec.domain.age import add_months
from healthrec.domain.growth import (
    CutOffs,
    Finding,
    Measurement,
    Subject,
    counted_birth,
    curves,
    cut_offs_at,
    evaluate,
    evaluate_series,
    value_at,
    z_scores,
)
from healthrec.domain.growth.lms import percentile_of, value_from_lms, z_from_lms
from healthrec.rulebook import load_rulebook
from healthrec.settings import schemas_dir

RULES = load_rulebook(schemas_dir()).growth_rules(date(2026, 11, 22))
STANDARD = RULES.standard
BIRTH = date(2019, 3, 1)
BOY = Subject("male", BIRTH)
TABLES = st.sampled_from(sorted(STANDARD.tables))


def on(months: int, days: int = 0) -> date:
    day = add_months(BIRTH, months)
    return date.fromordinal(day.toordinal() + days)


def measured(day: date, **values: str) -> list[Measurement]:
    return [Measurement(measure, Decimal(value), day) for measure, value in values.items()]


def by_indicator(findings: tuple[Finding, ...]) -> dict[str, Finding]:
    return {finding.indicator: finding for finding in findings}


def test_a_full_measuring_gives_five_findings() -> None:
    found = evaluate(RULES, BOY, measured(on(12), weight="9.87", length="76.7", head="46.3"))
    assert [finding.indicator for finding in found] == ["wfa", "lhfa", "wfl", "bfa", "hcfa"]
    assert {(finding.rule_id, finding.edition) for finding in found} == {("wst423-2022", "WS/T 423-2022")}
    assert {finding.not_judged for finding in found} == {()}


def test_from_two_years_weight_is_judged_for_height() -> None:
    found = by_indicator(evaluate(RULES, BOY, measured(on(24), weight="12.5", height="88.2")))
    assert set(found) == {"wfa", "lhfa", "wfh", "bfa"}
    assert found["lhfa"].z_score == pytest.approx(0, abs=0.02)
    assert found["lhfa"].percentile == pytest.approx(50, abs=0.6)


def test_nothing_measured_gives_nothing() -> None:
    assert evaluate(RULES, BOY, []) == ()


@pytest.mark.parametrize("nothing", ["0", "-4"])
def test_nothing_or_less_is_a_missing_measure(nothing: str) -> None:
    found = evaluate(RULES, BOY, measured(on(12), weight=nothing, length="76.7"))
    assert [finding.indicator for finding in found] == ["lhfa"]


def test_of_two_values_of_one_measure_the_later_counts() -> None:
    (found,) = evaluate(RULES, BOY, measured(on(12), weight="9.9") + measured(on(12), weight="9.7"))
    assert found.value == 9.7


def test_two_days_are_not_judged_together() -> None:
    with pytest.raises(ValueError, match="different days"):
        evaluate(RULES, BOY, measured(on(12), weight="9") + measured(on(13), weight="9"))


def test_a_series_is_judged_day_by_day_from_the_first() -> None:
    series = measured(on(13), weight="10.1") + measured(on(12), weight="9.9", length="76")
    found = evaluate_series(RULES, BOY, series)
    assert [(f.day, f.indicator) for f in found] == [
        (on(12), "wfa"), (on(12), "lhfa"), (on(12), "wfl"), (on(12), "bfa"), (on(13), "wfa"),
    ]  # fmt: skip


def test_bmi_is_weight_over_squared_height_and_not_rounded() -> None:
    (bmi,) = [f for f in evaluate(RULES, BOY, measured(on(36), weight="15", height="97.5")) if f.indicator == "bfa"]
    assert bmi.value == pytest.approx(15 / 0.975**2, abs=1e-8)


class TestBetweenRows:
    def test_half_way_between_two_printed_rows_the_cut_offs_are_half_way(self) -> None:
        (found,) = evaluate(RULES, BOY, measured(date(2019, 4, 16), weight="5.2"))
        assert found.cut_offs is not None
        assert found.cut_offs.x == 1.5
        assert found.cut_offs.between == (1.0, 2.0)
        assert found.cut_offs.sd == (3.65, 4.1, 4.65, 5.2, 5.8, 6.4, 7.1)
        assert found.applied == ("interpolated",)

    def test_a_printed_row_is_not_called_interpolated(self) -> None:
        (found,) = evaluate(RULES, BOY, measured(on(27), weight="13"))
        assert found.cut_offs is not None and found.cut_offs.between == (27.0, 27.0)
        assert found.applied == ()

    def test_an_interpolated_cut_off_includes_its_bound(self) -> None:
        at, below = (evaluate(RULES, BOY, measured(date(2019, 4, 16), weight=w))[0] for w in ("4.1", "4.099"))
        assert (at.nutrition, below.nutrition) == ("normal", "underweight")

    def test_weight_for_length_is_read_between_centimetres(self) -> None:
        found = by_indicator(evaluate(RULES, BOY, measured(on(0), weight="2.35", length="45.5")))
        assert found["wfl"].cut_offs is not None
        assert found["wfl"].cut_offs.sd == (1.85, 2.05, 2.2, 2.4, 2.6, 2.9, 3.15)


class TestTheEdgeAtTwoYears:
    def test_length_goes_on_as_length_until_the_day_before(self) -> None:
        """From 88.0 at 23 months towards 88.2 + 0.7 at 24, not towards 88.2."""
        (found,) = evaluate(RULES, BOY, measured(date(2021, 2, 15), length="88.4"))
        assert found.cut_offs is not None
        assert found.cut_offs.between == (23.0, 24.0)
        assert found.cut_offs.sd[3] == pytest.approx(88.0 + 0.9 * 14 / 28)
        assert found.applied == ("interpolated", "bridged")

    def test_bmi_keeps_the_row_of_23_months(self) -> None:
        found = by_indicator(evaluate(RULES, BOY, measured(date(2021, 2, 15), weight="12", length="88")))["bfa"]
        row = cut_offs_at(STANDARD.tables["bfa", "male"], 23)
        assert found.cut_offs is not None and row is not None
        assert found.cut_offs.sd == row.sd

    def test_on_the_second_birthday_the_printed_row_holds(self) -> None:
        (found,) = evaluate(RULES, BOY, measured(on(24), height="88.2"))
        assert found.cut_offs is not None and found.cut_offs.sd[3] == 88.2
        assert found.applied == ()

    def test_weight_has_no_edge(self) -> None:
        assert STANDARD.tables["wfa", "male"].steps == frozenset()
        assert STANDARD.tables["lhfa", "male"].steps == {24.0}

    def test_no_z_jumps_at_the_edge_when_the_body_is_the_same(self) -> None:
        table = STANDARD.tables["lhfa", "male"]
        before, after = z_scores(table, [24 - 1e-9, 24], [90.0, 89.3])
        assert before == pytest.approx(after, abs=0.001)

    @pytest.mark.parametrize(
        ("months", "measure", "written", "judged", "applied"),
        [
            (23, "length", "87.3", 87.3, ()),
            (23, "height", "87.3", 88.0, ("length-from-standing",)),
            (24, "height", "87.5", 87.5, ()),
            (24, "length", "88.9", 88.2, ("height-from-lying",)),
        ],
    )
    def test_a_position_that_does_not_fit_the_age_is_converted(
        self, months: int, measure: str, written: str, judged: float, applied: tuple[str, ...]
    ) -> None:
        (found,) = evaluate(RULES, BOY, measured(on(months), **{measure: written}))
        assert (found.value, found.applied) == (judged, applied)

    @pytest.mark.parametrize(("months", "value"), [(23, 88.1), (24, 87.4)])
    def test_of_two_positions_the_one_of_the_age_counts(self, months: int, value: float) -> None:
        (found,) = evaluate(RULES, BOY, measured(on(months), length="88.1", height="87.4"))
        assert found.value == value

    def test_a_conversion_reaches_the_category_exactly(self) -> None:
        """Boys, 24 months: -2 SD is 82.0 standing."""
        at, below = (evaluate(RULES, BOY, measured(on(24), length=cm))[0] for cm in ("82.7", "82.6"))
        assert (at.nutrition, below.nutrition) == ("normal", "stunting")


class TestNotJudged:
    @pytest.mark.parametrize("sex", ["other", "unknown", ""])
    def test_other_sexes_have_no_table(self, sex: str) -> None:
        (found,) = evaluate(RULES, Subject(sex, BIRTH), measured(on(12), weight="9"))
        assert found.not_judged == ("sex-not-covered",)
        assert (found.level, found.nutrition, found.z_score, found.cut_offs) == (None, None, None, None)

    def test_before_birth_there_is_nothing_to_judge(self) -> None:
        (found,) = evaluate(RULES, BOY, measured(on(0, -1), weight="3"))
        assert found.not_judged == ("before-birth",)

    @pytest.mark.parametrize(
        ("day", "reasons", "applied"),
        [
            (on(81), (), ()),
            (on(81, 1), (), ("last-row-held",)),
            (on(82, -1), (), ("last-row-held",)),
            (on(82), ("age-without-row",), ()),
            (on(84, -1), ("age-without-row",), ()),
        ],
    )
    def test_after_81_months_the_standard_prints_nothing(
        self, day: date, reasons: tuple[str, ...], applied: tuple[str, ...]
    ) -> None:
        (found,) = evaluate(RULES, BOY, measured(day, height="123.5"))
        assert (found.not_judged, found.applied) == (reasons, applied)
        assert (found.level is None) == bool(reasons)

    def test_at_seven_years_those_that_continue_it_judge_and_the_rest_says_so(self) -> None:
        found = by_indicator(evaluate(RULES, BOY, measured(on(84), weight="24", height="123.5")))
        assert {name: (one.edition, one.not_judged) for name, one in found.items()} == {
            "wfa": ("WS/T 423-2022", ("age-beyond-standard",)),
            "lhfa": ("WS/T 612-2018", ()),
            "wfh": ("WS/T 423-2022", ("age-beyond-standard",)),
            "bfa": ("WS/T 586-2018", ()),
        }

    def test_weight_for_height_goes_on_to_seven_years(self) -> None:
        found = by_indicator(evaluate(RULES, BOY, measured(on(83), weight="24", height="123")))
        assert found["wfh"].level == "middle"
        assert found["bfa"].not_judged == ("age-without-row",)
        last = by_indicator(evaluate(RULES, BOY, measured(on(84), weight="24", height="123")))
        assert last["wfh"].not_judged == ("age-beyond-standard",)

    @pytest.mark.parametrize(("day", "judged"), [(on(36), True), (on(37, -1), True), (on(37), False)])
    def test_heads_are_judged_to_36_months(self, day: date, judged: bool) -> None:
        (found,) = evaluate(RULES, BOY, measured(day, head="49"))
        assert (found.level is not None) == judged
        assert found.nutrition is None

    @pytest.mark.parametrize(
        ("months", "size", "judged"),
        [(6, {"length": "45"}, True), (6, {"length": "44.9"}, False), (6, {"height": "44.3"}, True),
         (6, {"length": "100"}, True), (6, {"length": "100.1"}, False), (48, {"height": "75"}, True),
         (48, {"height": "74.9"}, False), (48, {"length": "75.7"}, True), (48, {"height": "130.1"}, False)],
    )  # fmt: skip
    def test_weight_for_size_ends_with_its_table(self, months: int, size: dict[str, str], judged: bool) -> None:
        found = by_indicator(evaluate(RULES, BOY, measured(on(months), weight="9", **size)))
        weight_for_size = found["wfl" if months < 24 else "wfh"]
        assert weight_for_size.not_judged == (() if judged else ("size-outside-table",))


class TestBornEarly:
    EARLY = Subject("female", BIRTH, gestation_days=224)

    def test_eight_weeks_early_is_judged_by_the_corrected_age(self) -> None:
        (found,) = evaluate(RULES, self.EARLY, measured(date(2019, 4, 26), weight="3.3"))
        assert found.applied == ("corrected-age",)
        assert found.cut_offs is not None and found.cut_offs.x == 0

    def test_before_term_a_preterm_chart_is_needed(self) -> None:
        (found,) = evaluate(RULES, self.EARLY, measured(date(2019, 4, 25), weight="3.2"))
        assert found.not_judged == ("before-term",)

    def test_from_two_corrected_years_the_age_since_birth_counts(self) -> None:
        """Term was on 26 April 2019; at 24 months since birth the corrected age is 22."""
        corrected, last, first = (
            evaluate(RULES, self.EARLY, measured(day, weight="11"))[0]
            for day in (on(24), date(2021, 4, 25), date(2021, 4, 26))
        )
        assert "corrected-age" in corrected.applied and "corrected-age" in last.applied
        assert "corrected-age" not in first.applied
        assert first.cut_offs is not None and first.cut_offs.x == pytest.approx(25 + 25 / 30)

    def test_the_very_preterm_are_corrected_to_three_years(self) -> None:
        very_early = Subject("female", BIRTH, gestation_days=195)
        last, first = (
            evaluate(RULES, very_early, measured(day, weight="14"))[0] for day in (date(2022, 5, 24), date(2022, 5, 25))
        )
        assert "corrected-age" in last.applied and "corrected-age" not in first.applied
        a_day_older = Subject("female", BIRTH, gestation_days=196)
        (found,) = evaluate(RULES, a_day_older, measured(date(2022, 5, 24), weight="14"))
        assert "corrected-age" not in found.applied

    def test_corrected_below_two_years_a_standing_child_is_read_as_lying(self) -> None:
        very_early = Subject("female", BIRTH, gestation_days=182)
        (found,) = evaluate(RULES, very_early, measured(on(25), height="84"))
        assert found.applied[:2] == ("corrected-age", "length-from-standing")

    def test_term_births_are_not_corrected(self) -> None:
        assert counted_birth(Subject("male", BIRTH, 259), on(1), RULES.correction) == BIRTH
        assert counted_birth(Subject("male", BIRTH, 258), on(1), RULES.correction) == date(2019, 3, 23)


class TestReading:
    def test_outside_a_table_nothing_is_read(self) -> None:
        table = STANDARD.tables["wfa", "female"]
        assert cut_offs_at(table, -0.1) is None
        assert cut_offs_at(table, 81.1) is None
        assert np.isnan(z_scores(table, [-0.1, 81.1], [3.0, 20.0])).all()

    def test_value_at_refuses_what_the_table_does_not_hold(self) -> None:
        with pytest.raises(ValueError, match="no row for 82"):
            value_at(STANDARD, "wfa", "male", 82, 0)
        with pytest.raises(ValueError, match="z-score of 99"):
            value_at(STANDARD, "bfa", "male", 60, 99)
        with pytest.raises(KeyError):
            value_at(STANDARD, "wfa", "other", 12, 0)

    def test_curves_run_through_the_printed_values(self) -> None:
        lines = curves(STANDARD, "wfa", "male", ["-3", "0", "+3", "P97"])
        assert [label for label, _ in lines] == ["-3", "0", "+3", "P97"]
        assert [points[0] for _, points in lines] == [(0.0, 2.4), (0.0, 3.5), (0.0, 4.7), (0.0, 4.2)]
        assert lines[0][1][-1][0] == 81.0

    def test_a_curve_of_height_steps_down_at_two_years(self) -> None:
        ((_, points),) = curves(STANDARD, "lhfa", "male", ["0"])
        assert [value for x, value in points if x == 24] == pytest.approx([88.9, 88.2])

    def test_an_unknown_line_is_refused(self) -> None:
        with pytest.raises(KeyError):
            curves(STANDARD, "wfa", "male", ["P50.5"])

    def test_cut_offs_know_whether_they_were_printed(self) -> None:
        assert not CutOffs(1, (), (), (1, 1)).interpolated
        assert CutOffs(1.5, (), (), (1, 2)).interpolated


class TestLms:
    def test_a_power_of_zero_is_the_logarithm(self) -> None:
        lms = np.array([0.0, 10.0, 0.1])
        assert float(z_from_lms(11.0, lms)) == pytest.approx(np.log(1.1) / 0.1)
        assert float(value_from_lms(2.0, lms)) == pytest.approx(10 * np.exp(0.2))

    def test_a_power_of_one_is_a_straight_line(self) -> None:
        lms = np.array([1.0, 80.0, 0.04])
        assert float(z_from_lms(76.8, lms)) == pytest.approx(-1)

    def test_beyond_the_distribution_there_is_no_value(self) -> None:
        assert np.isnan(value_from_lms([7.0, -3.0], np.array([[-1.5, 16.0, 0.1]] * 2))).tolist() == [True, False]

    @pytest.mark.parametrize(("z", "percent"), [(0, 50), (1, 84.13), (-2, 2.28), (1.8808, 97)])
    def test_percentiles_are_those_of_the_normal_curve(self, z: float, percent: float) -> None:
        assert percentile_of(z) == pytest.approx(percent, abs=0.005)


@given(TABLES, st.floats(0, 1), st.floats(-3.5, 3.5))
def test_value_to_z_to_value_returns(key: tuple[str, str], place: float, z: float) -> None:
    table = STANDARD.tables[key]
    x = table.first + place * (table.last - table.first)
    value = value_at(STANDARD, *key, x, z)
    assert float(z_scores(table, x, value)) == pytest.approx(z, abs=1e-9)


@given(TABLES, st.floats(0, 1), st.floats(-3, 3), st.floats(0.001, 1))
def test_more_is_never_judged_lower(key: tuple[str, str], place: float, z: float, more: float) -> None:
    table = STANDARD.tables[key]
    x = table.first + place * (table.last - table.first)
    value = value_at(STANDARD, *key, x, z)
    one, other = z_scores(table, [x, x], [value, value + more])
    assert one < other


@given(st.dates(BIRTH, on(81)), st.decimals("2", "40", places=2), st.decimals("0.01", "5", places=2))
def test_levels_and_z_rise_with_the_weight(day: date, weight: Decimal, more: Decimal) -> None:
    order = ["lower", "lower-middle", "middle", "upper-middle", "upper"]
    lighter, heavier = (evaluate(RULES, BOY, [Measurement("weight", kg, day)])[0] for kg in (weight, weight + more))
    assert lighter.level is not None and heavier.level is not None
    assert lighter.z_score is not None and heavier.z_score is not None
    assert order.index(lighter.level) <= order.index(heavier.level)
    assert lighter.z_score <= heavier.z_score


@given(TABLES, st.floats(0, 1), st.floats(0.1, 200))
def test_one_place_reads_as_many_places_do(key: tuple[str, str], share: float, value: float) -> None:
    table = STANDARD.tables[key]
    x = round(table.first + share * (table.last - table.first), 9)
    left = min(int(np.searchsorted(table.x, x, side="right")), len(table.x) - 1) - 1
    printed = np.hstack([table.sd, table.percentiles])
    between = (x - table.x[left]) / (table.x[left + 1] - table.x[left])
    found = cut_offs_at(table, x)
    assert found is not None
    assert [*found.sd, *found.percentiles] == [
        round(float(cell), 9) for cell in printed[left] + between * (printed[left + 1] - printed[left])
    ]
    assert float(z_scores(table, x, value)) == pytest.approx(
        float(z_from_lms(value, np.array(found.lms))), rel=1e-6, abs=1e-6
    )


def test_a_value_beyond_all_floats_has_an_endless_z() -> None:
    table = STANDARD.tables["bfa", "male"]
    assert z_scores(table, [30, 30], [1e300, 1e-300])[1] == -math.inf
    assert math.isinf(float(z_from_lms(1e300, np.array([5.0, 15.0, 0.1]))))


@given(st.integers(0, 80), st.floats(0, 1), TABLES)
def test_interpolated_cut_offs_lie_between_their_rows(month: int, share: float, key: tuple[str, str]) -> None:
    table = STANDARD.tables[key]
    found = cut_offs_at(table, table.first + month + share)
    if found is not None:
        assert list(found.sd) == sorted(set(found.sd))
        low, high = (cut_offs_at(table, x) for x in found.between)
        assert low is not None and high is not None
        if not table.steps & set(found.between):
            for value, one, other in zip(found.sd, low.sd, high.sd, strict=True):
                assert min(one, other) - 1e-9 <= value <= max(one, other) + 1e-9


def test_a_measurement_knows_its_unit_and_position() -> None:
    units = [(m.measure, m.unit, m.position) for m in measured(BIRTH, weight="3", length="50", height="80", head="34")]
    assert units == [
        ("weight", "kg", None), ("length", "cm", "lying"), ("height", "cm", "standing"), ("head", "cm", None),
    ]  # fmt: skip
