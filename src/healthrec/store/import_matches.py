"""Children whom the rows of a file may be about, found for a whole file by a few queries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, select

from healthrec.domain.access import BIT
from healthrec.fhir.facts import LOINC
from healthrec.fhir.search_params import PARAMS
from healthrec.fhir.types import TYPE_NUMBER
from healthrec.store.access import Viewer
from healthrec.store.children import ENROLLED, granted, own
from healthrec.store.engine import Connection
from healthrec.store.resources import system_hash
from healthrec.store.tables import (
    child,
    enrolment,
    growth_point,
    organization,
    resource,
    resource_version,
    sp_observation,
    sp_token,
    unique_key,
)

MANAGED = "health-management"
"""The stay of a child whom a health centre looks after."""

_PHONE = PARAMS["RelatedPerson"]["phone"].code
_PART = 500


class KnownRow(NamedTuple):
    """A child as rows of a file are compared with it. `birth_day` is `date.toordinal()`, 0 where it is not known; `owner` the
    key of the organisation that answers for it."""

    key: int
    id: str
    name: str
    sex: str
    birth_day: int
    gestation_days: int | None
    owner: int


class EnrolmentRow(NamedTuple):
    """Where a child is enrolled today. `source` is the key of the EpisodeOfCare."""

    child: int
    organization: int
    source: int
    date_from: int


class PointRow(NamedTuple):
    """One value that stands in a child's record, in kg or cm as measured; `code` is LOINC."""

    child: int
    code: str
    day: int
    value: str


class AboutRow(NamedTuple):
    """A guardian of a child, or an allergy; `body` is the document."""

    child: int
    is_relative: bool
    body: str


def staying(connection: Connection, organizations: Sequence[int], day: int, kind: str) -> list[KnownRow]:
    """The children of these organisations on that day: enrolled there, or (`kind` MANAGED) in their care."""
    values = {"organizations": list(organizations), "on": day, "kind": kind}
    return [KnownRow(*row) for row in connection.execute(_STAYING, values)]


def born_on(connection: Connection, viewer: Viewer, days: Iterable[int], small: bool) -> list[KnownRow]:
    """Those of the viewer's children who were born on one of these days; `small` when he has few of them."""
    statement = _born_on(viewer.width, small)
    return _in_parts(connection, statement, "days", sorted(set(days)), viewer.parameters())


def seen(connection: Connection, viewer: Viewer, keys: Iterable[int]) -> list[KnownRow]:
    """Those of these children whom the viewer may see."""
    return _in_parts(connection, _seen(viewer.width), "keys", sorted(set(keys)), viewer.parameters())


def by_keys(connection: Connection, keys: Iterable[int]) -> list[KnownRow]:
    """These children, whoever asks."""
    return _in_parts(connection, _BY_KEYS, "keys", sorted(set(keys)), {})


def sharing_phone(connection: Connection, phones: Iterable[str]) -> list[tuple[int, str]]:
    """(child, phone) for guardians with one of these numbers."""
    rows = _rows(connection, _SHARING_PHONE, "phones", sorted(set(phones)), {})
    return [(row.child, row.code) for row in rows]


def holding(connection: Connection, values: Iterable[str]) -> dict[str, int]:
    """Key of the child by identifier value as in `unique_key`."""
    rows = _rows(connection, _HOLDING, "numbers", sorted(set(values)), {})
    return {row.value: row.child for row in rows}


def numbers_of(connection: Connection, keys: Iterable[int]) -> list[tuple[int, str]]:
    """(child, identifier value as in `unique_key`) of these children."""
    rows = _rows(connection, _NUMBERS_OF, "keys", sorted(set(keys)), {})
    return [(row.child, row.value) for row in rows]


def enrolments_of(connection: Connection, keys: Iterable[int], day: int) -> list[EnrolmentRow]:
    """The nursery enrolments of these children that hold on `day` or later."""
    rows = _rows(connection, _ENROLMENTS, "keys", sorted(set(keys)), {"on": day})
    return [EnrolmentRow(*row) for row in rows]


def points_of(connection: Connection, keys: Iterable[int]) -> Iterator[PointRow]:
    """Every measured value of these children."""
    for row in _rows(connection, _POINTS, "keys", sorted(set(keys)), {}):
        yield PointRow(*row)


