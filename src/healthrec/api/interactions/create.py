"""POST /Type — https://hl7.org/fhir/R4/http.html#create"""

from __future__ import annotations

from healthrec.api.call import Call, document_reply
from healthrec.api.kit import Kit
from healthrec.http.reply import Reply
from healthrec.services.immunization.arriving import settle_doses
from healthrec.services.record.read import Document
from healthrec.services.record.write import Change, Written, apply
from healthrec.store.engine import Connection


async def interact(kit: Kit, call: Call) -> Reply:
    """A new resource with an id of ours; the same X-Command-Id gets the first answer again, and a dose that is on record
    already the one that stands (200)."""
    type_ = call.segments[0]
    command_id = call.command_id()

    def work(on: Connection | None) -> list[Written]:
        change = Change("POST", type_, call.document(), if_none_exist=call.if_none_exist())
        return apply(kit.services, call.caller, [change], command_id=command_id, settle=settle_doses, on=on)

    (written,) = await kit.write(work, little=call.is_little())
    return written_reply(call, written)


def written_reply(call: Call, written: Written) -> Reply:
    """201 or 200 with the stored document, or without it under `Prefer: return=minimal`."""
    location = f"{call.base}/{written.reference}/_history/{written.version}"
    body = "" if call.preference("return") == "minimal" else written.body
    document = Document(written.type, written.id, written.version, written.updated, "", body)
    return document_reply(document, status=201 if written.created else 200, location=location)
