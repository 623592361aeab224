"""Delimited text in every encoding and with every separator that offices save."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthrec.errors import Refused, TooLarge
from healthrec.sheets import limits, read_workbook, write_csv

TEXT = '姓名,备注\r\n李𬭸,"哭闹,未测准"\r\n'
ROWS = (("姓名", "备注"), ("李𬭸", "哭闹,未测准"))


def _rows(data: bytes) -> tuple[tuple[object, ...], ...]:
    (sheet,) = read_workbook(data, "登记.csv").sheets
    return sheet.rows


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode("utf-8"),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("gb18030"),
        b"\x84\x31\x95\x33" + TEXT.encode("gb18030"),
        TEXT.encode("utf-16"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
        b"\xfe\xff" + TEXT.encode("utf-16-be"),
    ],
    ids=[
        "utf-8",
        "utf-8 with mark",
        "gb18030",
        "gb18030 with mark",
        "utf-16",
        "utf-16-le",
        "utf-16-be",
        "be with mark",
    ],
)
def test_every_encoding_gives_the_same_rows(data: bytes) -> None:
    assert _rows(data) == ROWS


def test_gbk_is_a_part_of_gb_18030() -> None:
    assert _rows("姓名,性别\n王犇,男\n".encode("gbk")) == (("姓名", "性别"), ("王犇", "男"))


@pytest.mark.parametrize("separator", [",", ";", "\t", "，", "|"])
def test_every_separator_is_found(separator: str) -> None:
    lines = ["某园，名单,一", *([separator.join(["王犇", "男", "2024.1.2"])] * 4)]
    assert _rows("\n".join(lines).encode())[1] == ("王犇", "男", "2024.1.2")


def test_the_line_that_names_the_separator_is_no_row() -> None:
    assert _rows(b"sep=;\r\na;b,c\r\n") == (("a", "b,c"),)
    assert _rows(b"sep=\r\na,b\r\n")[1] == ("a", "b")


def test_wrappings_against_excel_come_off() -> None:
    assert _rows(b'id,note\n"=""0123""","\'=1+1"\n\'a,-3\n')[1:] == (("0123", "=1+1"), ("'a", "-3"))


def test_a_sheet_of_text_is_named_after_its_file() -> None:
    sheet = read_workbook(b"a,b\n", "三月 登记.csv").sheets[0]
    assert (sheet.name, sheet.address(0, 1)) == ("三月 登记", "三月 登记!B1")
    assert read_workbook(b"a,b\n", "").sheets[0].name == "CSV"


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"", "sheet.blank"),
        (b" \r\n ", "sheet.blank"),
        (b"\xff\xfe\x00\xd8a", "sheet.encoding-unknown"),
        (b"a,b\n\xff\xff\xff,c\n", "sheet.encoding-unknown"),
        (b"%PDF-1.7 ...", "sheet.not-a-spreadsheet"),
        (b"\x89PNG\r\n\x1a\n", "sheet.not-a-spreadsheet"),
        (b"\xef\xbb\xbf <!DOCTYPE html><table>", "sheet.not-a-spreadsheet"),
        (b"a\x00b\x00\x00\x00c\x00", "sheet.not-a-spreadsheet"),
    ],
)
def test_what_is_no_text_table_is_refused(data: bytes, key: str) -> None:
    with pytest.raises(Refused) as caught:
        read_workbook(data, "登记.csv")
    assert [issue.key for issue in caught.value.issues] == [key]


def test_limits_on_both_sides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ROWS", 3)
    monkeypatch.setattr(limits, "COLUMNS", 2)
    assert len(_rows(b"a,b\n" * 3)) == 3
    for data, key in (
        (b"a,b\n" * 4, "sheet.too-many-rows"),
        (b"a,b,c\n", "sheet.too-many-cells"),
        (b"a," + b"x" * 32_768, "sheet.too-much-text"),
    ):
        with pytest.raises(TooLarge) as caught:
            read_workbook(data, "登记.csv")
        assert caught.value.issues[0].key == key
    with pytest.raises(Refused):
        read_workbook(b"a," + b"x" * 140_000, "登记.csv")


def test_a_body_beyond_the_limit_is_not_looked_into(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "BODY_BYTES", 8)
    assert read_workbook(b"a,b,c,d\n", "a.csv").sheets
    with pytest.raises(TooLarge) as caught:
        read_workbook(b"a,b,c,d,e\n", "a.csv")
    assert caught.value.issues[0].key == "sheet.too-large"


@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"])), min_size=2, max_size=2), min_size=2))
def test_what_is_written_is_read_again(rows: list[list[str]]) -> None:
    cells = [[text if text.isprintable() and not text.startswith(("'", '="')) else "x" for text in row] for row in rows]
    data = write_csv(["姓名", "备注"], cells).replace(b"\xef\xbb\xbf", b"\xef\xbb\xbfsep=,\r\n", 1)
    assert _rows(data)[1:] == tuple(map(tuple, cells))


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        read_workbook(data, "x.csv")
    except (Refused, TooLarge) as error:
        assert all(issue.key.startswith("sheet.") for issue in error.issues)
