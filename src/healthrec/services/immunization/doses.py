"""Doses given, as page values, from the documents of a child's compartment. No judgement yet: what is listed was recorded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from healthrec.fhir.facts import differs_from, dose, dose_source
from healthrec.fhir.types import BASE

HL7_ORIGIN = "http://terminology.hl7.org/CodeSystem/immunization-origin"
GIVEN_HERE, CERTIFICATE, OTHER_SYSTEM, TOLD = "given-here", "certificate", "other-system", "told"
SOURCES = (GIVEN_HERE, CERTIFICATE, OTHER_SYSTEM, TOLD)
"""Where a dose is known from: given by us, read on the certificate, in another system, told by the family."""

VERIFIED = f"{BASE}StructureDefinition/dose-verified"
"""On a dose that a vaccination nurse compared with a proof; its value is the instant."""


UNKNOWN = {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}]}
"""Beside an element that nobody knows: it was asked for, unlike one that nobody mentions."""


@dataclass(frozen=True, slots=True)
class DoseRow:
    """A dose. `state` is a code of the term group dose-state, `source` of dose-source; what nobody of us saw being given
    waits to be verified."""

    id: str
    version: int
    date: date
    vaccine: str
    dose: int | None
    product: str
    lot: str
    place: str
    source: str
    state: str


@dataclass(frozen=True, slots=True)
class DosesPart:
    """The doses of a child, as `partials/child_doses.html` takes them too."""

    rows: tuple[DoseRow, ...]
    note: str = ""


def doses_part(documents: Iterable[Mapping[str, Any]], note: str = "") -> DosesPart:
    """Completed doses among a child's documents, the latest first; `note` is a sentence that the page puts above."""
    given = [_row(one) for one in documents if one["resourceType"] == "Immunization"]
    return DosesPart(tuple(sorted((row for row in given if row), key=_order, reverse=True)), note)


def _order(row: DoseRow) -> tuple[date, str]:
    return row.date, row.vaccine


def _row(immunization: Mapping[str, Any]) -> DoseRow | None:
    fact = dose(immunization)
    if fact is None or fact.day is None:
        return None
    source = source_of(immunization)
    return DoseRow(
        id=fact.id,
        version=int(str(immunization.get("meta", {}).get("versionId", 1))),
        date=fact.day,
        vaccine=fact.vaccine,
        dose=fact.dose_number,
        product="",
        lot=fact.lot,
        place=place_of(immunization),
        source=source,
        state="done" if _is_sure(immunization, source) and not differs_from(immunization) else "to-verify",
    )


def _is_sure(immunization: Mapping[str, Any], source: str) -> bool:
    return source == GIVEN_HERE or is_verified(immunization)


def is_verified(immunization: Mapping[str, Any]) -> bool:
    """Whether a vaccination nurse compared the dose with a proof."""
    return any(one.get("url") == VERIFIED for one in immunization.get("extension", ()))


def source_of(immunization: Mapping[str, Any]) -> str:
    """Where a dose is known from: a code of dose-source."""
    if immunization.get("primarySource", False):
        return GIVEN_HERE
    return dose_source(immunization)


def place_of(immunization: Mapping[str, Any]) -> str:
    """The place that gave it, as written; "" where nobody wrote one."""
    actors = [performer.get("actor", {}) for performer in immunization.get("performer", ())]
    return next((str(actor["display"]) for actor in actors if "display" in actor), "")
