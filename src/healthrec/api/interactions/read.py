"""GET /Type/id — https://hl7.org/fhir/R4/http.html#read"""

from __future__ import annotations

from healthrec.api.call import Call, document_reply
from healthrec.api.kit import Kit
from healthrec.http.reply import Reply
from healthrec.services.documents.read import binary_content
from healthrec.services.record.read import read


async def interact(kit: Kit, call: Call) -> Reply:
    """The current version, or what a Binary holds unless JSON is asked for; 304 when the client's copy is still the current one."""
    type_, id_ = call.segments
    if type_ == "Binary" and b"json" not in call.headers.get(b"accept", b""):
        content = binary_content(kit.services, kit.connection(), call.caller, id_)
        if content is not None:
            await kit.audited(content.audit)
            return Reply(200, content.data, ((b"content-type", content.media_type.encode()),))
    (document,) = await kit.shown(read(kit.services, kit.connection(), call.caller, type_, id_))
    reply = document_reply(document)
    if _is_known(call.headers.get(b"if-none-match", b""), document.version):
        return Reply(304, b"", reply.headers)
    return reply


def _is_known(if_none_match: bytes, version: int) -> bool:
    tags = [tag.strip().removeprefix("W/") for tag in if_none_match.decode("latin-1").split(",")]
    return "*" in tags or f'"{version}"' in tags
