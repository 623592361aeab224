"""What is to be said about a file as a whole rather than about a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from healthrec.domain.identifiers import Identifier
from healthrec.domain.quantity import Measured, Reading
from healthrec.domain.roster.cells import Problem
from healthrec.domain.roster.table import Table


class ChildRow(Protocol):
    """What the rows of every kind of sheet have in common here."""

    @property
    def sheet(self) -> str: ...
    @property
    def identifier(self) -> Identifier | None: ...


class ReadRow(ChildRow, Protocol):
    """What a roster row and a measurement row have in common beyond that."""

    @property
    def weight(self) -> Reading: ...
    @property
    def stature(self) -> Reading: ...
    @property
    def head(self) -> Reading: ...


def file_problems(tables: Sequence[Table], rows: Sequence[ReadRow]) -> tuple[Problem, ...]:
    """Problems of sheets and headings, and which units were assumed."""
    return table_problems(tables, rows) + tuple(note for table in tables for note in _units_assumed(table, rows))


def table_problems(tables: Sequence[Table], rows: Sequence[ChildRow]) -> tuple[Problem, ...]:
    """Problems of sheets and headings; a sheet without a table is an error only when no sheet has one."""
    if not tables:
        return (Problem("", "roster.file-blank", "error"),)
    readable = any(table.readable for table in tables)
    told = tuple(_softened(problem) if readable else problem for table in tables for problem in table.problems)
    if readable and not rows:
        told += (Problem("", "roster.no-rows", "error"),)
    return told + _training_numbers(rows)


def _softened(problem: Problem) -> Problem:
    if problem.code != "roster.no-heading":
        return problem
    return replace(problem, code="roster.sheet-left-out", severity="warning")


def _training_numbers(rows: Sequence[ChildRow]) -> tuple[Problem, ...]:
    count = sum(row.identifier is not None and "area-training" in row.identifier.notes for row in rows)
    return (Problem("", "roster.id-area-training", "note", {"count": count}),) if count else ()


def _units_assumed(table: Table, rows: Sequence[ReadRow]) -> tuple[Problem, ...]:
    """A column whose heading and cells name no unit was read as kg or cm: said once, not in every row."""
    readings = {"weight": ("kg", [r.weight for r in rows if r.sheet == table.sheet])}
    readings["stature"] = ("cm", [r.stature for r in rows if r.sheet == table.sheet])
    readings["head"] = ("cm", [r.head for r in rows if r.sheet == table.sheet])
    counts = {
        field: (unit, sum(isinstance(reading, Measured) and reading.unit_assumed for reading in found))
        for field, (unit, found) in readings.items()
    }
    return tuple(
        Problem(
            table.place(table.heading_row, field),
            "roster.unit-assumed",
            "note",
            {"column": table.heading(field), "unit": unit, "count": count},
        )
        for field, (unit, count) in counts.items()
        if count
    )
