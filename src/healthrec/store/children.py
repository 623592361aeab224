"""Children for people who look for them: only those on whom the viewer holds a grant of care, never a scan of the town.

A panel of up to `SMALL_PANEL` children is read from its grants, so that any part of the question may be anything. A larger
one is walked along an index of the question and each child asked for its grant: many match, so the walk is short.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, FromClause, Select, and_, bindparam, exists, func, literal, or_, select

from healthrec.domain.access import BIT
from healthrec.fhir.search_params import PARAMS
from healthrec.fhir.types import TYPE_NUMBER
from healthrec.store.access import Viewer, holds
from healthrec.store.engine import Connection
from healthrec.store.tables import access_grant, child, enrolment, organization, resource, sp_string, sp_token

SMALL_PANEL = 6000
ENROLLED = "nursery-enrolment"

_NAME = PARAMS["Patient"]["name"].code
_IDENTIFIER = PARAMS["Patient"]["identifier"].code
_CARE = BIT["care"]
_LAST = "\U0010ffff"


class ChildRow(NamedTuple):
    """A child as lists show it. `birth_day` is `date.toordinal()`, 0 where it is not known."""

    key: int
    id: str
    name: str
    sort_name: str
    sex: str
    birth_day: int
    birth_order: int
    has_id_number: int


class Place(NamedTuple):
    """Where a child is enrolled: a class and its nursery, or a nursery alone (`parent` names are empty then)."""

    organization: int
    name: str
    name_en: str
    parent: str
    parent_en: str
    since: int


_COLUMNS = tuple(child.c[name] for name in ChildRow._fields)


def panel_size(connection: Connection, viewer: Viewer, most: int = SMALL_PANEL + 1) -> int:
    """How many children the viewer may see, counted no further than `most`."""
    return int(connection.execute(_size(viewer.width), {"most": most} | _values(viewer)).scalar_one())


def by_word(connection: Connection, viewer: Viewer, pattern: str, after: tuple[str, int], count: int) -> list[ChildRow]:
    """From a small panel: those with a name or key like `pattern` (SQL LIKE, escaped by ``\\``), by name after `after`."""
    values = {"pattern": pattern, "after_name": after[0], "after_key": after[1], "count": count}
    return _rows(connection, _panel(viewer.width, "word"), values | _values(viewer))


def by_prefix(connection: Connection, viewer: Viewer, prefix: str, count: int) -> list[ChildRow]:
    """From a large panel: those with a name, its pinyin or initials that begin with `prefix`, in the order of those."""
    values = {"low": prefix, "high": prefix + _LAST, "count": count * 4} | _values(viewer)
    keys = dict.fromkeys(connection.execute(_walk_names(viewer.width), values).scalars())
    return rows_of(connection, list(keys)[:count])


def by_birth(connection: Connection, viewer: Viewer, days: tuple[int, int], small: bool, count: int) -> list[ChildRow]:
    """Those born on `days[0]` or later and before `days[1]`, the oldest first."""
    values = {"low": days[0], "high": days[1], "count": count}
    statement = _panel(viewer.width, "birth") if small else _walk_births(viewer.width)
    return _rows(connection, statement, values | _values(viewer))


def by_identifier(connection: Connection, viewer: Viewer, codes: Sequence[str], count: int) -> list[ChildRow]:
    """Those with one of these exact numbers."""
    values = {"codes": list(codes), "count": count}
    return _rows(connection, _by_identifier(viewer.width), values | _values(viewer))


def all_of(connection: Connection, viewer: Viewer, after: tuple[str, int], small: bool, count: int) -> list[ChildRow]:
    """Everybody, by name after `after`."""
    values = {"after_name": after[0], "after_key": after[1], "count": count}
    statement = _panel(viewer.width, "all") if small else _walk_all(viewer.width)
    return _rows(connection, statement, values | _values(viewer))


def enrolled_in(
    connection: Connection, viewer: Viewer, organizations: Sequence[int], day: int, count: int
) -> list[ChildRow]:
    """Those enrolled in one of these classes or nurseries on `day`, by name."""
    values = {"organizations": list(organizations), "on": day, "count": count}
    return _rows(connection, _enrolled(viewer.width), values | _values(viewer))


def rows_of(connection: Connection, keys: Sequence[int]) -> list[ChildRow]:
    """The rows of these children, in this order; for keys that the viewer was found to see."""
    if not keys:
        return []
    found = {row.key: ChildRow(*row) for row in connection.execute(_ROWS, {"keys": list(keys)})}
    return [found[key] for key in keys if key in found]


def visible_row(connection: Connection, viewer: Viewer, id_: str) -> ChildRow | None:
    """The child of that id, where the viewer holds a grant of care on it."""
    found = _rows(connection, _by_id(viewer.width), {"id_": id_} | _values(viewer))
    return found[0] if found else None


def places_of(connection: Connection, keys: Sequence[int], day: int) -> dict[int, Place]:
    """Where these children are enrolled on `day`."""
    if not keys:
        return {}
    rows = connection.execute(_PLACES, {"keys": list(keys), "on": day})
    return {row[0]: Place(*row[1:]) for row in rows}


def granted(scope: ColumnElement[int], width: int) -> ColumnElement[bool]:
    """True where the bound viewer holds a grant of care, for the Patient at least, on the child `scope`."""
    grant = access_grant.alias()
    return exists(select(literal(1)).where(grant.c.scope == scope, *opens(grant, width)))


def own(width: int) -> Select[Any]:
    """Keys of the bound viewer's children."""
    grant = access_grant.alias()
    return select(grant.c.scope).where(*opens(grant, width))


