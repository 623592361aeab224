"""What every page's route shares: who visits, the frame around a page, forms whose origin was checked, refusals as pages."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import UploadFile

from healthrec import errors
from healthrec.crypto.tokens import bound_token, same_secret
from healthrec.errors import Issue
from healthrec.http.reply import status_of
from healthrec.services.accounts.sessions import Session, session_of
from healthrec.services.context import Caller, Services
from healthrec.services.people import shown_name
from healthrec.web import rendering
from healthrec.web.rendering import Flash, Frame, Room, render
from healthrec.wording import Translator, translator

SESSION_COOKIE = "hr_session"
LANGUAGE_COOKIE = "hr_language"
TYPE_COOKIE = "hr_type"
FLASH_COOKIE = "hr_flash"

# What stands in the main navigation for a role, first things first.
ROOMS: Mapping[str, tuple[Room, ...]] = {
    "doctor": ("home", "children", "handover"),
    "guide": ("home", "board", "children"),
    "vaccinator": ("home", "children"),
    "nurse": ("home", "children", "handover", "import"),
    "carer": ("home", "children"),
    "head": ("home", "board"),
    "parent": ("home",),
    "delegate": ("home",),
    "specialist": ("home", "children"),
    "district": ("home", "board"),
    "admin": ("home", "admin"),
    "auditor": ("home", "audit"),
    "system": (),
}
_SEARCHERS = frozenset({"doctor", "guide", "vaccinator", "nurse", "carer", "specialist"})


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of somebody who is signed in."""

    services: Services
    request: Request
    session: Session
    words: Translator

    @property
    def caller(self) -> Caller:
        """Who visits."""
        return self.session.caller

    @property
    def csrf(self) -> str:
        """The token that this session's forms carry."""
        return csrf_of(self.services, self.session)


@dataclass(frozen=True, slots=True)
class Posted:
    """A form that came from our own page: single fields, fields given several times, files."""

    visit: Visit
    fields: Mapping[str, str]
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    files: Mapping[str, tuple[str, bytes]] = field(default_factory=dict)

    @property
    def command_id(self) -> str:
        """Names this very act: a form sent twice is one act; sent again with something changed, or another form of the same
        page, is a second one. "" for a form without a command id."""
        if not self.fields.get("command_id"):
            return ""
        said = sorted((name, texts) for name, texts in self.lists.items() if name != "csrf")
        return hashlib.sha256(json.dumps([self.visit.request.url.path, said]).encode()).hexdigest()


def visiting(request: Request) -> Visit:
    """The visitor with an open session. Raises SignInNeeded."""
    visit = visiting_at_any_stage(request)
    if visit.session.stage != "open":
        raise errors.SignInNeeded(f"access.{visit.session.stage}")
    return visit


def visiting_at_any_stage(request: Request) -> Visit:
    """Like `visiting`, also where a second factor or a new password is still asked for."""
    services: Services = request.app.state.services
    cookie = request.cookies.get(SESSION_COOKIE, "")
    session = session_of(services, cookie, address_of(request))
    return Visit(services, request, session, translator(language_of(request, session.caller.language)))


async def posting(request: Request, visit: Annotated[Visit, Depends(visiting)]) -> Posted:
    """The posted form of an open session. Raises NotAllowed when it did not come from our own page."""
    return await read_form(request, visit)


async def posting_at_any_stage(request: Request, visit: Annotated[Visit, Depends(visiting_at_any_stage)]) -> Posted:
    """Like `posting`, also where a second factor or a new password is still asked for."""
    return await read_form(request, visit)


def same_origin(request: Request) -> None:
    """For forms of those who are not signed in and so have no token. Raises NotAllowed for a form of another site.

    Every browser since 2023 says where a form comes from; a program that says nothing is nobody's unwitting helper.
    """
    if request.headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
        raise errors.NotAllowed("access.form-expired")


