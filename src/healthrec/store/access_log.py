"""The audit as people read it: who has looked at one child, and, for the auditor, everything; newest first, in pages.

Places are (recorded, key) of the last event seen. A page reads a bounded slice of an index, whatever is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, or_, select, union_all

from healthrec.fhir.types import TYPE_NUMBER
from healthrec.store.access import Viewer, visible
from healthrec.store.engine import Connection
from healthrec.store.tables import (
    account,
    account_person,
    audit_child,
    audit_event,
    organization,
    resource,
    resource_version,
)

Place = tuple[int, int]
"""(recorded, key); `END` stands before the newest."""

END: Place = (2**62, 2**31)

_SLICE = 5000


@dataclass(frozen=True, slots=True)
class Asked:
    """What the auditor asks for; empty values ask for all. `since` and `until` are instants, until not included."""

    account: str = ""
    role: str = ""
    action: str = ""
    outcome: str = ""
    since: int = 0
    until: int = 2**62


def of_child(connection: Connection, child: int, actions: Sequence[str], before: Place, count: int) -> Sequence[Any]:
    """Events that concern the child, alone or among others (`several`); `actions` empty for all."""
    values = {"child": child, "recorded": before[0], "after": before[1], "count": count}
    if actions:
        return connection.execute(_OF_CHILD_DOING, values | {"actions": list(actions)}).all()
    return connection.execute(_OF_CHILD, values).all()


def slice_of_all(connection: Connection, asked: Asked, before: Place, count: int) -> tuple[Sequence[Any], Place | None]:
    """(events, where to go on or None): those that fit among the next 5,000 of the time asked for, at most `count`."""
    values = {"since": asked.since, "recorded": min(before[0], asked.until - 1), "after": before[1]}
    narrowed = {name: getattr(asked, name) for name in ("account", "role", "action", "outcome") if getattr(asked, name)}
    found = connection.execute(_narrowed(tuple(sorted(narrowed))), values | narrowed | {"count": count}).all()
    if len(found) == count:
        return found, (found[-1].recorded, found[-1].key)
    last = connection.execute(_END_OF_SLICE, values).first()
    return found, (last.recorded, last.key) if last else None


def names_of(connection: Connection, viewer: Viewer, keys: Sequence[int]) -> dict[int, tuple[str, int, str]]:
    """(FHIR id, child, document) of those persons, by key, whom the viewer may see."""
    if not keys:
        return {}
    rows = connection.execute(_names(viewer.width), {"keys": list(keys)} | viewer.parameters())
    return {row.key: (row.id, row.child, row.body or "") for row in rows}


def accounts_of(connection: Connection, keys: Sequence[int]) -> dict[int, Any]:
    """(username, role, name, name_en) by account key; the names are the organisation's."""
    return {row.key: row for row in connection.execute(_ACCOUNTS, {"keys": list(keys)})} if keys else {}


def persons_of(connection: Connection, keys: Sequence[int]) -> list[tuple[int, int]]:
    """(account, further person) of guardians with several children."""
    return [(row[0], row[1]) for row in connection.execute(_PERSONS, {"keys": list(keys)})] if keys else []


def ids_of_children(connection: Connection, keys: Sequence[int]) -> dict[int, str]:
    """The random id of each child by key."""
    return {row[0]: row[1] for row in connection.execute(_IDS, {"keys": list(keys)})} if keys else {}


_EVENT = (
    audit_event.c.key,
    audit_event.c.recorded,
    audit_event.c.account,
    audit_event.c.person,
    audit_event.c.role,
    audit_event.c.action,
    audit_event.c.outcome,
    audit_event.c.entity,
    audit_event.c.count,
    audit_event.c.child,
    audit_event.c.reason,
    audit_event.c.seq,
)


def _before(events: Any) -> ColumnElement[bool]:
    """Older than the place, and within reach of the index on `recorded`."""
    return and_(
        events.c.recorded <= bindparam("recorded"),
        or_(events.c.recorded < bindparam("recorded"), events.c.key < bindparam("after")),
    )


def _child_statement(narrowed: bool) -> Select[Any]:
    doing = [audit_event.c.action.in_(bindparam("actions", expanding=True))] if narrowed else []
    newest = (audit_event.c.recorded.desc(), audit_event.c.key.desc())
    alone = select(*_EVENT).where(audit_event.c.child == bindparam("child"), _before(audit_event), *doing)
    among = (
        select(*_EVENT)
        .join(audit_child, audit_child.c.event == audit_event.c.key)
        .where(audit_child.c.child == bindparam("child"), _before(audit_event), *doing)
    )
    limit: Any = bindparam("count")
    parts = [select(part.order_by(*newest).limit(limit).subquery()) for part in (alone, among)]
    both = union_all(*parts).subquery()
    return select(both).order_by(both.c.recorded.desc(), both.c.key.desc()).limit(limit)


_OF_CHILD = _child_statement(narrowed=False)
_OF_CHILD_DOING = _child_statement(narrowed=True)


def _next_slice() -> Select[Any]:
    return (
        select(*_EVENT)
        .where(audit_event.c.recorded >= bindparam("since"), _before(audit_event))
        .order_by(audit_event.c.recorded.desc(), audit_event.c.key.desc())
        .limit(_SLICE)
    )


@lru_cache(maxsize=16)
def _narrowed(names: tuple[str, ...]) -> Select[Any]:
    events = _next_slice().subquery()
    columns: dict[str, Any] = {name: events.c[name] for name in names if name != "account"}
    conditions = [column == bindparam(name) for name, column in columns.items()]
    if "account" in names:
        named = select(account.c.key).where(account.c.username == bindparam("account")).scalar_subquery()
        conditions.append(events.c.account == named)
    return (
        select(events)
        .where(*conditions)
        .order_by(events.c.recorded.desc(), events.c.key.desc())
        .limit(bindparam("count"))
    )


_END_OF_SLICE = _next_slice().offset(_SLICE - 1).limit(1)


@lru_cache
def _names(width: int) -> Select[Any]:
    return (
        select(resource.c.key, resource.c.id, resource.c.child, resource_version.c.body)
        .join(resource_version, resource_version.c.version_key == resource.c.version_key)
        .where(
            resource.c.key.in_(bindparam("keys", expanding=True)),
            resource.c.type.in_((TYPE_NUMBER["Practitioner"], TYPE_NUMBER["RelatedPerson"])),
            visible(resource, width),
        )
    )


_ACCOUNTS = (
    select(account.c.key, account.c.username, account.c.role, organization.c.name, organization.c.name_en)
    .select_from(account.outerjoin(organization, organization.c.key == account.c.organization))
    .where(account.c.key.in_(bindparam("keys", expanding=True)))
)
_PERSONS = select(account_person.c.account, account_person.c.person).where(
    account_person.c.account.in_(bindparam("keys", expanding=True))
)
_IDS = select(resource.c.key, resource.c.id).where(resource.c.key.in_(bindparam("keys", expanding=True)))
