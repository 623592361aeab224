"""Opens the database: an embedded SQLite with one writer, or PostgreSQL, by one address.

SQLite before 3.51.3 may damage a WAL when two connections write and checkpoint at once, so an older library gets a
rollback journal. `synchronous=FULL` makes a commit survive a power cut.
"""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import QueuePool

from healthrec.store import postgres
from healthrec.store.dialects import SqliteCompiler
from healthrec.store.keys import Keys
from healthrec.store.writers import Busy, Line

_SAFE_WAL = (3, 51, 3)
_GIVE_WAY = frozenset({"40001", "40P01"})
"""PostgreSQL: two transactions met and this one had to give way."""
_AUTOCOMMIT = "healthrec_autocommit"
_PATIENCE = 30
"""Seconds for which a writer waits for another process with the same file."""
_PLANNING = "-c random_page_cost=1.1 -c jit=off"
"""PostgreSQL: what is read often lies in memory, and no statement of ours is long enough to be compiled."""
_PLANNED_ONCE = "SET plan_cache_mode = force_generic_plan"
"""PostgreSQL would plan some short reads anew each time, which costs ten times as much as running them. Pages are better off
with a plan for their own values: a walk is short or long by whose children they are."""


class Taken(Exception):
    """A unique key was taken by somebody else; `what` is the table that says so."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class Database:
    """One engine, its writer's lock and its keys. Threads may share it.

    `principals` remembers the numbers of principals; what a rolled back transaction may have added is dropped.
    """

    def __init__(self, url: str, *, key: str = "", pool_size: int = 12) -> None:
        parsed = make_url(url)
        self.kind = "sqlite" if parsed.get_backend_name() == "sqlite" else "postgresql"
        if self.kind == "sqlite":
            self.path: Path | None = Path(parsed.database or "healthrec.db").resolve()
            self.engine = _sqlite_engine(self.path, key, pool_size)
        else:
            self.path = None
            self.engine = create_engine(
                parsed.set(drivername="postgresql+psycopg"),
                pool_size=pool_size,
                max_overflow=20,
                hide_parameters=True,
                # the driver would throw away all prepared statements after a rollback, those of store.postgres too
                connect_args={"prepare_threshold": None, "options": _PLANNING},
            )
            event.listen(self.engine, "before_cursor_execute", _settle_first)
            event.listen(self.engine, "checkout", _refuse_hung_up)
        self.keys = Keys()
        self.principals: dict[str, int] = {}
        self._line = Line(self.hold)
        self._reserving = threading.Lock()
        self._held: list[Connection] = []

    @contextmanager
    def write(self, on: Connection | None = None) -> Iterator[Connection]:
        """One transaction that commits on leaving and rolls back on an error. On SQLite writers wait in line; with `on`, a
        connection from `hold` of this thread, one does not: Busy where somebody else is writing.

        Raises Taken when a unique index refuses a row.
        """
        self._reserve_keys(on)
        try:
            with self._transaction(on) as connection:
                yield connection
        except BaseException as error:
            self.principals.clear()
            if what := _taken(getattr(error, "orig", error)):
                raise Taken(what) from None
            raise

    def _transaction(self, on: Connection | None) -> AbstractContextManager[Connection]:
        if self.kind == "postgresql":
            return self._by_itself()
        return self._line.write() if on is None else self._beside_the_line(on, single=False, wait=False)

    @contextmanager
    def _by_itself(self) -> Iterator[Connection]:
        with self.engine.connect() as plain:
            connection = plain.execution_options(isolation_level="AUTOCOMMIT")
            with self._bracket(connection):
                yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one state of the database for as long as it is held."""
        with self.engine.connect() as connection:
            yield connection

    def hold(self) -> Connection:
        """A connection for one thread to keep; each statement stands alone and sees the latest commit."""
        wanted: dict[str, Any] = {"isolation_level": "AUTOCOMMIT"} if self.kind == "postgresql" else {_AUTOCOMMIT: True}
        held = self.engine.connect().execution_options(**wanted)
        if self.kind == "postgresql":
            held.exec_driver_sql(_PLANNED_ONCE)
        self._held.append(held)
        return held

    @contextmanager
    def write_on(self, held: Connection, *, single: bool, wait: bool = True) -> Iterator[Connection]:
        """Like `write` on a connection from `hold`; `single` when one statement is all, which is a transaction by itself.

        Without `wait` it raises Busy where somebody else is writing, be it another process with the same file.
        """
        embedded = self.kind == "sqlite"
        self._reserve_keys(held if embedded and not wait else None)
        if embedded:
            with self._beside_the_line(held, single=single, wait=wait):
                yield held
        else:
            with nullcontext() if single else self._bracket(held):
                yield held
                postgres.settle(held)

    @contextmanager
    def _beside_the_line(self, held: Connection, *, single: bool, wait: bool) -> Iterator[Connection]:
        with (
            self._line.alone(wait=wait),
            nullcontext() if wait else _impatient(held),
            nullcontext() if single else self._bracket(held),
        ):
            yield held

    @contextmanager
    def _bracket(self, held: Connection) -> Iterator[None]:
        _run(held, "BEGIN IMMEDIATE" if self.kind == "sqlite" else "BEGIN")
        try:
            yield
            _run(held, "COMMIT")
        except BaseException:
            _undo(held)
            raise

    def close(self) -> None:
        """Give every connection back, held ones too, when who is writing has finished: to close under its feet ends the process."""
        with self._line.alone() if self.kind == "sqlite" else nullcontext():
            for connection in self._held:
                connection.close()
            self._held.clear()
        self.engine.dispose()

    def _reserve_keys(self, on: Connection | None) -> None:
        if not self.keys.low:
            return
        if not self._reserving.acquire(blocking=on is None):
            raise Busy
        try:
            if self.keys.low:
                with self._transaction(on) as connection:
                    self.keys.refill(connection)
        finally:
            self._reserving.release()


