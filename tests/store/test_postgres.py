"""What is sent into a pipeline of PostgreSQL is answered for, and connections outlive refusals and a server's end."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import bindparam, delete, insert, select, text
from tests.conftest import needs_postgres, postgres_database

from healthrec.store.engine import Database
from healthrec.store.schema import upgrade
from healthrec.store.statements import Statement
from healthrec.store.tables import org_choice

ROW = {"organization": 1, "name": "standard", "value": "x"}
END_OTHERS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()"

pytestmark = pytest.mark.postgres


@pytest.fixture
def database() -> Iterator[Database]:
    """An empty database with our tables."""
    needs_postgres()
    with postgres_database() as url:
        made = Database(url)
        upgrade(made)
        yield made
        made.close()


def test_after_a_refused_statement_the_same_connection_serves_on(database: Database) -> None:
    put, asked = Statement(insert(org_choice)), Statement(select(org_choice.c.value))
    held = database.hold()
    put.run(held, ROW)
    assert asked.all(held, {}) == [("x",)]
    for _ in range(2):
        put.run(held, ROW)  # sent, and refused only when it is answered for
        with pytest.raises(psycopg.errors.UniqueViolation):
            asked.all(held, {})
    assert asked.all(held, {}) == [("x",)]


def test_more_is_sent_at_once_than_the_pipeline_holds(database: Database) -> None:
    forget = Statement(delete(org_choice).where(org_choice.c.organization == bindparam("of")))
    with database.write() as connection:
        Statement(insert(org_choice)).many(connection, [ROW | {"organization": i} for i in range(1300)])
        forget.many(connection, [{"of": i} for i in range(1, 1300)])
    with database.read() as connection:
        assert connection.execute(select(org_choice.c.organization)).scalars().all() == [0]


def test_connections_that_the_server_ended_are_replaced_without_an_error(database: Database) -> None:
    with database.read() as idle, database.read() as killer:
        idle.execute(select(org_choice)).all()
        idle.rollback()
        killer.execute(text(END_OTHERS))
    for _ in range(3):
        with database.write() as connection:
            assert connection.execute(select(org_choice)).all() == []
