"""The table of warning signs of a child's age: asked for, answered, and what one sign present proposes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4, uuid5

from healthrec import errors
from healthrec.domain.screening import SignColumn, evaluate_signs
from healthrec.errors import Issue
from healthrec.fhir.form_pages import Fields, fields_from_response
from healthrec.fhir.json import recall
from healthrec.fhir.types import BASE
from healthrec.services.context import Caller, Services
from healthrec.services.forms.drafts import About, Kept, draft_for, drop_draft, keep_draft
from healthrec.services.forms.submit import Filled, newest_form, submit, written_before
from healthrec.services.forms.times import day_of, written_at
from healthrec.services.record.write import Change
from healthrec.services.screening.children import Child, child_for, resources_of
from healthrec.services.screening.summary import AGE, FORM, answers_in, column_today, is_screening, referral_of
from healthrec.store import resources
from healthrec.store.engine import Connection

_NAMESPACE = uuid5(UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8"), f"{BASE}proposal")


@dataclass(frozen=True, slots=True)
class SignsForm:
    """The table to answer. `column` is None at an age that has none; `base` is the version that an amendment edits."""

    child: Child
    day: date
    column: SignColumn | None
    questionnaire: str
    about: About
    response_id: str
    fields: dict[str, list[str]]
    draft: Kept | None
    base: int | None = None


def may_screen(services: Services, caller: Caller) -> bool:
    """Whether a role of the caller may answer the table and propose what follows from it."""
    kinds: tuple[dict[str, Any], ...] = (
        {"resourceType": "QuestionnaireResponse", "questionnaire": f"{BASE}Questionnaire/{FORM}"},
        {"resourceType": "ServiceRequest", "intent": "proposal"},
    )
    rights = services.rights
    return caller.unbounded or any(
        all(rights.may_write(role, "create", kind) for kind in kinds) for role in caller.roles
    )


def new_signs(services: Services, caller: Caller, child_id: str, day: date | None = None) -> SignsForm:
    """The table for the child's age on `day` (today when not given), with what was begun of it.

    Raises NotFound, NotAllowed, Refused for a day before birth or to come.
    """
    with services.database.read() as connection:
        child = child_for(connection, caller, child_id)
    _may(services, caller)
    on = day or services.today()
    _check_day(services, child, on)
    column = column_today(services, child.birth, child.gestation_days, on)
    questionnaire = newest_form(services, FORM)
    about = About(questionnaire, child.key, column.code if column else "")
    draft = draft_for(services, caller, about)
    _audit(services, caller, child)
    return SignsForm(child, on, column, questionnaire, about, str(uuid4()), draft.fields if draft else {}, draft)


def signs_to_amend(services: Services, caller: Caller, id_: str) -> SignsForm:
    """The table as it was answered, to be put right. Its age stays. Raises NotFound or NotAllowed."""
    with services.database.read() as connection:
        version, response, child = read_screening(connection, caller, id_)
    _may(services, caller)
    day = day_of(str(response["authored"]))
    read = answers_in(services.rulebook.warning_signs(day), response)
    questionnaire = str(response["questionnaire"])
    about = About(questionnaire, child.key, f"amend-{id_}")
    draft = draft_for(services, caller, about)
    fields = draft.fields if draft else fields_from_response(response)
    _audit(services, caller, child)
    return SignsForm(child, day, read[0] if read else None, questionnaire, about, id_, fields, draft, version)


def record_signs(
    services: Services, caller: Caller, child_id: str, day: date, fields: Fields, *, command_id: str = ""
) -> str:
    """Keep the answers, their Observation and, for a sign that is present, the proposal of a referral.

    Answers the id of the response. The day may be an earlier one; the entry is then marked as late.
    Raises Refused (linkIds as expressions), NotFound, NotAllowed, Conflict.
    """
    if written := written_before(services, caller, command_id):
        return written
    form = new_signs(services, caller, child_id, day)
    return _written(services, caller, form, fields, command_id)


def amend_signs(
    services: Services, caller: Caller, id_: str, fields: Fields, base: int, *, command_id: str = ""
) -> str:
    """A new version of the answers, on top of version `base`; the proposal follows while no doctor has decided on it."""
    if written := written_before(services, caller, command_id):
        return written
    form = signs_to_amend(services, caller, id_)
    if form.base != base:
        keep_draft(services, caller, form.about, fields)
        raise errors.Stale(f"QuestionnaireResponse/{id_}", form.base or 0)
    return _written(services, caller, form, fields, command_id)


def read_screening(connection: Connection, caller: Caller, id_: str) -> tuple[int, dict[str, Any], Child]:
    """(version, response, child) of an answered table that the caller may see. Raises NotFound."""
    row = resources.read(connection, caller.viewer, "QuestionnaireResponse", id_)
    response = recall(row.body) if row and row.body else None
    if row is None or response is None or not is_screening(response):
        raise errors.NotFound(f"QuestionnaireResponse/{id_}")
    return row.version, response, child_for(connection, caller, str(response["subject"]["reference"]).partition("/")[2])


def proposal_id(response_id: str) -> str:
    """The id of what a response proposes: the same for each of its versions."""
    return str(uuid5(_NAMESPACE, response_id))


def _may(services: Services, caller: Caller) -> None:
    if not may_screen(services, caller):
        raise errors.NotAllowed("access.role-may-not")


def _audit(services: Services, caller: Caller, child: Child) -> None:
    event = caller.audit(services, "view", f"page:/children/{child.id}/warning-signs", child=child.key, count=1)
    services.committer.commit(event)


def _check_day(services: Services, child: Child, day: date) -> None:
    if day > services.today():
        raise errors.Refused(Issue("business-rule", "form.day-in-future", "day", {"day": day}))
    if day < child.birth:
        raise errors.Refused(Issue("business-rule", "form.day-before-birth", "day", {"day": day, "born": child.birth}))


def _written(services: Services, caller: Caller, form: SignsForm, fields: Fields, command_id: str) -> str:
    if form.column is None:
        raise errors.Refused(Issue("business-rule", "screening.no-table", "day"))
    asked = {sign.link_id: fields.get(sign.link_id, ()) for sign in form.column.signs}
    given = {AGE: [form.column.code], **asked}
    subject = f"Patient/{form.child.id}"
    filled = Filled(form.questionnaire, given, subject, form.response_id, form.day, base=form.base)
    also = _Proposal(services, caller, form)
    try:
        id_ = submit(services, caller, filled, also, command_id=command_id)
    except errors.Conflict:
        keep_draft(services, caller, form.about, fields)
        raise
    drop_draft(services, caller, form.about)
    return id_


class _Proposal:
    """One sign that is present proposes a referral; a doctor decides. One form has one proposal."""

    def __init__(self, services: Services, caller: Caller, form: SignsForm) -> None:
        self._services = services
        self._caller = caller
        self._form = form

    def __call__(self, connection: Connection, response: dict[str, Any]) -> Sequence[Change]:
        read = answers_in(self._services.rulebook.warning_signs(self._form.day), response)
        assert read is not None
        column, answers = read
        table = self._services.rulebook.warning_signs(self._form.day)
        present = evaluate_signs(table, column.code, answers).present
        version, known = _known(connection, self._caller, self._form.child.key, response["id"])
        if known.get("status") in ("active", "revoked", "completed", "on-hold"):
            return []
        if not known:
            new = self._proposal(response, present, {})
            return [Change("POST", "ServiceRequest", new, new["id"])] if present else []
        changed = self._proposal(response, present, known) if present else known | {"status": "entered-in-error"}
        return [Change("PUT", "ServiceRequest", changed, known["id"], version)]

    def _proposal(self, response: dict[str, Any], present: Sequence[str], known: dict[str, Any]) -> dict[str, Any]:
        return {
            "resourceType": "ServiceRequest",
            "id": known.get("id", proposal_id(response["id"])),
            "status": "draft",
            "intent": "proposal",
            "subject": response["subject"],
            "authoredOn": written_at(self._services),
            **({"requester": response["author"]} if "author" in response else {}),
            "reasonCode": [
                {"coding": [{"system": f"{BASE}CodeSystem/warning-sign", "code": link_id}]} for link_id in present
            ],
            "supportingInfo": [{"reference": f"QuestionnaireResponse/{response['id']}"}],
        }


def _known(connection: Connection, caller: Caller, child: int, response_id: str) -> tuple[int | None, dict[str, Any]]:
    """(version, proposal) that this response led to before; (None, {}) when it led to none."""
    _, id_ = referral_of(response_id, resources_of(connection, caller, child, "ServiceRequest"))
    row = resources.find(connection, "ServiceRequest", id_ or proposal_id(response_id))
    return (row.version, recall(row.body)) if row and row.body else (None, {})
