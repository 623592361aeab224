"""A list with one child in a row and a column for each dose: every date is a dose, and what is wrong is told by its cell."""

from __future__ import annotations

from datetime import date

import pytest
from tests.domain.roster_grid import TODAY, WORDS, Grid

from healthrec.domain.roster import DOSE_COLUMN, DoseReading, VaccineNames, dose_of, read_doses

HEADINGS = [
    "儿童姓名",
    "性别",
    "出生日期",
    "卡介苗",
    "乙肝第1剂",
    "乙肝第1剂批号",
    "乙肝疫苗第二针接种日期",
    "脊灰第1剂",
    "备注",
]
NAMES = VaccineNames({"HepB": ["乙肝疫苗"], "BCG": ["卡介苗"], "IPV": ["脊灰灭活疫苗"], "PCV13": []})


def read(*rows: list[str], headings: list[str] = HEADINGS, choices: dict[str, str] | None = None) -> DoseReading:
    return read_doses([Grid("导出", [headings, *rows])], WORDS, NAMES, TODAY, choices)


def row(*cells: str) -> list[str]:
    return ["张小树", "男", "2026-03-05", *cells]


def found(reading: DoseReading) -> list[tuple[str, int | None, date | None, str]]:
    return [(one.vaccine, one.number, one.given_on, one.cell) for one in reading.rows]


def problems(reading: DoseReading) -> list[tuple[str, str]]:
    return [(problem.cell, problem.code) for one in reading.rows for problem in one.problems]


def test_every_date_of_a_row_is_a_dose() -> None:
    reading = read(row("2026-03-05", "2026/3/5", "A1", "2026年4月5日", "", "足月"))
    assert found(reading) == [
        ("BCG", None, date(2026, 3, 5), "导出!D2"),
        ("HepB", 1, date(2026, 3, 5), "导出!E2"),
        ("HepB", 2, date(2026, 4, 5), "导出!G2"),
    ]
    assert [one.lot for one in reading.rows] == ["", "A1", ""]
    assert reading.rows[1].places == {"given_on": "导出!E2", "lot": "导出!F2"}
    assert (problems(reading), reading.problems) == ([], ())


def test_what_is_wrong_is_told_by_its_cell_with_its_heading() -> None:
    reading = read(row("2026-03-04", "前年", "", "2026-11-23", "2026-06-05"), row("", "", "A7"))
    assert problems(reading) == [
        ("导出!D2", "roster.given-before-birth"),
        ("导出!E2", "roster.date-unreadable"),
        ("导出!G2", "roster.given-in-future"),
        ("导出!H2", "roster.vaccine-unknown"),
        ("导出!E3", "roster.given-on-missing"),
    ]
    assert reading.rows[1].problems[0].params["column"] == "乙肝第1剂"
    assert [one.blocked for one in reading.rows] == [True, True, True, False, True]


def test_a_name_that_could_be_several_is_kept_as_written() -> None:
    (one,) = read(row("", "", "", "", "2026-06-05")).rows
    assert (one.vaccine, one.product, one.number) == ("", "脊灰", 1)


def test_a_row_without_any_dose_is_counted() -> None:
    reading = read(row("2026-03-05"), row("", "不详", ""), ["李小海", "女", "2026-01-01"])
    assert len(reading.rows) == 1
    assert [(one.cell, one.reason) for one in reading.skipped] == [("导出!A3", "no-dose"), ("导出!A4", "no-dose")]


def test_a_column_that_names_the_vaccine_makes_each_row_a_dose() -> None:
    reading = read(
        ["张小树", "2026-03-05", "乙肝疫苗", "2026-03-06", "x"],
        headings=["儿童姓名", "出生日期", "疫苗名称", "接种日期", "卡介苗"],
    )
    assert found(reading) == [("HepB", None, date(2026, 3, 6), "导出!A2")]


def test_what_was_chosen_for_a_heading_goes_first() -> None:
    cells = row("2026-03-05", "2026-03-05", "A1", "2026-04-05", "2026-06-05")
    left = read(cells, choices={"卡介苗": "", "乙肝第1剂": DOSE_COLUMN, "脊灰第1剂": "", "备注": DOSE_COLUMN})
    assert [one[:2] for one in found(left)] == [("HepB", 1), ("HepB", 2)]
    assert [(one.cell, one.code) for one in left.problems] == [("导出!I1", "roster.dose-column-unknown")]


@pytest.mark.parametrize(
    ("heading", "vaccine", "number", "field"),
    [
        ("乙肝1", "HepB", 1, "given_on"),
        ("HepB-2", "HepB", 2, "given_on"),
        ("乙肝 第九剂", "HepB", 9, "given_on"),
        ("PCV13", "PCV13", None, "given_on"),
        ("PCV13第2剂", "PCV13", 2, "given_on"),
        ("乙肝疫苗第1剂生产厂家", "HepB", 1, "maker"),
        ("卡介苗接种单位", "BCG", None, "given_at"),
        ("甲肝第1剂", "", 1, "given_on"),
    ],
)
def test_a_heading_says_which_dose_of_which_vaccine(heading: str, vaccine: str, number: int | None, field: str) -> None:
    said = dose_of(heading, NAMES)
    assert said is not None
    assert (said.vaccine, said.number, said.field) == (vaccine, number, field)


@pytest.mark.parametrize("heading", ["备注", "性别", "甲肝1", "电话2", "日期", "第1剂", ""])
def test_a_heading_that_names_no_dose(heading: str) -> None:
    assert dose_of(heading, NAMES) is None
