"""What a child's stored documents say of immunization. One that cannot be read is left out: it was accepted when it was written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from healthrec.domain.immunization import Condition, DoseGiven
from healthrec.fhir.facts import BIRTH_WEIGHT, differs_from
from healthrec.fhir.immunization_codes import VaccineCodes
from healthrec.fhir.immunization_facts import BirthFact, Unjudged, Unreadable, dose_given, told


@dataclass(frozen=True, slots=True)
class Known:
    """Doses known by the ids of their Immunizations, conditions, and the birth weight [g]."""

    doses: tuple[DoseGiven, ...]
    unjudged: tuple[Unjudged, ...]
    conditions: tuple[Condition, ...]
    birth_weight_g: int | None


def known(documents: Iterable[Mapping[str, Any]], vaccines: VaccineCodes, conditions: frozenset[str]) -> Known:
    """From Immunizations, Conditions and Observations, in the order in which they were first written; others say nothing.

    A second source's word of a dose says nothing while the one that it contradicts stands. `conditions` are the codes of
    immunization-condition.
    """
    doses: list[DoseGiven] = []
    unjudged: list[Unjudged] = []
    facts: list[Condition | BirthFact] = []
    documents = tuple(documents)
    shots = (one for one in documents if one["resourceType"] == "Immunization")
    stated = {one["id"] for one in shots if one["status"] in ("completed", "not-done")}
    for document in documents:
        if document["resourceType"] == "Immunization" and differs_from(document) in stated:
            continue
        if document["resourceType"] == "Immunization":
            dose = _dose(document, vaccines)
            if isinstance(dose, DoseGiven):
                doses.append(dose)
            elif dose is not None:
                unjudged.append(dose)
        elif (fact := _told(document, vaccines, conditions)) is not None:
            facts.append(fact)
    weights = [one.value for one in facts if isinstance(one, BirthFact) and one.code == BIRTH_WEIGHT]
    found = tuple(one for one in facts if isinstance(one, Condition))
    return Known(tuple(doses), tuple(unjudged), found, weights[-1] if weights else None)


def _dose(document: Mapping[str, Any], vaccines: VaccineCodes) -> DoseGiven | Unjudged | None:
    try:
        return dose_given(document, document["id"], vaccines)
    except Unreadable:
        return Unjudged(document["id"], "unknown-vaccine")


def _told(document: Mapping[str, Any], vaccines: VaccineCodes, known: frozenset[str]) -> Condition | BirthFact | None:
    try:
        return told(document, vaccines, known)
    except Unreadable:
        return None
