"""Refusals as pages: sign in first, or a page that says what is wrong and where to go on."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from starlette.routing import Match

from healthrec import errors
from healthrec.errors import Issue
from healthrec.http.reply import status_of
from healthrec.web.kit import (
    SESSION_COOKIE,
    Visit,
    frame_of,
    gate,
    go,
    language_of,
    outside_frame,
    own_path,
    visiting_at_any_stage,
    wants_part,
)
from healthrec.web.rendering import Frame, render
from healthrec.wording import Translator, translator


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
    kept = getattr(request.state, "kept", False)
    here = own_path(request) if request.method == "GET" else "/unsent" if kept else page_at(request, request.url.path)
    address = gate(error.issues[0].key.rpartition(".")[2], here)
    if wants_part(request):
        return Response(status_code=204, headers={"hx-redirect": address})
    was_inside = SESSION_COOKIE in request.cookies or request.method == "POST"
    unsaved = "access.ended-kept" if kept else "access.ended-unsaved"
    lost = unsaved if request.method == "POST" else "access.session-expired"
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


def page_at(request: Request, path: str) -> str:
    """The page from which a form is posted to `path`: that address itself, or the nearest above it that is a page."""
    while path.strip("/"):
        asked = {"type": "http", "method": "GET", "path": path}
        if any(route.matches(asked)[0] is Match.FULL for route in request.app.router.routes):
            return path
        path = path.rstrip("/").rpartition("/")[0]
    return "/"


def error_page(words: Translator, frame: Frame, status: int, issues: tuple[Issue, ...]) -> HTMLResponse:
    """The page for what went wrong."""
    sentences = [words.message(issue.key, **issue.params) for issue in issues]
    return HTMLResponse(render("error.html", words, frame=frame, status=status, sentences=sentences), status)


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
