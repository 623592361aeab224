"""Finding headings among titles, and telling children from totals and notes."""

from typing import Any

import pytest
import yaml
from tests.domain.roster_grid import COLUMNS_FILE, TODAY, WORDS, Grid, roster

from healthrec.domain.roster import find_table, read_roster, sheet_words
from healthrec.domain.roster.columns import read_heading


def _document() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load(COLUMNS_FILE.read_text(encoding="utf-8"))
    return document


@pytest.mark.parametrize(
    ("text", "name", "unit"),
    [
        ("身高(cm)", "身高", "cm"),
        ("* 身 高（厘米）", "身高", "厘米"),
        ("体重kg", "体重", "kg"),
        ("体重/斤", "体重", "斤"),
        ("出生日期（必填）", "出生日期", ""),
        ("Weight [KG]:", "weight", "kg"),
        ("姓名", "姓名", ""),
    ],
)
def test_a_heading_is_its_name_and_its_unit(text: str, name: str, unit: str) -> None:
    heading = read_heading(text)
    assert (heading.name, heading.unit) == (name, unit)


def test_a_bracket_that_changes_the_meaning_counts() -> None:
    assert WORDS.field_of("roster", read_heading("身长（高）")) == "stature"
    assert WORDS.field_of("roster", read_heading("身长（cm）")) == "length"
    assert WORDS.field_of("roster", read_heading("血型")) is None


def test_a_data_file_with_mistakes_is_refused_by_name() -> None:
    document = _document()
    document["columns"][0]["field"] = "colour"
    with pytest.raises(ValueError, match="unknown field: colour"):
        sheet_words(document)
    document = _document()
    document["words"].pop("total")
    with pytest.raises(ValueError, match="word group: total"):
        sheet_words(document)
    document = _document()
    document["columns"][1]["aliases"].append("姓名")
    with pytest.raises(ValueError, match="alias used twice: 姓名"):
        sheet_words(document)


def test_the_heading_row_is_found_below_title_rows() -> None:
    grid = Grid("一班", [["某园花名册"], [], ["", "2026年秋"], ["序号", "姓名", "生日"], [1, "王犇", "2024-01-02"]])
    table = find_table(grid, WORDS, "roster")
    assert table is not None
    assert (table.heading_row, table.fields) == (3, {"number": 0, "name": 1, "birth_date": 2})


def test_two_heading_rows_are_read_at_the_fuller_one() -> None:
    rows = [
        ["序号", "姓名", "家长信息"],
        ["序号", "姓名", "监护人", "电话", "出生日期"],
        [1, "王犇", "王某", "", "2024-01-02"],
    ]
    reading = read_roster([Grid("一班", rows)], WORDS, TODAY)
    assert [row.name for row in reading.rows] == ["王犇"]


def test_blank_sheets_and_sheets_of_notes_have_no_table() -> None:
    assert find_table(Grid("一班", []), WORDS, "roster") is None
    assert find_table(Grid("一班", [["", None], [" "]]), WORDS, "roster") is None
    assert find_table(Grid("填写说明", [["姓名", "出生日期"]]), WORDS, "roster") is None


def test_totals_notes_examples_and_repeated_headings_are_skipped_and_told() -> None:
    headings = ["序号", "姓名", "出生日期", "性别"]
    reading = roster(
        headings,
        ["示例", "张小树", "2024-05-06", "男"],
        ["（例1）", "张小树", "2024-05-06", "男"],
        [1, "王犇", "2024-01-02", "男"],
        [None, "", None, " "],
        headings,
        ["合计：", "1人"],
        ["合计1人", ""],
        ["", "", "总计", ""],
        ["注：请如实填写"],
        ["填表人：某", "", "", ""],
    )
    assert [row.name for row in reading.rows] == ["王犇"]
    assert [(skipped.cell, skipped.reason) for skipped in reading.skipped] == [
        ("托大班!A2", "example"),
        ("托大班!A3", "example"),
        ("托大班!A6", "heading"),
        ("托大班!A7", "total"),
        ("托大班!A8", "total"),
        ("托大班!A9", "total"),
        ("托大班!A10", "note-row"),
        ("托大班!A11", "note-row"),
    ]


def test_a_row_with_a_name_and_a_chatty_first_cell_is_a_child() -> None:
    reading = roster(
        ["情况", "姓名", "出生日期"], ["合计入托三次", "王犇", "2024-01-02"], ["说明:见后", "李一", "2024-01-02"]
    )
    assert [row.name for row in reading.rows] == ["王犇", "李一"]


