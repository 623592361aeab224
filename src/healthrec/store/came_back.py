"""How many of the children whose families were called came afterwards, by what shows it on each list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    bindparam,
    case,
    exists,
    func,
    literal,
    literal_column,
    or_,
    select,
)

from healthrec.domain.access import BIT
from healthrec.domain.contacts import CameBack
from healthrec.fhir.search_params import PARAMS
from healthrec.fhir.types import BASE, TYPE_NUMBER
from healthrec.store.access import Viewer, seen
from healthrec.store.engine import Connection
from healthrec.store.tables import (
    child,
    contact,
    due_item,
    growth_point,
    resource,
    sp_date,
    sp_reference,
    sp_token,
)
from healthrec.store.walks import unled

_EPOCH_DAY = date(1970, 1, 1).toordinal()
_SECONDS = 86_400


def came_back(
    connection: Connection, viewer: Viewer, list_: str, shown_by: CameBack, since: int, ahead: int = 0
) -> tuple[int, int]:
    """(the viewer's children who were called on account of the list since a day, those of them who came from the first call on).

    `ahead`: how many seconds the installation's clock is ahead of UTC, so that a day begins where its people say that it does.
    """
    statement = _dosed(viewer.width) if shown_by == "dose" else _came(viewer.width, shown_by)
    values = {"since": since, "list": list_, "ahead": ahead} | viewer.parameters()
    called, came = connection.execute(statement, values).one()
    return called, came or 0


def _first(*conditions: ColumnElement[bool]) -> Any:
    """The first contact of each child in that time."""
    return (
        select(contact.c.child, func.min(contact.c.day).label("day"))
        .where(contact.c.list == bindparam("list"), contact.c.day >= bindparam("since"), *conditions)
        .group_by(contact.c.child)
        .subquery()
    )


@lru_cache
def _dosed(width: int) -> Select[Any, Any]:
    first = _first()
    dosed = case((due_item.c.last_given >= first.c.day, 1), else_=0)
    return (
        select(func.count(), func.sum(dosed))
        .select_from(first.join(due_item, due_item.c.child == first.c.child))
        .where(
            unled(due_item.c.antigen) == literal_column("'all'"),
            due_item.c.access_bit == literal_column(str(BIT["immunization"])),
            seen(due_item.c.child, due_item.c.access_bit, width),
        )
    )


@lru_cache
def _came(width: int, shown_by: CameBack) -> Select[Any, Any]:
    first = _first(seen(contact.c.child, contact.c.access_bit, width))
    return select(func.count(), func.sum(case((_SHOWN[shown_by](first), 1), else_=0))).select_from(first)


def _measured(first: FromClause) -> ColumnElement[bool]:
    return exists(select(literal(1)).where(growth_point.c.child == first.c.child, growth_point.c.day >= first.c.day))


def _numbered(first: FromClause) -> ColumnElement[bool]:
    return exists(select(literal(1)).where(child.c.key == first.c.child, child.c.has_id_number == 1))


def _checked(first: FromClause) -> ColumnElement[bool]:
    return _form(first, "entrance-check")


def _seen(first: FromClause) -> ColumnElement[bool]:
    return or_(_measured(first), _form(first, "warning-signs"))


def _form(first: FromClause, name: str) -> ColumnElement[bool]:
    asked = (
        sp_reference.c.key == resource.c.key,
        sp_reference.c.param == PARAMS["QuestionnaireResponse"]["questionnaire"].code,
        sp_reference.c.target == 0,
        sp_reference.c.url == f"{BASE}Questionnaire/{name}",
    )
    return _written(first, "QuestionnaireResponse", "authored", exists(select(literal(1)).where(*asked)))


def _handed_over(first: FromClause) -> ColumnElement[bool]:
    told = (
        sp_token.c.key == resource.c.key,
        sp_token.c.param == PARAMS["Communication"]["medium"].code,
        sp_token.c.code == "handed-over",
    )
    return _written(first, "Communication", "sent", exists(select(literal(1)).where(*told)))


def _written(first: FromClause, type_: str, when: str, which: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether something of the type, not deleted and not written by mistake, has its day from the first call on."""
    mistake = exists(
        select(literal(1)).where(
            sp_token.c.key == resource.c.key,
            sp_token.c.param == PARAMS[type_]["status"].code,
            sp_token.c.code == "entered-in-error",
        )
    )
    begins = (first.c.day - _EPOCH_DAY) * _SECONDS - bindparam("ahead")
    found = select(literal(1)).select_from(resource.join(sp_date, sp_date.c.key == resource.c.key))
    return exists(
        found.where(
            resource.c.child == first.c.child,
            unled(resource.c.type) == TYPE_NUMBER[type_],
            resource.c.deleted == 0,
            unled(sp_date.c.param) == PARAMS[type_][when].code,
            sp_date.c.low >= begins,
            which,
            ~mistake,
        )
    )


_SHOWN: Mapping[CameBack, Callable[[FromClause], ColumnElement[bool]]] = {
    "checked": _checked,
    "seen": _seen,
    "measured": _measured,
    "handed-over": _handed_over,
    "number": _numbered,
}
