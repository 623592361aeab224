"""/children/{id}/doses: the doses on record, one more, and one that was written down by mistake."""

from __future__ import annotations

from uuid import uuid4

from fastapi import APIRouter
from fastapi.responses import Response

from healthrec import errors
from healthrec.errors import HealthrecError
from healthrec.services.documents.certificate import may_keep_photos
from healthrec.services.immunization.record_dose import (
    child_to_vaccinate,
    mark_mistaken,
    record_dose,
    show_doses,
    writable_vaccines,
)
from healthrec.services.immunization.vaccines import vaccine_name
from healthrec.services.screening.children import head
from healthrec.web.kit import Posting, Visit, Visiting, go, show
from healthrec.web.rendering import FormValues
from healthrec.web.routes.children import room_of
from healthrec.web.routes.forms import base_in, errors_of

router = APIRouter()


@router.get("/children/{id_}/doses")
def doses(visit: Visiting, id_: str) -> Response:
    try:
        return _list(visit, id_, None)
    except errors.NotFound:
        child_to_vaccinate(visit.services, visit.caller, id_)  # who may only write goes straight to the form
        return go(f"/children/{id_}/doses/new")


@router.get("/children/{id_}/doses/new")
def new(visit: Visiting, id_: str) -> Response:
    return _form(visit, id_, FormValues())


@router.post("/children/{id_}/doses/new")
def save(posted: Posting, id_: str) -> Response:
    visit, fields = posted.visit, posted.fields
    try:
        record_dose(visit.services, visit.caller, id_, fields, command_id=posted.command_id)
    except (errors.Refused, errors.Conflict) as error:
        return _form(visit, id_, FormValues(fields), error)
    _, _, sees = child_to_vaccinate(visit.services, visit.caller, id_)
    return go(f"/children/{id_}/doses" if sees else f"/children/{id_}", "dose.saved")


@router.post("/children/{id_}/doses/{dose_id}/mistake")
def mistake(posted: Posting, id_: str, dose_id: str) -> Response:
    visit, fields = posted.visit, posted.fields
    base = base_in(posted) or 0
    try:
        mark_mistaken(
            visit.services, visit.caller, dose_id, base, fields.get("reason", ""), command_id=posted.command_id
        )
    except (errors.Refused, errors.Conflict) as error:
        return _list(visit, id_, error)
    return go(f"/children/{id_}/doses", "dose.marked")


def _list(visit: Visit, id_: str, error: HealthrecError | None) -> Response:
    found = show_doses(visit.services, visit.caller, id_)
    language = visit.words.language
    rows = [
        {
            "id": row.id,
            "version": row.version,
            "vaccine": vaccine_name(row.vaccine, language),
            "dose": row.dose,
            "date": row.date,
            "lot": row.lot,
            "place": row.place,
            "source": row.source,
            "state": row.state,
            "mistake_action": f"/children/{id_}/doses/{row.id}/mistake" if found.may_correct else "",
        }
        for row in found.doses.rows
    ]
    return show(
        visit,
        "doses.html",
        room=room_of(visit),
        status=422 if error else 200,
        child=head(found.child, visit.words),
        rows=rows,
        new_href=f"/children/{id_}/doses/new" if found.may_record else "",
        command_id=str(uuid4()),
        errors=errors_of(error, visit.words),
        family=visit.caller.role in ("parent", "delegate"),
    )


def _form(visit: Visit, id_: str, values: FormValues, error: HealthrecError | None = None) -> Response:
    child, sources, _ = child_to_vaccinate(visit.services, visit.caller, id_)
    words = visit.words
    return show(
        visit,
        "dose.html",
        room=room_of(visit),
        status=422 if error else 200,
        child=head(child, words),
        action=f"/children/{id_}/doses/new",
        command_id=values["command_id"] or str(uuid4()),
        values=values if values or len(sources) > 1 else FormValues(source=sources[0]),
        errors=errors_of(error, words),
        sources=sources,
        photos_href=f"/children/{id_}/certificate" if may_keep_photos(visit.services, visit.caller) else "",
        vaccines=[
            {"value": code, "text": vaccine_name(code, words.language)}
            for code in writable_vaccines(visit.services, visit.caller)
        ],
    )
