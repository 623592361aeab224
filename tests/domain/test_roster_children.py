"""One row of a roster at a time."""

from datetime import date

import pytest
from tests.domain.roster_grid import codes, only_row, roster

from healthrec.domain.identifiers import resident_id_check
from healthrec.domain.quantity import Measured, NotMeasured, Unclear
from healthrec.domain.roster import Allergies, CellValue, Guardian, person

KEYS = ["姓名", "性别", "出生日期", "身份证号码"]
GIRL = "899999202512010609"


def _row_with(heading: str, value: CellValue, *, born: str = "2024-01-02"):  # type: ignore[no-untyped-def]
    return only_row(["姓名", "性别", "出生日期", heading], "王犇", "女", born, value)


def test_a_plain_row_has_no_problem() -> None:
    row = only_row(KEYS, " 马㛃\u3000", "女", "2025.12.1", GIRL)
    assert (row.name, row.sex, row.birth_date, codes(row), row.blocked) == (
        "马㛃",
        "female",
        date(2025, 12, 1),
        [],
        False,
    )
    assert row.identifier is not None and row.identifier.value == GIRL
    assert (row.cell, row.sheet, row.row, row.class_name) == ("托大班!A2", "托大班", 2, "托大班")


@pytest.mark.parametrize(
    ("typed", "sex"),
    [("男", "male"), (1.0, "male"), ("2", "female"), (" Girl", "female"), ("未知", "unknown"), (9, "unknown")],
)
def test_sex_in_words_and_national_codes(typed: CellValue, sex: str) -> None:
    assert only_row(["姓名", "性别", "出生日期"], "王犇", typed, "2024-01-02").sex == sex


def test_an_unreadable_sex_blocks_and_a_blank_one_is_asked_for() -> None:
    assert codes(only_row(KEYS[:3], "王犇", "男女", "2024-01-02")) == ["sex-unreadable"]
    row = only_row(KEYS[:3], "王犇", "", "2024-01-02")
    assert (row.sex, codes(row), row.blocked) == (None, ["sex-missing"], False)


@pytest.mark.parametrize(
    ("typed", "code", "blocked"),
    [
        ("2026-11-22", None, False),
        ("2026-11-23", "birth-date-future", True),
        ("2019-11-23", None, False),
        ("2019-11-22", "age-over-limit", False),
        ("2025-02-30", "date-impossible", True),
        ("3/4/2025", "date-order", True),
        ("45812", "date-serial", False),
        ("", "birth-date-missing", True),
    ],
)
def test_a_birth_date_is_a_day_between_birth_and_the_seventh_birthday(
    typed: str, code: str | None, blocked: bool
) -> None:
    row = only_row(KEYS[:3], "王犇", "男", typed)
    assert (codes(row), row.blocked) == ([code] if code else [], blocked)


def test_a_sound_number_fills_what_is_blank_and_says_so() -> None:
    row = only_row(KEYS, "马㛃", "", "", GIRL)
    assert (row.sex, row.birth_date, codes(row)) == ("female", date(2025, 12, 1), ["birth-date-from-id", "sex-from-id"])
    assert not row.blocked


def test_a_sound_number_that_says_otherwise_blocks() -> None:
    assert codes(only_row(KEYS, "马㛃", "男", "2025-12-02", GIRL)) == ["id-birth-date-differs", "id-says-female"]


def test_an_unreadable_date_is_not_replaced_by_the_number() -> None:
    row = only_row(KEYS, "马㛃", "女", "冬天", GIRL)
    assert (row.birth_date, codes(row)) == (None, ["date-unreadable"])


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        (GIRL[:-1], "id-length"),
        (GIRL[:-1] + "8", "id-check-digit"),
        (GIRL[:-1] + "Q", "id-characters"),
        (8.999992025120106e17, "id-cut-by-spreadsheet"),
        ("8.99999E+17", "id-cut-by-spreadsheet"),
    ],
)
def test_a_wrong_number_blocks_and_is_never_shown_whole(typed: CellValue, code: str) -> None:
    row = only_row(KEYS, "马㛃", "女", "2025-12-01", typed)
    assert (codes(row), row.blocked) == ([code], True)
    assert row.identifier is not None and not row.identifier.sound
    assert not any(str(typed) in str(problem.params) for problem in row.problems)
    assert person(row).number == ""


def test_an_unreal_area_is_asked_about_unless_it_is_the_training_area() -> None:
    first17 = "77000020251201060"
    assert codes(only_row(KEYS, "马㛃", "女", "2025-12-01", first17 + resident_id_check(first17))) == ["id-area-unreal"]


def test_a_birth_certificate_in_the_id_column_is_taken_as_one() -> None:
    row = only_row(KEYS, "马㛃", "女", "2025-12-01", "X320101001")
    assert row.identifier is not None and row.identifier.kind == "birth-certificate" and codes(row) == []


def test_the_sound_one_of_two_numbers_is_kept() -> None:
    row = only_row([*KEYS, "出生证号"], "马㛃", "女", "2025-12-01", GIRL[:-1], "X320101001")
    assert row.identifier is not None and row.identifier.kind == "birth-certificate"
    assert codes(row) == ["id-length"]


@pytest.mark.parametrize(
    ("typed", "absent"),
    [
        ("", "not-given"),
        ("/", "not-given"),
        ("—", "not-given"),
        ("未上户", "not-yet-registered"),
        ("无", "not-yet-registered"),
    ],
)
def test_no_number_yet_is_not_a_number(typed: str, absent: str) -> None:
    row = only_row(KEYS, "马㛃", "女", "2025-12-01", typed)
    assert (row.identifier, row.id_absent, codes(row)) == (None, absent, [])


