"""/entrance: the vaccination of those who entered a nursery; /children/{id}/entrance: the check of one, and its notice."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

from fastapi import APIRouter
from fastapi.responses import Response

from healthrec import errors
from healthrec.domain.access import BIT
from healthrec.domain.immunization import Forecast
from healthrec.errors import HealthrecError
from healthrec.fhir.form_pages import FormItem, render_model
from healthrec.pages.child_list import place_words, twin_badge
from healthrec.pages.contact_words import rate_shown
from healthrec.pages.vaccine_words import dose_title, vaccine_title
from healthrec.services.forms.submit import form_of
from healthrec.services.immunization import entrance as checks
from healthrec.services.immunization.doses import DoseRow
from healthrec.services.immunization.entrance import Entered, Entrances, ToAssess
from healthrec.services.immunization.vaccines import vaccine_name
from healthrec.services.screening.children import head
from healthrec.web.kit import Posting, Visit, Visiting, go, show
from healthrec.web.rendering import FormValues
from healthrec.web.routes import forms
from healthrec.web.routes.children import room_of
from healthrec.web.routes.contacts import beside

router = APIRouter()

_STANDINGS = ("not-checked", "catch-up", "deferred", "caught-up", "complete")
_CHECK = "/children/{id_}/entrance"


@router.get("/entrance")
def newcomers(visit: Visiting, standing: str = "") -> Response:
    if not visit.caller.viewer.classes & BIT["care"]:
        return go("/entrance/statistics")  # told of no child: the counts are all there is
    found = checks.entrances(visit.services, visit.caller)
    return show(visit, "entrance.html", room="entrance", standing=standing, **_list(found, standing, visit))


@router.get(_CHECK)
def check(visit: Visiting, id_: str) -> Response:
    return _page(visit, id_, FormValues())


@router.post(_CHECK)
def save(posted: Posting, id_: str) -> Response:
    visit, answers = posted.visit, forms.answers_in(posted)
    try:
        checks.record_check(visit.services, visit.caller, id_, answers, command_id=posted.command_id)
    except (errors.Refused, errors.Conflict) as error:
        return _page(visit, id_, FormValues({name: texts[0] for name, texts in answers.items()}), error)
    return go("/entrance", "entrance.saved")


@router.post(f"{_CHECK}/doses/{{dose_id}}/verified")
def verify(posted: Posting, id_: str, dose_id: str) -> Response:
    visit, version = posted.visit, forms.base_in(posted) or 0
    checks.verify_dose(visit.services, visit.caller, dose_id, version, command_id=posted.command_id)
    return go(f"/children/{id_}/entrance", "entrance.verified")


@router.get(f"{_CHECK}/notice")
def notice(visit: Visiting, id_: str) -> Response:
    found = checks.family_notice(visit.services, visit.caller, id_)
    return show(
        visit,
        "entrance_notice.html",
        room=room_of(visit),
        child=head(found.child, visit.words),
        plain=found.missing is None,
        missing=[_missing(one, visit) for one in found.missing or ()],
        until=found.until,
        given=found.given,
        base=f"/children/{id_}",
        command_id=str(uuid4()),
    )


@router.post(f"{_CHECK}/notice")
def hand_over(posted: Posting, id_: str) -> Response:
    checks.give_notice(posted.visit.services, posted.visit.caller, id_, command_id=posted.command_id)
    return go(f"/children/{id_}/entrance/notice", "entrance.notice-given")


def _list(found: Entrances, standing: str, visit: Visit) -> dict[str, Any]:
    counts = [(code, found.counts.get(code, 0)) for code in _STANDINGS]  # type: ignore[call-overload]
    return {
        "since": found.since,
        "rows": [_row(one, visit, found) for one in found.rows if standing in ("", one.entrance.standing)],
        "counts": [{"code": code, "count": count, "href": f"/entrance?standing={code}"} for code, count in counts],
        "everybody": len(found.rows),
        "late": found.late,
        "rate": rate_shown(checks.LIST, found.called, found.came, visit.words),
    }


def _row(one: Entered, visit: Visit, found: Entrances) -> dict[str, Any]:
    child, entrance, words, place = one.child, one.entrance, visit.words, one.place
    verb = words.gettext("查验" if found.may_assess else "登记接种证")
    where = "entrance" if found.may_assess else "doses/new"
    return {
        "name": child.name,
        "href": f"/children/{child.id}",
        "badge": twin_badge(child.birth_order, words),
        "birth_date": date.fromordinal(child.birth_day) if child.birth_day else None,
        "place": place_words((place.name, place.name_en), (place.parent, place.parent_en), words) if place else "",
        "since": one.entered,
        "standing": entrance.standing,
        "checked": entrance.checked,
        "due": entrance.due,
        "late": entrance.is_late(visit.services.today()),
        "verb": verb if found.may_assess or (found.may_note and entrance.due) else "",
        "verb_href": f"/children/{child.id}/{where}",
        "notice_href": f"/children/{child.id}/entrance/notice" if entrance.standing == "catch-up" else "",
    } | beside(one.call, child.id, checks.LIST, visit)


def _page(visit: Visit, id_: str, values: FormValues, error: HealthrecError | None = None) -> Response:
    found, words = checks.to_assess(visit.services, visit.caller, id_), visit.words
    model = render_model(form_of(visit.services, found.questionnaire), words.language)
    values = values or FormValues({"check.result": "" if found.open else found.assessment.result})
    return show(
        visit,
        "entrance_child.html",
        room=room_of(visit),
        status=422 if error else 200,
        child=head(found.child, words),
        base=f"/children/{id_}",
        items=[_item(one) for one in model.items[0].items],
        values=values,
        errors=forms.errors_of(error, words),
        command_id=str(uuid4()),
        **_found(found, visit),
    )


def _found(found: ToAssess, visit: Visit) -> dict[str, Any]:
    return {
        "result": found.assessment.result,
        "without": found.without.result,
        "open": found.open,
        "disputed": [one.result for one in found.disputed],
        "missing": [_missing(one, visit) for one in found.assessment.missing],
        "unsure": [_unsure(one, visit) for one in found.unsure],
    }


def _missing(one: Forecast, visit: Visit) -> dict[str, Any]:
    title = f"{vaccine_title(one.vaccine, visit.words)} {dose_title(one.number or 0, visit.words)}"
    return {"text": title, "by": one.past_due}


def _unsure(one: DoseRow, visit: Visit) -> dict[str, Any]:
    name = vaccine_name(one.vaccine, visit.words.language)
    return {"id": one.id, "version": one.version, "vaccine": name, "date": one.date, "source": one.source}


def _item(item: FormItem) -> dict[str, Any]:
    options = [{"value": one.value, "text": one.label, "hint": ""} for one in item.options]
    return {"name": item.link_id, "text": item.text, "options": options, "required": item.required}
