"""Staff: people of the house and their dated roles. A role that ends takes its access with it on the day after its last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from uuid import uuid4

from healthrec import errors
from healthrec.domain.access import ROLES
from healthrec.errors import Issue
from healthrec.fhir.json import recall
from healthrec.fhir.names import normal
from healthrec.services.accounts.administer import revoke_person
from healthrec.services.accounts.powers import demand
from healthrec.services.admin.documents import (
    Document,
    code_of,
    days_of,
    ended,
    name_of,
    person_document,
    phone_of,
    role_document,
)
from healthrec.services.admin.entering import PAGE, enter
from healthrec.services.context import Caller, Services
from healthrec.services.record.write import Change, apply
from healthrec.store import accounts, admin, projections, resources
from healthrec.store.access import FOREVER
from healthrec.store.admin import PlaceRow, RoleRow
from healthrec.store.engine import Connection
from healthrec.store.resources import Current

STAFF_ROLES = tuple(role for role in ROLES if role not in ("parent", "delegate", "system"))

AT: Mapping[str, tuple[str, ...]] = {
    "guide": ("nursery", "health-centre"),
    "nurse": ("nursery",),
    "carer": ("class", "nursery"),
    "head": ("nursery",),
    "vaccinator": ("health-centre", "hospital"),
    "doctor": ("health-centre", "hospital", "nursery"),
    "specialist": ("hospital",),
    "district": ("district-office",),
}
"""Role → at what kinds of organisation it can be held; one that is not named can be held anywhere but in a class."""

_LONGEST = 100


@dataclass(frozen=True, slots=True)
class Person:
    """A member of staff in a list. `accounts` are (key, user name, locked)."""

    key: int
    id: str
    name: str
    roles: tuple[RoleRow, ...]
    accounts: tuple[tuple[int, str, int], ...]

    def active_on(self, day: int) -> bool:
        """Whether any role is held on the day."""
        return any(role.date_from <= day < role.date_to for role in self.roles)


@dataclass(frozen=True, slots=True)
class People:
    """A page of staff; `after` is the id behind which the next begins, "" on the last."""

    rows: tuple[Person, ...]
    after: str
    at: PlaceRow | None = None


@dataclass(frozen=True, slots=True)
class PersonPage:
    """One member of staff; `role_ids` give the FHIR id of each role by its key."""

    person: Person
    phone: str
    version: int
    role_ids: Mapping[int, str]
    places: tuple[PlaceRow, ...]


@dataclass(frozen=True, slots=True)
class RolePage:
    """One dated role; days are the first and the last, None where open."""

    id: str
    version: int
    role: str
    person: str
    person_name: str
    place: PlaceRow
    start: date | None
    end: date | None


@dataclass(frozen=True, slots=True)
class RoleWanted:
    """A role to be added; `end` is its last day, None for an open one."""

    role: str
    organization: str
    start: date | None
    end: date | None = None


def list_staff(services: Services, caller: Caller, *, word: str = "", at: str = "", after: str = "") -> People:
    """Staff by name: all, those whose name, pinyin or initials begin so, or those of one organisation and its classes."""
    enter(services, caller, "settings", "/staff")
    with services.database.read() as connection:
        place = admin.place(connection, at) if at else None
        last = resources.find(connection, "Practitioner", after) if after else None
        begin = admin.staff_place(connection, last.key, normal(word)) if last else ("", 0)
        if word:
            found = admin.staff_named(connection, normal(word), begin, PAGE + 1)
        elif place:
            found = admin.staff_at(connection, projections.descendants(connection, place.key), begin, PAGE + 1)
        else:
            found = admin.staff(connection, begin, PAGE + 1)
        people = _people(connection, list(dict.fromkeys(key for _, key in found[:PAGE])))
    return People(tuple(people), people[-1].id if len(found) > PAGE else "", place)


def person_page(services: Services, caller: Caller, id_: str, at: str = "") -> PersonPage:
    """One member of staff, and where he can be given a role: `at` brings in one institution with its classes."""
    enter(services, caller, "settings", f"/staff/{id_}")
    with services.database.read() as connection:
        current = _practitioner(connection, id_)
        document = recall(current.body or "{}")
        person = _people(connection, [current.key])[0]
        person = replace(person, roles=(*person.roles, *_inactive(connection, person)))
        sources = [role.source for role in person.roles]
        own = [role.place_id for role in person.roles]
        return PersonPage(
            person,
            phone_of(document),
            current.version,
            accounts.ids_of(connection, sources),
            tuple(_places(connection, [*own, at])),
        )


def places_for_staff(services: Services, caller: Caller, at: str = "") -> list[PlaceRow]:
    """Where a new member of staff can be given a role."""
    demand(services, caller, "settings")
    with services.database.read() as connection:
        return _places(connection, [at])


def add_person(
    services: Services, caller: Caller, name: str, phone: str, wanted: RoleWanted, *, command_id: str = ""
) -> str:
    """Add a member of staff with a first role; gives the Practitioner's id. Raises Refused with names of form fields."""
    demand(services, caller, "settings")
    issues = _name_faults(name, phone)
    with services.database.read() as connection:
        issues += _role_faults(connection, wanted, 0)
    if issues:
        raise errors.Refused(*issues)
    id_, document = str(uuid4()), person_document(name.strip(), phone.strip(), {})
    role = role_document(id_, wanted.role, wanted.organization, wanted.start or services.today(), wanted.end)
    changes = [Change("PUT", "Practitioner", document, id_), Change("POST", "PractitionerRole", role)]
    return apply(services, caller, changes, command_id=command_id)[0].id


