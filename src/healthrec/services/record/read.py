"""read, vread, history: stored text, handed out without parsing it, to whom the one filter lets see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from healthrec import errors
from healthrec.domain.access import BIT
from healthrec.fhir import json as fhir_json
from healthrec.fhir.types import TYPE_NUMBER
from healthrec.services.context import Caller, Services
from healthrec.services.record.members import for_reader
from healthrec.services.record.placing import follows_others
from healthrec.store import resources
from healthrec.store.access import viewer_may_see
from healthrec.store.audit import AuditRow
from healthrec.store.engine import Connection
from healthrec.store.resources import Current


class Document(NamedTuple):
    """One version as stored. `updated` is microseconds since 1970; `body` is null for a deletion."""

    type: str
    id: str
    version: int
    updated: int
    method: str
    body: str | None


@dataclass(frozen=True, slots=True)
class Shown:
    """What may be shown once its audit row is on disk, and not before."""

    documents: tuple[Document, ...]
    audit: AuditRow


def read(services: Services, connection: Connection, caller: Caller, type_: str, id_: str) -> Shown:
    """The current version. Raises NotFound, or Gone where the caller might have seen it."""
    row = _current(connection, caller, type_, id_)
    if row.deleted or row.body is None:
        raise errors.Gone(f"{type_}/{id_}")
    event = caller.audit(services, "read", f"{type_}/{id_}/_history/{row.version}", child=row.child, count=1)
    body = for_reader(connection, caller, type_, row.body)
    return Shown((Document(type_, id_, row.version, row.updated, "", body),), event)


def vread(services: Services, connection: Connection, caller: Caller, type_: str, id_: str, version: int) -> Shown:
    """One version. Raises NotFound, or Gone for a version that is a deletion."""
    row = _current(connection, caller, type_, id_)
    found = resources.vread(connection, row.key, version)
    if found is None or not _may_see_version(services, connection, caller, type_, row, found.body):
        raise errors.NotFound(f"{type_}/{id_}/_history/{version}")
    if found.body is None:
        raise errors.Gone(f"{type_}/{id_}/_history/{version}")
    event = caller.audit(services, "vread", f"{type_}/{id_}/_history/{version}", child=row.child, count=1)
    body = for_reader(connection, caller, type_, found.body)
    return Shown((Document(type_, id_, version, found.updated, found.method, body),), event)


def history(
    services: Services, connection: Connection, caller: Caller, type_: str, id_: str, before: int, count: int
) -> Shown:
    """Versions below `before`, newest first, at most `count`; deletions are among them."""
    row = _current(connection, caller, type_, id_)
    versions = resources.history(connection, row.key, before, count)
    documents = tuple(
        Document(
            type_, id_, found.version, found.updated, found.method, _shown_body(connection, caller, type_, found.body)
        )
        for found in versions
        if _may_see_version(services, connection, caller, type_, row, found.body)
    )
    event = caller.audit(services, "history", f"{type_}/{id_}", child=row.child, count=len(documents))
    return Shown(documents, event)


def _current(connection: Connection, caller: Caller, type_: str, id_: str) -> Current:
    row = resources.read(connection, caller.viewer, type_, id_)
    if row is None:
        raise errors.NotFound(f"{type_}/{id_}")
    return row


def _may_see_version(
    services: Services, connection: Connection, caller: Caller, type_: str, row: Current, body: str | None
) -> bool:
    """An earlier version may be of a stricter class than the current one, which the filter judged."""
    if body is None or body == row.body or caller.unbounded or follows_others(type_):
        return True
    bit = BIT[services.rights.class_of(fhir_json.recall(body))]
    return bit == row.access_bit or viewer_may_see(connection, caller.viewer, row.scope, bit, TYPE_NUMBER[type_])


def _shown_body(connection: Connection, caller: Caller, type_: str, body: str | None) -> str | None:
    return None if body is None else for_reader(connection, caller, type_, body)
