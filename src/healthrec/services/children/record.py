"""One child's record as one person may see it: one walk over the compartment, through the filter, read into facts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from healthrec import errors
from healthrec.domain.access import BIT, AccessClass
from healthrec.domain.growth import Measurement, Method, Subject
from healthrec.fhir.facts import MeasurementFact, PatientFacts, measurement, patient_facts
from healthrec.fhir.json import recall
from healthrec.fhir.measuring import MEASURES, counts
from healthrec.fhir.types import TYPE_NUMBER, entered_in_error
from healthrec.services.choices import CHOICES, growth_judging
from healthrec.services.context import Caller, Services
from healthrec.store import children, compartment, projections
from healthrec.store.access import viewer_may_see
from healthrec.store.children import ChildRow, Place
from healthrec.store.engine import Connection

_SECTIONS: Mapping[str, tuple[AccessClass, str]] = {
    "growth": ("care", "Observation"),
    "warnings": ("care", "QuestionnaireResponse"),
    "doses": ("immunization", "Immunization"),
    "visits": ("clinical", "Encounter"),
    "documents": ("immunization", "DocumentReference"),
}
_PART = 500
_MOST = 5000


@dataclass(frozen=True, slots=True)
class ChildRecord:
    """What the reader may see of one child. `sections` are the parts of the page that a grant on this child opens to him; `versions`
    give the version of each resource by "Type/id"; `method` and `standard` are how the organisation that answers for the child
    judges growth."""

    row: ChildRow
    place: Place | None
    centre: tuple[str, str]
    patient: Mapping[str, Any]
    resources: Mapping[str, tuple[Mapping[str, Any], ...]]
    versions: Mapping[str, int]
    sections: frozenset[str]
    family: bool
    method: Method = "sd"
    standard: str = CHOICES["growth-standard"].default

    def of(self, type_: str) -> tuple[Mapping[str, Any], ...]:
        """The resources of one FHIR type that are no mistake, in the order of their keys."""
        return self.resources.get(type_, ())

    @property
    def facts(self) -> PatientFacts:
        """Who the child is."""
        return patient_facts(self.patient, self.of("Observation"))

    @property
    def subject(self) -> Subject:
        """The child as growth is judged. A child without a whole birth date is never judged."""
        facts = self.facts
        return Subject(facts.gender, facts.birth_date or date.max, facts.gestation_days)

    def measured(self) -> list[MeasurementFact]:
        """Weights, lengths, heights and heads, from the earliest to the latest day."""
        birth = self.facts.birth_date
        found = [fact for one in self.of("Observation") if (fact := measurement(one))]
        counted = (fact for fact in found if counts(fact.code, fact.day, birth))
        return sorted(counted, key=lambda fact: fact.day or date.min)


def as_measurement(fact: MeasurementFact) -> Measurement:
    """The measurement as the growth core takes it."""
    return Measurement(MEASURES[fact.code], fact.value, fact.day or date.min)


def open_record(services: Services, caller: Caller, id_: str, page: str = "") -> ChildRecord:
    """The record, once its audit is on disk. `page` is the part of the page's address after the child. Raises NotFound."""
    with services.database.read() as connection:
        record = read_record(services, connection, caller, id_)
    audit = caller.audit(services, "read", f"page:/children/{id_}{page}", child=record.row.key)
    services.committer.commit(audit)
    return record


def read_record(services: Services, connection: Connection, caller: Caller, id_: str) -> ChildRecord:
    """The same on a connection that the caller holds; the caller audits."""
    row = children.visible_row(connection, caller.viewer, id_)
    if row is None:
        raise errors.NotFound(f"Patient/{id_}")
    resources: dict[str, list[Mapping[str, Any]]] = {}
    versions: dict[str, int] = {}
    for found in _walk(connection, caller, row.key):
        resource = recall(found.body)
        versions[f"{found.type}/{found.id}"] = found.version
        if not entered_in_error(resource):
            resources.setdefault(found.type, []).append(resource)
    patients = resources.get("Patient", [])
    if not patients:
        raise errors.NotFound(f"Patient/{id_}")
    owner = _owner(connection, row.key)
    judging = growth_judging(connection, owner)
    return ChildRecord(
        row=row,
        place=children.places_of(connection, [row.key], caller.viewer.day).get(row.key),
        centre=_centre(connection, owner),
        patient=patients[0],
        resources={type_: tuple(found) for type_, found in resources.items()},
        versions=versions,
        sections=_sections(connection, caller, row.key),
        family=caller.role in ("parent", "delegate"),
        method=judging.method,
        standard=judging.standard,
    )


def _walk(connection: Connection, caller: Caller, key: int) -> Iterator[compartment.Found]:
    after = 0
    for _ in range(_MOST // _PART):
        part = compartment.walk(connection, caller.viewer, key, after, _PART)
        yield from part
        if len(part) < _PART:
            return
        after = part[-1].key


def _owner(connection: Connection, key: int) -> int:
    child = projections.child_row(connection, key)
    return child.owner if child else 0


def _centre(connection: Connection, owner: int) -> tuple[str, str]:
    place = projections.organization_row(connection, owner)
    return (place.name, place.name_en) if place and place.kind == "health-centre" else ("", "")


def _sections(connection: Connection, caller: Caller, child: int) -> frozenset[str]:
    """A part stays away, and is not mentioned, where no grant on this child opens its kind of content to the caller."""
    return frozenset(
        name
        for name, (access_class, type_) in _SECTIONS.items()
        if viewer_may_see(connection, caller.viewer, child, BIT[access_class], TYPE_NUMBER[type_])
    )
