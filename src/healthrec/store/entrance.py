"""Children who entered a nursery since a day, and forms of one kind about them: both through the filter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, func, select

from healthrec.fhir.search_params import PARAMS
from healthrec.fhir.types import TYPE_NUMBER
from healthrec.store.access import Viewer, visible
from healthrec.store.children import ENROLLED, granted
from healthrec.store.engine import Connection
from healthrec.store.tables import child, enrolment, organization, resource, resource_version, sp_reference

MOST = 2000
_FORM = PARAMS["QuestionnaireResponse"]["questionnaire"].code


class Newcomer(NamedTuple):
    """A child with where and since when it is enrolled: a class and its nursery, or a nursery alone (`parent` is "" then)."""

    key: int
    id: str
    name: str
    sex: str
    birth_day: int
    birth_order: int
    since: int
    place: str
    place_en: str
    parent: str
    parent_en: str


def newcomers(connection: Connection, viewer: Viewer, since: int) -> list[Newcomer]:
    """Those enrolled today who entered on `since` or later, the longest there first; at most `MOST`."""
    values = {"since": since, "on": viewer.day} | viewer.parameters()
    return [Newcomer(*row) for row in connection.execute(_newcomers(viewer.width), values)]


def forms_of(connection: Connection, viewer: Viewer, form: str, children: Sequence[int]) -> dict[int, list[str]]:
    """By child, the responses to the form (its url, in any version) that the viewer may see, in the order in which they were written."""
    found: dict[int, list[str]] = defaultdict(list)
    values = {"form": form, "children": list(children)} | viewer.parameters()
    for key, body in connection.execute(_forms(viewer.width), values) if children else ():
        found[key].append(body)
    return found


@lru_cache
def _newcomers(width: int) -> Select[Any]:
    above = organization.alias()
    who = (child.c.key, child.c.id, child.c.name, child.c.sex, child.c.birth_day, child.c.birth_order)
    names = (func.coalesce(above.c.name, ""), func.coalesce(above.c.name_en, ""))
    return (
        select(*who, enrolment.c.date_from, organization.c.name, organization.c.name_en, *names)
        .select_from(
            enrolment.join(child, child.c.key == enrolment.c.child)
            .join(organization, organization.c.key == enrolment.c.organization)
            .outerjoin(above, (above.c.key == organization.c.parent) & (organization.c.kind == "class"))
        )
        .where(
            enrolment.c.kind == ENROLLED,
            enrolment.c.date_from >= bindparam("since"),
            enrolment.c.date_from <= bindparam("on"),
            enrolment.c.date_to > bindparam("on"),
            child.c.active == 1,
            granted(enrolment.c.child, width),
        )
        .order_by(enrolment.c.date_from, child.c.sort_name)
        .limit(MOST)
    )


@lru_cache
def _forms(width: int) -> Select[Any]:
    return (
        select(resource.c.child, resource_version.c.body)
        .select_from(
            sp_reference.join(resource, resource.c.key == sp_reference.c.key).join(
                resource_version, resource_version.c.version_key == resource.c.version_key
            )
        )
        .where(
            sp_reference.c.param == _FORM,
            sp_reference.c.target == 0,
            sp_reference.c.url == bindparam("form"),
            resource.c.type == TYPE_NUMBER["QuestionnaireResponse"],
            resource.c.deleted == 0,
            resource.c.child.in_(bindparam("children", expanding=True)),
            visible(resource, width),
        )
        .order_by(resource.c.key)
    )
