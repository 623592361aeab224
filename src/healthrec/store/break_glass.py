"""Emergency accesses, and the exact look-up that comes before one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, insert, select

from healthrec.store.engine import Connection
from healthrec.store.tables import account, break_glass, child, resource, unique_key


def child_with_identifier(connection: Connection, system: str, value: str) -> int:
    """Key of the child whose own identifier this is, whoever asks; 0 for none. For exact look-up only."""
    found = connection.execute(_CHILD_WITH, {"value": f"Patient|{system}|{value}"}).scalar()
    return found or 0


def put(connection: Connection, row: dict[str, Any]) -> None:
    """Keep an emergency access."""
    connection.execute(insert(break_glass), row)


def of_account(connection: Connection, account_key: int, count: int) -> Sequence[Any]:
    """(at, until_day, reason, id, name) of the account's own, newest first."""
    return connection.execute(_OF_ACCOUNT, {"of": account_key, "count": count}).all()


def of_child_since(connection: Connection, child_key: int, since: int) -> Sequence[Any]:
    """(account, at, until_day, reason) of those to a child from an instant on."""
    return connection.execute(_OF_CHILD, {"of": child_key, "since": since}).all()


def newest(connection: Connection, before: int, count: int) -> Sequence[Any]:
    """(key, at, reason, username, id) of all, newest first, below a key; `id` is the child's."""
    return connection.execute(_NEWEST, {"before": before, "count": count}).all()


def all_with_ids(connection: Connection, after: int, count: int) -> Sequence[Any]:
    """(key, child, until_day, child_id, person_id) in the order of keys above `after`."""
    return connection.execute(_ALL, {"after": after, "count": count}).all()


_PERSON = resource.alias("person_resource")
_CHILD = resource.alias("child_resource")

_CHILD_WITH = select(unique_key.c.key).where(
    unique_key.c.kind == "identifier", unique_key.c.value == bindparam("value")
)
_OF_ACCOUNT = (
    select(break_glass.c.at, break_glass.c.until_day, break_glass.c.reason, child.c.id, child.c.name)
    .join(child, child.c.key == break_glass.c.child)
    .where(break_glass.c.account == bindparam("of"))
    .order_by(break_glass.c.at.desc())
    .limit(bindparam("count"))
)
_OF_CHILD = select(break_glass.c.account, break_glass.c.at, break_glass.c.until_day, break_glass.c.reason).where(
    break_glass.c.child == bindparam("of"), break_glass.c.at >= bindparam("since")
)
_NEWEST = (
    select(break_glass.c.key, break_glass.c.at, break_glass.c.reason, account.c.username, _CHILD.c.id)
    .select_from(break_glass.outerjoin(account, account.c.key == break_glass.c.account))
    .outerjoin(_CHILD, _CHILD.c.key == break_glass.c.child)
    .where(break_glass.c.key < bindparam("before"))
    .order_by(break_glass.c.key.desc())
    .limit(bindparam("count"))
)
_ALL = (
    select(
        break_glass.c.key,
        break_glass.c.child,
        break_glass.c.until_day,
        _CHILD.c.id.label("child_id"),
        _PERSON.c.id.label("person_id"),
    )
    .join(_CHILD, _CHILD.c.key == break_glass.c.child)
    .join(_PERSON, _PERSON.c.key == break_glass.c.person)
    .where(break_glass.c.key > bindparam("after"))
    .order_by(break_glass.c.key)
    .limit(bindparam("count"))
)
