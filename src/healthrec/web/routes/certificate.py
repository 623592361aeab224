"""/children/{id}/certificate: photos of the paper certificate, taken with the phone or chosen from the disk."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from fastapi import APIRouter
from fastapi.responses import Response

from healthrec import errors
from healthrec.errors import HealthrecError
from healthrec.services.documents import certificate
from healthrec.services.documents.certificate import Photo
from healthrec.services.screening.children import head
from healthrec.web.kit import Posting, Visit, Visiting, go, show
from healthrec.web.routes.children import room_of
from healthrec.web.routes.forms import errors_of

router = APIRouter()

_PAGE = "/children/{id_}/certificate"


@router.get(_PAGE)
def photos(visit: Visiting, id_: str) -> Response:
    return _page(visit, id_)


@router.post(_PAGE)
def keep(posted: Posting, id_: str) -> Response:
    visit = posted.visit
    _, data = posted.files.get("photo", ("", b""))
    try:
        certificate.keep_photo(visit.services, visit.caller, id_, data, command_id=posted.command_id)
    except errors.Refused as error:
        return _page(visit, id_, error)
    return go(f"/children/{id_}/certificate", "photo.saved")


@router.post(f"{_PAGE}/{{photo_id}}/mistake")
def mistake(posted: Posting, id_: str, photo_id: str) -> Response:
    visit, why = posted.visit, posted.fields.get("why", "")
    try:
        certificate.mark_photo_mistaken(visit.services, visit.caller, id_, photo_id, why, command_id=posted.command_id)
    except errors.Refused as error:
        return _page(visit, id_, error)
    return go(f"/children/{id_}/certificate", "photo.marked")


def photo_shown(photo: Photo, id_: str) -> dict[str, Any]:
    """A photo as `partials/certificate_photos.html` takes it."""
    href, wrong = f"/documents/{photo.id}", f"/children/{id_}/certificate/{photo.id}/mistake"
    return {"href": href, "day": photo.day, "doses": len(photo.doses), "mistake_action": wrong}


def _page(visit: Visit, id_: str, error: HealthrecError | None = None) -> Response:
    found = certificate.show_photos(visit.services, visit.caller, id_)
    return show(
        visit,
        "certificate.html",
        room=room_of(visit),
        status=422 if error else 200,
        child=head(found.child, visit.words),
        action=f"/children/{id_}/certificate",
        sees=found.sees,
        photos=[photo_shown(one, id_) for one in found.photos],
        next_href=f"/children/{id_}/vaccines" if found.sees else f"/children/{id_}/doses/new",
        errors=errors_of(error, visit.words),
        command_id=str(uuid4()),
    )
