"""/preferences: the language and the size of type, kept in the browser; the language with the account too."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from healthrec import errors
from healthrec.services.accounts.language import keep_language
from healthrec.services.context import Services
from healthrec.web import kit
from healthrec.wording import LANGUAGES

router = APIRouter()

Field = Annotated[str, Form()]

_ONE_YEAR_SECONDS = 366 * 24 * 3600


@router.post("/preferences")
def preferences(request: Request, language: Field = "", type: Field = "", next: Field = "/") -> Response:
    kit.same_origin(request)
    response = kit.go(kit.own_address(next))
    if language in LANGUAGES:
        _remember(response, kit.LANGUAGE_COOKIE, language)
        _keep(request, language)
    if type in ("normal", "large"):
        _remember(response, kit.TYPE_COOKIE, type)
    return response


def _remember(response: Response, cookie: str, value: str) -> None:
    response.set_cookie(cookie, value, max_age=_ONE_YEAR_SECONDS, httponly=True, samesite="lax")


def _keep(request: Request, language: str) -> None:
    services: Services = request.app.state.services
    try:
        visit = kit.visiting_at_any_stage(request)
    except errors.SignInNeeded:
        return
    keep_language(services, visit.session, language)
