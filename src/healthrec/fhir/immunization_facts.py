"""Facts of immunization: what Immunization, Condition and Observation say, as the pure core takes it.

What cannot be read raises Unreadable; a caller that reads what was stored leaves such a resource out, one that was handed
it refuses it by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from healthrec.domain.immunization import Condition, DoseGiven
from healthrec.errors import Issue, IssueCode
from healthrec.fhir.facts import BIRTH_WEIGHT, GESTATION, VACCINE, measurement
from healthrec.fhir.immunization_codes import ANTIGEN, CONDITION, VaccineCodes
from healthrec.fhir.primitives import date_range, local_day
from healthrec.fhir.types import entered_in_error

GLOBULIN, ANAPHYLAXIS = "immunoglobulin-given", "anaphylaxis-to-vaccine"
_OVER = frozenset({"inactive", "remission", "resolved"})
_NOT_MADE = frozenset({"cancelled", "registered"})
NEVER = date.min
LAST_YEAR = 9900
"""Of days from which others are reckoned: what is a century on must still be a date"""


class Unreadable(Exception):
    """An element that does not say what it must; the issue's expression begins below the resource."""

    def __init__(self, code: IssueCode, key: str, element: str, **params: Any) -> None:
        super().__init__(key)
        self.issue = Issue(code, key, element, params)


@dataclass(frozen=True, slots=True)
class Unjudged:
    """A dose on record of which too little is known to judge it."""

    id: str
    reason: Literal["day-unknown", "unknown-vaccine"]


@dataclass(frozen=True, slots=True)
class BirthFact:
    """What an Observation says of the birth: weight [g] or gestation [completed days]."""

    code: str
    value: int


def dose_given(immunization: Mapping[str, Any], id_: str, codes: VaccineCodes) -> DoseGiven | Unjudged | None:
    """The dose, by `id_`; None for one that was not given, or recorded by mistake."""
    status = immunization.get("status")
    if status != "completed":
        if status in ("not-done", "entered-in-error"):
            return None
        allowed = "completed, entered-in-error, not-done"
        raise Unreadable("code-invalid", "fhir.unknown-code", "status", found=_shown(status), allowed=allowed)
    codings = _codings(immunization.get("vaccineCode"), "vaccineCode")
    vaccine = codes.vaccine(codings)
    antigens = () if vaccine else _antigens(immunization, codings, codes.elsewhere)
    day = _day_given(immunization)
    if day is None:
        return Unjudged(id_, "day-unknown")
    if not (vaccine or antigens):
        return Unjudged(id_, "unknown-vaccine")
    expiry, subpotent = immunization.get("expirationDate"), immunization.get("isSubpotent") is True
    return DoseGiven(id_, vaccine, day, antigens, full_day(expiry, "expirationDate") if expiry else None, subpotent)


def told(resource: Mapping[str, Any], codes: VaccineCodes, known: frozenset[str]) -> Condition | BirthFact | None:
    """What a Condition or an Observation tells of the child or its mother; None for a mistake, or what never was made.

    `known` are the codes of immunization-condition.
    """
    is_condition = resource.get("resourceType") == "Condition"
    if entered_in_error(resource) or (_refuted(resource) if is_condition else resource.get("status") in _NOT_MADE):
        return None
    codings = _codings(resource.get("code"), "code")
    found = _own_code(codings, known, "code")
    if not is_condition and not found:
        value = resource.get("valueCodeableConcept")
        found = _own_code(_codings(value, "valueCodeableConcept"), known, "valueCodeableConcept") if value else ""
    if found:
        return _condition(resource, found, codes.vaccine(codings), is_condition)
    if is_condition:
        raise Unreadable("not-supported", "immunization.code-not-known", "code", allowed=CONDITION)
    return _birth(resource)


def full_day(value: Any, element: str) -> date:
    """The day of a date or dateTime. Raises Unreadable unless it names one."""
    day = _day(value, element)
    if day is None:
        raise Unreadable("value", "immunization.day-needed", element, found=_shown(value))
    return day


def _day(value: Any, element: str) -> date | None:
    """The day, None when only a month or a year is known. Raises Unreadable for what is no date."""
    if not isinstance(value, str) or date_range(value) is None:
        raise Unreadable("value", "fhir.bad-dateTime", element, found=_shown(value))
    return local_day(value)


