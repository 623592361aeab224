"""Choices, texts and the table around a growth chart; what staff see and families do not."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from healthrec.domain.growth import Measure, Measurement, Subject
from healthrec.pages.family_summary import FORBIDDEN
from healthrec.pages.growth_page import ChartBox, Reader, Standards, chart_box
from healthrec.pages.growth_points import judged
from healthrec.pages.growth_reference import Named
from healthrec.pages.growth_view import View
from healthrec.rulebook.book import Rulebook
from healthrec.wording import translator

ZH, EN = translator("zh"), translator("en")
BORN, TODAY = date(2025, 3, 20), date(2026, 11, 20)
GIRL, PRETERM = Subject("female", BORN), Subject("female", BORN, 210)
VALUES: tuple[tuple[Measure, str, date], ...] = (
    ("weight", "3.2", BORN),
    ("weight", "8.1", date(2026, 3, 20)),
    ("length", "72.0", date(2026, 3, 20)),
    ("head", "44.9", date(2026, 3, 20)),
    ("weight", "9.9", TODAY),
    ("length", "81.0", TODAY),
)
STAFF = Reader(False, "sd", "/children/1/why")
FAMILY = Reader(True, "sd")
VIEW = View("/children/1/growth")


@pytest.fixture(scope="module")
def standards(rulebook: Rulebook) -> Standards:
    by_id = rulebook.growth.standards
    named = {id_: Named(f"《{one.edition}》", "", "confirmed") for id_, one in by_id.items()}
    return Standards(by_id, named | {"wst800-2022": Named("《800》", "", "local")}, "wst423-2022")


def box(
    rulebook: Rulebook, standards: Standards, view: View = VIEW, reader: Reader = STAFF, subject: Subject = GIRL
) -> ChartBox:
    id_ = standards.chosen(view, subject, reader.family)
    rules = rulebook.growth_rules(TODAY, id_)
    measured = [(Measurement(measure, Decimal(value), day), ()) for measure, value, day in VALUES]
    return chart_box(judged(measured, subject, rules, reader.method), standards, id_, view, reader, ZH)


def options(found: ChartBox, key: str) -> dict[str, str]:
    return {one.text: one.href for control in found.controls if control.key == key for one in control.options}


def chosen(found: ChartBox, key: str) -> list[str]:
    return [one.text for control in found.controls if control.key == key for one in control.options if one.on]


def test_every_choice_is_a_link_that_keeps_the_others(rulebook: Rulebook, standards: Standards) -> None:
    view = VIEW.with_(chart="lhfa", lines="percentile", hide=frozenset({"marks"}))
    found = box(rulebook, standards, view)
    assert chosen(found, "chart") == ["年龄别身长／身高"]
    assert chosen(found, "lines") == ["百分位"]
    assert options(found, "range")["0–24个月"] == "/children/1/growth?chart=lhfa&range=0-24&lines=percentile&hide=marks"
    assert options(found, "standard")["WHO 2006"].endswith("?chart=lhfa&lines=percentile&standard=who-2006&hide=marks")
    assert options(found, "layers")["标准曲线"].endswith("&hide=curves.marks")
    assert options(found, "layers")["分界线"] == "/children/1/growth?chart=lhfa&lines=percentile"


def test_an_address_gives_the_view_that_wrote_it() -> None:
    view = VIEW.with_(chart="bfa", range="0-84", standard="who-2006", hide=frozenset({"actual", "curves"}))
    query = dict(pair.split("=") for pair in view.href.partition("?")[2].split("&"))
    assert View.asked("/children/1/growth", query) == view


@pytest.mark.parametrize("value", ['"><script>', "a b", "x" * 41, "é", "a&b=c"])
def test_what_no_page_of_ours_writes_is_left_aside(value: str) -> None:
    view = View.asked("/g", {"chart": value, "hide": value})
    assert view == View("/g")


def test_the_standard_is_named_and_can_be_switched_by_staff(rulebook: Rulebook, standards: Standards) -> None:
    who = box(rulebook, standards, VIEW.with_(standard="who-2006"))
    assert who.standard == "《WHO 2006》"
    assert "标准：《WHO 2006》" in who.wide
    assert "按 《WHO 2006》" in who.clinician
    assert chosen(who, "standard") == ["WHO 2006"]
    assert who.rows[0].why_href.endswith("?standard=who-2006")


def test_families_keep_the_standard_of_their_doctor_and_see_no_score(rulebook: Rulebook, standards: Standards) -> None:
    found = box(rulebook, standards, VIEW.with_(standard="who-2006", lines="z", other="who-2006", chart="bfa"), FAMILY)
    assert found.standard == "《WS/T 423-2022》"
    assert {control.key for control in found.controls} == {"chart", "range"}
    assert options(found, "chart").keys() == {"体重", "身高", "体重和身长", "头围"}
    assert found.clinician == ""
    assert not re.search(r"SD|Z值|>Z |等级|href", found.wide + found.narrow + found.plain)
    assert [word for word in FORBIDDEN if word in found.plain + found.wide] == []
    assert {row.why_href for row in found.rows} == {""}
    assert found.headings == ("日期", "年龄", "测量值")


def test_the_text_for_families_is_plain(rulebook: Rulebook, standards: Standards) -> None:
    found = box(rulebook, standards, reader=FAMILY)
    said = "一共量过3次。最近一次是2026年11月20日，1岁8个月：9.9\u2009kg。100个同龄女童里，约14个比她轻。"
    assert found.plain == said
    assert box(rulebook, standards).plain == said


def test_the_text_for_clinicians_has_the_numbers(rulebook: Rulebook, standards: Standards) -> None:
    assert box(rulebook, standards).clinician == (
        "年龄别体重，女童，按 《WS/T 423-2022》。3次测量，2025年3月20日至2026年11月20日。"
        "最近一次2026年11月20日（1岁8个月，610天）：9.9\u2009kg。Z −1.08 · P13.9 · 等级：中下 · 正常。"
        "Z值从−0.34到−1.08，变化−0.74；最低−1.44，最高−0.34。"
    )


def test_of_a_child_born_early_both_ages_and_both_results_are_told(rulebook: Rulebook, standards: Standards) -> None:
    found = box(rulebook, standards, subject=PRETERM)
    assert re.search(r"矫正1岁5个月）：9\.9\u2009kg。Z [+−][\d.]+ .*（按实际月龄 Z −1\.08）。", found.clinician)
    assert {"实际月龄", "矫正月龄"} <= options(found, "layers").keys()
    assert "1次没有Z值。" in found.clinician


def test_every_point_of_the_chart_is_a_row_the_latest_first(rulebook: Rulebook, standards: Standards) -> None:
    found = box(rulebook, standards)
    assert [row.cells[0] for row in found.rows] == ["2026年11月20日", "2026年3月20日", "2025年3月20日"]
    assert found.rows[0].why_href == "/children/1/why/wfa/2026-11-20"
    assert all(len(row.cells) == len(found.headings) for row in found.rows)


def test_scores_of_all_measures_stand_on_one_chart(rulebook: Rulebook, standards: Standards) -> None:
    found = box(rulebook, standards, VIEW.with_(lines="z"))
    assert chosen(found, "chart") == ["全部"]
    assert {row.cells[1] for row in found.rows} == {"体重", "身长／身高", "身长／身高别体重", "体质指数（BMI）", "头围"}
    assert "体重：Z值从−0.34到−1.08" in found.clinician
    assert found.clinician.endswith("头围：Z值−0.17。")
    assert found.plain == ""
    assert found.wide.count("fig-join") == 4


def test_one_measure_alone_can_be_followed_by_its_scores(rulebook: Rulebook, standards: Standards) -> None:
    found = box(rulebook, standards, VIEW.with_(lines="z", chart="wfl"))
    assert {row.cells[1] for row in found.rows} == {"身长／身高别体重"}
    assert chosen(found, "chart") == ["身长别体重"]


def test_scores_by_corrected_age_say_until_when(rulebook: Rulebook, standards: Standards) -> None:
    assert "此前按矫正月龄" in box(rulebook, standards, VIEW.with_(lines="z", range="0-84"), subject=PRETERM).wide
    assert "此前按矫正月龄" not in box(rulebook, standards, VIEW.with_(lines="z", range="0-84")).wide


@pytest.mark.parametrize(("gestation", "age_in_days"), [(196, 814), (195, 1181)])
def test_the_end_of_the_corrected_age_stands_at_the_age_since_birth(
    rulebook: Rulebook, gestation: int, age_in_days: int
) -> None:
    """Corrected 24 months after 28 weeks: two years and twelve weeks after birth; one day less, a year later."""
    correction = rulebook.growth_rules(TODAY).correction
    over = correction.over_on(BORN, gestation)
    assert (over - BORN).days == age_in_days
    assert correction.counted_birth(BORN, gestation, over) == BORN
    assert correction.counted_birth(BORN, gestation, over - timedelta(days=1)) > BORN
    assert correction.over_on(BORN, None) == correction.over_on(BORN, 259) == BORN


def test_lines_of_scores_can_be_put_away_one_by_one(rulebook: Rulebook, standards: Standards) -> None:
    view = View.asked("/children/1/growth", {"lines": "z", "hide": "head.weight-for-size.arms"})
    found = box(rulebook, standards, view)
    layers = options(found, "layers")
    assert set(layers) == {"体重", "身长／身高", "身长／身高别体重", "体质指数（BMI）", "头围"}
    assert layers["头围"] == "/children/1/growth?lines=z&hide=weight-for-size"
    assert {row.cells[1] for row in found.rows} == {"体重", "身长／身高", "体质指数（BMI）"}
    assert "头围：" not in found.clinician
    assert "layers" not in {one.key for one in box(rulebook, standards, view.with_(chart="wfa")).controls}


def test_another_standard_can_be_laid_behind_and_taken_away(rulebook: Rulebook, standards: Standards) -> None:
    found = box(rulebook, standards, VIEW.with_(other="who-2006"))
    assert "细点线：WHO 2006" in found.wide
    assert options(found, "other") == {"WHO 2006": "/children/1/growth"}
    assert "细点线" not in box(rulebook, standards, VIEW.with_(other="wst423-2022")).wide


def test_what_only_continues_a_standard_is_no_choice(rulebook: Rulebook, standards: Standards) -> None:
    assert "WHO 2007" not in options(box(rulebook, standards), "standard")


def test_an_indicator_that_was_never_measured_falls_back(rulebook: Rulebook, standards: Standards) -> None:
    assert chosen(box(rulebook, standards, VIEW.with_(chart="acfa")), "chart") == ["年龄别体重"]


def test_nothing_judged_is_an_empty_box_that_names_the_standard(rulebook: Rulebook, standards: Standards) -> None:
    found = box(rulebook, standards, subject=replace(GIRL, sex="unknown"))
    assert (found.wide, found.rows, found.standard) == ("", (), "《WS/T 423-2022》")


def test_size_at_birth_and_preterm_growth_are_a_range_of_their_own(standards: Standards) -> None:
    at_birth = ["wst800-2022", "intergrowth21-newborn"]
    early = VIEW.with_(range="early")
    other = early.with_(standard="intergrowth21-newborn")
    assert standards.early(PRETERM) == ["intergrowth21-preterm", *at_birth]
    assert standards.early(replace(GIRL, gestation_days=259)) == at_birth
    assert standards.early(GIRL) == []
    assert standards.chosen(early, PRETERM, False) == "intergrowth21-preterm"
    assert standards.chosen(other, PRETERM, False) == "intergrowth21-newborn"
    assert standards.chosen(other, PRETERM, True) == "intergrowth21-preterm"
    assert standards.chosen(early, GIRL, False) == "wst423-2022"
    assert standards.chosen(VIEW.with_(standard="wst800-2022"), PRETERM, False) == "wst423-2022"


def test_on_a_chart_of_size_at_birth_only_the_birth_is_told_of(rulebook: Rulebook, standards: Standards) -> None:
    found = box(rulebook, standards, VIEW.with_(range="early", standard="wst800-2022"), subject=PRETERM)
    assert [row.cells[0] for row in found.rows] == ["2025年3月20日"]
    assert "次测量" not in found.clinician
    assert chosen(found, "range") == ["早产：按孕周"]
    assert options(found, "range")["孩子的数据"] == "/children/1/growth"
    assert set(options(found, "chart")) == {"年龄别体重"}
    assert found.standard == "《800》（地方或二手文本）"
    assert options(found, "lines").keys() == {"百分位", "Z值"}
    assert chosen(found, "lines") == ["百分位"]


def test_children_born_early_are_compared_with_each_other_while_counted_by_weeks(
    rulebook: Rulebook, standards: Standards
) -> None:
    found = box(rulebook, standards, VIEW.with_(range="early"), FAMILY, PRETERM)
    assert re.search(
        r"最近一次是2025年3月20日，出生时：3\.2\u2009kg。(和多数孩子不太一样|100个同样早产的女童里)", found.plain
    )


def test_the_chart_is_drawn_once_for_a_screen_and_once_for_a_phone(rulebook: Rulebook, standards: Standards) -> None:
    found = box(rulebook, standards)
    assert 'viewBox="0 0 520 340"' in found.wide
    assert 'viewBox="0 0 260 320"' in found.narrow
    ids = re.findall(r' id="([^"]*)"', found.wide + found.narrow)
    assert len(ids) == len(set(ids)) == 4


def test_all_of_it_is_there_in_english(rulebook: Rulebook, standards: Standards) -> None:
    rules = rulebook.growth_rules(TODAY)
    child = judged([(Measurement(m, Decimal(v), day), ()) for m, v, day in VALUES], PRETERM, rules, "sd")
    english = replace(standards, named={id_: Named(id_, "", "local") for id_ in standards.by_id})
    for view in (VIEW, VIEW.with_(lines="z"), VIEW.with_(other="who-2006", lines="percentile")):
        found = chart_box(
            child,
            english,
            "wst423-2022",
            view,
            STAFF,
            EN,
        )
        words = [found.clinician, found.plain, *found.headings, *(cell for row in found.rows for cell in row.cells)]
        words += [re.sub("<[^>]*>", " ", found.wide), *(o.text for c in found.controls for o in c.options)]
        assert re.findall("[㐀-鿿。，：（）]", " ".join(words)) == []
