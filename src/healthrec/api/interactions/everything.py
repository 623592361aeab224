"""GET /Patient/id/$everything — https://hl7.org/fhir/R4/patient-operation-everything.html"""

from __future__ import annotations

from healthrec.api import bundles
from healthrec.api.asked import number, only
from healthrec.api.call import Call, json_reply
from healthrec.api.kit import Kit
from healthrec.http.reply import Reply
from healthrec.services.record.everything import everything

_MOST = 1000


async def interact(kit: Kit, call: Call) -> Reply:
    """The child's record, in pages of at most 1,000."""
    id_ = call.segments[1]
    parameters = only(dict(call.parameters()), "_count", "_after")
    count = min(number(parameters, "_count", 500), _MOST) or 1
    shown, after = everything(
        kit.services, kit.connection(), call.caller, id_, after=number(parameters, "_after", 0), count=count
    )
    documents = await kit.shown(shown)
    address = f"{call.base}/Patient/{id_}/$everything"
    links = [("self", address)] + ([("next", f"{address}?_count={count}&_after={after}")] if after else [])
    return json_reply(bundles.searchset(call.base, documents, (), links, None if after else len(documents)))