def _day_given(immunization: Mapping[str, Any]) -> date | None:
    if "occurrenceDateTime" in immunization:
        return _day(immunization["occurrenceDateTime"], "occurrenceDateTime")
    if "occurrenceString" in immunization or "_occurrenceDateTime" in immunization:
        return None
    raise Unreadable("required", "fhir.missing", "occurrence[x]")


def _codings(value: Any, element: str) -> list[Any]:
    if not isinstance(value, dict):
        raise Unreadable("required", "fhir.missing", element)
    codings = value.get("coding", [])
    if not isinstance(codings, list):
        raise Unreadable("structure", "fhir.wrong-json-type", f"{element}.coding", found="object", allowed="array")
    return [one for one in codings if isinstance(one, dict)]


def _antigens(immunization: Mapping[str, Any], codings: list[Any], elsewhere: frozenset[str]) -> tuple[str, ...]:
    """What a dose of unknown product was against. A code of ours that does not exist is no unknown product."""
    wrong = next((one for one in codings if one.get("system") == VACCINE), None)
    if wrong is not None and wrong.get("code") not in elsewhere:
        found, allowed = _shown(wrong.get("code")), f"CodeSystem {VACCINE}"
        raise Unreadable("code-invalid", "fhir.unknown-code", "vaccineCode", found=found, allowed=allowed)
    protocols = immunization.get("protocolApplied", ())
    diseases = [disease for protocol in protocols for disease in protocol.get("targetDisease", ())]
    named = [one for disease in diseases for one in disease.get("coding", ())]
    return tuple(str(one["code"]) for one in named if one.get("system") == ANTIGEN and "code" in one)


def _own_code(codings: list[Any], known: frozenset[str], element: str) -> str:
    own = next((one.get("code") for one in codings if one.get("system") == CONDITION), "")
    if own and own not in known:
        allowed = f"CodeSystem {CONDITION}"
        raise Unreadable("code-invalid", "fhir.unknown-code", element, found=_shown(own), allowed=allowed)
    return str(own)


def _condition(resource: Mapping[str, Any], code: str, vaccine: str, is_condition: bool) -> Condition:
    if code == ANAPHYLAXIS and not vaccine:
        raise Unreadable("required", "immunization.vaccine-needed", "code.coding")
    if not is_condition:
        effective = resource.get("effectiveDateTime")
        return Condition(code, _first_day(effective, "effectiveDateTime", code), None, vaccine)
    since = _first_day(resource.get("onsetDateTime"), "onsetDateTime", code)
    until = resource.get("abatementDateTime")
    if until is None and _OVER & _codes_of(resource.get("clinicalStatus")):
        return Condition(code, since, NEVER, vaccine)
    return Condition(code, since, _first_day(until, "abatementDateTime", ""), vaccine)


def _first_day(value: Any, element: str, code: str) -> date | None:
    """The first day of what is written; of a month, its first. What counts from it must name a day."""
    if code == GLOBULIN:
        if value is None:
            raise Unreadable("required", "fhir.missing", element)
        full_day(value, element)
    if value is None:
        return None
    day = _day(value, element) or date.fromisoformat(f"{value}-01-01"[:10])
    if code and day.year > LAST_YEAR:
        raise Unreadable("value", "immunization.year-too-far", element)
    return day


def _birth(observation: Mapping[str, Any]) -> BirthFact:
    fact = measurement(observation)
    if fact is not None and (fact.code, fact.unit) in ((BIRTH_WEIGHT, "kg"), (GESTATION, "d")):
        return BirthFact(fact.code, int(fact.value * 1000 if fact.code == BIRTH_WEIGHT else fact.value))
    allowed = f"LOINC {BIRTH_WEIGHT}, {GESTATION}, {CONDITION}"
    raise Unreadable("not-supported", "immunization.code-not-known", "code", allowed=allowed)


def _refuted(condition: Mapping[str, Any]) -> bool:
    return "refuted" in _codes_of(condition.get("verificationStatus"))


def _codes_of(concept: Any) -> set[str]:
    codings = concept.get("coding", ()) if isinstance(concept, dict) else ()
    return {str(one.get("code")) for one in codings if isinstance(one, dict)}


def _shown(value: Any) -> str:
    return value[:64] if isinstance(value, str) else type(value).__name__
