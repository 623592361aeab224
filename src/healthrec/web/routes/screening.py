"""/children/{id}/warning-signs, its finished forms, and /referrals/{id} where a doctor decides."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

from fastapi import APIRouter
from fastapi.responses import Response

from healthrec import errors
from healthrec.domain.roster.dates import read_date
from healthrec.errors import HealthrecError, Issue
from healthrec.fhir.form_pages import render_model
from healthrec.services.forms.drafts import keep_draft
from healthrec.services.forms.submit import form_of
from healthrec.services.screening import decide_referral as referrals
from healthrec.services.screening.children import head
from healthrec.services.screening.record_signs import (
    SignsForm,
    amend_signs,
    new_signs,
    record_signs,
    signs_to_amend,
)
from healthrec.services.screening.show_screening import ShownScreening, show_screening
from healthrec.services.screening.summary import AGE, text_of
from healthrec.web.kit import Posted, Posting, Visit, Visiting, go, show
from healthrec.web.rendering import FormValues
from healthrec.web.routes import forms
from healthrec.web.routes.children import room_of

router = APIRouter()


@router.get("/children/{id_}/warning-signs")
def table(visit: Visiting, id_: str, day: str = "") -> Response:
    form = new_signs(visit.services, visit.caller, id_, _day(day) if day else None)
    return _form(visit, form, form.fields)


@router.post("/children/{id_}/warning-signs")
def answer(posted: Posting, id_: str) -> Response:
    visit, answers, command = posted.visit, forms.answers_in(posted), posted.fields.get("command_id", "")
    form = new_signs(visit.services, visit.caller, id_)
    try:
        form = new_signs(visit.services, visit.caller, id_, _day(posted.fields.get("day", "")))
        if forms.wants_draft(posted):
            return _aside(posted, form)
        _same_table(form, posted)
        record_signs(visit.services, visit.caller, id_, form.day, answers, command_id=posted.command_id)
    except (errors.Refused, errors.Conflict) as error:
        return _form(visit, form, answers, error, command)
    return go(f"/children/{id_}#warnings", "screening.saved")


@router.get("/children/{child_id}/forms/{id_}")
def finished(visit: Visiting, child_id: str, id_: str) -> Response:
    found = show_screening(visit.services, visit.caller, id_)
    if found.child.id != child_id:
        raise errors.NotFound(f"QuestionnaireResponse/{id_}")
    return show(visit, "form_answers.html", room=room_of(visit), **_answers(visit, found))


@router.get("/children/{child_id}/forms/{id_}/amend")
def amend(visit: Visiting, child_id: str, id_: str) -> Response:
    form = signs_to_amend(visit.services, visit.caller, id_)
    return _form(visit, form, form.fields)


@router.post("/children/{child_id}/forms/{id_}/amend")
def save_amended(posted: Posting, child_id: str, id_: str) -> Response:
    visit, answers, command = posted.visit, forms.answers_in(posted), posted.fields.get("command_id", "")
    form = signs_to_amend(visit.services, visit.caller, id_)
    if forms.wants_draft(posted):
        return _aside(posted, form)
    try:
        amend_signs(
            visit.services, visit.caller, id_, answers, forms.base_in(posted) or 0, command_id=posted.command_id
        )
    except (errors.Refused, errors.Conflict) as error:
        return _form(visit, form, answers, error, command)
    return go(f"/children/{child_id}/forms/{id_}", "form.amended")


@router.get("/referrals/{id_}")
def referral(visit: Visiting, id_: str) -> Response:
    return _referral(visit, id_, FormValues())


@router.post("/referrals/{id_}")
def decide(posted: Posting, id_: str) -> Response:
    visit, fields = posted.visit, posted.fields
    version = forms.base_in(posted) or 0
    accepts = fields.get("do") == "accept"
    try:
        if accepts:
            hospital = fields.get("hospital", "")
            referrals.accept(visit.services, visit.caller, id_, hospital, version, command_id=posted.command_id)
        else:
            reason = fields.get("reason", "")
            referrals.decline(visit.services, visit.caller, id_, reason, version, command_id=posted.command_id)
    except (errors.Refused, errors.Conflict) as error:
        return _referral(visit, id_, FormValues(fields), error)
    return go(f"/referrals/{id_}", "referral.accepted" if accepts else "referral.declined")


def _aside(posted: Posted, form: SignsForm) -> Response:
    saved = keep_draft(posted.visit.services, posted.visit.caller, form.about, forms.answers_in(posted))
    if posted.fields.get("do") == "draft":
        return go(f"/children/{form.child.id}", "form.draft-kept")
    return forms.kept_part(posted.visit, saved)


def _same_table(form: SignsForm, posted: Posted) -> None:
    """Another day may ask for another table: then that one is shown before anything is kept."""
    if form.column is not None and posted.fields.get(AGE) not in (form.column.code, None):
        raise errors.Refused(Issue("business-rule", "screening.other-table", "day", {"age": form.column.zh}))


def _form(
    visit: Visit,
    form: SignsForm,
    answers: dict[str, list[str]],
    error: HealthrecError | None = None,
    command_id: str = "",
) -> Response:
    words, code = visit.words, form.column.code if form.column else ""
    if not form.column:
        raise errors.Refused(Issue("business-rule", "screening.no-table"))
    model = render_model(form_of(visit.services, form.questionnaire), words.language, answers | {AGE: [code]})
    base = {} if form.base is None else {"base": str(form.base)}
    address = f"/children/{form.child.id}/warning-signs"
    if form.base is not None:
        address = f"/children/{form.child.id}/forms/{form.response_id}/amend"
    shown = answers.get("day", [form.day.isoformat()])[0]
    return forms.form_page(
        visit,
        model,
        room=room_of(visit),
        subject=_subject(visit, form, code),
        action=address,
        back=(f"/children/{form.child.id}", words.gettext("返回档案")),
        hidden_values={AGE: code, **base},
        draft=form.draft if error is None else None,
        error=error,
        command_id=command_id,
        extra=[_day_question(visit, shown)] if form.base is None else [],
    )


def _subject(visit: Visit, form: SignsForm, code: str) -> str:
    words, child = visit.words, head(form.child, visit.words)
    parts = (
        child.name,
        child.badge,
        words.age(form.child.birth, form.day),
        words.term("warning-age", code),
        child.place,
    )
    return " · ".join(part for part in parts if part)


def _day_question(visit: Visit, value: str) -> dict[str, Any]:
    words = visit.words
    return {
        "link_id": "day",
        "text": words.gettext("筛查日期"),
        "type": "date",
        "options": [],
        "required": True,
        "help": words.gettext("按这一天的月龄（早产儿按矫正月龄）选表；补记以前的筛查会标为补录。"),
        "value": value,
        "error": "",
        "repeats": False,
        "unit": "",
    }


def _answers(visit: Visit, found: ShownScreening) -> dict[str, Any]:
    words, one = visit.words, found.screening
    family = visit.caller.role in ("parent", "delegate")
    group = "answer-family" if family else "answer"
    rows = [
        {
            "label": text_of(sign, words.language),
            "values": [words.term(group, one.answers.get(sign.link_id, "not-done"))],
            "kind": "choice",
            "unit": "",
        }
        for sign in one.column.signs
    ]
    conclusion = "family" if family else "staff"
    return {
        "title": words.gettext("发育观察") if family else words.gettext("心理行为发育预警征象"),
        "subject": "",
        "child": head(found.child, words),
        "back_href": f"/children/{found.child.id}#warnings",
        "back_text": words.gettext("返回档案"),
        "groups": [{"text": words.term("warning-age", one.column.code), "rows": rows}],
        "day": one.day,
        "late_since": found.late_since,
        "version": found.questionnaire.rpartition("/")[2],
        "versions": [] if family else forms.version_rows(found.versions),
        "amend_href": f"/children/{found.child.id}/forms/{one.id}/amend" if found.may_amend else "",
        "conclusion": {
            "reader": conclusion,
            "outcome": one.outcome,
            "unanswered": one.unanswered,
            "referral": "" if family else one.referral,
            "referral_href": f"/referrals/{one.referral_id}" if one.referral_id and not family else "",
        },
    }


def _referral(visit: Visit, id_: str, values: FormValues, error: HealthrecError | None = None) -> Response:
    found = referrals.show_proposal(visit.services, visit.caller, id_)
    words, english = visit.words, visit.words.language == "en"
    hospitals = [{"value": one.id, "text": one.name_en if english else one.name} for one in found.hospitals]
    chosen = next((one["text"] for one in hospitals if found.hospital and one["value"] == found.hospital.id), "")
    base = f"/children/{found.child.id}"
    return show(
        visit,
        "referral.html",
        room=room_of(visit),
        status=422 if error else 200,
        child=head(found.child, words),
        action=f"/referrals/{id_}",
        command_id=values["command_id"] or str(uuid4()),
        values=values,
        errors=forms.errors_of(error, words),
        base=found.version,
        referral={
            "status": found.status,
            "day": found.day,
            "by": found.proposed_by,
            "signs": [text_of(sign, words.language) for sign in found.signs],
            "reasons": [words.term("nutrition", code) for code in found.other_reasons],
            "form_href": f"{base}/forms/{found.screening_id}" if found.screening_id else "",
            "hospital": chosen,
            "note": found.decided_note,
            "may_decide": found.may_decide,
        },
        hospitals=hospitals,
    )


def _day(text: str) -> date:
    """As people write days. Raises Refused."""
    day = read_date(text).day
    if day is None:
        raise errors.Refused(Issue("value", "form.bad-date", "day"))
    return day
