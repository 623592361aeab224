"""Brings a database to the current schema, forward from every released state."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from healthrec.store.engine import Database

_SCRIPTS = Path(__file__).resolve().parent / "migrations"
_LOCK = 730_421_019
"""Any number: the PostgreSQL advisory lock that two migrating processes share."""


def upgrade(database: Database, revision: str = "head") -> None:
    """Migrate up, in one transaction; a second process that tries at the same time waits."""
    with database.engine.connect() as connection, connection.begin():
        _alone(connection, database)
        command.upgrade(_config(connection), revision)


def downgrade(database: Database, revision: str) -> None:
    """Migrate down to `revision` ("base" empties the database)."""
    with database.engine.connect() as connection, connection.begin():
        _alone(connection, database)
        command.downgrade(_config(connection), revision)


def upgrade_within(connection: Connection, revision: str = "head") -> None:
    """Migrate up inside the caller's transaction."""
    command.upgrade(_config(connection), revision)


def downgrade_within(connection: Connection, revision: str = "base") -> None:
    """Migrate down inside the caller's transaction."""
    command.downgrade(_config(connection), revision)


def current(database: Database) -> str | None:
    """The revision that the database is at; None when it is empty."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest() -> str | None:
    """The revision that this program needs."""
    return ScriptDirectory(str(_SCRIPTS)).get_current_head()


def _alone(connection: Connection, database: Database) -> None:
    if database.kind == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
