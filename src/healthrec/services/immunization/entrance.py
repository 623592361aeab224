"""入托入学查验: a nursery's newcomers, what a vaccination unit found of each, and the statistics of a nursery year.

A nursery reads the result and nothing else; the vaccination nurse sees what it rests on. Doses read off a paper or told wait to
be verified: where the result would differ without them, none is given before somebody decided on each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from healthrec import errors
from healthrec.domain.entrance import (
    Assessment,
    Check,
    Counts,
    Entrance,
    EntranceRule,
    Result,
    Standing,
    assess,
    count,
    standing,
)
from healthrec.domain.immunization import evaluate_and_forecast
from healthrec.errors import Issue
from healthrec.fhir.form_items import answers_of
from healthrec.fhir.form_pages import Fields
from healthrec.fhir.json import parse
from healthrec.fhir.types import BASE, entered_in_error
from healthrec.services.context import Caller, Services
from healthrec.services.forms.submit import Filled, newest_form, submit, written_before
from healthrec.services.forms.times import day_of, written_at
from healthrec.services.immunization.card import child_with_doses
from healthrec.services.immunization.doses import CERTIFICATE, TOLD, VERIFIED, DoseRow, doses_part
from healthrec.services.immunization.facts import Told, told
from healthrec.services.record.write import Change, apply
from healthrec.services.screening.children import Child
from healthrec.store import entrance as store
from healthrec.store import resources
from healthrec.store.entrance import Newcomer

FORM = "entrance-check"
_KIND = {"resourceType": "QuestionnaireResponse", "questionnaire": f"{BASE}Questionnaire/{FORM}"}


@dataclass(frozen=True, slots=True)
class Entered:
    """A newcomer and where it stands."""

    child: Newcomer
    entrance: Entrance


@dataclass(frozen=True, slots=True)
class Entrances:
    """The newcomers of a nursery year, who is late first. `counts` by standing; `late` are those past their day."""

    since: date
    rows: tuple[Entered, ...]
    counts: Mapping[Standing, int]
    late: int
    may_assess: bool


@dataclass(frozen=True, slots=True)
class ToAssess:
    """A child before its check. `unsure` are doses to be verified first, `without` the assessment if they were not given;
    `disputed` the assessments if what a second source says of a dose is right."""

    child: Child
    told: Told
    assessment: Assessment
    without: Assessment
    disputed: tuple[Assessment, ...]
    unsure: tuple[DoseRow, ...]
    questionnaire: str

    @property
    def open(self) -> bool:
        """Whether unverified doses decide, or two sources that differ: 待核实."""
        others = (self.without, *self.disputed)
        return any(one.result != self.assessment.result for one in others)


@dataclass(frozen=True, slots=True)
class Statistics:
    """The table of a nursery year up to a day: a line for each place (names as in `Newcomer`), and the sum."""

    since: date
    until: date
    lines: tuple[tuple[Newcomer, Counts], ...]
    total: Counts


def statistics(services: Services, caller: Caller, *, file: bool = False) -> Statistics:
    """The newcomers of the caller, counted by the place where they are enrolled today; `file`: it is taken away as a file."""
    today = services.today()
    rule = services.rulebook.entrance_check(today)
    action, page = ("export", "statistics.xlsx") if file else ("view", "statistics")
    found = _newcomers(services, caller, action, f"page:/entrance/{page}")
    by_place: dict[tuple[str, str], list[tuple[Newcomer, list[Check]]]] = {}
    for one, checks in found:
        by_place.setdefault((one.parent or one.place, one.place), []).append((one, checks))
    lines = [(members[0][0], _count(rule, members, today)) for _, members in sorted(by_place.items())]
    return Statistics(rule.year_begin(today), today, tuple(lines), _count(rule, found, today))


def _count(rule: EntranceRule, members: Sequence[tuple[Newcomer, Sequence[Check]]], on: date) -> Counts:
    return count(rule, ((date.fromordinal(one.since), checks) for one, checks in members), on)


def _newcomers(services: Services, caller: Caller, action: str, entity: str) -> list[tuple[Newcomer, list[Check]]]:
    """Those who entered in this nursery year, with the checks that were made of them. Audited."""
    today = services.today()
    since = services.rulebook.entrance_check(today).year_begin(today)
    with services.database.read() as connection:
        found = store.newcomers(connection, caller.viewer, since.toordinal())
        written = store.forms_of(connection, caller.viewer, _KIND["questionnaire"], [one.key for one in found])
    keys = tuple(one.key for one in found)
    services.committer.commit(caller.audit(services, action, entity, count=len(found), children=keys))
    return [(one, _checks(written.get(one.key, ()))) for one in found]


def entrances(services: Services, caller: Caller) -> Entrances:
    """The children of the caller who entered a nursery in this nursery year, each with where it stands."""
    today = services.today()
    rule = services.rulebook.entrance_check(today)
    since = rule.year_begin(today)
    found = _newcomers(services, caller, "view", "page:/entrance")
    rows = [Entered(one, standing(rule, date.fromordinal(one.since), checks)) for one, checks in found]
    ordered = sorted(rows, key=lambda one: (one.entrance.due or date.max, one.child.since))
    counts = Counter(one.entrance.standing for one in rows)
    late = sum(one.entrance.is_late(today) for one in rows)
    return Entrances(since, tuple(ordered), counts, late, may_assess(services, caller))


def may_assess(services: Services, caller: Caller) -> bool:
    """Whether a role of the caller may write down the result of a check."""
    return caller.unbounded or any(services.rights.may_write(role, "create", _KIND) for role in caller.roles)


def to_assess(services: Services, caller: Caller, child_id: str) -> ToAssess:
    """What the doses on record say of the child today. Raises NotFound, NotAllowed."""
    with services.database.read() as connection:
        child = child_with_doses(connection, caller, child_id)
        if not may_assess(services, caller):
            raise errors.NotAllowed("access.role-may-not")
        found = told(services, connection, caller, child, services.today())
    event = caller.audit(services, "view", f"page:/children/{child_id}/entrance", child=child.key, count=1)
    services.committer.commit(event)
    return _assessed(services, found)


def record_check(services: Services, caller: Caller, child_id: str, fields: Fields, *, command_id: str = "") -> str:
    """Keep the result; answers the id of the response. Raises Refused (linkIds), NotFound, NotAllowed."""
    if written := written_before(services, caller, command_id):
        return written
    found = to_assess(services, caller, child_id)
    if found.open:
        raise errors.Refused(Issue("business-rule", "entrance.verify-first", "check.result"))
    said: Result | str = next(iter(fields.get("check.result", ())), "")
    if said == "complete" and found.assessment.missing:
        raise errors.Refused(Issue("business-rule", "entrance.not-complete", "check.result"))
    filled = Filled(found.questionnaire, fields, f"Patient/{child_id}", str(uuid4()), services.today())
    return submit(services, caller, filled, command_id=command_id)


def verify_dose(services: Services, caller: Caller, dose_id: str, version: int, *, command_id: str = "") -> str:
    """Somebody compared what was read or told with a proof: the dose is no longer to be verified. Answers the child's id.

    Raises NotFound, NotAllowed, Stale.
    """
    with services.database.read() as connection:
        row = resources.read(connection, caller.viewer, "Immunization", dose_id)
    if row is None or not row.body:
        raise errors.NotFound(f"Immunization/{dose_id}")
    document = parse(row.body.encode())
    mark = {"url": VERIFIED, "valueDateTime": written_at(services)}
    verified = document | {"extension": [*document.get("extension", ()), mark]}
    apply(services, caller, [Change("PUT", "Immunization", verified, dose_id, version)], command_id=command_id)
    return str(document["patient"]["reference"]).partition("/")[2]


def _assessed(services: Services, found: Told) -> ToAssess:
    today = services.today()
    rows = doses_part(found.documents.values()).rows
    unsure = tuple(row for row in rows if row.state == "to-verify" and row.source in (CERTIFICATE, TOLD))
    names = {row.id for row in unsure}
    doses = [one for one in found.doses if one.id not in names]
    course = evaluate_and_forecast(found.schedule, found.who, doses, found.conditions, today, found.options)
    return ToAssess(
        found.child,
        found,
        assess(found.course.forecasts, today),
        assess(course.forecasts, today),
        tuple(assess(one.course.forecasts, today) for one in found.disputes),
        unsure,
        newest_form(services, FORM),
    )


def _checks(bodies: Sequence[str]) -> list[Check]:
    found = [parse(body.encode()) for body in bodies]
    return [
        Check(
            day_of(str(one["authored"])),
            answers_of(one)["check.result"][0],
            next(iter(answers_of(one).get("check.evidence", ())), ""),
        )
        for one in found
        if not entered_in_error(one) and answers_of(one).get("check.result")
    ]
