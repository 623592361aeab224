"""What waits for somebody: each query begins at a short list (what waits, or one's own children) and ends at a limit."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, String, and_, bindparam, cast, exists, func, literal, select

from healthrec.store.access import Viewer
from healthrec.store.children import ENROLLED, granted, own
from healthrec.store.engine import Connection
from healthrec.store.tables import (
    account,
    audit_event,
    child,
    enrolment,
    growth_point,
    link_request,
    organization,
    proposal,
    resource,
)
from healthrec.store.walks import unled

MOST = 100
"""Nothing is counted further: "99+" says enough."""


class Waiting(NamedTuple):
    """One child with something that waits since `day`; `what` is a code or a number that says what."""

    key: int
    id: str
    name: str
    sex: str
    birth_day: int
    birth_order: int
    day: int
    what: str
    more: str
    link: str


class Member(NamedTuple):
    """A child of one's own nursery, with the day of its last weight or size, None for never."""

    key: int
    id: str
    name: str
    sex: str
    birth_day: int
    birth_order: int
    since: int
    measured: int | None


_WHO = (child.c.key, child.c.id, child.c.name, child.c.sex, child.c.birth_day, child.c.birth_order)


def proposals(connection: Connection, viewer: Viewer, small: bool) -> list[Waiting]:
    """Referrals that were proposed, the longest waiting first; `what` is the reason, `link` the ServiceRequest's id."""
    return _waiting(connection, _proposals(viewer.width, small), viewer, {})


def asked_links(connection: Connection, viewer: Viewer, small: bool) -> list[Waiting]:
    """Children whom another nursery asks to be linked with, the longest waiting first; `what` and `more` are the nursery's
    names, `link` the key of the request."""
    return _waiting(connection, _asked_links(viewer.width, small), viewer, {})


def worries(connection: Connection, viewer: Viewer, small: bool, since: int) -> list[Waiting]:
    """Growth that asks for a look: the last judgement of an indicator, made since `since`. `what` is the category."""
    return _waiting(connection, _worries(viewer.width, small), viewer, {"since": since})


def without_number(connection: Connection, viewer: Viewer, small: bool, born_before: int) -> list[Waiting]:
    """Children who are older than the day says and have no resident ID number, the oldest first."""
    return _waiting(connection, _without_number(viewer.width, small), viewer, {"born_before": born_before})


def members(connection: Connection, viewer: Viewer, most: int = 2000) -> list[Member]:
    """One's own children who are enrolled today, with the day of the last measuring."""
    values = {"on": viewer.day, "most": most} | viewer.parameters()
    return [Member(*row) for row in connection.execute(_members(viewer.width), values)]


def accounts_to_look_at(connection: Connection) -> list[Any]:
    """(username, role, locked, must_change, failures) of accounts that are locked, new, or tried in vain."""
    return list(connection.execute(_ACCOUNTS).all())


def refusals(connection: Connection, since: int) -> list[Any]:
    """(recorded, account, role, action, entity, reason) of the latest refusals since that instant."""
    return list(connection.execute(_REFUSALS, {"since": since}).all())


def usernames(connection: Connection, keys: Sequence[int]) -> dict[int, str]:
    """The sign-in names of these accounts."""
    return {row.key: row.username for row in connection.execute(_NAMES, {"keys": list(keys)})} if keys else {}


def _waiting(connection: Connection, statement: Select[Any], viewer: Viewer, values: dict[str, Any]) -> list[Waiting]:
    rows = connection.execute(statement, values | {"count": MOST} | viewer.parameters())
    return [Waiting(*row) for row in rows]


def _mine(scope: ColumnElement[int], width: int, small: bool) -> ColumnElement[bool]:
    return scope.in_(own(width)) if small else granted(scope, width)


