"""Where a measurement was made: the institution that a performer is, or works for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from healthrec.domain.access.principals import INSTITUTION_KINDS
from healthrec.fhir.measuring import performers_of
from healthrec.services.context import Caller
from healthrec.store import growth, projections, resources
from healthrec.store.engine import Connection


def institution(connection: Connection, organization: int) -> Any:
    """The row of the institution that this organisation (key) is or belongs to, None where there is none."""
    rows = (projections.organization_row(connection, key) for key in projections.ancestors(connection, organization))
    return next((row for row in rows if row is not None and row.kind in INSTITUTION_KINDS), None)


def performers(connection: Connection, caller: Caller) -> list[dict[str, str]]:
    """Who measures now, as References: the person, and the institution for which he does."""
    place = institution(connection, caller.organization) if caller.organization else None
    references = [caller.person_reference, f"Organization/{place.id}" if place is not None else ""]
    return [{"reference": reference} for reference in references if reference]


def places_of(connection: Connection, observations: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Id of the institution by id of the Observation, for those of which it is known. Names an institution where one
    performed, else the one where the person works."""
    who = {one["id"]: performers_of(one) for one in observations}
    known = {name: _place(connection, name) for name in dict.fromkeys(name for names in who.values() for name in names)}
    found = {}
    for id_, names in who.items():
        ordered = sorted(names, key=lambda name: not name.startswith("Organization/"))
        found[id_] = next((known[name] for name in ordered if known[name]), "")
    return {id_: place for id_, place in found.items() if place}


def _place(connection: Connection, reference: str) -> str:
    type_, _, id_ = reference.partition("/")
    row = resources.find(connection, type_, id_) if type_ in ("Organization", "Practitioner") else None
    if row is None:
        return ""
    at = [row.key] if type_ == "Organization" else growth.workplaces(connection, row.key)
    places = (institution(connection, key) for key in at)
    return next((str(place.id) for place in places if place is not None), "")
