"""The rules about change between measurings as a domain value."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from healthrec.domain.growth.change_rules import (
    ChangeRules,
    CrossedLines,
    Disagreement,
    Faltering,
    NoGain,
    RapidGain,
    SlowGain,
)
from healthrec.domain.growth.standard import PERCENTILE_MARKS
from healthrec.rulebook.problems import BrokenRulesError, Problem


def change_rules(_schemas: Path, file: str, content: Mapping[str, Any]) -> ChangeRules:
    """Raises BrokenRulesError for a line that no standard prints and for bands that do not belong together."""
    rules = content["rules"]
    loss, month = rules["newborn-loss"], rules["first-month"]
    return ChangeRules(
        content["id"],
        content["edition"],
        {code: rule["grade"] for code, rule in rules.items()},
        loss["share"],
        loss["early_days"],
        rules["not-regained"]["by_days"],
        (month["from_days"], month["to_days"]),
        month["gain_kg"],
        _no_gain(file, rules["no-gain"]),
        SlowGain(**_numbers(rules["slow-gain"])),
        _crossed_lines(file, rules["crossed-lines"]),
        Faltering(**_numbers(rules["faltering"])),
        RapidGain(**_numbers(rules["rapid-gain"])),
        Disagreement(**_numbers(rules["disagreement"])),
    )


def _numbers(rule: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in rule.items() if name not in ("grade", "status", "zh", "en")}


def _no_gain(file: str, rule: Mapping[str, Any]) -> NoGain:
    months, days = tuple(rule["from_months"]), tuple(rule["for_days"])
    if len(months) != len(days) or months[0] != 0 or sorted(set(months)) != list(months):
        raise BrokenRulesError(Problem(file, "rules/no-gain", "order", "bands begin at 0, rise, and each has its days"))
    return NoGain(months, days)


def _crossed_lines(file: str, rule: Mapping[str, Any]) -> CrossedLines:
    if unknown := [line for line in rule["lines"] if line not in PERCENTILE_MARKS]:
        raise BrokenRulesError(Problem(file, "rules/crossed-lines/lines", "unknown-code", ", ".join(unknown)))
    values = _numbers(rule)
    values["lines"] = tuple(int(line[1:]) for line in rule["lines"])
    values["directions"] = {name: frozenset(ways) for name, ways in rule["directions"].items()}
    return CrossedLines(**values)