def test_the_class_comes_from_its_column_before_the_sheet() -> None:
    assert _row_with("班级", "托小班").class_name == "托小班"
    assert _row_with("班级", "").class_name == "托大班"
    (row,) = roster(["姓名", "出生日期"], ["王犇", "2024-01-02"], name="Sheet1").rows
    assert row.class_name == ""


@pytest.mark.parametrize(
    ("typed", "order", "code"),
    [
        ("1", 1, None),
        (2.0, 2, None),
        ("老大", 1, None),
        ("", None, None),
        ("否", None, None),
        ("7", None, "birth-order-unreadable"),
    ],
)
def test_birth_order_of_twins(typed: CellValue, order: int | None, code: str | None) -> None:
    row = _row_with("出生顺序", typed)
    assert (row.birth_order, codes(row)) == (order, [code] if code else [])


def test_enrolment_before_birth_is_asked_about() -> None:
    assert codes(_row_with("入托日期", "2024-01-01")) == ["enrolled-before-birth"]
    assert codes(_row_with("入托日期", "2024-01-02")) == []
    assert codes(_row_with("入托日期", "上月")) == ["date-unreadable"]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("无", Allergies("none", (), "无")),
        ("", Allergies("not-known", (), "")),
        ("/", Allergies("not-known", (), "/")),
        ("花生、牛奶", Allergies("given", ("花生", "牛奶"), "花生、牛奶")),
    ],
)
def test_no_allergy_and_not_known_are_two_answers(typed: str, expected: Allergies) -> None:
    assert _row_with("过敏史", typed).allergies == expected


def test_guardians_with_relation_and_phones() -> None:
    row = only_row(
        [*KEYS[:3], "监护人", "关系", "电话", "母亲姓名", "母亲电话", "父亲", "紧急联系人", "紧急联系电话"],
        *("王犇", "男", "2024-01-02", "孙嘉树", "妈妈", "+86 138 0000 0001/010-12345678"),
        *("孙嘉树", "13800000001", "王 某", "", 13800000002.0),
    )
    assert row.guardians == (
        Guardian("孙嘉树", "MTH", "妈妈", ("13800000001", "01012345678")),
        Guardian("", "", "", ("13800000002",), "guardian2_name", "guardian2_phone"),
        Guardian("王某", "FTH", "", (), "father_name", "father_phone"),
    )
    assert codes(row) == ["guardian-name-missing"]
    assert person(row).phones == {"13800000001", "01012345678", "13800000002"}


def test_an_odd_phone_and_an_unknown_relation_are_kept_and_told() -> None:
    row = only_row([*KEYS[:3], "监护人", "关系", "电话"], "王犇", "男", "2024-01-02", "王某", "邻居", "1380000")
    assert row.guardians[0].relation_typed == "邻居" and codes(row) == ["relation-unknown"]
    row = only_row([*KEYS[:3], "监护人", "电话"], "王犇", "男", "2024-01-02", "王某", "13800")
    assert (row.guardians[0].phones, codes(row)) == (("13800",), ["phone-unreadable"])


def test_growth_columns_are_read_and_undated_values_told_once() -> None:
    headings = [*KEYS[:3], "身高(cm)", "体重(kg)"]
    reading = roster(
        headings, ["王犇", "男", "2024-01-02", "未测", "8.0公斤"], ["李一", "女", "2024-01-03", 88.5, 16500]
    )
    first, second = reading.rows
    assert isinstance(first.weight, Measured) and str(first.weight.value) == "8.0"
    assert first.stature == NotMeasured("未测", stated=True)
    assert isinstance(second.weight, Unclear) and codes(second) == ["quantity-unit-unlikely"] and not second.blocked
    assert second.problems[0].params == {"column": "体重(kg)", "found": "16500", "suggestion": "16.500 kg"}
    (problem,) = reading.problems
    assert (problem.code, problem.cell, problem.params) == ("roster.measurements-undated", "托大班!E1", {"count": 2})


def test_a_dated_value_is_not_called_undated() -> None:
    reading = roster(["姓名", "性别", "出生日期", "身长", "检查日期"], ["王犇", "男", "2026-01-02", "60", "2026-11-01"])
    (row,) = reading.rows
    assert (row.measured_on, row.position) == (date(2026, 11, 1), "lying")
    assert [problem.code for problem in reading.problems] == ["roster.unit-assumed"]


def test_a_name_with_a_lost_character_is_asked_about() -> None:
    assert codes(only_row(KEYS[:3], "李?", "男", "2024-01-02")) == ["name-lost-character"]


def test_a_long_text_is_shortened_in_the_message() -> None:
    (problem,) = only_row(KEYS[:3], "王犇", "男" * 50, "2024-01-02").problems
    assert problem.params["found"] == "男" * 29 + "…"


def test_repeated_rows_point_to_the_earlier_one() -> None:
    reading = roster(KEYS[:3], ["王犇", "男", "2024-01-02"], ["王 犇", "男", "2024/1/2"], ["王星", "男", "2024-01-02"])
    assert [codes(row) for row in reading.rows] == [
        [],
        ["repeat-same-name-and-birth-date"],
        ["repeat-look-alike", "repeat-look-alike"],
    ]
    assert reading.rows[1].problems[0].params == {"other": "托大班!A2"}
