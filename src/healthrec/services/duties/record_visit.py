"""A guide's visit goes into the record: Encounter, QuestionnaireResponse and the quarter's Task, all or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from healthrec import errors
from healthrec.domain.duties import Quarter
from healthrec.errors import Issue
from healthrec.fhir.form_pages import Fields, response_from_fields
from healthrec.fhir.json import recall
from healthrec.services.context import Caller, Services
from healthrec.services.duties.quarters import KIND, VISIT_DATE, coded, duty_task, id_for, text_of
from healthrec.services.duties.visits import VisitForm, day_of_visit, found_in, new_visit, read_visit, visit_to_amend
from healthrec.services.forms.drafts import drop_draft, keep_draft
from healthrec.services.forms.submit import Filled, form_of, put, submit, with_days_read, written_before
from healthrec.services.forms.times import happened_at, written_at
from healthrec.services.record.write import Change
from healthrec.store import duties, resources
from healthrec.store.engine import Connection

_FIELD = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "FLD"}


def record_visit(
    services: Services, caller: Caller, nursery_id: str, quarter: Quarter, fields: Fields, *, command_id: str = ""
) -> str:
    """Keep a visit of the quarter; answers the id of its response.

    Entering late is always possible and is marked. What was typed is kept as a draft when somebody else was first.
    Raises Refused (linkIds as expressions), NotFound, NotAllowed, Conflict.
    """
    if written := written_before(services, caller, command_id):
        return written
    form = new_visit(services, caller, nursery_id, quarter)
    day = _day(services, form, fields)
    with services.database.read() as connection:
        if found_in(connection, caller, form.nursery, quarter):
            keep_draft(services, caller, form.about, fields)
            raise errors.Conflict(Issue("duplicate", "duty.already-done"))
    encounter = id_for("encounter", nursery_id, quarter)
    filled = _filled(form, fields, day, encounter)
    return _written(services, caller, form, filled, _Visit(services, caller, form, day, encounter), command_id)


def amend_visit(
    services: Services, caller: Caller, id_: str, fields: Fields, base: int, *, command_id: str = ""
) -> str:
    """A new version of a visit, on top of the version `base`; its day stays in its quarter. Raises Stale besides."""
    if written := written_before(services, caller, command_id):
        return written
    form = visit_to_amend(services, caller, id_)
    day = _day(services, form, fields)
    with services.database.read() as connection:
        _, response, _ = read_visit(connection, caller, id_)
    encounter = str(response.get("encounter", {}).get("reference", "")).partition("/")[2]
    filled = _filled(form, fields, day, encounter, base)
    also = _Visit(services, caller, form, day, encounter) if day != day_of_visit(response) else None
    return _written(services, caller, form, filled, also, command_id)


class _Visit:
    """What follows from a visit: the Encounter of its day, and the quarter's Task completed."""

    def __init__(self, services: Services, caller: Caller, form: VisitForm, day: date, encounter: str) -> None:
        self._services = services
        self._caller = caller
        self._form = form
        self._day = day
        self._encounter = encounter

    def __call__(self, connection: Connection, response: dict[str, Any]) -> Sequence[Change]:
        changes = [self._task(connection, response)]
        return [put(connection, self._field_visit(connection)), *changes] if self._encounter else changes

    def _field_visit(self, connection: Connection) -> dict[str, Any]:
        row = resources.read(connection, self._caller.viewer, "Encounter", self._encounter)
        participant = [{"individual": {"reference": self._caller.person_reference}}]
        new = {
            "resourceType": "Encounter",
            "id": self._encounter,
            "status": "finished",
            "class": _FIELD,
            "participant": participant,
            "serviceProvider": {"reference": f"Organization/{self._form.nursery.id}"},
        }
        known = recall(row.body) if row and row.body else new
        when = happened_at(self._services, self._day)
        return known | {"period": {"start": when, "end": when}}

    def _task(self, connection: Connection, response: dict[str, Any]) -> Change:
        nursery, quarter, now = self._form.nursery, self._form.quarter, written_at(self._services)
        task, version = _open_task(connection, self._form)
        task = task or duty_task(nursery.id, quarter, self._caller.person_reference, now)
        output = [
            {"type": coded("duty-output", "visit-date"), "valueDate": self._day.isoformat()},
            {
                "type": coded("duty-output", "record"),
                "valueReference": {"reference": f"QuestionnaireResponse/{response['id']}"},
            },
        ]
        done = task | {"status": "completed", "lastModified": now, "output": output}
        return Change("PUT" if version else "POST", "Task", done, done["id"], version)


def _open_task(connection: Connection, form: VisitForm) -> tuple[dict[str, Any], int | None]:
    """The Task of the quarter with the version that it has now; ({}, None) when there is none."""
    start = form.quarter.start.toordinal()
    rows = duties.duties(connection, KIND, [form.nursery.key], start, start)
    found = resources.find_by_key(connection, rows[0].source) if rows else None
    if found is None or found[1].body is None:
        return {}, None
    return recall(found[1].body), found[1].version


def _day(services: Services, form: VisitForm, fields: Fields) -> date:
    """The day of the visit: in the quarter, and not to come."""
    questionnaire = form_of(services, form.questionnaire)
    response = response_from_fields(questionnaire, with_days_read(questionnaire, fields))
    try:
        day = day_of_visit(response)
    except ValueError:
        raise errors.Refused(Issue("required", "form.answer-needed", VISIT_DATE)) from None
    if day > services.today():
        raise errors.Refused(Issue("business-rule", "form.day-in-future", VISIT_DATE, {"day": day}))
    if day not in form.quarter:
        params = {"day": day, "first": form.quarter.start, "last": form.quarter.end}
        raise errors.Refused(Issue("business-rule", "duty.day-outside-quarter", VISIT_DATE, params))
    return day


def _filled(form: VisitForm, fields: Fields, day: date, encounter: str, base: int | None = None) -> Filled:
    reference = f"Encounter/{encounter}" if encounter else ""
    return Filled(form.questionnaire, fields, f"Organization/{form.nursery.id}", form.response_id, day, reference, base)


def _written(
    services: Services, caller: Caller, form: VisitForm, filled: Filled, also: _Visit | None, command_id: str
) -> str:
    try:
        id_ = submit(services, caller, filled, also, command_id=command_id)
    except errors.Conflict:
        keep_draft(services, caller, form.about, filled.fields)
        if filled.base is None:
            raise errors.Conflict(Issue("duplicate", "duty.already-done", text_of(form.quarter))) from None
        raise
    drop_draft(services, caller, form.about)
    return id_
