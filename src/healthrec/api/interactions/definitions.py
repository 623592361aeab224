"""GET /OperationDefinition/id: what an operation of this server takes and gives. The other definitions are resources."""

from __future__ import annotations

from healthrec import errors
from healthrec.api.call import Call, json_reply
from healthrec.api.kit import Kit
from healthrec.fhir.json import dump
from healthrec.http.reply import Reply


async def interact(kit: Kit, call: Call) -> Reply:
    """As shipped; whoever has signed in may read it, since it names nobody."""
    asked = call.segments
    for rule_set in kit.services.rulebook.of_kind("fhir-definition"):
        if (rule_set.content["resourceType"], rule_set.id) == asked:
            await kit.audited(call.caller.audit(kit.services, "read", "/".join(asked), count=1))
            return json_reply(dump(rule_set.content))
    raise errors.NotFound("/".join(asked))
