"""Into which places somebody may import: those where he holds a role with the power for that kind of file today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from healthrec import errors
from healthrec.domain.access import Role
from healthrec.services.context import Caller, Services
from healthrec.store import accounts, imports, projections, resources
from healthrec.store.engine import Connection

_POWERS: Mapping[str, tuple[str, str]] = {
    "roster": ("import-roster", "nursery"),
    "measurements": ("import-roster", "nursery"),
    "doses": ("import-doses", "health-centre"),
}
"""Kind of file -> power, and the kind of organisation that it is imported into."""

KINDS = tuple(_POWERS)


@dataclass(frozen=True, slots=True)
class Nursery:
    """An institution that a file is imported into: a nursery, or for doses a health centre."""

    key: int
    id: str
    name: str
    name_en: str


def kinds_of(services: Services, caller: Caller) -> tuple[str, ...]:
    """The kinds of files that a role of the caller may import. Raises NotAllowed where there is none."""
    found = tuple(
        kind
        for kind, (power, _) in _POWERS.items()
        if any(services.rights.has_power(one, power) for one in caller.roles)
    )
    if not found:
        raise errors.NotAllowed("import.not-allowed")
    return found


def nurseries(services: Services, connection: Connection, caller: Caller, kind: str = "") -> tuple[Nursery, ...]:
    """The places that the caller may import this kind of file into, or any kind. Raises NotAllowed for a role that has no
    such power at all."""
    kinds = [one for one in kinds_of(services, caller) if kind in ("", one)]
    held = accounts.roles_on(connection, caller.person, services.today().toordinal()) if caller.person else []
    found: dict[int, Nursery] = {}
    for power, place_kind in dict.fromkeys(_POWERS[one] for one in kinds):
        keys = [key for role, key in held if services.rights.has_power(cast(Role, role), power)]
        found |= {place.key: place for key in keys if (place := _place_above(connection, key, place_kind))}
    return tuple(found.values())


def nursery_of(services: Services, connection: Connection, caller: Caller, organization_id: str, kind: str) -> Nursery:
    """The place of that id. Raises NotFound when it is none of the caller's, or not one that such a file is for."""
    if caller.unbounded:
        row = resources.find(connection, "Organization", organization_id)
        places = [_place_above(connection, row.key, _POWERS[kind][1])] if row and not row.deleted else []
    else:
        places = list(nurseries(services, connection, caller, kind))
    found = next((place for place in places if place and place.id == organization_id), None)
    if found is None:
        raise errors.NotFound(f"Organization/{organization_id}")
    return found


def batch_of(services: Services, connection: Connection, caller: Caller, batch_id: str) -> Any:
    """The row of a batch into one of the caller's places. Raises NotFound for any other."""
    row = imports.batch_row(connection, batch_id)
    if row is None or row.kind not in imports.KINDS or row.state == "dropped":
        raise errors.NotFound(batch_id)
    mine = () if caller.unbounded else nurseries(services, connection, caller, row.kind)
    if not caller.unbounded and row.organization not in {one.key for one in mine}:
        raise errors.NotFound(batch_id)
    return row


def acting_for(caller: Caller, nursery: int, *, unbounded: bool = False) -> Caller:
    """The caller as one who writes for this nursery: it answers for children that nobody else answers for yet.

    `unbounded` is for what an import may do beyond the importer's role, and checks itself: adding a missing class of
    his own nursery, and taking back just what the batch wrote.
    """
    return replace(caller, organization=nursery, unbounded=unbounded or caller.unbounded)


def _place_above(connection: Connection, key: int, kind: str) -> Nursery | None:
    for above in projections.ancestors(connection, key):
        row = projections.organization_row(connection, above)
        if row is not None and row.kind == kind:
            return Nursery(row.key, row.id, row.name, row.name_en)
    return None