@lru_cache
def _proposals(width: int, small: bool) -> Select[Any]:
    return (
        select(*_WHO, proposal.c.day, proposal.c.reason, literal(""), resource.c.id)
        .select_from(
            proposal.join(child, child.c.key == proposal.c.child).join(resource, resource.c.key == proposal.c.source)
        )
        .where(_mine(proposal.c.child, width, small), child.c.active == 1)
        .order_by(proposal.c.day, proposal.c.source)
        .limit(bindparam("count"))
    )


@lru_cache
def _asked_links(width: int, small: bool) -> Select[Any]:
    asked = link_request
    return (
        select(*_WHO, asked.c.day, organization.c.name, organization.c.name_en, cast(asked.c.key, String))
        .select_from(
            asked.join(child, child.c.key == asked.c.child).join(
                organization, organization.c.key == asked.c.organization
            )
        )
        .where(asked.c.state == "asked", _mine(asked.c.child, width, small), child.c.active == 1)
        .order_by(asked.c.at)
        .limit(bindparam("count"))
    )


@lru_cache
def _worries(width: int, small: bool) -> Select[Any]:
    later = growth_point.alias()
    newest = ~exists(
        select(literal(1)).where(
            later.c.child == growth_point.c.child,
            later.c.indicator == growth_point.c.indicator,
            later.c.day > growth_point.c.day,
        )
    )
    return (
        select(*_WHO, growth_point.c.day, growth_point.c.nutrition, growth_point.c.value, growth_point.c.indicator)
        .select_from(growth_point.join(child, child.c.key == unled(growth_point.c.child)))
        .where(
            growth_point.c.worry == literal(1, literal_execute=True),
            growth_point.c.day >= bindparam("since"),
            _mine(growth_point.c.child, width, small),
            child.c.active == 1,
            newest,
        )
        .order_by(growth_point.c.day.desc(), growth_point.c.source)
        .limit(bindparam("count"))
    )


@lru_cache
def _without_number(width: int, small: bool) -> Select[Any]:
    return (
        select(*_WHO, child.c.birth_day, literal(""), literal(""), literal(""))
        .where(
            child.c.has_id_number == literal(0, literal_execute=True),
            child.c.birth_day < bindparam("born_before"),
            child.c.active == 1,
            _mine(child.c.key, width, small),
        )
        .order_by(child.c.birth_day, child.c.key)
        .limit(bindparam("count"))
    )


@lru_cache
def _members(width: int) -> Select[Any]:
    last = (
        select(func.max(growth_point.c.day))
        .where(growth_point.c.child == child.c.key, growth_point.c.indicator.in_(("wfa", "lhfa")))
        .scalar_subquery()
    )
    return (
        select(*_WHO, enrolment.c.date_from, last)
        .select_from(enrolment.join(child, child.c.key == enrolment.c.child))
        .where(
            enrolment.c.child.in_(own(width)),
            enrolment.c.kind == ENROLLED,
            and_(enrolment.c.date_from <= bindparam("on"), enrolment.c.date_to > bindparam("on")),
            child.c.active == 1,
        )
        .order_by(child.c.sort_name, child.c.key)
        .limit(bindparam("most"))
    )


_ACCOUNTS = (
    select(account.c.username, account.c.role, account.c.locked, account.c.must_change, account.c.failures)
    .where((account.c.locked == 1) | (account.c.must_change == 1) | (account.c.failures > 2))
    .order_by(account.c.locked.desc(), account.c.failures.desc(), account.c.username)
    .limit(MOST)
)
_REFUSALS = (
    select(
        audit_event.c.recorded,
        audit_event.c.account,
        audit_event.c.role,
        audit_event.c.action,
        audit_event.c.entity,
        audit_event.c.reason,
    )
    .where(
        audit_event.c.outcome == literal("refused", literal_execute=True), audit_event.c.recorded >= bindparam("since")
    )
    .order_by(audit_event.c.recorded.desc())
    .limit(MOST)
)
_NAMES = select(account.c.key, account.c.username).where(account.c.key.in_(bindparam("keys", expanding=True)))
