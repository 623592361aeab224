"""PostgreSQL without ceremony: statements prepared once on each connection, and writes sent without waiting for answers.

A cursor of psycopg costs 60 to 100 µs a statement and a round trip each, so here libpq is spoken to through psycopg's thin
wrapper. What gives no rows is sent into a pipeline and answered for at the next question or at the end of the transaction,
where the first error among the answers is raised. https://www.postgresql.org/docs/current/libpq-pipeline-mode.html
"""

from __future__ import annotations

import select
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import count
from typing import Any

import psycopg
from psycopg import pq
from sqlalchemy import Connection, Double, Integer, LargeBinary, Table

_names = count()
_DONE = (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK)
_IDLE = pq.TransactionStatus.IDLE
_UNANSWERED = "healthrec_unanswered"
_MOST_UNANSWERED = 500


class Prepared:
    """One statement with numbered binds ($1 …), parsed once by each connection that runs it."""

    __slots__ = ("_name", "_read", "_text")

    def __init__(self, text: str) -> None:
        self._text = text.encode()
        self._name = f"house_{next(_names)}".encode()
        self._read: tuple[Callable[[bytes], Any], ...] | None = None

    def rows(self, connection: Connection, values: Sequence[bytes | None]) -> list[tuple[Any, ...]]:
        """Run it; every row. Raises psycopg.Error, also for what was sent before."""
        raw: Any = connection.connection.driver_connection
        pgconn, known = raw.pgconn, connection.info
        if _UNANSWERED in known or (not raw.autocommit and pgconn.transaction_status == _IDLE):
            self.send(connection, values)
            return self._taken_apart(settle(connection))
        if self._name not in known:
            _checked(connection, pgconn.prepare(self._name, self._text))
            known[self._name] = True
        return self._taken_apart(_checked(connection, pgconn.exec_prepared(self._name, values)))

    def send(self, connection: Connection, values: Sequence[bytes | None]) -> None:
        """Run it without waiting, for what gives no rows."""
        pgconn, known = _pipeline(connection), connection.info
        unanswered: list[bytes] = known[_UNANSWERED]
        if self._name not in known:
            pgconn.send_prepare(self._name, self._text)
            unanswered.append(self._name)
            known[self._name] = True
        pgconn.send_query_prepared(self._name, values)
        unanswered.append(b"")
        if len(unanswered) > _MOST_UNANSWERED:
            settle(connection)

    def _taken_apart(self, result: Any) -> list[tuple[Any, ...]]:
        if not result.nfields:
            return []
        if self._read is None:
            self._read = tuple(_READ.get(result.ftype(i), bytes.decode) for i in range(result.nfields))
        get, columns = result.get_value, tuple(enumerate(self._read))
        return [
            tuple([None if (value := get(row, i)) is None else read(value) for i, read in columns])
            for row in range(result.ntuples)
        ]


def bulk_insert(table: Table, names: Sequence[str]) -> Prepared:
    """An INSERT of any number of rows, given as one array for each column."""
    arrays = ", ".join(f"${i}::{_array_type(table.columns[name].type)}[]" for i, name in enumerate(names, 1))
    columns = ", ".join(f'"{name}"' for name in names)
    return Prepared(f'INSERT INTO "{table.name}" ({columns}) SELECT * FROM unnest({arrays})')


def send_command(connection: Connection, command: bytes) -> None:
    """A command without binds, such as BEGIN, without waiting."""
    _pipeline(connection).send_query_params(command, None)
    connection.info[_UNANSWERED].append(b"")


def settle(connection: Connection) -> Any:
    """Wait for the answers to all that was sent; the last of them. Raises psycopg.Error for the first that failed."""
    known = connection.info
    unanswered: list[bytes] = known.pop(_UNANSWERED, [])
    if not unanswered:
        return None
    pgconn: Any = connection.connection.driver_connection.pgconn  # type: ignore[union-attr]
    try:
        pgconn.pipeline_sync()
        _flush(pgconn)
        results = [_answer(pgconn) for _ in unanswered]
        _awaited(pgconn)  # the end of the pipeline
        pgconn.exit_pipeline_mode()
    except psycopg.Error as error:
        connection.invalidate(error)
        raise
    if any(result.status not in _DONE for result in results):
        for name, result in zip(unanswered, results, strict=True):
            if name and result.status not in _DONE:  # it was to be prepared, and was not
                del known[name]
        for result in results:
            _checked(connection, result)
    return results[-1]