def own_address(address: str) -> str:
    """The address if it is a page of ours, else the home page: nobody is led elsewhere by a link to the sign-in."""
    own = address.startswith("/") and not address.startswith("//") and "\\" not in address and address.isprintable()
    return address if own else "/"


def with_session(request: Request, response: Response, cookie: str) -> Response:
    """The answer, with the session's cookie: out of reach of scripts and of other sites, and over TLS only there."""
    secure = request.url.scheme == "https"
    response.set_cookie(SESSION_COOKIE, cookie, httponly=True, samesite="lax", secure=secure)
    return response


def without_session(response: Response) -> Response:
    """The answer, with the session's cookie taken back."""
    response.delete_cookie(SESSION_COOKIE)
    return response


async def read_form(request: Request, visit: Visit) -> Posted:
    """The posted form of a visit at any stage; its csrf field must be this session's."""
    fields: dict[str, str] = {}
    lists: dict[str, tuple[str, ...]] = {}
    files: dict[str, tuple[str, bytes]] = {}
    async with request.form(max_files=4, max_fields=5000) as form:
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                files[name] = (value.filename or "", await value.read())
            else:
                fields[name] = value
                lists[name] = (*lists.get(name, ()), value)
    if not same_secret(fields.pop("csrf", ""), visit.csrf):
        raise errors.NotAllowed("access.form-expired")
    return Posted(visit, fields, lists, files)


Visiting = Annotated[Visit, Depends(visiting)]
Posting = Annotated[Posted, Depends(posting)]


def show(visit: Visit, template: str, *, room: Room | None = None, status: int = 200, **context: Any) -> HTMLResponse:
    """The page, in the frame; a flash that waited is shown once."""
    frame = frame_of(visit, room)
    response = HTMLResponse(render(template, visit.words, frame=frame, **context), status)
    if frame.flash:
        response.delete_cookie(FLASH_COOKIE)
    return response


def partial(visit: Visit, template: str, **context: Any) -> HTMLResponse:
    """A part of a page for htmx."""
    return HTMLResponse(render(template, visit.words, frame=frame_of(visit, None), **context))


def go(address: str, flash: str = "", tone: str = "done") -> Response:
    """See other; `flash` is the key of a message that the next page shows."""
    response = RedirectResponse(address, 303)
    if flash:
        response.set_cookie(FLASH_COOKIE, f"{tone}|{flash}", max_age=60, httponly=True, samesite="lax")
    return response


def wants_part(request: Request) -> bool:
    """Whether htmx asks for a part of the page."""
    return request.headers.get("hx-request") == "true"


def frame_of(visit: Visit, room: Room | None) -> Frame:
    """What stands around every page of this visitor."""
    services, caller = visit.services, visit.caller
    inside = visit.session.stage == "open"
    name, organization = shown_name(services, caller, visit.words.language)
    return Frame(
        today=services.today(),
        path=_own_path(visit.request),
        csrf=visit.csrf,
        caller=rendering.Caller(name, caller.role, organization),
        rooms=ROOMS.get(caller.role, ()) if inside else (),
        room=room,
        search=inside and caller.role in _SEARCHERS,
        training_day=services.settings.today,
        demo=services.settings.demo,
        large_type=visit.request.cookies.get(TYPE_COOKIE) == "large",
        flash=_flash(visit.request, visit.words),
    )


def outside_frame(request: Request, words: Translator) -> Frame:
    """The frame of a page for somebody who is not signed in."""
    services: Services = request.app.state.services
    large = request.cookies.get(TYPE_COOKIE) == "large"
    settings = services.settings
    return Frame(
        services.today(),
        path=_own_path(request),
        training_day=settings.today,
        demo=settings.demo,
        large_type=large,
        flash=_flash(request, words),
    )


