"""The contact log: what came of calling, by child and list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, literal_column, select, update

from healthrec.fhir.json import recall
from healthrec.fhir.primitives import local_day
from healthrec.fhir.search_params import PARAMS
from healthrec.fhir.types import child_ids
from healthrec.store.access import Viewer, seen, visible
from healthrec.store.engine import Connection
from healthrec.store.resources import keys_of
from healthrec.store.statements import Statement
from healthrec.store.tables import contact, resource, resource_version, sp_date

MOST = 500
"""Appointments of one day."""


class ContactRow(NamedTuple):
    """One contact; days are ordinals, `at` microseconds since 1970."""

    source: int
    list: str
    outcome: str
    at: int
    day: int
    again_on: int | None
    failures: int


def of_child(connection: Connection, child: int) -> list[ContactRow]:
    """All of a child by list, the oldest first."""
    return [ContactRow(*row) for row in _OF_CHILD.all(connection, {"child": child})]


def number(connection: Connection, source: int, failures: int, latest: bool) -> None:
    """Keep how many were in vain, and whether it is the last."""
    _NUMBER.run(connection, {"of": source, "count": failures, "last": int(latest)})


def latest_of(connection: Connection, viewer: Viewer, list_: str, children: Sequence[int]) -> dict[int, ContactRow]:
    """By child, the last contact on account of a list, as far as the viewer may know of it."""
    values = {"list": list_, "children": list(children)} | viewer.parameters()
    rows = connection.execute(_latest(viewer.width), values) if children else ()
    return {row[0]: ContactRow(*row[1:]) for row in rows}


def expected_on(connection: Connection, viewer: Viewer, day: date) -> list[int]:
    """Keys of the viewer's children whose family agreed to come for a vaccination on the day, or has an appointment then."""
    low = (day.toordinal() - _EPOCH_DAY - 1) * _SECONDS
    values = {"day_agreed": day.toordinal(), "low": low, "high": low + 3 * _SECONDS} | viewer.parameters()
    agreed = connection.execute(_agreed(viewer.width), values).scalars()
    booked = [recall(body) for body in connection.execute(_booked(viewer.width), values).scalars()]
    ids = {id_ for one in booked if _is_vaccination(one, day) for id_ in child_ids(one)}
    keys = keys_of(connection, [("Patient", id_) for id_ in sorted(ids)])
    return [*dict.fromkeys([*agreed, *(row.key for row in keys.values())])]


def _is_vaccination(appointment: Mapping[str, Any], day: date) -> bool:
    codings = [coding for one in appointment.get("serviceCategory", ()) for coding in one.get("coding", ())]
    of_day = local_day(str(appointment.get("start", ""))) == day
    return of_day and appointment.get("status") in _COMING and any(one.get("code") == "vaccination" for one in codings)


_COMING = frozenset({"proposed", "pending", "booked", "arrived", "checked-in"})
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_SECONDS = 86_400
_COLUMNS = tuple(contact.c[name] for name in ContactRow._fields)
_OF_CHILD = Statement(
    select(*_COLUMNS)
    .where(contact.c.child == bindparam("child"))
    .order_by(contact.c.list, contact.c.at, contact.c.source)
)
_NUMBER = Statement(
    update(contact)
    .where(contact.c.source == bindparam("of"))
    .values(failures=bindparam("count"), latest=bindparam("last"))
)


@lru_cache
def _latest(width: int) -> Select[Any]:
    return select(contact.c.child, *_COLUMNS).where(
        contact.c.child.in_(bindparam("children", expanding=True)),
        contact.c.list == bindparam("list"),
        contact.c.latest == literal_column("1"),
        seen(contact.c.child, contact.c.access_bit, width),
    )


@lru_cache
def _agreed(width: int) -> Select[Any]:
    return select(contact.c.child).where(
        contact.c.list == literal_column("'vaccination'"),
        contact.c.latest == literal_column("1"),
        contact.c.outcome == literal_column("'agreed'"),
        contact.c.again_on == bindparam("day_agreed"),
        seen(contact.c.child, contact.c.access_bit, width),
    )


@lru_cache
def _booked(width: int) -> Select[Any]:
    return (
        select(resource_version.c.body)
        .select_from(
            sp_date.join(resource, resource.c.key == sp_date.c.key).join(
                resource_version, resource_version.c.version_key == resource.c.version_key
            )
        )
        .where(
            sp_date.c.param == PARAMS["Appointment"]["date"].code,
            sp_date.c.low >= bindparam("low"),
            sp_date.c.low < bindparam("high"),
            resource.c.deleted == 0,
            visible(resource, width),
        )
        .limit(MOST)
    )
