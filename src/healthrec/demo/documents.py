"""FHIR R4 documents of the town as plain dicts. Coded parts are shared between documents: read them, do not change them.

Decimals are Decimal objects with the digits that were written down. Ids are given by the caller.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from healthrec.demo.doses import CVX, Dose
from healthrec.demo.institutions import Institution, Staff
from healthrec.fhir.types import BASE

Document = dict[str, Any]

_LOINC: Final = "http://loinc.org"
_UCUM: Final = "http://unitsofmeasure.org"
_VITAL_SIGNS: Final = [
    {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "vital-signs"}]}
]
_FIELD_VISIT: Final = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "FLD"}

WEIGHT: Final = ("29463-7", "kg")
LENGTH: Final = ("8306-3", "cm")
HEIGHT: Final = ("8302-2", "cm")
HEAD: Final = ("9843-4", "cm")
BIRTH_WEIGHT: Final = ("8339-4", "g")
GESTATION: Final = ("11884-4", "d")


def reference(kind: str, id: str) -> Document:
    return {"reference": f"{kind}/{id}"}


def coded(system: str, code: str) -> Document:
    """A CodeableConcept of one of the house's own code systems."""
    return {"coding": [{"system": f"{BASE}CodeSystem/{system}", "code": code}]}


def organization(what: Institution) -> Document:
    document: Document = {
        "resourceType": "Organization",
        "id": what.id,
        "active": True,
        "type": [coded("organization-type", what.kind)],
        "name": what.zh,
        "alias": [what.en],
    }
    if what.parent:
        document["partOf"] = reference("Organization", what.parent)
    return document


def practitioner(person: Staff) -> Document:
    return {
        "resourceType": "Practitioner",
        "id": person.id,
        "active": True,
        "name": [{"use": "official", "text": person.name}],
        "gender": person.sex,
    }


def practitioner_role(id: str, person: Staff, today: date) -> Document:
    """The role begins on a 1 January and, for those who left, ended on a 31 December."""
    period = {"start": f"{today.year - person.years}-01-01"}
    if person.left_years_ago is not None:
        period["end"] = f"{today.year - person.left_years_ago}-12-31"
    return {
        "resourceType": "PractitionerRole",
        "id": id,
        "active": person.left_years_ago is None,
        "period": period,
        "practitioner": reference("Practitioner", person.id),
        "organization": reference("Organization", person.place),
        "code": [coded("role", person.role)],
    }


def instrument(id: str, kind: str, name: str, place: str) -> Document:
    """A scale, board or tape of an institution: a Device without a child."""
    return {
        "resourceType": "Device",
        "id": id,
        "status": "active",
        "deviceName": [{"name": name, "type": "user-friendly-name"}],
        "type": {"coding": [{"system": f"{BASE}CodeSystem/measuring", "code": kind}]},
        "owner": reference("Organization", place),
    }


def identifier(system: str, value: str) -> Document:
    return {"system": f"{BASE}sid/{system}", "value": value}


def patient(
    id: str,
    names: Sequence[Document],
    sex: str,
    born: date,
    centre: str,
    identifiers: Sequence[Document],
    absent_reason: str | None,
    birth_order: int | None,
) -> Document:
    document: Document = {"resourceType": "Patient", "id": id}
    if absent_reason:
        url = f"{BASE}StructureDefinition/identifier-absent-reason"
        document["extension"] = [{"url": url, "valueCode": absent_reason}]
    if identifiers:
        document["identifier"] = list(identifiers)
    document |= {"active": True, "name": list(names), "gender": sex, "birthDate": born.isoformat()}
    if birth_order:
        document["multipleBirthInteger"] = birth_order
    return document | {"managingOrganization": reference("Organization", centre)}


