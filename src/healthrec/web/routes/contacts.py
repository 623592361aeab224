"""/children/{id}/contacts/{list}: whom to call on account of a list, and what came of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from fastapi import APIRouter
from fastapi.responses import Response

from healthrec import errors
from healthrec.domain.contacts import ASK_AT, OUTCOMES
from healthrec.errors import HealthrecError
from healthrec.fhir.contact import ContactFact
from healthrec.pages.contact_words import Call, call_shown
from healthrec.services.contacts.record_contact import Contacts, contacts_with, record_contact
from healthrec.services.screening.children import head
from healthrec.web.kit import Posting, Visit, Visiting, go, own_address, own_path, show
from healthrec.web.rendering import FormValues
from healthrec.web.routes import forms
from healthrec.web.routes.children import room_of

router = APIRouter()

_PAGE = "/children/{id_}/contacts/{list_}"
_BY_HAND = tuple(one for one in OUTCOMES if one != "lost")
"""Outcomes that are offered; lost is decided after contacts in vain."""


@router.get(_PAGE)
def contacts(visit: Visiting, id_: str, list_: str) -> Response:
    return _page(visit, id_, list_, FormValues(back=visit.request.query_params.get("back", "")))


@router.post(_PAGE)
def save(posted: Posting, id_: str, list_: str) -> Response:
    visit, fields = posted.visit, posted.fields
    try:
        record_contact(visit.services, visit.caller, id_, list_, fields, command_id=posted.command_id)
    except (errors.Refused, errors.Conflict) as error:
        return _page(visit, id_, list_, FormValues(fields), error)
    return go(own_address(fields.get("back", "")) if fields.get("back") else "/", "contact.saved")


def beside(call: Call | None, child_id: str, list_: str, visit: Visit) -> dict[str, str]:
    """What a row of a list shows of the log: the last contact in words ("" for none), and where the next is noted."""
    said = call_shown(call, visit.services.today(), visit.words) if call else ""
    back = quote(own_path(visit.request), safe="/")
    return {"call": said, "contact_href": f"/children/{child_id}/contacts/{list_}?back={back}"}


def _page(visit: Visit, id_: str, list_: str, values: FormValues, error: HealthrecError | None = None) -> Response:
    found, words = contacts_with(visit.services, visit.caller, id_, list_), visit.words
    problems = forms.errors_of(error, words)
    return show(
        visit,
        "contact.html",
        room=room_of(visit),
        status=422 if error else 200,
        child=head(found.child, words),
        list=list_,
        guardians=found.guardians,
        earlier=[_earlier(one) for one in found.earlier],
        outcomes=[{"value": one, "text": words.term("contact-outcome", one), "hint": ""} for one in _BY_HAND],
        decisions=_decisions(found, values, visit),
        values=values,
        errors=problems,
        command_id=str(uuid4()),
    )


def _decisions(found: Contacts, values: FormValues, visit: Visit) -> list[dict[str, Any]]:
    """Asked at the third contact in vain; shown from the second on, so that it can be answered at once."""
    if found.in_vain + 1 < ASK_AT:
        return []
    codes = ("moved", "lost", "again")
    return [{"value": one, "text": visit.words.term("contact-decision", one), "hint": ""} for one in codes]


def _earlier(one: ContactFact) -> dict[str, Any]:
    day: date = datetime.fromisoformat(one.sent).date()
    return {"day": day, "outcome": one.outcome, "again_on": one.again_on, "note": one.note}
