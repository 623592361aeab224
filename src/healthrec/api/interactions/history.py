"""GET /Type/id/_history — https://hl7.org/fhir/R4/http.html#history"""

from __future__ import annotations

from healthrec.api import bundles
from healthrec.api.asked import number, only
from healthrec.api.call import Call, json_reply
from healthrec.api.kit import Kit
from healthrec.http.reply import Reply
from healthrec.services.record.read import history

_MOST = 200
_NEWEST = 2**31 - 1


async def interact(kit: Kit, call: Call) -> Reply:
    """Versions newest first; `next` goes on below the last one shown, so new versions never shift a page."""
    type_, id_, _ = call.segments
    parameters = only(dict(call.parameters()), "_count", "_before")
    count = min(number(parameters, "_count", 50), _MOST)
    before = number(parameters, "_before", _NEWEST)
    shown = history(kit.services, kit.connection(), call.caller, type_, id_, before, count + 1)
    documents = (await kit.shown(shown))[: count + 1]
    page = documents[:count]
    address = f"{call.base}/{type_}/{id_}/_history"
    links = [("self", address)]
    if len(documents) > count and page:
        links.append(("next", f"{address}?_count={count}&_before={page[-1].version}"))
    total = page[0].version if before == _NEWEST and page else None
    return json_reply(bundles.history(call.base, page, links, total))