def roll_back(connection: Connection) -> None:
    """Undo the transaction, whatever became of what was sent."""
    with suppress(psycopg.Error):
        settle(connection)
    raw: Any = connection.connection.driver_connection
    if raw.pgconn.transaction_status != _IDLE:
        _checked(connection, raw.pgconn.exec_(b"ROLLBACK"))


def sent(value: Any) -> bytes | None:
    """One value in PostgreSQL's text form."""
    return _SENT[type(value)](value)


def array(values: Sequence[Any]) -> bytes:
    """One column of values as an array."""
    return b"{" + b",".join([_IN_ARRAY[type(value)](value) for value in values]) + b"}"


def _pipeline(connection: Connection) -> Any:
    """The connection in pipeline mode, in a transaction if the driver would have begun one."""
    raw: Any = connection.connection.driver_connection
    if _UNANSWERED not in connection.info:
        idle = raw.pgconn.transaction_status == _IDLE
        raw.pgconn.enter_pipeline_mode()
        connection.info[_UNANSWERED] = []
        if idle and not raw.autocommit:
            send_command(connection, b"BEGIN")
    return raw.pgconn


def hung_up(raw: Any) -> bool:
    """Whether the server has ended this idle connection: its goodbye waits to be read. Costs no round trip."""
    return raw.closed or bool(_stirs(raw.pgconn.socket, milliseconds=0))


def _stirs(socket: int, *, writable: bool = False, milliseconds: int | None = None) -> bool:
    """Wait until the socket can be read (or written). Windows has no poll, and no limit on the number of a socket."""
    if sys.platform == "win32":
        seconds = None if milliseconds is None else milliseconds / 1000
        return any(select.select([socket], [socket] if writable else [], [], seconds))
    poll = select.poll()
    poll.register(socket, select.POLLIN | (select.POLLOUT if writable else 0))
    return bool(poll.poll(milliseconds))


def _flush(pgconn: Any) -> None:
    while pgconn.flush():
        _stirs(pgconn.socket, writable=True)
        pgconn.consume_input()


def _answer(pgconn: Any) -> Any:
    result = _awaited(pgconn)
    _awaited(pgconn)  # nothing: the end of one answer
    return result


def _awaited(pgconn: Any) -> Any:
    while pgconn.is_busy():
        _stirs(pgconn.socket)
        pgconn.consume_input()
    return pgconn.get_result()


def _checked(connection: Connection, result: Any) -> Any:
    if result.status not in _DONE:
        error = psycopg.errors.error_from_result(result)
        if connection.connection.driver_connection.closed:  # type: ignore[union-attr]
            connection.invalidate(error)
        raise error
    return result


def _text(value: str) -> bytes:
    if "\0" in value:
        raise psycopg.DataError("PostgreSQL keeps no NUL in a text")
    return value.encode()


def _quoted(value: str) -> bytes:
    return b'"' + _text(value).replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


def _array_type(type_: Any) -> str:
    if isinstance(type_, Integer):
        return "bigint"
    return "float8" if isinstance(type_, Double) else "bytea" if isinstance(type_, LargeBinary) else "text"


_SENT: dict[type, Callable[[Any], bytes | None]] = {
    int: b"%d".__mod__,
    str: _text,
    float: lambda value: repr(value).encode(),
    bytes: lambda value: b"\\x" + value.hex().encode(),
    bool: lambda value: b"t" if value else b"f",
    type(None): lambda _: None,
}
_IN_ARRAY: dict[type, Callable[[Any], bytes]] = {
    int: b"%d".__mod__,
    str: _quoted,
    float: lambda value: repr(value).encode(),
    bytes: lambda value: b'"\\\\x' + value.hex().encode() + b'"',
    bool: lambda value: b"t" if value else b"f",
    type(None): lambda _: b"NULL",
}
_READ: dict[int, Callable[[bytes], Any]] = {
    16: b"t".__eq__,
    17: lambda value: bytes.fromhex(value[2:].decode()),
    20: int,
    21: int,
    23: int,
    701: float,
}
"""By the number of the type in pg_type; everything else is text."""
