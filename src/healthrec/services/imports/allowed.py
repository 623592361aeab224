"""Into which nurseries somebody may import: those where he holds a role with the power `import-roster` today."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, cast

from healthrec import errors
from healthrec.domain.access import Role
from healthrec.services.context import Caller, Services
from healthrec.store import accounts, imports, projections, resources
from healthrec.store.engine import Connection

POWER = "import-roster"


@dataclass(frozen=True, slots=True)
class Nursery:
    """An institution that children are imported into."""

    key: int
    id: str
    name: str
    name_en: str


def nurseries(services: Services, connection: Connection, caller: Caller) -> tuple[Nursery, ...]:
    """The caller's nurseries. Raises NotAllowed for a role that has no such power at all."""
    if not any(services.rights.has_power(role, POWER) for role in caller.roles):
        raise errors.NotAllowed("import.not-allowed")
    held = accounts.roles_on(connection, caller.person, services.today().toordinal()) if caller.person else []
    keys = [key for role, key in held if services.rights.has_power(cast(Role, role), POWER)]
    found = {place.key: place for key in keys if (place := _nursery_above(connection, key))}
    return tuple(found.values())


def nursery_of(services: Services, connection: Connection, caller: Caller, organization_id: str) -> Nursery:
    """The nursery of that id. Raises NotFound when it is none of the caller's, or not a nursery."""
    if caller.unbounded:
        row = resources.find(connection, "Organization", organization_id)
        places = [_nursery_above(connection, row.key)] if row and not row.deleted else []
    else:
        places = list(nurseries(services, connection, caller))
    found = next((place for place in places if place and place.id == organization_id), None)
    if found is None:
        raise errors.NotFound(f"Organization/{organization_id}")
    return found


def batch_of(services: Services, connection: Connection, caller: Caller, batch_id: str) -> Any:
    """The row of a batch into one of the caller's nurseries. Raises NotFound for any other."""
    row = imports.batch_row(connection, batch_id)
    if row is None or row.kind not in imports.KINDS or row.state == "dropped":
        raise errors.NotFound(batch_id)
    if not caller.unbounded and row.organization not in {one.key for one in nurseries(services, connection, caller)}:
        raise errors.NotFound(batch_id)
    return row


def acting_for(caller: Caller, nursery: int, *, unbounded: bool = False) -> Caller:
    """The caller as one who writes for this nursery: it answers for children that nobody else answers for yet.

    `unbounded` is for what an import may do beyond the importer's role, and checks itself: adding a missing class of
    his own nursery, and taking back just what the batch wrote.
    """
    return replace(caller, organization=nursery, unbounded=unbounded or caller.unbounded)


def _nursery_above(connection: Connection, key: int) -> Nursery | None:
    for above in projections.ancestors(connection, key):
        row = projections.organization_row(connection, above)
        if row is not None and row.kind == "nursery":
            return Nursery(row.key, row.id, row.name, row.name_en)
    return None
