"""How a translator answers, and how dates, ages and numbers are written."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from healthrec.wording import preferred_language, translator

ZH, EN = translator("zh"), translator("en")


def test_chinese_is_its_own_translation() -> None:
    assert ZH.gettext("请先登录。") == "请先登录。"
    assert EN.gettext("请先登录。") == "Please sign in first."


def test_an_unknown_sentence_comes_back_as_it_is() -> None:
    assert EN.gettext("没有这句话") == "没有这句话"


def test_english_has_a_plural_and_chinese_has_not() -> None:
    one = "%(n)s 名儿童"
    assert [EN.ngettext(one, one, n) for n in (0, 1, 2)] == ["%(n)s children", "%(n)s child", "%(n)s children"]
    assert [ZH.ngettext(one, one, n) for n in (1, 2)] == [one, one]


def test_a_message_is_filled_in_the_language_of_the_reader() -> None:
    assert ZH.message("access.too-many-tries", seconds=30) == "尝试次数过多，请在 30 秒后再试。"
    assert EN.message("access.too-many-tries", seconds=30) == "Too many tries; please try again in 30 seconds."


def test_dates_and_lists_in_messages_are_written_out() -> None:
    assert ZH.message("record.stale", current=date(2026, 1, 2)).count("2026年1月2日") == 1
    assert EN.message("record.stale", current=["a", "b"]).count("a, b") == 1


def test_a_missing_parameter_never_breaks_an_answer() -> None:
    assert "…" in ZH.message("access.too-many-tries")


def test_an_unknown_key_or_code_is_shown_as_itself() -> None:
    assert ZH.message("no.such-key") == "no.such-key"
    assert ZH.term("vaccine", "XYZ") == "XYZ"


def test_an_unknown_group_of_terms_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        ZH.term("no-such-group", "x")


@pytest.mark.parametrize(
    ("asked", "language"),
    [("zh", "zh"), ("zh-CN", "zh"), ("en", "en"), ("en-GB", "en"), ("EN", "en"), ("fr", "zh"), ("", "zh")],
)
def test_a_language_tag_finds_its_translator(asked: str, language: str) -> None:
    assert translator(asked).language == language


@pytest.mark.parametrize(
    ("header", "language"),
    [("", "zh"), ("en-US,en;q=0.9", "en"), ("zh-CN,en;q=0.8", "zh"), ("fr,en;q=0.5", "en"), ("fr", "zh"), ("*", "zh")],
)
def test_the_first_of_our_languages_in_the_header_is_taken(header: str, language: str) -> None:
    assert preferred_language(header) == language


def test_dates_have_no_leading_zero() -> None:
    assert (ZH.date(date(2026, 1, 2)), EN.date(date(2026, 1, 2))) == ("2026年1月2日", "2 Jan 2026")
    assert (ZH.month(date(2026, 9, 2)), EN.month(date(2026, 9, 2))) == ("2026年9月", "Sep 2026")
    assert (ZH.quarter(2026, 4), EN.quarter(2026, 4)) == ("2026年第4季度", "Q4 2026")


def test_moments_use_the_24_hour_clock() -> None:
    moment = datetime(2026, 11, 21, 14, 5, tzinfo=UTC)
    assert (ZH.moment(moment), EN.moment(moment)) == ("2026年11月21日 14:05", "21 Nov 2026, 14:05")


@pytest.mark.parametrize(
    ("birth", "on", "chinese", "english"),
    [
        (date(2026, 11, 21), date(2026, 11, 21), "0天", "0 days"),
        (date(2026, 11, 20), date(2026, 11, 21), "1天", "1 day"),
        (date(2026, 10, 22), date(2026, 11, 21), "30天", "30 days"),
        (date(2026, 10, 21), date(2026, 11, 21), "1个月", "1 month"),
        (date(2025, 11, 22), date(2026, 11, 21), "11个月", "11 months"),
        (date(2025, 11, 21), date(2026, 11, 21), "1岁", "1 year"),
        (date(2025, 3, 8), date(2026, 11, 21), "1岁8个月", "1 year 8 months"),
        (date(2026, 1, 31), date(2026, 2, 28), "1个月", "1 month"),
        (date(2026, 11, 22), date(2026, 11, 21), "", ""),
    ],
)
def test_ages_are_written_in_completed_units(birth: date, on: date, chinese: str, english: str) -> None:
    assert (ZH.age(birth, on), EN.age(birth, on)) == (chinese, english)


def test_digits_stay_as_they_were_recorded() -> None:
    assert ZH.quantity(Decimal("7.90"), "kg") == "7.90\u2009kg"
    assert EN.quantity("273", "d") == "273\u2009days"
    assert ZH.number(7.9) == "7.9"
    assert ZH.number(12345) == "12,345"


def test_a_share_of_nothing_is_a_dash() -> None:
    assert (ZH.percent(19, 20), ZH.percent(1, 3), ZH.percent(0, 0)) == ("95%", "33.3%", "–")
