"""What the check of an entered value says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from healthrec.domain.growth.facts import Measure
from healthrec.domain.growth.limits import Circumstance

Severity = Literal["impossible", "implausible", "unusual"]
"""Blocked; asks for a second measuring or a reason; quietly noted."""

Code = Literal[
    "before-birth",
    "in-future",
    "out-of-range",  # params low, high
    "swapped",  # weight and length or height written in each other's place; params weight, size
    "far-from-standard",  # params indicator, z_score, low, high
    "shrank",  # params before, before_day, less_by
    "lost-weight",  # params before, before_day, less_by
    "jumped",  # params indicator, before, before_day, z_before, z_score, limit
    "unlike-most",  # params indicator, z_score
    "readings-apart",  # params spread, limit
]
Params = Mapping[str, float | str | date]


@dataclass(frozen=True, slots=True)
class EntryCheck:
    """One remark on one entered value.

    `meant` is what was probably meant (kg or cm, with the digits that follow from what was written), by measure, where a usual slip explains the value; `slip` is that slip ("" when
    two values stand in each other's place). `excused` is the circumstance that makes an implausible value a noted one.
    """

    severity: Severity
    code: Code
    measure: Measure
    value: Decimal
    params: Params = field(default_factory=dict)
    slip: str = ""
    meant: Mapping[Measure, Decimal] = field(default_factory=dict)
    excused: Circumstance | None = None
