from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.fhir.examples import LOINC, kilograms, observation, patient

from healthrec.fhir import facts


def coded(code: str, value: Any, unit: str) -> dict[str, Any]:
    return observation(
        code={"coding": [{"system": LOINC, "code": code}]}, valueQuantity=kilograms(value, unit=unit, code=unit)
    )


def test_a_weight_is_a_fact_with_its_digits() -> None:
    fact = facts.measurement(observation(note=[{"text": "clothed"}]))
    assert fact == facts.MeasurementFact(
        id="w1",
        child_id="1",
        code=facts.WEIGHT,
        value=Decimal("7.300"),
        unit="kg",
        written=("7.300", "kg"),
        day=date(2024, 3, 5),
        position="",
        notes=("clothed",),
    )


@pytest.mark.parametrize(
    ("code", "value", "unit", "expected", "house_unit", "position"),
    [
        ("29463-7", 7900, "g", "7.9", "kg", ""),
        ("8306-3", Decimal("0.655"), "m", "65.5", "cm", "lying"),
        ("8302-2", 880, "mm", "88", "cm", "standing"),
        ("11884-4", 40, "wk", "280", "d", ""),
        ("718-7", 110, "g/L", "110", "g/L", ""),
    ],
)
def test_values_come_in_the_units_of_the_house(
    code: str, value: Any, unit: str, expected: str, house_unit: str, position: str
) -> None:
    fact = facts.measurement(coded(code, value, unit))
    assert fact is not None
    assert (fact.value, fact.unit, fact.position) == (Decimal(expected), house_unit, position)
    assert fact.written == (str(value), unit)


@pytest.mark.parametrize(
    "resource",
    [
        observation(status="entered-in-error"),
        observation(status="cancelled"),
        observation(valueQuantity=None),
        observation(valueQuantity=kilograms(7, system=None, code=None)),
        observation(code={"text": "weight"}),
    ],
)
def test_what_is_no_measurement_is_no_fact(resource: dict[str, Any]) -> None:
    assert facts.measurement(resource) is None


def test_a_child_with_birth_facts() -> None:
    born = [coded("11884-4", 252, "d"), coded("8339-4", 2410, "g"), observation(status="entered-in-error")]
    child = facts.patient_facts(patient(), born)
    assert (child.name, child.gender, child.birth_date, child.birth_order) == ("单小雨", "female", date(2023, 10, 2), 2)
    assert (child.gestation_days, child.birth_weight_g) == (252, Decimal(2410))
    assert (child.organization_id, child.active, child.deceased) == ("hc1", True, False)


def test_a_name_that_ended_is_a_former_name() -> None:
    names = [
        {"use": "official", "text": "旧名", "period": {"end": "2024-01-01"}},
        {"use": "nickname", "text": "豆豆"},
        {"use": "official", "family": "单", "given": ["小雨"]},
    ]
    child = facts.patient_facts(patient(name=names))
    assert (child.name, child.former_names) == ("单小雨", ("豆豆", "旧名"))


def test_a_child_without_number_says_why() -> None:
    reason = {"url": facts.ABSENT_REASON, "valueCode": "not-yet-registered"}
    child = facts.patient_facts(patient(identifier=None, extension=[reason], name=None, birthDate="2024-01"))
    assert (child.identifiers, child.identifier_absent_reason) == ((), "not-yet-registered")
    assert (child.name, child.birth_date, child.gestation_days) == ("", None, None)


def test_a_dose_is_a_fact_when_it_was_given() -> None:
    given: dict[str, Any] = {
        "resourceType": "Immunization",
        "id": "i1",
        "status": "completed",
        "vaccineCode": {"coding": [{"system": facts.VACCINE, "code": "HepB"}, {"system": facts.CVX, "code": "08"}]},
        "patient": {"reference": "Patient/1"},
        "occurrenceDateTime": "2023-10-02T09:00:00+08:00",
        "primarySource": True,
        "lotNumber": "L1",
        "protocolApplied": [{"doseNumberPositiveInt": 1}],
    }
    assert facts.dose(given) == facts.DoseFact("i1", "1", "HepB", "08", date(2023, 10, 2), 1, "L1", True)
    assert facts.dose(given | {"status": "not-done"}) is None
