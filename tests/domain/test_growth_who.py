"""WHO's rules, one by one, on both sides of each edge."""

from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthrec.domain.growth import Finding, Measurement, Subject, evaluate, evaluate_series, value_at, z_scores
from healthrec.domain.growth.lms import percentile_of, percentiles_of
from healthrec.rulebook import load_rulebook
from healthrec.settings import schemas_dir

RULES = load_rulebook(schemas_dir()).growth_rules(date(2026, 11, 22), "who-2006")
WHO, WHO_2007 = RULES.standards["who-2006"], RULES.standards["who-2007"]
BIRTH = date(2019, 3, 1)
BOY = Subject("male", BIRTH)
TABLES = st.sampled_from(sorted(WHO.tables))


def judged(age_days: int, subject: Subject = BOY, oedema: bool = False, **values: str) -> dict[str, Finding]:
    day = BIRTH + timedelta(days=age_days)
    measured = [Measurement(measure, Decimal(value), day) for measure, value in values.items()]
    return {finding.indicator: finding for finding in evaluate(RULES, subject, measured, oedema=oedema)}


def test_all_eight_indices_come_in_order() -> None:
    found = judged(400, weight="9.9", length="77", head="46.5", arm="14.5", triceps="8", subscapular="6.5")
    assert list(found) == ["wfa", "lhfa", "wfl", "bfa", "hcfa", "acfa", "tsfa", "ssfa"]
    assert {(one.rule_id, one.edition, one.level, one.not_judged) for one in found.values()} == {
        ("who-2006", "WHO 2006", None, ())
    }
    assert None not in {one.z_score for one in found.values()}


def test_another_standard_may_be_asked_for_by_name() -> None:
    day = BIRTH + timedelta(days=400)
    (chinese,) = evaluate(RULES, BOY, [Measurement("weight", Decimal(9), day)], standard=RULES.standards["wst423-2022"])
    (series,) = evaluate_series(RULES, BOY, [Measurement("weight", Decimal(9), day)], standard=WHO)
    assert (chinese.edition, series.edition) == ("WS/T 423-2022", "WHO 2006")


def test_a_measurement_from_before_the_standard_is_marked() -> None:
    born = Subject("male", date(2006, 4, 26))
    marks = [
        evaluate(RULES, born, [Measurement("weight", Decimal(3), day)])[0].before_standard
        for day in (date(2006, 4, 26), date(2006, 4, 27))
    ]
    assert marks == [True, False]


class TestTheEnds:
    def test_beyond_three_a_z_score_counts_in_steps_of_the_outermost_sd(self) -> None:
        """Boys' weight on day 365: L 0.0644, M 9.646, S 0.10925."""
        at = {k: value_at(WHO, "wfa", "male", 365, k) for k in (-3, -2, 2, 3)}
        above, below = at[3] + 1.5 * (at[3] - at[2]), at[-3] - 1.5 * (at[-2] - at[-3])
        found = [judged(365, weight=f"{value:.9f}")["wfa"].z_score for value in (above, below, at[3], at[-3])]
        assert found == [4.5, -4.5, 3.0, -3.0]

    def test_length_and_head_need_no_such_rule(self) -> None:
        table = WHO.tables["lhfa", "male"]
        _, median, spread = table.lms[365]
        assert judged(365, length=f"{median * (1 + 4.5 * spread):.9f}")["lhfa"].z_score == 4.5
        assert WHO.restricted == {"wfa", "wfl", "wfh", "bfa", "acfa", "tsfa", "ssfa"}

    def test_the_way_back_keeps_to_the_rule(self) -> None:
        table = WHO.tables["bfa", "female"]
        values = [value_at(WHO, "bfa", "female", 100, z) for z in (-6, -3.5, 3.5, 8)]
        assert z_scores(table, [100] * 4, values) == pytest.approx([-6, -3.5, 3.5, 8])

    def test_there_is_no_weight_below_nothing(self) -> None:
        with pytest.raises(ValueError, match="z-score of -40"):
            value_at(WHO, "wfa", "male", 365, -40)


