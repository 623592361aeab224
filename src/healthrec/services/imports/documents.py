"""Rows as FHIR documents. Ids follow from the batch and the row, so that saving a row twice could not make two children."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, cast
from uuid import NAMESPACE_URL, uuid5

from healthrec.domain.growth import Measure, Measurement
from healthrec.domain.identifiers import IdKind
from healthrec.fhir.facts import ABSENT_REASON, DIFFERS_FROM, DOSE_SOURCE
from healthrec.fhir.measuring import growth_observation, taking_under
from healthrec.fhir.types import BASE
from healthrec.services.children.enrolling import stay_in
from healthrec.services.immunization.doses import HL7_ORIGIN, OTHER_SYSTEM, UNKNOWN
from healthrec.services.immunization.vaccines import product_concept
from healthrec.services.imports.rows import Row
from healthrec.services.imports.sight import SYSTEMS
from healthrec.services.record.write import Change

Document = dict[str, Any]
_V3_ROLE = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"
_ALLERGY = "http://terminology.hl7.org/CodeSystem/allergyintolerance-"
ETHNICITY = BASE + "StructureDefinition/ethnicity"


def id_for(batch_id: str, position: int, part: str) -> str:
    """The id of one resource of one row."""
    return str(uuid5(NAMESPACE_URL, f"{batch_id}/{position}/{part}"))


def new_child(batch_id: str, position: int, data: Mapping[str, Any], unit: str, today: date) -> list[Change]:
    """A child with guardians, enrolment in the class or nursery `unit` (an id), and allergies."""
    child = id_for(batch_id, position, "child")
    start = data["enrolled_on"] or today.isoformat()
    changes = [
        Change("POST", "Patient", _patient(data), child),
        stay_in(child, unit, start, id_for(batch_id, position, "enrolment")),
    ]
    for number, guardian in enumerate(data["guardians"]):
        id_ = id_for(batch_id, position, f"guardian-{number}")
        changes.append(Change("POST", "RelatedPerson", _guardian(child, *guardian), id_))
    return changes + allergies(batch_id, position, child, data["allergies"], today)


def allergies(batch_id: str, position: int, child: str, substances: Sequence[str], today: date) -> list[Change]:
    """What the file says that the child is allergic to, to be confirmed."""
    kind = "AllergyIntolerance"
    return [
        Change("POST", kind, _allergy(child, substance, today), id_for(batch_id, position, f"allergy-{number}"))
        for number, substance in enumerate(substances)
    ]


def measurements(batch_id: str, row: Row, child: str, performers: list[Document]) -> list[Change]:
    """The row's values as Observations. Remarks stand in their notes word for word, and what they say of clothes and crying
    as codes; a reason is kept with the values that asked for one."""
    data, changes = row.data, []
    who = [{"display": data["measurer"]}] if data.get("measurer") else []
    for measure, value, day in row.values:
        one = Measurement(cast(Measure, measure), Decimal(value), date.fromisoformat(day))
        taking = taking_under(data.get("circumstances", ()), row.reason if measure in row.implausible else "")
        document = growth_observation(child, one, taking, [*performers, *who], [data.get("remarks", "")])
        changes.append(Change("POST", "Observation", document, id_for(batch_id, row.position, f"{measure}-{day}")))
    return changes


def dose(batch_id: str, row: Row, child: str) -> Change:
    """The row's dose, as another system tells of it; what contradicts a dose on record stands beside it. Lot and product that
    nobody knows are marked so."""
    data, system = row.data, {"system": DOSE_SOURCE, "code": OTHER_SYSTEM}
    marks = [{"url": DIFFERS_FROM, "valueReference": {"reference": f"Immunization/{row.verdict.differs}"}}]
    document: Document = {
        "resourceType": "Immunization",
        **({"extension": marks} if row.verdict.differs else {}),
        "status": "completed",
        "vaccineCode": product_concept(data["vaccine"], data["product"]),
        "patient": {"reference": f"Patient/{child}"},
        "occurrenceDateTime": data["day"],
        "primarySource": False,
        "reportOrigin": {"coding": [system, {"system": HL7_ORIGIN, "code": "provider"}]},
        **({"manufacturer": {"display": data["maker"]}} if data["maker"] else {}),
        **({"lotNumber": data["lot"]} if data["lot"] else {"_lotNumber": UNKNOWN}),
        **({"expirationDate": data["expiry"]} if data["expiry"] else {}),
        **({"performer": [{"actor": {"display": data["place"]}}]} if data["place"] else {}),
        **({"protocolApplied": [{"doseNumberPositiveInt": data["number"]}]} if data["number"] else {}),
    }
    return Change("POST", "Immunization", document, id_for(batch_id, row.position, "dose"))


def _patient(data: Mapping[str, Any]) -> Document:
    document: Document = {"resourceType": "Patient", "active": True}
    extensions = []
    if data["number"]:
        kind, value = data["number"]
        document["identifier"] = [{"system": SYSTEMS[cast(IdKind, kind)], "value": value}]
    else:
        extensions.append({"url": ABSENT_REASON, "valueCode": data["absent"] or "not-given"})
    if data["ethnicity"]:
        extensions.append({"url": ETHNICITY, "valueString": data["ethnicity"]})
    if extensions:
        document["extension"] = extensions
    document |= {
        "name": [{"use": "official", "text": data["name"]}],
        "gender": data["sex"],
        "birthDate": data["born"],
    }
    if data["address"]:
        document["address"] = [{"use": "home", "text": data["address"]}]
    if data["order"]:
        document["multipleBirthInteger"] = data["order"]
    return document


def _guardian(child: str, name: str, relation: str, typed: str, phones: list[str]) -> Document:
    document: Document = {"resourceType": "RelatedPerson", "active": True, "patient": {"reference": f"Patient/{child}"}}
    if relation or typed:
        coding = {"coding": [{"system": _V3_ROLE, "code": relation}]} if relation else {}
        document["relationship"] = [coding | ({"text": typed} if typed else {})]
    if name:
        document["name"] = [{"use": "official", "text": name}]
    if phones:
        document["telecom"] = [{"system": "phone", "value": phone} for phone in phones]
    return document


def _allergy(child: str, substance: str, today: date) -> Document:
    """As the family told the nursery: unconfirmed."""
    return {
        "resourceType": "AllergyIntolerance",
        "clinicalStatus": {"coding": [{"system": _ALLERGY + "clinical", "code": "active"}]},
        "verificationStatus": {"coding": [{"system": _ALLERGY + "verification", "code": "unconfirmed"}]},
        "code": {"text": substance},
        "patient": {"reference": f"Patient/{child}"},
        "recordedDate": today.isoformat(),
    }
