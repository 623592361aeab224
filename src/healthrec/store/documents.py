"""Blobs: what a Binary holds, stored once by its SHA-256; and the documents of several children at once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Any

from sqlalchemy import Select, bindparam, delete, insert, select

from healthrec.fhir.types import TYPE_NUMBER
from healthrec.store.access import Viewer, visible
from healthrec.store.engine import Connection
from healthrec.store.tables import batch, blob, blob_link, resource, resource_version


def put_blob(connection: Connection, binary: int, media_type: str, data: bytes) -> str:
    """Keep `data` for the Binary of that key, in the caller's transaction; answers its SHA-256."""
    digest = sha256(data).hexdigest()
    if connection.execute(_HAS, {"digest": digest}).first() is None:
        row = {"sha256": digest, "media_type": media_type, "size": len(data), "data": data}
        connection.execute(insert(blob), row)
    connection.execute(delete(blob_link).where(blob_link.c.key == binary))
    connection.execute(insert(blob_link), {"key": binary, "sha256": digest})
    return digest


def blob_of(connection: Connection, binary: int) -> tuple[str, bytes] | None:
    """(media type, content) of the Binary of that key, None where it has none of its own."""
    row = connection.execute(_BLOB, {"binary": binary}).first()
    return (row.media_type, bytes(row.data)) if row else None


def of_children(
    connection: Connection, viewer: Viewer, children: Sequence[int], types: Sequence[str]
) -> list[tuple[int, int, str]]:
    """(child, version, document) of the children's resources of these types that the viewer may see."""
    if not children:
        return []
    values = {"children": list(children), "types": [TYPE_NUMBER[type_] for type_ in types]}
    rows = connection.execute(_of_children(viewer.width), values | viewer.parameters())
    return [(row.child, row.version, row.body) for row in rows]


def bodies_of(connection: Connection, child: int) -> list[str]:
    """The DocumentReferences of a child as text, whoever may see them; for writers, who check rights themselves."""
    values = {"child": child, "type": TYPE_NUMBER["DocumentReference"]}
    return list(connection.execute(_BODIES, values).scalars())


def last_batch(connection: Connection, kind: str, organization: int, account: int) -> Any:
    """The latest batch of that kind that this account began for a class, or None."""
    values = {"kind": kind, "organization": organization, "account": account}
    return connection.execute(_LAST_BATCH, values).first()


def unfinished(connection: Connection, kind: str) -> list[str]:
    """Batches of that kind that were not ended, the oldest first."""
    return list(connection.execute(_UNFINISHED, {"kind": kind}).scalars())


@lru_cache
def _of_children(width: int) -> Select[Any]:
    return (
        select(resource.c.child, resource.c.version, resource_version.c.body)
        .select_from(resource.join(resource_version, resource_version.c.version_key == resource.c.version_key))
        .where(
            resource.c.child.in_(bindparam("children", expanding=True)),
            resource.c.type.in_(bindparam("types", expanding=True)),
            resource.c.deleted == 0,
            visible(resource, width),
        )
        .order_by(resource.c.key)
    )


_BODIES = (
    select(resource_version.c.body)
    .select_from(resource.join(resource_version, resource_version.c.version_key == resource.c.version_key))
    .where(resource.c.child == bindparam("child"), resource.c.type == bindparam("type"), resource.c.deleted == 0)
)
_HAS = select(blob.c.size).where(blob.c.sha256 == bindparam("digest"))
_BLOB = (
    select(blob.c.media_type, blob.c.data)
    .select_from(blob_link.join(blob, blob.c.sha256 == blob_link.c.sha256))
    .where(blob_link.c.key == bindparam("binary"))
)
_LAST_BATCH = (
    select(batch.c.id, batch.c.state, batch.c.created)
    .where(
        batch.c.organization == bindparam("organization"),
        batch.c.kind == bindparam("kind"),
        batch.c.account == bindparam("account"),
    )
    .order_by(batch.c.created.desc())
    .limit(1)
)
_UNFINISHED = (
    select(batch.c.id)
    .where(batch.c.kind == bindparam("kind"), batch.c.state != "done")
    .order_by(batch.c.created)
    .limit(500)
)