class TestLyingAndStanding:
    @pytest.mark.parametrize(
        ("age_days", "measure", "judged_as", "applied", "table"),
        [
            (730, "length", 85.0, (), "wfl"),
            (730, "height", 85.7, ("length-from-standing",), "wfl"),
            (731, "height", 85.0, (), "wfh"),
            (731, "length", 84.3, ("height-from-lying",), "wfh"),
        ],
    )
    def test_on_day_731_lying_becomes_standing(
        self, age_days: int, measure: str, judged_as: float, applied: tuple[str, ...], table: str
    ) -> None:
        found = judged(age_days, weight="11.5", **{measure: "85.0"})
        assert (found["lhfa"].value, found["lhfa"].applied) == (judged_as, applied)
        assert found["bfa"].value == pytest.approx(11.5 / (judged_as / 100) ** 2)
        assert found[table].cut_offs is not None and found[table].cut_offs.x == judged_as

    @pytest.mark.parametrize(
        ("age_days", "value", "applied"), [(273, 72.0, ("position-ignored",)), (274, 72.7, ("length-from-standing",))]
    )
    def test_under_nine_months_nobody_stands(self, age_days: int, value: float, applied: tuple[str, ...]) -> None:
        found = judged(age_days, height="72.0")["lhfa"]
        assert (found.value, found.applied) == (value, applied)

    def test_decimal_lengths_stay_on_their_row(self) -> None:
        """103.1 - 0.7 lies between 102.3 and 102.5 in binary; it is 102.4."""
        found = judged(1500, weight="16", length="103.1")["wfh"]
        assert found.cut_offs is not None
        assert (found.cut_offs.x, found.cut_offs.interpolated, found.applied) == (102.4, False, ("height-from-lying",))

    def test_between_rows_l_m_and_s_are_interpolated_and_that_is_who_s_own_rule(self) -> None:
        low, high = (WHO.tables["wfl", "male"].lms[row] for row in (200, 201))
        found = judged(100, weight="7", length="65.03")["wfl"]
        assert found.cut_offs is not None and found.applied == ()
        assert found.cut_offs.lms == pytest.approx(tuple(low + 0.3 * (high - low)))
        assert found.cut_offs.between == pytest.approx((65.0, 65.1))

    @pytest.mark.parametrize(
        ("age_days", "measure", "cm", "reasons"),
        [(100, "length", "45", ()), (100, "length", "44.9", ("size-outside-table",)), (100, "length", "110", ()),
         (100, "length", "110.1", ("size-outside-table",)), (1000, "height", "65", ()), (1000, "height", "120", ()),
         (1000, "height", "64.9", ("size-outside-table",)), (1000, "length", "65.7", ()), (1000, "height", "120.1",
         ("size-outside-table",))],
    )  # fmt: skip
    def test_weight_for_size_ends_with_its_table(
        self, age_days: int, measure: str, cm: str, reasons: tuple[str, ...]
    ) -> None:
        found = judged(age_days, weight="9", **{measure: cm})
        assert found["wfl" if age_days < 731 else "wfh"].not_judged == reasons


class TestAges:
    def test_the_last_day_before_sixty_months_is_who_2006_and_the_next_who_2007(self) -> None:
        last, next_day = (judged(day, weight="18", height="110", head="50", arm="17") for day in (1826, 1827))
        assert {one.rule_id for one in last.values()} == {"who-2006"}
        assert [next_day[name].rule_id for name in ("wfa", "lhfa", "bfa")] == ["who-2007"] * 3
        assert [next_day[name].not_judged for name in ("wfh", "hcfa", "acfa")] == [("age-beyond-standard",)] * 3

    def test_who_2007_is_read_between_months(self) -> None:
        found = judged(1842, height="110")["lhfa"]
        months = 1842 / 30.4375
        low, high = (WHO_2007.tables["lhfa", "male"].lms[row] for row in (0, 1))
        assert found.cut_offs is not None and found.applied == ()
        assert found.cut_offs.lms == pytest.approx(tuple(low + (months - 60) * (high - low)), abs=1e-6)

    def test_the_join_has_a_step(self) -> None:
        before, after = (judged(day, height="109.9593")["lhfa"].z_score for day in (1826, 1827))
        assert before == 0.0 and after is not None and after > 0.04

    @pytest.mark.parametrize(("age_days", "why"), [(90, ("age-without-row",)), (91, ())])
    def test_arms_and_skinfolds_begin_on_day_91(self, age_days: int, why: tuple[str, ...]) -> None:
        found = judged(age_days, arm="13.5", triceps="9", subscapular="7")
        assert [found[name].not_judged for name in ("acfa", "tsfa", "ssfa")] == [why] * 3

    def test_both_ages_and_both_results_are_there_for_a_child_born_early(self) -> None:
        found = judged(100, Subject("male", BIRTH, gestation_days=224), weight="5")["wfa"]
        assert (found.age_days, found.counted_days, found.applied) == (100, 44, ("corrected-age",))
        other = found.uncorrected
        assert other is not None
        assert (other.age_days, other.counted_days, other.applied) == (100, 100, ())
        assert other.z_score is not None and found.z_score is not None and other.z_score < found.z_score - 1
        assert judged(100, weight="5")["wfa"] == other

    def test_before_term_the_age_since_birth_still_has_an_answer(self) -> None:
        found = judged(20, Subject("male", BIRTH, gestation_days=224), weight="2.4")["wfa"]
        assert found.not_judged == ("before-term",)
        assert found.uncorrected is not None and found.uncorrected.z_score is not None


