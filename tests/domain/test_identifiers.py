"""Identity numbers, with the unreal area code 899999 only."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthrec.domain.identifiers import guess_kind, mask, read_identifier, resident_id_check, tidy_number

GIRL = "899999202512010609"
BOY_X = "89999920241210531X"


def _with_check(first17: str) -> str:
    return first17 + resident_id_check(first17)


def test_a_resident_id_tells_birth_date_and_sex() -> None:
    girl, boy = read_identifier(GIRL), read_identifier(BOY_X)
    assert (girl.kind, girl.birth_date, girl.sex, girl.sound) == ("resident-id", date(2025, 12, 1), "female", True)
    assert (boy.birth_date, boy.sex, boy.faults, boy.notes) == (date(2024, 12, 10), "male", (), ("area-training",))


def test_a_small_x_full_width_digits_spaces_and_an_apostrophe_are_tidied() -> None:
    assert tidy_number("'８９９９９９ 20241210 531x") == BOY_X
    assert read_identifier(" 899999-20241210-531x").sound


@pytest.mark.parametrize(
    ("typed", "faults"),
    [
        (GIRL[:-1], ("length",)),
        (GIRL + "0", ("length",)),
        ("89999920251201060A", ("characters",)),
        ("8999992025120X0609", ("characters",)),
        ("899999202512010608", ("check-digit",)),
        (_with_check("89999920250230060"), ("birth-date",)),
        (_with_check("89999920251301060")[:-1] + "?", ("characters",)),
        ("", ("length",)),
    ],
)
def test_a_faulty_resident_id_says_what_is_wrong_and_tells_nothing_else(typed: str, faults: tuple[str, ...]) -> None:
    read = read_identifier(typed, "resident-id")
    assert (read.faults, read.birth_date, read.sex, read.sound) == (faults, None, None, False)


def test_an_impossible_day_and_a_wrong_check_digit_are_both_told() -> None:
    right = _with_check("89999920250230060")
    wrong = right[:-1] + ("1" if right[-1] != "1" else "2")
    assert read_identifier(wrong).faults == ("birth-date", "check-digit")


def test_an_unreal_area_is_a_note_and_a_residents_card_is_none() -> None:
    assert read_identifier(_with_check("99000020240101001")).notes == ()
    assert read_identifier(_with_check("81000020240101001")).notes == ()
    assert read_identifier(_with_check("77000020240101001")).notes == ("area-unreal",)


def test_disagreements_are_told_only_between_known_values() -> None:
    girl = read_identifier(GIRL)
    assert girl.disagreements(birth_date=date(2025, 12, 1), sex="female") == ()
    assert girl.disagreements(birth_date=date(2025, 12, 2), sex="male") == ("birth-date-differs", "sex-differs")
    assert girl.disagreements(birth_date=None, sex="unknown") == ()
    assert girl.disagreements(birth_date=None, sex=None) == ()
    assert read_identifier("X320101001").disagreements(birth_date=date(2025, 12, 2), sex="male") == ()


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("X320101001", "birth-certificate"),
        ("x320101001", "birth-certificate"),
        ("E12345678", "passport"),
        ("EA1234567", "passport"),
        ("H12345678", "travel-permit"),
        ("M1234567890", "travel-permit"),
        ("12345678", "travel-permit"),
        ("89999920251201060", "resident-id"),
        ("某号", "unknown"),
        ("ABCDEFG", "unknown"),
    ],
)
def test_the_shape_tells_the_kind(typed: str, kind: str) -> None:
    assert guess_kind(tidy_number(typed)) == kind
    assert read_identifier(typed).kind == kind


def test_a_number_that_does_not_fit_its_kind_has_a_fault_of_shape() -> None:
    assert read_identifier("X32010100", "birth-certificate").faults == ("shape",)
    assert read_identifier("某号").faults == ("shape",)
    assert read_identifier("89999900100100001", "health-record-no").sound


def test_an_institution_code_has_a_check_digit() -> None:
    assert read_identifier("91350100M000100Y43", "cn-uscc").sound
    assert read_identifier("91350100M000100Y44", "cn-uscc").faults == ("check-digit",)
    assert read_identifier("91350100M000100Y4", "cn-uscc").faults == ("length",)
    assert read_identifier("91350100I000100Y43", "cn-uscc").faults == ("characters",)


def test_a_mask_hides_the_birth_date_and_short_numbers_wholly() -> None:
    assert mask(GIRL) == "899***********0609"
    assert mask("X320101001") == "*******001"
    assert mask("12") == "**"
    assert mask("") == ""


@given(
    st.dates(date(1900, 1, 1), date(2099, 12, 31)),
    st.integers(0, 999),
    st.integers(0, 16),
    st.integers(1, 9),
)
def test_every_made_up_number_is_sound_and_one_changed_digit_is_not(day: date, order: int, at: int, by: int) -> None:
    number = _with_check(f"899999{day:%Y%m%d}{order:03d}")
    read = read_identifier(number)
    assert (read.sound, read.birth_date, read.sex) == (True, day, "male" if order % 2 else "female")
    changed = number[:at] + str((int(number[at]) + by) % 10) + number[at + 1 :]
    assert not read_identifier(changed).sound
