"""疑似预防接种异常反应 (AEFI): reported as a form, kept as an AdverseEvent with a clock. Class and causality are decided elsewhere."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from healthrec import errors
from healthrec.domain.roster.dates import read_date
from healthrec.errors import Issue
from healthrec.fhir.form_pages import Fields
from healthrec.fhir.json import recall
from healthrec.fhir.types import BASE, entered_in_error
from healthrec.pages.contact_words import Call
from healthrec.services.contacts.on_lists import last_calls
from healthrec.services.context import Caller, Services
from healthrec.services.forms.submit import Filled, newest_form, submit, written_before
from healthrec.services.forms.times import written_at
from healthrec.services.immunization.card import child_with_doses
from healthrec.services.immunization.doses import DoseRow, doses_part
from healthrec.services.record.write import Change, apply
from healthrec.services.screening.children import Child, resources_of
from healthrec.store import adverse_events, resources
from healthrec.store.engine import Connection

FORM = "aefi-report"
LIST = "aefi"
"""Of the contact log: families who were called to ask how the child is."""

AEFI = f"{BASE}CodeSystem/aefi"
FORM_FILLED = f"{BASE}StructureDefinition/aefi-form"
REPORTED_AT = f"{BASE}StructureDefinition/aefi-reported-at"
FOUND_AT = f"{BASE}StructureDefinition/aefi-found-at"
GRAVITY = f"{BASE}CodeSystem/aefi-gravity"
_SAMPLE = {"resourceType": "AdverseEvent", "event": {"coding": [{"system": AEFI, "code": "unclassified"}]}}
_TIME = re.compile(r"([01]?\d|2[0-3])[:：]([0-5]\d)")


@dataclass(frozen=True, slots=True)
class AefiForm:
    """The report to fill in, and the doses of the child that it may be about, the latest first."""

    child: Child
    questionnaire: str
    doses: tuple[DoseRow, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """One report. `form_id` is the form that was filled in, `doses` the ids of those suspected; `due` is when it must have reached the county CDC, `reported` when it did (None: not yet); `call` the last contact with the family about it."""

    id: str
    version: int
    child_id: str
    form_id: str
    name: str
    birth_order: int
    doses: tuple[str, ...]
    day: date | None
    grave: bool
    due: datetime
    reported: datetime | None
    call: Call | None = None

    def is_late(self, now: datetime) -> bool:
        """Whether the clock ran out before it was reported."""
        return (self.reported or now) > self.due


def may_report(services: Services, caller: Caller) -> bool:
    """Whether a role of the caller may write such a report."""
    return caller.unbounded or any(services.rights.may_write(role, "create", _SAMPLE) for role in caller.roles)


def new_report(services: Services, caller: Caller, child_id: str) -> AefiForm:
    """The form for a child. Raises NotFound, NotAllowed."""
    with services.database.read() as connection:
        child = child_with_doses(connection, caller, child_id)
        if not may_report(services, caller):
            raise errors.NotAllowed("access.role-may-not")
        given = resources_of(connection, caller, child.key, "Immunization")
    event = caller.audit(services, "view", f"page:/children/{child_id}/aefi", child=child.key, count=1)
    services.committer.commit(event)
    return AefiForm(child, newest_form(services, FORM), doses_part(given).rows)


def report(
    services: Services, caller: Caller, child_id: str, fields: Fields, doses: Sequence[str], *, command_id: str = ""
) -> str:
    """Keep the report and its AdverseEvent; answers the id of the response. Raises Refused (linkIds), NotFound, NotAllowed."""
    if written := written_before(services, caller, command_id):
        return written
    form = new_report(services, caller, child_id)
    suspected = [one.id for one in form.doses if one.id in doses]
    found = _found_at(services, fields)
    if not suspected:
        raise errors.Refused(Issue("required", "aefi.dose-needed", "doses"))
    filled = Filled(form.questionnaire, fields, f"Patient/{child_id}", str(uuid4()), services.today())
    also = _AdverseEvent(caller, fields, suspected, found)
    return submit(services, caller, filled, also, command_id=command_id)


def reports(services: Services, caller: Caller) -> tuple[Report, ...]:
    """Reports on the caller's children: those that wait first, by when they are due."""
    with services.database.read() as connection:
        found = adverse_events.latest(connection, caller.viewer)
        calls = last_calls(connection, caller, LIST, [one.child for one in found])
    read = [(one, _read(services, one)) for one in found]
    shown = [replace(told, call=calls.get(one.child)) for one, told in read if told is not None]
    keys = tuple(one.child for one in found)
    services.committer.commit(caller.audit(services, "view", "page:/aefi", count=len(shown), children=keys))
    waiting = sorted((one for one in shown if one.reported is None), key=lambda one: one.due)
    return (*waiting, *(one for one in shown if one.reported is not None))


