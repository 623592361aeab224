import pytest

from healthrec.crypto.passwords import hash_password, needs_rehash, password_faults, verify_nobody, verify_password


@pytest.mark.parametrize(
    ("password", "faults"),
    [
        ("Tz7!kq9", ("too-short",)),
        ("Tz7!kq9w", ()),
        ("tz7kq9wm", ("too-few-classes",)),
        ("tz7kq9w!", ()),
        ("TZ7KQ9WMz", ()),
        ("tzkqwmvb", ("too-few-classes",)),
        ("", ("too-short", "too-few-classes")),
        ("童谣Aa1童谣Aa", ()),
        ("Password1!", ("common",)),
        ("P@ssw0rd1!", ("common",)),
        ("Healthrec2026!", ("common",)),
        ("Admin@123", ("common",)),
        ("1Qaz2wsx!", ("common",)),
        ("Aa1!Aa1!Aa", ()),
        ("aaaaaaaaaa", ("too-few-classes", "common")),
        ("Tz7!" * 32, ()),
        ("Tz7!" * 32 + "x", ("too-long",)),
    ],
)
def test_the_policy_names_every_fault(password: str, faults: tuple[str, ...]) -> None:
    assert password_faults(password) == faults


def test_a_password_may_not_contain_the_account() -> None:
    assert password_faults("x9!Lindan77", account="lindan") == ("contains-account",)
    assert password_faults("x9!Lindan77", account="li") == ()


def test_a_hash_is_argon2id_and_lets_only_its_password_in() -> None:
    stored = hash_password("Tz7!kq9w")
    assert stored.startswith("$argon2id$")
    assert verify_password(stored, "Tz7!kq9w")
    assert not verify_password(stored, "Tz7!kq9W")
    assert not needs_rehash(stored)


def test_a_damaged_hash_lets_nobody_in() -> None:
    assert not verify_password("", "")
    assert not verify_password("$argon2id$v=19$m=8,t=1,p=1$broken", "broken")


def test_a_weaker_hash_asks_to_be_made_anew() -> None:
    weak = "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQxMjM$Zm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFy"
    assert needs_rehash(weak)


def test_an_unknown_account_costs_a_check_and_answers_nothing() -> None:
    assert verify_nobody("Tz7!kq9w") is None  # type: ignore[func-returns-value]
