"""Brings a database to the schema that this program needs, without opening the installation."""

from __future__ import annotations

from healthrec.services.operations.in_use import alone
from healthrec.settings import Settings
from healthrec.store.engine import Database
from healthrec.store.schema import current, upgrade


def migrated(settings: Settings) -> tuple[str | None, str | None]:
    """The revision before (None for an empty database) and after. Raises Conflict while somebody works on it."""
    with alone(settings):
        database = Database(settings.database_url, key=settings.database_key)
        try:
            before = current(database)
            upgrade(database)
            return before, current(database)
        finally:
            database.close()
