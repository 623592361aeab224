"""Facts: what a resource says, as frozen plain values that the pure core and the pages can use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from healthrec.fhir import ucum
from healthrec.fhir.primitives import local_day
from healthrec.fhir.types import BASE, entered_in_error

LOINC = "http://loinc.org"
WEIGHT, LENGTH, HEIGHT, HEAD_CIRCUMFERENCE = "29463-7", "8306-3", "8302-2", "9843-4"
BIRTH_WEIGHT, GESTATION = "8339-4", "11884-4"

VACCINE = f"{BASE}CodeSystem/vaccine"
CVX = "http://hl7.org/fhir/sid/cvx"
DOSE_SOURCE = f"{BASE}CodeSystem/dose-source"
"""Where a dose that was not given by us is known from: certificate, other-system, told."""

DELEGATE = f"{BASE}CodeSystem/delegate"
DIFFERS_FROM = f"{BASE}StructureDefinition/dose-differs-from"
"""On a dose as a second source tells of it, where it contradicts the one on record that the reference names. Neither is
overwritten, and the one with the mark does not count, until a vaccination nurse decides which is right."""

ABSENT_REASON = f"{BASE}StructureDefinition/identifier-absent-reason"


@dataclass(frozen=True, slots=True)
class PatientFacts:
    """A child. `name` is the one in use, `former_names` the older ones; `gestation_days` are completed days of
    gestation and `birth_weight_g` [g], None when no Observation says so; `links` are (type, Patient id)."""

    id: str
    name: str
    former_names: tuple[str, ...]
    gender: str
    birth_date: date | None
    birth_order: int | None
    identifiers: tuple[tuple[str, str], ...]
    identifier_absent_reason: str
    organization_id: str
    active: bool
    deceased: bool
    links: tuple[tuple[str, str], ...]
    gestation_days: int | None = None
    birth_weight_g: Decimal | None = None


@dataclass(frozen=True, slots=True)
class MeasurementFact:
    """One measurement. `code` is LOINC; `value` is in `unit`: kg for masses, cm for lengths, d for times, Cel for
    temperatures, the written unit otherwise; `written` are the digits and the unit as recorded; `position` is lying,
    standing or "" (from the code)."""

    id: str
    child_id: str
    code: str
    value: Decimal
    unit: str
    written: tuple[str, str]
    day: date | None
    position: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DoseFact:
    """One dose that was given. `vaccine` is the house code (HepB, DTaP …), `cvx` the CVX code, "" where unknown."""

    id: str
    child_id: str
    vaccine: str
    cvx: str
    day: date | None
    dose_number: int | None
    lot: str
    primary_source: bool


def patient_facts(patient: Mapping[str, Any], observations: Iterable[Mapping[str, Any]] = ()) -> PatientFacts:
    """A Patient, with gestation and birth weight from those of its Observations that say so."""
    birth = {fact.code: fact for fact in map(measurement, observations) if fact}
    gestation, weight = birth.get(GESTATION), birth.get(BIRTH_WEIGHT)
    names = _names(patient)
    return PatientFacts(
        id=patient.get("id", ""),
        name=names[0] if names else "",
        former_names=tuple(names[1:]),
        gender=patient.get("gender", "unknown"),
        birth_date=local_day(patient.get("birthDate", "")),
        birth_order=patient.get("multipleBirthInteger"),
        identifiers=tuple((one.get("system", ""), one.get("value", "")) for one in patient.get("identifier", ())),
        identifier_absent_reason=_absent_reason(patient),
        organization_id=_id(patient.get("managingOrganization")),
        active=patient.get("active", True),
        deceased="deceasedDateTime" in patient or patient.get("deceasedBoolean", False),
        links=tuple((link["type"], _id(link["other"])) for link in patient.get("link", ())),
        gestation_days=int(gestation.value) if gestation else None,
        birth_weight_g=weight.value * 1000 if weight else None,
    )


def measurement(observation: Mapping[str, Any]) -> MeasurementFact | None:
    """An Observation with a LOINC code and a UCUM quantity; None for anything else, and for a mistake or a cancelled
    one."""
    code = _code(observation.get("code"), LOINC)
    quantity = observation.get("valueQuantity", {})
    value = quantity.get("value")
    if not code or value is None or quantity.get("system") != ucum.SYSTEM:
        return None
    if entered_in_error(observation) or observation["status"] in ("cancelled", "registered"):
        return None
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    number, unit = _in_house_unit(exact, quantity["code"])
    return MeasurementFact(
        id=observation.get("id", ""),
        child_id=_id(observation.get("subject")),
        code=code,
        value=number,
        unit=unit,
        written=(format(exact, "f"), quantity.get("unit") or quantity["code"]),
        day=local_day(_effective(observation)),
        position={LENGTH: "lying", HEIGHT: "standing"}.get(code, ""),
        notes=tuple(note["text"] for note in observation.get("note", ())),
    )


def dose(immunization: Mapping[str, Any]) -> DoseFact | None:
    """A dose that was given (status completed); None for one not given or recorded by mistake."""
    if immunization["status"] != "completed":
        return None
    protocol: Mapping[str, Any] = next(iter(immunization.get("protocolApplied", ())), {})
    return DoseFact(
        id=immunization.get("id", ""),
        child_id=_id(immunization.get("patient")),
        vaccine=_code(immunization.get("vaccineCode"), VACCINE),
        cvx=_code(immunization.get("vaccineCode"), CVX),
        day=local_day(immunization.get("occurrenceDateTime", "")),
        dose_number=protocol.get("doseNumberPositiveInt"),
        lot=immunization.get("lotNumber", ""),
        primary_source=immunization.get("primarySource", False),
    )


def differs_from(immunization: Mapping[str, Any]) -> str:
    """The id of the dose that this one contradicts, "" for a dose that stands by itself."""
    marks = (one for one in immunization.get("extension", ()) if one.get("url") == DIFFERS_FROM)
    return next((_id(one.get("valueReference")) for one in marks), "")


def dose_source(immunization: Mapping[str, Any]) -> str:
    """Where a dose that was not given by us is known from; another system, where nothing says so."""
    return _code(immunization.get("reportOrigin"), DOSE_SOURCE) or "other-system"


def name_in_use(person: Mapping[str, Any]) -> str:
    """The name that a Patient, Practitioner or RelatedPerson goes by, "" without one."""
    return next(iter(_names(person)), "")


def phones_of(person: Mapping[str, Any]) -> list[str]:
    """The telephone numbers of a person or place."""
    return [str(one.get("value", "")) for one in person.get("telecom", ()) if one.get("system") == "phone"]


def is_delegate(related_person: Mapping[str, Any]) -> bool:
    """Whether a RelatedPerson is one whom a guardian named, and no guardian: every code of the relationship says so."""
    codings = [coding for kind in related_person.get("relationship", ()) for coding in kind.get("coding", ({},))]
    return bool(codings) and all(coding.get("system") == DELEGATE for coding in codings)


def _names(person: Mapping[str, Any]) -> list[str]:
    """Name texts, the one in use first: official before other uses, ended ones last."""
    names = sorted(
        person.get("name", ()), key=lambda name: ("end" in name.get("period", {}), _USES.get(name.get("use"), 1))
    )
    texts = [name.get("text") or name.get("family", "") + "".join(name.get("given", ())) for name in names]
    return [text for text in texts if text]


_USES = {"official": 0, "usual": 1, "temp": 2, "nickname": 3, "old": 4}


def _absent_reason(patient: Mapping[str, Any]) -> str:
    found = (one.get("valueCode", "") for one in patient.get("extension", ()) if one["url"] == ABSENT_REASON)
    return next(found, "")


def _effective(observation: Mapping[str, Any]) -> str:
    period = observation.get("effectivePeriod", {})
    return str(observation.get("effectiveDateTime") or observation.get("effectiveInstant") or period.get("start", ""))


def _in_house_unit(value: Decimal, code: str) -> tuple[Decimal, str]:
    for unit in ("kg", "cm", "d", "Cel"):
        found = ucum.convert(value, code, unit)
        if found is not None:
            return (value if code == unit else found), unit
    return value, code


def _code(concept: Mapping[str, Any] | None, system: str) -> str:
    """The first code of that system in a CodeableConcept, or ""."""
    codings = (concept or {}).get("coding", ())
    return next((coding["code"] for coding in codings if coding.get("system") == system and "code" in coding), "")


def _id(reference: Mapping[str, Any] | None) -> str:
    """The id of a local reference, or ""."""
    parts = (reference or {}).get("reference", "").split("/")
    return str(parts[1]) if len(parts) > 1 else ""
