"""The invariants of FHIR R4 that matter to a child's record, and the units of measurements.

Each function takes an object that already has the right shape of its parts and gives the issues found; names are those
of the specification (https://hl7.org/fhir/R4/): pat-1, obs-6, per-1 …
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from healthrec.errors import Issue
from healthrec.fhir import ucum
from healthrec.fhir.bindings import CONCEPTS, VITAL_SIGNS
from healthrec.fhir.primitives import date_range

Values = Mapping[str, Any]
LOINC = "http://loinc.org"


def of_resource(resource: Values, name: str, path: str) -> list[Issue]:
    """Issues of a whole resource; called when its shape is right."""
    found = [*_contained(resource, path)] if "contained" in resource else []
    for element in ("clinicalStatus", "verificationStatus"):
        if element in resource:
            found += _concept(resource[element], f"{name}.{element}", f"{path}.{element}")
    rule = _RESOURCES.get(name)
    return found + list(rule(resource, path)) if rule else found


def _broken(invariant: str, path: str, **params: Any) -> Issue:
    return Issue("invariant", f"fhir.{invariant}", path, params)


def _contained(resource: Values, path: str) -> Iterator[Issue]:
    used = set(_local_references(resource))
    for index, inner in enumerate(resource["contained"]):
        where = f"{path}.contained[{index}]"
        if "contained" in inner:
            yield _broken("dom-2", where)
        if "#" + inner.get("id", "") not in used and "#" not in set(_local_references(inner)):
            yield _broken("dom-3", where)
        if inner.get("meta", {}).keys() & {"versionId", "lastUpdated"}:
            yield _broken("dom-4", where)


def _local_references(value: Any) -> Iterator[str]:
    """Every text that may name a contained resource: Reference.reference, and canonicals such as answerValueSet."""
    if isinstance(value, str) and value.startswith("#"):
        yield value
    elif isinstance(value, dict | list):
        for member in value.values() if isinstance(value, dict) else value:
            yield from _local_references(member)


def _concept(concept: Values, element: str, path: str) -> Iterator[Issue]:
    allowed = CONCEPTS.get(element)
    codes = {coding.get("code") for coding in concept.get("coding", ())}
    if allowed and not codes & allowed:
        params = {
            "found": ", ".join(sorted(code for code in codes if code))[:64],
            "allowed": ", ".join(sorted(allowed)),
        }
        yield Issue("code-invalid", "fhir.unknown-code", path, params)


def _codes(concept: Values | None) -> set[str]:
    return {coding["code"] for coding in (concept or {}).get("coding", ()) if "code" in coding}


def _value_elements(value: Values) -> list[str]:
    return [name for name in value if name.startswith("value") and len(name) > 5 and name[5].isupper()]


# Datatypes: called for every object of the type, also when another part of the resource is wrong.


def _quantity(value: Values, path: str) -> list[Issue]:
    code, system = value.get("code"), value.get("system")
    if code is not None and system is None:
        return [_broken("qty-3", path)]
    if system == ucum.SYSTEM and isinstance(code, str) and ucum.unit(code) is None:
        return [Issue("code-invalid", "fhir.unknown-unit", f"{path}.code", {"found": code[:64]})]
    return []


def _period(value: Values, path: str) -> list[Issue]:
    start, end = value.get("start"), value.get("end")
    if not isinstance(start, str) or not isinstance(end, str):
        return []
    first, last = date_range(start), date_range(end)
    if first and last and first[0] >= last[1]:
        return [_broken("per-1", path, start=start, end=end)]
    return []


def _range(value: Values, path: str) -> list[Issue]:
    low, high = value.get("low"), value.get("high")
    if not isinstance(low, dict) or not isinstance(high, dict) or low.get("code") != high.get("code"):
        return []
    numbers = (low.get("value"), high.get("value"))
    if all(isinstance(number, int | Decimal) for number in numbers) and numbers[0] > numbers[1]:  # type: ignore[operator]
        return [_broken("rng-2", path)]
    return []


def _needs(invariant: str, element: str, other: str) -> Callable[[Values, str], list[Issue]]:
    """`element` may only be there together with `other`."""

    def rule(value: Values, path: str) -> list[Issue]:
        return [_broken(invariant, path)] if element in value and other not in value else []

    return rule


def _some_of(invariant: str, *elements: str) -> Callable[[Values, str], list[Issue]]:
    """At least one of the elements must be there."""

    def rule(value: Values, path: str) -> list[Issue]:
        return [] if any(element in value for element in elements) else [_broken(invariant, path)]

    return rule


def _extension(value: Values, path: str) -> list[Issue]:
    has_value, nested = bool(_value_elements(value)), "extension" in value
    return [_broken("ext-1", path)] if has_value == nested else []


def _questionnaire_item(value: Values, path: str) -> list[Issue]:
    kind = value.get("type")
    found = []
    if kind == "group" and not value.get("item"):
        found.append(_broken("que-1", path))
    if kind == "display" and (value.get("item") or value.get("required") or value.get("repeats")):
        found.append(_broken("que-1", path))
    if "answerOption" in value and "answerValueSet" in value:
        found.append(_broken("que-4", path))
    return found


TYPES: dict[str, Callable[[Values, str], list[Issue]]] = {
    "Quantity": _quantity,
    "Age": _quantity,
    "Duration": _quantity,
    "Count": _quantity,
    "Distance": _quantity,
    "Period": _period,
    "Range": _range,
    "ContactPoint": _needs("cpt-2", "value", "system"),
    "Attachment": _needs("att-1", "data", "contentType"),
    "Extension": _extension,
    "QuestionnaireItem": _questionnaire_item,
    "PatientContact": _some_of("pat-1", "name", "telecom", "address", "organization"),
    "ObservationReferenceRange": _some_of("obs-3", "low", "high", "text"),
    "ImmunizationEducation": _some_of("imm-1", "documentType", "reference"),
    "FamilyMemberHistoryCondition": _some_of("fhs-1", "code", "onsetAge", "onsetRange", "onsetPeriod", "onsetString"),
}


# Resources.


def _observation(resource: Values, path: str) -> Iterator[Issue]:
    values = _value_elements(resource)
    if values and "dataAbsentReason" in resource:
        yield _broken("obs-6", path)
    codes = _codes(resource["code"])
    if values and any(_codes(part.get("code")) & codes for part in resource.get("component", ())):
        yield _broken("obs-7", path)
    yield from _measurement(resource, _is_vital_sign(resource), path)
    for index, part in enumerate(resource.get("component", ())):
        yield from _measurement(part, False, f"{path}.component[{index}]")


def _is_vital_sign(resource: Values) -> bool:
    return any("vital-signs" in _codes(concept) for concept in resource.get("category", ()))


def _measurement(value: Values, vital_sign: bool, path: str) -> Iterator[Issue]:
    quantity = value.get("valueQuantity")
    known = [
        VITAL_SIGNS[coding["code"]]
        for coding in value["code"].get("coding", ())
        if coding.get("system") == LOINC and coding.get("code") in VITAL_SIGNS
    ]
    if quantity is None or not (known or vital_sign):
        return
    where = f"{path}.valueQuantity"
    unit = ucum.unit(quantity.get("code", "")) if quantity.get("system") == ucum.SYSTEM else None
    if unit is None:
        yield Issue("required", "fhir.ucum-needed", where, {"found": str(quantity.get("unit", ""))[:32]})
        return
    expected = ucum.unit(known[0]) if known else None
    if expected is not None and expected.dimension != unit.dimension:
        yield Issue("value", "fhir.wrong-unit", f"{where}.code", {"found": quantity["code"], "allowed": known[0]})
    if known and "value" in quantity and quantity["value"] <= 0 and unit.dimension != ucum.TEMPERATURE:
        yield Issue("value", "fhir.not-positive", f"{where}.value", {"found": str(quantity["value"])})


def _condition(resource: Values, path: str) -> Iterator[Issue]:
    clinical = _codes(resource.get("clinicalStatus"))
    if "entered-in-error" in _codes(resource.get("verificationStatus")):
        if clinical:
            yield _broken("con-5", path)
    elif any(name.startswith("abatement") for name in resource) and not clinical & {
        "inactive",
        "remission",
        "resolved",
    }:
        yield _broken("con-4", path)


def _allergy(resource: Values, path: str) -> Iterator[Issue]:
    wrong = "entered-in-error" in _codes(resource.get("verificationStatus"))
    if wrong and "clinicalStatus" in resource:
        yield _broken("ait-2", path)
    if not wrong and "clinicalStatus" not in resource:
        yield _broken("ait-1", path)


def _organization(resource: Values, path: str) -> Iterator[Issue]:
    if "name" not in resource and "identifier" not in resource:
        yield _broken("org-1", path)
    for element, invariant in (("address", "org-2"), ("telecom", "org-3")):
        for index, part in enumerate(resource.get(element, ())):
            if part.get("use") == "home":
                yield _broken(invariant, f"{path}.{element}[{index}]")


def _appointment(resource: Values, path: str) -> Iterator[Issue]:
    if ("start" in resource) != ("end" in resource):
        yield _broken("app-2", path)
    if "start" not in resource and resource["status"] not in ("proposed", "cancelled", "waitlist"):
        yield _broken("app-3", path)
    for index, part in enumerate(resource["participant"]):
        if "type" not in part and "actor" not in part:
            yield _broken("app-1", f"{path}.participant[{index}]")


def _task(resource: Values, path: str) -> Iterator[Issue]:
    authored, modified = date_range(resource.get("authoredOn", "")), date_range(resource.get("lastModified", ""))
    if authored and modified and modified[1] <= authored[0]:
        yield _broken("inv-1", path)


def _bundle(resource: Values, path: str) -> Iterator[Issue]:
    kind, entries = resource["type"], resource.get("entry", ())
    if "total" in resource and kind not in ("searchset", "history"):
        yield _broken("bdl-1", path)
    for index, entry in enumerate(entries):
        where = f"{path}.entry[{index}]"
        if kind in ("batch", "transaction") and "request" not in entry:
            yield _broken("bdl-3", where)
        if not entry.keys() & {"resource", "request", "response"}:
            yield _broken("bdl-5", where)
        if str(entry.get("fullUrl", "")).find("/_history/") >= 0:
            yield _broken("bdl-8", where)
    yield from _same_full_urls(kind, entries, path)


def _same_full_urls(kind: str, entries: Iterable[Values], path: str) -> Iterator[Issue]:
    seen: set[str] = set()
    for index, entry in enumerate(entries if kind != "history" else ()):
        url = entry.get("fullUrl")
        if url and url in seen:
            yield _broken("bdl-7", f"{path}.entry[{index}].fullUrl")
        seen.add(url or "")


def _questionnaire(resource: Values, path: str) -> Iterator[Issue]:
    seen: set[str] = set()
    todo = list(resource.get("item", ()))
    while todo:
        item = todo.pop()
        if item["linkId"] in seen:
            yield _broken("que-2", path, found=item["linkId"][:64])
        seen.add(item["linkId"])
        todo += item.get("item", ())


_RESOURCES: dict[str, Callable[[Values, str], Iterator[Issue]]] = {
    "Observation": _observation,
    "Condition": _condition,
    "AllergyIntolerance": _allergy,
    "Organization": _organization,
    "Appointment": _appointment,
    "Task": _task,
    "Bundle": _bundle,
    "Questionnaire": _questionnaire,
}
