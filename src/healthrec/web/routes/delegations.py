"""/children/{id}/delegations: whom of the family a guardian lets see the record."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from fastapi import APIRouter
from fastapi.responses import Response

from healthrec import errors
from healthrec.domain.roster.dates import read_date
from healthrec.services.access import delegate as giving
from healthrec.services.access.delegate import OPENED, RELATIONSHIPS, Wanted, latest_day
from healthrec.services.access.delegations import Delegations, Row, delegations
from healthrec.services.children.page import head
from healthrec.web.kit import Posted, Posting, Visit, Visiting, go, show
from healthrec.web.rendering import FormValues
from healthrec.web.routes.admin_parts import problems, version_typed
from healthrec.web.routes.children import room_of
from healthrec.web.routes.guardians import slip

router = APIRouter()

_PAGE = "/children/{id_}/delegations"
_FIELDS = ("name", "relationship", "last", "username", "guardian", "signed")


@router.get(_PAGE)
def page(visit: Visiting, id_: str) -> Response:
    return _page(visit, id_, FormValues())


@router.get(f"{_PAGE}/new")
def new(visit: Visiting, id_: str) -> Response:
    return _form(visit, id_, FormValues(classes=()), FormValues())


@router.post(f"{_PAGE}/new")
def give(posted: Posting, id_: str) -> Response:
    visit, here = posted.visit, f"/children/{id_}/delegations"
    try:
        issued = giving.delegate(visit.services, visit.caller, id_, _wanted(posted), command_id=posted.command_id)
    except (errors.Refused, errors.Conflict) as error:
        values = FormValues(posted.fields) | {"classes": posted.lists.get("classes", ())}
        return _form(visit, id_, FormValues(values), problems(visit, error, _FIELDS))
    return slip(visit, here, issued) if issued else go(here, "delegation.given")


@router.post(f"{_PAGE}/{{consent}}/end")
def end(posted: Posting, id_: str, consent: str) -> Response:
    visit, version = posted.visit, version_typed(posted)
    try:
        giving.end(visit.services, visit.caller, id_, consent, version, command_id=posted.command_id)
    except errors.Conflict as error:
        return _page(visit, id_, problems(visit, error, ()))
    return go(f"/children/{id_}/delegations", "delegation.ended")


def _wanted(posted: Posted) -> Wanted:
    fields = {name: posted.fields.get(name, "").strip() for name in _FIELDS}
    classes = tuple(one for one in OPENED if one in posted.lists.get("classes", ()))
    last = read_date(fields["last"]).day
    name = " ".join(fields["name"].split())
    who = (fields["username"].lower()[:60], fields["guardian"], bool(fields["signed"]))
    return Wanted(name, fields["relationship"], classes, last, *who)


def _page(visit: Visit, id_: str, wrong: FormValues) -> Response:
    found = delegations(visit.services, visit.caller, id_)
    here = f"/children/{id_}/delegations"
    return show(
        visit,
        "delegations.html",
        room=room_of(visit),
        status=409 if wrong else 200,
        child=head(found.record, visit.words),
        command_id=str(uuid4()),
        new_href=f"{here}/new",
        errors=wrong,
        rows=[_row(visit, row, here) for row in found.rows],
    )


def _row(visit: Visit, row: Row, here: str) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in row.__slots__}
    classes = [visit.words.term("delegation-class", one) for one in row.classes]
    return values | {"classes": classes, "end_href": "" if row.state == "ended" else f"{here}/{row.id}/end"}


def _form(visit: Visit, id_: str, values: FormValues, wrong: FormValues) -> Response:
    found: Delegations = delegations(visit.services, visit.caller, id_)
    term, here = visit.words.term, f"/children/{id_}/delegations"
    return show(
        visit,
        "delegation_form.html",
        room=room_of(visit),
        status=422 if wrong else 200,
        child=head(found.record, visit.words),
        action=f"{here}/new",
        back_href=here,
        command_id=values["command_id"] or str(uuid4()),
        values=values,
        errors=wrong,
        relationships=[{"value": one, "text": term("delegate-relationship", one)} for one in RELATIONSHIPS],
        classes=[{"value": one, "text": term("delegation-class", one), "hint": ""} for one in OPENED[1:]],
        guardians=[{"value": id_, "text": name} for id_, name in found.guardians],
        latest=latest_day(visit.services.today()),
    )
