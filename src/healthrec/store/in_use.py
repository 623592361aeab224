"""Who works on a database: many may at a time, and what remakes or replaces it must be alone.

The mark goes with its process, however that ends. An embedded database has an empty SQLite file beside it whose shared and
exclusive locks are the marks, so that they work on every system; PostgreSQL has advisory locks.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import NullPool, create_engine, make_url

from healthrec.store.engine import Busy

_LOCK = 730_421_021
"""Any number: the PostgreSQL advisory lock of whoever works on the database."""


@contextmanager
def in_use(url: str, *, alone: bool = False) -> Iterator[None]:
    """While inside, the database counts as in use, by us `alone` or beside others. Raises Busy where that cannot be."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        with _on_server(url, alone=alone):
            yield
        return
    path = Path(parsed.database or "healthrec.db").resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    with _beside(path.with_suffix(".in-use"), alone=alone):
        yield


@contextmanager
def _beside(file: Path, *, alone: bool) -> Iterator[None]:
    with closing(sqlite3.connect(file, timeout=0, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN EXCLUSIVE" if alone else "BEGIN")
            connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
        except sqlite3.OperationalError:
            raise Busy from None
        yield


@contextmanager
def _on_server(url: str, *, alone: bool) -> Iterator[None]:
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"), poolclass=NullPool, hide_parameters=True)
    kind = "" if alone else "_shared"
    with engine.connect() as plain:
        connection = plain.execution_options(isolation_level="AUTOCOMMIT")
        if not connection.exec_driver_sql(f"SELECT pg_try_advisory_lock{kind}({_LOCK})").scalar_one():
            raise Busy
        yield
