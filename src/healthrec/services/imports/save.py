"""Saving what was reviewed: a few hundred rows a transaction, to be gone on with after any interruption."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from healthrec import errors
from healthrec.services.children.enrolling import enrolling
from healthrec.services.context import Caller, Services
from healthrec.services.imports import documents
from healthrec.services.imports.allowed import acting_for, batch_of
from healthrec.services.imports.batches import detail_of, not_open, nursery_at
from healthrec.services.imports.classes import Classes, add_classes, classes_of
from healthrec.services.imports.rows import ANOTHER, TAKEN, Row, row_of
from healthrec.services.record.write import Change, Written, apply_within
from healthrec.store import imports, resources
from healthrec.store.engine import Connection, Taken

ROWS_AT_ONCE = 200
_TROUBLES = (errors.Refused, errors.NotAllowed, errors.NotFound, errors.Conflict, errors.VersionNeeded, Taken)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a batch is: rows done of all that are to be done, and how many were refused while saving."""

    done: int
    total: int
    refused: int
    finished: bool


def save(
    services: Services,
    caller: Caller,
    batch_id: str,
    seconds: float = 3.0,
    progress: Callable[[Progress], None] = lambda _: None,
) -> Progress:
    """Save the taken rows of a reviewed batch for about so many seconds; call again until it is finished.

    Calling it twice at once or after a crash saves each row once: a row's state changes in the transaction that writes it.
    """
    until = time.monotonic() + seconds
    _confirm(services, caller, batch_id)
    while True:
        left = _save_some(services, caller, batch_id)
        now = _progress(services, batch_id)
        progress(now)
        if not left or now.finished:
            return _finish(services, caller, batch_id, now)
        if time.monotonic() >= until:
            return now


def _confirm(services: Services, caller: Caller, batch_id: str) -> None:
    """The first call takes the review as confirmed and adds the classes that the rows to be saved need."""
    with services.database.write() as connection:
        row = batch_of(services, connection, caller, batch_id)
        if not imports.step(connection, batch_id, ("mapped",), "reviewed"):
            if row.state in ("reviewed", "saved"):
                return
            raise not_open()
        detail = detail_of(row)
        if row.kind == "roster" and detail.add_classes:
            nursery = nursery_at(connection, row.organization)
            taken = imports.items(connection, batch_id, TAKEN, -1, 1_000_000)
            names = classes_of(connection, nursery).missing(row_of(item).data["class"] for item in taken)
            add_classes(connection, services, caller, batch_id, nursery, names)


def _save_some(services: Services, caller: Caller, batch_id: str) -> bool:
    """One transaction; where a row spoils it, its rows are saved one by one and the spoilt one is told."""
    try:
        with services.database.write() as connection:
            return bool(_save_next(services, connection, caller, batch_id, ROWS_AT_ONCE))
    except _TROUBLES:
        return _save_singly(services, caller, batch_id)


def _save_singly(services: Services, caller: Caller, batch_id: str) -> bool:
    for _ in range(ROWS_AT_ONCE):
        try:
            with services.database.write() as connection:
                if not _save_next(services, connection, caller, batch_id, 1):
                    return False
        except _TROUBLES as error:
            _tell_spoilt(services, batch_id, error)
    return True


def _save_next(services: Services, connection: Connection, caller: Caller, batch_id: str, count: int) -> int:
    batch = batch_of(services, connection, caller, batch_id)
    if batch.state != "reviewed":
        return 0
    rows = [row_of(item) for item in imports.claim(connection, batch_id, TAKEN, "saved", count)]
    if not rows:
        return 0
    acting = acting_for(caller, batch.organization)
    making = _Making(
        services, connection, acting, batch_id, classes_of(connection, nursery_at(connection, batch.organization))
    )
    parts = [making.changes(row, batch.kind) for row in rows]
    changes = [change for part in parts for change in part]
    written = apply_within(connection, services, acting, changes, reason=f"import:{batch_id}") if changes else []
    imports.put_writes(connection, batch_id, {one.key: one.version for one in written})
    _note_children(connection, batch_id, rows, parts, written, making.keys)
    return len(rows)


