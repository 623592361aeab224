"""A file from hand to record in one go, for the command line: read, say everything, and save unless it is a rehearsal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from healthrec.domain.roster import SheetKind
from healthrec.services.context import Caller, Services
from healthrec.services.imports.batches import Batch, drop, get, start
from healthrec.services.imports.reading import dry_run
from healthrec.services.imports.rows import Row
from healthrec.services.imports.save import Progress, save
from healthrec.sheets import read_workbook

_LONG = 3600.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a file: the batch after it, every row as read, and what was saved (None for a rehearsal)."""

    batch: Batch
    rows: tuple[Row, ...]
    saved: Progress | None

    @property
    def refused(self) -> int:
        """Rows that are not in the record now and were not there before."""
        counts = self.batch.counts
        return sum(counts.get(state, 0) for state in ("blocked", "ask", "out"))


def import_file(
    services: Services,
    caller: Caller,
    organization_id: str,
    kind: SheetKind,
    filename: str,
    data: bytes,
    *,
    rehearse: bool = False,
    measured_on: date | None = None,
    progress: Callable[[Progress], None] = lambda _: None,
) -> Outcome:
    """Rows that ask for a decision are not saved: they are told, and are for the review page. Raises Refused, NotFound."""
    workbook = read_workbook(data, filename)
    batch_id = start(services, caller, organization_id, kind, filename, data, workbook)
    rows = tuple(dry_run(services, caller, batch_id, measured_on=measured_on, workbook=workbook))
    if rehearse:
        outcome = Outcome(get(services, caller, batch_id), rows, None)
        drop(services, caller, batch_id)
        return outcome
    saved = save(services, caller, batch_id, _LONG, progress)
    return Outcome(get(services, caller, batch_id), rows, saved)
