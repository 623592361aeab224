"""What the immunization core is told about a stored child, read from the documents that the caller may see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from healthrec.domain.immunization import Child, Condition, Course, DoseGiven, Options, Schedule, evaluate_and_forecast
from healthrec.fhir.facts import VACCINE, differs_from
from healthrec.fhir.immunization_codes import VaccineCodes
from healthrec.fhir.immunization_facts import Unjudged
from healthrec.fhir.immunization_record import known
from healthrec.fhir.json import recall
from healthrec.fhir.types import entered_in_error
from healthrec.services.choices import immunization_options
from healthrec.services.context import Caller, Services
from healthrec.services.immunization.vaccines import vaccines
from healthrec.services.schedules import schedules
from healthrec.services.screening import children as about
from healthrec.store import due, projections
from healthrec.store.due import Source
from healthrec.store.engine import Connection
from healthrec.store.rebuild import Kept

_TYPES = ("Immunization", "Condition", "Observation")


@dataclass(frozen=True, slots=True)
class By:
    """What a course is judged by."""

    schedule: Schedule
    options: Options
    codes: VaccineCodes | None = None
    """What vaccines are read by; None: the house's list"""


@dataclass(frozen=True, slots=True)
class Dispute:
    """Two sources that tell of one dose otherwise: `recorded` counts until somebody decides, `other` is the second source's;
    `course` is what follows if the second is right."""

    recorded: Mapping[str, Any]
    other: Mapping[str, Any]
    course: Course


@dataclass(frozen=True, slots=True)
class Told:
    """A child with its doses and the course that follows from them, asked on one day. `documents` are the Immunizations,
    also those not given, by id; `versions` theirs; too little is known of the `unjudged` ones. What stands in `disputes` as
    a second source's word is in no other of these but `versions`."""

    child: about.Child
    schedule: Schedule
    who: Child
    doses: tuple[DoseGiven, ...]
    unjudged: tuple[Unjudged, ...]
    conditions: tuple[Condition, ...]
    options: Options
    course: Course
    documents: Mapping[str, Mapping[str, Any]]
    versions: Mapping[str, int]
    disputes: tuple[Dispute, ...] = ()

    def course_with(self, dose: DoseGiven) -> Course:
        """The course if this dose were given too."""
        doses = (*self.doses, dose)
        return evaluate_and_forecast(self.schedule, self.who, doses, self.conditions, self.course.asked, self.options)


def told(
    services: Services,
    connection: Connection,
    caller: Caller,
    child: about.Child,
    on: date,
    by: By | None = None,
) -> Told:
    """The course of a child whom the caller was found to see. The caller audits."""
    found = due.sources(connection, child.key, caller.viewer)
    return told_by(services, connection, child, found, on, by)


def told_by(
    services: Services,
    connection: Connection,
    child: about.Child,
    found: Iterable[Source | Kept],
    on: date,
    by: By | None = None,
) -> Told:
    """The course that follows from these resources of a child, of any types; by the schedule in force on the day and what the
    child's organisation chose, unless others are given."""
    documents = [(one, recall(one.body)) for one in found if one.type in _TYPES and one.body]
    kept = [(one, document) for one, document in documents if not entered_in_error(document)]
    desk = schedules(services.rulebook)
    shots = {one.id: document for one, document in kept if one.type == "Immunization"}
    beside = {id_: of for id_, one in shots.items() if (of := differs_from(one)) and _is_known(shots.get(of))}
    by = by or By(desk.rules.schedule(on), options_of(connection, child.key))
    codes = by.codes or desk.vaccines
    said = known((document for _, document in kept), codes, desk.conditions)
    who = Child(child.birth, child.sex, said.birth_weight_g, child.gestation_days)
    course = evaluate_and_forecast(by.schedule, who, said.doses, said.conditions, on, by.options)
    disputes = []
    for id_, of in beside.items():
        rivals = {of, *(name for name, same in beside.items() if same == of and name != id_)}
        without = (document for one, document in kept if one.id not in rivals)
        instead = known(without, codes, desk.conditions).doses
        other = evaluate_and_forecast(by.schedule, who, instead, said.conditions, on, by.options)
        disputes.append(Dispute(shots[of], shots[id_], other))
    by_id = {id_: one for id_, one in shots.items() if id_ not in beside}
    versions = {one.id: one.version for one, _ in kept if one.type == "Immunization"}
    return Told(
        child,
        by.schedule,
        who,
        said.doses,
        said.unjudged,
        said.conditions,
        by.options,
        course,
        by_id,
        versions,
        tuple(disputes),
    )


def _is_known(immunization: Mapping[str, Any] | None) -> bool:
    return immunization is not None and immunization["status"] in ("completed", "not-done")


def options_of(connection: Connection, child: int) -> Options:
    """What the organisation that answers for the child chose among the vaccines of the programme."""
    row = projections.child_row(connection, child)
    return immunization_options(connection, row.owner if row else 0)


def vaccine_of(immunization: Mapping[str, Any]) -> str:
    """The house's code of what was given, also where only a CVX code says it; "" where nobody knows."""
    codings = immunization.get("vaccineCode", {}).get("coding", ())
    codes = {one.get("code", "") for one in codings}
    own = next((one["code"] for one in codings if one.get("system") == VACCINE and "code" in one), "")
    return own or next((code for code, vaccine in vaccines().items() if codes & set(vaccine.cvx)), "")
