"""DELETE /Type/id — https://hl7.org/fhir/R4/http.html#delete"""

from __future__ import annotations

from healthrec import errors
from healthrec.api.call import Call
from healthrec.api.kit import Kit
from healthrec.http.reply import Reply
from healthrec.services.record.write import Change, Written, apply


async def interact(kit: Kit, call: Call) -> Reply:
    """A deletion version; the earlier ones stay. A mistake is better marked entered-in-error."""
    type_, id_ = call.segments
    command_id = call.command_id()

    def work() -> list[Written]:
        change = Change("DELETE", type_, {}, id_, call.if_match())
        return apply(kit.services, call.caller, [change], command_id=command_id)

    try:
        (written,) = await kit.in_thread(work)
    except errors.Gone:  # deleted already: to delete twice is to delete once
        return Reply(204, b"")
    return Reply(204, b"", ((b"etag", f'W/"{written.version}"'.encode()),))
