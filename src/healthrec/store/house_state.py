"""What an installation remembers of itself: the demo town it holds, how far a rebuild came. Kept as choices of no organisation."""

from __future__ import annotations

from sqlalchemy import bindparam, delete, insert, inspect, select

from healthrec.store.engine import Connection, Database
from healthrec.store.tables import account, metadata, org_choice, resource

_HOUSE = 0


def remembered(connection: Connection, name: str) -> str | None:
    """The value kept under `name`, or None."""
    value: str | None = connection.execute(_FIND, {"which": name}).scalar()
    return value


def remember(connection: Connection, name: str, value: str) -> None:
    """Keep `value` under `name` (at most 48 characters), instead of what was there."""
    forget(connection, name)
    connection.execute(insert(org_choice).values(organization=_HOUSE, name=name, value=value))


def forget(connection: Connection, name: str) -> None:
    """Keep nothing under `name`."""
    connection.execute(_FORGET, {"which": name})


def peek(database: Database, name: str) -> str | None:
    """As `remembered`, for a database that may not have our tables yet."""
    with database.read() as connection:
        return remembered(connection, name) if inspect(connection).has_table(org_choice.name) else None


def any_written(connection: Connection) -> bool:
    """Whether there is any resource or account."""
    return any(connection.execute(select(table.c.key).limit(1)).first() for table in (resource, account))


def schema_print() -> str:
    """A text that differs when any table or column of this program does."""
    columns = (f"{table.name}.{column.name}" for table in metadata.sorted_tables for column in table.columns)
    return ",".join(sorted(columns))


_FIND = select(org_choice.c.value).where(org_choice.c.organization == _HOUSE, org_choice.c.name == bindparam("which"))
_FORGET = delete(org_choice).where(org_choice.c.organization == _HOUSE, org_choice.c.name == bindparam("which"))
