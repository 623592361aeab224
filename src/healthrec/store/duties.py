"""The board of duties: whose nurseries, what is owed and done there, who is assigned, which forms tell of it.

`nurseries` and `nursery` ask the one filter; the others are for organisation keys that one of these two gave.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, exists, literal, select

from healthrec.domain.access import BIT
from healthrec.fhir.search_params import PARAMS
from healthrec.fhir.types import TYPE_NUMBER
from healthrec.store.access import Viewer, holds, visible
from healthrec.store.engine import Connection
from healthrec.store.tables import (
    access_grant,
    duty,
    organization,
    person_role,
    resource,
    resource_version,
    sp_reference,
)

MOST_NURSERIES = 3000
"""More than the largest district has; beyond it the board would have to be asked for by part."""


class Nursery(NamedTuple):
    """An institution with duties towards it."""

    key: int
    id: str
    name: str
    name_en: str


class Duty(NamedTuple):
    """A Task's row. Days are `date.toordinal()`, `period_to` the first day after; `done_day` None while it is open."""

    source: int
    organization: int
    person: int
    period_from: int
    period_to: int
    status: str
    done_day: int | None


class Assigned(NamedTuple):
    """Who is the guide of a nursery, from a day up to (not including) another."""

    organization: int
    person: int
    date_from: int
    date_to: int


class Response(NamedTuple):
    """A current QuestionnaireResponse as stored."""

    key: int
    id: str
    version: int
    body: str


def nurseries(connection: Connection, viewer: Viewer) -> list[Nursery]:
    """The nurseries whose own work the viewer may see, by name."""
    values = {"internal": BIT["internal"], "most": MOST_NURSERIES} | viewer.parameters()
    return [Nursery(*row) for row in connection.execute(_nurseries(viewer.width), values).all()]


def nursery(connection: Connection, viewer: Viewer, id_: str) -> Nursery | None:
    """The nursery with this id, where the viewer may see its own work."""
    values = {"internal": BIT["internal"], "of": id_} | viewer.parameters()
    row = connection.execute(_nursery(viewer.width), values).first()
    return Nursery(*row) if row else None


def all_nurseries(connection: Connection, after: int, count: int) -> list[Nursery]:
    """Every active nursery of the house by key, for work that no visitor asked for."""
    return [Nursery(*row) for row in connection.execute(_ALL, {"after": after, "count": count}).all()]


def duties(connection: Connection, kind: str, keys: Sequence[int], first: int, last: int) -> list[Duty]:
    """What is owed to these nurseries for periods that begin from the day `first` to the day `last`."""
    values = {"kind": kind, "first": first, "last": last}
    return [Duty(*row) for part in _parts(keys) for row in connection.execute(_DUTIES, values | {"keys": part}).all()]


def guides(connection: Connection, keys: Sequence[int], first: int, last: int) -> list[Assigned]:
    """The guides assigned to these nurseries on any day from `first` to `last`."""
    values = {"first": first, "last": last}
    return [
        Assigned(*row) for part in _parts(keys) for row in connection.execute(_GUIDES, values | {"keys": part}).all()
    ]


def responses_about(connection: Connection, viewer: Viewer, organization_key: int, count: int) -> list[Response]:
    """The latest forms about an institution that the viewer may see, newest first."""
    values = {"about": organization_key, "count": count} | viewer.parameters()
    return [Response(*row) for row in connection.execute(_responses(viewer.width), values).all()]


def bodies(connection: Connection, keys: Sequence[int]) -> dict[int, str]:
    """The current text of directory resources (people, places) by key."""
    rows = (row for part in _parts(keys) for row in connection.execute(_BODIES, {"keys": part}).all())
    return {row.key: row.body for row in rows if row.body}


def hospitals(connection: Connection, count: int = 200) -> list[Nursery]:
    """Where a child can be referred to, by name."""
    return [Nursery(*row) for row in connection.execute(_HOSPITALS, {"count": count}).all()]


def _parts(keys: Sequence[int]) -> list[list[int]]:
    """Few sizes, so that statements are prepared once; unused places repeat a key."""
    parts = [list(keys[start : start + 1000]) for start in range(0, len(keys), 1000)]
    return [part + part[-1:] * (_size(len(part)) - len(part)) for part in parts]


def _size(count: int) -> int:
    return next(size for size in (1, 50, 250, 1000) if count <= size)


def _granted(width: int) -> ColumnElement[bool]:
    grant = access_grant.alias()
    mine = (
        grant.c.scope == organization.c.key,
        holds(grant, width),
        grant.c.classes.bitwise_and(bindparam("classes")).bitwise_and(bindparam("internal")) != 0,
    )
    return exists(select(literal(1)).where(*mine))


_PLACE = (organization.c.key, organization.c.id, organization.c.name, organization.c.name_en)
_IS_NURSERY = organization.c.kind == "nursery"


@lru_cache
def _nurseries(width: int) -> Select[Any]:
    return (
        select(*_PLACE)
        .where(_IS_NURSERY, organization.c.active == 1, _granted(width))
        .order_by(organization.c.name, organization.c.key)
        .limit(bindparam("most"))
    )


@lru_cache
def _nursery(width: int) -> Select[Any]:
    return select(*_PLACE).where(_IS_NURSERY, organization.c.id == bindparam("of"), _granted(width))


_ALL = (
    select(*_PLACE)
    .where(_IS_NURSERY, organization.c.active == 1, organization.c.key > bindparam("after"))
    .order_by(organization.c.key)
    .limit(bindparam("count"))
)
_HOSPITALS = (
    select(*_PLACE)
    .where(organization.c.kind == "hospital", organization.c.active == 1)
    .order_by(organization.c.name, organization.c.key)
    .limit(bindparam("count"))
)
_IN: BindParameter[Any] = bindparam("keys", expanding=True)
_DUTIES = (
    select(*(duty.c[name] for name in Duty._fields))
    .where(
        duty.c.organization.in_(_IN),
        duty.c.kind == bindparam("kind"),
        duty.c.period_from >= bindparam("first"),
        duty.c.period_from <= bindparam("last"),
    )
    .order_by(duty.c.organization, duty.c.period_from, duty.c.source)
)
_GUIDES = (
    select(person_role.c.organization, person_role.c.person, person_role.c.date_from, person_role.c.date_to)
    .where(
        person_role.c.organization.in_(_IN),
        person_role.c.role == "guide",
        person_role.c.date_from <= bindparam("last"),
        person_role.c.date_to > bindparam("first"),
    )
    .order_by(person_role.c.organization, person_role.c.date_from)
)
_JOINED = resource.join(resource_version, resource_version.c.version_key == resource.c.version_key)
_BODIES = select(resource.c.key, resource_version.c.body).select_from(_JOINED).where(resource.c.key.in_(_IN))


@lru_cache
def _responses(width: int) -> Select[Any]:
    subject = PARAMS["QuestionnaireResponse"]["subject"].code
    return (
        select(resource.c.key, resource.c.id, resource.c.version, resource_version.c.body)
        .select_from(_JOINED.join(sp_reference, sp_reference.c.key == resource.c.key))
        .where(
            sp_reference.c.param == subject,
            sp_reference.c.target == bindparam("about"),
            resource.c.type == TYPE_NUMBER["QuestionnaireResponse"],
            resource.c.deleted == 0,
            visible(resource, width),
        )
        .order_by(sp_reference.c.key.desc())
        .limit(bindparam("count"))
    )
