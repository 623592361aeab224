"""Immunizations across children, through the filter: those of some days, those of one lot."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, select

from healthrec.fhir.search_params import PARAMS
from healthrec.fhir.types import TYPE_NUMBER
from healthrec.store.access import Viewer, visible
from healthrec.store.engine import Connection
from healthrec.store.tables import child, resource, resource_version, sp_date, sp_string

_DATE = PARAMS["Immunization"]["date"].code
_LOT = PARAMS["Immunization"]["lot-number"].code
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_SECONDS = 86_400
MOST = 2000
_PART = 500


class Dose(NamedTuple):
    """An Immunization with its child. `birth_day` is an ordinal, 0 where it is not known."""

    key: int
    child: int
    child_id: str
    name: str
    sex: str
    birth_day: int
    birth_order: int
    body: str


def between(connection: Connection, viewer: Viewer, first: date, last: date) -> list[Dose]:
    """Doses (given or not) that may be of these days in some zone, the latest first; at most `MOST`."""
    low, high = (
        (day.toordinal() - _EPOCH_DAY) * _SECONDS for day in (first - timedelta(days=1), last + timedelta(days=2))
    )
    values = {"low": low, "high": high} | viewer.parameters()
    return [Dose(*row) for row in connection.execute(_between(viewer.width), values)]


def of_lot(connection: Connection, viewer: Viewer, lot: str) -> list[Dose]:
    """Doses whose lot number begins so, case and width of characters aside; at most `MOST`."""
    values = {"low": lot, "high": lot + "\U0010ffff"} | viewer.parameters()
    return [Dose(*row) for row in connection.execute(_of_lot(viewer.width), values)]


def of_children(connection: Connection, viewer: Viewer | None, children: Iterable[int]) -> dict[int, list[str]]:
    """By child, all its doses as documents, given or not and also mistaken ones, as the viewer may see them; None sees all."""
    found: dict[int, list[str]] = defaultdict(list)
    keys, width = sorted(set(children)), viewer.width if viewer else -1
    for start in range(0, len(keys), _PART):
        values = {"children": keys[start : start + _PART]} | (viewer.parameters() if viewer else {})
        for key, body in connection.execute(_of_children(width), values):
            found[key].append(body)
    return found


@lru_cache
def _of_children(width: int) -> Select[Any]:
    statement = (
        select(resource.c.child, resource_version.c.body)
        .select_from(resource.join(resource_version, resource_version.c.version_key == resource.c.version_key))
        .where(
            resource.c.child.in_(bindparam("children", expanding=True)),
            resource.c.type == TYPE_NUMBER["Immunization"],
            resource.c.deleted == 0,
        )
        .order_by(resource.c.key)
    )
    return statement if width < 0 else statement.where(visible(resource, width))


@lru_cache
def _between(width: int) -> Select[Any]:
    which = (sp_date.c.param == _DATE, sp_date.c.low >= bindparam("low"), sp_date.c.low < bindparam("high"))
    return _doses(width, sp_date).where(*which).order_by(sp_date.c.low.desc(), resource.c.key.desc()).limit(MOST)


@lru_cache
def _of_lot(width: int) -> Select[Any]:
    which = (sp_string.c.param == _LOT, sp_string.c.value >= bindparam("low"), sp_string.c.value < bindparam("high"))
    return _doses(width, sp_string).where(*which).order_by(child.c.sort_name, resource.c.key).limit(MOST)


def _doses(width: int, rows: Any) -> Select[Any]:
    who = (child.c.key, child.c.id, child.c.name, child.c.sex, child.c.birth_day, child.c.birth_order)
    return (
        select(resource.c.key, *who, resource_version.c.body)
        .select_from(
            rows.join(resource, resource.c.key == rows.c.key)
            .join(resource_version, resource_version.c.version_key == resource.c.version_key)
            .join(child, child.c.key == resource.c.child)
        )
        .where(resource.c.type == TYPE_NUMBER["Immunization"], resource.c.deleted == 0, visible(resource, width))
    )