def related_person(id: str, child: str, relationship: str, name: str, phone: str) -> Document:
    return {
        "resourceType": "RelatedPerson",
        "id": id,
        "active": True,
        "patient": reference("Patient", child),
        "relationship": [
            {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-RoleCode", "code": relationship}]}
        ],
        "name": [{"use": "official", "text": name}],
        "telecom": [{"system": "phone", "value": phone, "use": "mobile"}],
    }


def episode(id: str, child: str, kind: str, place: str, start: date, end: date | None) -> Document:
    period = {"start": start.isoformat()} | ({"end": end.isoformat()} if end else {})
    return {
        "resourceType": "EpisodeOfCare",
        "id": id,
        "status": "finished" if end else "active",
        "type": [coded("episode-type", kind)],
        "patient": reference("Patient", child),
        "managingOrganization": reference("Organization", place),
        "period": period,
    }


def observation(
    id: str, child: str, what: tuple[str, str], value: Decimal | int, day: date, performer: Document, note: str = ""
) -> Document:
    code, unit = what
    document = {
        "resourceType": "Observation",
        "id": id,
        "status": "final",
        "category": _VITAL_SIGNS,
        "code": _LOINC_CODES[code],
        "subject": reference("Patient", child),
        "effectiveDateTime": day.isoformat(),
        "performer": [performer],
        "valueQuantity": {"value": value, "unit": unit, "system": _UCUM, "code": unit},
    }
    if note:
        document["note"] = [{"text": note}]
    return document


def immunization(id: str, child: str, dose: Dose, by: Document, source: str = "") -> Document:
    """A dose given by us, or one that another place gave and `source` (a code of dose-source) tells of."""
    document: Document = {
        "resourceType": "Immunization",
        "id": id,
        "status": "completed",
        "vaccineCode": _VACCINE_CODES[dose.vaccine],
        "patient": reference("Patient", child),
        "occurrenceDateTime": dose.day.isoformat(),
        "primarySource": not source,
    }
    if source:
        document["reportOrigin"] = coded("dose-source", source)
    return document | {
        "lotNumber": f"DEMO{dose.vaccine.replace('-', '')}{dose.day:%Y%m}",
        "performer": [{"actor": by}],
        "protocolApplied": [{"doseNumberPositiveInt": dose.number}],
    }


def questionnaire_response(
    id: str, questionnaire: str, day: date, author: str, items: Sequence[Document], **links: Document
) -> Document:
    """`links` are subject and encounter; answered at half past ten."""
    return {
        "resourceType": "QuestionnaireResponse",
        "id": id,
        "questionnaire": f"{BASE}Questionnaire/{questionnaire}",
        "status": "completed",
        **links,
        "authored": _at(day, "10:30"),
        "author": reference("Practitioner", author),
        "item": list(items),
    }


def choice(link_id: str, system: str, *codes: str) -> Document:
    """One answered choice of a response; several codes where it repeats."""
    answers = [{"valueCoding": {"system": f"{BASE}CodeSystem/{system}", "code": code}} for code in codes]
    return {"linkId": link_id, "answer": answers}


def answered(link_id: str, **value: str | int) -> Document:
    """One answered question that is no choice: answered("visit.date", valueDate="2026-03-17")."""
    return {"linkId": link_id, "answer": [value]}


def group(link_id: str, *items: Document) -> Document:
    return {"linkId": link_id, "item": list(items)}


def service_request(id: str, child: str, doctor: str, status: str, intent: str, day: date) -> Document:
    return {
        "resourceType": "ServiceRequest",
        "id": id,
        "status": status,
        "intent": intent,
        "subject": reference("Patient", child),
        "authoredOn": _at(day, "10:40"),
        "requester": reference("Practitioner", doctor),
    }


def field_visit(id: str, nursery: str, guide: str, day: date) -> Document:
    return {
        "resourceType": "Encounter",
        "id": id,
        "status": "finished",
        "class": _FIELD_VISIT,
        "participant": [{"individual": reference("Practitioner", guide)}],
        "period": {"start": _at(day, "09:30"), "end": _at(day, "11:00")},
        "serviceProvider": reference("Organization", nursery),
    }


def visit_task(id: str, nursery: str, guide: str, first: date, last: date, done: date | None) -> Document:
    """The duty of one quarter; `done` is the day of the visit, None while it is open."""
    document = {
        "resourceType": "Task",
        "id": id,
        "status": "completed" if done else "requested",
        "intent": "order",
        "code": coded("duty", "guide-visit"),
        "for": reference("Organization", nursery),
        "executionPeriod": {"start": first.isoformat(), "end": last.isoformat()},
        "authoredOn": _at(first, "00:00"),
        "owner": reference("Practitioner", guide),
    }
    if done:
        document["lastModified"] = _at(done, "11:00")
    return document


def _at(day: date, time: str) -> str:
    return f"{day.isoformat()}T{time}:00+08:00"


_LOINC_CODES: Final = {
    code: {"coding": [{"system": _LOINC, "code": code}]}
    for code, _ in (WEIGHT, LENGTH, HEIGHT, HEAD, BIRTH_WEIGHT, GESTATION)
}
_VACCINE_CODES: Final = {
    vaccine: {
        "coding": [
            {"system": f"{BASE}CodeSystem/vaccine", "code": vaccine},
            {"system": "http://hl7.org/fhir/sid/cvx", "code": cvx},
        ]
    }
    for vaccine, cvx in CVX.items()
}
