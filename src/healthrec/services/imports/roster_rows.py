"""From the rows of a roster to rows for review: who may be known already, which class, what will be written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from healthrec.domain.roster import Match, RosterReading, RosterRow, find_matches, person
from healthrec.services.context import Caller, Services
from healthrec.services.imports.classes import Classes
from healthrec.services.imports.roster_verdicts import Beside, verdict_of
from healthrec.services.imports.rows import ANOTHER, Row, plain_problems
from healthrec.services.imports.sight import Known, is_the_same, look, unique_number
from healthrec.services.imports.values import Checking
from healthrec.store.engine import Connection

# What a person must decide; the others are told and taken for two children.
_ASKED = frozenset({"same-number", "same-name-and-birth-date", "likely-twins", "look-alike", "birth-date-differs"})
_LEFT_OUT = frozenset({"roster.repeat-same-name-and-birth-date"})
_MOST_TOLD = 50
"""Children beyond the importer's sight of whom one file is told that a record exists; the rest are refused without it."""


def roster_rows(
    services: Services,
    connection: Connection,
    caller: Caller,
    classes: Classes,
    reading: RosterReading,
    measured_on: date | None,
) -> tuple[list[Row], Known]:
    """Every row of the file, judged; nothing is written. Also who was found, for the audit."""
    numbers = {row.cell: value for row in reading.rows if (value := unique_number(row.identifier))}
    persons = [person(row) for row in reading.rows]
    known = look(services, connection, caller, classes.places, persons, numbers)
    matches: dict[str, list[Match]] = defaultdict(list)
    for match in find_matches(persons, known.persons):
        matches[match.key].append(match)
    likely = {known.children[m.other].key for found in matches.values() for m in found}
    tables = {table.sheet: table for table in reading.tables}
    checking = Checking(services, connection, classes.nursery.key, services.today(), tables)
    beside = Beside(connection, known, classes, likely, measured_on)
    told = 0
    rows = []
    for position, read in enumerate(reading.rows):
        row = Row(position, read.sheet, read.row, read.cell, _data(read), plain_problems(read.problems))
        told += _check_beyond(row, read, known, numbers.get(read.cell, ""), told)
        _match(row, read, matches[read.cell], known)
        if read.enrolled_on and read.enrolled_on > services.today():
            row.report("import.enrolled-in-future", "error", day=read.enrolled_on.isoformat())
        choices = [one["id"] for one in row.candidates] + [ANOTHER]
        row.settle({choice: verdict_of(row, read, choice, beside, checking) for choice in choices})
        if any(problem["code"] in _LEFT_OUT for problem in row.problems):
            row.take = False
        rows.append(row)
    return rows, known


def _data(read: RosterRow) -> dict[str, Any]:
    return {
        "name": read.name,
        "sex": read.sex or "unknown",
        "born": read.birth_date.isoformat() if read.birth_date else "",
        "number": [read.identifier.kind, read.identifier.value] if read.identifier else None,
        "absent": read.id_absent or "",
        "class": read.class_name,
        "ethnicity": read.ethnicity,
        "order": read.birth_order,
        "guardians": [[one.name, one.relation, one.relation_typed, list(one.phones)] for one in read.guardians],
        "address": read.address,
        "enrolled_on": read.enrolled_on.isoformat() if read.enrolled_on else "",
        "allergies": list(read.allergies.substances),
        "remarks": read.remarks,
    }


def _check_beyond(row: Row, read: RosterRow, known: Known, number: str, told: int) -> int:
    """1 when the importer is told that a record exists outside his sight: number, name and birth date all agree."""
    stranger = known.beyond.get(number)
    if stranger is None:
        return 0
    if told < _MOST_TOLD and is_the_same(stranger, read.name, read.birth_date):
        row.report("import.known-elsewhere", "error")
        return 1
    row.report("import.number-not-accepted", "error")
    return 0


def _match(row: Row, read: RosterRow, matches: Sequence[Match], known: Known) -> None:
    for match in matches:
        asked = match.kind in _ASKED
        row.report(f"roster.match-{match.kind}", "warning" if asked else "note")
        row.asks = row.asks or asked
        row.candidates.append({"id": match.other, "kind": match.kind})
    certain = [m.other for m in matches if m.kind == "same-number"]
    if certain and is_the_same(known.children[certain[0]], read.name, read.birth_date):
        # Number, name and birth date: the person still sees it, and may choose otherwise.
        row.choice = certain[0]
    elif not row.asks:
        row.choice = ANOTHER
