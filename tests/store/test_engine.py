"""The database: one writer at a time on SQLite, a taken key is told apart from a fault, keys never repeat."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import bindparam, insert, select

from healthrec.services.context import Services
from healthrec.store.dialects import HOT
from healthrec.store.engine import Busy, Database, Taken, connect_sqlite, journal_mode
from healthrec.store.schema import upgrade
from healthrec.store.statements import Statement
from healthrec.store.tables import org_choice

ODD = ["", "x", '"', "\\", '\\"', "{a,b}", "NULL", "王小明·𬭸", "a\tb\nc", "'; --", "x" * 70_000]
ROW = {"organization": 1, "name": "standard", "value": "x"}
OURS = org_choice.c.name == ROW["name"]
"""The house remembers things of its own in that table."""


def test_a_taken_key_names_its_table_by_either_way_of_running(services: Services) -> None:
    with services.database.write() as connection:
        connection.execute(insert(org_choice), ROW)
    with pytest.raises(Taken, match="org_choice"), services.database.write() as connection:
        connection.execute(insert(org_choice), ROW)
    with pytest.raises(Taken, match="org_choice"), services.database.write() as connection:
        Statement(insert(org_choice)).many(connection, [ROW])


def test_other_errors_pass_and_nothing_is_kept(services: Services) -> None:
    with pytest.raises(ZeroDivisionError), services.database.write() as connection:
        connection.execute(insert(org_choice), ROW)
        _ = 1 // 0
    with services.database.read() as connection:
        assert connection.execute(select(org_choice).where(OURS)).all() == []


def test_writers_who_stand_in_line_are_on_disk_when_they_return(services: Services) -> None:
    def put(number: int) -> bool:
        row = ROW | {"organization": number}
        with services.database.write() as connection:
            Statement(insert(org_choice)).run(connection, row)
        with services.database.read() as other:
            return other.execute(select(org_choice).where(org_choice.c.organization == number)).first() is not None

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(put, range(200)))


def test_what_one_writer_undoes_takes_nothing_from_those_beside_it(services: Services) -> None:
    def put(number: int) -> None:
        with suppress(ZeroDivisionError, Taken), services.database.write() as connection:
            Statement(insert(org_choice)).run(connection, ROW | {"organization": number})
            if number % 3 == 1:
                _ = 1 // 0
            if number % 3 == 2:
                Statement(insert(org_choice)).run(connection, ROW | {"organization": number})

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(put, range(120)))
    with services.database.read() as connection:
        kept = (
            connection.execute(select(org_choice.c.organization).where(OURS).order_by(org_choice.c.organization))
            .scalars()
            .all()
        )
    assert kept == list(range(0, 120, 3))


def test_many_rows_and_odd_values_come_back_as_they_went(services: Services) -> None:
    rows = [ROW | {"organization": i, "value": value} for i, value in enumerate(ODD)]
    with services.database.write() as connection:
        Statement(insert(org_choice)).many(connection, rows)
        Statement(insert(org_choice)).run(connection, ROW | {"organization": 99, "value": ODD[0]})
        asked = Statement(select(org_choice.c.value).where(OURS).order_by(org_choice.c.organization))
        assert asked.all(connection, {}) == [(value,) for value in (*ODD, ODD[0])]


def test_keys_of_many_threads_are_all_different(services: Services) -> None:
    with services.database.write():
        pass  # keys are reserved before a transaction
    with ThreadPoolExecutor(8) as pool:
        firsts = list(pool.map(lambda _: services.database.keys.take(3), range(500)))
    assert len({first + i for first in firsts for i in range(3)}) == 1500


def test_a_held_connection_sees_each_commit(services: Services) -> None:
    held = services.database.hold()
    assert held.execute(select(org_choice).where(OURS)).all() == []
    with services.database.write() as connection:
        connection.execute(insert(org_choice), ROW)
    assert len(held.execute(select(org_choice).where(OURS)).all()) == 1


def test_closing_waits_for_who_is_writing(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'closing.db'}")
    upgrade(database)
    with ThreadPoolExecutor(1) as pool:
        with database.write() as connection:
            closed = pool.submit(database.close)
            for number in range(2000):
                Statement(insert(org_choice)).run(connection, ROW | {"organization": number})
        closed.result()
    again = Database(f"sqlite:///{tmp_path / 'closing.db'}")
    with again.read() as connection:
        assert len(connection.execute(select(org_choice).where(OURS)).all()) == 2000
    again.close()


@pytest.mark.one_database
def test_who_would_not_wait_hears_that_another_process_writes_and_writes_when_it_is_done(services: Services) -> None:
    held, path = services.database.hold(), services.database.path
    assert path is not None
    other = connect_sqlite(path)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Busy), services.database.write(held):
        pass
    other.execute("ROLLBACK")
    other.close()
    with services.database.write(held) as connection:
        connection.execute(insert(org_choice), ROW)
    assert len(held.execute(select(org_choice).where(OURS)).all()) == 1


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_what_never_changes_stands_in_the_text_of_a_hot_statement(kind: str) -> None:
    """There the planner sees it: PostgreSQL then knows how many rows to expect, SQLite which partial index serves."""
    asked = select(org_choice.c.value).where(
        OURS, org_choice.c.value != "it's", org_choice.c.organization == bindparam("of")
    )
    text = str(asked.limit(3).compile(dialect=HOT[kind]))
    assert "name = 'standard'" in text
    assert "!= 'it''s'" in text
    assert "LIMIT 3" in text
    assert text.count("?" if kind == "sqlite" else "$") == 1


@pytest.mark.one_database
def test_a_limit_is_no_bare_bind_which_sqlite_would_plan_anew_at_each_run(services: Services) -> None:
    for dialect in (services.database.engine.dialect, HOT["sqlite"]):
        text = str(select(org_choice.c.value).limit(bindparam("count")).compile(dialect=dialect))
        assert "LIMIT ? + 0" in text


@pytest.mark.parametrize(
    ("version", "mode"), [((3, 51, 2), "DELETE"), ((3, 51, 3), "WAL"), ((3, 40, 1), "DELETE"), ((4, 0, 0), "WAL")]
)
def test_wal_is_used_only_where_the_library_is_safe_with_it(version: tuple[int, ...], mode: str) -> None:
    assert journal_mode(version) == mode
