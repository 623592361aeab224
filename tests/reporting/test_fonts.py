"""Every character of a name is printed, or said to be missing; and what is printed can be searched."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest
from tests.reporting.reading import fonts_of, text_of

from healthrec.reporting import fonts
from healthrec.reporting.canvas import Paper
from healthrec.settings import reports_dir

RARE = "㛃犇龘𬭸䶮㬎𠅤𫖯𬀩"
UNKNOWN = "𰻞"  # U+30EDE, a noodle dish, in none of the fonts


def test_rare_characters_of_names_are_in_the_chinese_fonts() -> None:
    for bold in (False, True):
        assert fonts.runs(RARE, bold) == [(fonts.BOLD if bold else fonts.REGULAR, RARE)]


def test_the_national_table_is_covered_whole() -> None:
    lines = (reports_dir() / "fonts" / "tongyong-guifan.txt").read_text(encoding="utf-8").splitlines()
    table = "".join(line for line in lines if not line.startswith("#"))
    assert (len(table), len(set(table)), sum(c > "\uffff" for c in table)) == (8105, 8105, 196)
    assert fonts.missing_characters(table) == ()


def test_what_the_chinese_font_lacks_comes_from_the_latin_one() -> None:
    assert fonts.runs("8.1\u2009kg") == [
        (fonts.REGULAR, "8.1"),
        ("NotoSans-Regular", "\u2009"),
        (fonts.REGULAR, "kg"),
    ]


def test_pinyin_and_minority_names_are_covered() -> None:
    assert fonts.missing_characters("ǎ ḿ ǖ Ә Қ ө Nguyễn · 买买提") == ()


def test_a_character_of_no_font_is_named_by_its_code() -> None:
    assert fonts.runs(f"王{UNKNOWN}") == [(fonts.REGULAR, "王[U+30EDE]")]
    assert fonts.missing_characters(f"王{UNKNOWN}{UNKNOWN}") == (UNKNOWN,)
    assert fonts.width(UNKNOWN, 10) == pytest.approx(fonts.width("[U+30EDE]", 10))


def test_width_grows_with_size_and_a_chinese_character_is_one_em() -> None:
    assert fonts.width("王", 12) == pytest.approx(12)
    assert fonts.width("王小", 24) == pytest.approx(48)
    assert fonts.width("", 12) == 0


@pytest.mark.parametrize("compressed", [True, False])
def test_rare_characters_can_be_copied_from_the_pdf(tmp_path: Path, compressed: bool) -> None:
    pdf = tmp_path / "rare.pdf"
    pdf.write_bytes(_printed([RARE, f"甲{UNKNOWN}乙", "ǎ ≤ 8.10 kg"], compressed))
    assert [line.strip() for line in text_of(pdf).split("\n") if line.strip()] == [RARE, "甲[U+30EDE]乙", "ǎ ≤ 8.10 kg"]


def test_more_than_a_hundred_characters_can_be_copied(tmp_path: Path) -> None:
    many = "".join(chr(point) for point in range(0x4E00, 0x4E00 + 600) if not fonts.missing_characters(chr(point)))
    lines = [many[start : start + 30] for start in range(0, len(many), 30)]
    pdf = tmp_path / "many.pdf"
    pdf.write_bytes(_printed(lines, True))
    assert "".join(text_of(pdf).split()) == many


def test_every_font_is_embedded_and_no_helvetica_is_listed(tmp_path: Path) -> None:
    pdf = tmp_path / "rare.pdf"
    pdf.write_bytes(_printed([RARE], True))
    rows = fonts_of(pdf)
    assert rows
    assert all("NotoSans" in row[0] and row[3:6] == ["yes", "yes", "yes"] for row in rows)


def test_the_vendored_files_are_those_of_the_readme() -> None:
    folder = reports_dir() / "fonts"
    listed = dict(
        reversed(match)
        for match in re.findall(r"`([0-9a-f]{64})` `(Noto\S+)`", (folder / "README.md").read_text("utf-8"))
    )
    found = {
        p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.iterdir() if p.suffix in (".ttf", ".woff2")
    }
    assert len(found) == 8
    assert listed == found


def _printed(lines: list[str], compressed: bool) -> bytes:
    paper = Paper("a test", "nobody", "zh-CN", compressed)
    for index, line in enumerate(lines):
        paper.text(40, 60 + 24 * index, line, 14, "#000000")
    paper.next_page()
    return paper.finish()
