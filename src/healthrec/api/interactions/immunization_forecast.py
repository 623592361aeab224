"""GET and POST /Patient/id/$immunization-forecast: `$immds-forecast` for a child whose record is here."""

from __future__ import annotations

from healthrec.api.asked import asked_by, boolean, day
from healthrec.api.call import Call, json_reply
from healthrec.api.kit import Kit
from healthrec.fhir.immunization_request import PRODUCTS
from healthrec.http.reply import Reply
from healthrec.services.immunization.stored_forecast import Question, stored_forecast

_KNOWN = ("on", "edition", "region", "self-paid", *PRODUCTS)


async def interact(kit: Kit, call: Call) -> Reply:
    """Evaluation and forecast from what the caller may see."""
    asked = asked_by(call, *_KNOWN)
    question = Question(
        day(asked, "on"),
        asked.get("edition", ""),
        asked.get("region", ""),
        {name: asked[name] for name in PRODUCTS if asked.get(name)},
        boolean(asked, "self-paid"),
    )
    child = call.segments[1]
    answer = await kit.in_thread(lambda: stored_forecast(kit.services, call.caller, child, question, call.language()))
    await kit.audited(answer.audit)
    return json_reply(answer.body)
