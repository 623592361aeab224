"""A paper and what a Binary holds, for whoever may see the document that it belongs to."""

from __future__ import annotations

from dataclasses import dataclass

from healthrec import errors
from healthrec.fhir.json import recall
from healthrec.services.context import Caller, Services
from healthrec.store import documents, resources
from healthrec.store.audit import AuditRow
from healthrec.store.engine import Connection


@dataclass(frozen=True, slots=True)
class Content:
    """Bytes with their media type, to be shown once `audit` is on disk."""

    media_type: str
    data: bytes
    audit: AuditRow


def document_content(services: Services, caller: Caller, id_: str) -> Content:
    """The content of the DocumentReference, its audit committed. Raises NotFound."""
    with services.database.read() as connection:
        content = _of_document(services, connection, caller, id_)
    services.committer.commit(content.audit)
    return content


def binary_content(services: Services, connection: Connection, caller: Caller, id_: str) -> Content | None:
    """What the Binary holds as a blob; None where its JSON holds it itself. Raises NotFound. The caller audits."""
    row = resources.read(connection, caller.viewer, "Binary", id_)
    if row is None or row.deleted:
        raise errors.NotFound(f"Binary/{id_}")
    found = documents.blob_of(connection, row.key)
    if found is None:
        return None
    audit = caller.audit(services, "read", f"Binary/{id_}/_history/{row.version}", child=row.child, count=1)
    return Content(*found, audit)


def _of_document(services: Services, connection: Connection, caller: Caller, id_: str) -> Content:
    row = resources.read(connection, caller.viewer, "DocumentReference", id_)
    if row is None or row.deleted or row.body is None:
        raise errors.NotFound(f"DocumentReference/{id_}")
    url = str(recall(row.body)["content"][0]["attachment"].get("url", ""))
    binary = resources.read(connection, caller.viewer, "Binary", url.rpartition("/")[2])
    found = documents.blob_of(connection, binary.key) if binary and binary.child == row.child else None
    if found is None:
        raise errors.NotFound(f"DocumentReference/{id_}")
    entity = f"DocumentReference/{id_}/_history/{row.version}"
    return Content(*found, caller.audit(services, "read", entity, child=row.child, count=1))
