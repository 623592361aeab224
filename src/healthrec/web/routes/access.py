"""/break-glass, /children/{id}/access (who has looked) and /audit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from fastapi import APIRouter
from fastapi.responses import Response

from healthrec import errors
from healthrec.domain.access import ROLES
from healthrec.domain.roster.dates import read_date
from healthrec.pages.child_list import place_words, twin_badge
from healthrec.services.access import audit_log, break_glass, who_looked
from healthrec.services.access.look_up import SYSTEMS, Sought
from healthrec.services.operations import audit_standing
from healthrec.store.access_log import END, Asked, Place
from healthrec.web.kit import Posting, Visit, Visiting, go, show
from healthrec.web.rendering import FormValues, Room
from healthrec.wording import Translator

router = APIRouter()

_NEEDED = {"kind": "kind-needed", "identifier": "identifier-needed", "name": "name-needed"}
_OUTCOMES = {"success": ("完成", "done"), "refused": ("被拒绝", "stop")}


@router.get("/break-glass")
def emergency_page(visit: Visiting) -> Response:
    return _emergency(visit, FormValues(), FormValues())


@router.post("/break-glass")
def emergency(posted: Posting) -> Response:
    visit, fields = posted.visit, posted.fields
    wanted, problems = sought(fields, visit.words)
    if wanted is None:
        return _emergency(visit, FormValues(fields), problems, 422)
    reason, said = fields.get("reason", ""), fields.get("reason_text", "")
    try:
        opened = break_glass.open_record(
            visit.services, visit.caller, wanted, reason, said, command_id=posted.command_id
        )
    except (errors.NotFound, errors.Refused, errors.Throttled) as error:
        return _emergency(visit, FormValues(fields), _problem(visit, error), 422)
    flash = "emergency.opened" if opened.noted else "emergency.already-yours"
    return go(f"/children/{opened.child_id}", flash, "attention" if opened.noted else "note")


@router.get("/children/{id_}/access")
def access_log(visit: Visiting, id_: str, kind: str = "", before: str = "") -> Response:
    looks = who_looked.who_looked(visit.services, visit.caller, id_, kind=kind, before=_place(before))
    here = f"/children/{id_}/access"
    room: Room = "home" if visit.caller.role in ("parent", "delegate") else "children"
    return show(
        visit,
        "audit_child.html",
        room=room,
        child=_head(looks, visit.words),
        rows=[_look(look, visit.words) for look in looks.rows],
        filters=_filters(visit.words, here, kind),
        pages=_pages(here, {"kind": kind}, before, looks.after),
    )


@router.get("/audit")
def audit(
    visit: Visiting,
    account: str = "",
    role: str = "",
    action: str = "",
    outcome: str = "",
    day: str = "",
    before: str = "",
) -> Response:
    asked = Asked(account.strip(), role, action, outcome)
    events = audit_log.audit_page(visit.services, visit.caller, asked, read_date(day).day, _place(before))
    chosen = {"account": account, "role": role, "action": action, "outcome": outcome, "day": day}
    return _audit(visit, events, "/audit", chosen, before)


@router.post("/audit/check")
def check_audit(posted: Posting) -> Response:
    audit_standing.ask_check(posted.visit.services, posted.visit.caller)
    posted.visit.request.app.state.jobs.audit_check()
    return go("/audit" if posted.visit.caller.role == "auditor" else "/audit/break-glass")


@router.get("/audit/break-glass")
def emergencies(visit: Visiting, before: str = "") -> Response:
    events = audit_log.emergencies(visit.services, visit.caller, _place(before)[1])
    return _audit(visit, events, "/audit/break-glass", {}, before)


def _emergency(visit: Visit, values: FormValues, problems: FormValues, status: int = 200) -> Response:
    recent = break_glass.recent(visit.services, visit.caller)
    words = visit.words
    return show(
        visit,
        "break_glass.html",
        room="children",
        status=status,
        action="/break-glass",
        command_id=values["command_id"] or str(uuid4()),
        values=values,
        errors=problems,
        kinds=kinds(words),
        reasons=[
            {"value": code, "text": words.term("break-glass-reason", code), "hint": ""} for code in break_glass.REASONS
        ],
        recent=[
            {
                "when": one.when,
                "child": one.child,
                "href": f"/children/{one.child_id}",
                "reason": _reason(one.reason, words),
            }
            for one in recent
        ],
    )


def sought(fields: Mapping[str, str], words: Translator) -> tuple[Sought | None, FormValues]:
    """What was typed of a child to be looked up exactly, or what is missing by field."""
    problems = FormValues()
    for name, key in _NEEDED.items():
        if not fields.get(name, "").strip() or (name == "kind" and fields[name] not in SYSTEMS):
            problems[name] = words.message(f"emergency.{key}")
    birth = read_date(fields.get("birth_date", "")).day
    if birth is None:
        problems["birth_date"] = words.message("emergency.birth-date-needed")
    if problems or birth is None:
        return None, problems
    return Sought(fields["kind"], fields["identifier"], fields["name"], birth), problems  # type: ignore[arg-type]


def _problem(visit: Visit, error: errors.HealthrecError) -> FormValues:
    if isinstance(error, errors.NotFound):
        return FormValues(identifier=visit.words.message("emergency.no-match"))
    return FormValues(
        {issue.expression or "identifier": visit.words.message(issue.key, **issue.params) for issue in error.issues}
    )


def kinds(words: Translator) -> list[dict[str, str]]:
    """The kinds of number by which a child can be looked up."""
    terms = {kind: "cn-resident-id" if kind == "resident-id" else kind for kind in SYSTEMS}
    return [{"value": kind, "text": words.term("identifier", term)} for kind, term in terms.items()]


def _reason(reason: str, words: Translator) -> str:
    code, _, said = reason.partition(" ")
    shown = words.term("break-glass-reason", code)
    return f"{shown} · {said}" if said else shown


def _head(looks: who_looked.Looks, words: Translator) -> dict[str, Any]:
    child, place = looks.child, looks.place
    return {
        "name": child.name,
        "href": f"/children/{child.id}",
        "badge": twin_badge(child.birth_order, words),
        "sex": child.sex,
        "birth_date": date.fromordinal(child.birth_day) if child.birth_day else None,
        "place": place_words((place.name, place.name_en), (place.parent, place.parent_en), words) if place else "",
    }


def _look(look: who_looked.Look, words: Translator) -> dict[str, Any]:
    what = words.term("looked-at", look.what)
    return {
        "when": look.when,
        "who": look.who or "–",
        "role": look.role or "nobody",
        "organization": look.organization_en if words.language == "en" else look.organization,
        "action": look.action,
        "what": f"{what} ×{look.times}" if look.times > 1 else what,
        "basis": look.basis,
        "reason": _reason(look.reason, words) if look.reason else "",
        "marked": look.marked,
    }


def _filters(words: Translator, here: str, kind: str) -> list[dict[str, Any]]:
    return [
        {
            "text": words.term("looked-filter", name or "all"),
            "href": _address(here, {"kind": name}),
            "on": name == kind,
            "count": None,
        }
        for name in who_looked.FILTERS
    ]


def _audit(visit: Visit, events: audit_log.Events, here: str, chosen: Mapping[str, str], before: str) -> Response:
    words = visit.words
    rows = [_event(event, words) for event in events.rows]
    kinds = ("", "sign-in", "read", "search", "create", "update", "delete", "break-glass", "refused")
    filters = [
        {
            "text": words.term("audit-action", kind) if kind else words.term("looked-filter", "all"),
            "href": _address("/audit", {**chosen, "action": kind}),
            "on": chosen.get("action") == kind,
            "count": None,
        }
        for kind in kinds
        if here == "/audit"
    ]
    pages = _pages(here, chosen, before, events.after)
    roles = [{"value": role, "text": words.term("role", role)} for role in (*ROLES, "operator")]
    parts: dict[str, Any] = {"rows": rows, "filters": filters, "pages": pages, "chosen": chosen, "roles": roles}
    room: Room = "admin" if visit.caller.role == "admin" else "audit"
    return show(visit, "audit.html", room=room, chain=_chain(visit), **parts)


def _chain(visit: Visit) -> dict[str, Any]:
    found, words = audit_standing.standing(visit.services, visit.caller), visit.words
    checked, key = found.checked, ""
    if checked:
        key = f"cli.audit-{checked.finding}" if checked.first_bad else "cli.audit-holds" if not checked.finding else ""
    return {
        "text": words.message(key, number=checked.first_bad or checked.last) if checked and key else "",
        "whole": checked is not None and not checked.finding,
        "checked": checked.at if checked else None,
        "running": found.running,
        "anchored": found.anchored,
        "damaged": found.damaged,
    }


def _event(event: audit_log.Event, words: Translator) -> dict[str, Any]:
    text, tone = _OUTCOMES.get(event.outcome, ("完成", "done"))
    return {
        "seq": event.seq or "",
        "when": event.when,
        "who": event.who or "–",
        "role": event.role or "nobody",
        "action": event.action,
        "what": event.entity,
        "child": event.child,
        "result": words.gettext(text),
        "tone": tone,
    }


def _place(text: str) -> Place:
    """A place in the audit from an address; the newest for any other text."""
    recorded, _, key = text.partition(".")
    if not (recorded.isascii() and recorded.isdigit() and key.isascii() and key.isdigit() and len(text) < 36):
        return END
    return min(int(recorded), END[0]), min(int(key), END[1])


def _pages(here: str, chosen: Mapping[str, str], before: str, after: Place | None) -> dict[str, str]:
    more = _address(here, {**chosen, "before": f"{after[0]}.{after[1]}"}) if after else ""
    return {"previous_href": _address(here, chosen) if before else "", "next_href": more, "text": ""}


def _address(here: str, chosen: Mapping[str, str]) -> str:
    query = urlencode({name: value for name, value in chosen.items() if value})
    return f"{here}?{query}" if query else here
