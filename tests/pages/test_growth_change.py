"""Changes between measurings in words: every rule has a sentence with its numbers, and families read kind ones or none."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any, get_args

import pytest

from healthrec.domain.growth import ChangeCode, ChangeFinding, Course, Gain, Indicator
from healthrec.pages.growth_change import GrowthChange, change_words, family_change, growth_change, latest
from healthrec.rulebook import load_rulebook
from healthrec.settings import schemas_dir
from healthrec.wording import translator

ZH, EN = translator("zh"), translator("en")
(RULES,) = load_rulebook(schemas_dir()).of_kind("growth-change")
BASIS = {code: (rule["zh"], rule["status"]) for code, rule in RULES.content["rules"].items()}
MAY, AUGUST, NOVEMBER = date(2026, 5, 20), date(2026, 8, 20), date(2026, 11, 20)
_BOTH = {"before": 8.4, "after": 8.6, "z_before": 0.1, "z_after": -1.2}
NUMBERS: dict[str, dict[str, float]] = {
    "newborn-loss": {"before": 3.5, "after": 3.08, "days": 4.0, "percent": 12.0, "limit": 10.0},
    "not-regained": {"before": 3.5, "after": 3.4, "days": 21.0, "limit": 21.0},
    "first-month": {"before": 3.5, "after": 3.9, "days": 30.0, "gain": 0.4, "limit": 0.6},
    "no-gain": {"before": 8.4, "after": 8.4, "days": 92.0},
    "slow-gain": {"before": 8.4, "after": 8.6, "gain": 0.2, "days": 92.0, "expected": 0.95, "share": 21.0},
    "slow-twice": {"before": 8.4, "after": 8.6, "gain": 0.2, "days": 92.0, "expected": 0.95, "share": 21.0},
    "crossed-lines": _BOTH | {"lines": -2.0},
    "faltering": _BOTH | {"fall": 1.3, "spaces": 2.0, "space_sd": 0.67},
    "rapid-gain": _BOTH | {"rise": 0.9, "z_for_size": 1.4},
    "disagreement": {"before": 15.0, "after": 14.2, "apart": -0.8, "grown": 0.0, "limit": 0.3},
}


def found(
    code: str, indicator: Indicator = "wfa", last: date = NOVEMBER, grade: str = "watch", **more: Any
) -> ChangeFinding:
    numbers = more.pop("numbers", NUMBERS[code])
    return ChangeFinding("growth-change|2026.1", code, grade, indicator, AUGUST, last, numbers, **more)  # type: ignore[arg-type]


def step(indicator: Indicator = "wfa", first: date = AUGUST, last: date = NOVEMBER, **more: Any) -> Gain:
    values = {"before": 8.4, "after": 8.6, "gain": 0.2, "expected": 0.951, "z_before": 0.1, "z_after": -1.2} | more
    return Gain(indicator, first, last, **values)


def shown(*findings: ChangeFinding, steps: tuple[Gain, ...] = (step(),), family: bool = False) -> GrowthChange:
    return growth_change(Course(steps, findings), BASIS, ZH, family=family)


@pytest.mark.parametrize("code", get_args(ChangeCode))
def test_every_rule_has_a_sentence_without_a_gap_in_both_languages(code: str) -> None:
    for words in (ZH, EN):
        said = change_words(found(code, causes=("clothed",) if code == "disagreement" else ()), words)
        assert not re.search(r"[{}]|\d\.\d{4}", said), said
    (row,) = shown(found(code)).now
    assert (row.rule, row.source) == ("growth-change|2026.1", BASIS[code][0])
    assert row.basis


def test_numbers_have_their_units_and_z_scores_their_sign() -> None:
    said = change_words(found("slow-gain"), EN)
    assert "0.2 kg" in said.replace("\u2009", " ")
    assert "0.95 kg" in said.replace("\u2009", " ")
    assert "+0.10" in change_words(found("faltering"), ZH)
    assert "−1.20" in change_words(found("faltering"), ZH)


@pytest.mark.parametrize(("lines", "word"), [(-2.0, "向下"), (3.0, "向上")])
def test_lines_are_crossed_in_a_direction(lines: float, word: str) -> None:
    said = change_words(found("crossed-lines", "hcfa", numbers=_BOTH | {"lines": lines}), ZH)
    assert word in said
    assert f" {abs(lines):g} 条" in said


def test_two_places_differ_by_an_amount_with_likely_causes() -> None:
    said = change_words(found("disagreement", "lhfa", causes=("position", "crying")), ZH).replace("\u2009", " ")
    assert "0.8 cm" in said
    assert "0.3 cm" in said
    assert "卧位、立位可能记错、量时哭闹" in said
    between = replace(found("disagreement"), places=("1", "2"))
    assert "先在青禾托育中心测量，后在云溪中心测量" in change_words(between, ZH, {"1": "青禾托育中心", "2": "云溪中心"})
    assert "测量，后" not in change_words(between, ZH, {"1": "青禾托育中心"})


class TestNowAndEarlier:
    def test_the_latest_measuring_of_each_measure_speaks_first(self) -> None:
        steps = (step(), step("hcfa", MAY, AUGUST))
        now = [found("slow-gain"), found("crossed-lines", "hcfa", AUGUST), found("rapid-gain")]
        before = [found("no-gain", last=AUGUST)]
        change = shown(*before, *now, steps=steps)
        assert [row.day for row in change.now] == [NOVEMBER, NOVEMBER, AUGUST]
        assert [row.title for row in change.earlier] == ["体重没有增加"]

    def test_weight_for_length_speaks_with_the_weight(self) -> None:
        crossed = found("crossed-lines", "wfl")
        assert latest(Course((step(),), (crossed,)), "wfa") == (crossed,)
        assert latest(Course((step(),), (crossed,)), "lhfa") == ()

    def test_steps_come_latest_first_with_what_is_not_known_left_out(self) -> None:
        unknown = step(first=MAY, last=AUGUST, gain=-0.3, expected=None, z_before=None)
        (last, first) = shown(steps=(unknown, step())).steps
        assert (last.gain, last.z_change) == ("+0.2 kg（预期 +0.95 kg）", "−1.30")
        assert last.period == "2026年8月20日至2026年11月20日"
        assert (first.gain, first.z_change) == ("−0.3 kg", "")


class TestFamilies:
    def test_they_read_one_sentence_and_no_table(self) -> None:
        change = shown(found("slow-gain"), found("faltering"), family=True)
        assert (change.now, change.earlier, change.steps) == ((), (), ())
        assert change.plain == ZH.term("advice-family", "growth-slow")

    def test_the_gravest_is_told(self) -> None:
        told = family_change([found("slow-gain"), found("crossed-lines", grade="refer")], ZH)
        assert told == ZH.term("advice-family", "growth-slow-refer")

    @pytest.mark.parametrize(
        ("finding", "code"),
        [
            (found("newborn-loss", grade="refer"), "newborn"),
            (found("not-regained", grade="refer"), "newborn"),
            (found("rapid-gain"), "fast"),
            (found("crossed-lines", numbers=_BOTH | {"lines": 2.0}), "fast"),
            (found("crossed-lines", "hcfa"), "head"),
            (found("first-month"), "slow"),
        ],
    )
    def test_each_has_words_of_its_own(self, finding: ChangeFinding, code: str) -> None:
        assert family_change([finding], ZH) == ZH.term("advice-family", f"growth-{code}")

    def test_what_two_places_measured_is_their_matter(self) -> None:
        assert family_change([found("disagreement")], ZH) == ""

    def test_what_is_over_is_not_told(self) -> None:
        assert shown(found("slow-gain", last=AUGUST), family=True).plain == ""
