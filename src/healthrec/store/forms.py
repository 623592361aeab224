"""Drafts of forms: rows outside the record, one per account, form and subject, seen by their own account alone."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, insert, select

from healthrec.store.engine import Connection
from healthrec.store.tables import draft


class Draft(NamedTuple):
    """`fields` is JSON; `updated` is microseconds since 1970."""

    id: str
    form: str
    subject: int
    fields: str
    updated: int


def draft_of(connection: Connection, account: int, id_: str) -> Draft | None:
    """The account's draft with this id."""
    row = connection.execute(_ONE, {"of": id_, "whose": account}).first()
    return Draft(*row) if row else None


def drafts_of(connection: Connection, account: int, count: int) -> list[Draft]:
    """The account's drafts, the latest first."""
    return [Draft(*row) for row in connection.execute(_ALL, {"whose": account, "count": count})]


def put_draft(connection: Connection, account: int, row: Draft) -> None:
    """Keep the draft in place of the one with its id."""
    drop_draft(connection, account, row.id)
    connection.execute(_INSERT, row._asdict() | {"account": account})


def drop_draft(connection: Connection, account: int, id_: str) -> None:
    """The draft is no longer needed."""
    connection.execute(_DROP, {"of": id_, "whose": account})


_COLUMNS: tuple[Any, ...] = (draft.c.id, draft.c.form, draft.c.subject, draft.c.fields, draft.c.updated)
_MINE = draft.c.account == bindparam("whose")
_ONE = select(*_COLUMNS).where(draft.c.id == bindparam("of"), _MINE)
_ALL = select(*_COLUMNS).where(_MINE).order_by(draft.c.updated.desc()).limit(bindparam("count"))
_DROP = delete(draft).where(draft.c.id == bindparam("of"), _MINE)
_INSERT = insert(draft)
