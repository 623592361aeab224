"""/children/{id}/vaccinate: the questions before a dose, and the dose; /vaccinations: who is being watched."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

from fastapi import APIRouter
from fastapi.responses import Response

from healthrec import errors
from healthrec.domain.immunization import Evaluation, Forecast
from healthrec.errors import HealthrecError
from healthrec.fhir.form_pages import render_model
from healthrec.pages.child_list import twin_badge
from healthrec.pages.vaccine_words import dose_title, fault_words, origin_words, vaccine_title
from healthrec.services.forms.drafts import keep_draft
from healthrec.services.forms.submit import form_of
from healthrec.services.forms.times import now_there
from healthrec.services.immunization import give_dose as giving
from healthrec.services.immunization.lots import Lot
from healthrec.services.immunization.observation import ENDINGS, Watched, end_observation, origin_here, watched_today
from healthrec.services.immunization.screening import new_screening, record_screening
from healthrec.services.immunization.vaccines import vaccines
from healthrec.services.screening.children import head
from healthrec.web.kit import Posted, Posting, Visit, Visiting, go, show
from healthrec.web.rendering import FormValues
from healthrec.web.routes import forms
from healthrec.web.routes.children import room_of

router = APIRouter()

_PAGE = "/children/{id_}/vaccinate"


@router.get(_PAGE)
def ask(visit: Visiting, id_: str) -> Response:
    return _page(visit, id_, FormValues())


@router.post(_PAGE)
def give(posted: Posting, id_: str) -> Response:
    visit, fields = posted.visit, dict(posted.fields)
    try:
        if fields.get("do") == "scan":
            found = giving.to_give(visit.services, visit.caller, id_)
            return _page(visit, id_, giving.filled_by_scan(found, fields) | {"filled": "1"})
        given = giving.give_dose(visit.services, visit.caller, id_, fields, command_id=posted.command_id)
    except (errors.Refused, errors.Conflict) as error:
        return _page(visit, id_, fields, error)
    if given.doubts:
        return _page(visit, id_, fields, doubts=given.doubts)
    return go(f"/children/{id_}/vaccinate", "vaccinate.given")


@router.post(f"{_PAGE}/held")
def hold(posted: Posting, id_: str) -> Response:
    visit, fields = posted.visit, posted.fields
    vaccine, reason = fields.get("held", ""), fields.get("held_reason", "")
    try:
        giving.hold_dose(visit.services, visit.caller, id_, vaccine, reason, command_id=posted.command_id)
    except (errors.Refused, errors.Conflict) as error:
        return _page(visit, id_, dict(fields), error)
    return go(f"/children/{id_}/vaccines", "vaccinate.held")


@router.get(f"{_PAGE}/screening")
def questions(visit: Visiting, id_: str) -> Response:
    return _questions(visit, id_, {})


@router.post(f"{_PAGE}/screening")
def answer(posted: Posting, id_: str) -> Response:
    visit, answers = posted.visit, forms.answers_in(posted)
    if forms.wants_draft(posted):
        return _aside(posted, id_)
    planned = answers.pop("planned", [])
    try:
        _, decision = record_screening(
            visit.services, visit.caller, id_, answers, planned, command_id=posted.command_id
        )
    except (errors.Refused, errors.Conflict) as error:
        return _questions(visit, id_, answers | {"planned": planned}, error, posted.fields.get("command_id", ""))
    return go(f"/children/{id_}/{'vaccinate' if decision == 'give' else 'vaccines'}", "vaccinate.screened")


@router.get("/vaccinations")
def watching(visit: Visiting) -> Response:
    return _watching(visit, None)


@router.post("/vaccinations/{child_id}")
def ended(posted: Posting, child_id: str) -> Response:
    visit, ending = posted.visit, posted.fields.get("ending", "")
    try:
        end_observation(visit.services, visit.caller, child_id, ending, command_id=posted.command_id)
    except (errors.Refused, errors.Conflict) as error:
        return _watching(visit, error)
    return go(f"/children/{child_id}/aefi" if ending == "reaction" else "/vaccinations", "vaccinate.ended")


def _aside(posted: Posted, id_: str) -> Response:
    visit = posted.visit
    about = new_screening(visit.services, visit.caller, id_).about
    saved = keep_draft(visit.services, visit.caller, about, forms.answers_in(posted))
    if posted.fields.get("do") == "draft":
        return go(f"/children/{id_}/vaccines", "form.draft-kept")
    return forms.kept_part(visit, saved)


def _watching(visit: Visit, error: HealthrecError | None) -> Response:
    rows = [_watched(one, visit) for one in watched_today(visit.services, visit.caller)]
    origin = origin_here(visit.services, visit.caller)
    return show(
        visit,
        "vaccinations.html",
        room="vaccinations",
        status=422 if error else 200,
        rows=rows,
        endings=ENDINGS,
        here=origin.here,
        origin=origin_words(origin.here, origin.imported, visit.words),
        errors=forms.errors_of(error, visit.words),
        command_id=str(uuid4()),
    )


def _watched(one: Watched, visit: Visit) -> dict[str, Any]:
    left = (one.until - now_there(visit.services)).total_seconds()
    return {
        "name": one.name,
        "href": f"/children/{one.child_id}/vaccines",
        "action": f"/vaccinations/{one.child_id}",
        "badge": twin_badge(one.birth_order, visit.words),
        "birth_date": date.fromordinal(one.birth_day) if one.birth_day else None,
        "vaccines": [visit.words.term("vaccine", code) for code in one.vaccines],
        "until": one.until,
        "left": max(0, min(30, round(left / 60))),
        "left_seconds": round(left),
        "ending": one.ending,
    }


def _page(
    visit: Visit,
    id_: str,
    fields: dict[str, str],
    error: HealthrecError | None = None,
    doubts: tuple[Evaluation, ...] = (),
) -> Response:
    found, words = giving.to_give(visit.services, visit.caller, id_), visit.words
    printed = found.told.schedule.administration.get(fields.get("vaccine", ""))
    return show(
        visit,
        "vaccinate.html",
        room=room_of(visit),
        status=422 if error or doubts else 200,
        child=head(found.child, words),
        base=f"/children/{id_}",
        screened=found.screening,
        ask_doctor=found.ask_doctor,
        due=[_due(one, visit) for one in found.due],
        lots=[_lot(one, visit) for one in found.lots],
        vaccines=[{"value": code, "text": one.name(words.language)} for code, one in vaccines().items()],
        sites=giving.SITES[:-1],
        reasons=giving.NOT_GIVEN_REASONS,
        values=FormValues(fields),
        errors=forms.errors_of(error, words),
        filled=bool(fields.get("filled") and fields.get("vaccine")),
        oral=printed is not None and printed.route == "PO",
        doubts=[text for one in doubts for text in fault_words(one.reasons, words)],
        command_id=str(uuid4()),
    )


def _due(one: Forecast, visit: Visit) -> dict[str, str]:
    title = f"{vaccine_title(one.vaccine, visit.words)} {dose_title(one.number or 0, visit.words)}"
    return {"value": one.vaccine, "text": title, "state": one.status(visit.services.today())}


def _lot(one: Lot, visit: Visit) -> dict[str, str]:
    until = visit.words.gettext("有效期至 {day}").format(day=visit.words.date(one.expiry)) if one.expiry else ""
    hint = " · ".join(text for text in (one.lot, until, one.maker) if text)
    return {"value": one.value, "text": vaccine_title(one.vaccine, visit.words), "hint": hint}


def _questions(
    visit: Visit, id_: str, answers: forms.Answers, error: HealthrecError | None = None, command_id: str = ""
) -> Response:
    form, words = new_screening(visit.services, visit.caller, id_), visit.words
    child = head(form.child, words)
    answers = answers or (form.draft.fields if form.draft else {})
    parts = (child.name, child.badge, words.age(form.child.birth, visit.services.today()), child.place)
    return forms.form_page(
        visit,
        render_model(form_of(visit.services, form.questionnaire), words.language, answers),
        room=room_of(visit),
        subject=" · ".join(part for part in parts if part),
        action=f"/children/{id_}/vaccinate/screening",
        back=(f"/children/{id_}/vaccines", words.gettext("返回疫苗卡")),
        hidden_values={},
        draft=form.draft if error is None else None,
        error=error,
        command_id=command_id,
        extra=[_planned(form.due, visit, answers)] if form.due else [],
    )


def _planned(due: tuple[Forecast, ...], visit: Visit, answers: forms.Answers) -> dict[str, Any]:
    options = [_due(one, visit) | {"hint": ""} for one in due]
    return {
        "link_id": "planned",
        "text": visit.words.gettext("这次准备接种"),
        "type": "choice",
        "options": options,
        "required": False,
        "help": visit.words.gettext("推迟、不宜接种或家长不同意时，勾选的疫苗会记为当次未种并带上原因。"),
        "value": answers.get("planned", [one["value"] for one in options] if not answers else []),
        "error": "",
        "repeats": True,
        "unit": "",
    }
