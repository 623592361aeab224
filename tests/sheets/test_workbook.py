"""Workbooks as programs write them, and as nobody should."""

import io
import random
import re
import zipfile
from datetime import date, datetime
from typing import Any

import pytest
import xlsxwriter

from healthrec.errors import HealthrecError, Refused, TooLarge
from healthrec.sheets import Workbook, limits, read_workbook

SHEET = "xl/worksheets/sheet1.xml"


def _book(fill: Any = None) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        page = book.add_worksheet("一班")
        page.write_row(0, 0, ["姓名", "出生日期"])
        if fill:
            fill(book, page)
    return out.getvalue()


def _changed(data: bytes, parts: dict[str, bytes | None], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The package with parts replaced, added, or taken out (None)."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", compression) as new:
        names = list(dict.fromkeys([*old.namelist(), *parts]))
        for name in names:
            content = parts[name] if name in parts else old.read(name)
            if content is not None:
                new.writestr(name, content)
    return out.getvalue()


def _sheet_xml(inside: str) -> bytes:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{space}"><sheetData>{inside}</sheetData></worksheet>'.encode()


def _with_sheet(inside: str) -> bytes:
    return _changed(_book(), {SHEET: _sheet_xml(inside)})


def _key(data: bytes) -> str:
    with pytest.raises((Refused, TooLarge)) as caught:
        read_workbook(data, "名单.xlsx")
    (issue,) = caught.value.issues
    return issue.key


def _read(data: bytes) -> Workbook:
    return read_workbook(data, "名单.xlsx")


def test_cells_keep_their_kind_and_their_place() -> None:
    def fill(book: Any, page: Any) -> None:
        day = book.add_format({"num_format": 'yyyy"年"m"月"d"日"'})
        page.write_number("C3", 45812, day)
        page.write_number("D3", 14.5)
        page.write_boolean("E3", True)
        page.write_formula("F3", "=1+1", None, 2)
        page.write_number("G3", 45812.5, book.add_format({"num_format": "yyyy-mm-dd hh:mm"}))

    (sheet,) = _read(_book(fill)).sheets
    assert sheet.rows[0][:2] == ("姓名", "出生日期")
    noon = datetime(2025, 6, 4, 12)  # noqa: DTZ001  (cells have no zone)
    assert sheet.rows[2] == ("", "", date(2025, 6, 4), 14.5, True, 2.0, noon)
    assert sheet.address(2, 2) == "一班!C3"


def test_a_formula_error_is_seen_and_not_blank() -> None:
    data = _book(lambda _, page: page.write_formula("A2", "=1/0", None, "#DIV/0!"))
    assert _read(data).sheets[0].rows[1][0] == "#DIV/0!"


def test_a_cell_merged_over_rows_stands_in_each_of_them() -> None:
    def fill(_: Any, page: Any) -> None:
        page.merge_range("A2:A4", "托大班")
        page.merge_range("B2:D2", "标题")
        page.write("B4", "王犇")
        page.merge_range("H9:H12", "")

    rows = _read(_book(fill)).sheets[0].rows
    assert rows[1:] == (("托大班", "标题"), ("托大班", ""), ("托大班", "王犇"))


def test_merged_ranges_without_end_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def fill(_: Any, page: Any) -> None:
        page.write("B9", "x")
        page.merge_range("A2:A9", "托大班")

    data = _book(fill)
    assert len(_read(data).sheets[0].rows) == 9
    monkeypatch.setattr("healthrec.sheets.read.FILLED_DOWN", 7)
    assert _read(data).sheets
    monkeypatch.setattr("healthrec.sheets.read.FILLED_DOWN", 6)
    assert _key(data) == "sheet.damaged"


def test_hidden_sheets_are_named_and_not_read() -> None:
    def fill(book: Any, _: Any) -> None:
        page = book.add_worksheet("去年")
        page.write("A1", "旧")
        page.hide()

    book = _read(_book(fill))
    assert ([sheet.name for sheet in book.sheets], book.hidden) == (["一班"], ("去年",))