class TestCategories:
    @pytest.mark.parametrize(
        ("z", "category"),
        [(-3.01, "severe-wasting"), (-3, "wasting"), (-2.01, "wasting"), (-2, "normal"), (1, "normal"),
         (1.01, "risk-of-overweight"), (2, "risk-of-overweight"), (2.01, "overweight"), (3, "overweight"),
         (3.01, "obesity")],
    )  # fmt: skip
    def test_bounds_are_strict_and_taken_from_the_rounded_z(self, z: float, category: str) -> None:
        value = value_at(WHO, "wfh", "male", 90, z)
        found = judged(1000, weight=f"{value:.9f}", height="90")["wfh"]
        assert (found.z_score, found.nutrition) == (z, category)

    @pytest.mark.parametrize(
        ("indicator", "codes"),
        [("wfa", ["severe-underweight", "underweight", "normal", "normal", "normal"]),
         ("lhfa", ["severe-stunting", "stunting", "normal", "normal", "normal"])],
    )  # fmt: skip
    def test_weight_and_length_have_nothing_above_normal(self, indicator: str, codes: list[str]) -> None:
        measure = {"wfa": "weight", "lhfa": "length"}[indicator]
        found = [
            judged(365, **{measure: f"{value_at(WHO, indicator, 'male', 365, z):.9f}"})[indicator].nutrition  # type: ignore[arg-type]
            for z in (-3.01, -3, -2, 2.5, 4)
        ]
        assert found == codes

    def test_heads_arms_and_skinfolds_have_none(self) -> None:
        found = judged(365, head="40", arm="10", triceps="4", subscapular="3")
        assert {one.nutrition for one in found.values()} == {None}

    def test_school_age_has_words_and_bounds_of_its_own(self) -> None:
        values = [value_at(WHO_2007, "bfa", "male", 2000 / 30.4375, z) for z in (-3.01, -3, -2, 1, 1.01, 2, 2.01)]
        found = [judged(2000, weight=f"{bmi * 1.21:.9f}", height="110")["bfa"].nutrition for bmi in values]
        assert found == ["severe-thinness", "thinness", "normal", "normal", "overweight", "overweight", "obesity"]


class TestFlagsAndOedema:
    @pytest.mark.parametrize(
        ("measure", "indicator", "low", "high"),
        [("weight", "wfa", -6, 5), ("length", "lhfa", -6, 6), ("head", "hcfa", -5, 5), ("arm", "acfa", -5, 5)],
    )
    def test_what_is_hardly_a_child_s_is_flagged_and_still_given(
        self, measure: str, indicator: str, low: int, high: int
    ) -> None:
        for z, flagged in ((low, False), (low - 0.01, True), (high, False), (high + 0.01, True)):
            value = value_at(WHO, indicator, "female", 365, z)  # type: ignore[arg-type]
            found = judged(365, Subject("female", BIRTH), **{measure: f"{value:.9f}"})[indicator]
            assert (found.z_score, found.flagged) == (z, flagged)

    def test_oedema_blanks_what_has_the_weight_in_it(self) -> None:
        found = judged(365, oedema=True, weight="9", length="75", head="46")
        assert {name: one.not_judged for name, one in found.items()} == {
            "wfa": ("oedema",), "lhfa": (), "wfl": ("oedema",), "bfa": ("oedema",), "hcfa": (),
        }  # fmt: skip
        assert found["wfa"].z_score is None and found["wfa"].nutrition is None


@given(TABLES, st.floats(0, 1), st.floats(-5.5, 7))
def test_value_to_z_to_value_returns(key: tuple[str, str], place: float, z: float) -> None:
    table = WHO.tables[key]  # type: ignore[index]
    x = table.first + place * (table.last - table.first)
    value = value_at(WHO, *key, x, z)  # type: ignore[arg-type]
    assert float(z_scores(table, x, value)) == pytest.approx(z, abs=1e-9)


@given(TABLES, st.floats(0, 1), st.floats(-8, 8), st.floats(0.001, 1))
def test_more_is_never_judged_lower(key: tuple[str, str], place: float, z: float, more: float) -> None:
    table = WHO.tables[key]  # type: ignore[index]
    x = table.first + place * (table.last - table.first)
    value = max(0.01, float(table.lms[0, 1]) * (1 + z / 10))
    one, other = z_scores(table, [x, x], [value, value + more])
    assert one < other


@given(st.floats(-12, 12))
def test_percentiles_of_many_are_those_of_one(z: float) -> None:
    assert float(percentiles_of(np.array([z]))[0]) == pytest.approx(percentile_of(max(-9.0, min(9.0, z))), abs=1e-8)


def test_no_z_has_no_percentile() -> None:
    assert np.isnan(percentiles_of(np.array([np.nan, 0.0]))).tolist() == [True, False]