def change_person(
    services: Services, caller: Caller, id_: str, name: str, phone: str, version: int, *, command_id: str = ""
) -> None:
    """Another name or telephone. Raises Refused, NotFound, Stale."""
    demand(services, caller, "settings")
    if issues := _name_faults(name, phone):
        raise errors.Refused(*issues)
    with services.database.read() as connection:
        before = recall(_practitioner(connection, id_).body or "{}")
    document = person_document(name.strip(), phone.strip(), before)
    if document != before:
        change = Change("PUT", "Practitioner", document, id_, if_match=version)
        apply(services, caller, [change], command_id=command_id)


def add_role(services: Services, caller: Caller, id_: str, wanted: RoleWanted, *, command_id: str = "") -> str:
    """Give a member of staff a dated role; gives the PractitionerRole's id. Raises Refused, also for an overlap."""
    demand(services, caller, "settings")
    with services.database.read() as connection:
        issues = _role_faults(connection, wanted, _practitioner(connection, id_).key)
    if issues:
        raise errors.Refused(*issues)
    document = role_document(id_, wanted.role, wanted.organization, wanted.start or services.today(), wanted.end)
    return apply(services, caller, [Change("POST", "PractitionerRole", document)], command_id=command_id)[0].id


def role_page(services: Services, caller: Caller, id_: str) -> RolePage:
    """One role, to be ended or opened again. Raises NotFound."""
    enter(services, caller, "settings", f"/roles/{id_}")
    with services.database.read() as connection:
        row, document = _role(connection, id_)
        person = str(document.get("practitioner", {}).get("reference", "")).partition("/")[2]
        place = admin.place(connection, str(document.get("organization", {}).get("reference", "")).partition("/")[2])
        current = resources.find(connection, "Practitioner", person)
    if place is None or current is None:
        raise errors.NotFound(f"PractitionerRole/{id_}")
    name = name_of(recall(current.body or "{}"))
    start, end = days_of(document)
    return RolePage(id_, row.version, code_of(document), person, name, place, start, end)


def end_role(
    services: Services, caller: Caller, id_: str, last: date | None, version: int, *, command_id: str = ""
) -> None:
    """Set the last day of a role, or open it again with None. What ended before today ends the person's sessions too.

    Raises Refused, NotFound, Stale.
    """
    demand(services, caller, "settings")
    with services.database.read() as connection:
        row, before = _role(connection, id_)
        issue = _end_fault(connection, row, before, last)
    if issue:
        raise errors.Refused(issue)
    document = ended(before, last)
    if document == before:
        return
    change = Change("PUT", "PractitionerRole", document, id_, if_match=version)
    apply(services, caller, [change], command_id=command_id)
    if last is not None and last < services.today():
        _sign_out(services, before)


def _sign_out(services: Services, role: Document) -> None:
    id_ = str(role["practitioner"]["reference"]).partition("/")[2]
    with services.database.write() as connection:
        person = resources.find(connection, "Practitioner", id_)
        if person is not None:
            revoke_person(connection, services, person.key)


def _people(connection: Connection, keys: list[int]) -> list[Person]:
    roles: dict[int, list[RoleRow]] = {}
    for row in admin.roles_of(connection, keys):
        roles.setdefault(row.person, []).append(row)
    names, ids, known = (
        admin.names_of(connection, keys),
        accounts.ids_of(connection, keys),
        admin.accounts_of(connection, keys),
    )
    return [
        Person(key, ids[key], names.get(key, ""), tuple(roles.get(key, ())), tuple(known.get(key, ()))) for key in keys
    ]


def _inactive(connection: Connection, person: Person) -> list[RoleRow]:
    """Roles that were marked inactive: they open nothing and stand in no projection, but can be opened again."""
    known = {role.source for role in person.roles}
    found = []
    for key in admin.role_keys(connection, person.key):
        row = resources.find_by_key(connection, key) if key not in known else None
        if row is not None and row[1].body is not None:
            found.append(_as_row(connection, key, person.key, recall(row[1].body)))
    return sorted(found, key=lambda one: -one.date_to)


