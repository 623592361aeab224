"""The entrance check of vaccination, from `schemas/immunization/`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from healthrec.domain.entrance import EntranceRule


def entrance_rule(_schemas: Path, _file: str, content: Mapping[str, Any]) -> EntranceRule:
    """One edition. Raises ValueError for a day that no year has."""
    return EntranceRule(
        content["id"],
        content["edition"],
        date.fromisoformat(content["effective"]),
        content["check_within_days"],
        _month_and_day(content["recheck_by"]),
        _month_and_day(content["term_begins"]),
        content["status"],
    )


def _month_and_day(text: str) -> tuple[int, int]:
    day = date.fromisoformat(f"2025-{text}")  # no leap year: the day must be one of every year
    return day.month, day.day
