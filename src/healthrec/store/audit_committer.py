"""Puts the audit rows of reads on disk before their answers go out, many in one commit where many wait.

On the event loop the rows of all requests of one turn are committed together, at once, if nobody else is writing: a thread
that wakes up costs as much as the flush to disk. While somebody writes, and for callers in threads, one thread waits its turn
instead, so that the loop never does.
"""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future
from contextlib import suppress
from queue import SimpleQueue

from healthrec.store.audit import AuditRow, insert_rows
from healthrec.store.engine import Busy, Connection, Database

Waiter = Future[None] | asyncio.Future[None]
Entry = tuple[AuditRow, Waiter, asyncio.AbstractEventLoop | None]

_MOST = 500


class Committer:
    """One per process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._gathered: list[Entry] = []
        self._on_loop: Connection | None = None
        self._in_thread: Connection | None = None
        self._queue: SimpleQueue[Entry | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="audit-committer", daemon=True)
        self._thread.start()

    def commit(self, row: AuditRow) -> None:
        """Return when the row is on disk. For threads."""
        waiter: Future[None] = Future()
        self._queue.put((row, waiter, None))
        waiter.result()

    def connection(self) -> Connection:
        """For reads on the event loop. Its audit rows go over the same one: what another connection commits makes SQLite
        forget the pages that it has read."""
        if self._on_loop is None or _broken(self._on_loop):
            self._on_loop = self._database.hold()
        return self._on_loop

    def committed(self, row: AuditRow) -> asyncio.Future[None]:
        """A future that is done when the row is on disk. For the event loop."""
        loop = asyncio.get_running_loop()
        waiter = loop.create_future()
        if not self._gathered:
            loop.call_soon(self._flush)
        self._gathered.append((row, waiter, loop))
        return waiter

    def close(self) -> None:
        """Commit what waits, then stop."""
        self._queue.put(None)
        self._thread.join(timeout=30)

    def _flush(self) -> None:
        entries, self._gathered = self._gathered, []
        try:
            self._write(self.connection(), entries, wait=False)
        except Busy:
            for entry in entries:
                self._queue.put(entry)
        except Exception as failure:  # noqa: BLE001 - the readers get it: without its audit row nothing is shown
            _finish([waiter for _, waiter, _ in entries], failure)
        else:
            _finish([waiter for _, waiter, _ in entries], None)

    def _run(self) -> None:
        while True:
            waiting = [self._queue.get()]
            while not self._queue.empty() and len(waiting) < _MOST:
                waiting.append(self._queue.get())
            entries = [entry for entry in waiting if entry is not None]
            if entries:
                self._settle(entries)
            if None in waiting:
                return

    def _settle(self, entries: list[Entry]) -> None:
        error: Exception | None = None
        try:
            if self._in_thread is None or _broken(self._in_thread):
                self._in_thread = self._database.hold()
            self._write(self._in_thread, entries, wait=True)
        except Exception as failure:  # noqa: BLE001 - as above
            error = failure
        loops: dict[asyncio.AbstractEventLoop, list[Waiter]] = {}
        for _, waiter, loop in entries:
            if loop is None:
                _finish([waiter], error)
            else:
                loops.setdefault(loop, []).append(waiter)
        for loop, waiters in loops.items():
            with suppress(RuntimeError):  # a loop that was closed meanwhile has nobody left who waits
                loop.call_soon_threadsafe(_finish, waiters, error)

    def _write(self, held: Connection, entries: list[Entry], *, wait: bool) -> None:
        rows = [row for row, _, _ in entries]
        single = len(rows) == 1 and not rows[0].children
        with self._database.write_on(held, single=single, wait=wait) as connection:
            insert_rows(connection, self._database.keys.take, rows)


def _broken(held: Connection) -> bool:
    return held.closed or held.invalidated


def _finish(waiters: list[Waiter], error: Exception | None) -> None:
    for waiter in waiters:
        if waiter.cancelled():
            continue
        if error is None:
            waiter.set_result(None)
        else:
            waiter.set_exception(error)