def test_too_many_sheets_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    data = _book(lambda book, _: book.add_worksheet("二班"))
    monkeypatch.setattr(limits, "SHEETS", 2)
    assert len(_read(data).sheets) == 2
    monkeypatch.setattr(limits, "SHEETS", 1)
    assert _key(data) == "sheet.too-many-sheets"


def test_colour_far_away_is_no_cell() -> None:
    data = _with_sheet('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="0"/></row>')
    assert _read(data).sheets[0].rows == ((1.0,),)


@pytest.mark.parametrize(
    "cell",
    [
        '<row r="1048576"><c r="A1048576"><v>1</v></c></row>',
        '<row r="1"><c r="XFD1"><v>1</v></c></row>',
        "<row r='50001'><c><v>1</v></c></row>",
        '<row r="1"><c r="iw1"><v>1</v></c></row>',
        '<row r="1"><x:c xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" x="&gt;" r="A99999"><v>1</v></x:c></row>',
    ],
)
def test_a_filled_cell_far_away_is_refused_by_its_address(cell: str) -> None:
    assert _key(_with_sheet(cell)) == "sheet.far-cell"


def test_the_last_row_and_column_within_the_limits_are_read() -> None:
    assert _read(_with_sheet('<row r="50000"><c r="A50000"><v>1</v></c></row>')).sheets[0].rows[-1] == (1.0,)
    assert _read(_with_sheet('<row r="1"><c r="IV1"><v>1</v></c></row>')).sheets[0].rows[0][-1] == 1.0


def test_a_few_cells_that_span_too_much_are_refused() -> None:
    first, last = '<row r="1"><c r="IV1"><v>1</v></c></row>', '<row r="50000"><c r="A50000"><v>1</v></c></row>'
    assert _key(_with_sheet(first + last)) == "sheet.too-many-cells"


@pytest.mark.parametrize("reference", ["A0", "$A$1", "AAAA1", "A12345678", "1", "A1:B2", ""])
def test_a_cell_whose_address_is_none_is_refused(reference: str) -> None:
    assert _key(_with_sheet(f'<row r="1"><c r="{reference}"><v>1</v></c></row>')) == "sheet.damaged"


def test_a_row_whose_number_is_none_is_refused() -> None:
    assert _key(_with_sheet('<row r="0"><c><v>1</v></c></row>')) == "sheet.damaged"
    assert _key(_with_sheet('<row r="123456789"><c><v>1</v></c></row>')) == "sheet.damaged"


def test_another_encoding_than_utf8_is_refused() -> None:
    content = _sheet_xml("").decode()
    assert _key(_changed(_book(), {SHEET: content.encode("utf-16")})) == "sheet.damaged"


def test_cells_without_addresses_are_counted_too(monkeypatch: pytest.MonkeyPatch) -> None:
    data = _with_sheet("<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>")
    monkeypatch.setattr(limits, "CELLS", 4)
    monkeypatch.setattr(limits, "COLUMNS", 2)
    assert len(_read(data).sheets[0].rows) == 2
    monkeypatch.setattr(limits, "CELLS", 3)
    assert _key(data) == "sheet.too-many-cells"
    monkeypatch.setattr(limits, "COLUMNS", 1)
    assert _key(data) == "sheet.far-cell"


def test_coloured_cells_without_end_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    data = _with_sheet("<row>" + '<c s="0"/>' * 2000 + "</row>")
    assert _read(data).sheets
    monkeypatch.setattr(limits, "ELEMENTS", 2000)
    assert _key(data) == "sheet.too-many-cells"


def test_rows_of_all_sheets_are_counted_together(monkeypatch: pytest.MonkeyPatch) -> None:
    data = _book(lambda book, _: book.add_worksheet("二班").write_column(0, 0, ["a", "b", "c"]))
    monkeypatch.setattr(limits, "ROWS", 4)
    assert _read(data).sheets
    monkeypatch.setattr(limits, "ROWS", 3)
    assert _key(data) == "sheet.too-many-rows"


def test_a_long_text_shared_by_many_cells_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    data = _book(lambda _, page: page.write_column(1, 0, ["长" * 1000] * 10))
    monkeypatch.setattr(limits, "TEXT_BYTES", 12 * 4000)
    assert _read(data).sheets
    monkeypatch.setattr(limits, "TEXT_BYTES", 12 * 4000 - 1)
    assert _key(data) == "sheet.too-much-text"


