"""The database: one writer at a time on SQLite, a taken key is told apart from a fault, keys never repeat."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import insert, select

from healthrec.services.context import Services
from healthrec.store.engine import Taken, journal_mode
from healthrec.store.statements import Statement
from healthrec.store.tables import org_choice

ROW = {"organization": 1, "name": "standard", "value": "x"}


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
        assert connection.execute(select(org_choice)).all() == []


def test_keys_of_many_threads_are_all_different(services: Services) -> None:
    with ThreadPoolExecutor(8) as pool:
        firsts = list(pool.map(lambda _: services.database.keys.take(3), range(500)))
    assert len({first + i for first in firsts for i in range(3)}) == 1500


def test_a_held_connection_sees_each_commit(services: Services) -> None:
    held = services.database.hold()
    assert held.execute(select(org_choice)).all() == []
    with services.database.write() as connection:
        connection.execute(insert(org_choice), ROW)
    assert len(held.execute(select(org_choice)).all()) == 1


@pytest.mark.parametrize(
    ("version", "mode"), [((3, 51, 2), "DELETE"), ((3, 51, 3), "WAL"), ((3, 40, 1), "DELETE"), ((4, 0, 0), "WAL")]
)
def test_wal_is_used_only_where_the_library_is_safe_with_it(version: tuple[int, ...], mode: str) -> None:
    assert journal_mode(version) == mode
