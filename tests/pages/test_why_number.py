"""How one number came about: every input and every step, and one sentence for families."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import get_args

import pytest

from healthrec.domain.growth import GrowthRules, Measure, Measurement, Subject
from healthrec.domain.growth.cohort import Applied, NotJudged
from healthrec.pages.growth_points import Plotted, judged
from healthrec.pages.growth_reference import Named
from healthrec.pages.why_number import Why, why_number, why_plain
from healthrec.rulebook.book import Rulebook
from healthrec.wording import translator
from healthrec.wording.terms import TERMS

ZH = translator("zh")
BORN = date(2025, 3, 20)
BOY, PRETERM = Subject("male", BORN), Subject("male", BORN, 210)


def plotted(
    rules: GrowthRules, indicator: str, *values: tuple[Measure, str], day: date, subject: Subject = BOY
) -> Plotted:
    measured = [(Measurement(measure, Decimal(value), day), ()) for measure, value in values]
    return judged(measured, subject, rules, "sd").plotted(indicator)[-1]


def why(rules: GrowthRules, one: Plotted, subject: Subject = BOY) -> Why:
    return why_number(one, subject, rules.standard, rules, Named("《标准》", "来源一", "local"), ZH)


def steps(found: Why) -> dict[str, str]:
    return {step.label: step.value for part in found.parts for step in part.steps}


def test_standard_edition_and_both_dates_are_told(rulebook: Rulebook) -> None:
    rules = rulebook.growth_rules(date(2026, 11, 20))
    found = why(rules, plotted(rules, "wfa", ("weight", "9.5"), day=date(2026, 3, 20)))
    said = steps(found)
    assert (said["标准"], said["规则编号"]) == ("《标准》", "wst423-2022 | WS/T 423-2022")
    assert said["施行日期"] == "2023年3月1日"
    assert (said["性别"], said["实际年龄"]) == ("男童", "12个月零0天（365天）")
    assert (said["依据"], found.source) == ("地方或二手文本", "来源一")


def test_a_printed_row_stands_alone_with_its_cut_offs(rulebook: Rulebook) -> None:
    rules = rulebook.growth_rules(date(2026, 11, 20))
    found = why(rules, plotted(rules, "lhfa", ("length", "76.7"), day=date(2026, 3, 20)))
    assert found.read is not None
    assert found.read.headings == ("", "−3 SD", "−2 SD", "−1 SD", "0 SD", "+1 SD", "+2 SD", "+3 SD")
    assert [row[0] for row in found.read.rows] == ["12 月"]
    assert found.read.rows[0][4] == "76.7"
    assert steps(found)["Z值（两位小数）"] == "+0.00"
    assert found.conclusion.startswith("不低于 0 SD 且低于 +1 SD：等级“中”。")


def test_between_two_rows_both_neighbours_are_shown_and_the_rule_is_ours(rulebook: Rulebook) -> None:
    rules = rulebook.growth_rules(date(2026, 11, 20))
    found = why(rules, plotted(rules, "lhfa", ("length", "77.0"), day=date(2026, 4, 4)))
    assert found.read is not None
    assert [row[0] for row in found.read.rows] == ["12 月", "12.48 月（内插）", "13 月"]
    low, between, high = (float(row[4]) for row in found.read.rows)
    assert low < between < high
    assert steps(found)["查表的位置"] == "12 月与13 月之间，在12.48 月"
    assert "两行之间内插（本系统规则）。" in found.conclusion


def test_at_the_step_to_standing_the_row_of_lying_length_is_read(rulebook: Rulebook) -> None:
    rules = rulebook.growth_rules(date(2027, 11, 20))
    found = why(rules, plotted(rules, "lhfa", ("length", "88.0"), day=date(2027, 3, 1)))
    assert found.read is not None
    assert found.read.rows[-1][0] == "24 月"
    assert found.read.rows[-1][4] == "88.9"
    assert "23至24月之间向卧位值内插（本系统规则）。" in found.conclusion


def test_a_fit_of_ours_is_called_so_and_published_lms_is_not(rulebook: Rulebook) -> None:
    day = date(2026, 4, 4)
    ours, who = rulebook.growth_rules(day), rulebook.growth_rules(day, "who-2006")
    assert "L、M、S（本系统拟合，不属于标准）" in steps(why(ours, plotted(ours, "wfa", ("weight", "9.5"), day=day)))
    said = steps(why(who, plotted(who, "wfa", ("weight", "9.5"), day=day)))
    assert said["L、M、S"] == "L 0.0605 · M 9.7588 · S 0.1094"
    assert said["查表的位置"] == "380 天"


def test_beyond_three_sd_the_rule_of_who_is_named(rulebook: Rulebook) -> None:
    rules = rulebook.growth_rules(date(2026, 4, 4), "who-2006")

    def said(weight: str) -> bool:
        return "±3 SD 以外" in steps(why(rules, plotted(rules, "wfa", ("weight", weight), day=date(2026, 4, 4))))

    assert [said("9.5"), said("15.0"), said("6.0")] == [False, True, True]


def test_what_is_hardly_a_child_s_is_judged_and_flagged(rulebook: Rulebook) -> None:
    rules = rulebook.growth_rules(date(2026, 4, 4), "who-2006")
    said = [
        steps(why(rules, plotted(rules, "wfa", ("weight", weight), day=date(2026, 4, 4)))) for weight in ("9.5", "40.0")
    ]
    assert ["核对" in one for one in said] == [False, True]
    assert all("Z值（两位小数）" in one for one in said)


def test_a_corrected_age_is_shown_with_both_ages_and_both_results(rulebook: Rulebook) -> None:
    rules = rulebook.growth_rules(date(2026, 11, 20))
    one = plotted(rules, "wfa", ("weight", "8.0"), day=date(2025, 12, 20), subject=PRETERM)
    said = steps(why(rules, one, PRETERM))
    assert said["出生孕周"] == "30周+0天"
    assert said["实际年龄"] == "9个月零0天（275天）"
    assert said["矫正年龄"] == "6个月零21天（205天）"
    assert said["矫正"] == "到24个月为止（corrected-age）"
    assert said["如按实际年龄"].startswith("Z −")
    assert said["如按实际年龄"] != said["Z值（两位小数）"]


def test_a_measurement_older_than_the_standard_says_so(rulebook: Rulebook) -> None:
    rules = rulebook.growth_rules(date(2026, 11, 20))
    old = Subject("male", date(2022, 1, 1))
    said = steps(why(rules, plotted(rules, "wfa", ("weight", "9.5"), day=date(2023, 2, 28), subject=old), old))
    assert said["施行日期"] == "2023年3月1日（这次测量更早，也按它评价）"


def test_what_was_not_judged_says_why_and_shows_no_row(rulebook: Rulebook) -> None:
    rules = rulebook.growth_rules(date(2026, 11, 20))
    early = plotted(rules, "wfa", ("weight", "2.0"), day=date(2025, 4, 1), subject=PRETERM)
    found = why(rules, early, PRETERM)
    assert found.read is None
    assert found.conclusion.startswith("未到预产期，要用早产儿的标准，没有评价。")
    assert "Z值（两位小数）" not in steps(found)


def test_weight_for_length_names_the_length(rulebook: Rulebook) -> None:
    rules = rulebook.growth_rules(date(2026, 11, 20))
    one = plotted(rules, "wfl", ("weight", "9.5"), ("length", "76.5"), day=date(2026, 3, 20))
    said = steps(why(rules, one))
    assert said["当天的身长或身高"] == "76.5\u2009cm"
    assert said["查表的位置"] == "76 cm与77 cm之间，在76.5 cm"


def test_where_levels_go_by_percentiles_their_columns_are_shown(rulebook: Rulebook) -> None:
    rules, day = rulebook.growth_rules(date(2026, 11, 20)), date(2026, 3, 20)
    child = judged([(Measurement("weight", Decimal("9.5"), day), ())], BOY, rules, "percentile")
    found = why(rules, child.plotted("wfa")[0])
    assert found.read is not None
    assert found.read.headings == ("", "P3", "P10", "P25", "P50", "P75", "P90", "P97")
    assert found.read.rows == (("12 月", "8.3", "8.8", "9.4", "10.1", "10.8", "11.5", "12.3"),)
    assert found.conclusion.startswith("不低于 P25 且低于 P50：等级“中”。")


@pytest.mark.parametrize(("weight", "between"), [("5.0", "低于 −3 SD"), ("16.0", "不低于 +3 SD")])
def test_outside_the_outermost_lines_there_is_one_bound(rulebook: Rulebook, weight: str, between: str) -> None:
    rules = rulebook.growth_rules(date(2026, 11, 20))
    assert why(rules, plotted(rules, "wfa", ("weight", weight), day=date(2026, 3, 20))).conclusion.startswith(between)


def test_families_read_one_sentence_and_no_number_of_ours(rulebook: Rulebook) -> None:
    rules = rulebook.growth_rules(date(2026, 11, 20))
    one = plotted(rules, "wfa", ("weight", "9.5"), day=date(2026, 3, 20))
    found = why_plain(one, BOY, "《标准》", ZH)
    assert found.title == "体重 9.5\u2009kg"
    assert found.conclusion == "100个同龄男童里，约29个比他轻。"
    assert (found.parts, found.read, found.source) == ((), None, "")


def test_every_rule_and_every_reason_has_words() -> None:
    assert set(get_args(Applied)) <= TERMS["growth-applied"].keys()
    assert set(get_args(NotJudged)) <= TERMS["growth-not-judged"].keys()


def test_a_change_of_position_is_our_rule_only_where_the_standard_has_none(rulebook: Rulebook) -> None:
    day = date(2026, 4, 4)
    for id_, said in (("wst423-2022", "加0.7 cm作身长（本系统规则）。"), ("who-2006", "加0.7 cm作身长。")):
        rules = rulebook.growth_rules(day, id_)
        assert said in why(rules, plotted(rules, "lhfa", ("height", "76.0"), day=day)).conclusion


def test_size_at_birth_is_read_by_weeks_in_the_columns_that_are_printed(rulebook: Rulebook) -> None:
    rules = rulebook.growth_rules(BORN, "wst800-2022")
    found = why(rules, plotted(rules, "wfa", ("weight", "0.9"), day=BORN, subject=PRETERM), PRETERM)
    assert found.read is not None
    assert found.read.headings == ("", "P3", "P10", "P25", "P50", "P75", "P90", "P97")
    assert found.read.rows == (("30周+0天", "0.958", "1.15", "1.302", "1.446", "1.586", "1.72", "1.876"),)
    assert steps(found)["Z值"] == "在印出的切点之间内插（本系统规则）"
    assert "出生大小：小于胎龄。" in found.conclusion
