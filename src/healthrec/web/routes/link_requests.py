"""/link-requests: a nursery asks to be linked with a child whose record is elsewhere, and who answers for it decides."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

from fastapi import APIRouter
from fastapi.responses import Response

from healthrec import errors
from healthrec.services.children.page import head
from healthrec.services.linking import ask as asking
from healthrec.services.linking import decide as deciding
from healthrec.services.linking.ask import Asked
from healthrec.store.link_requests import Request
from healthrec.web.kit import Posting, Visit, Visiting, go, show
from healthrec.web.rendering import FormValues
from healthrec.web.routes.access import kinds, sought
from healthrec.web.routes.admin_parts import named, problems
from healthrec.web.routes.children import room_of

router = APIRouter()

_TONES = {"asked": "waiting", "accepted": "done", "declined": "neutral"}


@router.get("/link-requests")
def page(visit: Visiting) -> Response:
    return _page(visit, FormValues(), FormValues())


@router.post("/link-requests")
def ask(posted: Posting) -> Response:
    visit, fields = posted.visit, posted.fields
    wanted, wrong = sought(fields, visit.words)
    if wanted is None:
        return _page(visit, FormValues(fields), wrong)
    nursery, class_name = fields.get("organization", ""), fields.get("class_name", "")[:60]
    try:
        seen = asking.ask(visit.services, visit.caller, nursery, wanted, class_name, command_id=posted.command_id)
    except errors.Throttled as error:
        return _page(visit, FormValues(fields), problems(visit, error, ()))
    except errors.NotFound:
        return _page(visit, FormValues(fields), FormValues(identifier=visit.words.message("emergency.no-match")))
    return go(f"/children/{seen}", "emergency.already-yours", "note") if seen else go("/link-requests", "link.asked")


@router.get("/link-requests/{key}")
def request(visit: Visiting, key: int) -> Response:
    return _request(visit, key, FormValues(), FormValues())


@router.post("/link-requests/{key}")
def decide(posted: Posting, key: int) -> Response:
    visit, fields, again = posted.visit, posted.fields, {"command_id": posted.command_id}
    accepts = fields.get("do") == "accept"
    try:
        if accepts:
            deciding.accept(visit.services, visit.caller, key, bool(fields.get("agreed")), **again)
        else:
            deciding.decline(visit.services, visit.caller, key, fields.get("reason", ""), **again)
    except (errors.Refused, errors.Conflict) as error:
        return _request(visit, key, FormValues(fields), problems(visit, error, ("agreed", "reason")))
    return go("/", "link.accepted" if accepts else "link.declined")


def _page(visit: Visit, values: FormValues, wrong: FormValues) -> Response:
    found = asking.asked(visit.services, visit.caller)
    if len(found.nurseries) == 1:
        values["organization"] = found.nurseries[0].id
    return show(
        visit,
        "link_requests.html",
        room="children",
        status=422 if wrong else 200,
        command_id=values["command_id"] or str(uuid4()),
        values=values,
        errors=wrong,
        kinds=kinds(visit.words),
        organizations=[{"value": one.id, "text": named(one, visit.words)} for one in found.nurseries],
        rows=[_row(one, visit) for one in found.requests],
    )


def _request(visit: Visit, key: int, values: FormValues, wrong: FormValues) -> Response:
    found = deciding.request_page(visit.services, visit.caller, key)
    return show(
        visit,
        "link_request.html",
        room=room_of(visit),
        status=422 if wrong else 200,
        child=head(found.record, visit.words),
        action=f"/link-requests/{key}",
        command_id=values["command_id"] or str(uuid4()),
        values=values,
        errors=wrong,
        request=_shown(found.request, visit),
    )


def _row(one: Asked, visit: Visit) -> dict[str, Any]:
    href = f"/children/{one.child_id}" if one.child_id else ""
    return _shown(one.request, visit) | {"name": one.request.child_name, "href": href}


def _shown(one: Request, visit: Visit) -> dict[str, Any]:
    return {
        "nursery": one.name_en if visit.words.language == "en" else one.name,
        "class_name": one.class_name,
        "day": date.fromordinal(one.day),
        "state": one.state,
        "tone": _TONES[one.state],
        "reason": one.reason,
    }
