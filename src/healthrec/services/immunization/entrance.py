"""入托入学查验: a nursery's newcomers, and what a vaccination unit found of each.

A nursery reads the result and nothing else; the vaccination nurse sees what it rests on. Doses read off a paper or told wait to
be verified: where the result would differ without them, none is given before somebody decided on each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from uuid import uuid4

from healthrec import errors
from healthrec.domain.entrance import (
    Assessment,
    Check,
    Entrance,
    EntranceRule,
    Result,
    Standing,
    assess,
    standing,
)
from healthrec.domain.entrance_statistics import Enrolled, Period, entries
from healthrec.domain.immunization import Forecast, evaluate_and_forecast
from healthrec.errors import Issue
from healthrec.fhir.form_items import answers_of
from healthrec.fhir.form_pages import Fields
from healthrec.fhir.json import recall
from healthrec.fhir.types import BASE, entered_in_error
from healthrec.pages.contact_words import Call
from healthrec.services.contacts.on_lists import last_calls, rate
from healthrec.services.contacts.record_contact import record_contact
from healthrec.services.context import Caller, Services
from healthrec.services.forms.submit import Filled, newest_form, submit, written_before
from healthrec.services.forms.times import day_of, written_at
from healthrec.services.immunization.card import child_with_doses
from healthrec.services.immunization.doses import CERTIFICATE, TOLD, VERIFIED, DoseRow, doses_part
from healthrec.services.immunization.facts import Told, told
from healthrec.services.immunization.origin import may_write
from healthrec.services.record.write import Change, apply
from healthrec.services.screening.children import Child, child_for
from healthrec.store import children, contacts, resources
from healthrec.store import entrance as store
from healthrec.store.children import ChildRow, Place
from healthrec.store.engine import Connection
from healthrec.store.entrance_statistics import Row, enrolments

FORM = "entrance-check"
LIST, NOTIFIED = "entrance", "notified"
"""The list of the contact log, and what of it is a notice of catch-up."""

FORM_URL = f"{BASE}Questionnaire/{FORM}"
_KIND = {"resourceType": "QuestionnaireResponse", "questionnaire": FORM_URL}


@dataclass(frozen=True, slots=True)
class Entered:
    """A newcomer: where it is today, since when it has been in that nursery, and where its check stands."""

    child: ChildRow
    place: Place | None
    entered: date
    entrance: Entrance
    call: Call | None


@dataclass(frozen=True, slots=True)
class Entrances:
    """The newcomers of a nursery year, who is late first. `counts` by standing; `late` are those past their day; `may_note`: the caller may write down
    what a certificate says; `called` and `came` as in the contact log."""

    since: date
    rows: tuple[Entered, ...]
    counts: Mapping[Standing, int]
    late: int
    may_assess: bool
    may_note: bool = False
    called: int = 0
    came: int = 0


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
class Notice:
    """What the family is asked for. `missing` None: the reader is told no vaccine; `given` is the day on which the last notice
    went to the family, None for never."""

    child: Child
    missing: tuple[Forecast, ...] | None
    until: date
    given: date | None


def family_notice(services: Services, caller: Caller, child_id: str) -> Notice:
    """The notice of catch-up: for who assesses with what is missing, for a nursery once a check asked for it. Raises NotFound."""
    assesses = may_assess(services, caller)
    missing = to_assess(services, caller, child_id).assessment.missing if assesses else None
    with services.database.read() as connection:
        child = child_for(connection, caller, child_id)
        made = checks_in(store.forms_of(connection, caller.viewer, FORM_URL, [child.key]).get(child.key, ()))
        given = [
            row.day for row in contacts.of_child(connection, child.key) if row.list == LIST and row.outcome == NOTIFIED
        ]
    if not assesses and (not made or max(made, key=lambda one: one.day).result != "catch-up"):
        raise errors.NotFound(f"Patient/{child_id}")
    event = caller.audit(services, "view", f"page:/children/{child_id}/entrance/notice", child=child.key, count=1)
    services.committer.commit(event)
    until = services.rulebook.entrance_check(services.today()).recheck_day(services.today())
    return Notice(child, missing, until, date.fromordinal(given[-1]) if given else None)


def give_notice(services: Services, caller: Caller, child_id: str, *, command_id: str = "") -> None:
    """Keep in the contact log that the notice went to the family today. Raises NotFound, NotAllowed."""
    family_notice(services, caller, child_id)
    record_contact(services, caller, child_id, LIST, {"outcome": NOTIFIED}, command_id=command_id)


def entrances(services: Services, caller: Caller) -> Entrances:
    """The children of the caller who entered a nursery in this nursery year and are there today, each with where it stands."""
    today = services.today()
    rule = services.rulebook.entrance_check(today)
    since = rule.year_begin(today)
    with services.database.read() as connection:
        rows = _newcomers(connection, caller, rule, since, today)
        called, came = rate(services, connection, caller, LIST)
    keys = tuple(one.child.key for one in rows)
    services.committer.commit(caller.audit(services, "view", "page:/entrance", count=len(rows), children=keys))
    ordered = sorted(rows, key=lambda one: (one.entrance.due or date.max, one.entered))
    counts = Counter(one.entrance.standing for one in rows)
    late = sum(one.entrance.is_late(today) for one in rows)
    notes = may_write(services, caller, "create")
    return Entrances(since, tuple(ordered), counts, late, may_assess(services, caller), notes, called, came)


def _newcomers(connection: Connection, caller: Caller, rule: EntranceRule, since: date, today: date) -> list[Entered]:
    until = today + timedelta(days=1)
    known = enrolments(connection, caller.viewer, since.toordinal(), until.toordinal(), whole=False)
    found = [one for one in entries(map(enrolled_from, known), Period(since, until), today)[0] if one.left > today]
    keys = [one.child for one in found]
    rows = {row.key: row for row in children.rows_of(connection, keys)}
    places = children.places_of(connection, keys, today.toordinal())
    written = store.forms_of(connection, caller.viewer, FORM_URL, keys)
    calls = last_calls(connection, caller, LIST, keys)
    return [
        Entered(
            rows[one.child],
            places.get(one.child),
            one.entered,
            standing(rule, one.entered, checks_in(written.get(one.child, ()))),
            calls.get(one.child),
        )
        for one in found
    ]


_FIRST, _LAST = date.min.toordinal(), date.max.toordinal()


def enrolled_from(row: Row) -> Enrolled:
    """The enrolment of a row; one without an end goes on for ever."""
    return Enrolled(row.child, row.nursery, row.place, _day(row.since), _day(row.until), bool(row.active))


@lru_cache(maxsize=4096)  # a district's enrolments begin and end on a few hundred days
def _day(ordinal: int) -> date:
    return date.fromordinal(min(max(ordinal, _FIRST), _LAST))


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
    document = recall(row.body)
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


def checks_in(bodies: Sequence[str]) -> list[Check]:
    """The checks that these responses tell of; one without a result, or made by mistake, tells none."""
    found = [recall(body) for body in bodies]
    return [
        Check(
            day_of(str(one["authored"])),
            answers_of(one)["check.result"][0],
            next(iter(answers_of(one).get("check.evidence", ())), ""),
        )
        for one in found
        if not entered_in_error(one) and answers_of(one).get("check.result")
    ]
