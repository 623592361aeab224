"""What every page's route shares: who visits, the frame around a page, forms whose origin was checked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any
from urllib.parse import urlencode

from anyio import to_thread
from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from healthrec import errors
from healthrec.crypto.tokens import bound_token, same_secret
from healthrec.services.accounts.sessions import Session, SessionEnded, session_of
from healthrec.services.accounts.unsent import Unsent, keep_unsent
from healthrec.services.context import Caller, Services
from healthrec.services.people import shown_name
from healthrec.web import rendering
from healthrec.web.reading import read_posted
from healthrec.web.rendering import Flash, Frame, Room, render
from healthrec.wording import Translator, translator

SESSION_COOKIE = "hr_session"
LANGUAGE_COOKIE = "hr_language"
TYPE_COOKIE = "hr_type"
FLASH_COOKIE = "hr_flash"

# What stands in the main navigation for a role, first things first.
ROOMS: Mapping[str, tuple[Room, ...]] = {
    "doctor": ("home", "due", "children", "handover"),
    "guide": ("home", "board", "children", "entrance"),
    "vaccinator": ("home", "vaccinations", "due", "children", "entrance", "import"),
    "nurse": ("home", "children", "due", "entrance", "handover", "import"),
    "carer": ("home", "children"),
    "head": ("home", "board", "entrance"),
    "parent": ("home",),
    "delegate": ("home",),
    "specialist": ("home", "children"),
    "district": ("home", "board", "entrance"),
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
        return csrf_of(self.services, self.session.hash)


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
        said = json.dumps([self.visit.request.url.path, sorted(self.lists.items())])
        return hashlib.sha256(said.encode()).hexdigest()


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


async def posting(request: Request) -> Posted:
    """The posted form of an open session. Raises NotAllowed when it did not come from our own page, SignInNeeded after
    the session's time; what was in the form is put aside then."""
    try:
        visit = await to_thread.run_sync(visiting, request)
    except SessionEnded as ended:
        request.state.kept = await _put_aside(request, ended)
        raise
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


def with_session(response: Response, cookie: str) -> Response:
    """The answer, with the session's cookie, out of reach of scripts and of other sites."""
    response.set_cookie(SESSION_COOKIE, cookie, httponly=True, samesite="lax")
    return response


def without_session(response: Response) -> Response:
    """The answer, with the session's cookie taken back."""
    response.delete_cookie(SESSION_COOKIE)
    return response


async def read_form(request: Request, visit: Visit) -> Posted:
    """The posted form of a visit at any stage; its csrf field must be this session's."""
    form = await read_posted(request)
    if not same_secret(form.csrf, visit.csrf):
        raise errors.NotAllowed("access.form-expired")
    return Posted(visit, form.fields, form.lists, form.files)


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
        path=own_path(visit.request),
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
        path=own_path(request),
        training_day=settings.today,
        demo=settings.demo,
        large_type=large,
        flash=_flash(request, words),
    )


def gate(stage: str, next: str = "/") -> str:
    """The address where a visitor at this stage goes on, and from there to the page `next`; the sign-in for any other."""
    address = {"open": next, "totp": "/login/code", "password": "/account/password", "enrol": "/account/second-factor"}
    here = address.get(stage, "/login")
    return here if stage == "open" or next == "/" else f"{here}?{urlencode({'next': next})}"


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


def csrf_of(services: Services, session_name: str) -> str:
    """Bound to the session, so that no other session's form passes."""
    return bound_token(services.secret.encode(), session_name, "csrf")


async def _put_aside(request: Request, ended: SessionEnded) -> bool:
    """Whether the form of an ended session waits for its writer now. What is about to be put aside as a draft stays one."""
    services: Services = request.app.state.services
    form = await read_posted(request)
    if form.files or not same_secret(form.csrf, csrf_of(services, ended.name)):
        return False
    fields = {**form.lists, "do": ("draft",)} if wants_part(request) else form.lists
    return await to_thread.run_sync(keep_unsent, services, ended.account, Unsent(request.url.path, fields))


def _flash(request: Request, words: Translator) -> Flash | None:
    tone, _, key = request.cookies.get(FLASH_COOKIE, "").partition("|")
    if not key or tone not in ("done", "note", "attention", "stop"):
        return None
    return Flash(tone, words.message(key))  # type: ignore[arg-type]


def own_path(request: Request) -> str:
    """The address of this page with its query."""
    query = request.url.query
    return f"{request.url.path}?{query}" if query else request.url.path
