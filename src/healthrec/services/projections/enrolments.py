"""EpisodeOfCare → who is enrolled or managed where, and the access that follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from healthrec.domain.access import AccessFact, Enrolment, PanelMembership, Span
from healthrec.domain.access.principals import institution_of
from healthrec.services.accounts.identify import places
from healthrec.services.context import Services
from healthrec.services.projections.granting import grant
from healthrec.services.projections.periods import bounds, span_of
from healthrec.store import projections
from healthrec.store.engine import Connection
from healthrec.store.resources import Write

NURSERY = "nursery-enrolment"
PANEL = "health-management"


def project(connection: Connection, services: Services, write: Write, resource: Mapping[str, Any] | None) -> None:
    """Replace the enrolment's row and its grants."""
    rows: list[dict[str, Any]] = []
    facts: list[AccessFact] = []
    if resource is not None and write.child and resource.get("status") != "cancelled":
        kind = _kind(resource)
        span = span_of(resource.get("period"))
        unit = _organization(resource)
        key = write.targets.get(("Organization", unit), 0)
        start, end = bounds(span)
        rows = [
            {
                "source": write.key,
                "child": write.child,
                "kind": kind,
                "organization": key,
                "date_from": start,
                "date_to": end,
            }
        ]
        facts = _facts(connection, kind, resource, unit, key, span)
    projections.replace(connection, "enrolment", write.key, rows)
    grant(connection, services, write.key, write.child, facts)


def _facts(
    connection: Connection, kind: str, resource: Mapping[str, Any], unit: str, key: int, span: Span
) -> list[AccessFact]:
    child = resource["patient"]["reference"].partition("/")[2]
    institution = institution_of(unit, places(connection, [key]))
    if kind == NURSERY:
        return [Enrolment(child, unit, institution, span)]
    return [PanelMembership(child, institution, span)] if kind == PANEL else []


def _kind(resource: Mapping[str, Any]) -> str:
    codings = [coding for type_ in resource.get("type", ()) for coding in type_.get("coding", ())]
    return str(codings[0].get("code", "")) if codings else ""


def _organization(resource: Mapping[str, Any]) -> str:
    return str(resource.get("managingOrganization", {}).get("reference", "")).partition("/")[2]
