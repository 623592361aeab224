"""Asking `$immds-forecast` in short words, and reading its answer back into them.

Doses `HepB 0d, IPV 2m`, conditions `ppd-negative 3m`, birth and day asked as dates.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.documents import BASE, LOINC, UCUM, concept

from healthrec.domain.immunization import Period
from healthrec.domain.immunization.periods import after

Document = dict[str, Any]
CVX = "http://hl7.org/fhir/sid/cvx"
CN_VACCINE = f"{BASE}CodeSystem/cn-vaccine"
VACCINE = f"{BASE}CodeSystem/vaccine"
CONDITION = f"{BASE}CodeSystem/immunization-condition"
STATUS = f"{BASE}CodeSystem/immunization-forecast-status"
EVALUATION = f"{BASE}CodeSystem/immunization-evaluation-status"
REASON = f"{BASE}CodeSystem/immunization-reason"
RULE = f"{BASE}CodeSystem/immunization-rule"
THO = "http://terminology.hl7.org/CodeSystem/immunization-recommendation-status"
DATES = {"30981-5": "earliest", "30980-7": "recommended", "59778-1": "past due", "59777-3": "latest"}


def asked(on: str, born: str, doses: str = "", *more: Document, **values: str | bool) -> Document:
    """The Parameters of one question; `more` are Observations and Conditions, `values` such as `edition="2021"`."""
    child = {"resourceType": "Patient", "id": "c1", "gender": "female", "birthDate": born}
    parts: list[Document] = [{"name": "assessmentDate", "valueDate": on}, {"name": "patient", "resource": child}]
    parts += [{"name": "immunization", "resource": one} for one in given(born, doses)]
    parts += [{"name": one["resourceType"].lower(), "resource": one} for one in more]
    for name, value in values.items():
        element = "valueBoolean" if isinstance(value, bool) else "valueCode"
        parts.append({"name": name.replace("_", "-"), element: value})
    return {"resourceType": "Parameters", "parameter": parts}


def given(born: str, text: str, system: str = VACCINE) -> list[Document]:
    """`HepB 0d, IPV 2m` as Immunizations d1, d2."""
    parts = [part.split() for part in text.split(",") if part.strip()]
    days = [after(date.fromisoformat(born), Period.of(age)).isoformat() for _, age in parts]
    return [dose(f"d{at}", concept(system, parts[at - 1][0]), day) for at, day in enumerate(days, 1)]


def dose(id_: str, code: Document, day: str, **more: Any) -> Document:
    """One Immunization of the child c1."""
    return {
        "resourceType": "Immunization",
        "id": id_,
        "status": "completed",
        "vaccineCode": code,
        "patient": {"reference": "Patient/c1"},
        "occurrenceDateTime": day,
        **more,
    }


def condition(code: str, onset: str = "", vaccine: str = "", **more: Any) -> Document:
    """A Condition of immunization-condition."""
    codings = [{"system": CONDITION, "code": code}] + ([{"system": VACCINE, "code": vaccine}] if vaccine else [])
    since = {"onsetDateTime": onset} if onset else {}
    child = {"reference": "Patient/c1"}
    return {"resourceType": "Condition", "code": {"coding": codings}, "subject": child} | since | more


def observation(code: str, value: float, unit: str) -> Document:
    """A LOINC measurement."""
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": concept(LOINC, code),
        "subject": {"reference": "Patient/c1"},
        "valueQuantity": {"value": value, "unit": unit, "system": UCUM, "code": unit},
    }


def codes(of: Document, system: str) -> list[str]:
    """The codes of one system in a CodeableConcept."""
    return [one["code"] for one in of["coding"] if one["system"] == system]


def recommendations(answer: Document) -> dict[str, Document]:
    """The recommendations by their vaccine of the house."""
    (whole,) = [one["resource"] for one in answer["parameter"] if one["name"] == "recommendation"]
    return {codes(one["vaccineCode"][0], VACCINE)[0]: one for one in whole["recommendation"]}


def dates(recommendation: Document) -> dict[str, str]:
    """The dates of a recommendation by what they are."""
    found = recommendation.get("dateCriterion", ())
    return {DATES[one["code"]["coding"][0]["code"]]: one["value"] for one in found}


def status(recommendation: Document) -> str:
    """The status in our own code."""
    return codes(recommendation["forecastStatus"], STATUS)[0]


def evaluations(answer: Document) -> list[tuple[str, str, str]]:
    """(dose, status, reasons) of every evaluation, by dose."""
    found = [one["resource"] for one in answer["parameter"] if one["name"] == "evaluation"]
    told = [(_event(one), codes(one["doseStatus"], EVALUATION)[0], _reasons(one)) for one in found]
    return sorted(told)


def _event(evaluation: Document) -> str:
    event = evaluation["immunizationEvent"]
    return str(event.get("reference", event.get("display"))).removeprefix("Immunization/")


def _reasons(evaluation: Document) -> str:
    reasons = [codes(one, REASON) for one in evaluation.get("doseStatusReason", ())]
    return " ".join(code for found in reasons for code in found)
