"""Documents that tests write, as plain as they may be."""

from __future__ import annotations

import json
import re
from typing import Any

BASE = "https://healthrec.example/fhir/"
LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"

Document = dict[str, Any]


def weight(child: str, value: str = "7.90", day: str = "2026-11-20", unit: str = "kg", **more: Any) -> Document:
    """A weight; the value is text, so that its digits are sent as written (see `sent`)."""
    return {
        "resourceType": "Observation",
        "status": "final",
        "category": [concept("http://terminology.hl7.org/CodeSystem/observation-category", "vital-signs")],
        "code": concept(LOINC, "29463-7"),
        "subject": {"reference": f"Patient/{child}"},
        "effectiveDateTime": day,
        "valueQuantity": {"value": digits(value), "unit": unit, "system": UCUM, "code": unit},
        **more,
    }


def condition(child: str, code: str = "J06.9", **more: Any) -> Document:
    return {
        "resourceType": "Condition",
        "clinicalStatus": concept("http://terminology.hl7.org/CodeSystem/condition-clinical", "active"),
        "code": concept("http://hl7.org/fhir/sid/icd-10", code),
        "subject": {"reference": f"Patient/{child}"},
        **more,
    }


def dose(child: str, vaccine: str = "HepA-L", day: str = "2026-11-19", **more: Any) -> Document:
    return {
        "resourceType": "Immunization",
        "status": "completed",
        "vaccineCode": concept(f"{BASE}CodeSystem/vaccine", vaccine),
        "patient": {"reference": f"Patient/{child}"},
        "occurrenceDateTime": day,
        "primarySource": False,
        **more,
    }


def allergy(child: str, **more: Any) -> Document:
    return {
        "resourceType": "AllergyIntolerance",
        "clinicalStatus": concept("http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", "active"),
        "code": {"text": "鸡蛋"},
        "patient": {"reference": f"Patient/{child}"},
        **more,
    }


def patient(name: str = "张一一", number: str = "899999202601010011", **more: Any) -> Document:
    return {
        "resourceType": "Patient",
        "identifier": [{"system": f"{BASE}sid/cn-resident-id", "value": number}],
        "name": [{"use": "official", "text": name}],
        "gender": "female",
        "birthDate": "2026-01-01",
        **more,
    }


def episode(child: str, kind: str, organization: str, start: str = "2026-01-02", **more: Any) -> Document:
    """A reference such as Patient/1 or urn:uuid:…, and where the child is enrolled or managed."""
    return {
        "resourceType": "EpisodeOfCare",
        "status": "active",
        "type": [concept(f"{BASE}CodeSystem/episode-type", kind)],
        "patient": {"reference": child},
        "managingOrganization": {"reference": f"Organization/{organization}"},
        "period": {"start": start},
        **more,
    }


def concept(system: str, code: str) -> Document:
    return {"coding": [{"system": system, "code": code}]}


def bundle(kind: str, *entries: Document) -> Document:
    return {"resourceType": "Bundle", "type": kind, "entry": list(entries)}


def entry(method: str, url: str, resource: Document | None = None, full_url: str = "", **request: Any) -> Document:
    made: Document = {"request": {"method": method, "url": url, **request}}
    if resource is not None:
        made["resource"] = resource
    return made | ({"fullUrl": full_url} if full_url else {})


def digits(text: str) -> str:
    """A number that `sent` writes with just these digits."""
    return f"§{text}§"


def sent(document: Document) -> dict[str, Any]:
    """Arguments of a request with this body."""
    text = re.sub('"§([^§]*)§"', r"\1", json.dumps(document, ensure_ascii=False))
    return {"content": text.encode(), "headers": {"content-type": "application/fhir+json"}}


def sent_with(document: Document, **headers: str) -> dict[str, Any]:
    """The same with further headers; `_` stands for `-`."""
    arguments = sent(document)
    arguments["headers"] |= {name.replace("_", "-"): value for name, value in headers.items()}
    return arguments
