"""The limits on entered measurements, and the quality of measuring, as domain values."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from healthrec.domain.growth.limits import EntryLimits, Slip
from healthrec.domain.growth.measuring_rules import MeasuringRules
from healthrec.rulebook.problems import BrokenRulesError, Problem


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
        jump_z=dict(content["jump_z"]),
        note_z=content["note_z"],
        slip_z=content["slip_z"],
        shrink_cm=dict(content["shrink_cm"]),
        weight_fall_share=content["weight_fall_share"],
        slips={
            measure: tuple(Slip(slip["code"], slip["factor"]) for slip in slips)
            for measure, slips in content["slips"].items()
        },
        allowances={
            circumstance: {measure: (over, under) for measure, (over, under) in by_measure.items()}
            for circumstance, by_measure in content["allowances"].items()
        },
    )


def measuring_rules(_schemas: Path, _file: str, content: Mapping[str, Any]) -> MeasuringRules:
    """The quality of measuring."""
    digits = content["digits"]
    return MeasuringRules(
        content["id"],
        content["edition"],
        dict(content["repeat"]),
        {measure: Decimal(str(step)) for measure, step in digits["resolution"].items()},
        digits["least"],
        digits["by_chance"],
        (digits["classes"][0], digits["classes"][1], digits["classes"][2]),
        content["least_pairs"],
        content["window_months"],
    )
