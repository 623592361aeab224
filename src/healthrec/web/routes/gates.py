"""What may stand between the sign-in and the home page: a code, a first password to change, a second factor to set up."""

from __future__ import annotations

import io
from typing import Annotated, Any

import segno
from fastapi import APIRouter, Depends
from fastapi.responses import Response

from healthrec import errors
from healthrec.crypto.passwords import MIN_CHARACTERS
from healthrec.services.accounts.passwords import change_password
from healthrec.services.accounts.second_factor import enrol, enrolment, give_code
from healthrec.web import kit
from healthrec.web.kit import Posted, Visit
from healthrec.web.rendering import FormValues

router = APIRouter()

AnyVisit = Annotated[Visit, Depends(kit.visiting_at_any_stage)]
AnyPosted = Annotated[Posted, Depends(kit.posting_at_any_stage)]

_CODE = "/login/code"
_SECOND_FACTOR = "/account/second-factor"


@router.get(_CODE)
def code_page(visit: AnyVisit, next: str = "/") -> Response:
    if visit.session.stage != "totp":
        return kit.go(kit.gate(visit.session.stage, kit.own_address(next)))
    return _code(visit, FormValues(), next)


@router.post(_CODE)
def code(posted: AnyPosted) -> Response:
    visit, next = posted.visit, _next(posted)
    try:
        cookie, stage = give_code(visit.services, visit.session, posted.fields.get("code", ""))
    except (errors.Refused, errors.Throttled) as error:
        return _code(visit, _problems(visit, error, "code"), next)
    return kit.with_session(kit.go(kit.gate(stage, next)), cookie)


@router.get(_SECOND_FACTOR)
def second_factor_page(visit: AnyVisit, next: str = "/") -> Response:
    if visit.session.stage not in ("enrol", "open"):
        return kit.go(kit.gate(visit.session.stage, kit.own_address(next)))
    return _second_factor(visit, FormValues(), next)


@router.post(_SECOND_FACTOR)
def second_factor(posted: AnyPosted) -> Response:
    visit, next = posted.visit, _next(posted)
    try:
        cookie, stage = enrol(visit.services, visit.session, posted.fields.get("code", ""))
    except (errors.Refused, errors.Throttled) as error:
        return _second_factor(visit, _problems(visit, error, "code"), next)
    return kit.with_session(kit.go(kit.gate(stage, next), "account.second-factor-on"), cookie)


@router.get("/account/password")
def password_page(visit: AnyVisit, next: str = "/") -> Response:
    if visit.session.stage not in ("password", "open"):
        return kit.go(kit.gate(visit.session.stage, kit.own_address(next)))
    return _password(visit, FormValues(), next)


@router.post("/account/password")
def password(posted: AnyPosted) -> Response:
    visit, fields, next = posted.visit, posted.fields, _next(posted)
    typed = (fields.get(name, "") for name in ("current", "new", "repeat"))
    try:
        cookie, stage = change_password(visit.services, visit.session, *typed)
    except (errors.Refused, errors.Throttled) as error:
        return _password(visit, _problems(visit, error, "current"), next)
    return kit.with_session(kit.go(kit.gate(stage, next), "account.password-changed"), cookie)


def _code(visit: Visit, problems: FormValues, next: str) -> Response:
    return _gate(visit, "totp.html", problems, next, action=_CODE, setup=None)


def _second_factor(visit: Visit, problems: FormValues, next: str) -> Response:
    wanted = enrolment(visit.services, visit.session)
    setup = {"secret": wanted.secret, "qr_svg": _qr(wanted.uri)}
    return _gate(visit, "totp.html", problems, next, action=_SECOND_FACTOR, setup=setup)


def _password(visit: Visit, problems: FormValues, next: str) -> Response:
    first = visit.session.stage == "password"
    return _gate(visit, "password_change.html", problems, next, first=first, minimum=MIN_CHARACTERS)


def _gate(visit: Visit, template: str, problems: FormValues, next: str, **context: Any) -> Response:
    status = 422 if problems else 200
    return kit.show(visit, template, status=status, errors=problems, next=kit.own_address(next), **context)


def _problems(visit: Visit, error: errors.HealthrecError, otherwise: str) -> FormValues:
    """A sentence for each field, the first where there are several."""
    found = FormValues()
    for issue in error.issues:
        found.setdefault(issue.expression or otherwise, visit.words.message(issue.key, **issue.params))
    return found


def _next(posted: Posted) -> str:
    return kit.own_address(posted.fields.get("next", "/"))


def _qr(uri: str) -> str:
    """The QR code as SVG that a strict style policy lets through: colours as attributes, no style."""
    out = io.BytesIO()
    segno.make(uri, error="m").save(
        out, kind="svg", xmldecl=False, svgns=True, svgclass=None, lineclass=None, omitsize=True, border=4, light="#fff"
    )
    return out.getvalue().decode()
