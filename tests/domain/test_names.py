"""Names as typed, and names that are one character apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthrec.domain.names import likeness, likeness_keys, name_faults, normalise_name


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("马㛃\u3000", "马㛃"),
        ("林宇轩 ", "林宇轩"),
        ("王　犇", "王犇"),
        ("欧 阳 子涵", "欧阳子涵"),
        ("李\u200b𬭸", "李𬭸"),
        ("阿依古丽•买买提江", "阿依古丽·买买提江"),
        ("阿依古丽 ・ 买买提江", "阿依古丽·买买提江"),
        ("阿依古丽.买买提江", "阿依古丽·买买提江"),
        ("阿依古丽。买买提江", "阿依古丽·买买提江"),
        ("Ａｎｎａ  Lee", "Anna Lee"),
        ("J. Smith", "J. Smith"),
        ("何某之子", "何某之子"),
        ("\ufa0e", "\ufa0e"),
        ("", ""),
    ],
)
def test_a_name_keeps_its_characters_and_loses_what_the_keyboard_added(typed: str, name: str) -> None:
    assert normalise_name(typed) == name


@given(st.text(max_size=20))
def test_a_normalised_name_stays_as_it_is(typed: str) -> None:
    once = normalise_name(typed)
    assert normalise_name(once) == once


def test_what_is_wrong_with_a_name_is_told() -> None:
    assert name_faults("") == ("empty",)
    assert name_faults("李?") == ("lost-character",)
    assert name_faults("李\ue123") == ("lost-character",)
    assert name_faults("李2") == ("digits",)
    assert name_faults("李" * 61) == ("too-long",)
    assert name_faults("李" * 60) == name_faults("李𬭸") == ()


@pytest.mark.parametrize(
    ("name", "other", "expected"),
    [
        ("欧阳子涵", "欧阳子晗", "look-alike"),
        ("欧阳子涵", "欧阳子涵", "same"),
        ("阿依古丽·买买提江", "阿依古丽买买提江", "same"),
        ("Anna Lee", "ANNA LEE", "same"),
        ("王犇", "王星", "look-alike"),
        ("王子犇", "王犇", "look-alike"),
        ("王犇", "王子犇", "look-alike"),
        ("王子犇", "李犇", "different"),
        ("欧阳子涵", "欧阳梓晗", "different"),
        ("李一二三", "李一", "different"),
        ("王犇", "犇王", "different"),
    ],
)
def test_one_character_apart_is_a_look_alike_and_never_the_same(name: str, other: str, expected: str) -> None:
    assert likeness(name, other) == likeness(other, name) == expected


@given(st.text("王李子涵晗", max_size=5), st.text("王李子涵晗", max_size=5))
def test_names_that_are_alike_share_a_key(name: str, other: str) -> None:
    if likeness(name, other) != "different":
        assert likeness_keys(name) & likeness_keys(other)
