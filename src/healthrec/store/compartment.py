"""All that belongs to one child, in the order of our keys."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, select

from healthrec.fhir.types import TYPE_NUMBER, TYPES
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
    return [_found(row) for row in _walk(viewer.width).all(connection, values)]


def of_types(connection: Connection, viewer: Viewer, child: int, types: Sequence[str]) -> list[Found]:
    """The child's resources of these types (at most four) that the viewer may see."""
    wanted = [TYPE_NUMBER[types[min(place, len(types) - 1)]] for place in range(4)]
    numbers = {f"type_{place}": number for place, number in enumerate(wanted)}
    return [
        _found(row) for row in _of_types(viewer.width).all(connection, {"child": child} | numbers | viewer.parameters())
    ]


def _found(row: Any) -> Found:
    key, type_, id_, version, updated, body = row
    return Found(key, TYPES[type_ - 1], id_, version, updated, body)


@lru_cache
def _walk(width: int) -> Statement:
    after = (resource.c.key > bindparam("after"),)
    return Statement(_living(width, *after).limit(bindparam("count")))


@lru_cache
def _of_types(width: int) -> Statement:
    return Statement(_living(width, resource.c.type.in_([bindparam(f"type_{place}") for place in range(4)])))


def _living(width: int, *which: ColumnElement[bool]) -> Select[Any]:
    return (
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
            resource.c.deleted == 0,
            visible(resource, width),
            *which,
        )
        .order_by(resource.c.key)
    )
