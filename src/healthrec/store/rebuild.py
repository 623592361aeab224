"""What a rebuild reads (current resources by type or child) and clears (every projection)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, delete, func, or_, select, update

from healthrec.fhir.types import TYPE_NUMBER, TYPES
from healthrec.store.engine import Connection, Database
from healthrec.store.tables import PROJECTIONS, child, resource, resource_version


class Kept(NamedTuple):
    """A resource as it stands, whoever may see it; `body` is None for a deletion."""

    key: int
    type: str
    id: str
    version: int
    version_key: int
    updated: int
    child: int
    owner: int
    scope: int
    access_bit: int
    body: str | None


Place = tuple[int, int]
"""(updated, key) of the last resource seen; (-1, 0) before the first."""

START: Place = (-1, 0)


def clear(connection: Connection, database: Database) -> None:
    """Empty every projection."""
    if database.kind == "postgresql":
        connection.exec_driver_sql("TRUNCATE " + ", ".join(table.name for table in PROJECTIONS))
        return
    for table in PROJECTIONS:
        connection.execute(delete(table))


def clear_child(connection: Connection, key: int) -> None:
    """Take the child's own row away, with what was gathered in it."""
    connection.execute(delete(child).where(child.c.key == key))


def of_type(connection: Connection, type_: str, after: Place, count: int) -> list[Kept]:
    """Resources of one type that are not deleted, in the order of their last writes."""
    updated, key = after
    values = {"type": TYPE_NUMBER[type_], "updated": updated, "after": key, "count": count}
    return [_kept(row) for row in connection.execute(_OF_TYPE, values)]


def of_child(connection: Connection, key: int) -> list[Kept]:
    """All that belongs to a child, deletions too, in the order of their last writes."""
    return [_kept(row) for row in connection.execute(_OF_CHILD, {"child": key})]


def reclass(connection: Connection, key: int, access_bit: int, scope: int) -> None:
    """Give a resource another access class."""
    connection.execute(_RECLASS, {"of": key, "bit": access_bit, "place": scope})


def after_key(connection: Connection, key: int, count: int, child_key: int = 0) -> list[Kept]:
    """Resources with keys above `key` that are not deleted, of everybody or of one child."""
    statement = _CHILD_AFTER if child_key else _AFTER
    values = {"after": key, "count": count} | ({"child": child_key} if child_key else {})
    return [_kept(row) for row in connection.execute(statement, values)]


def children_after(connection: Connection, key: int, count: int) -> Sequence[int]:
    """Keys of children above `key`."""
    return connection.execute(_CHILDREN, {"after": key, "count": count}).scalars().all()


def counts(connection: Connection) -> dict[str, int]:
    """How many resources of each type are not deleted."""
    statement = select(resource.c.type, func.count()).where(resource.c.deleted == 0).group_by(resource.c.type)
    return {TYPES[type_ - 1]: count for type_, count in connection.execute(statement)}


def _kept(row: Any) -> Kept:
    return Kept(row[0], TYPES[row[1] - 1], *row[2:])


_KEPT: Select[Any] = select(
    resource.c.key,
    resource.c.type,
    resource.c.id,
    resource.c.version,
    resource.c.version_key,
    resource.c.updated,
    resource.c.child,
    resource.c.owner,
    resource.c.scope,
    resource.c.access_bit,
    resource_version.c.body,
).select_from(resource.join(resource_version, resource_version.c.version_key == resource.c.version_key))
_OF_TYPE = (
    _KEPT.where(
        resource.c.type == bindparam("type"),
        resource.c.deleted == 0,
        resource.c.updated >= bindparam("updated"),
        or_(resource.c.updated > bindparam("updated"), resource.c.key > bindparam("after")),
    )
    .order_by(resource.c.updated, resource.c.key)
    .limit(bindparam("count"))
)
_OF_CHILD = _KEPT.where(resource.c.child == bindparam("child")).order_by(resource.c.updated, resource.c.key)
_AFTER = (
    _KEPT.where(resource.c.key > bindparam("after"), resource.c.deleted == 0)
    .order_by(resource.c.key)
    .limit(bindparam("count"))
)
_CHILD_AFTER = _AFTER.where(resource.c.child == bindparam("child"))
_RECLASS = (
    update(resource)
    .where(resource.c.key == bindparam("of"))
    .values(access_bit=bindparam("bit"), scope=bindparam("place"))
)
_CHILDREN = select(child.c.key).where(child.c.key > bindparam("after")).order_by(child.c.key).limit(bindparam("count"))