def _as_row(connection: Connection, key: int, person: int, role: Document) -> RoleRow:
    start, end = days_of(role)
    place = admin.place(connection, str(role.get("organization", {}).get("reference", "")).partition("/")[2])
    days = (start or date.min).toordinal(), end.toordinal() + 1 if end else 0
    names = (place.name, place.name_en, place.id, place.kind) if place else ("", "", "", "")
    return RoleRow(key, code_of(role), person, place.key if place else 0, *days, *names)


def _places(connection: Connection, near: list[str]) -> list[PlaceRow]:
    """Every institution, and the classes of those that are near at hand."""
    everywhere = admin.places_of_kinds(connection, ["district-office", "health-centre", "nursery", "hospital"], 3000)
    named = [row for id_ in dict.fromkeys(near) if id_ and (row := admin.place(connection, id_))]
    wanted = sorted({row.parent if row.kind == "class" else row.key for row in named})
    classes = admin.classes_of(connection, wanted)
    below: dict[int, list[PlaceRow]] = {}
    for one in classes:
        if one.active:
            below.setdefault(one.parent, []).append(one)
    return [row for one in everywhere for row in (one, *below.get(one.key, ()))]


def _practitioner(connection: Connection, id_: str) -> Current:
    row = resources.find(connection, "Practitioner", id_)
    if row is None or row.deleted:
        raise errors.NotFound(f"Practitioner/{id_}")
    return row


def _role(connection: Connection, id_: str) -> tuple[Current, Document]:
    row = resources.find(connection, "PractitionerRole", id_)
    if row is None or row.deleted or row.body is None:
        raise errors.NotFound(f"PractitionerRole/{id_}")
    return row, recall(row.body)


def _name_faults(name: str, phone: str) -> list[Issue]:
    found = []
    if not name.strip():
        found.append(Issue("required", "admin.person-name-needed", "name"))
    if len(name) > _LONGEST:
        found.append(Issue("too-long", "admin.too-long", "name", {"allowed": _LONGEST}))
    if len(phone) > _LONGEST:
        found.append(Issue("too-long", "admin.too-long", "phone", {"allowed": _LONGEST}))
    return found


def _role_faults(connection: Connection, wanted: RoleWanted, person: int) -> list[Issue]:
    found = []
    place = admin.place(connection, wanted.organization) if wanted.organization else None
    if wanted.role not in STAFF_ROLES:
        found.append(Issue("required", "admin.role-needed", "role"))
    if place is None:
        found.append(Issue("required", "admin.place-needed", "organization"))
    elif wanted.role in STAFF_ROLES and not _fits(wanted.role, place.kind):
        found.append(Issue("business-rule", "admin.role-not-there", "organization"))
    if wanted.start is None:
        found.append(Issue("required", "admin.start-needed", "start"))
    elif wanted.end is not None and wanted.end < wanted.start:
        found.append(Issue("value", "admin.end-before-start", "end"))
    elif place is not None and person and _overlaps(connection, person, wanted, place.key, 0):
        found.append(Issue("business-rule", "admin.role-overlaps", "start"))
    return found


def _fits(role: str, kind: str) -> bool:
    return kind in AT[role] if role in AT else kind != "class"


def _overlaps(connection: Connection, person: int, wanted: RoleWanted, organization: int, apart_from: int) -> bool:
    """The same person would hold the same role at the same place twice at once."""
    start = wanted.start.toordinal() if wanted.start else 0
    end = wanted.end.toordinal() + 1 if wanted.end else FOREVER
    return any(
        (one.role, one.organization) == (wanted.role, organization) and one.date_from < end and start < one.date_to
        for one in admin.roles_of(connection, [person])
        if one.source != apart_from
    )


def _end_fault(connection: Connection, row: Current, role: Document, last: date | None) -> Issue | None:
    start, _ = days_of(role)
    if last is not None and start is not None and last < start:
        return Issue("value", "admin.end-before-start", "end")
    held = [one for one in _held_by(connection, role) if one.source == row.key]
    for one in held:
        wanted = RoleWanted(one.role, one.place_id, start or date.min, last)
        if _overlaps(connection, one.person, wanted, one.organization, row.key):
            return Issue("business-rule", "admin.role-overlaps", "end")
    return None


def _held_by(connection: Connection, role: Document) -> list[RoleRow]:
    person = resources.find(connection, "Practitioner", str(role["practitioner"]["reference"]).partition("/")[2])
    return admin.roles_of(connection, [person.key]) if person else []
