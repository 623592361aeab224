"""Whom the importer may know: the children within his sight who resemble rows of the file, and who exists beyond it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from healthrec.domain.identifiers import Identifier, IdKind
from healthrec.domain.names import likeness
from healthrec.domain.roster import Person
from healthrec.fhir.types import BASE
from healthrec.services.context import Caller, Services
from healthrec.store import children, import_matches
from healthrec.store.children import ENROLLED
from healthrec.store.engine import Connection
from healthrec.store.import_matches import EnrolmentRow, KnownRow, PointRow

SYSTEMS: Mapping[IdKind, str] = {
    "resident-id": BASE + "sid/cn-resident-id",
    "birth-certificate": BASE + "sid/birth-certificate",
    "passport": BASE + "sid/passport",
    "travel-permit": BASE + "sid/travel-permit",
}


@dataclass(frozen=True, slots=True)
class Known:
    """The children in sight by id, as matching compares them; and children beyond it by the number that a row gave.

    `here` are the ids of those enrolled in the nursery today.
    """

    children: Mapping[str, KnownRow] = field(default_factory=dict)
    persons: tuple[Person, ...] = ()
    here: frozenset[str] = frozenset()
    beyond: Mapping[str, KnownRow] = field(default_factory=dict)
    enrolments: Mapping[int, EnrolmentRow] = field(default_factory=dict)


def look(
    services: Services,
    connection: Connection,
    caller: Caller,
    places: Sequence[int],
    persons: Sequence[Person],
    keys: Mapping[str, str],
    stay: str = ENROLLED,
) -> Known:
    """Whom these rows may be about, by a handful of queries for the whole file.

    `places` are the nursery and its classes, or with `stay` MANAGED the centre; `keys` gives the unique key of each row's number by the row's own key. A
    bounded caller sees what his grants open; the operator sees the nursery's children and exact numbers.
    """
    today = services.today().toordinal()
    here = import_matches.staying(connection, places, today, stay)
    holders = import_matches.holding(connection, keys.values())
    phones = import_matches.sharing_phone(connection, {phone for one in persons for phone in one.phones})
    if caller.unbounded:
        in_sight = _once(here, import_matches.by_keys(connection, holders.values()))
    else:
        wanted = {row.key for row in here} | set(holders.values()) | {child for child, _ in phones}
        small = children.panel_size(connection, caller.viewer) <= children.SMALL_PANEL
        born = {one.birth_date.toordinal() for one in persons if one.birth_date}
        in_sight = _once(
            import_matches.seen(connection, caller.viewer, wanted),
            import_matches.born_on(connection, caller.viewer, born, small),
        )
    seen = set(in_sight)
    outside = {key for key in holders.values() if key not in seen}
    strangers = {row.key: row for row in import_matches.by_keys(connection, outside)}
    return Known(
        children={row.id: row for row in in_sight.values()},
        persons=_persons(connection, in_sight, phones),
        here=frozenset(row.id for row in here if row.key in seen),
        beyond={number: strangers[key] for number, key in holders.items() if key in strangers},
        enrolments={row.child: row for row in import_matches.enrolments_of(connection, seen, today)},
    )


def unique_number(number: Identifier | None) -> str:
    """The value under which a sound number is unique in the record, "" for none."""
    if number is None or not number.sound or number.kind not in SYSTEMS:
        return ""
    return f"Patient|{SYSTEMS[number.kind]}|{number.value}"


def is_the_same(known: KnownRow, name: str, born: date | None) -> bool:
    """Whether name and birth date agree too: only then may a file be told that a record exists."""
    return born is not None and known.birth_day == born.toordinal() and likeness(name, known.name) == "same"


def points(connection: Connection, keys: Iterable[int]) -> dict[int, list[PointRow]]:
    """Measured values of these children by child."""
    found: dict[int, list[PointRow]] = defaultdict(list)
    for row in import_matches.points_of(connection, keys):
        found[row.child].append(row)
    return found


def _once(*lists: Iterable[KnownRow]) -> dict[int, KnownRow]:
    return {row.key: row for rows in lists for row in rows}


def _persons(
    connection: Connection, rows: Mapping[int, KnownRow], phones: Sequence[tuple[int, str]]
) -> tuple[Person, ...]:
    persons = {
        key: Person(row.id, row.name, date.fromordinal(row.birth_day) if row.birth_day else None)
        for key, row in rows.items()
    }
    for key, value in import_matches.numbers_of(connection, rows):
        persons[key] = replace(persons[key], number=value.rpartition("|")[2])
    for key, phone in phones:
        if key in persons:
            persons[key] = replace(persons[key], phones=persons[key].phones | {phone})
    return tuple(persons.values())
