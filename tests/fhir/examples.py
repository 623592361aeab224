"""Resources that the tests of this room start from. All of it is invented."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any

UCUM = "http://unitsofmeasure.org"
LOINC = "http://loinc.org"


def observation(**changes: Any) -> dict[str, Any]:
    """A weight of 7.300 kg; a change of None takes the element out."""
    return _changed(_OBSERVATION, changes)


def patient(**changes: Any) -> dict[str, Any]:
    return _changed(_PATIENT, changes)


def kilograms(value: Any = Decimal("7.300"), **changes: Any) -> dict[str, Any]:
    return _changed({"value": value, "unit": "kg", "system": UCUM, "code": "kg"}, changes)


def _changed(resource: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    changed = copy.deepcopy(resource) | changes
    return {name: value for name, value in changed.items() if value is not None}


_OBSERVATION: dict[str, Any] = {
    "resourceType": "Observation",
    "id": "w1",
    "status": "final",
    "category": [
        {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "vital-signs"}]}
    ],
    "code": {"coding": [{"system": LOINC, "code": "29463-7", "display": "Body weight"}]},
    "subject": {"reference": "Patient/1"},
    "effectiveDateTime": "2024-03-05",
    "performer": [{"reference": "Practitioner/n1"}],
    "valueQuantity": {"value": Decimal("7.300"), "unit": "kg", "system": UCUM, "code": "kg"},
}

_PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "1",
    "identifier": [{"use": "official", "system": "https://healthrec.example/fhir/sid/health-record-no", "value": "H1"}],
    "active": True,
    "name": [{"use": "official", "text": "单小雨"}],
    "telecom": [{"system": "phone", "value": "5550100", "use": "mobile"}],
    "gender": "female",
    "birthDate": "2023-10-02",
    "multipleBirthInteger": 2,
    "managingOrganization": {"reference": "Organization/hc1"},
}
