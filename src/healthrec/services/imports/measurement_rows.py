"""From a measuring day's sheet to rows for review: whose values they are, and whether they are believable."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from healthrec.domain.growth import Subject
from healthrec.domain.names import normalise_name
from healthrec.domain.roster import MeasurementReading, MeasurementRow, measured_person
from healthrec.services.context import Caller, Services
from healthrec.services.imports.classes import Classes
from healthrec.services.imports.rows import Row, Verdict, plain_problems
from healthrec.services.imports.sight import Known, look, points, unique_number
from healthrec.services.imports.values import Checking, entered_by, guessed_by
from healthrec.store.engine import Connection
from healthrec.store.import_matches import KnownRow, PointRow


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
    index = _Index(known)
    recorded = points(connection, [known.children[id_].key for id_ in known.here])
    tables = {table.sheet: table for table in reading.tables}
    checking = Checking(services, connection, classes.nursery.key, services.today(), tables)
    rows = []
    for position, told in enumerate(reading.rows):
        read = _dated(told, measured_on)
        row = Row(position, read.sheet, read.row, read.cell, _data(read), plain_problems(read.problems))
        _find(row, read, index)
        _measure(row, read, known, recorded, checking)
        if any(problem["code"] == "roster.measured-twice" for problem in row.problems):
            row.take = False
        rows.append(row)
    return rows, known


class _Index:
    """The nursery's children by number and by name."""

    def __init__(self, known: Known) -> None:
        self.by_number: dict[str, KnownRow] = {}
        self.by_name: dict[str, list[KnownRow]] = defaultdict(list)
        for person in known.persons:
            if person.key not in known.here:
                continue
            child = known.children[person.key]
            self.by_name[normalise_name(person.name)].append(child)
            if person.number:
                self.by_number[person.number] = child


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


def _find(row: Row, read: MeasurementRow, index: _Index) -> None:
    """By number; else by name and birth date. Anything that does not agree is shown to a person."""
    number = read.identifier.value if read.identifier and read.identifier.sound else ""
    if number in index.by_number:
        _offer(row, read, [index.by_number[number]])
        return
    namesakes = index.by_name.get(read.name, []) if read.name else []
    exact = [child for child in namesakes if _born(child, read.birth_date)]
    if exact or namesakes:
        _offer(row, read, exact or namesakes)
    elif read.name:
        row.report("import.child-not-here", "error")


def _offer(row: Row, read: MeasurementRow, children: Sequence[KnownRow]) -> None:
    """One child on whom name, birth date and sex agree is taken; others are offered with what differs."""
    row.candidates = [{"id": child.id, "kind": "same-name"} for child in children]
    problems = {problem for child in children for problem in _differences(child, read)}
    for code, found in sorted(problems):
        row.report(code, "warning", **({"found": found} if found else {}))
    if len(children) > 1:
        row.report("import.several-children", "warning")
    row.asks = bool(problems) or len(children) > 1
    row.choice = "" if row.asks else children[0].id


def _differences(child: KnownRow, read: MeasurementRow) -> list[tuple[str, str]]:
    found = []
    if normalise_name(child.name) != read.name:
        found.append(("import.name-on-record", ""))
    if read.birth_date is None:
        found.append(("import.name-only", ""))
    elif not _born(child, read.birth_date):
        found.append(("import.birth-date-on-record", date.fromordinal(child.birth_day).isoformat()))
    if read.sex in ("male", "female") and child.sex in ("male", "female") and read.sex != child.sex:
        found.append((f"import.sex-on-record-{child.sex}", ""))
    return found


def _born(child: KnownRow, day: date | None) -> bool:
    return day is not None and child.birth_day == day.toordinal()


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
