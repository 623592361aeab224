"""What a row of a roster means for each child whom it may be about: his stay, his values, his family, his allergies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from healthrec.domain.growth import Subject
from healthrec.domain.names import normalise_name
from healthrec.domain.roster import Guardian, RosterRow
from healthrec.domain.roster.cells import plain
from healthrec.fhir.facts import name_in_use, phones_of
from healthrec.fhir.json import recall
from healthrec.fhir.types import entered_in_error
from healthrec.services.imports.classes import Classes
from healthrec.services.imports.rows import ANOTHER, Row, Verdict
from healthrec.services.imports.sight import Known, points
from healthrec.services.imports.values import Checking, entered_by
from healthrec.store import import_matches
from healthrec.store.engine import Connection
from healthrec.store.import_matches import KnownRow

_NUMBERS = ("resident_id", "identifier", "birth_certificate", "passport", "travel_permit")


class Beside:
    """What is on record of the children whom the rows of one file may be about, and where the nursery's classes are."""

    def __init__(
        self, connection: Connection, known: Known, classes: Classes, likely: Iterable[int], measured_on: date | None
    ) -> None:
        keys = set(likely)
        self.known = known
        self.classes = classes
        self.measured_on = measured_on
        self.points = points(connection, keys)
        self.guardians: dict[int, list[tuple[str, frozenset[str]]]] = defaultdict(list)
        self.allergies: dict[int, set[str]] = defaultdict(set)
        for found in import_matches.safety_and_family_of(connection, keys):
            document = recall(found.body)
            if entered_in_error(document):
                continue
            if found.is_relative:
                about = normalise_name(name_in_use(document)), frozenset(phones_of(document))
                self.guardians[found.child].append(about)
            else:
                code = document.get("code", {})
                named = [code.get("text", ""), *(one.get("display", "") for one in code.get("coding", ()))]
                self.allergies[found.child] |= {plain(one) for one in named if one}


def verdict_of(row: Row, read: RosterRow, choice: str, beside: Beside, checking: Checking) -> Verdict:
    """What saving the row for this choice would do, and what stands in its way."""
    verdict, child = Verdict(row.cell), beside.known.children.get(choice)
    here = _stay(verdict, read, child, beside) if child else False
    if choice == ANOTHER and any(one["kind"] == "same-number" for one in row.candidates):
        verdict.report("import.number-on-record", "error", checking.cell(row, *_NUMBERS))
    recorded = _measure(row, verdict, read, child, beside, checking)
    if child:
        _family(row, verdict, read, child, beside, checking)
        _allergies(row, verdict, read, child, beside, checking)
    verdict.same = here and recorded and not verdict.allergies
    return verdict


def _stay(verdict: Verdict, read: RosterRow, child: KnownRow, beside: Beside) -> bool:
    """Whether he is in the class already."""
    enrolled = beside.known.enrolments.get(child.key)
    place = beside.classes.key_of(read.class_name)
    if enrolled is None:
        verdict.report("import.enrols-known", "note")
    elif place is not None and enrolled.organization == place:
        verdict.report("import.already-enrolled", "note")
        return True
    else:
        verdict.report("import.moves-class", "warning")
    return False


def _measure(
    row: Row, verdict: Verdict, read: RosterRow, child: KnownRow | None, beside: Beside, checking: Checking
) -> bool:
    """Whether there is no value that the record does not have. Values enter it only with the day of measuring."""
    day = read.measured_on or beside.measured_on
    if day is None or read.birth_date is None:
        return True
    rules = checking.rules_on(day, child)
    entered = entered_by(read, read.birth_date, day, rules)
    subject = Subject(read.sex or "unknown", read.birth_date, child.gestation_days if child else None)
    checking.check(row, verdict, subject, entered, beside.points.get(child.key, []) if child else [], rules)
    if verdict.same:
        verdict.written = []
    return verdict.same or not entered


def _family(row: Row, verdict: Verdict, read: RosterRow, child: KnownRow, beside: Beside, checking: Checking) -> None:
    """Guardians on record stay as they are; each that differs is told at its cell."""
    for guardian in read.guardians:
        if code := _difference(guardian, beside.guardians[child.key]):
            fields = (guardian.phone_field, guardian.field) if code == "phone" else (guardian.field,)
            verdict.report(f"import.guardian-{code}-differs", "note", checking.cell(row, *fields))


def _difference(guardian: Guardian, known: list[tuple[str, frozenset[str]]]) -> str:
    """name: nobody on record is called so, or has this number where no name is given. phone: another number."""
    phones = frozenset(guardian.phones)
    alike = [numbers for name, numbers in known if name == guardian.name or (not guardian.name and numbers & phones)]
    if not alike:
        return "name"
    return "" if phones <= frozenset().union(*alike) else "phone"


def _allergies(
    row: Row, verdict: Verdict, read: RosterRow, child: KnownRow, beside: Beside, checking: Checking
) -> None:
    """What the record does not say is added, to be confirmed: it is about safety."""
    known = beside.allergies[child.key]
    verdict.allergies = [one for one in read.allergies.substances if plain(one) not in known]
    if verdict.allergies:
        found = "、".join(verdict.allergies)
        verdict.report("import.allergy-added", "warning", checking.cell(row, "allergies"), found=found)
