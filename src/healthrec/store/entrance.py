"""Forms of one kind about children, through the filter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, select

from healthrec.fhir.search_params import PARAMS
from healthrec.fhir.types import TYPE_NUMBER
from healthrec.store.access import Viewer, visible
from healthrec.store.engine import Connection
from healthrec.store.tables import resource, resource_version, sp_reference
from healthrec.store.walks import unled

_FORM = PARAMS["QuestionnaireResponse"]["questionnaire"].code


def forms_of(connection: Connection, viewer: Viewer, form: str, children: Sequence[int]) -> dict[int, list[str]]:
    """By child, the responses to the form (its url, in any version) that the viewer may see, in the order in which they were written."""
    found: dict[int, list[str]] = defaultdict(list)
    values = {"form": form, "children": list(children)} | viewer.parameters()
    for key, body in connection.execute(_forms(viewer.width), values) if children else ():
        found[key].append(body)
    return found


@lru_cache
def _forms(width: int) -> Select[Any]:
    return responses().where(visible(resource, width))


def responses() -> Select[Any]:
    """(child, document) of the responses to the bound `form` about the bound `children`, whoever asks."""
    return (
        select(resource.c.child, resource_version.c.body)
        .select_from(
            sp_reference.join(resource, resource.c.key == sp_reference.c.key).join(
                resource_version, resource_version.c.version_key == resource.c.version_key
            )
        )
        .where(
            unled(sp_reference.c.param) == _FORM,
            sp_reference.c.target == 0,
            sp_reference.c.url == bindparam("form"),
            unled(resource.c.type) == TYPE_NUMBER["QuestionnaireResponse"],
            resource.c.deleted == 0,
            resource.c.child.in_(bindparam("children", expanding=True)),
        )
        .order_by(resource.c.key)
    )
