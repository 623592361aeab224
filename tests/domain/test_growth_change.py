"""What happened between measurings, and from where on a rule speaks of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthrec.domain.age import add_months
from healthrec.domain.growth import (
    ChangeFinding,
    ChangeRules,
    Gain,
    Indicator,
    Measurement,
    Observed,
    Subject,
    course,
    value_at,
)
from healthrec.domain.growth.change_lines import place_between, value_between
from healthrec.domain.growth.limits import Circumstance
from healthrec.rulebook import load_rulebook
from healthrec.settings import schemas_dir

TODAY = date(2026, 11, 22)
BOOK = load_rulebook(schemas_dir())
GROWTH, RULES = BOOK.growth_rules(TODAY), BOOK.growth_change(TODAY)
BIRTH = date(2024, 1, 10)
BOY = Subject("male", BIRTH)
_INDICATORS: dict[str, Indicator] = {"weight": "wfa", "length": "lhfa", "height": "lhfa", "head": "hcfa"}


def day(months: float = 0, days: int = 0) -> date:
    return add_months(BIRTH, int(months)) + timedelta(days=days)


def seen(
    on: date, place: str = "", circumstances: tuple[Circumstance, ...] = (), **values: str | float
) -> list[Observed]:
    return [
        Observed(Measurement(measure, Decimal(str(value)), on), place, frozenset(circumstances))  # type: ignore[arg-type]
        for measure, value in values.items()
    ]


def at(months: int, **z: float) -> list[Observed]:
    """Values on the line of this z at that many months."""
    values = {m: value_at(GROWTH.standard, _INDICATORS[m], "male", months, score) for m, score in z.items()}
    return seen(day(months), **{measure: round(value, 6) for measure, value in values.items()})


def told(
    *observed: list[Observed], subject: Subject = BOY, rules: ChangeRules = RULES, today: date = TODAY
) -> list[ChangeFinding]:
    return list(course(GROWTH, rules, subject, [one for part in observed for one in part], today).changes)


def codes(*observed: list[Observed], **more: Any) -> list[str]:
    return [finding.code for finding in told(*observed, **more)]


def only(code: str, *observed: list[Observed], **more: Any) -> ChangeFinding:
    (finding,) = [finding for finding in told(*observed, **more) if finding.code == code]
    return finding


def steps(*observed: list[Observed], subject: Subject = BOY) -> list[Gain]:
    return list(course(GROWTH, RULES, subject, [one for part in observed for one in part], TODAY).gains)


class TestGains:
    def test_a_step_says_what_was_and_what_was_to_be_expected(self) -> None:
        (step,) = steps(at(6, weight=0), at(9, weight=1))
        assert (step.indicator, step.first, step.last, step.days) == ("wfa", day(6), day(9), 92)
        assert (step.before, step.after) == pytest.approx((8.4, 10.5), abs=0.3)
        assert step.gain == pytest.approx(step.after - step.before)
        middle = [value_at(GROWTH.standard, "wfa", "male", months, 0) for months in (6, 9)]
        assert step.expected == pytest.approx(middle[1] - middle[0], abs=0.1)
        assert (step.z_before, step.z_after) == (0.0, 1.0)

    def test_a_child_on_a_printed_line_is_expected_to_gain_what_is_printed(self) -> None:
        """Boys, median weight: 8.4 kg at 6 months, 9.3 kg at 9 (WS/T 423-2022, table B.1)."""
        sd = GROWTH.standard.tables["wfa", "male"].sd[:, 3]
        rows = GROWTH.standard.tables["wfa", "male"].x.tolist()
        before, after = (float(sd[rows.index(month)]) for month in (6, 9))
        (step,) = steps(seen(day(6), weight=before), seen(day(9), weight=before + 0.4))
        assert step.expected == pytest.approx(after - before)

    def test_lying_and_standing_are_told_apart(self) -> None:
        """A child of 86.0 cm lying is 85.3 cm standing: it grew 3 cm, not 2.3 cm."""
        (step,) = steps(seen(day(23), length=86.0), seen(day(26), height=88.3))
        assert (step.before, step.after, step.gain) == (85.3, 88.3, 3.0)

    def test_within_one_position_nothing_is_converted(self) -> None:
        lying, standing = steps(seen(day(20), length=84.0), seen(day(22), length=86.0), seen(day(27), height=88.0))
        assert (lying.before, lying.gain) == (84.0, 2.0)
        assert standing.before == 85.3
        (later,) = steps(seen(day(25), height=87.0), seen(day(30), height=90.0))
        assert later.before == 87.0

    def test_without_a_row_nothing_is_expected(self) -> None:
        (step,) = steps(seen(day(81), weight=22), seen(day(83), weight=22.5))
        assert (step.gain, step.expected, step.z_after) == (0.5, None, None)

    def test_steps_go_by_measure_and_day(self) -> None:
        found = steps(at(9, weight=0, head=0), at(6, weight=0, head=0), at(12, weight=0))
        assert [(one.indicator, one.first) for one in found] == [("wfa", day(6)), ("wfa", day(9)), ("hcfa", day(6))]

    @given(st.integers(0, 81), st.floats(-5, 5))
    def test_place_and_value_are_inverse(self, months: int, place: float) -> None:
        sd = GROWTH.standard.tables["wfa", "male"].rows
        printed = sd.printed[min(months, len(sd.printed) - 1)][:7]
        assert place_between(printed, value_between(printed, place)) == pytest.approx(place, abs=1e-9)


class TestNewborns:
    @pytest.mark.parametrize(("weight", "code"), [("3.15", []), ("3.149", ["newborn-loss"])])
    def test_a_tenth_of_the_birth_weight_may_be_lost_and_no_more(self, weight: str, code: list[str]) -> None:
        assert codes(seen(BIRTH, weight="3.50"), seen(day(0, 4), weight=weight), today=day(0, 5)) == code

    @pytest.mark.parametrize(("days", "code"), [(14, "newborn-loss"), (15, None)])
    def test_the_loss_is_one_of_the_first_fourteen_days(self, days: int, code: str | None) -> None:
        found = codes(seen(BIRTH, weight="3.50"), seen(day(0, days), weight="3.0"), today=day(0, 16))
        assert found == ([code] if code else [])

    def test_a_loss_says_how_much(self) -> None:
        finding = only("newborn-loss", seen(BIRTH, weight="3.50"), seen(day(0, 4), weight="3.08"), today=day(0, 5))
        assert (finding.grade, finding.indicator, finding.first, finding.last) == ("refer", "wfa", BIRTH, day(0, 4))
        assert finding.numbers == {"before": 3.5, "after": 3.08, "days": 4.0, "percent": 12.0, "limit": 10.0}
        assert finding.rule == "growth-change|2026.1"

    @pytest.mark.parametrize(
        ("days", "weight", "today", "expected"),
        [
            (21, "3.50", 21, []),
            (21, "3.49", 21, ["not-regained"]),
            (18, "3.49", 20, []),
            (18, "3.49", 21, ["not-regained"]),
            (24, "3.49", 30, ["not-regained"]),
        ],
    )
    def test_the_birth_weight_is_back_by_three_weeks(
        self, days: int, weight: str, today: int, expected: list[str]
    ) -> None:
        observed = (seen(BIRTH, weight="3.50"), seen(day(0, days), weight=weight))
        assert codes(*observed, today=day(0, today)) == expected

    def test_once_back_nothing_is_asked_of_the_days_before(self) -> None:
        observed = [seen(BIRTH, weight="3.50"), seen(day(0, 10), weight="3.40"), seen(day(0, 22), weight="3.90")]
        assert codes(*observed, today=day(0, 23)) == []

    def test_without_another_weight_nothing_is_known(self) -> None:
        assert codes(seen(BIRTH, weight="3.50")) == []
        assert codes(seen(day(0, 4), weight="2.5")) == []

    @pytest.mark.parametrize(
        ("days", "weight", "expected"),
        [
            (27, "4.0", []),
            (28, "4.10", []),
            (28, "4.09", ["first-month"]),
            (42, "4.09", ["first-month"]),
            (43, "4.0", []),
        ],
    )
    def test_the_first_month_brings_six_hundred_grams(self, days: int, weight: str, expected: list[str]) -> None:
        found = codes(seen(BIRTH, weight="3.50"), seen(day(0, days), weight=weight), today=day(2))
        assert [code for code in found if code == "first-month"] == expected

    @pytest.mark.parametrize(("gestation", "expected"), [(258, False), (259, True), (None, True)])
    def test_the_first_month_is_asked_of_children_born_at_term(self, gestation: int | None, expected: bool) -> None:
        early = replace(BOY, gestation_days=gestation)
        found = codes(seen(BIRTH, weight="3.50"), seen(day(0, 30), weight="3.9"), subject=early)
        assert ("first-month" in found) is expected


class TestPoorGains:
    def test_half_of_what_was_expected_is_enough(self) -> None:
        """Expected of a boy between the lines from 6 to 9 months; exactly 50 % passes."""
        (step,) = steps(seen(day(6), weight="8.4"), seen(day(9), weight="9.0"))
        assert step.expected is not None
        enough = round(8.4 + 0.5 * step.expected + 0.0005, 3)
        assert codes(seen(day(6), weight="8.4"), seen(day(9), weight=enough)) == []
        assert codes(seen(day(6), weight="8.4"), seen(day(9), weight=enough - 0.002)) == ["slow-gain"]

    def test_a_slow_gain_says_what_was_expected(self) -> None:
        finding = only("slow-gain", seen(day(6), weight="8.4"), seen(day(9), weight="8.6"))
        expected = finding.numbers["expected"]
        assert finding.numbers["gain"] == 0.2
        assert finding.numbers["share"] == round(100 * 0.2 / expected)
        assert (finding.grade, finding.numbers["days"]) == ("watch", 92.0)

    @pytest.mark.parametrize(("days", "found"), [(27, False), (28, True)])
    def test_four_weeks_must_lie_between(self, days: int, found: bool) -> None:
        observed = (seen(day(2), weight="5.8"), seen(day(2, days), weight="5.9"))
        assert ("slow-gain" in codes(*observed)) is found

    @pytest.mark.parametrize(("least", "found"), [(0.1, True), (0.9, False)])
    def test_a_step_within_the_error_of_weighing_is_not_judged(self, least: float, found: bool) -> None:
        rules = replace(RULES, slow_gain=replace(RULES.slow_gain, least_expected_kg=least))
        observed = (seen(day(6), weight="8.4"), seen(day(8), weight="8.5"))
        assert ("slow-gain" in codes(*observed, rules=rules)) is found

    @pytest.mark.parametrize(("months", "found"), [(23, True), (24, False)])
    def test_it_is_asked_in_the_first_two_years(self, months: int, found: bool) -> None:
        observed = (seen(day(18), weight="11.0"), seen(day(months), weight="11.1"))
        assert ("slow-gain" in codes(*observed)) is found

    def test_two_in_a_row_are_for_a_doctor(self) -> None:
        one, two, three = (seen(day(months), weight=weight) for months, weight in ((6, "8.4"), (9, "8.6"), (12, "8.8")))
        assert "slow-twice" not in codes(one, two)
        found = told(one, two, three)
        assert [(finding.code, finding.last) for finding in found if finding.code == "slow-twice"] == [
            ("slow-twice", day(12))
        ]
        assert "slow-twice" not in codes(one, seen(day(9), weight="9.3"), seen(day(12), weight="9.4"))

    def test_the_early_days_are_not_compared_with(self) -> None:
        observed = (seen(day(0, 13), weight="4.6"), seen(day(1, 15), weight="4.7"))
        assert codes(*observed) == []
        assert "slow-gain" in codes(seen(day(0, 14), weight="4.6"), seen(day(1, 15), weight="4.7"))

    @pytest.mark.parametrize(
        ("months", "days", "weight", "found"),
        [
            (6, 28, "8.4", True),
            (6, 27, "8.4", False),
            (6, 28, "8.41", False),
            (11, 59, "8.4", False),
            (11, 60, "8.4", True),
            (30, 119, "8.4", False),
            (30, 120, "8.4", True),
            (30, 120, "8.2", True),
        ],
    )
    def test_standing_still_is_told_after_a_while_that_depends_on_the_age(
        self, months: int, days: int, weight: str, found: bool
    ) -> None:
        observed = (seen(day(months), weight="8.4"), seen(day(months, days), weight=weight))
        assert ("no-gain" in codes(*observed)) is found

    def test_standing_still_says_since_when(self) -> None:
        finding = only("no-gain", seen(day(30), weight="12.0"), seen(day(36), weight="11.9"))
        assert finding.numbers == {"before": 12.0, "after": 11.9, "days": float((day(36) - day(30)).days)}


class TestCrossedLines:
    @pytest.mark.parametrize(("z", "found"), [(-0.7, []), (-0.66, []), (-1.8, []), (-1.9, ["crossed-lines"])])
    def test_two_main_lines_downwards_are_told(self, z: float, found: list[str]) -> None:
        """From between P50 and P25 down: past P25 is one, past P3 is two."""
        observed = (at(12, head=-0.2), at(18, head=z))
        assert codes(*observed) == found

    def test_a_value_on_a_line_stands_above_it(self) -> None:
        table = GROWTH.standard.tables["hcfa", "male"]
        p3 = float(table.percentiles[table.x.tolist().index(18), 0])
        assert codes(at(12, head=-0.2), seen(day(18), head=p3)) == []
        assert codes(at(12, head=-0.2), seen(day(18), head=p3 - 0.01)) == ["crossed-lines"]

    def test_beside_a_line_a_hairs_breadth_is_no_fall(self) -> None:
        """Just above P50 to just below P25 passes two lines and is 0.8 SD; 1 SD counts."""
        assert codes(at(12, head=0.05), at(18, head=-0.75)) == []
        assert codes(at(12, head=0.05), at(18, head=-0.95)) == ["crossed-lines"]

    def test_heads_matter_in_both_directions_and_heights_downwards_only(self) -> None:
        assert codes(at(12, head=-0.9), at(18, head=0.1)) == ["crossed-lines"]
        assert codes(at(30, height=-0.9), at(36, height=0.1)) == []
        assert codes(at(30, height=0.1), at(36, height=-0.9)) == ["crossed-lines"]

    def test_it_says_from_where_to_where_and_how_many(self) -> None:
        finding = only("crossed-lines", at(12, head=-0.1), at(18, head=-1.95))
        assert finding.numbers["lines"] == -2.0
        assert (finding.numbers["z_before"], finding.numbers["z_after"]) == (-0.1, -1.95)
        assert (finding.grade, finding.indicator, finding.first) == ("refer", "hcfa", day(12))

    def test_a_slow_fall_counts_from_the_highest_place_of_a_year(self) -> None:
        finding = only("crossed-lines", at(12, head=0.1), at(15, head=-0.3), at(18, head=-0.95))
        assert (finding.first, finding.last) == (day(12), day(18))

    @pytest.mark.parametrize(("months", "found"), [(36, True), (37, False)])
    def test_it_is_one_year_that_counts(self, months: int, found: bool) -> None:
        observed = (at(24, height=0.1), at(months, height=-0.9))
        assert ("crossed-lines" in codes(*observed)) is found

    @pytest.mark.parametrize(("days", "found"), [(27, False), (28, True)])
    def test_the_first_four_weeks_settle_what_birth_left_open(self, days: int, found: bool) -> None:
        observed = (seen(day(0, days), head="38.0"), at(6, head=-1.5))
        assert ("crossed-lines" in codes(*observed)) is found


class TestFaltering:
    @pytest.mark.parametrize(("birth", "spaces"), [(-1.5, 1), (-1.3, 2), (1.3, 2), (1.5, 3)])
    def test_how_far_a_child_may_fall_depends_on_its_birth_weight(self, birth: float, spaces: int) -> None:
        start, fall = max(1.0, birth + 0.1), spaces * 0.67
        first, high = at(0, weight=birth), at(9, weight=start)
        assert "faltering" not in codes(first, high, at(12, weight=start - fall + 0.01))
        finding = only("faltering", first, high, at(12, weight=start - fall))
        assert finding.numbers["spaces"] == spaces
        assert finding.numbers["fall"] == pytest.approx(fall)

    def test_without_a_birth_weight_two_spaces_are_asked(self) -> None:
        assert "faltering" not in codes(at(9, weight=0.5), at(12, weight=-0.8))
        assert "faltering" in codes(at(9, weight=0.5), at(12, weight=-0.84))

    @pytest.mark.parametrize(("days", "found"), [(27, False), (28, True)])
    def test_before_four_weeks_the_rules_of_the_newborn_speak(self, days: int, found: bool) -> None:
        assert ("faltering" in codes(at(0, weight=0), seen(day(0, days), weight="3.4"))) is found

    @pytest.mark.parametrize(("months", "found"), [(18, True), (19, False)])
    def test_it_is_one_year_that_counts(self, months: int, found: bool) -> None:
        assert ("faltering" in codes(at(6, weight=1), at(months, weight=-0.5))) is found

    def test_the_end_of_the_corrected_age_is_no_fall(self) -> None:
        """By its own age the child born at 28 weeks would fall at two years; it is seen by one age throughout."""
        early = Subject("male", BIRTH, 28 * 7)
        on_its_line = [
            seen(on, weight=value_at(GROWTH.standard, "wfa", "male", months, -0.5))
            for on, months in ((day(23, 23), 21), (day(26, 23), 24), (day(32, 23), 30))
        ]
        assert codes(*on_its_line, subject=early) == []


class TestRapidGain:
    def size(self, months: int, for_size: float, weight_z: float) -> list[Observed]:
        """A boy of that z of weight for age, as long as makes his weight that z for his length."""
        weight = value_at(GROWTH.standard, "wfa", "male", months, weight_z)
        lengths = [60 + step / 10 for step in range(300)]
        best = min(lengths, key=lambda cm: abs(value_at(GROWTH.standard, "wfl", "male", cm, for_size) - weight))
        return seen(day(months), weight=round(weight, 3), length=best)

    @pytest.mark.parametrize(("z", "found"), [(0.67, False), (0.69, True)])
    def test_a_rise_of_more_than_two_thirds_is_told(self, z: float, found: bool) -> None:
        observed = (at(6, weight=0), self.size(9, 1.4, z))
        assert ("rapid-gain" in codes(*observed)) is found

    @pytest.mark.parametrize(("for_size", "found"), [(0.9, False), (1.15, True)])
    def test_only_of_a_child_whose_weight_is_high_for_its_size(self, for_size: float, found: bool) -> None:
        assert ("rapid-gain" in codes(at(6, weight=0), self.size(9, for_size, 1.0))) is found

    def test_without_a_length_nothing_is_said(self) -> None:
        assert "rapid-gain" not in codes(at(6, weight=0), at(9, weight=1.2))

    @pytest.mark.parametrize(("days", "found"), [(59, False), (60, True)])
    def test_two_months_must_lie_between(self, days: int, found: bool) -> None:
        later = self.size(9, 1.4, 1.0)
        earlier = seen(day(9) - timedelta(days=days), weight="8.6")
        assert ("rapid-gain" in codes(earlier, later)) is found

    def test_it_counts_from_the_lowest_place_of_a_year(self) -> None:
        finding = only("rapid-gain", at(5, weight=-0.2), at(6, weight=0.1), self.size(9, 1.4, 0.6))
        assert (finding.first, finding.numbers["rise"]) == (day(5), pytest.approx(0.8, abs=0.02))
        assert finding.numbers["z_for_size"] == pytest.approx(1.4, abs=0.06)


class TestTwoPlaces:
    def pair(
        self, days: int = 0, first: str = "a", second: str = "b", **values: tuple[str, str]
    ) -> list[list[Observed]]:
        return [
            seen(day(40), first, **{measure: pair[0] for measure, pair in values.items()}),
            seen(day(40, days), second, **{measure: pair[1] for measure, pair in values.items()}),
        ]

    @pytest.mark.parametrize(
        ("values", "found"),
        [
            ({"weight": ("15.0", "15.3")}, False),
            ({"weight": ("15.0", "15.31")}, True),
            ({"weight": ("15.31", "15.0")}, True),
            ({"height": ("99.0", "100.0")}, False),
            ({"height": ("99.0", "100.1")}, True),
            ({"head": ("50.0", "50.7")}, False),
            ({"head": ("50.0", "50.8")}, True),
        ],
    )
    def test_more_than_the_error_of_measuring_is_told(self, values: dict[str, tuple[str, str]], found: bool) -> None:
        assert ("disagreement" in codes(*self.pair(**values))) is found

    @pytest.mark.parametrize(
        ("days", "first", "second", "found"),
        [(14, "a", "b", True), (15, "a", "b", False), (0, "a", "a", False), (0, "", "b", False), (0, "a", "", False)],
    )
    def test_only_of_two_places_within_two_weeks(self, days: int, first: str, second: str, found: bool) -> None:
        assert ("disagreement" in codes(*self.pair(days, first, second, weight=("15.0", "16.5")))) is found

    def test_what_a_young_child_gains_meanwhile_is_no_disagreement(self) -> None:
        clinic, nursery = seen(day(2), "a", weight="5.8"), seen(day(2, 14), "b", weight="6.4")
        assert codes(clinic, nursery) == []
        assert "disagreement" in codes(clinic, seen(day(2, 14), "b", weight="6.6"))

    def test_lying_and_standing_are_compared_as_one_measure(self) -> None:
        lying, standing = seen(day(30), "a", length="92.7"), seen(day(30, 1), "b", height="92.0")
        assert codes(lying, standing) == []
        assert codes(standing, seen(day(30, 2), "a", length="92.7")) == []
        assert codes(standing, seen(day(30, 2), "a", length="94.0")) == ["disagreement"]

    def test_it_says_by_how_much(self) -> None:
        finding = only("disagreement", *self.pair(weight=("15.0", "15.8")))
        assert finding.numbers == {"before": 15.0, "after": 15.8, "apart": 0.8, "grown": 0.0, "limit": 0.3}
        assert (finding.grade, finding.causes) == ("watch", ())

    def test_thick_clothes_of_the_heavier_are_a_likely_cause(self) -> None:
        clinic = seen(day(40), "a", weight="15.0")
        clothed = seen(day(40, 1), "b", ("clothed",), weight="15.9")
        assert only("disagreement", clinic, clothed).causes == ("clothed",)
        assert len({*only("disagreement", clinic, clothed).places}) == 2
        lighter = seen(day(40, 1), "b", ("clothed",), weight="14.2")
        assert only("disagreement", clinic, lighter).causes == ()
        dressed_first = seen(day(40), "a", ("clothed",), weight="15.9")
        assert only("disagreement", dressed_first, seen(day(40, 1), "b", weight="15.0")).causes == ("clothed",)

    def test_a_child_that_cried_and_a_value_not_sure_are_likely_causes(self) -> None:
        clinic = seen(day(40), "a", ("crying",), height="99.0")
        nursery = seen(day(40, 1), "b", ("uncertain",), height="101.0")
        assert only("disagreement", clinic, nursery).causes == ("crying", "uncertain")

    def test_a_position_written_wrongly_is_recognised(self) -> None:
        """93.2 cm standing beside 92.7 cm lying: taken as it is written 1.2 cm apart, by the numbers 0.5 cm."""
        finding = only("disagreement", seen(day(30), "a", length="92.7"), seen(day(30, 1), "b", height="93.2"))
        assert finding.causes == ("position",)

    @pytest.mark.parametrize(("values", "cause"), [({"weight": ("15.0", "30.2")}, "jin"), ({"weight": ("30.2", "15.0")}, "jin"),
                                                   ({"height": ("99.0", "9.9")}, "tenfold"), ({"height": ("99.0", "109.3")}, "ten-cm"),
                                                   ({"height": ("99.0", "105.0")}, None)])  # fmt: skip
    def test_a_slip_of_the_pen_is_recognised(self, values: dict[str, tuple[str, str]], cause: str | None) -> None:
        assert only("disagreement", *self.pair(**values)).causes == ((cause,) if cause else ())


def test_the_gravest_of_a_day_comes_first() -> None:
    found = told(at(6, weight=0.5, head=-0.1), at(12, weight=-0.9, head=-1.95))
    assert [finding.grade for finding in found] == sorted(finding.grade for finding in found)
    assert {finding.grade for finding in found} == {"refer", "watch"}


def test_a_child_without_a_standard_is_told_only_what_needs_none() -> None:
    other = Subject("other", BIRTH)
    observed = (
        seen(BIRTH, weight="3.5"),
        seen(day(0, 4), weight="3.0"),
        seen(day(6), weight="8"),
        seen(day(9), weight="7"),
    )
    assert codes(*observed, subject=other) == ["newborn-loss", "no-gain"]


class TestAnotherStandard:
    """WHO's standards of 2006 end at 60 months and are continued by those of 2007, with a step between them."""

    WHO = BOOK.growth_rules(TODAY, "who-2006")

    def heights(self) -> list[Observed]:
        return [
            *seen(day(59), height=value_at(self.WHO.standard, "lhfa", "male", 59 * 30.4375, 0.05)),
            *seen(day(63), height="110.0"),
        ]

    def test_across_it_nothing_is_expected(self) -> None:
        (step,) = course(self.WHO, RULES, BOY, self.heights(), TODAY).gains
        assert (step.z_before, step.expected) == (pytest.approx(0.05, abs=0.02), None)
        assert step.z_after is not None and step.z_after < -0.2

    def test_across_it_no_line_is_crossed(self) -> None:
        fallen = [*self.heights()[:1], *seen(day(63), height="104.0")]
        assert [one.code for one in course(self.WHO, RULES, BOY, fallen, TODAY).changes] == []
        assert [one.code for one in course(GROWTH, RULES, BOY, fallen, TODAY).changes] == ["crossed-lines"]


def test_arms_and_skinfolds_are_left_out() -> None:
    assert codes(seen(day(12), arm="15.0"), seen(day(15), arm="12.0")) == []


def test_the_order_of_what_is_given_does_not_matter() -> None:
    observed = [*at(6, weight=0.5), *at(9, weight=0.2), *at(12, weight=-0.9)]
    assert course(GROWTH, RULES, BOY, observed, TODAY) == course(GROWTH, RULES, BOY, observed[::-1], TODAY)
