"""Deletes a head of the audit chain and leaves the checkpoint from which verification goes on."""

from __future__ import annotations

from sqlalchemy import bindparam, delete, func, insert, select

from healthrec.store.engine import Connection
from healthrec.store.tables import audit_checkpoint, audit_child, audit_event


def purge(connection: Connection, before: int, now: int) -> int:
    """Delete the sealed events in front of the first one recorded at or after `before` [µs since 1970]; answers how many.

    The last event of all stays in any case: the chain goes on from it.
    """
    last = connection.execute(_LAST, {"before": before}).first()
    if last is None:
        return 0
    connection.execute(_FORGET_CHILDREN, {"last": last.seq})
    gone: int = connection.execute(_FORGET, {"last": last.seq}).rowcount
    connection.execute(delete(audit_checkpoint))
    connection.execute(insert(audit_checkpoint).values(seq=last.seq, hash=last.hash, at=now))
    return gone


_FIRST_KEPT = select(func.min(audit_event.c.seq)).where(audit_event.c.recorded >= bindparam("before")).scalar_subquery()
_NEWEST = select(func.max(audit_event.c.seq)).scalar_subquery()
_LAST = (
    select(audit_event.c.seq, audit_event.c.hash)
    .where(audit_event.c.seq < func.coalesce(_FIRST_KEPT, _NEWEST))
    .order_by(audit_event.c.seq.desc())
    .limit(1)
)
_GONE = audit_event.c.seq <= bindparam("last")
_FORGET_CHILDREN = delete(audit_child).where(audit_child.c.event.in_(select(audit_event.c.key).where(_GONE)))
_FORGET = delete(audit_event).where(_GONE)
