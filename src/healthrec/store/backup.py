r"""Every table as one stream of text that either database can read back: PostgreSQL's COPY format, table by table.

A line `= table column …` begins a table and `\.` ends it; between them stands one line per row, fields parted by tabs, `\N`
for null. Both databases give one state of all tables, as of the moment at which the first row was read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import islice
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Double, LargeBinary, Table, Text, delete

from healthrec.errors import Issue, Refused
from healthrec.store import postgres
from healthrec.store.engine import Connection, Database
from healthrec.store.tables import metadata, session, token

_ESCAPED = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f", "\v": "\\v"}
_PLAIN = {written: plain for plain, written in _ESCAPED.items()}
_TO_ESCAPE = re.compile(r"[\\\n\r\t\b\f\v]")
_TO_UNESCAPE = re.compile(r"\\[\\nrtbfv]")
_END = b"\\."
_ROWS_AT_ONCE = 2000

TABLES: tuple[Table, ...] = tuple(metadata.sorted_tables)


def dump(database: Database) -> Iterator[bytes]:
    """The stream, in pieces of a few thousand rows. Writers are not held up (with SQLite's rollback journal they wait)."""
    with database.engine.connect() as plain:
        read = plain.execution_options(isolation_level="REPEATABLE READ") if database.kind == "postgresql" else plain
        with read.begin():
            for table in TABLES:
                names = [column.name for column in table.columns]
                yield f"= {' '.join([table.name, *names])}\n".encode()
                yield from (_copied if database.kind == "postgresql" else _written_out)(read, table)
                yield _END + b"\n"


class Loader:
    """Takes the stream in pieces of any size and puts the rows into the tables, which must be empty.

    A context manager; `rows` counts by table. Raises Refused for a stream that is not ours or ends too early.
    """

    def __init__(self, connection: Connection) -> None:
        self.rows: dict[str, int] = {}
        self._connection = connection
        self._rest = b""
        self._lines: list[bytes] = []
        self._table: Table | None = None
        self._columns: list[str] = []
        self._stack = ExitStack()
        self._put: Callable[[list[bytes]], None] = lambda _: None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, trace)
        if kind is None and (
            self._table is not None or self._rest or set(self.rows) != {table.name for table in TABLES}
        ):
            raise Refused(Issue("processing", "backup.cut-short"))

    def write(self, piece: bytes) -> int:
        """Take the next bytes."""
        *lines, self._rest = (self._rest + piece).split(b"\n")
        for line in lines:
            self._line(line)
        self._flush()
        return len(piece)

    def _line(self, line: bytes) -> None:
        if self._table is None:
            self._begin(line)
        elif line == _END:
            self._flush()
            self._stack.close()
            self._table = None
        else:
            self._lines.append(line)
            if len(self._lines) >= _ROWS_AT_ONCE:
                self._flush()

    def _begin(self, line: bytes) -> None:
        mark, name, *self._columns = line.decode().split(" ")
        self._table = metadata.tables.get(name)
        if mark != "=" or self._table is None or not set(self._columns) <= set(self._table.columns.keys()):
            raise Refused(Issue("processing", "backup.damaged"))
        self.rows[name] = 0
        if self._connection.dialect.name == "postgresql":
            statement = f"COPY {name} ({', '.join(map(_quoted, self._columns))}) FROM STDIN"
            copy = self._stack.enter_context(_cursor(self._connection).copy(statement))
            self._put = lambda lines: copy.write(b"\n".join(lines) + b"\n")
        else:
            self._put = self._insert

    def _flush(self) -> None:
        if self._lines and self._table is not None:
            self._put(self._lines)
            self.rows[self._table.name] += len(self._lines)
            self._lines = []

    def _insert(self, lines: list[bytes]) -> None:
        assert self._table is not None
        read = [_reader(self._table.columns[name].type) for name in self._columns]
        marks = ", ".join("?" for _ in read)
        statement = f"INSERT INTO {self._table.name} ({', '.join(map(_quoted, self._columns))}) VALUES ({marks})"
        rows = [[one(cell) for one, cell in zip(read, line.decode().split("\t"), strict=True)] for line in lines]
        _cursor(self._connection).executemany(statement, rows)


def revoke_all(connection: Connection) -> None:
    """End every session and token: what was revoked since the backup must not come back to life."""
    connection.execute(delete(session))
    connection.execute(delete(token))


def _written_out(connection: Connection, table: Table) -> Iterator[bytes]:
    names = ", ".join(_quoted(column.name) for column in table.columns)
    cursor = _cursor(connection)
    cursor.execute(f"SELECT {names} FROM {table.name}")
    while rows := cursor.fetchmany(_ROWS_AT_ONCE):
        yield "".join("\t".join(map(_cell, row)) + "\n" for row in rows).encode()


def _copied(connection: Connection, table: Table) -> Iterator[bytes]:
    names = ", ".join(_quoted(column.name) for column in table.columns)
    with _cursor(connection).copy(f"COPY {table.name} ({names}) TO STDOUT") as copy:
        while block := b"".join(islice(copy, _ROWS_AT_ONCE)):
            yield block


def _cursor(connection: Connection) -> Any:
    if connection.dialect.name == "postgresql":
        postgres.settle(connection)
    return connection.connection.cursor()


def _cell(value: Any) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, str):
        return _TO_ESCAPE.sub(lambda found: _ESCAPED[found[0]], value)
    if isinstance(value, bytes | memoryview):
        return "\\\\x" + bytes(value).hex()
    return repr(value)


def _reader(type_: Any) -> Callable[[str], Any]:
    if isinstance(type_, LargeBinary):
        return lambda cell: None if cell == "\\N" else bytes.fromhex(cell.removeprefix("\\\\x"))
    if isinstance(type_, Double):
        return lambda cell: None if cell == "\\N" else float(cell)
    if isinstance(type_, Text) or type_.python_type is str:
        return lambda cell: None if cell == "\\N" else _TO_UNESCAPE.sub(lambda found: _PLAIN[found[0]], cell)
    return lambda cell: None if cell == "\\N" else int(cell)


def _quoted(name: str) -> str:
    return f'"{name}"'


__all__ = ["TABLES", "Loader", "dump", "revoke_all"]
