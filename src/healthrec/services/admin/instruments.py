"""The scales, boards and tapes of an institution: list, add, take out of use and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from healthrec import errors
from healthrec.errors import Issue
from healthrec.fhir.json import recall
from healthrec.fhir.types import entered_in_error
from healthrec.services.accounts.powers import demand
from healthrec.services.admin.entering import enter
from healthrec.services.context import Caller, Services
from healthrec.services.growth.instruments import KINDS, instrument_document, kind_of, label_of
from healthrec.services.record.write import Change, apply
from healthrec.store import admin, growth, resources
from healthrec.store.admin import PlaceRow
from healthrec.store.engine import Connection

KEEPS = frozenset({"nursery", "health-centre", "hospital"})
"""Kinds of organisation that own instruments; a class measures with those of its nursery."""

_LONGEST = 100


@dataclass(frozen=True, slots=True)
class Kept:
    """One instrument. `kind` is a code of the term group ``instrument``, `name` as its label says."""

    id: str
    kind: str
    name: str
    in_use: bool
    version: int


@dataclass(frozen=True, slots=True)
class InstrumentsPage:
    """What one institution has; those in use come first."""

    row: PlaceRow
    instruments: tuple[Kept, ...]


def instruments_page(services: Services, caller: Caller, id_: str) -> InstrumentsPage:
    """The instruments of an institution. Raises NotFound."""
    enter(services, caller, "settings", f"/organizations/{id_}/instruments")
    with services.database.read() as connection:
        row = _place(connection, id_)
        found = growth.instruments(connection, [row.key])
    kept = [one for device_id, body in found if (one := _kept(device_id, recall(body)))]
    return InstrumentsPage(row, tuple(sorted(kept, key=lambda one: not one.in_use)))


def add_instrument(services: Services, caller: Caller, id_: str, kind: str, name: str, *, command_id: str = "") -> None:
    """Add one. Raises NotFound, and Refused with names of form fields as expressions."""
    demand(services, caller, "settings")
    with services.database.read() as connection:
        _place(connection, id_)
    issues = []
    if kind not in KINDS:
        issues.append(Issue("required", "admin.instrument-kind-needed", "kind"))
    if not name.strip():
        issues.append(Issue("required", "admin.name-needed", "name"))
    if len(name) > _LONGEST:
        issues.append(Issue("too-long", "admin.too-long", "name", {"allowed": _LONGEST}))
    if issues:
        raise errors.Refused(*issues)
    apply(
        services,
        caller,
        [Change("POST", "Device", instrument_document(id_, kind, name.strip()))],
        command_id=command_id,
    )


def set_in_use(
    services: Services, caller: Caller, id_: str, device: str, in_use: bool, version: int, *, command_id: str = ""
) -> None:
    """Take an instrument out of use, or back into it; what was measured with it keeps it. Raises NotFound, Stale."""
    demand(services, caller, "settings")
    with services.database.read() as connection:
        row = _place(connection, id_)
        mine = device in {one for one, _ in growth.instruments(connection, [row.key])}
        current = resources.find(connection, "Device", device) if mine else None
    if current is None or not current.body:
        raise errors.NotFound(f"Device/{device}")
    document = {**recall(current.body), "status": "active" if in_use else "inactive"}
    apply(services, caller, [Change("PUT", "Device", document, device, if_match=version)], command_id=command_id)


def _place(connection: Connection, id_: str) -> PlaceRow:
    row = admin.place(connection, id_)
    if row is None or row.kind not in KEEPS:
        raise errors.NotFound(f"Organization/{id_}")
    return row


def _kept(id_: str, device: Mapping[str, Any]) -> Kept | None:
    kind = kind_of(device)
    if not kind or entered_in_error(device):
        return None
    in_use = device.get("status", "active") == "active"
    return Kept(id_, kind, label_of(device, id_), in_use, int(device["meta"]["versionId"]))
