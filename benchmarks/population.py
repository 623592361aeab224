"""The measured population: the same Patients and Observations for every server, a deterministic few or many."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

OBSERVATIONS_EACH = 48
_CODES = (("29463-7", "kg"), ("8306-3", "cm"), ("9843-4", "cm"), ("8302-2", "cm"))
_FIRST_DAY = date(2021, 1, 1)
"""So long ago that all measurements lie before the day of the benchmark: a day that has not come is refused."""


def patient_id(number: int) -> str:
    """Such as `bench-000042`."""
    return f"bench-{number:06d}"


def patients(resources: int) -> int:
    """How many children make about that many resources."""
    return max(1, resources // (OBSERVATIONS_EACH + 2))


def patient(number: int) -> dict[str, Any]:
    """One child."""
    return {
        "resourceType": "Patient",
        "id": patient_id(number),
        "active": True,
        "name": [{"use": "official", "text": f"王测试{number}"}],
        "gender": "male" if number % 2 else "female",
        "birthDate": (_FIRST_DAY + timedelta(days=number % 300)).isoformat(),
    }


def observation(child: int, number: int, *, with_id: bool = True) -> dict[str, Any]:
    """One measurement; numbers below OBSERVATIONS_EACH are the preloaded ones."""
    code, unit = _CODES[number % len(_CODES)]
    day = _FIRST_DAY + timedelta(
        days=300 + 10 * (number // len(_CODES)) if number < OBSERVATIONS_EACH else 430 + number // 4
    )
    grown = min(number, OBSERVATIONS_EACH)
    value = {"kg": 7 + grown / 20, "cm": 60 + grown / 4}[unit] if code != "9843-4" else 40 + grown / 20
    resource = {
        "resourceType": "Observation",
        "id": f"{patient_id(child)}-{number:03d}",
        "status": "final",
        "category": [
            {
                "coding": [
                    {
                        "system": "http://terminology.hl7.org/CodeSystem/observation-category",
                        "code": "vital-signs",
                    }
                ]
            }
        ],
        "code": {"coding": [{"system": "http://loinc.org", "code": code}]},
        "subject": {"reference": f"Patient/{patient_id(child)}"},
        "effectiveDateTime": day.isoformat(),
        "valueQuantity": {"value": round(value, 2), "unit": unit, "system": "http://unitsofmeasure.org", "code": unit},
    }
    if not with_id:
        del resource["id"]
    return resource


def everything(resources: int) -> Iterator[dict[str, Any]]:
    """All resources, each child's together."""
    for child in range(patients(resources)):
        yield patient(child)
        for number in range(OBSERVATIONS_EACH):
            yield observation(child, number)


def transaction(child: int, first: int, size: int = 20) -> str:
    """A transaction of new measurements, those after `first`, as a request body."""
    entries = [
        {
            "resource": observation(child, OBSERVATIONS_EACH + first + number, with_id=False),
            "request": {"method": "POST", "url": "Observation"},
        }
        for number in range(size)
    ]
    return json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": entries})