def refusal_page(request: Request, error: errors.HealthrecError) -> Response:
    """Where a page cannot be shown: sign in first, or a page that says what is wrong and where to go on. Audited."""
    if isinstance(error, errors.SignInNeeded):
        return _to_sign_in(request, error)
    visit = _visit_or_none(request)
    if visit:
        _note_refusal(visit, error)
    words = visit.words if visit else translator(language_of(request))
    frame = frame_of(visit, None) if visit else outside_frame(request, words)
    response = error_page(words, frame, status_of(error), error.issues)
    if isinstance(error, errors.Throttled):
        response.headers["retry-after"] = str(error.after_seconds)
    return response


def _to_sign_in(request: Request, error: errors.SignInNeeded) -> Response:
    """The sign-in, and from there back; who was sent out in the middle of something is told so."""
    address = gate(error.issues[0].key.rpartition(".")[2], _own_path(request) if request.method == "GET" else "/")
    if wants_part(request):
        return Response(status_code=204, headers={"hx-redirect": address})
    was_inside = SESSION_COOKIE in request.cookies or request.method == "POST"
    lost = "access.ended-unsaved" if request.method == "POST" else "access.session-expired"
    told = was_inside and address.partition("?")[0] == "/login"
    return go(address, lost if told else "", "attention")


def no_page(request: Request, status: int, headers: Mapping[str, str] | None = None) -> Response:
    """For an address that is none of ours, or that does not answer to this method."""
    visit = _visit_or_none(request)
    words = visit.words if visit else translator(language_of(request))
    frame = frame_of(visit, None) if visit else outside_frame(request, words)
    key = "web.no-such-page" if status == 404 else "web.not-so"
    response = error_page(words, frame, status, (Issue("not-found", key),))
    response.headers.update(headers or {})
    return response


def gate(stage: str, next: str = "/") -> str:
    """The address where a visitor at this stage goes on, and from there to the page `next`; the sign-in for any other."""
    address = {"open": next, "totp": "/login/code", "password": "/account/password", "enrol": "/account/second-factor"}
    here = address.get(stage, "/login")
    return here if stage == "open" or next == "/" else f"{here}?{urlencode({'next': next})}"


def error_page(words: Translator, frame: Frame, status: int, issues: tuple[Issue, ...]) -> HTMLResponse:
    """The page for what went wrong."""
    sentences = [words.message(issue.key, **issue.params) for issue in issues]
    return HTMLResponse(render("error.html", words, frame=frame, status=status, sentences=sentences), status)


def language_of(request: Request, fallback: str = "") -> str:
    """The language chosen by the switch, else the account's, else the browser's, else Chinese."""
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    if chosen in ("zh", "en"):
        return chosen
    if fallback in ("zh", "en"):
        return fallback
    return "en" if request.headers.get("accept-language", "").lower().startswith("en") else "zh"


def address_of(request: Request) -> str:
    """The visitor's network address."""
    return request.client.host if request.client else ""


def csrf_of(services: Services, session: Session) -> str:
    """Bound to the session, so that no other session's form passes."""
    return bound_token(services.secret.encode(), session.hash, "csrf")


def _visit_or_none(request: Request) -> Visit | None:
    try:
        return visiting_at_any_stage(request)
    except errors.SignInNeeded:
        return None


def _note_refusal(visit: Visit, error: errors.HealthrecError) -> None:
    entity = f"page:{visit.request.url.path}"[:200]
    reason = ",".join(sorted({issue.key for issue in error.issues}))[:200]
    event = visit.caller.audit(visit.services, "refused", entity, outcome="refused", reason=reason)
    visit.services.committer.commit(event)


def _flash(request: Request, words: Translator) -> Flash | None:
    tone, _, key = request.cookies.get(FLASH_COOKIE, "").partition("|")
    if not key or tone not in ("done", "note", "attention", "stop"):
        return None
    return Flash(tone, words.message(key))  # type: ignore[arg-type]


def _own_path(request: Request) -> str:
    query = request.url.query
    return f"{request.url.path}?{query}" if query else request.url.path
