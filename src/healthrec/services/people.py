"""How the people of the house are named on a page."""

from __future__ import annotations

import json

from healthrec.services.context import Caller, Services
from healthrec.store import projections, resources


def shown_name(services: Services, caller: Caller, language: str) -> tuple[str, str]:
    """(name, organisation) of the caller for the head of a page."""
    with services.database.read() as connection:
        person = resources.find_by_key(connection, caller.person) if caller.person else None
        place = projections.organization_row(connection, caller.organization) if caller.organization else None
    names = json.loads(person[1].body or "{}").get("name", []) if person else []
    name = names[0].get("text", caller.username) if names else caller.username
    organization = (place.name_en if language == "en" else place.name) if place else ""
    return name, organization
