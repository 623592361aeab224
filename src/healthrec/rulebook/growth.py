"""The rule of corrected age, and all growth standards by their ids, from `schemas/growth/`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from healthrec.domain.age import CorrectionRule
from healthrec.domain.growth.standard import GrowthStandard


@dataclass(frozen=True, slots=True, eq=False)
class GrowthBook:
    """The growth standards: by id, the latest edition of each."""

    standards: Mapping[str, GrowthStandard]


def correction_rule(_schemas: Path, _file: str, content: Mapping[str, Any]) -> CorrectionRule:
    """The rule of corrected age."""
    return CorrectionRule(
        content["id"],
        content["edition"],
        content["preterm_below_days"],
        content["limit_months"],
        content["very_preterm_below_days"],
        content["very_preterm_limit_months"],
        content["limit_age"],
    )
