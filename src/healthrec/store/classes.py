"""The classes in which the viewer has children."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select

from healthrec.store.access import Viewer
from healthrec.store.children import SMALL_PANEL, current, own
from healthrec.store.engine import Connection
from healthrec.store.tables import enrolment, organization


def classes_with_children(connection: Connection, viewer: Viewer, day: int) -> list[tuple[Any, int]]:
    """(organisation row, number of the viewer's children in it on `day`), for every class of a small panel."""
    rows = connection.execute(_classes(viewer.width), {"on": day, "most": SMALL_PANEL} | viewer.parameters()).all()
    return [(row, row.children) for row in rows]


@lru_cache
def _classes(width: int) -> Select[Any]:
    above = organization.alias()
    mine = own(width).limit(bindparam("most")).subquery()
    return (
        select(
            organization.c.key,
            organization.c.id,
            organization.c.name,
            organization.c.name_en,
            above.c.name.label("parent"),
            above.c.name_en.label("parent_en"),
            func.count(enrolment.c.child.distinct()).label("children"),
        )
        .select_from(
            enrolment.join(organization, organization.c.key == enrolment.c.organization).outerjoin(
                above, above.c.key == organization.c.parent
            )
        )
        .where(enrolment.c.child.in_(select(mine.c.scope)), *current())
        .group_by(
            organization.c.key,
            organization.c.id,
            organization.c.name,
            organization.c.name_en,
            above.c.name,
            above.c.name_en,
        )
        .order_by(above.c.name, organization.c.name)
    )
