"""Command ids: the first answer is kept and given again, so that a double click or a retry writes once."""

from __future__ import annotations

from sqlalchemy import insert, select

from healthrec.store.engine import Connection
from healthrec.store.tables import command


def answer(connection: Connection, command_id: str) -> tuple[int, str] | None:
    """(account, kept answer) of a command that was carried out before."""
    row = connection.execute(select(command.c.account, command.c.result).where(command.c.id == command_id)).first()
    return (row.account, row.result) if row else None


def keep(connection: Connection, command_id: str, account: int, at: int, result: str) -> None:
    """Keep the answer with the data, in the same transaction."""
    connection.execute(insert(command).values(id=command_id, account=account, at=at, result=result))
