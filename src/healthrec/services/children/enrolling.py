"""A child on record enters a class or a nursery: the stay that holds now ends the day before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from healthrec.fhir.json import recall
from healthrec.fhir.types import BASE
from healthrec.services.projections.enrolments import NURSERY
from healthrec.services.record.write import Change
from healthrec.store import import_matches, resources
from healthrec.store.engine import Connection


def enrolling(
    connection: Connection, child: str, key: int, unit: str, told: date | None, today: date, id_: str = ""
) -> list[Change]:
    """What is written for it; nothing where he is there already. `unit` is an Organization's id; `told` the day of enrolment
    as somebody says it, which holds where it comes after the stay that it ends; else the move is of today."""
    stays = import_matches.enrolments_of(connection, [key], today.toordinal())
    found = [stay for one in stays if (stay := resources.find_by_key(connection, one.source))]
    bodies = [(stay_id, row.version, recall(row.body or "{}")) for stay_id, row in found]
    if any(body["managingOrganization"]["reference"] == f"Organization/{unit}" for _, _, body in bodies):
        return []
    day = told or today
    start = day if all(_first(body) < day.isoformat() for _, _, body in bodies) else today
    closed = [
        Change("PUT", "EpisodeOfCare", _ended(body, start), stay_id, version, checked=True)
        for stay_id, version, body in bodies
    ]
    return [*closed, stay_in(child, unit, start.isoformat(), id_)]


def stay_in(child: str, unit: str, start: str, id_: str = "") -> Change:
    """A stay in a class, or in a nursery without classes, from a day on."""
    document = {
        "resourceType": "EpisodeOfCare",
        "status": "active",
        "type": [{"coding": [{"system": BASE + "CodeSystem/episode-type", "code": NURSERY}]}],
        "patient": {"reference": f"Patient/{child}"},
        "managingOrganization": {"reference": f"Organization/{unit}"},
        "period": {"start": start},
    }
    return Change("POST", "EpisodeOfCare", document, id_)


def _ended(body: Mapping[str, Any], start: date) -> dict[str, Any]:
    last = max((start - timedelta(days=1)).isoformat(), _first(body))
    return {**body, "status": "finished", "period": {**body["period"], "end": last}}


def _first(body: Mapping[str, Any]) -> str:
    return str(body["period"].get("start", ""))[:10]
