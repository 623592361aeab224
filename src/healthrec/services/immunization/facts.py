"""What the immunization core is told about a stored child, read from the documents that the caller may see."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from healthrec.domain.immunization import Child, Condition, Course, DoseGiven, Options, Schedule, evaluate_and_forecast
from healthrec.fhir.facts import BIRTH_WEIGHT, VACCINE, measurement
from healthrec.fhir.json import parse
from healthrec.fhir.primitives import local_day
from healthrec.fhir.types import BASE, entered_in_error
from healthrec.services.choices import choice
from healthrec.services.context import Caller, Services
from healthrec.services.immunization.forecast import forecaster
from healthrec.services.immunization.vaccines import vaccines
from healthrec.services.screening import children as about
from healthrec.store import compartment, projections
from healthrec.store.compartment import Found
from healthrec.store.engine import Connection
from healthrec.store.rebuild import Kept

CONDITION = f"{BASE}CodeSystem/immunization-condition"
TYPES = ("Immunization", "Condition", "Observation")


@dataclass(frozen=True, slots=True)
class Told:
    """A child with its doses and the course that follows from them, asked on one day. `documents` are the Immunizations,
    also those not given, by id; `versions` theirs."""

    child: about.Child
    schedule: Schedule
    who: Child
    doses: tuple[DoseGiven, ...]
    conditions: tuple[Condition, ...]
    options: Options
    course: Course
    documents: Mapping[str, Mapping[str, Any]]
    versions: Mapping[str, int]

    def course_with(self, dose: DoseGiven) -> Course:
        """The course if this dose were given too."""
        doses = (*self.doses, dose)
        return evaluate_and_forecast(self.schedule, self.who, doses, self.conditions, self.course.asked, self.options)


def told(services: Services, connection: Connection, caller: Caller, child: about.Child, on: date) -> Told:
    """The course of a child whom the caller was found to see. The caller audits."""
    found = compartment.of_types(connection, caller.viewer, child.key, TYPES)
    return told_by(services, connection, child, found, on)


def told_by(
    services: Services, connection: Connection, child: about.Child, found: Iterable[Found | Kept], on: date
) -> Told:
    """The course that follows from these resources of a child, of any types."""
    documents = [(one, parse(one.body.encode())) for one in found if one.type in TYPES and one.body]
    kept = [(one, document) for one, document in documents if not entered_in_error(document)]
    doses = tuple(_doses(document for one, document in kept if one.type == "Immunization"))
    conditions = tuple(_conditions(document for one, document in kept if one.type == "Condition"))
    weight = _birth_weight(document for one, document in kept if one.type == "Observation")
    schedule = forecaster(services.rulebook).rules.schedule(on)
    who = Child(child.birth, child.sex, weight, child.gestation_days)
    options = options_of(connection, child.key)
    course = evaluate_and_forecast(schedule, who, doses, conditions, on, options)
    shots = [(one, document) for one, document in kept if one.type == "Immunization"]
    by_id = {one.id: document for one, document in shots}
    versions = {one.id: one.version for one, _ in shots}
    return Told(child, schedule, who, doses, conditions, options, course, by_id, versions)


def options_of(connection: Connection, child: int) -> Options:
    """What the organisation that answers for the child chose among the vaccines of the programme."""
    row = projections.child_row(connection, child)
    owner = row.owner if row else 0
    chosen = (choice(connection, "je-vaccine", owner), choice(connection, "hepa-vaccine", owner))
    return Options(prefer=frozenset(one.value for one in chosen))


def _doses(documents: Iterable[Mapping[str, Any]]) -> Iterator[DoseGiven]:
    for one in documents:
        day = local_day(str(one.get("occurrenceDateTime", "")))
        if one["status"] == "completed" and day is not None:
            expiry = local_day(str(one.get("expirationDate", "")))
            yield DoseGiven(one["id"], vaccine_of(one), day, expiry=expiry, subpotent=one.get("isSubpotent", False))


def vaccine_of(immunization: Mapping[str, Any]) -> str:
    """The house's code of what was given, also where only a CVX code says it; "" where nobody knows."""
    codings = immunization.get("vaccineCode", {}).get("coding", ())
    codes = {one.get("code", "") for one in codings}
    own = next((one["code"] for one in codings if one.get("system") == VACCINE and "code" in one), "")
    return own or next((code for code, vaccine in vaccines().items() if codes & set(vaccine.cvx)), "")


def _conditions(documents: Iterable[Mapping[str, Any]]) -> Iterator[Condition]:
    for one in documents:
        codings = one.get("code", {}).get("coding", ())
        code = next((coding["code"] for coding in codings if coding.get("system") == CONDITION), "")
        vaccine = next((coding["code"] for coding in codings if coding.get("system") == VACCINE), "")
        if code:
            since, until = one.get("onsetDateTime", ""), one.get("abatementDateTime", "")
            yield Condition(code, local_day(since), local_day(until), vaccine)


def _birth_weight(documents: Iterable[Mapping[str, Any]]) -> int | None:
    found = [fact for one in documents if (fact := measurement(one)) and fact.code == BIRTH_WEIGHT]
    return int(found[-1].value * 1000) if found else None
