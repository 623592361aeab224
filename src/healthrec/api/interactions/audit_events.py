"""GET /AuditEvent?… — https://hl7.org/fhir/R4/auditevent.html#search; only for who holds the power to audit."""

from __future__ import annotations

from datetime import date
from json import dumps
from typing import Any
from urllib.parse import urlencode

from healthrec import errors
from healthrec.api.asked import number
from healthrec.api.call import Call, json_reply
from healthrec.api.kit import Kit
from healthrec.errors import Issue
from healthrec.http.reply import Reply
from healthrec.services.access.audit_events import MOST, AuditEvents, audit_events
from healthrec.store.access_log import END, Place

_KNOWN = ("patient", "date", "_count", "_cursor")


async def interact(kit: Kit, call: Call) -> Reply:
    """One page, newest first, by `patient` and one day of `date`; anything else is refused rather than left out."""
    asked = dict(call.parameters())
    for name in asked.keys() - set(_KNOWN):
        raise errors.Refused(
            Issue("not-supported", "search.not-supported", name, {"found": name, "allowed": ", ".join(_KNOWN)})
        )
    count = min(number(asked, "_count", 50) or 50, MOST)
    day, before = _day(asked.get("date", "")), _place(asked.get("_cursor", ""))
    patient = asked.get("patient", "").removeprefix("Patient/")
    page = await kit.in_thread(
        lambda: audit_events(kit.services, call.caller, patient=patient, day=day, before=before, count=count)
    )
    return json_reply(dumps(_bundle(call, asked, page), ensure_ascii=False))


def _bundle(call: Call, asked: dict[str, str], page: AuditEvents) -> dict[str, Any]:
    address = f"{call.base}/AuditEvent"
    links = [{"relation": "self", "url": f"{address}?{urlencode(asked)}"}]
    if page.after:
        following = urlencode(asked | {"_cursor": f"{page.after[0]}-{page.after[1]}"})
        links.append({"relation": "next", "url": f"{address}?{following}"})
    entries = [
        {"fullUrl": f"{address}/{one['id']}", "resource": one, "search": {"mode": "match"}} for one in page.documents
    ]
    bundle: dict[str, Any] = {"resourceType": "Bundle", "type": "searchset", "link": links}
    return bundle | ({"entry": entries} if entries else {})


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text.removeprefix("eq"))
    except ValueError:
        raise errors.Refused(Issue("value", "search.bad-date", "date", {"found": text[:40]})) from None


def _place(text: str) -> Place:
    if not text:
        return END
    recorded, _, key = text.partition("-")
    if not (recorded.isascii() and recorded.isdigit() and key.isascii() and key.isdigit() and len(text) < 40):
        raise errors.Refused(Issue("value", "search.bad-cursor", "_cursor"))
    return int(recorded), int(key)
