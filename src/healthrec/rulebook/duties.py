"""Duties of every quarter, from `schemas/duties/`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from healthrec.domain.duties import DutyRule


def duty_rule(_schemas: Path, _file: str, content: Mapping[str, Any]) -> DutyRule:
    """One duty."""
    return DutyRule(
        content["id"],
        content["edition"],
        date.fromisoformat(content["effective"]),
        content["code"],
        content["due_days_before_end"],
        content["days_after_assignment"],
    )