def test_a_bomb_is_refused_by_what_it_declares_and_by_what_it_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    data = _changed(_book(), {"xl/theme/theme1.xml": b"<a>" + b" " * 3_000_000 + b"</a>"})
    assert len(data) < 20_000
    monkeypatch.setattr(limits, "UNPACKED_BYTES", 3_000_000)
    assert _key(data) == "sheet.unpacked-too-large"
    lying = data.replace((3_000_007).to_bytes(4, "little"), (7).to_bytes(4, "little"))
    assert lying != data
    assert _key(lying) in ("sheet.unpacked-too-large", "sheet.damaged")


def test_what_an_entry_holds_is_counted_while_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    data = _changed(_book(), {"xl/theme/theme1.xml": b"<a>" + b" " * 3_000_000 + b"</a>"})
    monkeypatch.setattr(limits, "UNPACKED_BYTES", 3_000_000)
    monkeypatch.setattr("healthrec.sheets.package.sum", lambda _: 0, raising=False)
    assert _key(data) == "sheet.unpacked-too-large"


def test_pictures_are_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    data = _changed(_book(), {"xl/media/image1.png": b"\0" * 3_000_000})
    monkeypatch.setattr(limits, "UNPACKED_BYTES", 1_000_000)
    assert _read(data).sheets


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"PK\x03\x04broken", "sheet.damaged"),
        (_book()[:3000], "sheet.damaged"),
        (_changed(_book(), {"xl/workbook.xml": None}), "sheet.other-format"),
        (_changed(_book(), {"xl/workbook.xml": b"<workbook>"}), "sheet.damaged"),
        (_changed(_book(), {SHEET: b"<worksheet><sheetData><row"}), "sheet.damaged"),
        (_changed(_book(), {SHEET: None}), "sheet.damaged"),
        (_changed(_book(), {SHEET: b'<!DOCTYPE x [<!ENTITY e "e">]><worksheet>&e;</worksheet>'}), "sheet.damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "sheet.legacy"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "sheet.password"),
    ],
)
def test_what_is_no_workbook_says_what_it_is(data: bytes, key: str) -> None:
    assert _key(data) == key


def test_a_zip_with_a_password_is_refused_as_such() -> None:
    data = bytearray(_book())
    for found in re.finditer(rb"PK\x01\x02", bytes(data)):
        data[found.start() + 8] |= 1
    assert _key(bytes(data)) == "sheet.password"


def test_two_parts_of_one_name_are_refused() -> None:
    out = io.BytesIO(_book())
    with zipfile.ZipFile(out, "a") as package, pytest.warns(UserWarning, match="Duplicate"):
        package.writestr(SHEET, _sheet_xml(""))
    assert _key(out.getvalue()) == "sheet.damaged"


def test_bytes_changed_at_random_are_read_or_refused() -> None:
    whole, chance = _book(lambda _, page: page.merge_range("A2:A4", "x")), random.Random(7)
    for _ in range(150):
        data = bytearray(whole)
        for _ in range(chance.randrange(1, 8)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        try:
            read_workbook(bytes(data), "名单.xlsx")
        except HealthrecError as error:
            assert all(issue.key.startswith("sheet.") for issue in error.issues)


def test_xml_changed_at_random_is_read_or_refused() -> None:
    whole, chance = _book(lambda _, page: page.write_row(1, 0, ["王犇", 45812])), random.Random(8)
    with zipfile.ZipFile(io.BytesIO(whole)) as package:
        parts = {
            name: package.read(name) for name in (SHEET, "xl/styles.xml", "xl/sharedStrings.xml", "xl/workbook.xml")
        }
    for _ in range(150):
        name = chance.choice(sorted(parts))
        content = bytearray(parts[name])
        for _ in range(chance.randrange(1, 4)):
            content[chance.randrange(len(content))] = chance.choice(b'0123456789<>/"=-AZaz')
        try:
            read_workbook(_changed(whole, {name: bytes(content)}), "名单.xlsx")
        except HealthrecError as error:
            assert all(issue.key.startswith("sheet.") for issue in error.issues)