def test_a_row_without_a_name_is_told_and_not_skipped() -> None:
    (row,) = roster(["姓名", "出生日期"], ["", "2024-01-02"]).rows
    assert row.blocked and row.problems[0].code == "roster.name-empty"


def test_a_short_row_has_blank_cells() -> None:
    (row,) = roster(["姓名", "出生日期", "备注"], ["王犇"]).rows
    assert (row.remarks, row.birth_date) == ("", None)


def test_own_column_names_are_mapped_by_choice() -> None:
    rows = [["小朋友", "生于", "姓名", "性别"], ["王犇", "2024-01-02", "王某", "男"]]
    table = find_table(Grid("一班", rows), WORDS, "roster", {"小朋友": "name", "生于": "birth_date", "姓名": ""})
    assert table is not None
    assert (table.fields, table.problems) == ({"name": 0, "birth_date": 1, "sex": 3}, ())


def test_a_choice_goes_before_an_alias() -> None:
    rows = [["姓名", "全名", "生日", "性别"], ["犇犇", "王犇", "2024-01-02", "男"]]
    table = find_table(Grid("一班", rows), WORDS, "roster", {"全名": "name"})
    assert table is not None and table.fields["name"] == 1
    assert [(problem.code, problem.cell) for problem in table.problems] == [("roster.column-twice", "一班!A1")]


def test_a_choice_of_an_unknown_field_is_refused() -> None:
    with pytest.raises(ValueError, match="colour"):
        find_table(Grid("一班", [["姓名"]]), WORDS, "roster", {"姓名": "colour"})


def test_two_columns_of_one_meaning_are_told_and_the_left_one_read() -> None:
    reading = roster(["姓名", "幼儿姓名", "出生日期", "性别"], ["王犇", "王星", "2024-01-02", "男"])
    assert [row.name for row in reading.rows] == ["王犇"]
    (problem,) = reading.problems
    assert (problem.code, problem.cell) == ("roster.column-twice", "托大班!B1")
    assert problem.params == {"heading": "幼儿姓名", "used": "托大班!A1"}


def test_a_missing_column_is_named_in_both_languages() -> None:
    (problem,) = roster(["姓名", "性别"], ["王犇", "男"]).problems
    assert (problem.code, problem.severity) == ("roster.column-missing", "warning")
    assert problem.params == {"column_zh": "出生日期", "column_en": "Date of birth"}


def test_a_list_without_names_cannot_be_read() -> None:
    reading = roster(["性别", "出生日期"], ["男", "2024-01-02"])
    assert [(problem.code, problem.severity) for problem in reading.problems] == [("roster.column-missing", "error")]
    assert reading.rows == ()


def test_a_column_that_is_not_there_is_told_once_and_not_in_every_row() -> None:
    reading = roster(["姓名", "出生日期"], ["王犇", "2024-01-02"], ["李一", "2024-01-03"])
    assert [problem.params["column_en"] for problem in reading.problems] == ["Sex"]
    assert not any(row.problems for row in reading.rows)


def test_a_sheet_without_headings_offers_its_likely_heading_row_for_mapping() -> None:
    grid = Grid("一班", [["某园"], ["谁", "何时", "何地"], ["王犇", "2024-01-02", "此地"]])
    table = find_table(grid, WORDS, "roster")
    assert table is not None and not table.readable
    assert (table.heading_row, [heading.text for heading in table.headings.values()]) == (1, ["谁", "何时", "何地"])
    reading = read_roster([grid], WORDS, TODAY)
    assert [(problem.code, problem.severity) for problem in reading.problems] == [("roster.no-heading", "error")]
    assert reading.rows == ()


def test_a_narrow_sheet_without_headings_starts_at_its_first_row() -> None:
    table = find_table(Grid("一班", [[], ["甲", "乙"]]), WORDS, "roster")
    assert table is not None and table.heading_row == 1


def test_a_sheet_without_headings_beside_a_good_one_is_left_out_aloud() -> None:
    good = Grid("一班", [["姓名", "出生日期", "性别"], ["王犇", "2024-01-02", "男"]])
    reading = read_roster([good, Grid("杂项", [["电费", 12.0]])], WORDS, TODAY)
    assert [(problem.code, problem.severity) for problem in reading.problems] == [("roster.sheet-left-out", "warning")]


def test_a_file_without_anything_says_so() -> None:
    assert [problem.code for problem in read_roster([Grid("一班", [])], WORDS, TODAY).problems] == ["roster.file-blank"]
    assert [problem.code for problem in roster(["姓名", "出生日期", "性别"]).problems] == ["roster.no-rows"]
