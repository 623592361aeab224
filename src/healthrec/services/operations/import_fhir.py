"""Brings resources in from a file. Run again it goes on: what stands in the record just so is passed over.

What refers to something that comes later waits and is tried again; what refers in a ring is written in one go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from healthrec.errors import HealthrecError, Issue, Refused
from healthrec.fhir import json as fhir_json
from healthrec.fhir.references import replace_references
from healthrec.fhir.types import KINDS
from healthrec.services import instants
from healthrec.services.context import Services, operator
from healthrec.services.immunization.arriving import settle_doses
from healthrec.services.operations.reading_fhir import LONGEST, Piece, entries, is_bundle, lines
from healthrec.services.record.write import Change, apply
from healthrec.store import resources
from healthrec.store.engine import Connection

_BATCH = 200
_RING = 2000
_LIMITS = fhir_json.Limits(max_bytes=LONGEST)


@dataclass(frozen=True, slots=True)
class Refusal:
    """One resource that was not taken in: where it stood, which it is, why."""

    place: str
    reference: str
    issues: tuple[Issue, ...]


@dataclass(slots=True)
class Outcome:
    """How many were read, written, the same as what is there, refused."""

    read: int = 0
    written: int = 0
    same: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True)
class _One:
    """A resource on its way in."""

    place: str
    type: str
    id: str
    resource: dict[str, Any]


@dataclass(slots=True)
class _Run:
    """What one import has in hand; `doses` are the ids of those that it wrote, since a file is one source."""

    services: Services
    refuse: Callable[[Refusal], None]
    outcome: Outcome = field(default_factory=Outcome)
    waiting: list[_One] = field(default_factory=list)
    doses: set[str] = field(default_factory=set)

    def refused(self, place: str, reference: str, error: HealthrecError) -> None:
        """Tell of one that is not taken in."""
        self.outcome.refused += 1
        self.refuse(Refusal(place, reference, error.issues))


def import_fhir(
    services: Services,
    file: Path,
    refuse: Callable[[Refusal], None] = lambda _: None,
    progress: Callable[[int], None] = lambda _: None,
) -> Outcome:
    """Take in NDJSON or a Bundle; `refuse` is told of each one that is not taken. Raises Refused for an unreadable file."""
    run = _Run(services, refuse)
    batch: list[_One] = []
    for one in _resources(run, file):
        if len(batch) >= _BATCH or any((one.type, one.id) == (other.type, other.id) for other in batch):
            _write(run, batch)
            progress(run.outcome.read)
            batch = []
        batch.append(one)
    _write(run, batch)
    _settle(run)
    return run.outcome


def _resources(run: _Run, file: Path) -> Iterator[_One]:
    bundle = is_bundle(file)
    names = _names(file) if bundle else {}
    for piece in entries(file) if bundle else lines(file):
        run.outcome.read += 1
        try:
            yield _one(piece, names, bundle)
        except HealthrecError as error:
            run.refused(piece.place, "", error)


def _one(piece: Piece, names: dict[str, str], bundle: bool) -> _One:
    if not piece.text:
        raise Refused(Issue("too-long", "cli.import-line-too-long", params={"limit": LONGEST}))
    document = fhir_json.parse(piece.text.encode("utf-8", "surrogateescape"), _LIMITS)
    resource = document.get("resource") if bundle else document
    type_ = resource.get("resourceType") if isinstance(resource, dict) else None
    if not isinstance(resource, dict) or type_ not in KINDS:
        raise Refused(Issue("invalid", "cli.import-no-type", "resourceType"))
    id_ = resource.get("id") or _urn_id(str(document.get("fullUrl", ""))) or _made_id(resource)
    if names:
        resource = replace_references(resource, names)
    return _One(piece.place, str(type_), str(id_), resource | {"id": id_})


def _names(file: Path) -> dict[str, str]:
    """fullUrl → Type/id of the whole Bundle, since an entry may refer to a later one."""
    found = {}
    for piece in entries(file):
        try:
            entry = fhir_json.parse(piece.text.encode("utf-8", "surrogateescape"), _LIMITS)
            one = _one(piece, {}, bundle=True)
        except HealthrecError:
            continue  # told when it is read again
        if url := entry.get("fullUrl"):
            found[str(url)] = f"{one.type}/{one.id}"
    return found


def _urn_id(full_url: str) -> str:
    urn, _, text = full_url.rpartition("urn:uuid:")
    try:
        return str(UUID(text)) if full_url.startswith("urn:uuid:") and not urn else ""
    except ValueError:
        return ""


def _made_id(resource: dict[str, Any]) -> str:
    """The same content gets the same id, so that it is known when it comes again."""
    return str(uuid5(NAMESPACE_URL, fhir_json.dump(resource)))


def _settle(run: _Run) -> None:
    """Try again what waited for others, as long as that helps; then all of it at once; then say why not."""
    before = len(run.waiting) + 1
    while run.waiting and len(run.waiting) < before:
        before, again = len(run.waiting), run.waiting
        run.waiting = []
        for start in range(0, len(again), _BATCH):
            _write(run, again[start : start + _BATCH])
    rest, run.waiting = run.waiting, []
    if not rest or (len(rest) <= _RING and _together(run, rest) is None):
        return
    for one in rest:
        if error := _together(run, [one]):
            run.refused(one.place, f"{one.type}/{one.id}", error)


def _write(run: _Run, batch: Sequence[_One]) -> None:
    """Write a batch; halve it until those that are refused stand alone."""
    if not batch:
        return
    error = _together(run, batch)
    if error is None:
        return
    if len(batch) > 1:
        half = len(batch) // 2
        _write(run, batch[:half])
        _write(run, batch[half:])
    elif all(issue.key == "record.reference-unknown" for issue in error.issues):
        run.waiting.append(batch[0])
    else:
        run.refused(batch[0].place, f"{batch[0].type}/{batch[0].id}", error)


def _together(run: _Run, batch: Sequence[_One]) -> HealthrecError | None:
    """Write these in one transaction, or say why not."""
    with run.services.database.read() as connection:
        changes = [change for one in batch if (change := _change(connection, one))]
    settle = partial(settle_doses, told_before=run.doses)
    try:
        if changes:
            apply(run.services, operator(run.services), changes, reason="import", settle=settle)
    except HealthrecError as error:
        return error
    run.doses.update(one.id for one in changes if one.type == "Immunization")
    run.outcome.written += len(changes)
    run.outcome.same += len(batch) - len(changes)
    return None


def _change(connection: Connection, one: _One) -> Change | None:
    """What there is to write; None when the record says the same already, versions and instants aside."""
    row = resources.find(connection, one.type, one.id)
    if row is None or row.body is None:
        return Change("PUT", one.type, one.resource, one.id, row.version if row else None)
    if not isinstance(one.resource.get("meta", {}), dict):
        return Change("PUT", one.type, one.resource, one.id, row.version)
    same = fhir_json.stamp(one.resource, one.id, row.version, instants.text(row.updated)) == row.body
    return None if same else Change("PUT", one.type, one.resource, one.id, row.version)
