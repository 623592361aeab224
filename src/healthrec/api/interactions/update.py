"""PUT /Type/id — https://hl7.org/fhir/R4/http.html#update"""

from __future__ import annotations

from healthrec import errors
from healthrec.api.call import Call
from healthrec.api.interactions.create import written_reply
from healthrec.api.kit import Kit
from healthrec.errors import Issue
from healthrec.http.reply import Reply
from healthrec.services.immunization.arriving import settle_doses
from healthrec.services.record.trace import harmless
from healthrec.services.record.write import Change, Written, apply
from healthrec.store.engine import Connection


async def interact(kit: Kit, call: Call) -> Reply:
    """A new version. Clinical resources need If-Match: 428 without it, 412 when it is stale."""
    type_, id_ = call.segments
    command_id = call.command_id()

    def work(on: Connection | None) -> list[Written]:
        resource = call.document()
        if resource.get("id") != id_:
            params = {"found": harmless(str(resource.get("id", ""))[:64]), "allowed": id_}
            raise errors.Refused(Issue("invalid", "fhir.id-differs", f"{type_}.id", params))
        change = Change("PUT", type_, resource, id_, call.if_match())
        return apply(kit.services, call.caller, [change], command_id=command_id, settle=settle_doses, on=on)

    (written,) = await kit.write(work, little=call.is_little())
    return written_reply(call, written)
