"""One queue and one worker thread in this process. What a killed worker left is queued again when the next one starts."""

from __future__ import annotations

import logging
from typing import Any

from huey import MemoryHuey, SqliteHuey
from huey.consumer import Consumer

from healthrec.services.context import Services
from healthrec.services.documents import batches
from healthrec.services.operations import audit_standing

_STOP_SECONDS = 20

# it tells of every start at length, which nobody at a clinic needs to read
logging.getLogger("huey").setLevel(logging.WARNING)


class Jobs:
    """The jobs of one installation: a file beside an embedded database, else the memory of this process."""

    def __init__(self, services: Services) -> None:
        self._services = services
        path = services.database.path
        self._huey: Any = (
            SqliteHuey("healthrec", filename=str(path.with_suffix(".jobs"))) if path else MemoryHuey("healthrec")
        )
        self._summaries = self._huey.task(name="family_summaries")(lambda batch: batches.run(services, batch))
        self._check = self._huey.task(name="audit_check")(lambda: _check(services))
        self._consumer: Any = None

    def audit_check(self) -> None:
        """Have the audit checked."""
        self._check()

    def family_summaries(self, batch: str) -> None:
        """Have the batch run."""
        self._summaries(batch)

    def start(self) -> None:
        """Begin to work; first what was left."""
        self._huey.flush()
        for batch in batches.unfinished(self._services):
            self.family_summaries(batch)
        if audit_standing.is_wanted(self._services):
            self.audit_check()
        self._consumer = _QuietConsumer(self._huey, workers=1, periodic=False, max_delay=1.0, check_worker_health=False)
        self._consumer.start()

    def stop(self) -> None:
        """Let the child at hand be finished, then stop."""
        if self._consumer is not None:
            self._consumer.stop()
            for _, thread in self._consumer.worker_threads:
                thread.join(_STOP_SECONDS)
            self._consumer.scheduler.join(_STOP_SECONDS)
        self._huey.storage.close()


def _check(services: Services) -> None:
    """What comes out stands on the page of the audit; the queue keeps nothing of it."""
    audit_standing.check(services)


class _QuietConsumer(Consumer):  # type: ignore[misc]  # huey has no types
    """The server keeps its own signal handlers."""

    def _set_signal_handlers(self) -> None:
        return
