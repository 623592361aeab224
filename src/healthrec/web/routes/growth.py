"""/children/{id}/growth: the chart with all its choices; /children/{id}/why: how one number came about."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter
from fastapi.responses import Response

from healthrec import errors
from healthrec.pages.growth_view import View
from healthrec.services.children.chart import chart_page, why
from healthrec.web.kit import Visiting, show
from healthrec.web.routes.children import room_of, wants_large

router = APIRouter()


@router.get("/children/{id_}/growth")
def growth(visit: Visiting, id_: str) -> Response:
    view = View.asked(f"/children/{id_}/growth", visit.request.query_params)
    found = chart_page(visit.services, visit.caller, id_, view, visit.words, large=wants_large(visit))
    head, box, change, family = found
    return show(visit, "growth.html", room=room_of(visit), child=head, box=box, change=change, family=family)


@router.get("/children/{id_}/why/{indicator}/{day}")
def why_number(visit: Visiting, id_: str, indicator: str, day: str, standard: str = "") -> Response:
    try:
        on = date.fromisoformat(day)
    except ValueError:
        raise errors.NotFound(f"Patient/{id_}") from None
    head, reason = why(visit.services, visit.caller, id_, indicator, on, standard, visit.words)
    return show(visit, "why_number.html", room=room_of(visit), child=head, why=reason)
