"""Organization → the tree, and who may see an institution's own work."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from healthrec.domain.access import Institution, Place, Span
from healthrec.domain.access.principals import districts_above, institution_of
from healthrec.services.accounts.identify import places
from healthrec.services.context import Services
from healthrec.services.projections.granting import grant
from healthrec.store import projections
from healthrec.store.engine import Connection
from healthrec.store.resources import Write


def project(connection: Connection, services: Services, write: Write, resource: Mapping[str, Any] | None) -> None:
    """Replace the organisation's row and the grants on its own work."""
    row = _row(write, resource) if resource is not None else None
    projections.replace_one(connection, "organization", write.key, row)
    facts = []
    if row is not None:
        tree = places(connection, [write.key])
        tree.setdefault(write.id, Place(row["kind"]))
        facts = [Institution(write.id, institution_of(write.id, tree), districts_above(write.id, tree), Span(date.min))]
    grant(connection, services, write.key, write.key, facts)


def _row(write: Write, resource: Mapping[str, Any]) -> dict[str, Any]:
    above = str(resource.get("partOf", {}).get("reference", "")).partition("/")[2]
    codings = [coding for type_ in resource.get("type", ()) for coding in type_.get("coding", ())]
    name = str(resource.get("name", ""))
    return {
        "key": write.key,
        "id": write.id,
        "kind": str(codings[0].get("code", "")) if codings else "",
        "name": name,
        "name_en": str((resource.get("alias") or [name])[0]),
        "parent": write.targets.get(("Organization", above), 0),
        "active": int(resource.get("active", True)),
    }