def mark_reported(services: Services, caller: Caller, id_: str, version: int, *, command_id: str = "") -> None:
    """Note that the report has reached the county CDC now. Raises NotFound, NotAllowed, Stale."""
    with services.database.read() as connection:
        row = resources.read(connection, caller.viewer, "AdverseEvent", id_)
    if row is None or not row.body:
        raise errors.NotFound(f"AdverseEvent/{id_}")
    document = recall(row.body)
    mark = {"url": REPORTED_AT, "valueDateTime": written_at(services)}
    reported = document | {"extension": [*document["extension"], mark]}
    apply(services, caller, [Change("PUT", "AdverseEvent", reported, id_, version)], command_id=command_id)


@dataclass(frozen=True, slots=True)
class _AdverseEvent:
    """What the form becomes: unclassified, for the expert group decides."""

    caller: Caller
    fields: Fields
    doses: Sequence[str]
    found: datetime

    def __call__(self, _: Connection, response: dict[str, Any]) -> list[Change]:
        said = {name: "".join(texts).strip() for name, texts in self.fields.items()}
        grave = said.get("report.grave", "none")
        day = read_date(said.get("reaction.date", "")).day
        document = {
            "resourceType": "AdverseEvent",
            "id": str(uuid4()),
            "extension": [
                {"url": FOUND_AT, "valueDateTime": self.found.isoformat(timespec="seconds")},
                {"url": FORM_FILLED, "valueReference": {"reference": f"QuestionnaireResponse/{response['id']}"}},
            ],
            "actuality": "actual",
            "event": _SAMPLE["event"],
            "subject": response["subject"],
            **({"date": day.isoformat()} if day else {}),
            "detected": self.found.isoformat(timespec="seconds"),
            "recordedDate": response["authored"],
            "seriousness": {"coding": [{"system": GRAVITY, "code": grave}]},
            **({"recorder": {"reference": self.caller.person_reference}} if self.caller.person_reference else {}),
            "suspectEntity": [{"instance": {"reference": f"Immunization/{id_}"}} for id_ in self.doses],
        }
        return [Change("POST", "AdverseEvent", document, str(document["id"]))]


def _found_at(services: Services, fields: Fields) -> datetime:
    """When it was found, in the zone of the installation. Raises Refused."""
    day = read_date("".join(fields.get("reaction.found-date", ()))).day
    clock = _TIME.fullmatch("".join(fields.get("reaction.found-time", ())).strip())
    if day is None:
        raise errors.Refused(Issue("value", "form.bad-date", "reaction.found-date"))
    if clock is None:
        raise errors.Refused(Issue("value", "aefi.time-needed", "reaction.found-time"))
    zone = ZoneInfo(services.settings.zone)
    found = datetime.combine(day, time(int(clock[1]), int(clock[2])), zone)
    if found > datetime.fromisoformat(written_at(services)):
        raise errors.Refused(Issue("business-rule", "form.day-in-future", "reaction.found-date", {"day": day}))
    return found


def _read(services: Services, one: adverse_events.Event) -> Report | None:
    document = recall(one.body)
    extensions = document.get("extension", ())
    moments = {ext["url"]: ext["valueDateTime"] for ext in extensions if "valueDateTime" in ext}
    forms = [ext["valueReference"]["reference"] for ext in extensions if ext["url"] == FORM_FILLED]
    if entered_in_error(document) or FOUND_AT not in moments:
        return None
    rules = _rules(services)
    grave = _gravity(document) in rules["grave"]
    hours = rules["grave_within_hours" if grave else "report_within_hours"]
    due = datetime.fromisoformat(moments[FOUND_AT]) + timedelta(hours=hours)
    reported = datetime.fromisoformat(moments[REPORTED_AT]) if REPORTED_AT in moments else None
    day = date.fromisoformat(document["date"][:10]) if "date" in document else None
    suspected = tuple(entity["instance"]["reference"].partition("/")[2] for entity in document.get("suspectEntity", ()))
    form = forms[0].partition("/")[2] if forms else ""
    who = (one.id, one.version, one.child_id, form, one.name, one.birth_order)
    return Report(*who, suspected, day, grave, due, reported)


def _gravity(document: Mapping[str, Any]) -> str:
    codings = document.get("seriousness", {}).get("coding", ())
    return next((str(one["code"]) for one in codings if one.get("system") == GRAVITY), "none")


def _rules(services: Services) -> Mapping[str, Any]:
    sets = [one for one in services.rulebook.of_kind("immunization-aefi") if one.effective <= services.today()]
    return max(sets, key=lambda one: one.effective).content
