"""Impossible is blocked, unusual needs a reason, the rest is a note or nothing."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from healthrec.domain.growth import EntryCheck, GrowthRules, Measurement, Subject, check_entry, value_at
from healthrec.rulebook import load_rulebook
from healthrec.settings import schemas_dir

RULES = load_rulebook(schemas_dir()).growth_rules(date(2026, 11, 22))
BIRTH = date(2019, 3, 1)
BOY = Subject("male", BIRTH)
TWO = date(2021, 3, 1)
TODAY = date(2021, 3, 5)


def measured(day: date, **values: str) -> list[Measurement]:
    return [Measurement(measure, Decimal(value), day) for measure, value in values.items()]


def checked(
    so_far: list[Measurement] | None = None, subject: Subject = BOY, rules: GrowthRules = RULES, **values: str
) -> list[EntryCheck]:
    return list(check_entry(subject, so_far or [], measured(TWO, **values), rules, TODAY))


def told(checks: list[EntryCheck]) -> list[tuple[str, str, str]]:
    return [(check.severity, check.code, check.measure) for check in checks]


def test_ordinary_values_pass_without_a_word() -> None:
    assert checked(weight="12.5", height="88.2", head="48.5") == []


def test_nothing_entered_says_nothing() -> None:
    assert check_entry(BOY, [], [], RULES, TODAY) == ()


def test_a_day_before_birth_is_impossible() -> None:
    found = check_entry(BOY, [], measured(date(2019, 2, 28), weight="3"), RULES, TODAY)
    assert told(list(found)) == [("impossible", "before-birth", "weight")]


@pytest.mark.parametrize(("today", "codes"), [(TWO, []), (date(2021, 2, 28), ["in-future"])])
def test_tomorrow_cannot_have_been_measured(today: date, codes: list[str]) -> None:
    found = check_entry(BOY, [], measured(TWO, weight="12.5"), RULES, today)
    assert [check.code for check in found] == codes


@pytest.mark.parametrize(
    ("measure", "at", "beyond"),
    [("weight", "0.3", "0.29"), ("weight", "80", "80.1"), ("height", "45", "44.9"), ("height", "160", "160.1"),
     ("length", "20", "19.9"), ("length", "140", "140.1"), ("head", "12", "11.9"), ("head", "70", "70.1")],
)  # fmt: skip
def test_the_possible_range_includes_its_ends(measure: str, at: str, beyond: str) -> None:
    assert "out-of-range" not in [check.code for check in checked(**{measure: at})]
    (out,) = [check for check in checked(**{measure: beyond}) if check.code == "out-of-range"]
    assert out.severity == "impossible"
    assert (out.params["low"], out.params["high"]) == RULES.limits.possible[measure]


@pytest.mark.parametrize("value", ["0", "-4"])
def test_zero_and_less_is_impossible_and_does_not_break_the_arithmetic(value: str) -> None:
    found = checked(weight=value, height=value)
    assert told(found) == [("impossible", "out-of-range", "weight"), ("impossible", "out-of-range", "height")]
    assert {check.slip for check in found} == {None}


@pytest.mark.parametrize(
    ("values", "severity", "slip", "meant"),
    [
        ({"weight": "12500"}, "impossible", "grams", 12.5),
        ({"weight": "125"}, "impossible", "tenfold", 12.5),
        ({"weight": "1.25"}, "unusual", "tenth", 12.5),
        ({"weight": "26"}, "unusual", "jin", 13.0),
        ({"height": "0.88"}, "impossible", "metres", 88.0),
        ({"height": "882"}, "impossible", "tenfold", 88.2),
        ({"height": "8.8"}, "impossible", "tenth", 88.0),
        ({"head": "485"}, "impossible", "tenfold", 48.5),
    ],
)
def test_a_usual_slip_is_recognised(values: dict[str, str], severity: str, slip: str, meant: float) -> None:
    (found,) = checked(**values)
    assert (found.severity, found.slip, found.suggested) == (severity, slip, meant)


def test_a_slip_is_not_invented_where_none_explains_the_value() -> None:
    (found,) = checked(weight="60")
    assert (found.code, found.slip, found.suggested) == ("far-from-standard", None, None)


def test_weight_and_height_in_each_others_place_are_recognised() -> None:
    found = checked(weight="88.2", height="12.5")
    assert ("unusual", "swapped", "weight") in told(found)
    swapped = next(check for check in found if check.code == "swapped")
    assert swapped.params == {"weight": 12.5, "size": 88.2}


def test_a_heavy_child_is_not_called_swapped() -> None:
    assert "swapped" not in [check.code for check in checked(weight="24", height="88")]


@pytest.mark.parametrize(("z", "codes"), [(-6.0, "quiet"), (-6.02, "unusual"), (5.0, "quiet"), (5.02, "unusual"),
                                          (3.0, None), (3.02, "quiet"), (-3.0, None), (-3.02, "quiet")])  # fmt: skip
def test_the_limits_of_z_are_themselves_inside(z: float, codes: str | None) -> None:
    value = Decimal(str(value_at(RULES.standard, "wfa", "male", 24, z)))
    found = check_entry(BOY, [], [Measurement("weight", value, TWO)], RULES, TODAY)
    assert [check.severity for check in found] == ([codes] if codes else [])


def test_a_remark_carries_its_numbers() -> None:
    (found,) = checked(height="74")
    assert (found.severity, found.code) == ("quiet", "unlike-most")
    assert found.params["indicator"] == "lhfa"
    assert found.params["z_score"] == pytest.approx(-4.6, abs=0.1)
    assert found.value == Decimal(74)


def test_values_that_only_together_are_strange_need_a_reason() -> None:
    """19 kg alone and 79 cm alone are noted; both in one child are not believable."""
    found = checked(weight="19", height="79")
    assert ("unusual", "far-from-standard", "weight") in told(found)
    assert next(check for check in found if check.measure == "weight").params["indicator"] == "wfh"


def test_other_sexes_have_ranges_but_no_z() -> None:
    other = Subject("other", BIRTH)
    assert checked(subject=other, weight="30") == []
    assert told(checked(subject=other, weight="1250")) == [("impossible", "out-of-range", "weight")]


class TestAgainstEarlierValues:
    BEFORE = date(2020, 12, 1)

    @pytest.mark.parametrize(
        ("before", "now", "codes"),
        [
            ({"height": "88.0"}, {"height": "87.5"}, []),
            ({"height": "88.0"}, {"height": "87.4"}, ["shrank"]),
            ({"length": "88.0"}, {"length": "87.0"}, []),
            ({"length": "88.0"}, {"length": "86.9"}, ["shrank"]),
            ({"length": "88.0"}, {"height": "86.8"}, []),
            ({"length": "88.0"}, {"height": "86.7"}, ["shrank"]),
            ({"height": "88.0"}, {"length": "87.7"}, []),
            ({"height": "88.0"}, {"length": "87.6"}, ["shrank"]),
            ({"head": "48.5"}, {"head": "48"}, []),
            ({"head": "48.5"}, {"head": "47.9"}, ["shrank"]),
            ({"weight": "12.0"}, {"weight": "10.8"}, []),
            ({"weight": "12.0"}, {"weight": "10.79"}, ["lost-weight"]),
            ({"weight": "12.0"}, {"height": "88"}, []),
        ],
    )
    def test_losses_beyond_the_difference_of_measuring_need_a_reason(
        self, before: dict[str, str], now: dict[str, str], codes: list[str]
    ) -> None:
        assert [check.code for check in checked(measured(self.BEFORE, **before), **now)] == codes

    def test_the_latest_earlier_value_counts(self) -> None:
        earlier = measured(date(2020, 6, 1), height="90") + measured(self.BEFORE, height="87")
        assert checked(earlier, height="87.5") == []

    def test_the_same_day_and_later_days_are_not_compared(self) -> None:
        others = measured(TWO, height="95") + measured(date(2021, 3, 2), height="95")
        assert checked(others, height="87.5") == []

    def test_a_loss_says_what_was_before(self) -> None:
        (found,) = checked(measured(self.BEFORE, height="90"), height="88")
        assert found.params == {"before": 90.0, "before_day": self.BEFORE, "less_by": 2.0}


def test_the_worst_comes_first() -> None:
    found = checked(measured(date(2020, 12, 1), height="90"), weight="900", height="74")
    assert [check.severity for check in found] == ["impossible", "unusual", "quiet"]


def test_limits_are_data() -> None:
    strict = replace(RULES, limits=replace(RULES.limits, note_z=0.5))
    assert told(checked(rules=strict, weight="14")) == [("quiet", "unlike-most", "weight")]
