from datetime import date, timedelta

import pytest

from healthrec.domain.age import add_months
from healthrec.domain.screening import Answer, column_for, evaluate_signs, is_on_time
from healthrec.rulebook import load_rulebook
from healthrec.settings import schemas_dir

BOOK = load_rulebook(schemas_dir())
TODAY = date(2026, 11, 22)
TABLE = BOOK.warning_signs(TODAY)
CORRECTION = BOOK.correction(TODAY)
BIRTH = date(2020, 1, 15)
CODES = ["M03", "M06", "M08", "M12", "M18", "M24", "M30", "M36", "Y4", "Y5", "Y6"]


def column_on(day: date, gestation_days: int | None = None) -> str | None:
    column = column_for(TABLE, BIRTH, day, gestation_days, CORRECTION)
    return column.code if column else None


def test_eleven_ages_have_four_signs_each_in_both_languages() -> None:
    assert [column.code for column in TABLE.columns] == CODES
    assert [len(column.signs) for column in TABLE.columns] == [4] * 11
    assert all(sign.zh and sign.en for column in TABLE.columns for sign in column.signs)


def test_link_ids_name_age_and_number() -> None:
    assert [sign.link_id for sign in TABLE.column("M12").signs] == ["M12.1", "M12.2", "M12.3", "M12.4"]


@pytest.mark.parametrize(
    ("months", "code"),
    [(3, "M03"), (6, "M06"), (8, "M08"), (12, "M12"), (18, "M18"), (24, "M24"), (30, "M30"), (36, "M36"),
     (48, "Y4"), (60, "Y5"), (72, "Y6")],
)  # fmt: skip
def test_a_column_begins_ten_days_before_its_age(months: int, code: str) -> None:
    begins = add_months(BIRTH, months) - timedelta(days=10)
    before = CODES[CODES.index(code) - 1] if code != "M03" else None
    assert column_on(begins) == code
    assert column_on(begins - timedelta(days=1)) == before


@pytest.mark.parametrize(
    ("day", "code"), [(date(2020, 12, 1), "M08"), (date(2023, 6, 1), "M36"), (date(2026, 12, 1), "Y6")]
)
def test_between_two_ages_the_earlier_column_stays(day: date, code: str) -> None:
    assert column_on(day) == code


def test_the_table_ends_with_the_seventh_birthday() -> None:
    assert column_on(date(2027, 1, 14)) == "Y6"
    assert column_on(date(2027, 1, 15)) is None


def test_born_early_the_column_goes_by_the_corrected_age() -> None:
    six_months = date(2020, 7, 15)
    assert column_on(six_months) == "M06"
    assert column_on(six_months, gestation_days=224) == "M03"
    assert column_on(date(2022, 2, 28), gestation_days=224) == "M18"  # ten days early is on time
    assert column_on(date(2022, 3, 1), gestation_days=224) == "M24"


@pytest.mark.parametrize(
    ("day", "on_time"),
    [(date(2020, 4, 4), False), (date(2020, 4, 5), True), (date(2020, 5, 14), True), (date(2020, 5, 15), False)],
)
def test_a_window_opens_ten_days_early_and_ends_before_its_last_month(day: date, on_time: bool) -> None:
    assert is_on_time(TABLE.column("M03"), TABLE, BIRTH, day) == on_time


def answers(*given: Answer) -> dict[str, Answer]:
    return {f"M06.{number}": answer for number, answer in enumerate(given, 1)}


@pytest.mark.parametrize(
    ("given", "outcome", "present", "left_open"),
    [
        (answers("absent", "absent", "absent", "absent"), "none-found", (), ()),
        (answers("absent", "present", "absent", "absent"), "sign-found", ("M06.2",), ()),
        (answers("present", "not-done"), "sign-found", ("M06.1",), ("M06.2", "M06.3", "M06.4")),
        (answers("absent", "absent", "absent", "not-done"), "incomplete", (), ("M06.4",)),
        (answers("absent", "absent", "not-known", "absent"), "incomplete", (), ("M06.3",)),
        (answers("absent", "absent", "absent"), "incomplete", (), ("M06.4",)),
        (
            answers("not-known", "not-known", "not-known", "not-known"),
            "incomplete",
            (),
            tuple(answers(*["absent"] * 4)),
        ),
        (answers("not-done", "not-done", "not-done", "not-done"), "not-done", (), tuple(answers(*["absent"] * 4))),
        ({}, "not-done", (), tuple(answers(*["absent"] * 4))),
    ],
)
def test_only_four_absent_signs_find_nothing(
    given: dict[str, Answer], outcome: str, present: tuple[str, ...], left_open: tuple[str, ...]
) -> None:
    found = evaluate_signs(TABLE, "M06", given)
    assert (found.outcome, found.present, found.open) == (outcome, present, left_open)
    assert found.proposes_referral == (outcome == "sign-found")
    assert (found.rule_id, found.edition, found.column) == ("warning-signs", "V3-2017", "M06")


def test_answers_of_another_age_are_refused() -> None:
    with pytest.raises(ValueError, match=r"M03\.1"):
        evaluate_signs(TABLE, "M06", {"M03.1": "absent"})


def test_an_unknown_age_is_refused() -> None:
    with pytest.raises(KeyError):
        evaluate_signs(TABLE, "M07", {})
