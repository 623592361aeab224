"""/measuring: how one measures, for oneself and for those who answer for the staff."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from healthrec.pages import measuring as pages
from healthrec.services.growth.basis import MEASURING, status_of
from healthrec.services.growth.measurers import Feedback, answered_for, feedback, measures
from healthrec.web.kit import Visit, Visiting, show

router = APIRouter()


@router.get("/measuring")
def own(visit: Visiting) -> Response:
    others = answered_for(visit.services, visit.caller)
    if not others or measures(visit.caller):
        return _page(visit, feedback(visit.services, visit.caller), others)
    return _page(visit, None, others)


@router.get("/measuring/{id_}")
def of(visit: Visiting, id_: str) -> Response:
    return _page(visit, feedback(visit.services, visit.caller, id_), ())


def _page(visit: Visit, found: Feedback | None, others: Any) -> Response:
    words = visit.words
    return show(
        visit,
        "measuring.html",
        person=found.person.name if found else "",
        own=found is None or found.own,
        told=found is not None,
        since=found.since if found else visit.services.today(),
        digits=pages.digits_shown(found.digits, words) if found else (),
        repeated=pages.repeated_shown(found.repeated, words) if found else (),
        basis=words.term("rule-status", status_of(visit.services, MEASURING)),
        staff=[{"href": f"/measuring/{one.id}", "text": one.name} for one in others],
    )