def opens(grant: FromClause, width: int) -> tuple[ColumnElement[bool], ...]:
    """What makes a grant open a child to the bound viewer."""
    return (
        holds(grant, width),
        grant.c.classes.bitwise_and(bindparam("classes")).bitwise_and(_CARE) != 0,
        or_(grant.c.types == 0, grant.c.types.bitwise_and(1 << TYPE_NUMBER["Patient"]) != 0),
        grant.c.scope != 0,
    )


def _values(viewer: Viewer) -> dict[str, Any]:
    return viewer.parameters()


def _rows(connection: Connection, statement: Select[Any], values: dict[str, Any]) -> list[ChildRow]:
    return [ChildRow(*row) for row in connection.execute(statement, values)]


@lru_cache
def _size(width: int) -> Select[Any]:
    some = own(width).limit(bindparam("most")).subquery()
    return select(func.count()).select_from(some)


def _after() -> ColumnElement[bool]:
    later = child.c.sort_name > bindparam("after_name")
    return or_(later, and_(child.c.sort_name == bindparam("after_name"), child.c.key > bindparam("after_key")))


@lru_cache
def _panel(width: int, question: str) -> Select[Any]:
    asked = {
        "word": (child.c.find.like(bindparam("pattern"), escape="\\"), _after()),
        "birth": (child.c.birth_day >= bindparam("low"), child.c.birth_day < bindparam("high")),
        "all": (_after(),),
    }[question]
    order = (child.c.birth_day, child.c.key) if question == "birth" else (child.c.sort_name, child.c.key)
    return (
        select(*_COLUMNS)
        .where(child.c.key.in_(own(width)), child.c.active == 1, *asked)
        .order_by(*order)
        .limit(bindparam("count"))
    )


@lru_cache
def _walk_all(width: int) -> Select[Any]:
    """The row value makes the place to go on from a single range of the index."""
    return (
        select(*_COLUMNS)
        .where(child.c.sort_name >= bindparam("after_name"), _after(), child.c.active == 1, granted(child.c.key, width))
        .order_by(child.c.sort_name, child.c.key)
        .limit(bindparam("count"))
    )


@lru_cache
def _walk_births(width: int) -> Select[Any]:
    born = (child.c.birth_day >= bindparam("low"), child.c.birth_day < bindparam("high"))
    return (
        select(*_COLUMNS)
        .where(*born, child.c.active == 1, granted(child.c.key, width))
        .order_by(child.c.birth_day, child.c.key)
        .limit(bindparam("count"))
    )


@lru_cache
def _walk_names(width: int) -> Select[Any]:
    return (
        select(sp_string.c.child)
        .where(
            sp_string.c.param == _NAME,
            sp_string.c.value >= bindparam("low"),
            sp_string.c.value < bindparam("high"),
            granted(sp_string.c.child, width),
        )
        .order_by(sp_string.c.value, sp_string.c.key)
        .limit(bindparam("count"))
    )


@lru_cache
def _by_identifier(width: int) -> Select[Any]:
    numbers = select(sp_token.c.key).where(
        sp_token.c.param == _IDENTIFIER, sp_token.c.code.in_(bindparam("codes", expanding=True))
    )
    return select(*_COLUMNS).where(child.c.key.in_(numbers), granted(child.c.key, width)).limit(bindparam("count"))


@lru_cache
def _by_id(width: int) -> Select[Any]:
    """By way of the resource: its index leads to the id, where the rows of children would be looked through from end to end."""
    patient = (resource.c.type == TYPE_NUMBER["Patient"], resource.c.id == bindparam("id_"))
    named = select(resource.c.key).where(*patient).scalar_subquery()
    return select(*_COLUMNS).where(child.c.key == named, granted(child.c.key, width))


def current() -> tuple[ColumnElement[bool], ...]:
    """What makes an enrolment count on the bound day ``on``."""
    return (
        enrolment.c.kind == ENROLLED,
        enrolment.c.date_from <= bindparam("on"),
        enrolment.c.date_to > bindparam("on"),
    )


@lru_cache
def _enrolled(width: int) -> Select[Any]:
    members = select(enrolment.c.child).where(
        enrolment.c.organization.in_(bindparam("organizations", expanding=True)), *current()
    )
    return (
        select(*_COLUMNS)
        .where(child.c.key.in_(members), child.c.active == 1, granted(child.c.key, width))
        .order_by(child.c.sort_name, child.c.key)
        .limit(bindparam("count"))
    )


_ROWS = select(*_COLUMNS).where(child.c.key.in_(bindparam("keys", expanding=True)))
_ABOVE = organization.alias()
_PLACES = (
    select(
        enrolment.c.child,
        organization.c.key,
        organization.c.name,
        organization.c.name_en,
        func.coalesce(_ABOVE.c.name, "").label("parent"),
        func.coalesce(_ABOVE.c.name_en, "").label("parent_en"),
        enrolment.c.date_from,
    )
    .select_from(
        enrolment.join(organization, organization.c.key == enrolment.c.organization).outerjoin(
            _ABOVE, and_(_ABOVE.c.key == organization.c.parent, organization.c.kind == "class")
        )
    )
    .where(enrolment.c.child.in_(bindparam("keys", expanding=True)), *current())
)
