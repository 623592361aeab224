"""One row of a measuring day's sheet at a time."""

from datetime import date

import pytest
from tests.domain.roster_grid import TODAY, WORDS, Grid

from healthrec.domain.quantity import Measured
from healthrec.domain.roster import CellValue, MeasurementReading, MeasurementRow, measured_person, read_measurements

HEADINGS = ["姓名", "出生日期", "体重", "身高/身长", "测量日期", "备注"]


def _sheet(*rows: list[CellValue], headings: list[str] = HEADINGS) -> MeasurementReading:
    return read_measurements([Grid("登记", [headings, *rows])], WORDS, TODAY)


def _row(*cells: CellValue, headings: list[str] = HEADINGS) -> MeasurementRow:
    (row,) = _sheet(list(cells), headings=headings).rows
    return row


def _codes(row: MeasurementRow) -> list[str]:
    return [problem.code.removeprefix("roster.") for problem in row.problems]


def test_a_plain_row_is_read_whole() -> None:
    row = _row("王犇", "2024/03/18", "28.8斤", "0.839m", "2026/11/08", "哭闹，未测准，卧位")
    assert isinstance(row.weight, Measured) and isinstance(row.stature, Measured)
    assert (str(row.weight.value), str(row.stature.value)) == ("14.40", "83.9")
    assert (row.measured_on, row.position, row.remarks) == (date(2026, 11, 8), "lying", "哭闹，未测准，卧位")
    assert (row.circumstances, _codes(row), row.blocked) == (("crying", "uncertain"), [], False)
    assert measured_person(row).key == "登记!A2"


def test_a_remark_behind_a_number_is_kept_and_read_like_any_other() -> None:
    row = _row("王犇", "2024/03/18", "14.4(穿厚衣)", "83.9（哭闹）", "2026/11/08", "卧位")
    assert (row.remarks, row.circumstances, row.position) == ("卧位；穿厚衣；哭闹", ("clothed", "crying"), "lying")
    assert _row("王犇", "2024/03/18", "14.4(穿衣)", "83.9(穿衣)", "2026/11/08").remarks == "穿衣"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("2026-11-22", None),
        ("2026-11-23", "measured-in-future"),
        ("2024-03-18", None),
        ("2024-03-17", "measured-before-birth"),
        ("", "measured-on-missing"),
        ("昨天", "date-unreadable"),
    ],
)
def test_the_day_lies_between_birth_and_today(typed: str, code: str | None) -> None:
    row = _row("王犇", "2024-03-18", "14.4", "", typed, "")
    assert (_codes(row), row.blocked) == ([code] if code else [], code is not None)


def test_a_birth_date_need_not_be_told() -> None:
    row = _row("王犇", "14.4", "2026-11-08", headings=["姓名", "体重", "测量日期"])
    assert (row.birth_date, row.sex, _codes(row)) == (None, None, [])


def test_a_number_identifies_when_given() -> None:
    headings = ["姓名", "体重", "测量日期", "身份证号码"]
    row = _row("马㛃", "14.4", "2026-11-08", "899999202512010609", headings=headings)
    assert (measured_person(row).number, row.birth_date) == ("899999202512010609", date(2025, 12, 1))


def test_an_unclear_value_blocks_its_row() -> None:
    row = _row("王犇", "2024-03-18", "16500", "", "2026-11-08", "")
    assert (_codes(row), row.blocked) == (["quantity-unit-unlikely"], True)
    row = _row("王犇", "2024-03-18", "9999999", "", "2026-11-08", "")
    assert _codes(row) == ["quantity-unit-unlikely-no-guess"]


def test_odd_values_are_kept_for_growth_to_judge() -> None:
    row = _row("王犇", "2026-04-10", "37.9", "180", "2026-11-08", "")
    assert (_codes(row), row.blocked) == ([], False)


def test_a_row_without_any_value_is_told() -> None:
    assert _codes(_row("王犇", "2024-03-18", "未测", "", "2026-11-08", "拒测")) == ["nothing-measured"]


@pytest.mark.parametrize(
    ("remarks", "position"),
    [("卧位", "lying"), ("立位", "standing"), ("先卧位后立位", None), ("穿厚衣", None)],
)
def test_the_position_is_what_the_remark_says(remarks: str, position: str | None) -> None:
    assert _row("王犇", "2024-03-18", "", "88", "2026-11-08", remarks).position == position


@pytest.mark.parametrize(
    ("length", "height", "position", "value"),
    [
        ("60", "", "lying", "60"),
        ("", "90", "standing", "90"),
        ("未测", "", None, None),
        ("6米米", "90", "standing", "90"),
    ],
)
def test_columns_for_lying_and_standing(length: str, height: str, position: str | None, value: str | None) -> None:
    row = _row("王犇", length, height, "2026-11-08", headings=["姓名", "身长(cm)", "立位身高(cm)", "测量日期"])
    assert row.position == position
    assert (str(row.stature.value) if isinstance(row.stature, Measured) else None) == value


def test_the_position_column_is_read() -> None:
    row = _row("王犇", "88", "立位", "2026-11-08", headings=["姓名", "身高", "体位", "测量日期"])
    assert row.position == "standing"


def test_the_same_child_on_the_same_day_is_told_once_more() -> None:
    row: list[CellValue] = ["王犇", "2024-03-18", "14.4", "", "2026-11-08", ""]
    reading = _sheet(row, row, [*row[:4], "2026-11-09", ""], [*row[:2], "未测", "", "2026-11-08", ""])
    assert [_codes(found) for found in reading.rows] == [[], ["measured-twice"], [], ["nothing-measured"]]
    assert reading.rows[1].problems[0].params == {"other": "登记!A2"}