def _note_children(
    connection: Connection,
    batch_id: str,
    rows: list[Row],
    parts: list[list[Change]],
    written: list[Written],
    keys: Mapping[str, int],
) -> None:
    """Each row remembers its child, whom the undo asks for."""
    at = 0
    items = []
    for row, part in zip(rows, parts, strict=True):
        child = written[at].child if part else keys.get(row.choice, 0)
        at += len(part)
        row.child, row.saved = child, "saved"
        items.append(row.item())
    imports.set_items(connection, batch_id, items)


def _tell_spoilt(services: Services, batch_id: str, error: Exception) -> None:
    """The next row could not be saved: somebody registered the child meanwhile, or rights changed."""
    with services.database.write() as connection:
        found = imports.items(connection, batch_id, TAKEN, -1, 1)
        for row in map(row_of, found):
            taken = isinstance(error, Taken | errors.Conflict)
            row.report("import.taken-meanwhile" if taken else "import.cannot-write", "error")
            imports.set_items(connection, batch_id, [row.item()])


def _progress(services: Services, batch_id: str) -> Progress:
    with services.database.read() as connection:
        counts = imports.counts(connection, batch_id)
    waiting = sum(counts.get(state, 0) for state in TAKEN)
    done = counts.get("saved", 0)
    return Progress(done, done + waiting, counts.get("blocked", 0), waiting == 0)


def _finish(services: Services, caller: Caller, batch_id: str, now: Progress) -> Progress:
    with services.database.write() as connection:
        row = batch_of(services, connection, caller, batch_id)
        if imports.step(connection, batch_id, ("reviewed",), "saved"):
            detail = detail_of(row)
            detail.finished = services.now()
            imports.change_batch(connection, batch_id, detail=detail.text())
    return now


class _Making:
    """Makes the changes of rows within one transaction; `keys` are those of known children by id."""

    def __init__(
        self, services: Services, connection: Connection, caller: Caller, batch_id: str, classes: Classes
    ) -> None:
        self._connection = connection
        self._caller = caller
        self._batch = batch_id
        self._classes = classes
        self._today = services.today()
        self.keys: dict[str, int] = {}

    def changes(self, row: Row, kind: str) -> list[Change]:
        """What saving this row writes."""
        if kind == "measurements":
            return self._measured(row, row.choice)
        if kind == "doses":
            self.keys.setdefault(row.choice, 0)
            return [documents.dose(self._batch, row, row.choice)]
        unit = self._classes.id_of(row.data["class"])
        if row.choice != ANOTHER:
            self._key_of(row.choice)
            told = row.verdict.allergies
            added = documents.allergies(self._batch, row.position, row.choice, told, self._today)
            return [*self._moved(row, unit), *added, *self._measured(row, row.choice)]
        child = documents.id_for(self._batch, row.position, "child")
        made = documents.new_child(self._batch, row.position, row.data, unit, self._today)
        return [*made, *self._measured(row, child)]

    def _measured(self, row: Row, child: str) -> list[Change]:
        self.keys.setdefault(child, 0)
        who = [self._caller.person_reference, f"Organization/{self._classes.nursery.id}"]
        performers = [{"reference": reference} for reference in who if reference]
        return documents.measurements(self._batch, row, child, performers)

    def _moved(self, row: Row, unit: str) -> list[Change]:
        told = date.fromisoformat(row.data["enrolled_on"]) if row.data["enrolled_on"] else None
        stay = documents.id_for(self._batch, row.position, "enrolment")
        return enrolling(self._connection, row.choice, self._key_of(row.choice), unit, told, self._today, stay)

    def _key_of(self, id_: str) -> int:
        if not self.keys.get(id_):
            found = resources.find(self._connection, "Patient", id_)
            if found is None or found.deleted:
                raise errors.NotFound(f"Patient/{id_}")
            self.keys[id_] = found.key
        return self.keys[id_]
