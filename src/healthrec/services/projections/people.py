"""RelatedPerson → guardianship; PractitionerRole → dated roles. Both decide who a caller is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from healthrec.domain.access import AccessFact, Guardianship, GuideAssignment
from healthrec.services.context import Services
from healthrec.services.projections import consents
from healthrec.services.projections.again import again
from healthrec.services.projections.granting import grant
from healthrec.services.projections.periods import bounds, guardianship, span_of
from healthrec.store import projections
from healthrec.store.engine import Connection
from healthrec.store.resources import Write


def project_guardian(
    connection: Connection, services: Services, write: Write, resource: Mapping[str, Any] | None
) -> None:
    """A guardian sees his child while the relation lasts, and so does whom he lets see it."""
    facts: list[AccessFact] = []
    if resource is not None and write.child and (span := guardianship(resource)):
        child = resource["patient"]["reference"].partition("/")[2]
        facts = [Guardianship(child, write.id, span)]
    grant(connection, services, write.key, write.child, facts)
    if write.version > 1:
        for key in projections.consents_by(connection, write.key):
            again(connection, services, "Consent", key, consents.project)


def project_role(connection: Connection, services: Services, write: Write, resource: Mapping[str, Any] | None) -> None:
    """Roles with their days; a guide's assignment opens the nursery's own work to him."""
    rows: list[dict[str, Any]] = []
    facts: list[AccessFact] = []
    organization = 0
    if resource is not None and resource.get("active", True):
        person = _target(write, resource, "practitioner", "Practitioner")
        organization = _target(write, resource, "organization", "Organization")
        span = span_of(resource.get("period"))
        start, end = bounds(span)
        common = {
            "source": write.key,
            "person": person,
            "organization": organization,
            "date_from": start,
            "date_to": end,
        }
        rows = [{"role": code} | common for code in dict.fromkeys(_codes(resource))]
        if any(row["role"] == "guide" for row in rows):
            facts = [GuideAssignment(_id(resource, "organization"), span)]
    projections.replace(connection, "person_role", write.key, rows)
    grant(connection, services, write.key, organization, facts)
    services.epoch.turn()


def _target(write: Write, resource: Mapping[str, Any], element: str, type_: str) -> int:
    return write.targets.get((type_, _id(resource, element)), 0)


def _id(resource: Mapping[str, Any], element: str) -> str:
    return str(resource.get(element, {}).get("reference", "")).partition("/")[2]


def _codes(resource: Mapping[str, Any]) -> list[str]:
    return [
        str(coding["code"])
        for code in resource.get("code", ())
        for coding in code.get("coding", ())
        if "code" in coding
    ]
