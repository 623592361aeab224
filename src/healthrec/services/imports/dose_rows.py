"""From a list of doses to rows for review: whose dose it is, and what it is beside those on record."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from healthrec.domain.immunization.reconcile import Found, Told
from healthrec.domain.roster import DoseReading, DoseRow, Person, Table
from healthrec.fhir.json import recall
from healthrec.services.context import Caller, Services
from healthrec.services.immunization.reconciling import Recorded, reconciled, recorded_of
from healthrec.services.imports.allowed import Nursery
from healthrec.services.imports.rows import Row, Verdict, plain_problems
from healthrec.services.imports.sight import Known, look, unique_number
from healthrec.services.imports.whose import Index, find
from healthrec.store import doses
from healthrec.store.engine import Connection
from healthrec.store.import_matches import MANAGED

_COLUMN = {"date": "given_on", "lot": "lot", "product": "vaccine", "status": "given_on"}
_MOST_LISTED = 5


def dose_rows(
    services: Services, connection: Connection, caller: Caller, place: Nursery, reading: DoseReading
) -> tuple[list[Row], Known]:
    """Every row of the file with the child in sight that it is about and what its record says; nothing is written."""
    numbers = {row.cell: value for row in reading.rows if (value := unique_number(row.identifier))}
    persons = [_person(row) for row in reading.rows]
    known = look(services, connection, caller, [place.key], persons, numbers, MANAGED)
    index = Index(known, known.children, "import.child-not-yours")
    rows = []
    for position, read in enumerate(reading.rows):
        row = Row(position, read.sheet, read.row, read.cell, _data(read), plain_problems(read.problems))
        find(row, read, index)
        row.take = not any(problem["code"] == "roster.dose-twice" for problem in row.problems)
        rows.append(row)
    _judge(services, connection, caller, known, list(zip(rows, reading.rows, strict=True)), reading.tables)
    return rows, known


def _person(row: DoseRow) -> Person:
    number = row.identifier.value if row.identifier and row.identifier.sound else ""
    return Person(row.cell, row.name, row.birth_date, number)


def _data(read: DoseRow) -> dict[str, Any]:
    return {
        "name": read.name,
        "sex": read.sex or "",
        "born": read.birth_date.isoformat() if read.birth_date else "",
        "person": [read.name, read.birth_date.isoformat() if read.birth_date else "", read.sex or ""],
        "class": "",
        "remarks": "",
        "vaccine": read.vaccine,
        "product": read.product,
        "day": read.given_on.isoformat() if read.given_on else "",
        "number": read.number,
        "lot": read.lot,
        "expiry": read.expiry.isoformat() if read.expiry else "",
        "maker": read.maker,
        "place": read.place,
    }


def _judge(
    services: Services,
    connection: Connection,
    caller: Caller,
    known: Known,
    rows: Sequence[tuple[Row, DoseRow]],
    tables: Sequence[Table],
) -> None:
    """A row's verdict for each child that it may be about; the rows of one child are held against its record together."""
    by_child: dict[str, list[tuple[Row, DoseRow]]] = defaultdict(list)
    for row, read in rows:
        for offered in row.candidates:
            by_child[offered["id"]].append((row, read))
    keys = {known.children[id_].key for id_ in by_child}
    viewer = None if caller.unbounded else caller.viewer
    bodies = doses.of_children(connection, viewer, keys)
    verdicts: dict[int, dict[str, Verdict]] = defaultdict(dict)
    for id_, found in by_child.items():
        recorded = recorded_of(recall(body) for body in bodies.get(known.children[id_].key, ()))
        for position, verdict in _verdicts(services, recorded, found, {one.sheet: one for one in tables}):
            verdicts[position][id_] = verdict
    for row, _ in rows:
        if row.position in verdicts:
            row.settle(verdicts[row.position])


def _verdicts(
    services: Services, recorded: Recorded, rows: Sequence[tuple[Row, DoseRow]], tables: Mapping[str, Table]
) -> Iterable[tuple[int, Verdict]]:
    incoming = [_told(row, read) for row, read in rows if read.given_on and row.take]
    found = reconciled(services, recorded, [one for one in incoming if one])
    first = True
    for row, read in rows:
        verdict = Verdict(row.cell)
        if one := found.found.get(str(row.position)):
            _say(verdict, one, recorded, tables[read.sheet], read)
        if first and found.only_here:
            listed = [[one.vaccine or one.product, one.day.isoformat()] for one in found.only_here[:_MOST_LISTED]]
            verdict.report("import.dose-only-here", "note", count=len(found.only_here), doses=listed)
        first = False
        yield row.position, verdict


def _told(row: Row, read: DoseRow) -> Told | None:
    if read.given_on is None:
        return None
    return Told(str(row.position), read.vaccine, read.product, read.given_on, read.number, read.lot)


def _say(verdict: Verdict, found: Found, recorded: Recorded, table: Table, read: DoseRow) -> None:
    if found.standing == "new":
        return
    other = recorded.told[found.other]
    source = recorded.source[found.other]
    if found.standing == "same":
        verdict.same = True
        verdict.report(
            "import.dose-waits" if found.other in recorded.waiting else "import.dose-on-record", "note", source=source
        )
        return
    said = {
        "date": {"day": other.day.isoformat()},
        "lot": {"found": other.lot},
        "product": {"vaccine": other.vaccine or other.product},
        "status": {"day": other.day.isoformat()},
    }
    verdict.differs = found.other
    for name in found.fields:
        cell = read.places.get(_COLUMN[name]) or table.place(read.row - 1, _COLUMN[name])
        verdict.report(f"import.dose-differs-{name}", "warning", cell, source=source, **said[name])
