"""Organisations and classes: list, add, rename, move, close and open again. Nothing here tells of a child, not even how many."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from healthrec import errors
from healthrec.domain.identifiers import read_identifier
from healthrec.errors import Issue
from healthrec.fhir.json import recall
from healthrec.services.accounts.powers import demand
from healthrec.services.admin.documents import PlaceFields, place_document, place_fields
from healthrec.services.admin.entering import PAGE, enter
from healthrec.services.admin.rejudging import go_on
from healthrec.services.context import Caller, Services
from healthrec.services.record.write import Change, apply
from healthrec.store import accounts, admin, projections, resources
from healthrec.store.admin import START, PlaceRow, RoleRow
from healthrec.store.engine import Connection
from healthrec.store.resources import Current

PARENTS: Mapping[str, tuple[str, ...]] = {
    "district-office": ("district-office",),
    "health-centre": ("district-office",),
    "nursery": ("district-office",),
    "class": ("nursery",),
    "hospital": ("district-office",),
}
"""Kind of organisation → of what kinds it can be a part."""

_MOST_PARENTS = 3000
_LONGEST = 100


@dataclass(frozen=True, slots=True)
class Places:
    """A page of the tree; classes stand behind their nursery. `after` is the id behind which the next page begins, "" on
    the last."""

    rows: tuple[PlaceRow, ...]
    after: str


@dataclass(frozen=True, slots=True)
class PlacePage:
    """One organisation with its parts and staff. `staff` are roles held today or later, `names` of people by key."""

    row: PlaceRow
    fields: PlaceFields
    version: int
    parts: tuple[PlaceRow, ...]
    staff: tuple[RoleRow, ...]
    names: Mapping[int, tuple[str, str]]


def list_organizations(
    services: Services, caller: Caller, *, kind: str = "", word: str = "", after: str = ""
) -> Places:
    """Organisations in the order of their tree, of one kind or with a part of a name when asked for."""
    enter(services, caller, "settings", "/organizations")
    with services.database.read() as connection:
        last = admin.place(connection, after) if after else None
        begin = (last.above, last.rank, last.name, last.key) if last else START
        found = admin.places(connection, kind, word, begin, PAGE + 1)
        shown = found[:PAGE]
        classes = admin.classes_of(connection, [one.key for one in shown if one.kind == "nursery"])
    below: dict[int, list[PlaceRow]] = {}
    for one in classes:
        below.setdefault(one.parent, []).append(one)
    rows = tuple(row for one in shown for row in (one, *below.get(one.key, ())))
    return Places(rows, shown[-1].id if len(found) > PAGE else "")


def organization_page(services: Services, caller: Caller, id_: str) -> PlacePage:
    """One organisation. Raises NotFound."""
    enter(services, caller, "settings", f"/organizations/{id_}")
    today = services.today().toordinal()
    with services.database.read() as connection:
        row, current = _find(connection, id_)
        parts = admin.classes_of(connection, [row.key]) if row.kind == "nursery" else []
        staff = admin.roles_at(connection, [row.key, *(one.key for one in parts)], today, 300)
        persons = sorted({one.person for one in staff})
        names, ids = admin.names_of(connection, persons), accounts.ids_of(connection, persons)
    people = {key: (names.get(key, ""), ids.get(key, "")) for key in persons}
    fields = place_fields(recall(current.body or "{}"))
    return PlacePage(row, fields, current.version, tuple(parts), tuple(staff), people)


def parents_for(services: Services, caller: Caller, kind: str = "") -> list[PlaceRow]:
    """What an organisation of this kind, or of any, may be a part of."""
    demand(services, caller, "settings")
    kinds = PARENTS.get(kind) or tuple(sorted({one for kinds in PARENTS.values() for one in kinds}))
    with services.database.read() as connection:
        return admin.places_of_kinds(connection, kinds, _MOST_PARENTS)


def add_organization(services: Services, caller: Caller, fields: PlaceFields, *, command_id: str = "") -> str:
    """Add one; gives its id. Raises Refused with names of form fields as expressions."""
    demand(services, caller, "settings")
    fields = _tidy(fields)
    with services.database.read() as connection:
        _must_be_sound(connection, fields, None)
    document = place_document(fields, {})
    return apply(services, caller, [Change("POST", "Organization", document)], command_id=command_id)[0].id


def change_organization(
    services: Services, caller: Caller, id_: str, fields: PlaceFields, version: int, *, command_id: str = ""
) -> None:
    """Rename, move or amend one. Its kind stays. Raises Refused, NotFound, Stale."""
    demand(services, caller, "settings")
    with services.database.read() as connection:
        row, current = _find(connection, id_)
        before = recall(current.body or "{}")
        fields = _tidy(replace(fields, type=row.kind))
        _must_be_sound(connection, fields, row)
    document = place_document(fields, before)
    if document == before:
        return
    change = Change("PUT", "Organization", document, id_, if_match=version)
    apply(services, caller, [change], command_id=command_id)
    if fields.parent != place_fields(before).parent:
        go_on(services)


def set_active(
    services: Services, caller: Caller, id_: str, active: bool, version: int, *, command_id: str = ""
) -> None:
    """Close an organisation, or open it again. Raises Refused while anything in it goes on."""
    demand(services, caller, "settings")
    with services.database.read() as connection:
        row, current = _find(connection, id_)
        if not active and (issue := _still_used(connection, row, services.today().toordinal())):
            raise errors.Refused(issue)
    before = recall(current.body or "{}")
    if bool(row.active) != active:
        change = Change("PUT", "Organization", {**before, "active": active}, id_, if_match=version)
        apply(services, caller, [change], command_id=command_id)


def _find(connection: Connection, id_: str) -> tuple[PlaceRow, Current]:
    row = admin.place(connection, id_)
    current = resources.find(connection, "Organization", id_) if row else None
    if row is None or current is None or current.deleted:
        raise errors.NotFound(f"Organization/{id_}")
    return row, current


def _tidy(fields: PlaceFields) -> PlaceFields:
    code = read_identifier(fields.code, "cn-uscc").value if fields.code.strip() else ""
    texts = {name: getattr(fields, name).strip() for name in ("name", "english", "phone", "address")}
    return replace(fields, code=code, **texts)


def _must_be_sound(connection: Connection, fields: PlaceFields, row: PlaceRow | None) -> None:
    found = []
    if not fields.name:
        found.append(Issue("required", "admin.name-needed", "name"))
    if any(len(text) > _LONGEST for text in (fields.name, fields.english, fields.phone, fields.address)):
        found.append(Issue("too-long", "admin.too-long", "name", {"allowed": _LONGEST}))
    if fields.type not in PARENTS:
        found.append(Issue("required", "admin.kind-needed", "type"))
    if fields.code and not read_identifier(fields.code, "cn-uscc").sound:
        found.append(Issue("value", "admin.code-wrong", "code"))
    if fields.type in PARENTS and (issue := _parent_fault(connection, fields, row)):
        found.append(issue)
    if found:
        raise errors.Refused(*found)


def _parent_fault(connection: Connection, fields: PlaceFields, row: PlaceRow | None) -> Issue | None:
    if not fields.parent:
        return Issue("required", "admin.nursery-needed", "parent") if fields.type == "class" else None
    above = admin.place(connection, fields.parent)
    if above is None or above.kind not in PARENTS[fields.type]:
        return Issue("business-rule", "admin.parent-wrong", "parent")
    if row is not None and row.key in projections.ancestors(connection, above.key):
        return Issue("business-rule", "admin.parent-below", "parent")
    if not above.active and (row is None or row.parent != above.key):
        return Issue("business-rule", "admin.parent-closed", "parent")
    return None


def _still_used(connection: Connection, row: PlaceRow, today: int) -> Issue | None:
    if admin.active_parts(connection, row.key):
        return Issue("business-rule", "admin.has-parts", "active")
    if admin.enrolled_on(connection, [row.key], today):
        return Issue("business-rule", "admin.has-enrolments", "active")
    if admin.roles_at(connection, [row.key], today, 1):
        return Issue("business-rule", "admin.has-roles", "active")
    return None
