"""Identity numbers: their shape, their check digits and what they say about birth date and sex.

Sources: GB 11643-1999 (resident ID number, ISO 7064 MOD 11-2), GB 32100-2015 (institution code, MOD 31).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Literal

IdKind = Literal[
    "resident-id", "birth-certificate", "passport", "travel-permit", "health-record-no", "cn-uscc", "unknown"
]
"""Named like the identifier systems of the house; "unknown" fits none of the shapes."""

TRAINING_AREA = "899999"
"""The unreal area code of all made-up numbers."""


@dataclass(frozen=True, slots=True)
class Identifier:
    """A number without spaces, in capitals, with what it says and what is wrong with it.

    `faults`: length, characters, check-digit, birth-date (not a day of the calendar), shape. A number with a fault is
    kept for the person to correct, and is never an identity. `notes`: area-unreal, area-training; harmless.
    `birth_date` and `sex` are given by a resident ID without such faults only.
    """

    kind: IdKind
    value: str
    birth_date: date | None = None
    sex: Literal["male", "female"] | None = None
    faults: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def sound(self) -> bool:
        return not self.faults

    def disagreements(self, *, birth_date: date | None, sex: str | None) -> tuple[str, ...]:
        """Codes for what a sound number says otherwise than the record does: birth-date-differs, sex-differs."""
        checks = {
            "birth-date-differs": None not in (self.birth_date, birth_date) and self.birth_date != birth_date,
            "sex-differs": self.sex is not None and sex in ("male", "female") and self.sex != sex,
        }
        return tuple(code for code, differs in checks.items() if differs)


def read_identifier(typed: str, kind: IdKind | None = None) -> Identifier:
    """Read a number; `kind` is what the form says, None when the shape has to tell. Never raises."""
    value = tidy_number(typed)
    kind = kind or guess_kind(value)
    if kind == "resident-id":
        return _resident_id(value)
    if kind == "cn-uscc":
        return Identifier(kind, value, faults=_uscc_faults(value))
    shape = _SHAPES.get(kind)
    return Identifier(kind, value, faults=() if shape and shape.fullmatch(value) else ("shape",))


def guess_kind(value: str) -> IdKind:
    """The kind that the shape of a tidied number tells. Seventeen digits are taken for a resident ID that lost one."""
    if re.fullmatch(r"\d{14,20}|\d{17}X", value):
        return "resident-id"
    for kind in ("birth-certificate", "travel-permit", "passport"):
        if _SHAPES[kind].fullmatch(value):
            return kind
    return "unknown"


def tidy_number(typed: str) -> str:
    """Plain width, capitals, no spaces, hyphens or leading apostrophe."""
    return re.sub(r"[\s'’‘\u200b-\u200f\ufeff-]", "", unicodedata.normalize("NFKC", typed)).upper()


def resident_id_check(first17: str) -> str:
    """The 18th character for 17 digits: weights 2^(17-i) mod 11, remainder 0-10 gives 1 0 X 9 8 7 6 5 4 3 2."""
    total = sum(int(digit) * weight for digit, weight in zip(first17, _ID_WEIGHTS, strict=True))
    return "10X98765432"[total % 11]


_ID_WEIGHTS = tuple(pow(2, 17 - at, 11) for at in range(17))


def mask(value: str) -> str:
    """For display: the first three and the last four of a long number, the last three of a shorter one."""
    head, tail = (3, 4) if len(value) >= 15 else (0, 3)
    if len(value) <= head + tail:
        return "*" * len(value)
    return value[:head] + "*" * (len(value) - head - tail) + value[-tail:]


_SHAPES: dict[IdKind, re.Pattern[str]] = {
    "birth-certificate": re.compile(r"[A-Z]\d{9}"),
    "travel-permit": re.compile(r"[HM]\d{8}(\d{2})?|\d{8}(\d{2})?"),
    "passport": re.compile(r"(?=.*\d)[A-Z0-9]{6,12}"),
    "health-record-no": re.compile(r"\d{17}"),
}

# GB/T 2260 first two digits. 81-83: residence permits of Hong Kong, Macau and Taiwan residents.
_PROVINCES = frozenset(
    [
        "11",
        "12",
        "13",
        "14",
        "15",
        "21",
        "22",
        "23",
        "31",
        "32",
        "33",
        "34",
        "35",
        "36",
        "37",
        "41",
        "42",
        "43",
        "44",
        "45",
        "46",
        "50",
        "51",
        "52",
        "53",
        "54",
        "61",
        "62",
        "63",
        "64",
        "65",
        "71",
        "81",
        "82",
        "83",
    ]
)


def _resident_id(value: str) -> Identifier:
    if shape := _resident_id_shape(value):
        return Identifier("resident-id", value, faults=shape)
    born = _calendar_day(value[6:14])
    checks = {"birth-date": born is None, "check-digit": resident_id_check(value[:17]) != value[17]}
    if faults := tuple(code for code, found in checks.items() if found):
        return Identifier("resident-id", value, faults=faults)
    sex: Literal["male", "female"] = "male" if int(value[16]) % 2 else "female"
    return Identifier("resident-id", value, born, sex, notes=_area_notes(value))


def _resident_id_shape(value: str) -> tuple[str, ...]:
    if len(value) != 18:
        return ("length",)
    return () if re.fullmatch(r"[0-9]{17}[0-9X]", value) else ("characters",)


def _area_notes(value: str) -> tuple[str, ...]:
    # A leading 9 is the card of a foreign permanent resident (since 2023-12-01): no area code in front.
    if value[:6] == TRAINING_AREA:
        return ("area-training",)
    return () if value[0] == "9" or value[:2] in _PROVINCES else ("area-unreal",)


def _calendar_day(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def _uscc_faults(value: str) -> tuple[str, ...]:
    if len(value) != 18:
        return ("length",)
    if not re.fullmatch(f"[159Y][1239]\\d{{6}}[{_USCC_ALPHABET}]{{10}}", value):
        return ("characters",)
    total = sum(_USCC_ALPHABET.index(char) * pow(3, at, 31) for at, char in enumerate(value[:17]))
    return () if _USCC_ALPHABET[-total % 31] == value[17] else ("check-digit",)
