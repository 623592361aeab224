"""Everything the growth core judges by, in one value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from healthrec.domain.age import CorrectionRule
from healthrec.domain.growth.limits import EntryLimits
from healthrec.domain.growth.standard import GrowthStandard


@dataclass(frozen=True, slots=True)
class GrowthRules:
    """The standard in force, who is corrected for prematurity, and the limits on entry."""

    standard: GrowthStandard
    correction: CorrectionRule
    limits: EntryLimits
    standards: Mapping[str, GrowthStandard] = field(default_factory=dict)
    """All standards by their ids, for those that continue another"""

    def continuing(self, standard: GrowthStandard) -> tuple[GrowthStandard, ...]:
        """The standards that judge who has outgrown this one."""
        return tuple(self.standards[name] for name in standard.continued_by if name in self.standards)
