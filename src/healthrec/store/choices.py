"""Rule choices of organisations. One that is not made here is taken from the organisation above."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, delete, insert, select

from healthrec.store.engine import Connection
from healthrec.store.statements import Statement
from healthrec.store.tables import child, org_choice


def chosen(connection: Connection, *names: str) -> list[dict[int, str]]:
    """For one or two choices: what each organisation that chose has chosen, by its key. Few do: this is one short walk."""
    found: dict[str, dict[int, str]] = {name: {} for name in names}
    for organization, name, value in _CHOSEN.all(connection, {"which": names[0], "or_which": names[-1]}):
        found[name][organization] = value
    return [found[name] for name in names]


def choices_at(connection: Connection, organizations: Sequence[int]) -> dict[tuple[int, str], str]:
    """All choices of these organisations."""
    rows = connection.execute(_AT, {"keys": list(organizations)})
    return {(row.organization, row.name): row.value for row in rows}


def put(connection: Connection, organization: int, name: str, value: str) -> None:
    """Keep a choice; an empty value takes it back."""
    connection.execute(_FORGET, {"of": organization, "which": name})
    if value:
        connection.execute(insert(org_choice), {"organization": organization, "name": name, "value": value})


def children_of(connection: Connection, owners: Sequence[int], after: int, count: int) -> list[int]:
    """Keys of the children that these organisations answer for, above `after`."""
    rows = connection.execute(_CHILDREN, {"keys": list(owners), "after": after, "count": count})
    return list(rows.scalars())


def waiting(connection: Connection, prefix: str) -> dict[str, str]:
    """What the house remembers under names that begin so."""
    statement = select(org_choice.c.name, org_choice.c.value).where(
        org_choice.c.organization == 0, org_choice.c.name.startswith(prefix, autoescape=True)
    )
    return {row.name: row.value for row in connection.execute(statement)}


_CHOSEN = Statement(
    select(org_choice.c.organization, org_choice.c.name, org_choice.c.value).where(
        org_choice.c.name.in_([bindparam("which"), bindparam("or_which")]), org_choice.c.organization != 0
    )
)
_KEYS: Any = bindparam("keys", expanding=True)
_AT = select(org_choice).where(org_choice.c.organization.in_(_KEYS))
_FORGET = delete(org_choice).where(
    org_choice.c.organization == bindparam("of"), org_choice.c.name == bindparam("which")
)
_CHILDREN = (
    select(child.c.key)
    .where(child.c.owner.in_(_KEYS), child.c.key > bindparam("after"))
    .order_by(child.c.key)
    .limit(bindparam("count"))
)