def sqlite_module() -> ModuleType:
    """The SQLite to use: the bundled one where its wheel exists, else Python's own."""
    try:
        from sqlcipher3 import dbapi2
    except ImportError:
        return sqlite3
    module: ModuleType = dbapi2
    return module


def journal_mode(version: tuple[int, ...]) -> str:
    """WAL for a library that is safe with it, else a rollback journal."""
    return "WAL" if version >= _SAFE_WAL else "DELETE"


def connect_sqlite(path: Path, key: str = "", module: ModuleType | None = None) -> Any:
    """A DBAPI connection with the house's pragmas, in autocommit: transactions are begun by us."""
    module = module or sqlite_module()
    connection = module.connect(str(path), check_same_thread=False, isolation_level=None, timeout=30)
    if key:
        if module is sqlite3:
            raise RuntimeError("HEALTHREC_DATABASE_KEY needs the sqlcipher3 package")
        connection.execute(f"PRAGMA key = \"x'{_key_hex(key)}'\"")
    for pragma in (
        f"journal_mode = {journal_mode(module.sqlite_version_info)}",
        "synchronous = FULL",
        f"busy_timeout = {_PATIENCE * 1000}",
        "cache_size = -65536",
        "wal_autocheckpoint = 8000",
        "journal_size_limit = 67108864",
        "temp_store = MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}").fetchall()
    return connection


def _sqlite_engine(path: Path, key: str, pool_size: int) -> Engine:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    module = sqlite_module()
    engine = create_engine(
        "sqlite://",
        module=module,
        creator=lambda: connect_sqlite(path, key, module),
        poolclass=QueuePool,
        pool_size=pool_size,
        max_overflow=20,
        hide_parameters=True,
    )
    engine.dialect.statement_compiler = SqliteCompiler
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _run(connection: Connection, command: str) -> None:
    """BEGIN or COMMIT. PostgreSQL is not waited for when a transaction begins."""
    if connection.dialect.name == "sqlite":
        connection.connection.cursor().execute(command)
        return
    postgres.send_command(connection, command.encode())
    if command == "COMMIT":
        postgres.settle(connection)


@contextmanager
def _impatient(held: Connection) -> Iterator[None]:
    """Raise Busy where another process writes, instead of waiting for it."""
    _be_patient(held, 0)
    try:
        yield
    except Exception as error:
        if "database is locked" in str(error):
            raise Busy from None
        raise
    finally:
        _be_patient(held, _PATIENCE)


def _be_patient(held: Connection, seconds: int) -> None:
    driver: Any = held.connection.driver_connection
    if hasattr(driver, "set_busy_timeout"):  # a call costs a fifteenth of the PRAGMA; Python's own sqlite3 has none
        driver.set_busy_timeout(seconds)
    else:
        driver.execute(f"PRAGMA busy_timeout = {seconds * 1000}")


def _undo(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        postgres.roll_back(connection)
    elif connection.connection.driver_connection.in_transaction:  # type: ignore[union-attr]
        connection.connection.cursor().execute("ROLLBACK")


def _settle_first(connection: Connection, *_: Any) -> None:
    postgres.settle(connection)


def _refuse_hung_up(dbapi_connection: Any, *_: Any) -> None:
    if postgres.hung_up(dbapi_connection):
        raise DisconnectionError


def _begin_sqlite(connection: Connection) -> None:
    if not connection.get_execution_options().get(_AUTOCOMMIT):
        connection.exec_driver_sql("BEGIN")


def _taken(error: Any) -> str:
    """What the driver's error says is taken: a table, or a deadlock; "" for any other error.

    PostgreSQL names the table; SQLite says `UNIQUE constraint failed: table.column, …`.
    """
    if getattr(error, "sqlstate", None) in _GIVE_WAY:
        return "deadlock"
    if not any(kind.__name__ == "IntegrityError" for kind in type(error).__mro__):
        return ""
    diagnostic = getattr(error, "diag", None)
    if diagnostic is not None and diagnostic.table_name:
        return str(diagnostic.table_name)
    return str(error).rpartition("failed: ")[2].partition(".")[0]


def _key_hex(key: str) -> str:
    return hashlib.scrypt(key.encode(), salt=b"healthrec.database", n=2**14, r=8, p=1, dklen=32).hex()


__all__ = ["Busy", "Connection", "Database", "Taken", "connect_sqlite", "journal_mode", "sqlite_module"]
