"""One resource projected again, because something that its projection reads has changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from healthrec.fhir.json import recall
from healthrec.fhir.references import references
from healthrec.services.context import Services
from healthrec.store import resources
from healthrec.store.engine import Connection
from healthrec.store.resources import Write

Projector = Callable[[Connection, Services, Write, Mapping[str, Any] | None], None]


def again(connection: Connection, services: Services, type_: str, key: int, project: Projector) -> None:
    """Run `project` on the current version of this resource; nothing where it is deleted."""
    found = resources.find_by_key(connection, key)
    if found is None or found[1].body is None:
        return
    id_, row = found
    document = recall(found[1].body)
    named = sorted({(kind, other) for _, kind, other in references(document)} | {(type_, id_)})
    targets = {name: target.key for name, target in resources.keys_of(connection, named).items()}
    placed = (row.child, row.owner, row.scope, row.access_bit)
    stored = (row.key, row.version, row.version_key, row.updated)
    write = Write(type_, id_, *stored, "PUT", row.body, *placed, targets=targets)
    project(connection, services, write, document)
