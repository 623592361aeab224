"""ServiceRequest → a proposal that waits for a doctor, and a specialist's access while a referral is open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from healthrec.domain.access import AccessFact, Referral
from healthrec.services.context import Services
from healthrec.services.projections.granting import grant
from healthrec.services.projections.periods import first_day, span_of
from healthrec.store import projections
from healthrec.store.engine import Connection
from healthrec.store.resources import Write


def project(connection: Connection, services: Services, write: Write, resource: Mapping[str, Any] | None) -> None:
    """Replace the proposal's row and the referral's grants."""
    rows: list[dict[str, Any]] = []
    facts: list[AccessFact] = []
    if resource is not None and write.child:
        day = first_day(str(resource.get("authoredOn", "")))
        if resource["status"] == "draft":
            rows = [
                {
                    "source": write.key,
                    "child": write.child,
                    "owner": write.owner,
                    "reason": _reason(resource),
                    "day": day.toordinal() if day else 0,
                }
            ]
        if resource["status"] == "active" and resource.get("intent") != "proposal":
            facts = [
                Referral(
                    resource["subject"]["reference"].partition("/")[2], id_, span_of(resource.get("occurrencePeriod"))
                )
                for id_ in _hospitals(resource)
            ]
    projections.replace(connection, "proposal", write.key, rows)
    grant(connection, services, write.key, write.child, facts)


def _reason(resource: Mapping[str, Any]) -> str:
    codings = [coding for reason in resource.get("reasonCode", ()) for coding in reason.get("coding", ())]
    return str(codings[0].get("code", "")) if codings else ""


def _hospitals(resource: Mapping[str, Any]) -> list[str]:
    references = [str(performer.get("reference", "")) for performer in resource.get("performer", ())]
    return [text.partition("/")[2] for text in references if text.startswith("Organization/")]
