"""/handover: the family summaries of a class, made in the background, and how each went to the family."""

from __future__ import annotations

from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from fastapi.responses import Response

from healthrec.errors import HealthrecError
from healthrec.pages.child_list import twin_badge
from healthrec.pages.contact_words import rate_shown
from healthrec.services.documents import batches, handover
from healthrec.services.documents.family_summary import writes_summaries
from healthrec.services.documents.handover import ClassPapers, Klass, Paper, Step
from healthrec.web.kit import Posted, Posting, Visit, Visiting, go, show
from healthrec.web.rendering import FormValues
from healthrec.web.routes.contacts import beside

router = APIRouter()


@router.get("/handover")
def first(visit: Visiting) -> Response:
    found = handover.classes(visit.services, visit.caller)
    if found:
        return go(f"/handover/{found[0].id}")
    return show(visit, "handover.html", room="handover", **_empty(visit))


@router.get("/handover/{class_id}.pdf")
def merged(visit: Visiting, class_id: str) -> Response:
    data = handover.merged(visit.services, visit.caller, class_id)
    headers = {"content-disposition": 'attachment; filename="family-summaries.pdf"'}
    return Response(data, media_type="application/pdf", headers=headers)


@router.get("/handover/{class_id}")
def papers(visit: Visiting, class_id: str) -> Response:
    return _page(visit, class_id, FormValues())


@router.post("/handover/{class_id}")
def act(posted: Posting, class_id: str) -> Response:
    visit, what, command = posted.visit, posted.fields.get("do", ""), posted.command_id
    if what == "make":
        batch = batches.begin(visit.services, visit.caller, class_id, visit.words.language, command_id=command)
        visit.request.app.state.jobs.family_summaries(batch)
        return go(f"/handover/{class_id}", "handover.started", "note")
    if what.startswith("undo:"):
        handover.undo(visit.services, visit.caller, class_id, what[5:], command_id=command)
        return go(f"/handover/{class_id}", "handover.undone")
    return _mark(posted, class_id, what)


def _mark(posted: Posted, class_id: str, what: str) -> Response:
    visit = posted.visit
    step: Step = "handed-over" if what == "handed-over" else "printed"
    chosen = posted.lists.get("child", ())
    try:
        handover.mark(visit.services, visit.caller, class_id, chosen, step, command_id=posted.command_id)
    except HealthrecError as error:
        issue = error.issues[0]
        if issue.key != "handover.nobody":
            raise
        return _page(visit, class_id, FormValues({"child": visit.words.message(issue.key)}))
    return go(f"/handover/{class_id}", "handover.marked")


def _page(visit: Visit, class_id: str, errors: FormValues) -> Response:
    found = handover.class_papers(visit.services, visit.caller, class_id)
    at = 1 if visit.words.language == "en" else 0
    return show(
        visit,
        "handover.html",
        room="handover",
        action=f"/handover/{class_id}",
        command_id=str(uuid4()),
        errors=errors,
        klass={"name": found.klass.name[at], "nursery": found.klass.nursery[at]},
        choices=_choices(visit, class_id, at),
        batch=_batch(found, class_id),
        may_make=writes_summaries(visit.services, visit.caller),
        rows=[_row(visit, one) for one in found.papers],
        rate=rate_shown(handover.LIST, found.called, found.came, visit.words),
        status=422 if errors else 200,
    )


def _empty(visit: Visit) -> dict[str, Any]:
    name = visit.words.gettext("还没有班级")
    common: dict[str, Any] = {"action": "/handover", "command_id": "", "errors": FormValues(), "choices": []}
    return common | {"klass": {"name": name, "nursery": ""}, "batch": None, "rows": [], "may_make": False, "rate": ""}


def _choices(visit: Visit, class_id: str, at: int) -> list[dict[str, Any]]:
    return [
        {"text": _named(one, at), "href": f"/handover/{one.id}", "on": one.id == class_id, "count": one.children}
        for one in handover.classes(visit.services, visit.caller)
    ]


def _named(one: Klass, at: int) -> str:
    return " · ".join(part for part in (one.nursery[at], one.name[at]) if part)


def _batch(found: ClassPapers, class_id: str) -> dict[str, Any]:
    progress = found.progress
    return {
        "done": progress.done if progress else 0,
        "total": progress.total if progress else 0,
        "running": progress.running if progress else False,
        "merged_href": f"/handover/{class_id}.pdf" if any(one.document for one in found.papers) else "",
    }


def _row(visit: Visit, one: Paper) -> dict[str, Any]:
    zone = ZoneInfo(visit.services.settings.zone)
    return {
        "id": one.child.id,
        "child": one.child.name,
        "href": f"/children/{one.child.id}",
        "badge": twin_badge(one.child.birth_order, visit.words),
        "state": one.state,
        "pdf_href": f"/documents/{one.document}" if one.document else "",
        "when": one.moved.astimezone(zone) if one.moved else None,
        "who": "",
        "asks": bool(one.document) and one.state != "handed-over",
    } | beside(one.call, one.child.id, handover.LIST, visit)
