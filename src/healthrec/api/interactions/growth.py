"""GET and POST /Patient/id/$growth: every measurement with what a growth standard says, and what changed."""

from __future__ import annotations

from typing import Any

from healthrec.api.asked import asked_by, boolean, day
from healthrec.api.call import Call, json_reply
from healthrec.api.kit import Kit
from healthrec.fhir.growth_parameters import growth_parameters
from healthrec.fhir.json import dump
from healthrec.http.reply import Reply
from healthrec.services.growth.over_time import OverTime, growth_over_time

_KNOWN = ("on", "standard", "derived")


async def interact(kit: Kit, call: Call) -> Reply:
    """Parameters; asked by a query, or by Parameters in the body."""
    asked = asked_by(call, *_KNOWN)
    on, derived = day(asked, "on"), boolean(asked, "derived")
    standard = asked.get("standard", "")
    found = await kit.in_thread(
        lambda: growth_over_time(kit.services, call.caller, call.segments[1], on=on, standard=standard)
    )
    return json_reply(dump(_document(found, derived)))


def _document(found: OverTime, derived: bool) -> dict[str, Any]:
    standard = found.rules.standard
    measured = [
        (observation, [(one.finding, one.sources) for one in judgements], found.doubts.get(observation["id"], ()))
        for observation, judgements in found.measured
    ]
    changes = [(one, found.basis[one.code].en, found.basis[one.code].status) for one in found.course.changes]
    return growth_parameters(
        f"{standard.rule_id}|{standard.edition}", measured, found.course.gains, changes, derived=derived
    )
