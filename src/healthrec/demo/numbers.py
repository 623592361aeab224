"""Numbers that look right and belong to nobody: resource ids, ID numbers, papers and phones, all made from an index."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Final

from healthrec.domain.identifiers import TRAINING_AREA, resident_id_check

MOST_CHILDREN: Final = 600_000
"""One birthday has 1,000 order numbers: 500 for each sex, of which twins keep every second one free."""

_ORDER_STEP: Final = 177  # coprime to 500: neighbours get order numbers far apart


def resource_id(seed: int, *parts: object) -> str:
    """A FHIR id in the shape of a version-5 UUID, the same for the same seed and parts on every machine."""
    name = ":".join(map(str, (seed, *parts))).encode()
    digest = hashlib.sha1(b"healthrec-demo:" + name, usedforsecurity=False).hexdigest()
    variant = "89ab"[int(digest[16], 16) & 3]
    return f"{digest[:8]}-{digest[8:12]}-5{digest[13:16]}-{variant}{digest[17:20]}-{digest[20:32]}"


def id_number(born: date, order: int, sex: str) -> str:
    """An 18-character resident ID number of the unreal area; `order` (0-499) is unique among one day's births.

    Source of the form: GB 11643; the order code is odd for males, the check digit is ISO 7064 MOD 11-2.
    """
    code = 2 * (order * _ORDER_STEP % 500) + (sex == "male")
    body = f"{TRAINING_AREA}{born:%Y%m%d}{code:03d}"
    return body + resident_id_check(body)


def passport_number(index: int) -> str:
    return f"XX{index:07d}"


def travel_permit_number(index: int) -> str:
    return f"H99{index:06d}"


def birth_certificate_number(index: int) -> str:
    return f"Z99{index:07d}"


def phone_number(family: int, guardian: int) -> str:
    """Eleven digits that no telephone has: numbers that begin with 129 are not given out."""
    return f"129{(family * 4 + guardian) * 7919 % 100_000_000:08d}"
