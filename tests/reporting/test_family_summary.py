"""The family's page: one sheet of paper, whatever happens, in words that do not frighten."""

from __future__ import annotations

import logging
import re
import threading
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from reports.family_summary.sample import PAGE
from tests.reporting.reading import fonts_of, pages_of, text_of

from healthrec.pages.family_summary import (
    FORBIDDEN,
    FORBIDDEN_ENGLISH,
    DoseGiven,
    FamilySummary,
    Meaning,
    forbidden_words,
)
from healthrec.reporting.family_summary import render
from healthrec.reporting.sentences import sentences
from healthrec.settings import reports_dir

FOLDER = reports_dir() / "family_summary"
NOTHING = FamilySummary(
    name="某某之子",
    sex="男",
    birth_date="",
    age="",
    period="",
    nursery="",
    doctor="",
    phone="",
    first_thing=None,
    looked_at=(),
    measurements=(),
    warning_signs=None,
    steps=(),
    chart=None,
    chart_sentence="",
    doses=(),
    vaccines_sentence="",
    standard="",
    issue_number="JX-2026-000124-1",
    issued_on="2026年11月21日",
    checked_by="",
)


def printed(tmp_path: Path, page: FamilySummary, language: str = "zh") -> Path:
    pdf = tmp_path / "page.pdf"
    pdf.write_bytes(render(page, language))
    return pdf


def test_the_sample_is_the_golden_file_to_the_byte() -> None:
    assert render(PAGE, "zh", compressed=False) == (FOLDER / "golden.pdf").read_bytes()


def test_the_same_page_gives_the_same_bytes() -> None:
    assert render(PAGE, "zh") == render(PAGE, "zh")


def test_the_sample_is_one_sheet_with_all_its_words(tmp_path: Path) -> None:
    pdf = printed(tmp_path, PAGE)
    text = re.sub(r"\s", "", text_of(pdf))
    assert pages_of(pdf) == 1
    assert (
        text.index("请先做一件事")
        < text.index("我们看了什么")
        < text.index("这意味着什么")
        < text.index("接下来请您做什么")
    )
    for words in (
        "欧阳𬭸安",
        "8.35kg",
        "留意，按时复测",
        "更正版，取代2026年11月20日版",
        "编号JX-2026-000123-2",
        "第1页，共1页",
    ):
        assert words in text


def test_every_font_of_the_page_is_embedded(tmp_path: Path) -> None:
    rows = fonts_of(printed(tmp_path, PAGE))
    assert all("NotoSans" in row[0] and row[3] == "yes" for row in rows)


def test_an_empty_record_says_what_is_not_known(tmp_path: Path) -> None:
    pdf = printed(tmp_path, NOTHING)
    text = re.sub(r"\s", "", text_of(pdf))
    assert pages_of(pdf) == 1
    for key in (
        "nothing_first",
        "nothing_looked_at",
        "not_measured",
        "warning_signs_not_done",
        "nothing_next",
        "no_chart",
    ):
        assert sentences("family_summary", "zh")[key] in text
    assert "还没有接种记录" in text


def test_english_is_complete(tmp_path: Path) -> None:
    assert "Please do one thing first" in text_of(printed(tmp_path, PAGE, "en"))
    pdf = printed(tmp_path, replace(NOTHING, name="Baby Wang", sex="boy", issued_on="21 Nov 2026"), "en")
    assert not re.search(r"[\u4e00-\u9fff]", text_of(pdf))


def test_many_doses_keep_the_latest_and_count_the_others(tmp_path: Path) -> None:
    doses = tuple(DoseGiven(f"2026年1月{day}日", f"第{day}次接种") for day in range(1, 32)) + PAGE.doses
    pdf = printed(tmp_path, replace(PAGE, doses=doses))
    text = re.sub(r"\s", "", text_of(pdf))
    shown = text.count("次接种") + sum(
        text.count(f"2026年9月20日{d.vaccine}".replace(" ", "")) for d in PAGE.doses[-3:]
    )
    earlier = re.search(r"更早还有(\d+)剂", text)
    assert pages_of(pdf) == 1
    assert "A群流脑多糖疫苗第1剂" in text
    assert "第1次接种" not in text
    assert earlier is not None
    assert 3 <= len(doses) - int(earlier[1]) <= 12
    assert shown >= 3


