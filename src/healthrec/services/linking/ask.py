"""A nursery knows of a child whom it may not see, and asks to be linked: by exact look-up, or for a row of its roster."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import cast

from healthrec import errors
from healthrec.domain.access import BIT
from healthrec.domain.identifiers import Identifier, IdKind
from healthrec.domain.names import normalise_name
from healthrec.errors import Issue
from healthrec.fhir.types import TYPE_NUMBER
from healthrec.services.access.look_up import Sought, find_exactly
from healthrec.services.context import Caller, Services
from healthrec.services.imports.allowed import Nursery, batch_of, kinds_of, nurseries
from healthrec.services.imports.batches import nursery_at
from healthrec.services.imports.rows import row_of
from healthrec.services.imports.sight import is_the_same, unique_number
from healthrec.services.once import Answer, once
from healthrec.store import accounts, import_matches, imports, link_requests
from healthrec.store.access import viewer_may_see
from healthrec.store.audit import insert_rows
from healthrec.store.engine import Connection
from healthrec.store.link_requests import Request

TOLD = "import.known-elsewhere"
"""The problem of a row that lets its importer ask."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request; `child_id` where the caller sees the child by now, else ""."""

    request: Request
    child_id: str


@dataclass(frozen=True, slots=True)
class Places:
    """Where the caller may ask for, and what was asked there, newest first."""

    nurseries: tuple[Nursery, ...]
    requests: tuple[Asked, ...]


def asked(services: Services, caller: Caller) -> Places:
    """The requests of the caller's nurseries. Raises NotAllowed for a role that brings no children in."""
    if "roster" not in kinds_of(services, caller):
        raise errors.NotAllowed("import.not-allowed")
    with services.database.read() as connection:
        places = nurseries(services, connection, caller, "roster")
        found = link_requests.of_organizations(connection, [place.key for place in places])
        seen = {row.key: row.id for row in import_matches.seen(connection, caller.viewer, {one.child for one in found})}
    services.committer.commit(caller.audit(services, "read", "page:/link-requests", count=len(found)))
    return Places(places, tuple(Asked(one, seen.get(one.child, "")) for one in found))


def ask(
    services: Services, caller: Caller, nursery: str, sought: Sought, class_name: str = "", *, command_id: str = ""
) -> str:
    """Ask for the child that agrees in all; his id where the caller sees him already, else "".

    Raises NotAllowed, NotFound (no such record, or no such nursery of the caller's), Throttled after 10 in an hour.
    """
    with services.database.read() as connection:
        place = next((one for one in nurseries(services, connection, caller, "roster") if one.id == nursery), None)
    if place is None:
        raise errors.NotFound(f"Organization/{nursery}")
    key = find_exactly(services, caller, sought)
    if not key:
        raise errors.NotFound("identifier")
    with services.database.read() as connection:
        if viewer_may_see(connection, caller.viewer, key, BIT["care"], TYPE_NUMBER["Patient"]):
            return accounts.ids_of(connection, [key])[key]
    _put(services, caller, key, place.key, sought.name, class_name, command_id)
    return ""


def ask_for_row(services: Services, caller: Caller, batch_id: str, position: int, *, command_id: str = "") -> None:
    """Ask for the child of a row of which the importer was told that a record exists. Raises NotFound, Refused."""
    with services.database.read() as connection:
        batch = batch_of(services, connection, caller, batch_id)
        row = next(map(row_of, imports.items_at(connection, batch_id, [position])), None)
        if row is None or not any(problem["code"] == TOLD for problem in row.problems):
            raise errors.NotFound(batch_id)
        kind, value = row.data["number"]
        number = unique_number(Identifier(cast(IdKind, kind), value))
        holders = import_matches.holding(connection, [number])
        known = import_matches.by_keys(connection, holders.values())
        place = nursery_at(connection, batch.organization)
    born = date.fromisoformat(row.data["born"])
    if not known or not is_the_same(known[0], row.data["name"], born):
        raise errors.Refused(Issue("not-found", "link.no-longer"))
    _put(services, caller, known[0].key, place.key, row.data["name"], row.data["class"], command_id)


def _put(
    services: Services, caller: Caller, child: int, nursery: int, name: str, class_name: str, command_id: str
) -> None:
    def put(connection: Connection) -> Answer:
        if found := link_requests.open_one(connection, child, nursery):
            return {"request": found}
        key = services.database.keys.take()
        row = {"key": key, "child": child, "organization": nursery, "account": caller.account}
        said = {"child_name": normalise_name(name), "class_name": class_name.strip(), "reason": ""}
        when = {"at": services.now(), "day": services.today().toordinal(), "decided_by": 0, "decided_at": 0}
        link_requests.put(connection, row | said | when | {"state": "asked"})
        event = caller.audit(services, "create", f"link-request/{key}", child=child)
        insert_rows(connection, services.database.keys.take, [event])
        return {"request": key}

    once(services, caller, command_id, put)
