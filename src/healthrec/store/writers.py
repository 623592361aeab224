"""The line of writers on SQLite: one at a time, and one flush to disk for all who stood in line together.

A commit writes every page that was touched and waits for the disk, which costs more than the statements before it. So a
writer who is done and sees others waiting leaves the transaction open for the next one; the last of them commits, and only
then do all of them return. What one of them undoes is undone to its own savepoint.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

_MOST = 32
"""How many writers one commit may hold up."""
_LOST_SECONDS = 5.0


class Busy(Exception):
    """Somebody else is writing, and the caller would not wait."""


class _Group:
    """Writers whose changes are committed together."""

    def __init__(self) -> None:
        self.size = 0
        self.ended = threading.Event()
        self.failure: Exception | None = None


class Line:
    """One per database file and process. `connect` gives the connection that all writers share."""

    def __init__(self, connect: Callable[[], Connection]) -> None:
        self._connect = connect
        self._shared: Connection | None = None
        self._turn = threading.Lock()
        self._counting = threading.Lock()
        self.waiting = 0
        self._open: _Group | None = None

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction on the shared connection; on disk when this returns, together with those of others."""
        self._stand_in_line()
        try:
            connection = self._usable()
            group = self._open = self._open or self._begin(connection)
            with self._part(connection, group):
                yield connection
            group.size += 1
        finally:
            if self._open is not None and (not self.waiting or self._open.size >= _MOST):
                self._commit()
            self._turn.release()
        self._wait_for(group)

    @contextmanager
    def alone(self, *, wait: bool = True) -> Iterator[None]:
        """Nobody of this process writes meanwhile; what was left open is committed first. Without `wait`: Busy."""
        if wait:
            self._stand_in_line()
        elif not self._turn.acquire(blocking=False):
            raise Busy
        try:
            if self._open is not None:
                self._commit()
            yield
        finally:
            self._turn.release()

    def _stand_in_line(self) -> None:
        with self._counting:
            self.waiting += 1
        try:
            self._turn.acquire()
        finally:
            with self._counting:
                self.waiting -= 1

    def _usable(self) -> Connection:
        if self._shared is None or self._shared.closed or self._shared.invalidated:
            self._shared = self._connect()
        return self._shared

    def _begin(self, connection: Connection) -> _Group:
        _run(connection, "BEGIN IMMEDIATE")
        return _Group()

    @contextmanager
    def _part(self, connection: Connection, group: _Group) -> Iterator[None]:
        first = group.size == 0
        if not first:
            _run(connection, "SAVEPOINT part")
        try:
            yield
        except BaseException:
            self._undo(connection, group, first)
            raise
        if not first:
            _run(connection, "RELEASE part")

    def _undo(self, connection: Connection, group: _Group, first: bool) -> None:
        try:
            for command in ("ROLLBACK",) if first else ("ROLLBACK TO part", "RELEASE part"):
                _run(connection, command)
        except Exception as failure:  # noqa: BLE001 - a full disk, say: the database has undone everything by itself
            self._lose(group, failure)
        if first:
            self._open = None

    def _commit(self) -> None:
        group, self._open = self._open, None
        assert group is not None
        try:
            _run(self._usable(), "COMMIT")
        except Exception as failure:  # noqa: BLE001 - each of the group's writers gets it
            self._lose(group, failure)
        group.ended.set()

    def _lose(self, group: _Group, failure: Exception) -> None:
        self._open, group.failure = None, failure
        if self._shared is not None:
            self._shared.invalidate(failure)
        group.ended.set()

    def _wait_for(self, group: _Group) -> None:
        while not group.ended.wait(_LOST_SECONDS):  # the one for whom it was left open may have been interrupted
            with self.alone():
                pass
        if group.failure is not None:
            raise group.failure


def _run(connection: Connection, command: str) -> None:
    connection.connection.cursor().execute(command)
