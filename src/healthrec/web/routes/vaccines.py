"""/children/{id}/vaccines: the vaccine card, and the doses of which two sources tell otherwise."""

from __future__ import annotations

from uuid import uuid4

from fastapi import APIRouter
from fastapi.responses import Response

from healthrec import errors
from healthrec.errors import HealthrecError
from healthrec.pages.vaccine_words import origin_words
from healthrec.services.immunization.aefi import may_report
from healthrec.services.immunization.card import show_card
from healthrec.services.immunization.decide_dose import decide_dose
from healthrec.services.screening.children import head
from healthrec.web.kit import Posting, Visit, Visiting, go, show
from healthrec.web.rendering import FormValues
from healthrec.web.routes.certificate import photo_shown
from healthrec.web.routes.children import room_of
from healthrec.web.routes.forms import errors_of

router = APIRouter()

_CARD = "/children/{id_}/vaccines"


@router.get(_CARD)
def card(visit: Visiting, id_: str) -> Response:
    return _page(visit, id_, FormValues())


@router.post(f"{_CARD}/{{dose_id}}/decided")
def decide(posted: Posting, id_: str, dose_id: str) -> Response:
    visit, fields = posted.visit, posted.fields
    said = fields.get("decision", ""), fields.get("reason", "")
    try:
        decide_dose(visit.services, visit.caller, id_, dose_id, *said, command_id=posted.command_id)
    except (errors.Refused, errors.Conflict) as error:
        return _page(visit, id_, FormValues(fields, dispute=dose_id), error)
    return go(f"/children/{id_}/vaccines", "dose.decided")


def _page(visit: Visit, id_: str, values: FormValues, error: HealthrecError | None = None) -> Response:
    found = show_card(visit.services, visit.caller, id_, visit.words)
    return show(
        visit,
        "vaccine_card.html",
        room=room_of(visit),
        status=422 if error else 200,
        child=head(found.child, visit.words),
        card=found.card,
        family=found.family,
        give_href=f"/children/{id_}/vaccinate" if found.may_give else "",
        origin=origin_words(found.origin.here, found.origin.imported, visit.words) if found.origin else "",
        aefi_href=f"/children/{id_}/aefi" if may_report(visit.services, visit.caller) else "",
        doses_href=f"/children/{id_}/doses",
        disputes=found.disputes,
        may_decide=found.may_decide,
        ask_doctor=found.ask_doctor,
        photos=[photo_shown(one, id_) for one in found.photos],
        photos_href=f"/children/{id_}/certificate" if found.may_photograph else "",
        base=f"/children/{id_}/vaccines",
        values=values,
        errors=errors_of(error, visit.words),
        command_id=str(uuid4()),
    )
