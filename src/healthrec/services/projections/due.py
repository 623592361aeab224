"""Doses and what is told of a child's vaccination → the days on which something is due, by antigen.

A child is judged as a whole by the pure core, with the rules of the day of the write. All facts are heard, whoever may see
them: where one that is kept from vaccination nurses matters, they get rows of their own that say only to ask the doctor, of
every open dose alike, so that no pattern tells what it is. Nurseries get one row without vaccine, dates or reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from healthrec.domain.access import BIT, classes_in
from healthrec.domain.due import ALL, Line, entrance_line, lines_of, masked
from healthrec.domain.immunization import Child, Course, Options, evaluate_and_forecast
from healthrec.fhir.facts import BIRTH_WEIGHT, GESTATION
from healthrec.fhir.immunization_codes import CONDITION
from healthrec.fhir.immunization_record import Known, known
from healthrec.fhir.json import glance
from healthrec.fhir.types import entered_in_error
from healthrec.services.choices import immunization_options
from healthrec.services.context import Services
from healthrec.services.schedules import schedules
from healthrec.store import due, growth, house_state
from healthrec.store.access import FOREVER
from healthrec.store.due import Source
from healthrec.store.engine import Connection
from healthrec.store.growth import Judged
from healthrec.store.resources import Write

LATER = "redue-"
"""What the house remembers begins so, with the key of an organisation whose children wait to be looked at again."""

_ALWAYS = ("Immunization", "Condition")
_BIRTH = frozenset({BIRTH_WEIGHT, GESTATION})
_OPEN = BIT["directory"] | BIT["care"] | BIT["immunization"]


class StaleCourses:
    """Children whose dates must be worked out again, gathered while a transaction writes and remade once at its end."""

    def __init__(self) -> None:
        self._children: set[int] = set()

    def note(self, write: Write, resource: Mapping[str, Any] | None) -> None:
        """Note the child of a write that says something about vaccination, or may have said so before."""
        if write.child and (write.type in _ALWAYS or (write.type == "Observation" and _tells(write, resource))):
            self._children.add(write.child)

    def child(self, key: int) -> None:
        """This child."""
        self._children.add(key)

    def remake(self, connection: Connection, services: Services) -> None:
        """Work them out."""
        for key in sorted(self._children):
            remake(connection, services, key)


def remake(connection: Connection, services: Services, child: int) -> None:
    """Replace the child's rows; a child without a full birth date has none."""
    row = growth.judged(connection, child)
    rows = list(_rows(connection, services, child, row)) if row is not None and row.birth_day else []
    due.replace(connection, child, rows)


def look_later(connection: Connection, organization: int) -> None:
    """Note, in the transaction that changes which vaccines are chosen there, that all children of this organisation (key) and of
    those below it wait. `services.admin.rejudging` takes them in parts."""
    house_state.remember(connection, f"{LATER}{organization}", "0")


def rules_of(services: Services) -> str:
    """What marks rows that were made by these rules."""
    return services.rulebook.version[:16]


def _tells(write: Write, resource: Mapping[str, Any] | None) -> bool:
    if resource is None or write.version > 1:  # what it said before is not at hand
        return True
    concepts = (resource.get("code", {}), resource.get("valueCodeableConcept", {}))
    codings = [coding for concept in concepts for coding in concept.get("coding", ())]
    return any(one.get("system") == CONDITION or one.get("code") in _BIRTH for one in codings)


def _rows(connection: Connection, services: Services, child: int, row: Judged) -> Iterator[dict[str, Any]]:
    said = [one for one in due.sources(connection, child) if one.access_bit != BIT["draft"]]
    options = immunization_options(connection, row.owner)
    course, given, ahead = _course(services, row, said, options)
    lines = lines_of(course)
    entrance = entrance_line(lines, course.asked)
    hidden = [one for one in said if not one.access_bit & _OPEN]
    variants = [(lines, BIT["immunization"], 0)]
    if hidden:
        open_lines = lines_of(_course(services, row, [one for one in said if one not in hidden], options)[0])
        if open_lines != lines:
            strictest = services.rights.strictest(name for one in hidden for name in classes_in(one.access_bit))
            variants = [(lines, BIT[strictest], 0), (tuple(map(masked, open_lines)), BIT["immunization"], 1)]
    variants.append(((entrance,), BIT["care"], 0))
    ends = min(ahead, *(line.holds_until for shown, _, _ in variants for line in shown))
    common = {"child": child, "owner": row.owner, "rules": rules_of(services)}
    for shown, bit, is_masked in variants:
        for line in shown:
            last = given.get(line.antigen) if bit != BIT["care"] else None
            until = ends if line.antigen == ALL else min(line.holds_until, ahead)
            yield common | _row(line, last) | {"access_bit": bit, "masked": is_masked, "holds_until": _day(until)}


def _course(
    services: Services, row: Judged, said: Sequence[Source], options: Options
) -> tuple[Course, dict[str, date], date]:
    """(the course, the day of the last dose against each antigen and against any, the first dose dated in days to come)."""
    desk = schedules(services.rulebook)
    documents = [document for one in said if not entered_in_error(document := glance(one.body))]
    facts = known(documents, desk.vaccines, desk.conditions)
    birth = date.fromordinal(row.birth_day)
    on = max(services.today(), birth)
    who = Child(birth, row.sex, facts.birth_weight_g, row.gestation_days)
    schedule = desk.rules.schedule(on)
    course = evaluate_and_forecast(schedule, who, facts.doses, facts.conditions, on, options)
    return course, _given(facts, course), min((one.day for one in facts.doses if one.day > on), default=date.max)


def _given(facts: Known, course: Course) -> dict[str, date]:
    days = {one.id: one.day for one in facts.doses}
    last: dict[str, date] = {ALL: max(days.values())} if days else {}
    for one in course.evaluations:
        last[one.antigen] = max(days[one.dose], last.get(one.antigen, date.min))
    return last


def _row(line: Line, last: date | None) -> dict[str, Any]:
    return {
        "antigen": line.antigen,
        "vaccine": line.vaccine,
        "number": line.number,
        "doses": line.of,
        "programme": int(line.programme),
        "earliest": _known(line.earliest),
        "recommended": _known(line.recommended),
        "past_due": _known(line.past_due),
        "latest": _known(line.latest),
        "complete": int(line.complete),
        "complete_on": _known(line.complete_on),
        "last_given": _known(last),
        "due_from": _day(line.due_from),
        "late_from": _day(line.late_from),
        "over_from": _day(line.over_from),
        "held": line.held,
        "held_why": line.held_why,
        "held_from": _day(line.held_from),
        "held_to": _day(line.held_to),
    }


def _known(day: date | None) -> int | None:
    return day.toordinal() if day else None


def _day(day: date) -> int:
    return FOREVER if day == date.max else day.toordinal()
