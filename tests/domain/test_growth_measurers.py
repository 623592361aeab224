"""Several readings become one value, and what a person's readings tell about the way they are taken."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthrec.domain.growth.measurers import last_digits, repeatability
from healthrec.domain.growth.repeat import Settled, check_readings, settle
from healthrec.rulebook import load_rulebook
from healthrec.settings import schemas_dir

RULES = load_rulebook(schemas_dir()).measuring(date(2026, 11, 22))


def readings(*values: str) -> list[Decimal]:
    return [Decimal(value) for value in values]


def ending(*counts: int) -> list[Decimal]:
    """So many lengths for each last digit."""
    return [Decimal(f"7{digit}.{digit}") for digit, count in enumerate(counts) for _ in range(count)]


class TestRepeatedReadings:
    def test_one_reading_is_the_value(self) -> None:
        assert settle("length", readings("76.2"), RULES) == Settled(Decimal("76.2"), Decimal("0.0"), False)

    @pytest.mark.parametrize(
        ("measure", "agree", "apart"),
        [("length", "76.9", "77.0"), ("height", "76.9", "77.0"), ("head", "76.7", "76.8"), ("weight", "76.3", "76.4")],
    )
    def test_two_readings_may_differ_by_so_much(self, measure: str, agree: str, apart: str) -> None:
        assert not settle(measure, readings("76.2", agree), RULES).asks_another  # type: ignore[arg-type]
        assert settle(measure, readings("76.2", apart), RULES).asks_another  # type: ignore[arg-type]

    def test_of_two_the_mean_counts_with_all_its_digits(self) -> None:
        assert settle("length", readings("76.5", "76.2"), RULES).value == Decimal("76.35")
        assert settle("length", readings("76.2", "76.2"), RULES).value == Decimal("76.2")

    def test_readings_that_do_not_agree_ask_for_a_third(self) -> None:
        (check,) = check_readings("length", settle("length", readings("76.2", "77.4"), RULES), RULES)
        assert (check.severity, check.code, check.value) == ("implausible", "readings-apart", Decimal("76.8"))
        assert check.params == {"spread": 1.2, "limit": 0.7}
        assert check_readings("length", settle("length", readings("76.2", "76.4"), RULES), RULES) == ()

    def test_of_three_the_middle_one_counts_and_no_more_are_asked_for(self) -> None:
        assert settle("length", readings("76.2", "79.0", "76.4"), RULES) == Settled(
            Decimal("76.4"), Decimal("2.8"), False
        )

    def test_of_four_the_two_in_the_middle_count(self) -> None:
        assert settle("length", readings("76.0", "76.4", "76.2", "79.0"), RULES).value == Decimal("76.3")

    def test_without_a_reading_there_is_no_value(self) -> None:
        with pytest.raises(ValueError, match="no reading"):
            settle("length", [], RULES)

    @given(st.lists(st.decimals(40, 120, places=1), min_size=1, max_size=4))
    def test_the_value_lies_within_the_readings_in_any_order(self, values: list[Decimal]) -> None:
        found = settle("length", values, RULES)
        assert min(values) <= found.value <= max(values)
        assert found == settle("length", values[::-1], RULES)


class TestLastDigits:
    def test_even_digits_score_nothing(self) -> None:
        found = last_digits("length", ending(*[10] * 10), RULES)
        assert (found.score, found.preference, found.favourites, found.total) == (0.0, "chance", (), 100)

    def test_digits_that_are_all_alike_score_a_hundred(self) -> None:
        found = last_digits("length", ending(100), RULES)
        assert (found.score, found.preference, found.favourites) == (100.0, "problematic", (0,))

    def test_the_score_is_that_of_the_monica_project(self) -> None:
        """Chi-squared 30 of 100 values: 100 · sqrt(30 / (100 · 9)) = 18.3."""
        found = last_digits("length", ending(20, 10, 10, 10, 10, 20, 5, 5, 5, 5), RULES)
        assert (found.score, found.preference, found.favourites) == (18.3, "acceptable", (0, 5))

    @pytest.mark.parametrize(("each", "preference"), [(4, "too-few"), (5, "chance")])
    def test_few_values_are_not_judged(self, each: int, preference: str) -> None:
        assert last_digits("length", ending(*[each] * 10), RULES).preference == preference
        assert RULES.least_values == 50

    def test_chance_is_not_held_against_anybody(self) -> None:
        """Of 100 values 16 and 4 instead of 10: chi-squared 7.2, which chance gives often."""
        uneven = ending(16, 4, 10, 10, 10, 10, 10, 10, 10, 10)
        assert last_digits("length", uneven, RULES).preference == "chance"
        assert last_digits("length", uneven, replace(RULES, by_chance=7.2)).preference == "chance"
        assert last_digits("length", uneven, replace(RULES, by_chance=7.19)).preference == "good"

    @pytest.mark.parametrize(
        ("score", "preference"), [(7.9, "excellent"), (8.0, "good"), (12.0, "acceptable"), (20.0, "problematic")]
    )
    def test_a_class_begins_at_its_bound(self, score: float, preference: str) -> None:
        one = last_digits("length", ending(20, 10, 10, 10, 10, 20, 5, 5, 5, 5), RULES)
        bounds = tuple(bound * one.score / score for bound in RULES.classes)
        shifted = replace(RULES, classes=bounds)  # type: ignore[arg-type]
        assert last_digits("length", ending(20, 10, 10, 10, 10, 20, 5, 5, 5, 5), shifted).preference == preference

    def test_finer_digits_are_left_out(self) -> None:
        assert last_digits("weight", readings("9.48", "9.40", "9.4"), RULES).counts[4] == 3

    def test_no_value_says_nothing(self) -> None:
        found = last_digits("weight", [], RULES)
        assert (found.score, found.preference, found.favourites) == (0.0, "too-few", ())


class TestRepeatability:
    def test_the_technical_error_is_that_of_the_pairs(self) -> None:
        """Ten pairs 0.2 cm apart: sqrt(10 · 0.04 / 20) = 0.141 cm, of 80 cm 0.18 %."""
        found = repeatability("length", [readings("79.9", "80.1")] * 10, RULES)
        assert (found.pairs, found.beyond, found.error, found.percent) == (10, 0, 0.141, 0.18)

    def test_nine_pairs_are_too_few_for_an_error(self) -> None:
        found = repeatability("length", [readings("79.9", "80.1")] * 9, RULES)
        assert (found.pairs, found.error, found.percent) == (9, None, None)

    def test_single_readings_are_left_out_and_thirds_not_counted(self) -> None:
        found = repeatability(
            "length", [readings("79.9"), readings("80.0", "80.7", "90"), readings("80", "80.8")], RULES
        )
        assert (found.pairs, found.beyond) == (2, 1)
