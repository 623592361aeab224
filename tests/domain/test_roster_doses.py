"""A list of doses as it comes out of another system: what is read, what is not known, what is wrong and in which cell."""

from __future__ import annotations

from datetime import date

import pytest
from tests.domain.roster_grid import TODAY, WORDS, Grid

from healthrec.domain.roster import DoseReading, VaccineNames, read_doses

HEADINGS = ["儿童姓名", "出生日期", "疫苗名称", "接种日期", "剂次", "批号", "接种单位"]
NAMES = VaccineNames({"HepB": ["乙肝疫苗", "0201"], "IPV": ["脊灰灭活疫苗"]})


def read(*rows: list[str]) -> DoseReading:
    return read_doses([Grid("接种", [HEADINGS, *rows])], WORDS, NAMES, TODAY)


def problems(reading: DoseReading) -> dict[str, str]:
    return {problem.cell.partition("!")[2]: problem.code for row in reading.rows for problem in row.problems}


def row(vaccine: str = "乙肝疫苗", day: str = "2026-05-06", number: str = "1", lot: str = "A1") -> list[str]:
    return ["张小树", "2026-05-05", vaccine, day, number, lot, "松岭中心"]


def test_a_dose_is_read_with_all_that_is_known() -> None:
    (one,) = read(row()).rows
    assert (one.vaccine, one.given_on, one.number, one.lot, one.place) == (
        "HepB",
        date(2026, 5, 6),
        1,
        "A1",
        "松岭中心",
    )
    assert not one.blocked


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("乙肝疫苗（酿酒酵母）", "HepB"),
        (" 乙肝 疫苗", "HepB"),
        ("0201", "HepB"),
        ("201", "HepB"),
        ("ipv", "IPV"),
        ("脊灰疫苗", ""),
    ],
)
def test_a_vaccine_is_known_by_its_names_and_codes(typed: str, code: str) -> None:
    (one,) = read(row(vaccine=typed)).rows
    assert (one.vaccine, one.product) == (code, typed.strip())


@pytest.mark.parametrize(
    ("typed", "number"), [("2", 2), ("第3剂", 3), ("第四针", 4), ("９", 9), ("", None), ("不详", None)]
)
def test_a_number_is_read_in_figures_and_words(typed: str, number: int | None) -> None:
    reading = read(row(number=typed))
    assert (reading.rows[0].number, problems(reading)) == (number, {})


def test_what_is_wrong_is_told_by_its_cell() -> None:
    reading = read(
        row(vaccine="某疫苗"),
        row(vaccine="", day="2026-05-07"),
        row(day=""),
        row(day="2026-11-23"),
        row(day="2026-05-04"),
        row(day="2026-05-08", number="加强"),
        row(day="2026-05-09", number="10"),
        row(day="2026-13-01"),
    )
    assert problems(reading) == {
        "C2": "roster.vaccine-unknown",
        "C3": "roster.vaccine-missing",
        "D4": "roster.given-on-missing",
        "D5": "roster.given-in-future",
        "D6": "roster.given-before-birth",
        "E7": "roster.dose-number-unreadable",
        "E8": "roster.dose-number-unreadable",
        "D9": "roster.date-impossible",
    }
    assert [one.blocked for one in reading.rows] == [False, False, True, True, True, False, False, True]


def test_the_last_day_and_the_day_of_birth_are_fine() -> None:
    assert problems(read(row(day="2026-11-22"), row(day="2026-05-05"))) == {}


def test_a_dose_told_twice_says_where_the_first_stands() -> None:
    reading = read(row(), row(lot="不详"), row(day="2026-06-06"))
    assert problems(reading) == {"A3": "roster.dose-twice"}
    assert reading.rows[1].lot == ""


def test_a_file_without_doses_says_so() -> None:
    assert [problem.code for problem in read().problems] == ["roster.no-rows"]
