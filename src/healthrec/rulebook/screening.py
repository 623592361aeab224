"""The table of warning signs, from `schemas/screening/`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from healthrec.domain.screening import Sign, SignColumn, WarningSigns
from healthrec.rulebook.problems import BrokenRulesError, Problem


def warning_signs(_schemas: Path, file: str, content: Mapping[str, Any]) -> WarningSigns:
    """The table of warning signs. Raises BrokenRulesError when ages do not rise or an id comes twice."""
    if problems := [*_problems(file, content["columns"])]:
        raise BrokenRulesError(*problems)
    return WarningSigns(
        rule_id=content["id"],
        edition=content["edition"],
        effective=date.fromisoformat(content["effective"]),
        early_days=content["early_days"],
        ends_at_month=content["ends_at_month"],
        columns=tuple(_column(column) for column in content["columns"]),
    )


def _problems(file: str, columns: list[Mapping[str, Any]]) -> Iterator[Problem]:
    codes = [column["code"] for column in columns]
    link_ids = [sign["link_id"] for column in columns for sign in column["signs"]]
    for code, count in Counter([*codes, *link_ids]).items():
        if count > 1:
            yield Problem(file, "columns", "duplicate", code)
    for at, (column, following) in enumerate(zip(columns, [*columns[1:], None], strict=True)):
        reaches_to_next = following is None or column["to_months"] <= following["from_months"]
        if not (column["from_months"] < column["to_months"] and reaches_to_next):
            yield Problem(file, f"columns/{at}", "order", "ages must rise and windows must not overlap")
        if strays := [s["link_id"] for s in column["signs"] if not s["link_id"].startswith(f"{column['code']}.")]:
            yield Problem(file, f"columns/{at}", "unknown-code", ", ".join(strays))


def _column(column: Mapping[str, Any]) -> SignColumn:
    signs = tuple(Sign(sign["link_id"], sign["zh"], sign["en"], sign["domain"]) for sign in column["signs"])
    return SignColumn(column["code"], column["zh"], column["en"], column["from_months"], column["to_months"], signs)
