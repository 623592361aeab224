"""Invariants of the record as unique keys: one identifier, one dose, one active enrolment of a kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from healthrec.fhir.facts import differs_from
from healthrec.fhir.types import BASE, entered_in_error

ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"


def uniques_of(resource: Mapping[str, Any], child: int) -> tuple[tuple[str, str], ...]:
    """(kind, value) pairs that no other resource may hold."""
    if entered_in_error(resource):
        return ()
    make = _MAKERS.get(resource["resourceType"])
    return tuple(sorted(set(make(resource, child)))) if make else ()


def _identifiers(resource: Mapping[str, Any], _: int) -> list[tuple[str, str]]:
    return [
        ("identifier", f"{resource['resourceType']}|{identifier['system']}|{identifier['value']}")
        for identifier in resource.get("identifier", ())
        if identifier.get("system", "").startswith(BASE + "sid/")
        and identifier.get("value")
        and identifier.get("use") not in ("old", "temp")
        and not identifier["system"].endswith("/local-code")
    ]


def _dose(resource: Mapping[str, Any], child: int) -> list[tuple[str, str]]:
    # A second source's word of a dose stands beside the one on record until somebody decides between them.
    if resource.get("status") != "completed" or differs_from(resource):
        return []
    day = str(resource.get("occurrenceDateTime", ""))[:10]
    codings = [one for one in resource["vaccineCode"].get("coding", ()) if one.get("system") != ABSENT]
    codes = [coding.get("code") for coding in codings][:1]
    return [("dose", f"{child}|{code}|{day}") for code in codes if day]


def _enrolment(resource: Mapping[str, Any], child: int) -> list[tuple[str, str]]:
    if resource.get("status") != "active":
        return []
    codes = [coding.get("code") for type_ in resource.get("type", ()) for coding in type_.get("coding", ())]
    return [("enrolment", f"{child}|{code}") for code in codes]


_MAKERS = {
    "Patient": _identifiers,
    "Organization": _identifiers,
    "Practitioner": _identifiers,
    "Immunization": _dose,
    "EpisodeOfCare": _enrolment,
}
