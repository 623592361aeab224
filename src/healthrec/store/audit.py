"""The audit: rows that commit with what they tell of, chained and hashed within a second by one sealer.

Reads hand theirs to `store.audit_committer`. Rows hold random ids and keys, never a name or a number of a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from healthrec.crypto import chain
from healthrec.store.statements import Statement
from healthrec.store.tables import audit_checkpoint, audit_child, audit_event

_SEALERS = 730_421_020
"""Any number: the PostgreSQL advisory lock by which the sealers of several processes take turns, so that the chain never forks."""
SEALED_AT_ONCE = 2000
"""So many events in one transaction: other writers wait for it."""


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One event. `entity` names a resource version, a route, or a search with its values left out."""

    recorded: int
    account: int
    person: int
    role: str
    action: str
    outcome: str
    entity: str
    address: str
    child: int = 0
    count: int = 0
    reason: str = ""
    children: tuple[int, ...] = ()


def insert_rows(connection: Connection, take_key: Any, rows: Sequence[AuditRow]) -> None:
    """Write events inside the caller's transaction."""
    first = take_key(len(rows))
    _INSERT.many(connection, [_values(first + i, row) for i, row in enumerate(rows)])
    shown = [{"child": child, "event": first + i} for i, row in enumerate(rows) for child in sorted(set(row.children))]
    _INSERT_CHILD.many(connection, shown)


def seal(connection: Connection) -> None:
    """Chain the committed events that are not sealed yet, the first of them where they are many."""
    if connection.dialect.name == "postgresql":  # SQLite has one writer at a time anyway
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_SEALERS})")
    rows = _UNSEALED.all(connection, {})
    if not rows:
        return
    last = head(connection)
    children = _children_of(connection, [row[0] for row in rows])
    sealed = []
    for row in rows:
        last = chain.link(last, (*row, ",".join(map(str, children.get(row[0], ())))))
        sealed.append({"of": row[0], "at": last.seq, "link": last.chain_hash})
    _SEAL.many(connection, sealed)


def head(connection: Connection) -> chain.Head:
    """The last sealed event, the checkpoint of the last purge, or the start of the chain."""
    row = connection.execute(_HEAD).first()
    return chain.Head(row.seq, _bytes(row.hash)) if row else start_of_chain(connection)


def sealed_events(connection: Connection, size: int = 5000) -> Iterator[tuple[int, chain.Event, bytes]]:
    """(seq, event, hash) of every sealed event in order, for `chain.verify`."""
    after = -1
    while rows := connection.execute(_SEALED, {"after": after, "count": size}).all():
        children = _children_of(connection, [row.key for row in rows])
        for row in rows:
            yield row.seq, _event(row, children.get(row.key, ())), _bytes(row.hash)
        after = rows[-1].seq


def start_of_chain(connection: Connection) -> chain.Head:
    """Where verification begins: the last purge's checkpoint, or nothing."""
    row = connection.execute(_CHECKPOINT).first()
    return chain.Head(row.seq, bytes(row.hash)) if row else chain.START


def count_unsealed(connection: Connection) -> int:
    """How many events wait for the sealer."""
    return int(connection.execute(select(func.count()).where(audit_event.c.seq.is_(None))).scalar_one())


def _values(key: int, row: AuditRow) -> dict[str, Any]:
    return {
        "key": key,
        "recorded": row.recorded,
        "account": row.account,
        "person": row.person,
        "role": row.role,
        "action": row.action,
        "outcome": row.outcome,
        "child": row.child,
        "entity": row.entity,
        "count": row.count,
        "address": row.address,
        "reason": row.reason,
    }


def _event(row: Any, children: Iterable[int]) -> chain.Event:
    return (*(getattr(row, name) for name in _HASHED), ",".join(map(str, children)))


def _children_of(connection: Connection, events: list[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for start in range(0, len(events), 500):
        for child, event in connection.execute(_SHOWN, {"events": events[start : start + 500]}):
            found.setdefault(event, []).append(child)
    return {event: sorted(children) for event, children in found.items()}


def _bytes(value: object) -> bytes:
    """A hash as it was stored; a number that somebody put there must not be taken for a length."""
    return bytes(value) if isinstance(value, bytes | memoryview) else b""


_HASHED = (
    "key",
    "recorded",
    "account",
    "person",
    "role",
    "action",
    "outcome",
    "child",
    "entity",
    "count",
    "address",
    "reason",
)
_INSERT = Statement(insert(audit_event))
_INSERT_CHILD = Statement(insert(audit_child))
_UNSEALED = Statement(
    select(*(audit_event.c[name] for name in _HASHED))
    .where(audit_event.c.seq.is_(None))
    .order_by(audit_event.c.key)
    .limit(SEALED_AT_ONCE)
)
_SEALED = (
    select(audit_event)
    .where(audit_event.c.seq > bindparam("after"))
    .order_by(audit_event.c.seq)
    .limit(bindparam("count"))
)
_SEAL = Statement(
    update(audit_event)
    .where(audit_event.c.key == bindparam("of"), audit_event.c.seq.is_(None))
    .values(seq=bindparam("at"), hash=bindparam("link"))
)
_HEAD = (
    select(audit_event.c.seq, audit_event.c.hash)
    .where(audit_event.c.seq.is_not(None))
    .order_by(audit_event.c.seq.desc())
    .limit(1)
)
_CHECKPOINT = select(audit_checkpoint.c.seq, audit_checkpoint.c.hash).order_by(audit_checkpoint.c.seq.desc()).limit(1)
_SHOWN = select(audit_child.c.child, audit_child.c.event).where(
    audit_child.c.event.in_(bindparam("events", expanding=True))
)
