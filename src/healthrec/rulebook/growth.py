"""The rule of corrected age, the limits on entry, and all growth standards by their ids, from `schemas/growth/`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from healthrec.domain.age import CorrectionRule
from healthrec.domain.growth.rules import EntryLimits, Slip
from healthrec.domain.growth.standard import GrowthStandard
from healthrec.rulebook.problems import BrokenRulesError, Problem


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
    )


def entry_limits(_schemas: Path, file: str, content: Mapping[str, Any]) -> EntryLimits:
    """The limits on entry. Raises BrokenRulesError when a range is upside down."""
    ranges = {
        f"{group}/{key}": pair for group in ("possible", "needs_reason_z") for key, pair in content[group].items()
    }
    if upside_down := [place for place, (low, high) in ranges.items() if low >= high]:
        raise BrokenRulesError(*(Problem(file, place, "order", "low is not below high") for place in upside_down))
    return EntryLimits(
        rule_id=content["id"],
        edition=content["edition"],
        possible={measure: (low, high) for measure, (low, high) in content["possible"].items()},
        needs_reason_z={indicator: (low, high) for indicator, (low, high) in content["needs_reason_z"].items()},
        note_z=content["note_z"],
        slip_z=content["slip_z"],
        shrink_cm=dict(content["shrink_cm"]),
        weight_fall_share=content["weight_fall_share"],
        slips={
            measure: tuple(Slip(slip["code"], slip["factor"]) for slip in slips)
            for measure, slips in content["slips"].items()
        },
    )
