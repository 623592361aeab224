"""Directory resources as the forms of administration write them: what a form does not know of stays as it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from healthrec.fhir.types import BASE
from healthrec.services.projections.periods import first_day, last_day

USCC = BASE + "sid/cn-uscc"
_TYPE = BASE + "CodeSystem/organization-type"
_ROLE = BASE + "CodeSystem/role"

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class PlaceFields:
    """The form of an organisation; texts as typed, `parent` an Organization's id, "" for none."""

    name: str
    english: str = ""
    type: str = ""
    parent: str = ""
    code: str = ""
    phone: str = ""
    address: str = ""


def place_document(fields: PlaceFields, before: Mapping[str, Any]) -> Document:
    """The Organization of a form, over the version that it edits."""
    document: Document = {"resourceType": "Organization", "active": True, **before, "name": fields.name}
    if fields.type:
        document["type"] = [{"coding": [{"system": _TYPE, "code": fields.type}]}]
    others = [one for one in before.get("identifier", ()) if one.get("system") != USCC]
    _put(document, "identifier", others + ([{"system": USCC, "value": fields.code}] if fields.code else []))
    _put(document, "alias", ([fields.english] if fields.english else []) + list(before.get("alias", ()))[1:])
    _put(document, "telecom", _telecom(before, fields.phone))
    addresses = list(before.get("address", ()))[1:]
    first = dict((before.get("address") or [{}])[0]) | {"text": fields.address}
    _put(document, "address", ([first] if fields.address else []) + addresses)
    _put(document, "partOf", {"reference": f"Organization/{fields.parent}"} if fields.parent else None)
    return document


def place_fields(document: Mapping[str, Any]) -> PlaceFields:
    """What the form shows of an Organization."""
    codings = [coding for type_ in document.get("type", ()) for coding in type_.get("coding", ())]
    codes = [one.get("value", "") for one in document.get("identifier", ()) if one.get("system") == USCC]
    return PlaceFields(
        name=str(document.get("name", "")),
        english=str((document.get("alias") or [""])[0]),
        type=str(codings[0].get("code", "")) if codings else "",
        parent=str(document.get("partOf", {}).get("reference", "")).partition("/")[2],
        code=codes[0] if codes else "",
        phone=phone_of(document),
        address=str((document.get("address") or [{}])[0].get("text", "")),
    )


def person_document(name: str, phone: str, before: Mapping[str, Any]) -> Document:
    """The Practitioner of a form, over the version that it edits; a name that was changed is kept as an old one."""
    document: Document = {"resourceType": "Practitioner", "active": True, **before}
    names = [dict(one) for one in before.get("name", ())]
    if name_of(before) != name:
        old = [one | {"use": "old"} for one in names]
        names = [{"use": "official", "text": name}, *old]
    document["name"] = names
    _put(document, "telecom", _telecom(before, phone))
    return document


def name_of(document: Mapping[str, Any]) -> str:
    """The name in use of a Practitioner or RelatedPerson."""
    names = [one for one in document.get("name", ()) if one.get("use") != "old" and "end" not in one.get("period", {})]
    chosen = (names or list(document.get("name", ())) or [{}])[0]
    return str(chosen.get("text") or chosen.get("family", "") + "".join(chosen.get("given", ())))


def phone_of(document: Mapping[str, Any]) -> str:
    """The first telephone number."""
    return next((str(one.get("value", "")) for one in document.get("telecom", ()) if one.get("system") == "phone"), "")


def role_document(practitioner: str, role: str, organization: str, start: date, end: date | None) -> Document:
    """A PractitionerRole from a first to a last day."""
    return {
        "resourceType": "PractitionerRole",
        "active": True,
        "period": {"start": start.isoformat()} | ({"end": end.isoformat()} if end else {}),
        "practitioner": {"reference": f"Practitioner/{practitioner}"},
        "organization": {"reference": f"Organization/{organization}"},
        "code": [{"coding": [{"system": _ROLE, "code": role}]}],
    }


def ended(before: Mapping[str, Any], last: date | None) -> Document:
    """The PractitionerRole with another last day; None opens it again."""
    period = {name: value for name, value in before.get("period", {}).items() if name != "end"}
    return {**before, "active": True, "period": period | ({"end": last.isoformat()} if last else {})}


def days_of(document: Mapping[str, Any]) -> tuple[date | None, date | None]:
    """(first day, last day) of a PractitionerRole; None where it says nothing."""
    period = document.get("period", {})
    return first_day(str(period.get("start", ""))), last_day(str(period["end"])) if period.get("end") else None


def code_of(document: Mapping[str, Any]) -> str:
    """The role of a PractitionerRole."""
    codings = [coding for code in document.get("code", ()) for coding in code.get("coding", ())]
    return str(codings[0].get("code", "")) if codings else ""


def _telecom(before: Mapping[str, Any], phone: str) -> list[Document]:
    if phone == phone_of(before):
        return list(before.get("telecom", ()))
    others = [one for one in before.get("telecom", ()) if one.get("system") != "phone"]
    return ([{"system": "phone", "value": phone}] if phone else []) + others


def _put(document: Document, element: str, value: Any) -> None:
    """FHIR knows no empty lists."""
    if value:
        document[element] = value
    else:
        document.pop(element, None)
