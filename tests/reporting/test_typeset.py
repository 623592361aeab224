"""Where lines end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthrec.reporting import fonts
from healthrec.reporting.typeset import Block, flow, gap, stack, wrap


def test_a_date_is_not_broken() -> None:
    assert wrap("请在2026年11月30日前来", 112, 12) == ["请在", "2026年11月30日前", "来"]


def test_a_number_stays_with_its_unit() -> None:
    assert wrap("身长是69.2厘米。", 75, 12) == ["身长是", "69.2厘米。"]


def test_no_line_begins_with_closing_punctuation() -> None:
    assert wrap("一二三四，五六", 48, 12) == ["一二三", "四，五六"]


def test_no_line_ends_with_an_opening_bracket() -> None:
    assert wrap("一二三（四五）", 48, 12) == ["一二三", "（四五）"]


def test_latin_words_stay_whole_and_spaces_do_not_begin_a_line() -> None:
    assert wrap("carry on as before", 60, 12) == ["carry on", "as before"]


def test_a_word_wider_than_the_line_is_cut() -> None:
    lines = wrap("a" * 60, 60, 12)
    assert "".join(lines) == "a" * 60
    assert all(fonts.width(line, 12) <= 60 for line in lines)


def test_line_breaks_are_kept() -> None:
    assert wrap("一\n二", 100, 12) == ["一", "二"]


@given(st.text(st.sampled_from("一二。，（）《》2026年1月3日ab \n\u2009kg王"), max_size=80), st.integers(40, 200))
def test_no_character_is_lost_and_no_line_is_too_wide(text: str, width: int) -> None:
    lines = wrap(text, width, 12)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(fonts.width(line, 12) <= width or len(line) == 1 for line in lines)


def test_blocks_flow_to_the_next_page_and_only_a_high_one_is_cut() -> None:
    pages = flow([gap(60), stack([gap(30), gap(30)]), stack([gap(70), gap(70)])], 100)
    assert [page.height for page in pages] == [60, 60, 70, 70]


def test_a_block_that_cannot_be_cut_has_a_page_of_its_own() -> None:
    pages = flow([gap(10), Block(150, lambda paper, top: None)], 100)
    assert [page.height for page in pages] == pytest.approx([10, 150])
