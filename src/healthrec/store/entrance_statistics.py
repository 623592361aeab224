"""What the statistics of entrance checks count: enrolments of a period at the nurseries whose counts the viewer may see.

Counts are an institution's own work: `internal` on the nursery opens them whole, of all who were enrolled. Who assesses
(a vaccination unit) has no part in the nursery's work and counts the children that he may see.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Integer, Select, bindparam, case, literal_column, select

from healthrec.domain.access import BIT
from healthrec.fhir.types import TYPE_NUMBER
from healthrec.store.access import Viewer, seen
from healthrec.store.children import ENROLLED, own
from healthrec.store.engine import Connection
from healthrec.store.entrance import responses
from healthrec.store.tables import child, contact, enrolment, organization, resource

_PART = 900
_CARE = literal_column(str(BIT["care"]), Integer)


class Row(NamedTuple):
    """One enrolment; days are ordinals, `until` the first day after. `counted`: the viewer may count it; `named`: he may see
    the child itself."""

    child: int
    nursery: int
    place: int
    since: int
    until: int
    active: int
    counted: int
    named: int


class Place(NamedTuple):
    """A nursery or a class."""

    key: int
    id: str
    name: str
    name_en: str


def enrolments(connection: Connection, viewer: Viewer, since: int, until: int, whole: bool) -> list[Row]:
    """All enrolments in nurseries of the children who have one that begins from `since` up to (not including) `until` and that
    the viewer may count: `whole` by the nursery's own work, else by the child. By child and day."""
    values = {"since": since, "until": until} | viewer.parameters()
    return list(map(Row._make, connection.execute(_enrolments(viewer.width, whole), values).all()))


def checks_of(connection: Connection, form: str, children: Sequence[int]) -> dict[int, list[str]]:
    """By child, the responses to the form (its url, in any version) as far as they are of class care, as written.

    For children that `enrolments` gave: what a nursery is told of each, and what it may count of those who have left.
    """
    found: dict[int, list[str]] = defaultdict(list)
    for key, body in _in_parts(connection, _CHECKS, "children", children, form=form):
        found[key].append(body)
    return found


def notices_of(connection: Connection, children: Sequence[int]) -> dict[int, list[int]]:
    """By child, the days on which the family was given the notice of catch-up. For children that `enrolments` gave."""
    found: dict[int, list[int]] = defaultdict(list)
    for key, day in _in_parts(connection, _NOTICES, "keys", children):
        found[key].append(day)
    return found


def places(connection: Connection, keys: Sequence[int]) -> dict[int, Place]:
    """Nurseries and classes by key."""
    return {row[0]: Place(*row) for row in _in_parts(connection, _PLACES, "keys", keys)}


def _in_parts(
    connection: Connection, statement: Select[Any], bound: str, keys: Sequence[int], **values: str
) -> Iterator[Any]:
    wanted = sorted(set(keys))
    for start in range(0, len(wanted), _PART):
        yield from connection.execute(statement, values | {bound: wanted[start : start + _PART]})


_NURSERY: ColumnElement[int] = case((organization.c.kind == "class", organization.c.parent), else_=organization.c.key)


def _internal(width: int) -> ColumnElement[bool]:
    """Counts would be a MeasureReport, so that a grant narrowed to other types does not open them."""
    kind = literal_column(str(TYPE_NUMBER["MeasureReport"]), Integer)
    return seen(_NURSERY, literal_column(str(BIT["internal"]), Integer), width, kind)


def _flag(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)


@lru_cache
def _enrolments(width: int, whole: bool) -> Select[Any]:
    joined = enrolment.join(organization, organization.c.key == enrolment.c.organization)
    mine = own(width)
    open_nurseries = select(organization.c.key).where(_internal(width))
    begun = (
        enrolment.c.kind == ENROLLED,
        enrolment.c.date_from >= bindparam("since"),
        enrolment.c.date_from < bindparam("until"),
    )
    # as lists, which are made once, where a question for each row would ask the same of thousands
    named = enrolment.c.child.in_(mine)
    counts = enrolment.c.organization.in_(open_nurseries) if whole else named
    who = select(enrolment.c.child).where(*begun, counts)
    closed = select(child.c.key).where(child.c.active == literal_column("0"))
    days, flags = (enrolment.c.date_from, enrolment.c.date_to), (enrolment.c.child.not_in(closed), counts, named)
    return (
        select(enrolment.c.child, _NURSERY, organization.c.key, *days, *map(_flag, flags))
        .select_from(joined)
        .where(enrolment.c.kind == ENROLLED, enrolment.c.child.in_(who))
        .order_by(enrolment.c.child, enrolment.c.date_from)
    )


_CHECKS = responses().where(resource.c.access_bit == _CARE)
_NOTICES = (
    select(contact.c.child, contact.c.day)
    .where(
        contact.c.child.in_(bindparam("keys", expanding=True)),
        contact.c.list == "entrance",
        contact.c.outcome == "notified",
        contact.c.access_bit == _CARE,
    )
    .order_by(contact.c.child, contact.c.day)
)
_PLACES = select(organization.c.key, organization.c.id, organization.c.name, organization.c.name_en).where(
    organization.c.key.in_(bindparam("keys", expanding=True))
)
