"""Whose row it is, of the children whom the importer may see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from typing import Protocol

from healthrec.domain.identifiers import Identifier
from healthrec.domain.names import normalise_name
from healthrec.services.imports.rows import Row
from healthrec.services.imports.sight import Known
from healthrec.store.import_matches import KnownRow


class ReadRow(Protocol):
    """What a row says of its child."""

    @property
    def name(self) -> str: ...
    @property
    def sex(self) -> str | None: ...
    @property
    def birth_date(self) -> date | None: ...
    @property
    def identifier(self) -> Identifier | None: ...


class Index:
    """Children by number and by name: those of these ids. `absent` is what is said of a row that is about none of them."""

    def __init__(self, known: Known, ids: Collection[str], absent: str = "import.child-not-here") -> None:
        self.absent = absent
        self.by_number: dict[str, KnownRow] = {}
        self.by_name: dict[str, list[KnownRow]] = defaultdict(list)
        for person in known.persons:
            if person.key not in ids:
                continue
            child = known.children[person.key]
            self.by_name[normalise_name(person.name)].append(child)
            if person.number:
                self.by_number[person.number] = child


def find(row: Row, read: ReadRow, index: Index) -> None:
    """Offer the children that a row may be about: by number, else by name and birth date. What does not agree is shown to a
    person, and nobody is taken by a guess."""
    number = read.identifier.value if read.identifier and read.identifier.sound else ""
    if number in index.by_number:
        _offer(row, read, [index.by_number[number]])
        return
    namesakes = index.by_name.get(read.name, []) if read.name else []
    exact = [child for child in namesakes if _born(child, read.birth_date)]
    if exact or namesakes:
        _offer(row, read, exact or namesakes)
    elif read.name:
        row.report(index.absent, "error")


def _offer(row: Row, read: ReadRow, children: Sequence[KnownRow]) -> None:
    """One child on whom name, birth date and sex agree is taken; others are offered with what differs."""
    row.candidates = [{"id": child.id, "kind": "same-name"} for child in children]
    problems = {problem for child in children for problem in _differences(child, read)}
    for code, found in sorted(problems):
        row.report(code, "warning", **({"found": found} if found else {}))
    if len(children) > 1:
        row.report("import.several-children", "warning")
    row.asks = bool(problems) or len(children) > 1
    row.choice = "" if row.asks else children[0].id


def _differences(child: KnownRow, read: ReadRow) -> list[tuple[str, str]]:
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
