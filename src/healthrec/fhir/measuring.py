"""A growth measurement as an Observation: which codes say what was measured, how one is written, and how it was taken.

LOINC codes and UCUM units; the profile is `schemas/fhir/growth-measurement.json`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from healthrec.domain.growth import Circumstance, Measure, Measurement
from healthrec.fhir.facts import BIRTH_WEIGHT, HEAD_CIRCUMFERENCE, HEIGHT, LENGTH, LOINC, WEIGHT
from healthrec.fhir.types import BASE
from healthrec.fhir.ucum import SYSTEM as UCUM

Document = dict[str, Any]

BIRTH_LENGTH: Final = "89269-5"
HEAD_BY_TAPE: Final = "8287-5"
ARM: Final = "56072-2"
"""LOINC: circumference of the mid-upper arm; skinfolds have no code there that we know, and are judged in files only."""
MEASURES: Final[Mapping[str, Measure]] = {
    WEIGHT: "weight",
    LENGTH: "length",
    HEIGHT: "height",
    HEAD_CIRCUMFERENCE: "head",
    HEAD_BY_TAPE: "head",
    BIRTH_WEIGHT: "weight",
    BIRTH_LENGTH: "length",
    ARM: "arm",
}
"""LOINC code → what was measured, for what a growth standard judges."""

AT_BIRTH: Final = frozenset({BIRTH_WEIGHT, BIRTH_LENGTH})
"""Codes of measurements of the day of birth; a value of another day under them is no point of a curve."""

CODES: Final[Mapping[Measure, str]] = {
    "weight": WEIGHT,
    "length": LENGTH,
    "height": HEIGHT,
    "head": HEAD_CIRCUMFERENCE,
    "arm": ARM,
}
"""What is measured → the code that it is written with."""

CLOTHING: Final = "8352-7"
"""LOINC: clothing worn during measure."""

MEASURING: Final = BASE + "CodeSystem/measuring"
"""Clothing, how the child behaved, position, reasons to confirm a value."""

READING: Final = BASE + "StructureDefinition/reading"
REASON: Final = BASE + "StructureDefinition/confirmed-because"
BODY_POSITION: Final = "http://hl7.org/fhir/StructureDefinition/observation-bodyPosition"

_VITAL_SIGNS: Final = {"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "vital-signs"}
_CIRCUMSTANCES: Final[Mapping[str, Circumstance]] = {"heavy": "clothed", "crying": "crying", "uncertain": "uncertain"}
_OF_CIRCUMSTANCE: Final = {circumstance: code for code, circumstance in _CIRCUMSTANCES.items()}


@dataclass(frozen=True, slots=True)
class Taking:
    """How a value was taken. `readings` are the repeated ones in their order (kg or cm), () for a single one; `clothing`
    is bare, light, heavy or ""; `states` of the child (calm, crying, uncertain); `reason` why an implausible value is
    right, a code, with more in words; `device` the reference of the instrument, "" for none."""

    readings: tuple[Decimal, ...] = ()
    clothing: str = ""
    states: tuple[str, ...] = ()
    reason: str = ""
    reason_text: str = ""
    device: str = ""

    @property
    def circumstances(self) -> frozenset[Circumstance]:
        """What may excuse an odd value."""
        return frozenset(_CIRCUMSTANCES[code] for code in (self.clothing, *self.states) if code in _CIRCUMSTANCES)


def taking_under(circumstances: Iterable[Circumstance], reason_text: str = "") -> Taking:
    """A taking of which only circumstances, and why the value is right, are known."""
    codes = [_OF_CIRCUMSTANCE[one] for one in circumstances]
    states = tuple(code for code in codes if code != "heavy")
    reason = "other" if reason_text else ""
    return Taking((), "heavy" if "heavy" in codes else "", states, reason, reason_text)


def growth_observation(
    child: str, one: Measurement, taking: Taking, performers: Sequence[Mapping[str, str]], notes: Iterable[str] = ()
) -> Document:
    """A new Observation of the child with this id; `performers` are References, empty for none."""
    document: Document = {
        "resourceType": "Observation",
        "status": "final",
        "category": [{"coding": [_VITAL_SIGNS]}],
        "code": {"coding": [{"system": LOINC, "code": CODES[one.measure]}]},
        "subject": {"reference": f"Patient/{child}"},
        "effectiveDateTime": one.day.isoformat(),
    }
    if performers:
        document["performer"] = list(performers)
    return document | _value_elements(one, taking) | _noted(notes)


def corrected_observation(
    before: Mapping[str, Any],
    one: Measurement,
    taking: Taking,
    performers: Sequence[Mapping[str, str]],
    notes: Iterable[str] = (),
) -> Document:
    """A version on top of `before`: what was measured and how is said anew, remarks are added, the rest stays; so does the
    code where it means the same measure (a birth weight stays one)."""
    fresh = growth_observation("", one, taking, performers, notes)
    kept = {name: part for name, part in before.items() if name not in ("extension", "component", "device")}
    foreign = [part for part in before.get("extension", ()) if part["url"] not in (READING, REASON, BODY_POSITION)]
    fresh |= {"status": "corrected", "subject": before["subject"]}
    if extensions := foreign + fresh.get("extension", []):
        fresh["extension"] = extensions
    if noted := [*before.get("note", ()), *fresh.get("note", ())]:
        fresh["note"] = noted
    if any(MEASURES.get(coding.get("code", "")) == one.measure for coding in before["code"]["coding"]):
        fresh["code"] = before["code"]
    return kept | fresh


def _value_elements(one: Measurement, taking: Taking) -> Document:
    elements: Document = {"valueQuantity": quantity(one.value, one.unit)}
    if extensions := [*_extensions(one, taking)]:
        elements["extension"] = extensions
    if taking.device:
        elements["device"] = {"reference": taking.device}
    if components := [*_components(one, taking)]:
        elements["component"] = components
    return elements


def quantity(value: Decimal, unit: str) -> Document:
    """A UCUM quantity with the digits as written, without an exponent."""
    return {"value": Decimal(format(value, "f")), "unit": unit, "system": UCUM, "code": unit}


def taking_of(observation: Mapping[str, Any]) -> Taking:
    """How the value of an Observation was taken, as far as it says."""
    extensions = observation.get("extension", ())
    codes = [_code(part.get("valueCodeableConcept", {})) for part in observation.get("component", ())]
    reason: Mapping[str, Any] = next(
        (one.get("valueCodeableConcept", {}) for one in extensions if one["url"] == REASON), {}
    )
    readings = [one.get("valueQuantity", {}) for one in extensions if one["url"] == READING]
    return Taking(
        readings=tuple(Decimal(str(one["value"])) for one in readings if one.get("code") in ("kg", "cm")),
        clothing=next((code for code in codes if code in ("bare", "light", "heavy")), ""),
        states=tuple(code for code in codes if code in ("calm", "crying", "uncertain")),
        reason=_code(reason),
        reason_text=reason.get("text", ""),
        device=observation.get("device", {}).get("reference", ""),
    )


def performers_of(observation: Mapping[str, Any]) -> tuple[str, ...]:
    """References of those who measured: persons, and the institution."""
    return tuple(one["reference"] for one in observation.get("performer", ()) if "reference" in one)


def counts(code: str, day: date | None, birth: date | None) -> bool:
    """Whether a value under this code, of that day, is a point of the curve of a child born on `birth`."""
    return code in MEASURES and day is not None and (code not in AT_BIRTH or day == birth)


def concept(code: str, text: str = "") -> Document:
    """A CodeableConcept of the house's words about measuring."""
    return {"coding": [{"system": MEASURING, "code": code}]} | ({"text": text} if text else {})


def _extensions(one: Measurement, taking: Taking) -> Iterator[Document]:
    if one.position:
        yield {"url": BODY_POSITION, "valueCodeableConcept": concept(one.position)}
    for reading in taking.readings:
        yield {"url": READING, "valueQuantity": quantity(reading, one.unit)}
    if taking.reason or taking.reason_text:
        yield {"url": REASON, "valueCodeableConcept": concept(taking.reason or "other", taking.reason_text)}


def _components(one: Measurement, taking: Taking) -> Iterator[Document]:
    if taking.clothing and one.measure == "weight":
        code = {"coding": [{"system": LOINC, "code": CLOTHING}]}
        yield {"code": code, "valueCodeableConcept": concept(taking.clothing)}
    for state in taking.states:
        yield {"code": concept("state"), "valueCodeableConcept": concept(state)}


def _noted(notes: Iterable[str]) -> Document:
    texts = [{"text": text} for text in dict.fromkeys(notes) if text]
    return {"note": texts} if texts else {}


def _code(concept: Mapping[str, Any]) -> str:
    """The house's code in a CodeableConcept, "" for none."""
    return next((one.get("code", "") for one in concept.get("coding", ()) if one.get("system") == MEASURING), "")