def safety_and_family_of(connection: Connection, keys: Iterable[int]) -> Iterator[AboutRow]:
    """RelatedPersons and allergies of these children, but for those that are kept from a nursery."""
    for row in _rows(connection, _ABOUT, "keys", sorted(set(keys)), {}):
        yield AboutRow(row.child, row.type == TYPE_NUMBER["RelatedPerson"], row.body)


def classes_of(connection: Connection, nursery: int) -> Sequence[Any]:
    """Rows of the active classes of a nursery."""
    return connection.execute(_CLASSES, {"nursery": nursery}).all()


def _in_parts(
    connection: Connection, statement: Select[Any], name: str, values: Sequence[int], more: dict[str, Any]
) -> list[KnownRow]:
    return [KnownRow(*row) for row in _rows(connection, statement, name, values, more)]


def _rows(
    connection: Connection, statement: Select[Any], name: str, values: Sequence[Any], more: dict[str, Any]
) -> Iterator[Any]:
    for start in range(0, len(values), _PART):
        yield from connection.execute(statement, {name: list(values[start : start + _PART])} | more)


_CHILD = tuple(child.c[name] for name in KnownRow._fields)


def _current() -> tuple[ColumnElement[bool], ...]:
    return (
        enrolment.c.kind == bindparam("kind"),
        enrolment.c.date_from <= bindparam("on"),
        enrolment.c.date_to > bindparam("on"),
    )


@lru_cache
def _born_on(width: int, small: bool) -> Select[Any]:
    mine = child.c.key.in_(own(width)) if small else granted(child.c.key, width)
    return select(*_CHILD).where(child.c.birth_day.in_(bindparam("days", expanding=True)), mine)


@lru_cache
def _seen(width: int) -> Select[Any]:
    return select(*_CHILD).where(child.c.key.in_(bindparam("keys", expanding=True)), granted(child.c.key, width))


_STAYING = select(*_CHILD).where(
    child.c.key.in_(
        select(enrolment.c.child).where(
            enrolment.c.organization.in_(bindparam("organizations", expanding=True)), *_current()
        )
    )
)
_BY_KEYS = select(*_CHILD).where(child.c.key.in_(bindparam("keys", expanding=True)))
_SHARING_PHONE = select(sp_token.c.child, sp_token.c.code).where(
    sp_token.c.param == _PHONE, sp_token.c.code.in_(bindparam("phones", expanding=True))
)
_IDENTIFIER = unique_key.c.kind == "identifier"
_HOLDING = select(unique_key.c.value, unique_key.c.key.label("child")).where(
    _IDENTIFIER, unique_key.c.value.in_(bindparam("numbers", expanding=True))
)
_NUMBERS_OF = select(unique_key.c.key.label("child"), unique_key.c.value).where(
    _IDENTIFIER, unique_key.c.key.in_(bindparam("keys", expanding=True))
)
_ENROLMENTS = (
    select(enrolment.c.child, enrolment.c.organization, enrolment.c.source, enrolment.c.date_from)
    .where(
        enrolment.c.child.in_(bindparam("keys", expanding=True)),
        enrolment.c.kind == ENROLLED,
        enrolment.c.date_to > bindparam("on"),
    )
    .order_by(enrolment.c.date_from)
)
_POINTS = (
    select(growth_point.c.child, sp_observation.c.code, growth_point.c.day, growth_point.c.value)
    .select_from(growth_point.join(sp_observation, sp_observation.c.key == growth_point.c.source))
    .where(
        growth_point.c.child.in_(bindparam("keys", expanding=True)),
        growth_point.c.indicator.in_(("wfa", "lhfa", "hcfa")),
        sp_observation.c.system == system_hash(LOINC),
    )
)
_CLASSES = (
    select(organization)
    .where(organization.c.parent == bindparam("nursery"), organization.c.kind == "class", organization.c.active == 1)
    .order_by(organization.c.name)
)
_ABOUT = (
    select(resource.c.child, resource.c.type, resource_version.c.body)
    .join(resource_version, resource_version.c.version_key == resource.c.version_key)
    .where(
        resource.c.child.in_(bindparam("keys", expanding=True)),
        resource.c.type.in_((TYPE_NUMBER["RelatedPerson"], TYPE_NUMBER["AllergyIntolerance"])),
        resource.c.access_bit == BIT["care"],
        resource.c.deleted == 0,
    )
    .order_by(resource.c.key)
)
