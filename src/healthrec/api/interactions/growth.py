"""GET and POST /Patient/id/$growth: every measurement with what a growth standard says, and what changed."""

from __future__ import annotations

from datetime import date
from typing import Any

from healthrec.api.call import Call, json_reply
from healthrec.api.interactions.history import only
from healthrec.api.kit import Kit
from healthrec.errors import Issue, Refused
from healthrec.fhir.growth_parameters import growth_parameters
from healthrec.fhir.json import dump
from healthrec.fhir.primitives import is_valid
from healthrec.http.reply import Reply
from healthrec.services.growth.over_time import OverTime, growth_over_time

_KNOWN = ("on", "standard", "derived")


async def interact(kit: Kit, call: Call) -> Reply:
    """Parameters; asked by a query, or by Parameters in the body."""
    asked = only(_posted(call) if call.method == "POST" else dict(call.parameters()), *_KNOWN)
    on, derived = _day(asked.get("on", "")), _boolean(asked.get("derived", "false"))
    standard = asked.get("standard", "")
    found = await kit.in_thread(
        lambda: growth_over_time(kit.services, call.caller, call.segments[1], on=on, standard=standard)
    )
    return json_reply(dump(_document(found, derived)))


def _document(found: OverTime, derived: bool) -> dict[str, Any]:
    standard = found.rules.standard
    measured = [
        (observation, [(one.finding, one.sources) for one in judgements]) for observation, judgements in found.measured
    ]
    changes = [(one, found.basis[one.code].en, found.basis[one.code].status) for one in found.course.changes]
    return growth_parameters(
        f"{standard.rule_id}|{standard.edition}", measured, found.course.gains, changes, derived=derived
    )


def _posted(call: Call) -> dict[str, str]:
    """The values of the Parameters in the body, as a query would have them. Raises Refused for anything else."""
    document = call.document()
    if document.get("resourceType") != "Parameters":
        params = {"found": str(document.get("resourceType", ""))[:40], "allowed": "Parameters"}
        raise Refused(Issue("invalid", "fhir.wrong-type", "resourceType", params))
    asked: dict[str, str] = {}
    for one in document.get("parameter", ()):
        value = next((part for name, part in one.items() if name.startswith("value")), "")
        asked[str(one.get("name", ""))] = str(value).lower() if isinstance(value, bool) else str(value)
    return asked


def _day(text: str) -> date | None:
    if text and not (is_valid("date", text) and len(text) == 10):
        raise Refused(Issue("value", "fhir.bad-date", "on", {"found": text[:20]}))
    return date.fromisoformat(text) if text else None


def _boolean(text: str) -> bool:
    if text not in ("true", "false"):
        raise Refused(Issue("value", "fhir.bad-boolean", "derived", {"found": text[:20]}))
    return text == "true"
