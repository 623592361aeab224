"""GET /Type/id/_history/version — https://hl7.org/fhir/R4/http.html#vread"""

from __future__ import annotations

from healthrec.api.call import Call, document_reply
from healthrec.api.kit import Kit
from healthrec.errors import NotFound
from healthrec.http.reply import Reply
from healthrec.services.record.read import vread


async def interact(kit: Kit, call: Call) -> Reply:
    """One version as it was written."""
    type_, id_, _, version = call.segments
    if not (version.isascii() and version.isdigit() and len(version) < 10):
        raise NotFound("/".join(call.segments))
    (document,) = await kit.shown(vread(kit.services, kit.connection(), call.caller, type_, id_, int(version)))
    return document_reply(document)
