"""AdverseEvents across children, through the filter."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Select, select

from healthrec.fhir.types import TYPE_NUMBER
from healthrec.store.access import Viewer, visible
from healthrec.store.engine import Connection
from healthrec.store.tables import child, resource, resource_version

MOST = 200


class Event(NamedTuple):
    """An AdverseEvent with its child."""

    id: str
    version: int
    child: int
    child_id: str
    name: str
    birth_order: int
    body: str


def latest(connection: Connection, viewer: Viewer) -> list[Event]:
    """Those changed last come first; at most `MOST`."""
    return [Event(*row) for row in connection.execute(_latest(viewer.width), viewer.parameters())]


@lru_cache
def _latest(width: int) -> Select[Any]:
    who = (child.c.key, child.c.id, child.c.name, child.c.birth_order)
    return (
        select(resource.c.id, resource.c.version, *who, resource_version.c.body)
        .select_from(
            resource.join(resource_version, resource_version.c.version_key == resource.c.version_key).join(
                child, child.c.key == resource.c.child
            )
        )
        .where(resource.c.type == TYPE_NUMBER["AdverseEvent"], resource.c.deleted == 0, visible(resource, width))
        .order_by(resource.c.updated.desc())
        .limit(MOST)
    )
