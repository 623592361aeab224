"""/children/{id}/aefi: report a suspected reaction; /aefi: the reports and their clocks; /lots: who was given from a lot."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from fastapi.responses import Response

from healthrec import errors
from healthrec.errors import HealthrecError
from healthrec.fhir.form_pages import fields_from_response, render_model
from healthrec.pages.child_list import twin_badge
from healthrec.pages.vaccine_words import vaccine_title
from healthrec.services.forms.submit import form_of
from healthrec.services.forms.times import written_at
from healthrec.services.immunization import aefi
from healthrec.services.immunization.aefi import AefiForm, Report
from healthrec.services.immunization.answered import Answered, answered
from healthrec.services.immunization.withdrawn import LIST as LOT_LIST
from healthrec.services.immunization.withdrawn import SHORTEST, FromLot, given_from
from healthrec.services.screening.children import head
from healthrec.web.kit import Posting, Visit, Visiting, go, show
from healthrec.web.routes import forms
from healthrec.web.routes.children import room_of
from healthrec.web.routes.contacts import beside

router = APIRouter()


@router.get("/children/{id_}/aefi")
def ask(visit: Visiting, id_: str) -> Response:
    return _form(visit, id_, {})


@router.post("/children/{id_}/aefi")
def save(posted: Posting, id_: str) -> Response:
    visit, answers = posted.visit, forms.answers_in(posted)
    doses = answers.pop("doses", [])
    try:
        aefi.report(visit.services, visit.caller, id_, answers, doses, command_id=posted.command_id)
    except (errors.Refused, errors.Conflict) as error:
        return _form(visit, id_, answers | {"doses": doses}, error, posted.fields.get("command_id", ""))
    return go("/aefi", "aefi.saved")


@router.get("/aefi")
def reports(visit: Visiting) -> Response:
    found = aefi.reports(visit.services, visit.caller)
    now = datetime.fromisoformat(written_at(visit.services))
    rows = [_report(one, visit, now) for one in found]
    return show(visit, "aefi.html", room="vaccinations", rows=rows, command_id=str(uuid4()))


@router.post("/aefi/{id_}/reported")
def reported(posted: Posting, id_: str) -> Response:
    visit, version = posted.visit, forms.base_in(posted) or 0
    aefi.mark_reported(visit.services, visit.caller, id_, version, command_id=posted.command_id)
    return go("/aefi", "aefi.reported")


@router.get("/children/{child_id}/vaccination-forms/{id_}")
def filled(visit: Visiting, child_id: str, id_: str) -> Response:
    found = answered(visit.services, visit.caller, child_id, id_)
    return show(visit, "form_answers.html", room=room_of(visit), **_answers(found, visit))


@router.get("/lots")
def lots(visit: Visiting, lot: str = "") -> Response:
    asked = lot.strip()[:40]
    found = given_from(visit.services, visit.caller, asked)
    rows = [_from_lot(one, visit) for one in found]
    return show(visit, "lots.html", room="vaccinations", lot=asked, rows=rows, shortest=SHORTEST)


def _form(
    visit: Visit, id_: str, answers: forms.Answers, error: HealthrecError | None = None, command_id: str = ""
) -> Response:
    form, words = aefi.new_report(visit.services, visit.caller, id_), visit.words
    child = head(form.child, words)
    parts = (child.name, child.badge, words.age(form.child.birth, visit.services.today()), child.place)
    return forms.form_page(
        visit,
        render_model(form_of(visit.services, form.questionnaire), words.language, answers),
        room=room_of(visit),
        subject=" · ".join(part for part in parts if part),
        action=f"/children/{id_}/aefi",
        back=(f"/children/{id_}/vaccines", words.gettext("返回疫苗卡")),
        hidden_values={},
        error=error,
        command_id=command_id,
        extra=[_doses(form, visit, answers)],
        drafts=False,
    )


def _doses(form: AefiForm, visit: Visit, answers: forms.Answers) -> dict[str, Any]:
    words = visit.words
    options = [
        {
            "value": one.id,
            "text": f"{vaccine_title(one.vaccine, words)} · {words.date(one.date)}",
            "hint": " · ".join(text for text in (one.lot, one.place) if text),
        }
        for one in form.doses
    ]
    return {
        "link_id": "doses",
        "text": words.gettext("可疑的剂次"),
        "type": "choice",
        "options": options,
        "required": True,
        "help": words.gettext("疫苗、批号、有效期和接种日期取自这里选的剂次。"),
        "value": answers.get("doses", []),
        "error": "",
        "repeats": True,
        "unit": "",
    }


def _answers(found: Answered, visit: Visit) -> dict[str, Any]:
    form = form_of(visit.services, str(found.response["questionnaire"]))
    page = render_model(form, visit.words.language, fields_from_response(found.response))
    return {
        "title": page.title,
        "subject": "",
        "child": head(found.child, visit.words),
        "back_href": "",
        "back_text": "",
        "groups": forms.answered_groups(page, visit.words),
        "day": found.day,
        "late_since": None,
        "version": page.questionnaire.rpartition("/")[2],
        "versions": forms.version_rows(found.versions),
        "amend_href": "",
        "conclusion": None,
    }


def _report(one: Report, visit: Visit, now: datetime) -> dict[str, Any]:
    zone = ZoneInfo(visit.services.settings.zone)
    return {
        "name": one.name,
        "href": f"/children/{one.child_id}/vaccines",
        "form_href": f"/children/{one.child_id}/vaccination-forms/{one.form_id}" if one.form_id else "",
        "badge": twin_badge(one.birth_order, visit.words),
        "day": one.day,
        "grave": one.grave,
        "due": one.due.astimezone(zone),
        "reported": one.reported.astimezone(zone) if one.reported else None,
        "late": one.is_late(now),
        "action": f"/aefi/{one.id}/reported",
        "version": one.version,
    } | beside(one.call, one.child_id, aefi.LIST, visit)


def _from_lot(one: FromLot, visit: Visit) -> dict[str, Any]:
    return {
        "name": one.name,
        "href": f"/children/{one.child_id}/vaccines",
        "badge": twin_badge(one.birth_order, visit.words),
        "vaccine": vaccine_title(one.vaccine, visit.words),
        "lot": one.lot,
        "day": one.day,
        "place": one.place,
    } | beside(one.call, one.child_id, LOT_LIST, visit)
