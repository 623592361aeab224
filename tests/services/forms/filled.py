"""Forms filled in for tests, and whom they are about in the small town."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from healthrec.domain.duties import Quarter
from healthrec.services.context import Caller, Services
from healthrec.services.duties.board import board
from healthrec.services.screening.children import child_for
from healthrec.services.screening.summary import column_today
from healthrec.store import children, resources

NOW = Quarter(2026, 4)


def visit(day: date, **changes: list[str]) -> dict[str, list[str]]:
    """The guide's form, every question answered."""
    return {
        "visit.date": [day.isoformat()],
        "visit.topics": ["feeding", "growth"],
        "visit.looked-at": ["meals"],
        "children.concern-count": ["２"],
        "results.earlier-advice": ["done"],
        "results.findings": ["未发现问题"],
        "results.advice": ["继续保持"],
        "signatures.guide": ["confirmed"],
        "signatures.nursery-role": ["head"],
    } | changes


def open_cell(services: Services, caller: Caller) -> tuple[str, Quarter]:
    """A nursery and quarter of the caller that wait for a visit."""
    rows = board(services, caller).rows
    return next((row.id, cell.quarter) for row in rows for cell in row.cells if cell.may_fill)


def child_with_table(services: Services, caller: Caller) -> tuple[str, list[str]]:
    """A child of the caller at an age that has a table, and the linkIds of its signs."""
    with services.database.read() as connection:
        for row in children.all_of(connection, caller.viewer, ("", 0), True, 30):
            child = child_for(connection, caller, row.id)
            column = column_today(services, child.birth, child.gestation_days, services.today())
            if column is not None:
                return child.id, [sign.link_id for sign in column.signs]
    raise AssertionError("the town has a child of three months or more")


def stored(services: Services, type_: str, id_: str) -> dict[str, Any]:
    """What the record says now."""
    with services.database.read() as connection:
        row = resources.find(connection, type_, id_)
    assert row is not None and row.body is not None, f"{type_}/{id_}"
    content: dict[str, Any] = json.loads(row.body)
    return content


def exists(services: Services, type_: str, id_: str) -> bool:
    """Whether the record has it at all."""
    with services.database.read() as connection:
        return resources.find(connection, type_, id_) is not None
