"""One flush to disk for the writers who stood in line together; when it fails, each of them is told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Event

import pytest
from sqlalchemy import insert, select

from healthrec.services.context import Services
from healthrec.store.statements import Statement
from healthrec.store.tables import org_choice
from healthrec.store.writers import Line

PUT = Statement(insert(org_choice))
ROW = {"organization": 1, "name": "standard", "value": "x"}
OURS = org_choice.c.name == ROW["name"]
"""The house remembers things of its own in that table."""


@pytest.mark.one_database
def test_a_commit_that_fails_fails_each_writer_it_stood_for_and_the_next_begins_anew(services: Services) -> None:
    line, inside, go_on = Line(services.database.hold), Event(), Event()

    def first() -> str:
        with suppress(Exception), line.write() as connection:
            PUT.run(connection, ROW)
            inside.set()
            go_on.wait(30)
            return "left"
        return "told"

    def second() -> str:
        with suppress(Exception), line.write() as connection:
            connection.connection.cursor().execute("ROLLBACK")  # as SQLite does by itself when the disk is full
            return "left"
        return "told"

    with ThreadPoolExecutor(2) as pool:
        waiting = [pool.submit(first)]
        inside.wait(30)
        waiting.append(pool.submit(second))
        while not line.waiting:
            pass
        go_on.set()
        assert [one.result() for one in waiting] == ["told", "told"]
    with line.write() as connection:
        PUT.run(connection, ROW)
    with services.database.read() as connection:
        assert len(connection.execute(select(org_choice).where(OURS)).all()) == 1
