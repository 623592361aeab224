"""/sessions: the clinic's list for one day, to be printed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from healthrec import errors
from healthrec.domain.roster.dates import read_date
from healthrec.errors import HealthrecError, Issue
from healthrec.pages.child_list import place_words, twin_badge
from healthrec.pages.contact_words import Call
from healthrec.pages.due_list import need_shown, vial_rows
from healthrec.services.contacts.on_lists import call_of
from healthrec.services.immunization.due_list import VACCINATION
from healthrec.services.immunization.session_list import MOST, Expected, Session, session
from healthrec.web.kit import Visit, Visiting, show
from healthrec.web.rendering import FormValues
from healthrec.web.routes import forms
from healthrec.web.routes.contacts import beside

router = APIRouter()


@router.get("/sessions")
def sessions(visit: Visiting, on: str = "") -> Response:
    try:
        found = session(visit.services, visit.caller, _day(visit, on))
    except errors.Refused as error:
        return _page(visit, on, Session(visit.services.today(), (), (), False), error)
    return _page(visit, found.day.isoformat(), found)


def _day(visit: Visit, text: str) -> date:
    day = read_date(text).day if text.strip() else visit.services.today()
    if day is None:
        raise errors.Refused(Issue("value", "fhir.bad-date", "on", {"found": text[:20]}))
    return day


def _page(visit: Visit, asked: str, found: Session, error: HealthrecError | None = None) -> Response:
    today = visit.services.today()
    return show(
        visit,
        "sessions.html",
        room="due",
        status=422 if error else 200,
        on=asked,
        day=found.day,
        errors=forms.errors_of(error, visit.words) if error else FormValues(),
        days=[_chip(visit, today + timedelta(days=n), found.day) for n in range(7)],
        coming=[_row(one, found.day, visit) for one in found.coming],
        others=[_row(one, found.day, visit) for one in found.others],
        more=found.more,
        most=MOST,
        vials=vial_rows(
            [one.needs for one in found.coming], [one.needs for one in found.others], found.per_vial, visit.words
        ),
    )


def _chip(visit: Visit, day: date, chosen: date) -> dict[str, Any]:
    return {"text": visit.words.date(day), "href": f"/sessions?on={day}", "on": day == chosen, "count": None}


def _row(one: Expected, day: date, visit: Visit) -> dict[str, Any]:
    words, child, place = visit.words, one.child.row, one.child.place
    return {
        "name": child.name,
        "href": f"/children/{child.id}/vaccines",
        "badge": twin_badge(child.birth_order, words),
        "birth_date": date.fromordinal(child.birth_day) if child.birth_day else None,
        "place": place_words((place.name, place.name_en), (place.parent, place.parent_en), words) if place else "",
        "needs": [need_shown(need, day, words) for need in one.needs],
    } | beside(_call(one), child.id, VACCINATION, visit)


def _call(one: Expected) -> Call | None:
    listed = one.child.listed
    if listed.outcome is None or listed.called_on is None:
        return None
    return call_of(listed.outcome, listed.called_on, listed.again_on, listed.failures)
