"""Codes of immunization: the systems, and a schedule's vaccines as codings that are read and written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from healthrec.fhir.facts import CVX, VACCINE
from healthrec.fhir.types import BASE

CN_VACCINE = f"{BASE}CodeSystem/cn-vaccine"
"""The four-digit codes of the Chinese immunization information system, which has no address of its own"""
CONDITION = f"{BASE}CodeSystem/immunization-condition"
FORECAST_STATUS = f"{BASE}CodeSystem/immunization-forecast-status"
EVALUATION_STATUS = f"{BASE}CodeSystem/immunization-evaluation-status"
REASON = f"{BASE}CodeSystem/immunization-reason"
ANTIGEN = f"{BASE}CodeSystem/immunization-antigen"
CDSI_ANTIGEN = f"{BASE}CodeSystem/cdsi-antigen"
CDSI_GROUP = f"{BASE}CodeSystem/cdsi-vaccine-group"
"""Names of antigens and vaccine groups as CDC's supporting data for CDSi has them"""
RULE = f"{BASE}CodeSystem/immunization-rule"
ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
THO_FORECAST = "http://terminology.hl7.org/CodeSystem/immunization-recommendation-status"
THO_DOSE = "http://terminology.hl7.org/CodeSystem/immunization-evaluation-dose-status"
THO_DOSE_REASON = "http://terminology.hl7.org/CodeSystem/immunization-evaluation-dose-status-reason"

Coding = Mapping[str, str]
Concept = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class VaccineCodes:
    """The vaccines of a list. `concepts` are what is written of each, by language, the house's own code first; `read` gives
    the vaccine that a (system, code) stands for, where several share a code the first of the list."""

    concepts: Mapping[str, Mapping[str, Concept]]
    read: Mapping[tuple[str, str], str] = field(repr=False)
    antigens: str = ANTIGEN
    """The system of what a dose is evaluated against"""
    groups: str = ANTIGEN
    """The system of what a recommendation is for"""
    elsewhere: frozenset[str] = frozenset()
    """Codes of ours for vaccines that are in no series here"""

    def vaccine(self, codings: Iterable[Any]) -> str:
        """The vaccine of a CodeableConcept's codings, the house's own code before all others; "" when none is known."""
        found = {key[0]: self.read[key] for one in codings if (key := _key(one)) in self.read}
        return next((found[system] for system in (VACCINE, CN_VACCINE, CVX) if system in found), "")


def vaccine_codes(code_system: Mapping[str, Any]) -> VaccineCodes:
    """The vaccines of the house's CodeSystem with their CVX and Chinese codes."""
    read: dict[tuple[str, str], str] = {}
    concepts: dict[str, dict[str, Concept]] = {"zh": {}, "en": {}}
    for listed in code_system["concept"]:
        code = listed["code"]
        codings = [*_codings(listed)]
        for one in codings:
            read.setdefault((one["system"], one["code"]), code)
        firsts = {one["system"]: one for one in reversed(codings)}
        written = [firsts[system] for system in (VACCINE, CVX, CN_VACCINE) if system in firsts]
        english = next(one["value"] for one in listed["designation"] if one["language"] == "en")
        concepts["zh"][code] = concept(*written, text=listed["display"])
        concepts["en"][code] = concept(*written, text=english)
    return VaccineCodes(concepts, read)


def cvx_codes(names: Mapping[str, str], house: VaccineCodes) -> VaccineCodes:
    """Vaccines known by CVX, with their English names; a code of ours is read as the first CVX code that it has here."""
    read = {(CVX, code): code for code in names}
    for (system, code), own in house.read.items():
        if system == CVX and code in names:
            read.setdefault((VACCINE, own), code)
    concepts = {code: concept(coding(CVX, code), text=name) for code, name in names.items()}
    elsewhere = house.concepts["en"].keys() - {code for system, code in read if system == VACCINE}
    return VaccineCodes({"zh": concepts, "en": concepts}, read, CDSI_ANTIGEN, CDSI_GROUP, frozenset(elsewhere))


def concept(*codings: Coding, text: str = "") -> Concept:
    """A CodeableConcept."""
    return {"coding": list(codings)} | ({"text": text} if text else {})


def coding(system: str, code: str, version: str = "") -> Coding:
    """A Coding."""
    return {"system": system} | ({"version": version} if version else {}) | {"code": code}


def _codings(listed: Mapping[str, Any]) -> Iterator[Coding]:
    yield coding(VACCINE, listed["code"])
    systems = {"cvx": CVX, "cn-code": CN_VACCINE}
    for one in listed["property"]:
        if one["code"] in systems:
            yield coding(systems[one["code"]], one["valueCode"])


def _key(one: Any) -> tuple[str, str]:
    system, code = (one.get("system"), one.get("code")) if isinstance(one, dict) else ("", "")
    return (system, code) if isinstance(system, str) and isinstance(code, str) else ("", "")
