"""Growth standards, the rule of corrected age and the limits on entry, from `schemas/growth/`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any, cast

import numpy as np

from healthrec.domain.age import CorrectionRule
from healthrec.domain.growth.rules import EntryLimits, Slip
from healthrec.domain.growth.standard import (
    PERCENTILES,
    SD_SCORES,
    AxisKind,
    Floats,
    GrowthStandard,
    GrowthTable,
    Indicator,
    Method,
    Scale,
    Sex,
    with_step,
)
from healthrec.rulebook.files import read_numbers
from healthrec.rulebook.problems import BrokenRulesError, Problem

_KEYS = ("indicator", "sex", "x_kind", "x")
_COLUMNS = {
    "sd": ("sd_m3", "sd_m2", "sd_m1", "median", "sd_p1", "sd_p2", "sd_p3"),
    "percentiles": tuple(f"p{percent}" for percent in PERCENTILES),
    "lms": ("l_fit", "m_fit", "s_fit"),
}
_Row = tuple[str, ...]


def growth_standard(schemas: Path, file: str, content: Mapping[str, Any]) -> GrowthStandard:
    """The standard with its tables, steps inserted. Raises BrokenRulesError."""
    if problems := [*_scale_problems(file, content)]:
        raise BrokenRulesError(*problems)
    levels = tuple(term["code"] for term in content["levels"]["codes"])
    methods: tuple[Method, ...] = ("sd", "percentile")
    return GrowthStandard(
        rule_id=content["id"],
        edition=content["edition"],
        effective=date.fromisoformat(content["effective"]),
        tables=_tables(schemas, file, content),
        levels={method: Scale(tuple(content["levels"][method]), levels) for method in methods},
        nutrition={
            indicator: Scale(tuple(scale["bounds"]), tuple(scale["codes"]))
            for indicator, scale in content["nutrition"]["scales"].items()
        },
        ends_at_month=content["ends_at_month"],
        standing_from_month=content["standing"]["from_month"],
        standing_shorter_cm=content["standing"]["shorter_cm"],
    )


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


def _scale_problems(file: str, content: Mapping[str, Any]) -> Iterator[Problem]:
    """Bounds must be printed columns and rise; codes must be defined and one more than the bounds."""
    levels, nutrition = content["levels"], content["nutrition"]
    level_codes = [term["code"] for term in levels["codes"]]
    scales = [
        ("levels/sd", SD_SCORES, levels["sd"], level_codes, level_codes),
        ("levels/percentile", PERCENTILES, levels["percentile"], level_codes, level_codes),
    ]
    defined = [term["code"] for term in nutrition["codes"]]
    for indicator, scale in nutrition["scales"].items():
        scales.append((f"nutrition/scales/{indicator}", SD_SCORES, scale["bounds"], scale["codes"], defined))
    for place, printed, bounds, codes, known in scales:
        if unknown := [code for code in codes if code not in known]:
            yield Problem(file, place, "unknown-code", ", ".join(unknown))
        if any(bound not in printed for bound in bounds) or sorted(set(bounds)) != bounds:
            yield Problem(file, place, "order", "bounds must rise and be printed columns")
        if len(codes) != len(bounds) + 1:
            yield Problem(file, place, "shape", "one code more than bounds is needed")


def _tables(schemas: Path, file: str, content: Mapping[str, Any]) -> Mapping[tuple[Indicator, str], GrowthTable]:
    keys: dict[str, list[_Row]] = {}
    numbers: dict[str, Floats] = {}
    for name, columns in _COLUMNS.items():
        table = content["tables"][name]
        path = (PurePosixPath(file).parent / table["file"]).as_posix()
        keys[name], numbers[name] = read_numbers(schemas, path, table["sha256"], _KEYS, columns)
        if keys[name] != keys["sd"]:
            raise BrokenRulesError(Problem(path, "", "table", "its rows are not those of the sd table"))
    standing = content["standing"]
    tables = {}
    for indicator, sex in dict.fromkeys((row[0], row[1]) for row in keys["sd"]):
        table = _table(file, indicator, sex, keys["sd"], numbers)
        if indicator in standing["edge"]:
            taller = standing["shorter_cm"] if standing["edge"][indicator] == "longer" else None
            table = with_step(table, standing["from_month"], taller)
        tables[table.indicator, str(sex)] = table
    return tables


def _table(file: str, indicator: str, sex: str, keys: list[_Row], numbers: Mapping[str, Floats]) -> GrowthTable:
    rows = [at for at, row in enumerate(keys) if row[:2] == (indicator, sex)]
    x = np.array([keys[at][3] for at in rows], dtype=np.float64)
    sd, percentiles, lms = (numbers[name][rows] for name in _COLUMNS)
    if (np.diff(x) <= 0).any() or (np.diff(sd) <= 0).any() or (np.diff(percentiles) <= 0).any():
        raise BrokenRulesError(Problem(file, f"{indicator} {sex}", "order", "rows and columns must rise"))
    axis = cast(AxisKind, keys[rows[0]][2])
    return GrowthTable(cast(Indicator, indicator), cast(Sex, sex), axis, x, sd, percentiles, lms)
