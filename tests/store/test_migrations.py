"""Up, down and up again on both databases; what migrations make is what the program declares."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from healthrec.store.engine import Database
from healthrec.store.schema import current, downgrade, newest, upgrade
from healthrec.store.tables import metadata


@pytest.fixture
def database(empty_url: str) -> Iterator[Database]:
    """An empty database."""
    found = Database(empty_url)
    yield found
    found.close()


def test_up_down_and_up_again(database: Database) -> None:
    assert current(database) is None
    for _ in range(2):
        upgrade(database)
        assert current(database) == newest()
        downgrade(database, "base")
        assert current(database) is None
        with database.read() as connection:
            assert set(inspect(connection).get_table_names()) <= {"alembic_version"}


def test_an_upgrade_of_what_is_current_changes_nothing(database: Database) -> None:
    upgrade(database)
    upgrade(database)
    assert current(database) == newest()


def test_the_migrated_schema_is_the_declared_one(database: Database) -> None:
    upgrade(database)
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
