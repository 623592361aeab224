"""/children/{id}/vaccines: the vaccine card."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from healthrec.pages.vaccine_words import origin_words
from healthrec.services.immunization.aefi import may_report
from healthrec.services.immunization.card import show_card
from healthrec.services.screening.children import head
from healthrec.web.kit import Visiting, show
from healthrec.web.routes.children import room_of

router = APIRouter()


@router.get("/children/{id_}/vaccines")
def card(visit: Visiting, id_: str) -> Response:
    found = show_card(visit.services, visit.caller, id_, visit.words)
    return show(
        visit,
        "vaccine_card.html",
        room=room_of(visit),
        child=head(found.child, visit.words),
        card=found.card,
        family=found.family,
        give_href=f"/children/{id_}/vaccinate" if found.may_give else "",
        origin=origin_words(found.origin.here, found.origin.imported, visit.words) if found.origin else "",
        aefi_href=f"/children/{id_}/aefi" if may_report(visit.services, visit.caller) else "",
        doses_href=f"/children/{id_}/doses",
    )
