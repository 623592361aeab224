"""From where on an entered value is impossible, implausible or unusual, and what excuses it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from healthrec.domain.growth.facts import Measure
from healthrec.domain.growth.standard import Indicator

Circumstance = Literal["clothed", "crying", "uncertain"]
"""What was remarked about a measuring: thick clothes, a child that cried or struggled, a value that is not sure."""


@dataclass(frozen=True, slots=True)
class Slip:
    """A usual mistake in writing a number down: the written value times `factor` is what was meant."""

    code: str
    factor: float


@dataclass(frozen=True, slots=True)
class EntryLimits:
    """From where on an entered value is impossible, needs a reason, or deserves a note."""

    rule_id: str
    edition: str
    possible: Mapping[Measure, tuple[float, float]]
    """Lowest and highest value that is accepted at all (kg or cm, both inclusive)"""
    needs_reason_z: Mapping[Indicator, tuple[float, float]]
    """A rounded z below the first or above the second needs a reason"""
    jump_z: Mapping[Indicator, float]
    """A rounded z that moved by more than this since the time before needs a reason"""
    note_z: float
    """An absolute z above this is noted"""
    slip_z: float
    """A corrected slip is proposed when it lands within this absolute z"""
    shrink_cm: Mapping[Measure, float]
    """How much less than before is still a difference of measuring (cm)"""
    weight_fall_share: float
    """How much of the earlier weight may be lost without a reason (0 to 1)"""
    slips: Mapping[Measure, tuple[Slip, ...]]
    allowances: Mapping[Circumstance, Mapping[Measure, tuple[float, float]]]
    """How much too high and how much too low a circumstance may make a value read (kg or cm)"""
