"""Patient/$everything: the child's whole compartment that this caller may see, as one walk over one index."""

from __future__ import annotations

from healthrec import errors
from healthrec.services.context import Caller, Services
from healthrec.services.record.members import for_reader
from healthrec.services.record.read import Document, Shown
from healthrec.store import compartment, resources
from healthrec.store.engine import Connection


def everything(
    services: Services, connection: Connection, caller: Caller, id_: str, *, after: int = 0, count: int = 500
) -> tuple[Shown, int]:
    """The Patient and what belongs to it by our keys above `after`, and the key to go on from (0 at the end)."""
    row = resources.read(connection, caller.viewer, "Patient", id_)
    if row is None:
        raise errors.NotFound(f"Patient/{id_}")
    if row.deleted:
        raise errors.Gone(f"Patient/{id_}")
    found = compartment.walk(connection, caller.viewer, row.child, after, count)
    documents = tuple(
        Document(one.type, one.id, one.version, one.updated, "", for_reader(connection, caller, one.type, one.body))
        for one in found
    )
    event = caller.audit(services, "everything", f"Patient/{id_}/$everything", child=row.child, count=len(documents))
    return Shown(documents, event), found[-1].key if len(found) == count else 0
