"""/admin/organizations/{id}/instruments: what an institution measures with."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from healthrec import errors
from healthrec.services.admin import instruments as services
from healthrec.services.growth.instruments import KINDS
from healthrec.web.kit import Posting, Visit, Visiting, go
from healthrec.web.rendering import FormValues
from healthrec.web.routes.admin_parts import admin_page, named, problems, typed, version_typed

router = APIRouter()

_ADDRESS = "/admin/organizations/{id_}/instruments"
_FIELDS = ("kind", "name")


@router.get(_ADDRESS)
def instruments(visit: Visiting, id_: str) -> Response:
    return _page(visit, id_, FormValues(), FormValues())


@router.post(_ADDRESS)
def add(posted: Posting, id_: str) -> Response:
    visit, values = posted.visit, typed(posted, _FIELDS)
    try:
        services.add_instrument(visit.services, visit.caller, id_, **values, command_id=posted.command_id)
    except errors.Refused as error:
        return _page(visit, id_, values, problems(visit, error, _FIELDS))
    return go(_ADDRESS.format(id_=id_), "admin.saved")


@router.post(f"{_ADDRESS}/{{device}}")
def set_in_use(posted: Posting, id_: str, device: str) -> Response:
    visit, in_use = posted.visit, posted.fields.get("in_use") == "1"
    services.set_in_use(
        visit.services, visit.caller, id_, device, in_use, version_typed(posted), command_id=posted.command_id
    )
    return go(_ADDRESS.format(id_=id_), "admin.saved")


def _page(visit: Visit, id_: str, values: FormValues, wrong: FormValues) -> Response:
    page, words = services.instruments_page(visit.services, visit.caller, id_), visit.words
    address = _ADDRESS.format(id_=id_)
    return admin_page(
        visit,
        "instruments.html",
        "organizations",
        status=422 if wrong else 200,
        action=address,
        organization={"name": named(page.row, words), "href": f"/admin/organizations/{id_}"},
        kinds=[{"value": kind, "text": words.term("instrument", kind)} for kind in KINDS],
        values=values,
        errors=wrong,
        rows=[
            {"kind": one.kind, "name": one.name, "in_use": one.in_use, "version": one.version,
             "action": f"{address}/{one.id}"}
            for one in page.instruments
        ],
    )  # fmt: skip
