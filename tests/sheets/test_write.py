"""What we write opens as it was meant: text stays text, long digits stay whole, nothing runs."""

import io
import zipfile
from datetime import date
from decimal import Decimal

import pytest
from tests.domain.roster_grid import TODAY, WORDS

from healthrec.domain.quantity import NotMeasured
from healthrec.domain.roster import SheetKind, read_measurements, read_roster
from healthrec.sheets import OutSheet, read_workbook, write_csv, write_xlsx
from healthrec.sheets.template import template

DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "http://x.example/"]


def test_text_that_looks_like_a_formula_or_link_stays_text() -> None:
    data = write_xlsx([OutSheet("一班", ["文字"], [[text] for text in DANGEROUS])])
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        page = package.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in page and "hyperlink" not in page
    assert [row[0] for row in read_workbook(data, "a.xlsx").sheets[0].rows[1:]] == DANGEROUS


def test_long_digits_and_text_columns_are_text_and_measurements_are_numbers() -> None:
    rows = [["899999202512010609", 899999202512010609, 13800000000, Decimal("7.90"), True, date(2025, 6, 4), None, ""]]
    data = write_xlsx([OutSheet("一班", list("abcdefgh"), rows, text_columns={2}, widths=[20])])
    assert read_workbook(data, "a.xlsx").sheets[0].rows[1] == (
        *("899999202512010609", "899999202512010609", "13800000000", 7.9, True, date(2025, 6, 4)),
        *("", ""),
    )


def test_a_sheet_without_headings_begins_with_its_rows() -> None:
    assert read_workbook(write_xlsx([OutSheet("一班", [], [["a"]])]), "a.xlsx").sheets[0].rows == (("a",),)


def test_delimited_text_carries_a_mark_and_an_apostrophe_before_formulas() -> None:
    data = write_csv(["=名"], [[text, 1.5, date(2025, 6, 4), None, Decimal("7.90")] for text in DANGEROUS[:2]], ";")
    assert data.decode("utf-8") == "\ufeff'=名\r\n'=1+1;1.5;2025-06-04;;7.90\r\n'+1;1.5;2025-06-04;;7.90\r\n"


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", ["roster", "measurements"])
def test_a_template_is_understood_and_its_example_and_notes_are_no_children(kind: SheetKind, language: str) -> None:
    book = read_workbook(template(WORDS, kind, language), "模板.xlsx")
    reading = (
        read_roster(book.sheets, WORDS, TODAY) if kind == "roster" else read_measurements(book.sheets, WORDS, TODAY)
    )
    in_template = {column.field for column in WORDS.of(kind) if kind in column.in_template}
    (table,) = reading.tables
    assert set(table.fields) == {"number", *in_template}
    assert ([problem.code for problem in reading.problems], reading.rows) == (["roster.no-rows"], ())
    assert [skipped.reason for skipped in reading.skipped] == ["example"]


def test_the_example_of_the_template_would_be_a_good_row() -> None:
    sheet = read_workbook(template(WORDS, "roster"), "模板.xlsx").sheets[0]
    reading = read_roster([_Renumbered(sheet.name, (sheet.rows[0], (1, *sheet.rows[1][1:])))], WORDS, TODAY)
    (row,) = reading.rows
    assert (row.name, row.problems, row.blocked) == ("张小树", (), False)


def test_an_english_template_has_english_headings_and_both_languages_in_its_notes() -> None:
    first, notes = read_workbook(template(WORDS, "roster", "en"), "t.xlsx").sheets
    assert first.rows[0][:3] == ("No.", "Class", "Child's name")
    assert notes.rows[2][0] == "Child's name / 幼儿姓名"


def test_the_english_words_that_the_notes_advise_are_understood() -> None:
    headings = ["Child's name", "Sex", "Date of birth", "Allergies", "Weight (kg)", "Position"]
    cells = [("Anna Lee", "Male", "2024-05-06", "none", "not measured", "")]
    (row,) = read_roster([_Renumbered("Class 1", (tuple(headings), *cells))], WORDS, TODAY).rows
    assert (row.sex, row.allergies.answer, row.class_name, row.problems) == ("male", "none", "Class 1", ())
    assert row.weight == NotMeasured("not measured", stated=True)


class _Renumbered:
    def __init__(self, name: str, rows: tuple[tuple[object, ...], ...]) -> None:
        self.name, self.rows = name, rows
