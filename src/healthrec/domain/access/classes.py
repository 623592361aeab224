"""The words of access: classes of content with their bits, roles, actions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, get_args

AccessClass = Literal[
    "directory", "care", "immunization", "clinical", "case", "restricted", "internal", "draft", "maternal", "audit"
]
"""Class of content. `audit` has no bit: no grant opens the audit, only the power to audit does."""

Role = Literal[
    "doctor",
    "guide",
    "vaccinator",
    "nurse",
    "carer",
    "head",
    "parent",
    "delegate",
    "specialist",
    "district",
    "admin",
    "auditor",
    "system",
]
Action = Literal["see", "create", "amend", "sign"]

CLASSES: tuple[AccessClass, ...] = get_args(AccessClass)[:-1]
"""In the order of their bits; stored masks depend on it."""

ROLES: tuple[Role, ...] = get_args(Role)
ACTIONS: tuple[Action, ...] = get_args(Action)

BIT: Mapping[AccessClass, int] = {"audit": 0, **{name: 1 << number for number, name in enumerate(CLASSES)}}
"""directory 1, care 2, immunization 4, clinical 8, case 16, restricted 32, internal 64, draft 128, maternal 256; audit 0."""


def mask(classes: Iterable[AccessClass]) -> int:
    """The bits of these classes together."""
    total = 0
    for name in classes:
        total |= BIT[name]
    return total


def classes_in(bits: int) -> tuple[AccessClass, ...]:
    """The classes of a mask, in the order of their bits."""
    return tuple(name for name in CLASSES if bits & BIT[name])
