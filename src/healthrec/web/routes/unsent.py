"""/unsent: a form whose session had ended waits here for its writer, who signed in again."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from healthrec.services.accounts.unsent import drop_unsent, unsent_of
from healthrec.web.kit import Posting, Visiting, go, show
from healthrec.web.refusals import page_at

router = APIRouter()


@router.get("/unsent")
def unsent(visit: Visiting) -> Response:
    found = unsent_of(visit.services, visit.caller)
    if found is None:
        return go("/")
    fields = [(name, text) for name, texts in found.fields.items() for text in texts]
    return show(visit, "unsent.html", fields=fields, page_href=page_at(visit.request, found.path))


@router.post("/unsent/send")
def send(posted: Posting) -> Response:
    """The browser posts the same fields once more, to where they were going."""
    found = unsent_of(posted.visit.services, posted.visit.caller)
    if found is None:
        return go("/")
    drop_unsent(posted.visit.services, posted.visit.caller)
    return RedirectResponse(found.path, 307)


@router.post("/unsent/drop")
def drop(posted: Posting) -> Response:
    found = unsent_of(posted.visit.services, posted.visit.caller)
    drop_unsent(posted.visit.services, posted.visit.caller)
    return go(page_at(posted.visit.request, found.path) if found else "/")
