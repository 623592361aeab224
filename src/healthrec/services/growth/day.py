"""The measurements of one day as they stand, what they were before, and taking them back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from healthrec import errors
from healthrec.errors import Issue
from healthrec.fhir.facts import MeasurementFact, measurement
from healthrec.fhir.json import recall
from healthrec.fhir.measuring import MEASURES, Taking, performers_of, taking_of
from healthrec.services.children.record import ChildRecord, open_record
from healthrec.services.context import Caller, Services
from healthrec.services.forms.versions import name_of
from healthrec.services.record.write import Change, Written, apply
from healthrec.store import resources

_MOST = 20


@dataclass(frozen=True, slots=True)
class Day:
    """The values of one day as they stand, by field: what they say, how they were taken, and their version."""

    facts: Mapping[str, MeasurementFact]
    takings: Mapping[str, Taking]
    bases: Mapping[str, tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Before:
    """What a value was before it was corrected: value and unit as written, who measured and why the value was right."""

    field: str
    written: tuple[str, str]
    who: str
    version: int


def on_day(record: ChildRecord, day: date) -> Day:
    """What was measured on that day; of two values of one field the later one."""
    facts = {field_of(fact): fact for fact in record.measured() if fact.day == day}
    documents = {one["id"]: one for one in record.of("Observation")}
    return Day(
        facts,
        {name: taking_of(documents[fact.id]) for name, fact in facts.items()},
        {name: (fact.id, record.versions[f"Observation/{fact.id}"]) for name, fact in facts.items()},
    )


def field_of(fact: MeasurementFact) -> str:
    """The box of the form in which this is typed."""
    measure = MEASURES[fact.code]
    return "length" if measure == "height" else measure


def earlier_values(services: Services, day: Day) -> tuple[Before, ...]:
    """The versions that corrections replaced, newest first, of values that the caller was found to see."""
    found: list[Before] = []
    with services.database.read() as connection:
        for name, (id_, version) in day.bases.items():
            row = resources.find(connection, "Observation", id_) if version > 1 else None
            for old in resources.history(connection, row.key, version, _MOST) if row else ():
                document = recall(old.body) if old.body else {}
                fact = measurement(document) if document else None
                if fact is not None:
                    who = [name_of(connection, reference) for reference in performers_of(document)]
                    found.append(Before(name, fact.written, next((one for one in who if one), ""), old.version))
    return tuple(found)


def take_back(
    services: Services, caller: Caller, child: str, day: date, reason: str, *, command_id: str = ""
) -> list[Written]:
    """Mark all values of that day as entered in error, the reason kept. Raises NotFound, Refused without a reason."""
    if not reason.strip():
        raise errors.Refused(Issue("required", "measure.reason-needed", "reason"))
    record = open_record(services, caller, child, "/measure")
    found = [
        one
        for one in record.of("Observation")
        if one["id"] in {fact.id for fact in record.measured() if fact.day == day}
    ]
    if not found:
        raise errors.NotFound(f"Patient/{child}")
    changes = [
        Change(
            "PUT",
            "Observation",
            {**one, "status": "entered-in-error", "note": [*one.get("note", ()), {"text": reason.strip()}]},
            one["id"],
            record.versions[f"Observation/{one['id']}"],
        )
        for one in found
    ]
    return apply(services, caller, changes, command_id=command_id, reason="entered-in-error")
