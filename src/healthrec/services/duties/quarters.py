"""The quarters of a guide's duty: how an address names one, and the ids of what is written for it.

Ids come from nursery and quarter, so that two guides who write the same quarter at once write the same resources, and
the second is told.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid5

from healthrec import errors
from healthrec.domain.duties import Quarter
from healthrec.fhir.types import BASE

KIND = "guide-visit"
FORM = "guide-visit"
VISIT_DATE = "visit.date"

_NAMESPACE = uuid5(UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8"), f"{BASE}duty")


def quarter_of(text: str) -> Quarter:
    """From `2026-4`. Raises NotFound for any other text."""
    year, _, number = text.partition("-")
    if not (year.isascii() and year.isdigit() and len(year) == 4 and number in ("1", "2", "3", "4")):
        raise errors.NotFound("quarter")
    return Quarter(int(year), int(number))


def text_of(quarter: Quarter) -> str:
    """As addresses name it: `2026-4`."""
    return f"{quarter.year}-{quarter.number}"


def id_for(what: str, nursery_id: str, quarter: Quarter) -> str:
    """The id of the Task, Encounter or response of one quarter at one nursery."""
    return str(uuid5(_NAMESPACE, f"{KIND}|{what}|{nursery_id}|{text_of(quarter)}"))


def coded(system: str, code: str) -> dict[str, Any]:
    """A CodeableConcept of one of the house's own code systems."""
    return {"coding": [{"system": f"{BASE}CodeSystem/{system}", "code": code}]}


def duty_task(nursery_id: str, quarter: Quarter, owner: str, authored: str) -> dict[str, Any]:
    """The Task of one quarter, still open; `owner` is the reference of the guide who is to come."""
    return {
        "resourceType": "Task",
        "id": id_for("task", nursery_id, quarter),
        "status": "requested",
        "intent": "order",
        "code": coded("duty", KIND),
        "for": {"reference": f"Organization/{nursery_id}"},
        "executionPeriod": {"start": quarter.start.isoformat(), "end": quarter.end.isoformat()},
        "authoredOn": authored,
        "owner": {"reference": owner},
    }
