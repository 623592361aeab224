"""One standard's curves and one child's values, in the words of a language."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from healthrec.domain.growth import GrowthRules, Indicator, Measure, Measurement, Subject
from healthrec.figures import GrowthChart, growth_chart, to_svg
from healthrec.pages.growth_chart import Drawn, growth_chart_page
from healthrec.pages.growth_points import judged
from healthrec.pages.growth_reference import methods_of, reference
from healthrec.rulebook.book import Rulebook
from healthrec.wording import translator

CHINESE = translator("zh")
BORN = date(2026, 3, 20)
EIGHT_MONTHS = date(2026, 11, 20)
BOY = Subject("male", BORN)
PRETERM = Subject("female", BORN, 238)
MEASURED = (("length", "49.5", BORN), ("length", "69.20", EIGHT_MONTHS), ("weight", "8.35", EIGHT_MONTHS))
Values = tuple[tuple[Measure, str, date], ...]


@pytest.fixture(scope="module")
def rules(rulebook: Rulebook) -> GrowthRules:
    return rulebook.growth_rules(EIGHT_MONTHS)


def drawn(
    rules: GrowthRules, indicator: Indicator, values: Values = MEASURED, subject: Subject = BOY, family: bool = True
) -> Drawn:
    child = judged([(Measurement(m, Decimal(v), day), ()) for m, v, day in values], subject, rules, "sd")
    return Drawn(
        indicator,
        subject,
        (rules.standard,),
        "甲标准",
        child.plotted(indicator),
        "percentile" if family else "sd",
        family,
        why="" if family else "/children/1/why",
    )


def page(what: Drawn) -> GrowthChart:
    return growth_chart_page(what, CHINESE)


def test_families_see_percentiles_and_staff_see_sd(rules: GrowthRules) -> None:
    family, staff = page(drawn(rules, "lhfa")), page(drawn(rules, "lhfa", family=False))
    assert [curve.label for curve in family.reference.curves] == ["P3", "P10", "P50", "P90", "P97"]
    assert [curve.label for curve in staff.reference.curves] == [
        *("−3 SD", "−2 SD", "−1 SD", "0 SD"),
        *("+1 SD", "+2 SD", "+3 SD"),
    ]
    assert "94个" in family.words.band
    assert staff.words.band == ""


def test_families_see_no_score_and_are_led_to_none(rules: GrowthRules) -> None:
    points = page(drawn(rules, "lhfa")).points
    assert {point.href for point in points} == {""}
    assert not [cell for point in points for cell in point.cells if "Z" in cell or "SD" in cell or "P" in cell]


def test_staff_are_led_from_every_point_to_how_it_came_about(rules: GrowthRules) -> None:
    staff = replace(drawn(rules, "lhfa", family=False), why_query="?standard=who-2006")
    assert page(staff).points[-1].href == "/children/1/why/lhfa/2026-11-20?standard=who-2006"


def test_points_stand_at_days_and_keep_their_digits(rules: GrowthRules) -> None:
    birth, later = page(drawn(rules, "lhfa")).points
    assert (birth.x, birth.kind) == (0, "birth")
    assert (later.x, later.kind, later.callout) == (245, "actual", "69.20")
    assert later.cells[:3] == ("2026年11月20日", "8个月", "69.20\u2009cm")


def test_the_table_of_staff_gives_score_percentile_and_category(rules: GrowthRules) -> None:
    cells = page(drawn(rules, "lhfa", family=False)).points[-1].cells
    assert cells == (
        *("2026年11月20日", "8个月，245天", "69.20\u2009cm", "−1.03", "P15.2"),
        "等级：中下 · 正常",
    )


def test_a_corrected_age_stands_beside_the_actual_one_and_so_do_both_results(rules: GrowthRules) -> None:
    preterm = drawn(rules, "wfa", (("weight", "6.1", date(2026, 9, 20)),), PRETERM, family=False)
    actual, corrected = page(preterm).points
    assert (actual.x, actual.kind) == (184, "actual")
    assert (corrected.x, corrected.kind, corrected.actual_x) == (142, "corrected", 184)
    assert actual.cells[1] == "6个月，184天，矫正4个月"
    assert actual.cells[3] == "−1.54（实际月龄 −2.32）"


def test_either_age_can_be_put_away_but_not_the_child(rules: GrowthRules) -> None:
    preterm = drawn(rules, "wfa", (("weight", "6.1", date(2026, 9, 20)),), PRETERM, family=False)

    def kinds(*hidden: str) -> list[tuple[str, float]]:
        return [(point.kind, point.x) for point in page(replace(preterm, hidden=frozenset(hidden))).points]

    assert kinds("corrected") == [("actual", 184)]
    assert kinds("actual") == [("corrected", 142)]
    assert kinds("actual", "corrected") == [("actual", 184)]


def test_before_term_there_is_no_corrected_point(rules: GrowthRules) -> None:
    early = page(drawn(rules, "wfa", (("weight", "3.1", date(2026, 4, 30)),), PRETERM, family=False))
    assert [(point.kind, point.cells[1]) for point in early.points] == [("actual", "1个月，41天，未到预产期")]
    assert "要用早产儿的标准" in early.points[0].cells[5]


def test_weight_for_length_needs_a_length_of_that_day(rules: GrowthRules) -> None:
    chart = page(drawn(rules, "wfl", (*MEASURED, ("weight", "8.4", date(2026, 11, 1))), family=False))
    assert [(point.x, point.cells[2]) for point in chart.points] == [(69.2, "8.35\u2009kg（69.2\u2009cm）")]
    assert (chart.reference.x_unit, chart.marks) == ("length_cm", ())


def test_length_and_bmi_have_the_step_to_standing_and_weight_has_none(rules: GrowthRules) -> None:
    def step(indicator: Indicator) -> tuple[tuple[float, ...], list[str]]:
        chart = page(drawn(rules, indicator))
        return chart.reference.cuts, [mark.words for mark in chart.marks]

    standing = ((730.5,), ["满24个月起站着量"])
    assert (step("lhfa"), step("bfa"), step("wfa")) == (standing, standing, ((), []))


def test_a_range_of_months_is_shown_whole(rules: GrowthRules) -> None:
    window = page(replace(drawn(rules, "lhfa"), months=(0, 24))).window
    assert window is not None
    assert (window.x_from, window.x_to) == (0, 730.5)


def test_a_range_of_months_says_nothing_to_a_chart_by_length(rules: GrowthRules) -> None:
    window = page(replace(drawn(rules, "wfl"), months=(0, 24))).window
    assert window is not None
    assert (window.x_from, window.x_to) == (65, 85)


def test_a_measurement_before_the_standard_was_in_force_is_judged_and_marked(rules: GrowthRules) -> None:
    born = date(2022, 6, 1)
    values: Values = (("weight", "7.9", date(2023, 2, 28)), ("weight", "8.0", date(2023, 3, 1)))
    before, after = (drawn(rules, "wfa", part, Subject("male", born), False) for part in (values, values[1:]))
    assert [mark.words for mark in page(before).marks] == ["2023年3月1日起施行本标准"]
    assert ["早于标准实施日" in point.cells[5] for point in page(before).points] == [True, False]
    assert page(after).marks == ()


def test_marks_and_curves_can_be_put_away(rules: GrowthRules) -> None:
    chart = page(replace(drawn(rules, "lhfa"), hidden=frozenset({"marks", "curves"})))
    assert (chart.marks, chart.curves) == ((), False)


def test_curves_are_made_once_for_all_children(rules: GrowthRules) -> None:
    assert page(drawn(rules, "lhfa")).reference is page(drawn(rules, "lhfa", MEASURED[:1])).reference


def test_a_table_by_days_is_drawn_by_days_at_first_and_then_by_weeks(rulebook: Rulebook) -> None:
    (curve, *_) = reference((rulebook.growth.standards["who-2006"],), "lhfa", "male", "sd").curves
    days = [x for x, _ in curve.points]
    assert days[:100] == [*range(99), 105]
    assert [day for day in days if 720 < day < 740] == [721, 728, 730, 731, 735]
    assert days[-1] == 1826


def test_who_2007_takes_over_where_who_2006_ends_and_the_place_is_marked(
    rulebook: Rulebook, rules: GrowthRules
) -> None:
    who = rulebook.growth.standards
    both = (who["who-2006"], who["who-2007"])
    chart = page(replace(drawn(rules, "lhfa"), standards=both))
    assert [mark.words for mark in chart.marks] == ["满24个月起站着量", "此后按 WHO 2007"]
    assert chart.reference.cuts == (730.5, 1826.25)
    xs = [x for x, _ in chart.reference.curves[0].points]
    assert xs == sorted(xs)
    assert (xs[0], max(x for x in xs if x <= 1826.25)) == (0, 1826.25)
    assert reference(both, "hcfa", "male", "sd").cuts == ()


def test_lines_that_the_next_standard_has_not_end_and_the_others_go_on(rulebook: Rulebook, rules: GrowthRules) -> None:
    standards = (rules.standard, *rules.continuing(rules.standard))
    curves = page(replace(drawn(rules, "lhfa", family=False), standards=standards)).reference.curves
    last = {curve.label: round(curve.points[-1][0] / 30.4375) for curve in curves}
    assert (last["−3 SD"], last["−2 SD"], last["+2 SD"], last["+3 SD"]) == (81, 216, 216, 81)
    bmi = page(replace(drawn(rules, "bfa", family=False), standards=standards))
    assert len(bmi.reference.curves) == 7
    assert [mark.words for mark in bmi.marks] == ["满24个月起站着量"]


def test_growth_after_a_preterm_birth_is_drawn_by_weeks(rulebook: Rulebook) -> None:
    rules = rulebook.growth_rules(EIGHT_MONTHS, "intergrowth21-preterm")
    values: Values = (("weight", "1.40", BORN), ("weight", "2.61", date(2026, 5, 10)), ("weight", "9.0", EIGHT_MONTHS))
    chart = page(drawn(rules, "wfa", values, Subject("female", BORN, 215), family=False))
    assert [(round(point.x, 2), point.kind) for point in chart.points[:2]] == [(30.71, "birth"), (38.0, "actual")]
    assert chart.window is not None
    assert (chart.window.x_from, chart.window.x_to) == (27, 64)
    assert [mark.words for mark in chart.marks] == ["预产期"]
    assert chart.words.x_axis == "孕周加出生后周数"


def test_size_at_birth_stands_at_the_completed_week_where_rows_hold_for_a_week(rulebook: Rulebook) -> None:
    for id_, week in (("wst800-2022", 30.0), ("intergrowth21-newborn", 30.71)):
        rules = rulebook.growth_rules(BORN, id_)
        chart = page(drawn(rules, "wfa", (("weight", "1.40", BORN),), Subject("female", BORN, 215)))
        assert [round(point.x, 2) for point in chart.points] == [week]
        assert [curve.label for curve in chart.reference.curves] == ["P3", "P10", "P50", "P90", "P97"]


def test_a_standard_has_the_lines_that_can_be_had_from_it(rulebook: Rulebook) -> None:
    standards = rulebook.growth.standards

    def known(id_: str, indicator: Indicator) -> tuple[str, ...]:
        return methods_of((standards[id_],), indicator, "male")

    assert known("who-2006", "lhfa") == known("intergrowth21-newborn", "hcfa") == ("percentile", "sd")
    assert known("wst800-2022", "hcfa") == ("percentile",)
    assert known("wst586-2018", "bfa") == known("wst800-2022", "bfa") == ()


def test_another_standard_is_drawn_behind_where_it_has_the_table(rulebook: Rulebook, rules: GrowthRules) -> None:
    who = rulebook.growth.standards["who-2006"]
    chart = page(replace(drawn(rules, "lhfa"), other=who))
    assert chart.other is reference((who,), "lhfa", "male", "percentile", few=True)
    assert [curve.label for curve in chart.other.curves] == ["P3", "P50", "P97"]
    assert chart.words.other == "细点线：WHO 2006"
    older = replace(drawn(rules, "hcfa"), other=rulebook.growth.standards["who-2007"])
    assert page(older).other is None


def test_a_chart_without_measurements_says_so(rules: GrowthRules) -> None:
    chart = page(drawn(rules, "lhfa", ()))
    assert chart.words.description.endswith("还没有测量。")
    assert to_svg(growth_chart(chart)).startswith("<svg")


def test_a_standard_without_the_table_is_an_error(rules: GrowthRules) -> None:
    with pytest.raises(KeyError):
        page(drawn(rules, "lhfa", (), Subject("unknown", BORN)))


def test_the_standard_is_named_on_the_chart(rules: GrowthRules) -> None:
    assert page(drawn(rules, "lhfa")).words.standard == "标准：甲标准"
