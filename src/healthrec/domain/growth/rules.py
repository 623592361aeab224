"""Everything the growth core judges by, in one value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from healthrec.domain.age import CorrectionRule
from healthrec.domain.growth.facts import Measure
from healthrec.domain.growth.standard import GrowthStandard, Indicator


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
    note_z: float
    """An absolute z above this is noted"""
    slip_z: float
    """A corrected slip is proposed when it lands within this absolute z"""
    shrink_cm: Mapping[Measure, float]
    """How much less than before is still a difference of measuring (cm)"""
    weight_fall_share: float
    """How much of the earlier weight may be lost without a reason (0 to 1)"""
    slips: Mapping[Measure, tuple[Slip, ...]]


@dataclass(frozen=True, slots=True)
class GrowthRules:
    """The standard in force, who is corrected for prematurity, and the limits on entry."""

    standard: GrowthStandard
    correction: CorrectionRule
    limits: EntryLimits
