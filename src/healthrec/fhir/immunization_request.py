"""What `$immds-forecast` is asked: Parameters read into what the core takes, every fault named by its element.

https://hl7.org/fhir/us/immds/OperationDefinition-ImmDSForecastOperation.html; what we take besides is told in
docs/immunization.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from healthrec.domain.immunization import Child, Condition, DoseGiven
from healthrec.errors import Issue, IssueCode, Refused
from healthrec.fhir.facts import BIRTH_WEIGHT, GESTATION
from healthrec.fhir.immunization_alike import Alike, Like
from healthrec.fhir.immunization_codes import VaccineCodes
from healthrec.fhir.immunization_facts import LAST_YEAR, BirthFact, Unjudged, Unreadable, dose_given, full_day, told
from healthrec.fhir.primitives import is_valid
from healthrec.fhir.shape import shape
from healthrec.fhir.validation import check_parameters

PRODUCTS = {"je-product": ("JE-L", "JE-I"), "hepa-product": ("HepA-L", "HepA-I")}
_TYPES = {"patient": "Patient", "immunization": "Immunization", "observation": "Observation", "condition": "Condition"}
_VALUES = {"assessmentDate": "valueDate", "edition": "valueCode", "region": "valueCode", "self-paid": "valueBoolean"}
_VALUES |= dict.fromkeys(PRODUCTS, "valueCode")
_ONCE = ("patient", *_VALUES)
_REGION = re.compile(r"\d{2,6}")
_TO_THE_CHILD = frozenset({"patient", "subject"})

Reference = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ForecastCodes:
    """What codes may be used: `vaccines` by edition ("" for the one in force), conditions, editions that can be asked for."""

    vaccines: Callable[[str], VaccineCodes]
    conditions: frozenset[str]
    editions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ForecastRequest:
    """One question. `doses` and `unjudged` are known by ids of ours; `references` says how each is referred to."""

    on: date
    child: Child
    patient: Reference
    doses: tuple[DoseGiven, ...]
    unjudged: tuple[Unjudged, ...]
    conditions: tuple[Condition, ...]
    references: Mapping[str, Reference]
    edition: str = ""
    prefer: frozenset[str] = frozenset()
    self_paid: bool = False
    region: str = ""


def check_request(parameters: Mapping[str, Any]) -> list[Issue]:
    """Every fault of the Parameters as FHIR. That a resource in them does not name the child again is none."""
    return [issue for issue in check_parameters(parameters) if not _names_the_child(issue)]


def value_faults(values: Mapping[str, str], codes: ForecastCodes) -> list[Issue]:
    """What is wrong with an edition, a region or a product that came by name in a query; "" stands for none given."""
    allowed = {"edition": codes.editions, **PRODUCTS}
    given = {name: value for name, value in values.items() if value}
    wrong = [name for name in given if name in allowed and given[name] not in allowed[name]]
    issues = [
        Issue(
            "code-invalid", "fhir.unknown-code", name, {"found": given[name][:64], "allowed": ", ".join(allowed[name])}
        )
        for name in wrong
    ]
    if "region" in given and not _REGION.fullmatch(given["region"]):
        issues.append(Issue("value", "immunization.bad-region", "region", {"found": given["region"][:64]}))
    return issues


def _names_the_child(issue: Issue) -> bool:
    path = issue.expression.split(".")
    return issue.key == "fhir.missing" and path[-2:-1] == ["resource"] and path[-1] in _TO_THE_CHILD


def checked_request(parameters: Mapping[str, Any], codes: ForecastCodes, alike: Alike) -> ForecastRequest:
    """The question, of Parameters of which nobody knows yet whether they are FHIR. `alike` remembers Immunizations, so that
    those like one that was right are not checked again. Raises Refused by element."""
    listed = parameters.get("parameter")
    parts: list[Any] = listed if isinstance(listed, list) else []
    likes = [alike.like(part) for part in parts]
    new = [part for part, like in zip(parts, likes, strict=True) if like is None or not like.kind.is_right]
    if len(new) == len(parts) or check_request({**parameters, "parameter": new}):
        issues = check_request(parameters)  # of the whole, for the sake of the places
        if issues:
            raise Refused(*issues)
    for like in likes:
        if like is not None:
            like.kind.is_right = True
    return _read(_Reader(codes, likes), parameters)


def read_request(parameters: Mapping[str, Any], codes: ForecastCodes) -> ForecastRequest:
    """The question. Raises Refused with an issue for each element that cannot be read."""
    return _read(_Reader(codes), parameters)


def _read(reader: _Reader, parameters: Mapping[str, Any]) -> ForecastRequest:
    reader.parameters(parameters)
    if reader.issues:
        raise Refused(*reader.issues)
    return reader.request()


class _Reader:
    """Reads one Parameters; gathers what it says and what is wrong with it. `likes` has its Immunizations of some kind, in
    their places."""

    def __init__(self, codes: ForecastCodes, likes: Sequence[Like | None] = ()) -> None:
        self.codes, self.likes = codes, likes
        self.issues: list[Issue] = []
        self.named: set[str] = set()
        self.values: dict[str, Any] = {}
        self.patient: Mapping[str, Any] = {}
        self.birth = date.min
        self.doses: list[DoseGiven] = []
        self.unjudged: list[Unjudged] = []
        self.told: list[Condition | BirthFact] = []
        self.references: dict[str, Reference] = {}

    def parameters(self, content: Mapping[str, Any]) -> None:
        """Read all: single values first, since the edition says how vaccines are coded."""
        parts = content.get("parameter", ())
        names = [one.get("name") for one in parts]
        self.named.update(names)
        for at, (name, one) in enumerate(zip(names, parts, strict=True)):
            if name in _VALUES:
                self._value(name, one, _place(at))
            elif name not in _TYPES:
                found, allowed = str(name)[:64], ", ".join((*_TYPES, *_VALUES))
                self._add("not-supported", "fhir.unknown-code", f"{_place(at)}.name", found=found, allowed=allowed)
        edition = self.values.get("edition", "")
        for at, (name, one) in enumerate(zip(names, parts, strict=True)):
            if name in _TYPES and not self._is_known(at, one, edition):
                self._resource(name, one.get("resource"), at, edition)
        self._whole()

    def request(self) -> ForecastRequest:
        """What was read, once nothing is wrong with it."""
        births = {fact.code: fact.value for fact in self.told if isinstance(fact, BirthFact)}
        gender, values = self.patient.get("gender", "unknown"), self.values
        return ForecastRequest(
            on=values["assessmentDate"],
            child=Child(self.birth, gender, births.get(BIRTH_WEIGHT), births.get(GESTATION)),
            patient=_reference("Patient", self.patient, _ABSENT),
            doses=tuple(self.doses),
            unjudged=tuple(self.unjudged),
            conditions=tuple(one for one in self.told if isinstance(one, Condition)),
            references=self.references,
            edition=values.get("edition", ""),
            prefer=frozenset(values[name] for name in PRODUCTS if name in values),
            self_paid=values.get("self-paid", False),
            region=values.get("region", ""),
        )

    def _value(self, name: str, parameter: Mapping[str, Any], place: str) -> None:
        element = _VALUES[name]
        where, value = f"{place}.{element}", parameter.get(element)
        allowed = {"edition": self.codes.editions, **PRODUCTS}.get(name, ())
        if value is None:
            self._add("required", "fhir.missing", where)
        elif name in self.values:
            self._add("structure", "immunization.given-twice", place, found=name)
        elif not is_valid(kind := element.removeprefix("value").lower(), value):
            self._add("value", f"fhir.bad-{kind}", where, found=str(value)[:64])
        elif name == "region" and not _REGION.fullmatch(value):
            self._add("value", "immunization.bad-region", where, found=value[:64])
        elif allowed and value not in allowed:
            self._add("code-invalid", "fhir.unknown-code", where, found=value[:64], allowed=", ".join(allowed))
        elif name == "assessmentDate":
            self._reading(lambda: self.values.update({name: full_day(value, element)}), place)
        else:
            self.values[name] = value

    def _resource(self, name: str, resource: Any, at: int, edition: str) -> None:
        wanted, place = _TYPES[name], f"{_place(at)}.resource"
        found = resource.get("resourceType") if isinstance(resource, dict) else None
        if found != wanted:
            self._add("structure", "fhir.wrong-type", place, found=str(found)[:64], allowed=wanted)
        elif not resource.keys() <= _elements(wanted):
            for unknown in sorted(resource.keys() - _elements(wanted)):
                self._add("structure", "fhir.unknown-element", f"{place}.{unknown[:64]}")
        elif name == "patient":
            self._reading(lambda: self._child(resource, place), place)
        elif name == "immunization":
            self._reading(lambda: self._dose(resource, at, edition), place)
        else:
            self._reading(lambda: self._told(resource, self.codes.vaccines(edition)), place)

    def _reading(self, read: Callable[[], None], place: str) -> None:
        try:
            read()
        except Unreadable as fault:
            issue = fault.issue
            self._add(issue.code, issue.key, f"{place}.{issue.expression}", **issue.params)

    def _child(self, patient: Mapping[str, Any], place: str) -> None:
        if self.patient:
            self._add("structure", "immunization.given-twice", place, found="patient")
            return
        self.patient = patient
        if "birthDate" not in patient:
            raise Unreadable("required", "fhir.missing", "birthDate")
        self.birth = full_day(patient["birthDate"], "birthDate")

    def _dose(self, immunization: Mapping[str, Any], at: int, edition: str) -> None:
        dose = dose_given(immunization, self._referred(immunization, at), self.codes.vaccines(edition))
        self._take(dose)
        like = self.likes[at] if self.likes else None
        if like is not None and not isinstance(dose, Unjudged):
            like.kind.said[edition] = dose

    def _is_known(self, at: int, parameter: Mapping[str, Any], edition: str) -> bool:
        """Whether it is a dose of a kind that was read before; then it is taken."""
        like = self.likes[at] if self.likes else None
        if like is None or edition not in like.kind.said:
            return False
        said, id_ = like.kind.said[edition], self._referred(parameter["resource"], at)
        if said is not None:
            self.doses.append(DoseGiven(id_, said.vaccine, like.day, said.antigens, said.expiry, said.subpotent))
        return True

    def _referred(self, immunization: Mapping[str, Any], at: int) -> str:
        """The id by which the dose is known, once it is noted how to refer to it."""
        number = str(len(self.references) + 1)
        id_: str = immunization.get("id", number)
        if id_ in self.references:
            self._add("duplicate", "immunization.given-twice", f"{_place(at)}.resource.id", found="id")
        self.references[id_] = _reference("Immunization", immunization, {"display": f"immunization {number}"})
        return id_

    def _take(self, dose: DoseGiven | Unjudged | None) -> None:
        if isinstance(dose, DoseGiven):
            self.doses.append(dose)
        elif dose is not None:
            self.unjudged.append(dose)

    def _told(self, resource: Mapping[str, Any], vaccines: VaccineCodes) -> None:
        fact = told(resource, vaccines, self.codes.conditions)
        if fact is not None:
            self.told.append(fact)

    def _whole(self) -> None:
        for name in {"assessmentDate", "patient"} - self.named:
            self._add("required", "fhir.missing", f"{_PLACE}.where(name='{name}')")
        on = self.values.get("assessmentDate", self.birth)
        if on.year > LAST_YEAR:
            self._add("value", "immunization.year-too-far", f"{_PLACE}.where(name='assessmentDate')")
        if on < self.birth:
            self._add("business-rule", "immunization.asked-before-birth", f"{_PLACE}.where(name='assessmentDate')")

    def _add(self, code: IssueCode, key: str, place: str, **params: Any) -> None:
        self.issues.append(Issue(code, key, place, params))


_PLACE = "Parameters.parameter"
_ABSENT = {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}]}


def _place(at: int) -> str:
    return f"{_PLACE}[{at}]"


def _reference(type_: str, resource: Mapping[str, Any], otherwise: Reference) -> Reference:
    return {"reference": f"{type_}/{resource['id']}"} if "id" in resource else otherwise


@cache
def _elements(name: str) -> frozenset[str]:
    """The names that may stand in a resource of this type."""
    names = shape(name).elements
    return frozenset(["resourceType", *names, *(f"_{one}" for one in names)])
