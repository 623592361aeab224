"""Impossible is blocked, implausible needs a reason, unusual is a note, the rest is quiet."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from healthrec.domain.growth import Circumstance, EntryCheck, GrowthRules, Measurement, Subject, check_entry, value_at
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
    so_far: list[Measurement] | None = None,
    subject: Subject = BOY,
    rules: GrowthRules = RULES,
    circumstances: tuple[Circumstance, ...] = (),
    **values: str,
) -> list[EntryCheck]:
    return list(check_entry(subject, so_far or [], measured(TWO, **values), rules, TODAY, circumstances))


def told(checks: list[EntryCheck]) -> list[tuple[str, str, str]]:
    return [(check.severity, check.code, check.measure) for check in checks]


def test_ordinary_values_pass_without_a_word() -> None:
    assert checked(weight="12.5", height="88.2", head="48.5") == []


def test_arms_are_judged_where_the_standard_has_them_and_may_grow_thinner() -> None:
    who = load_rulebook(schemas_dir()).growth_rules(date(2026, 11, 22), "who-2006")
    before = measured(date(2020, 9, 1), arm="16.5")
    assert checked(before, rules=who, arm="14.5") == []
    (found,) = checked(rules=who, arm="1.5")
    assert (found.severity, found.code, found.slip, found.meant) == ("impossible", "out-of-range", "tenth", {"arm": 15})
    assert told(checked(rules=who, arm="25.0")) == [("implausible", "far-from-standard", "arm")]
    assert checked(arm="25.0") == []


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
     ("length", "20", "19.9"), ("length", "140", "140.1"), ("head", "12", "11.9"), ("head", "70", "70.1"),
     ("arm", "4", "3.9"), ("arm", "45", "45.1")],
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
    assert {check.slip for check in found} == {""}


@pytest.mark.parametrize(
    ("values", "severity", "slip", "meant"),
    [
        ({"weight": "12500"}, "impossible", "grams", "12.500"),
        ({"weight": "125"}, "impossible", "tenfold", "12.5"),
        ({"weight": "1.25"}, "implausible", "tenth", "12.50"),
        ({"weight": "26.0"}, "implausible", "jin", "13.00"),
        ({"height": "0.88"}, "impossible", "metres", "88.00"),
        ({"height": "882"}, "impossible", "tenfold", "88.2"),
        ({"height": "8.8"}, "impossible", "tenth", "88.0"),
        ({"head": "485"}, "impossible", "tenfold", "48.5"),
    ],
)
def test_a_usual_slip_is_recognised(values: dict[str, str], severity: str, slip: str, meant: str) -> None:
    (found,) = checked(**values)
    assert (found.severity, found.slip) == (severity, slip)
    assert {measure: str(value) for measure, value in found.meant.items()} == {found.measure: meant}


def test_a_slip_is_not_invented_where_none_explains_the_value() -> None:
    (found,) = checked(weight="60")
    assert (found.code, found.slip, found.meant) == ("far-from-standard", "", {})


def test_weight_and_height_in_each_others_place_are_recognised() -> None:
    found = checked(weight="88.2", height="12.5")
    assert ("implausible", "swapped", "weight") in told(found)
    swapped = next(check for check in found if check.code == "swapped")
    assert swapped.params == {"weight": 12.5, "size": 88.2}
    assert swapped.meant == {"weight": Decimal("12.5"), "height": Decimal("88.2")}


def test_a_heavy_child_is_not_called_swapped() -> None:
    assert "swapped" not in [check.code for check in checked(weight="24", height="88")]


@pytest.mark.parametrize(("z", "codes"), [(-6.0, "unusual"), (-6.02, "implausible"), (5.0, "unusual"), (5.02, "implausible"),
                                          (3.0, None), (3.02, "unusual"), (-3.0, None), (-3.02, "unusual")])  # fmt: skip
def test_the_limits_of_z_are_themselves_inside(z: float, codes: str | None) -> None:
    value = Decimal(str(value_at(RULES.standard, "wfa", "male", 24, z)))
    found = check_entry(BOY, [], [Measurement("weight", value, TWO)], RULES, TODAY)
    assert [check.severity for check in found] == ([codes] if codes else [])


def test_a_remark_carries_its_numbers() -> None:
    (found,) = checked(height="74")
    assert (found.severity, found.code) == ("unusual", "unlike-most")
    assert found.params["indicator"] == "lhfa"
    assert found.params["z_score"] == pytest.approx(-4.6, abs=0.1)
    assert found.value == Decimal(74)


def test_values_that_only_together_are_strange_need_a_reason() -> None:
    """19 kg alone and 79 cm alone are noted; both in one child are not believable."""
    found = checked(weight="19", height="79")
    assert ("implausible", "far-from-standard", "weight") in told(found)
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


class TestLeaps:
    BEFORE = date(2020, 12, 1)

    def at(self, z: float, months: float, measure: str = "weight") -> str:
        indicator = {"weight": "wfa", "head": "hcfa"}.get(measure, "lhfa")
        return str(value_at(RULES.standard, indicator, "male", months, z))  # type: ignore[arg-type]

    @pytest.mark.parametrize(
        ("before", "z", "codes"), [(0, 2.0, []), (0, 2.02, ["jumped"]), (1, -1.0, []), (1, -1.02, ["jumped"])]
    )
    def test_a_z_score_may_move_by_two_and_no_more(self, before: float, z: float, codes: list[str]) -> None:
        earlier = measured(date(2020, 3, 1), weight=self.at(before, 12))
        assert [check.code for check in checked(earlier, weight=self.at(z, 24))] == codes

    def test_a_leap_says_from_where_to_where(self) -> None:
        earlier = measured(self.BEFORE, weight=self.at(-1, 21))
        (found,) = checked(earlier, weight=self.at(2.5, 24))
        assert (found.severity, found.params["limit"], found.params["before_day"]) == ("implausible", 2, self.BEFORE)
        assert (found.params["z_before"], found.params["z_score"]) == (-1.0, 2.5)

    def test_what_is_said_already_is_not_said_again_as_a_leap(self) -> None:
        earlier = measured(self.BEFORE, weight="13")
        assert [check.code for check in checked(earlier, weight="30")] == ["far-from-standard"]

    def test_a_leap_of_the_head_is_told_and_only_that_of_the_same_measure(self) -> None:
        earlier = measured(self.BEFORE, head=self.at(-1, 21, "head"))
        assert told(checked(earlier, head=self.at(1.5, 24, "head"), weight="12.5")) == [
            ("implausible", "jumped", "head")
        ]

    def test_a_leap_that_is_a_slip_of_the_pen_is_recognised_by_the_time_before(self) -> None:
        """20 kg is heavy and possible at two years; 10 kg three months ago says that it was written in jin."""
        earlier = measured(self.BEFORE, weight="9.6")
        (found,) = checked(earlier, weight="19.8")
        assert (found.code, found.slip, found.meant) == ("jumped", "jin", {"weight": Decimal("9.9")})

    def test_a_slip_that_would_be_a_loss_is_not_proposed(self) -> None:
        earlier = measured(self.BEFORE, weight="12.4")
        (found,) = checked(earlier, weight="20.2")
        assert (found.code, found.slip) == ("jumped", "")

    def test_without_a_sex_of_the_standard_there_are_no_leaps(self) -> None:
        other = Subject("other", BIRTH)
        assert checked(measured(self.BEFORE, weight="9"), subject=other, weight="19") == []

    def test_the_end_of_the_corrected_age_is_no_leap(self) -> None:
        """Of a child born at 28 weeks the age gains twelve weeks on its second birthday."""
        early = Subject("male", BIRTH, 28 * 7)
        strict = replace(RULES, limits=replace(RULES.limits, jump_z={**RULES.limits.jump_z, "lhfa": 0.4}))
        earlier = measured(TWO - timedelta(1), length="84.0")
        assert checked(earlier, subject=early, rules=strict, height="83.4") == []


class TestCircumstances:
    """Thick clothes may add 1.5 kg; crying takes up to 1.5 cm off a height."""

    BEFORE = date(2020, 12, 1)

    @pytest.mark.parametrize(("now", "severity"), [("86.5", "unusual"), ("86.4", "unusual"), ("85.9", "implausible")])
    def test_crying_excuses_as_much_as_it_usually_changes(self, now: str, severity: str) -> None:
        (found,) = checked(measured(self.BEFORE, height="88.0"), circumstances=("crying",), height=now)
        assert (found.severity, found.code) == (severity, "shrank")
        assert found.excused == ("crying" if severity == "unusual" else None)

    def test_thick_clothes_excuse_a_weight_and_not_a_height(self) -> None:
        heavy = str(value_at(RULES.standard, "wfa", "male", 24, 5.3))
        (found,) = checked(circumstances=("clothed",), weight=heavy)
        assert (found.severity, found.excused, found.slip, found.meant) == ("unusual", "clothed", "", {})
        (found,) = checked(measured(self.BEFORE, height="88.0"), circumstances=("clothed",), height="87.0")
        assert (found.severity, found.excused) == ("implausible", None)

    def test_thick_clothes_do_not_excuse_a_loss(self) -> None:
        (found,) = checked(measured(self.BEFORE, weight="12.0"), circumstances=("clothed",), weight="10.5")
        assert (found.code, found.severity) == ("lost-weight", "implausible")

    def test_the_impossible_is_never_excused(self) -> None:
        (found,) = checked(circumstances=("clothed", "uncertain"), weight="81")
        assert (found.severity, found.excused) == ("impossible", None)

    def test_a_size_that_cried_excuses_the_weight_for_it(self) -> None:
        values = {"weight": "17", "height": "80"}
        assert told(checked(**values))[0] == ("implausible", "far-from-standard", "weight")
        found = checked(circumstances=("crying",), **values)
        assert {check.severity for check in found} == {"unusual"}


def test_the_worst_comes_first() -> None:
    found = checked(measured(date(2020, 12, 1), head="50"), weight="900", height="74", head="48")
    assert [check.severity for check in found] == ["impossible", "implausible", "unusual"]


def test_limits_are_data() -> None:
    strict = replace(RULES, limits=replace(RULES.limits, note_z=0.5))
    assert told(checked(rules=strict, weight="14")) == [("unusual", "unlike-most", "weight")]
