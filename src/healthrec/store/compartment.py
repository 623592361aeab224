"""All that belongs to one child, in the order of our keys."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import bindparam, select

from healthrec.fhir.types import TYPES
from healthrec.store.access import Viewer, visible
from healthrec.store.engine import Connection
from healthrec.store.statements import Statement
from healthrec.store.tables import resource, resource_version


class Found(NamedTuple):
    """A current, not deleted resource."""

    key: int
    type: str
    id: str
    version: int
    updated: int
    body: str


def walk(connection: Connection, viewer: Viewer, child: int, after: int, count: int) -> list[Found]:
    """Resources of the child with keys above `after` that the viewer may see."""
    values = {"child": child, "after": after, "count": count} | viewer.parameters()
    rows = _statement(viewer.width).all(connection, values)
    return [
        Found(key, TYPES[type_ - 1], id_, version, updated, body) for key, type_, id_, version, updated, body in rows
    ]


@lru_cache
def _statement(width: int) -> Statement:
    return Statement(
        select(
            resource.c.key,
            resource.c.type,
            resource.c.id,
            resource.c.version,
            resource.c.updated,
            resource_version.c.body,
        )
        .select_from(resource.join(resource_version, resource_version.c.version_key == resource.c.version_key))
        .where(
            resource.c.child == bindparam("child"),
            resource.c.key > bindparam("after"),
            resource.c.deleted == 0,
            visible(resource, width),
        )
        .order_by(resource.c.key)
        .limit(bindparam("count"))
    )
