"""/login and /logout. What may stand between them is in `gates`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, Response

from healthrec import errors
from healthrec.http.limits import address_may_try, address_was_wrong
from healthrec.services.accounts.demo_accounts import demo_accounts
from healthrec.services.accounts.sessions import forget, sign_out
from healthrec.services.accounts.sign_in import sign_in
from healthrec.services.context import Services
from healthrec.web import kit
from healthrec.web.rendering import FormValues, render
from healthrec.wording import translator

router = APIRouter()

Field = Annotated[str, Form()]


@router.get("/login")
def login_page(request: Request, next: str = "/") -> Response:
    return _login(request, FormValues(), FormValues(), next)


@router.post("/login")
def login(request: Request, username: Field = "", password: Field = "", next: Field = "/") -> Response:
    kit.same_origin(request)
    services: Services = request.app.state.services
    try:
        cookie, stage = _sign_in(request, services, username, password)
    except (errors.SignInNeeded, errors.Throttled) as error:
        return _refused(request, error, username, next)
    forget(services, request.cookies.get(kit.SESSION_COOKIE, ""))
    return kit.with_session(kit.go(kit.gate(stage, kit.own_address(next))), cookie)


@router.post("/logout")
def logout(posted: Annotated[kit.Posted, Depends(kit.posting_at_any_stage)]) -> Response:
    sign_out(posted.visit.services, posted.visit.session)
    return kit.without_session(kit.go("/login"))


def _sign_in(request: Request, services: Services, username: str, password: str) -> tuple[str, str]:
    address = kit.address_of(request)
    address_may_try(services, address)
    try:
        return sign_in(services, username, password, address, request.cookies.get(kit.LANGUAGE_COOKIE, ""))
    except errors.SignInNeeded:
        address_was_wrong(services, address)
        raise


def _refused(request: Request, error: errors.HealthrecError, username: str, next: str) -> HTMLResponse:
    issue = error.issues[0]
    problem = translator(kit.language_of(request)).message(issue.key, **issue.params)
    status = 429 if isinstance(error, errors.Throttled) else 401
    response = _login(request, FormValues(username=username), FormValues(username=problem), next, status)
    if isinstance(error, errors.Throttled):
        response.headers["retry-after"] = str(error.after_seconds)
    return response


def _login(request: Request, values: FormValues, problems: FormValues, next: str, status: int = 200) -> HTMLResponse:
    words = translator(kit.language_of(request))
    frame = kit.outside_frame(request, words)
    page = render(
        "login.html",
        words,
        frame=frame,
        values=values,
        errors=problems,
        next=kit.own_address(next),
        demo_accounts=demo_accounts(request.app.state.services, words.language),
    )
    response = HTMLResponse(page, status)
    if frame.flash:
        response.delete_cookie(kit.FLASH_COOKIE)
    return response
