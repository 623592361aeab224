"""Passwords: argon2id hashes and the policy of GB/T 22239-2019 8.1.4.1 (length, classes) with ASVS 5.0 6.2 (common list).

Hashing takes 64 MiB and tens of milliseconds by intent: callers hold a semaphore around `hash_password` and
`verify_password`, so that many sign-ins at once cannot exhaust the memory of a clinic PC.
"""

from __future__ import annotations

from functools import cache
from typing import Literal

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

PasswordFault = Literal["too-short", "too-long", "too-few-classes", "common", "contains-account"]
"""What is wrong with a proposed password; wording has `password.<fault>`."""

MIN_CHARACTERS = 8
MAX_CHARACTERS = 128  # argon2 reads any length; the limit keeps a request from costing more than it should
MIN_CLASSES = 3

_HASHER = PasswordHasher()  # RFC 9106 second choice: argon2id, t=3, 64 MiB, p=4
_MIN_ACCOUNT_CHARACTERS = 4

# The stems behind the most used passwords in published leaks, and those that staff of this house would think of.
# A stem is found after usual disguises are undone, so P@ssw0rd1! and Healthrec2026 are met by one word each.
_STEMS = """
password passwd admin administrator welcome letmein login qwerty qwertyuiop qweasd qweasdzxc qazwsx qazwsxedc asdfgh
asdfghjkl zxcvbn zxcvbnm iloveyou woaini monkey dragon sunshine princess football baseball superman master shadow secret
changeme default test guest root user doctor nurse guide parent hospital health healthrec child children baby nursery
yiyu ertong baobao tuoyu weisheng abcdef abcdefg abcdefgh abcabc abc aaaaaa china beijing shanghai hello
"""
_WHOLE = "1q2w3e4r 1qaz2wsx q1w2e3r4 zaq12wsx 5201314 a1b2c3d4 1234qwer qwer1234 p0o9i8u7 1qaz@wsx"
_COMMON_STEMS = frozenset(_STEMS.split())
_COMMON_WHOLE = frozenset(_WHOLE.split())
_DISGUISES = str.maketrans("@4301$5!7", "aaeoissit")


def hash_password(password: str) -> str:
    """The argon2id hash in PHC form, salt and parameters included; about 64 MiB and tens of milliseconds."""
    return _HASHER.hash(password)


def verify_password(password_hash: str, password: str) -> bool:
    """Whether `password` made `password_hash`; False for a damaged hash, so that a fault never lets anybody in."""
    try:
        return _HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def verify_nobody(password: str) -> None:
    """Spend the time of a real check for an account that does not exist, so that the answer's delay tells nothing."""
    verify_password(_nobody(), password)


def needs_rehash(password_hash: str) -> bool:
    """Whether the hash was made with weaker parameters than today's; rehash at the next successful sign-in."""
    return _HASHER.check_needs_rehash(password_hash)


def password_faults(password: str, account: str = "") -> tuple[PasswordFault, ...]:
    """Everything wrong with a proposed password, in a fixed order; empty when it is acceptable.

    Classes are lower-case, upper-case, digits and everything else (a Chinese character counts as everything else).
    """
    found: list[PasswordFault] = []
    if len(password) < MIN_CHARACTERS:
        found.append("too-short")
    if len(password) > MAX_CHARACTERS:
        found.append("too-long")
    if _classes(password) < MIN_CLASSES:
        found.append("too-few-classes")
    if _is_common(password):
        found.append("common")
    if len(account) >= _MIN_ACCOUNT_CHARACTERS and account.casefold() in password.casefold():
        found.append("contains-account")
    return tuple(found)


@cache
def _nobody() -> str:
    return hash_password("nobody has this password")


def _classes(password: str) -> int:
    lower = any("a" <= c <= "z" for c in password)
    upper = any("A" <= c <= "Z" for c in password)
    digit = any("0" <= c <= "9" for c in password)
    other = any(not (c.isascii() and c.isalnum()) for c in password)
    return lower + upper + digit + other


def _is_common(password: str) -> bool:
    """A common word with nothing but digits and signs around it, in disguise or plain, or one repeated character."""
    folded = password.casefold()
    stripped = folded.strip("0123456789!@#$%^&*()_-+=.,?~ ")
    undisguised = folded.rstrip("0123456789!@#$%^&*()_-+=.,?~ ").translate(_DISGUISES)
    bare = "".join(c for c in folded if c.isascii() and c.isalnum())
    return (
        stripped in _COMMON_STEMS
        or undisguised in _COMMON_STEMS
        or folded.strip("!#%&*._- ") in _COMMON_WHOLE
        or bare in _COMMON_WHOLE
        or (bool(folded) and len(set(folded)) <= 2)
    )
