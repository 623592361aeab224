"""The child whom a form or a dose is about, for those who may see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from healthrec import errors
from healthrec.fhir.json import recall
from healthrec.pages.child_list import place_words, twin_badge
from healthrec.pages.child_page import ChildHead
from healthrec.services.context import Caller
from healthrec.store import children, compartment, projections
from healthrec.store.children import Place
from healthrec.store.engine import Connection
from healthrec.wording import Translator

_MOST = 3000
"""Resources of one child that are looked through; a child's record has some hundreds."""


@dataclass(frozen=True, slots=True)
class Child:
    """What pages about one child say at their head. `gestation_days` are completed days, None when not known."""

    key: int
    id: str
    name: str
    sex: str
    birth: date
    birth_order: int
    gestation_days: int | None
    place: Place | None


def child_for(connection: Connection, caller: Caller, id_: str) -> Child:
    """The child with this id. Raises NotFound, also for a child whose birth date is not known to the day."""
    found = children.visible_row(connection, caller.viewer, id_)
    row = projections.child_row(connection, found.key) if found else None
    if found is None or row is None or not row.birth_day:
        raise errors.NotFound(f"Patient/{id_}")
    place = children.places_of(connection, [row.key], caller.viewer.day).get(row.key)
    birth = date.fromordinal(row.birth_day)
    return Child(row.key, row.id, row.name, row.sex, birth, row.birth_order, row.gestation_days, place)


def head(child: Child, words: Translator) -> ChildHead:
    """The short head of pages about the child."""
    place = child.place
    return ChildHead(
        name=child.name,
        href=f"/children/{child.id}",
        badge=twin_badge(child.birth_order, words),
        sex=child.sex,
        birth_date=child.birth,
        place=place_words((place.name, place.name_en), (place.parent, place.parent_en), words) if place else "",
    )


def resources_of(connection: Connection, caller: Caller, child: int, *types: str) -> list[dict[str, Any]]:
    """What the caller may see of the child of these types, in the order in which it was first written."""
    found = compartment.walk(connection, caller.viewer, child, 0, _MOST)
    return [recall(one.body) for one in found if one.type in types]
