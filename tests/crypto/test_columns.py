from dataclasses import replace

import pytest

from healthrec.crypto.columns import CannotOpenError, Cell, blind_index, column_keys, decrypt_cell, encrypt_cell
from healthrec.crypto.keys import WeakSecretError, derive_key, key_id

SECRET = "a secret of the settings, 32 characters or more"
KEYS = column_keys(SECRET)
CELL = Cell("account", "phone", "17")
VALUE = "13800000000"


def test_a_cell_opens_to_what_was_put_in() -> None:
    for value in ("", VALUE, "艾力江·买买提", "𬭸"):
        assert decrypt_cell(KEYS, CELL, encrypt_cell(KEYS, CELL, value)) == value


def test_the_same_value_reads_differently_each_time_and_never_shows() -> None:
    first, second = encrypt_cell(KEYS, CELL, VALUE), encrypt_cell(KEYS, CELL, VALUE)
    assert first != second
    assert VALUE not in first


@pytest.mark.parametrize(
    "elsewhere",
    [
        Cell("account", "phone", "18"),
        Cell("account", "mail", "17"),
        Cell("person", "phone", "17"),
        Cell("accountp", "hone", "17"),
    ],
)
def test_a_cell_copied_elsewhere_does_not_open(elsewhere: Cell) -> None:
    with pytest.raises(CannotOpenError):
        decrypt_cell(KEYS, elsewhere, encrypt_cell(KEYS, CELL, VALUE))


def test_every_changed_character_is_found() -> None:
    text = encrypt_cell(KEYS, CELL, VALUE)
    for at in range(len(text)):
        changed = text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]
        with pytest.raises(CannotOpenError):
            decrypt_cell(KEYS, CELL, changed)


@pytest.mark.parametrize("text", ["", "v1", "v1.", "v1.xx.yy", "v2.00000000.AAAA", "童"])
def test_what_is_no_cell_does_not_open(text: str) -> None:
    with pytest.raises(CannotOpenError):
        decrypt_cell(KEYS, CELL, text)


def test_a_cell_cut_to_nothing_does_not_open() -> None:
    with pytest.raises(CannotOpenError):
        decrypt_cell(KEYS, CELL, f"v1.{key_id(KEYS.current)}.")


def test_after_a_change_of_secret_old_cells_open_only_with_the_old_secret_named() -> None:
    written = encrypt_cell(KEYS, CELL, VALUE)
    new = "another secret of the settings, also long enough"
    assert decrypt_cell(column_keys(new, (SECRET,)), CELL, written) == VALUE
    with pytest.raises(CannotOpenError):
        decrypt_cell(column_keys(new), CELL, written)


def test_the_blind_index_is_equal_for_equal_values_of_one_column_and_key() -> None:
    index = blind_index(KEYS, "phone", VALUE)
    assert index == blind_index(column_keys(SECRET), "phone", VALUE)
    other_key = replace(KEYS, index=derive_key(SECRET, "another"))
    others = {blind_index(KEYS, "mail", VALUE), blind_index(KEYS, "phone", VALUE + "0")}
    assert index not in others | {blind_index(other_key, "phone", VALUE)}


def test_keys_do_not_show_when_printed() -> None:
    assert KEYS.current.hex() not in repr(KEYS)
    assert repr(KEYS.current) not in repr(KEYS)


def test_a_secret_of_31_characters_is_too_weak_and_32_will_do() -> None:
    assert len(derive_key("x" * 32, "columns")) == 32
    with pytest.raises(WeakSecretError):
        derive_key("x" * 31, "columns")


def test_each_purpose_has_its_own_key() -> None:
    assert derive_key(SECRET, "columns") != derive_key(SECRET, "audit")
