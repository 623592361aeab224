"""From a measuring day's sheet to rows for review: whose values they are, and whether they are believable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from healthrec.domain.growth import Subject
from healthrec.domain.roster import MeasurementReading, MeasurementRow, measured_person
from healthrec.services.context import Caller, Services
from healthrec.services.imports.classes import Classes
from healthrec.services.imports.rows import Row, Verdict, plain_problems
from healthrec.services.imports.sight import Known, look, points, unique_number
from healthrec.services.imports.values import Checking, entered_by, guessed_by
from healthrec.services.imports.whose import Index, find
from healthrec.store.engine import Connection
from healthrec.store.import_matches import PointRow


def measurement_rows(
    services: Services,
    connection: Connection,
    caller: Caller,
    classes: Classes,
    reading: MeasurementReading,
    measured_on: date | None,
) -> tuple[list[Row], Known]:
    """Every row of the file with the child of this nursery that it is about; nothing is written and nothing guessed."""
    numbers = {row.cell: value for row in reading.rows if (value := unique_number(row.identifier))}
    persons = [measured_person(row) for row in reading.rows]
    known = look(services, connection, caller, classes.places, persons, numbers)
    index = Index(known, known.here)
    recorded = points(connection, [known.children[id_].key for id_ in known.here])
    tables = {table.sheet: table for table in reading.tables}
    checking = Checking(services, connection, classes.nursery.key, services.today(), tables)
    rows = []
    for position, told in enumerate(reading.rows):
        read = _dated(told, measured_on)
        row = Row(position, read.sheet, read.row, read.cell, _data(read), plain_problems(read.problems))
        find(row, read, index)
        _measure(row, read, known, recorded, checking)
        if any(problem["code"] == "roster.measured-twice" for problem in row.problems):
            row.take = False
        rows.append(row)
    return rows, known


def _dated(row: MeasurementRow, day: date | None) -> MeasurementRow:
    """A day given for the whole file stands in for a missing one."""
    if day is None or row.measured_on is not None:
        return row
    left = tuple(problem for problem in row.problems if problem.code != "roster.measured-on-missing")
    return row if len(left) == len(row.problems) else replace(row, measured_on=day, problems=left)


def _data(read: MeasurementRow) -> dict[str, Any]:
    return {
        "name": read.name,
        "sex": read.sex or "",
        "born": read.birth_date.isoformat() if read.birth_date else "",
        "class": read.class_name,
        "measurer": read.measurer,
        "remarks": read.remarks,
        "circumstances": [one for one in read.circumstances if one != "refused"],
    }


def _measure(
    row: Row, read: MeasurementRow, known: Known, recorded: Mapping[int, list[PointRow]], checking: Checking
) -> None:
    """Values are judged as of each child on record whose they may be."""
    verdicts = {}
    for offered in row.candidates:
        child, verdict = known.children[offered["id"]], Verdict(row.cell)
        if read.measured_on is not None and child.birth_day:
            born, rules = date.fromordinal(child.birth_day), checking.rules_on(read.measured_on, child)
            entered, guesses = (made(read, born, read.measured_on, rules) for made in (entered_by, guessed_by))
            subject = Subject(child.sex, born, child.gestation_days)
            checking.check(row, verdict, subject, entered, recorded.get(child.key, []), rules)
            checking.guess(row, verdict, guesses)
            verdict.same = verdict.same or not (entered or guesses)
        verdicts[child.id] = verdict
    if verdicts:
        row.settle(verdicts)
