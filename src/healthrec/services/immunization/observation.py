"""The half hour after a dose: who is being watched, until when, and how it ended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from healthrec import errors
from healthrec.errors import Issue
from healthrec.fhir.json import recall
from healthrec.fhir.primitives import local_day
from healthrec.fhir.types import BASE
from healthrec.services.context import Caller, Services
from healthrec.services.forms.times import written_at
from healthrec.services.immunization.card import child_with_doses
from healthrec.services.immunization.facts import vaccine_of
from healthrec.services.immunization.give_dose import workplace
from healthrec.services.immunization.origin import Origin, origin_of
from healthrec.services.record.write import Change, apply
from healthrec.store import doses, resources
from healthrec.store.engine import Connection

MINUTES = 30
"""At the vaccination unit after a dose: 预防接种工作规范."""

ENDINGS = ("left", "not-observed", "reaction")
_NAMESPACE = uuid5(UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8"), f"{BASE}after-vaccination")


@dataclass(frozen=True, slots=True)
class Watched:
    """A child who was given a dose here today. `until` is the end of the half hour; `ending` is "" while nobody noted one."""

    child_id: str
    name: str
    sex: str
    birth_day: int
    birth_order: int
    vaccines: tuple[str, ...]
    since: datetime
    until: datetime
    ending: str


def watched_today(services: Services, caller: Caller) -> tuple[Watched, ...]:
    """Those given a dose here today, who has waited longest first, those whose end was noted last."""
    with services.database.read() as connection:
        found = tuple(_watched(services, connection, caller))
        keys = tuple(one.child for one in _given_here(services, connection, caller))
    services.committer.commit(caller.audit(services, "view", "page:/vaccinations", count=len(found), children=keys))
    return tuple(sorted(found, key=lambda one: (bool(one.ending), one.since)))


def origin_here(services: Services, caller: Caller) -> Origin:
    """How the caller's place comes by its doses."""
    with services.database.read() as connection:
        return origin_of(services, connection, caller.organization)


def end_observation(services: Services, caller: Caller, child_id: str, ending: str, *, command_id: str = "") -> str:
    """Note how the half hour of today ended: one Observation a child and day, whoever notes it. Raises Refused, NotFound."""
    if ending not in ENDINGS:
        raise errors.Refused(Issue("value", "vaccinate.ending-needed", "ending"))
    with services.database.read() as connection:
        child = child_with_doses(connection, caller, child_id)
        mine = [one for one in _given_here(services, connection, caller) if one.child == child.key]
        id_ = _id(child_id, services)
        known = resources.find(connection, "Observation", id_)
    if not mine:
        raise errors.NotFound(f"Patient/{child_id}")
    since = min(str(recall(one.body)["occurrenceDateTime"]) for one in mine)
    document = _document(services, caller, child_id, id_, (since, ending))
    document["partOf"] = [{"reference": f"Immunization/{recall(one.body)['id']}"} for one in mine]
    change = Change("PUT", "Observation", document, id_, known.version if known else None)
    return apply(services, caller, [change], command_id=command_id)[0].id


def _document(services: Services, caller: Caller, child_id: str, id_: str, ended: tuple[str, str]) -> dict[str, Any]:
    since, ending = ended
    performer = [{"reference": caller.person_reference}] if caller.person_reference else []
    return {
        "resourceType": "Observation",
        "id": id_,
        "status": "final",
        "code": {"coding": [{"system": f"{BASE}CodeSystem/observation", "code": "after-vaccination"}]},
        "subject": {"reference": f"Patient/{child_id}"},
        "effectivePeriod": {"start": since, "end": written_at(services)},
        **({"performer": performer} if performer else {}),
        "valueCodeableConcept": {"coding": [{"system": f"{BASE}CodeSystem/observation-ending", "code": ending}]},
    }


def _watched(services: Services, connection: Connection, caller: Caller) -> Iterator[Watched]:
    by_child: dict[int, list[doses.Dose]] = {}
    for one in _given_here(services, connection, caller):
        by_child.setdefault(one.child, []).append(one)
    for given in by_child.values():
        documents = [recall(one.body) for one in given]
        since = max(datetime.fromisoformat(str(one["occurrenceDateTime"])) for one in documents)
        row = resources.read(connection, caller.viewer, "Observation", _id(given[0].child_id, services))
        who = (given[0].child_id, given[0].name, given[0].sex, given[0].birth_day, given[0].birth_order)
        ending = _ending(recall(row.body)) if row and row.body else ""
        names = tuple(vaccine_of(one) for one in documents)
        yield Watched(*who, names, since, since + timedelta(minutes=MINUTES), ending)


def _given_here(services: Services, connection: Connection, caller: Caller) -> list[doses.Dose]:
    """Doses of today that this place gave, with the hour known."""
    place, today = workplace(connection, caller)[0], services.today()
    found = doses.between(connection, caller.viewer, today, today)
    return [one for one in found if _is_here(recall(one.body), place, today.isoformat())]


def _is_here(immunization: Mapping[str, Any], place: str, today: str) -> bool:
    actors = [one.get("actor", {}).get("reference") for one in immunization.get("performer", ())]
    when = str(immunization.get("occurrenceDateTime", ""))
    return immunization["status"] == "completed" and place in actors and "T" in when and str(local_day(when)) == today


def _ending(observation: Mapping[str, Any]) -> str:
    codings = observation.get("valueCodeableConcept", {}).get("coding", ())
    return next((str(one["code"]) for one in codings), "")


def _id(child_id: str, services: Services) -> str:
    return str(uuid5(_NAMESPACE, f"{child_id}|{services.today()}"))
