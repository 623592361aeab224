"""Task → a duty of a guide or doctor towards an institution, with its period and the day it was done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from healthrec.services.context import Services
from healthrec.services.projections.periods import bounds, first_day, span_of
from healthrec.store import projections
from healthrec.store.engine import Connection
from healthrec.store.resources import Write


def project(connection: Connection, services: Services, write: Write, resource: Mapping[str, Any] | None) -> None:
    """Replace the duty's row. Whether it is late is a comparison with the day asked for, never stored."""
    rows = []
    code = _code(resource) if resource is not None else ""
    institution = str((resource or {}).get("for", {}).get("reference", ""))
    if resource is not None and code and institution.startswith("Organization/"):
        start, end = bounds(span_of(resource.get("executionPeriod")))
        rows.append(
            {
                "source": write.key,
                "kind": code,
                "organization": write.targets.get(("Organization", institution.partition("/")[2]), 0),
                "person": write.targets.get(_reference(resource, "owner"), 0),
                "period_from": start,
                "period_to": end,
                "status": resource["status"],
                "done_day": _done(resource),
            }
        )
    projections.replace(connection, "duty", write.key, rows)


def _code(resource: Mapping[str, Any]) -> str:
    codings = resource.get("code", {}).get("coding", ())
    return next((str(one["code"]) for one in codings if one.get("system", "").endswith("/CodeSystem/duty")), "")


def _reference(resource: Mapping[str, Any], element: str) -> tuple[str, str]:
    type_, _, id_ = str(resource.get(element, {}).get("reference", "")).partition("/")
    return type_, id_


def _done(resource: Mapping[str, Any]) -> int | None:
    """The day that the output names, for a visit may be entered late; else the day of the last change."""
    if resource["status"] != "completed":
        return None
    days = [str(one["valueDate"]) for one in resource.get("output", ()) if "valueDate" in one]
    if days:
        return date.fromisoformat(days[0]).toordinal()
    day = first_day(str(resource.get("lastModified", resource.get("authoredOn", ""))))
    return day.toordinal() if day else None
