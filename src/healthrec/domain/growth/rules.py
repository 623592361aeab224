"""Everything the growth core judges by, in one value."""

from __future__ import annotations

from dataclasses import dataclass

from healthrec.domain.age import CorrectionRule
from healthrec.domain.growth.limits import EntryLimits
from healthrec.domain.growth.standard import GrowthStandard


@dataclass(frozen=True, slots=True)
class GrowthRules:
    """The standard in force, who is corrected for prematurity, and the limits on entry."""

    standard: GrowthStandard
    correction: CorrectionRule
    limits: EntryLimits