def test_a_few_doses_are_all_shown_without_a_count(tmp_path: Path) -> None:
    text = text_of(printed(tmp_path, replace(PAGE, doses=PAGE.doses[:3])))
    assert "更早还有" not in text
    assert "卡介苗" in text


def test_a_long_name_and_a_long_nursery_stay_on_one_sheet(tmp_path: Path) -> None:
    name = "阿不都热合曼·买买提依明·吐尔逊江·艾合买提江·阿布都克里木·努尔买买提·依不拉音"
    nursery = "青溪经济技术开发区小桥流水普惠性社区嵌入式婴幼儿照护服务中心（第三分园）"
    pdf = printed(tmp_path, replace(PAGE, name=name, nursery=nursery, doses=PAGE.doses * 5))
    text = re.sub(r"\s", "", text_of(pdf))
    assert pages_of(pdf) == 1
    assert name[:20] in text
    assert "（第三分园）" in text


def test_what_cannot_stand_on_one_sheet_goes_to_further_ones_and_nothing_is_lost(tmp_path: Path) -> None:
    rows = tuple(
        Meaning(f"项目{n}", "", "watch", f"第{n}句，按时来复测就好，不用着急，也不用责怪自己。") for n in range(40)
    )
    pdf = printed(tmp_path, replace(PAGE, measurements=rows))
    text = re.sub(r"\s", "", text_of(pdf))
    assert pages_of(pdf) == 4
    assert all(f"第{n}句" in text for n in range(40))
    assert text.count("欧阳𬭸安·男·2026年3月20日出生") == 3  # on each further sheet
    assert "第4页，共4页" in text


def test_a_page_without_a_link_has_no_code(tmp_path: Path) -> None:
    assert "扫码核对" in text_of(printed(tmp_path, PAGE))
    assert "扫码核对" not in text_of(printed(tmp_path, replace(PAGE, link="")))


def test_a_first_issue_does_not_speak_of_corrections(tmp_path: Path) -> None:
    assert "取代" not in text_of(printed(tmp_path, replace(PAGE, replaces="")))


def test_a_missing_character_is_printed_by_code_and_logged_without_the_name(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        text = text_of(printed(tmp_path, replace(PAGE, name="王𰻞安")))
    assert "王[U+30EDE]安" in text
    assert "U+30EDE" in caplog.text
    assert "王" not in caplog.text


def test_no_forbidden_word_is_in_the_fixed_sentences() -> None:
    for language, words in (("zh", FORBIDDEN), ("en", FORBIDDEN_ENGLISH)):
        text = "\n".join(sentences("family_summary", language).values()).lower()
        assert [word for word in words if word in text] == []


def test_forbidden_words_are_found_in_what_is_said_but_not_in_names() -> None:
    bad = replace(PAGE, name="高危", vaccines_sentence="麻腮风漏种")
    assert forbidden_words(PAGE) == ()
    assert forbidden_words(replace(PAGE, name="高危")) == ()
    assert forbidden_words(bad) == ("漏种",)
    assert forbidden_words(replace(PAGE, steps=(replace(PAGE.steps[0], what="High-risk!"),))) == ("high-risk",)


def test_both_languages_say_the_same_things() -> None:
    chinese, english = (yaml.safe_load((FOLDER / f"{name}.yaml").read_text("utf-8")) for name in ("zh", "en"))
    assert list(chinese) == list(english)
    for key in chinese:
        assert sorted(re.findall(r"\{\w*\}", chinese[key])) == sorted(re.findall(r"\{\w*\}", english[key]))


def test_two_pages_drawn_at_once_do_not_mix() -> None:
    expected, found = render(PAGE, "zh"), []
    threads = [threading.Thread(target=lambda: found.append(render(PAGE, "zh"))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 4


def test_when_the_words_alone_fill_a_sheet_chart_and_all_doses_have_the_second(tmp_path: Path) -> None:
    rows = tuple(
        Meaning(f"项目{n}", "", "watch", f"第{n}句，按时来复测就好，不用着急，也不用责怪自己。") for n in range(8)
    )
    pdf = printed(tmp_path, replace(PAGE, measurements=rows, doses=PAGE.doses * 2))
    first, second = re.sub(r"[ \n]", "", text_of(pdf)).split("\f")[:2]
    assert "接下来请您做什么" in first
    assert "1岁体检" in first
    assert second.startswith("欧阳𬭸安·男·2026年3月20日出生")
    assert "更早还有" not in second
