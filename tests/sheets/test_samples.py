"""The two untidy files of a nursery, whole, from bytes to rows."""

from pathlib import Path

import pytest
from tests.domain.roster_grid import TODAY, WORDS

from healthrec.domain.quantity import Measured, NotMeasured, Reading
from healthrec.domain.roster import (
    MeasurementReading,
    RosterReading,
    find_repeats,
    measured_person,
    read_measurements,
    read_roster,
)
from healthrec.sheets import read_workbook

SAMPLES = Path(__file__).parents[1] / "samples"


def _shown(reading: Reading) -> str:
    if isinstance(reading, Measured):
        return str(reading.value)
    return "未测" if isinstance(reading, NotMeasured) and reading.stated else ""


@pytest.fixture(scope="module")
def children() -> RosterReading:
    path = SAMPLES / "托育园花名册.xlsx"
    return read_roster(read_workbook(path.read_bytes(), path.name).sheets, WORDS, TODAY)


@pytest.fixture(scope="module")
def measured() -> MeasurementReading:
    path = SAMPLES / "体检登记_gbk.csv"
    return read_measurements(read_workbook(path.read_bytes(), path.name).sheets, WORDS, TODAY)


def test_every_child_of_the_roster_is_read_and_every_total_skipped(children: RosterReading) -> None:
    counts = {table.sheet: sum(row.sheet == table.sheet for row in children.rows) for table in children.tables}
    assert counts == {"托大班": 20, "托小班": 18, "乳儿班": 13}
    assert [(skipped.cell, skipped.reason) for skipped in children.skipped] == [
        ("托大班!A23", "total"),
        ("托小班!A21", "total"),
        ("乳儿班!A16", "total"),
    ]
    assert not any(row.blocked for row in children.rows)


def test_the_tricky_rows_of_the_roster(children: RosterReading) -> None:
    rows = {row.cell: row for row in children.rows}
    table = {
        cell: (
            rows[cell].name,
            rows[cell].sex,
            str(rows[cell].birth_date),
            rows[cell].identifier.kind if rows[cell].identifier else rows[cell].id_absent,
            str(rows[cell].enrolled_on),
            _shown(rows[cell].stature),
            _shown(rows[cell].weight),
            rows[cell].allergies.answer,
        )
        for cell in (
            "托大班!B3",
            "托大班!B4",
            "托大班!B6",
            "托大班!B10",
            "托小班!B6",
            "乳儿班!B4",
            "乳儿班!B12",
            "乳儿班!B15",
        )
    }
    assert table == {
        "托大班!B3": ("马㛃", "female", "2025-12-01", "resident-id", "2026-02-06", "95.8", "11.7", "none"),
        "托大班!B4": ("单嘉树", "male", "2024-07-28", "resident-id", "2026-02-02", "72.5", "15.7", "given"),
        "托大班!B6": ("林宇轩", "female", "2024-11-13", "not-given", "2025-10-20", "94.4", "13.1", "not-known"),
        "托大班!B10": ("曾语汐", "male", "2025-01-22", "resident-id", "2026-01-12", "66", "8.0", "not-known"),
        "托小班!B6": ("曾俊熙", "male", "2026-02-07", "resident-id", "2026-02-08", "67.2", "10.7", "given"),
        "乳儿班!B4": ("曾㛃", "male", "2024-12-10", "resident-id", "2026-11-12", "未测", "15.5", "given"),
        "乳儿班!B12": ("何𬭸", "male", "2024-03-30", "resident-id", "2026-07-18", "97.8", "9", "given"),
        "乳儿班!B15": ("阿依古丽·买买提江", "male", "2025-04-18", "resident-id", "2026-08-03", "67.4", "17.5", "given"),
    }
    assert rows["乳儿班!B15"].ethnicity == "维吾尔族"
    assert rows["托大班!B5"].guardians[0].relation == "MTH"


def test_the_twins_of_the_roster_are_shown_and_stay_two(children: RosterReading) -> None:
    told = [(row.name, problem.cell, problem.code, problem.params) for row in children.rows for problem in row.problems]
    assert told == [("欧阳子晗", "乳儿班!B14", "roster.repeat-likely-twins", {"other": "乳儿班!B13"})]


def test_what_is_said_of_the_roster_as_a_whole(children: RosterReading) -> None:
    assert [(problem.code, problem.severity, problem.params["count"]) for problem in children.problems] == [
        ("roster.id-area-training", "note", 44),
        ("roster.measurements-undated", "note", 20),
        ("roster.measurements-undated", "note", 18),
        ("roster.measurements-undated", "note", 13),
    ]


def test_the_tricky_rows_of_the_measuring_day(measured: MeasurementReading) -> None:
    assert len(measured.rows) == 51 and not any(row.problems for row in measured.rows)
    table = {
        row.row: (
            row.name,
            row.sex,
            str(row.birth_date),
            str(row.measured_on),
            _shown(row.weight),
            _shown(row.stature),
            _shown(row.head),
            row.position,
            row.circumstances,
        )
        for row in measured.rows
        if row.row in (2, 3, 4, 8, 11, 32, 42, 51, 52)
    }
    crying = ("crying", "uncertain")
    assert table == {
        2: ("马雨桐", "male", "2025-04-20", "2026-11-12", "16.500", "80.5", "49.0", None, crying),
        3: ("王犇", "male", "2024-03-18", "2026-11-08", "14.4", "83.9", "", "lying", ()),
        4: ("陈星野", "male", "2024-09-16", "2026-11-15", "9.10", "87.6", "43.4", "lying", ()),
        8: ("陈宇轩", "male", "2023-10-13", "2026-11-05", "9.3", "100.9", "43.1", "lying", ()),
        11: ("周星野", "male", "2026-04-28", "2026-11-05", "16.0", "73.0", "46.9", None, ("clothed",)),
        32: ("李𬭸", "female", "2024-11-09", "2026-11-06", "9.30", "69.6", "49.6", None, crying),
        42: ("胡犇", "male", "2024-09-16", "2026-11-03", "16.90", "83.6", "43.8", None, crying),
        51: ("欧阳子晗", "male", "2023-12-19", "2026-11-08", "15.80", "78.3", "", "lying", ()),
        52: ("阿依古丽·买买提江", "female", "2025-01-07", "2026-11-18", "12.0", "73.4", "47.3", None, crying),
    }


def test_bare_numbers_of_the_measuring_day_are_said_once_per_column(measured: MeasurementReading) -> None:
    assert [(problem.cell, problem.params) for problem in measured.problems] == [
        ("体检登记_gbk!E1", {"column": "体重", "unit": "kg", "count": 18}),
        ("体检登记_gbk!F1", {"column": "身高/身长", "unit": "cm", "count": 14}),
        ("体检登记_gbk!G1", {"column": "头围", "unit": "cm", "count": 31}),
    ]


def test_the_look_alikes_of_the_measuring_day_are_the_twins(measured: MeasurementReading) -> None:
    assert [(match.key, match.other) for match in find_repeats(map(measured_person, measured.rows))] == [
        ("体检登记_gbk!B51", "体检登记_gbk!B50")
    ]
