"""What the interactions share: the services, the loop's own connection, waiting for the audit, a thread for writes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar

from healthrec.api.call import Call
from healthrec.http.reply import Reply
from healthrec.services.context import Services
from healthrec.services.record.read import Document, Shown
from healthrec.store.audit import AuditRow
from healthrec.store.engine import Busy, Connection

T = TypeVar("T")


_WRITERS = 16

Interaction = Callable[["Kit", Call], Awaitable[Reply]]


class Kit:
    """One per server process. `connection` belongs to the event loop's thread alone; `route` finds the interaction of a
    call, for those that hold calls of their own (a batch)."""

    def __init__(self, services: Services, route: Callable[[Call], Interaction]) -> None:
        self.services = services
        self.route = route
        self._threads = ThreadPoolExecutor(_WRITERS, thread_name_prefix="fhir-write")

    def connection(self) -> Connection:
        """The connection that reads on the loop use; each statement sees the latest commit."""
        return self.services.committer.connection()

    async def shown(self, shown: Shown) -> tuple[Document, ...]:
        """The documents, once their audit row is on disk."""
        await self.audited(shown.audit)
        return shown.documents

    async def audited(self, row: AuditRow) -> None:
        """Return when the row is on disk."""
        await self.services.committer.committed(row)

    async def write(self, work: Callable[[Connection | None], T], *, little: bool) -> T:
        """Run a use case that writes, on the connection that it is given. What is `little` is done at once on the embedded
        database where nobody else writes: to hand it to a thread and back costs half as much again."""
        if little and self.services.database.kind == "sqlite":
            with suppress(Busy):
                return work(self.connection())
        return await self.in_thread(lambda: work(None))

    async def in_thread(self, work: Callable[[], T]) -> T:
        """Run a writing use case beside the loop."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)
