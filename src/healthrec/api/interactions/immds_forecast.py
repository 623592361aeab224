"""POST /$immds-forecast — https://hl7.org/fhir/us/immds/OperationDefinition-ImmDSForecastOperation.html"""

from __future__ import annotations

from healthrec.api.call import Call, json_reply
from healthrec.api.kit import Kit
from healthrec.http.reply import Reply
from healthrec.services.immunization.forecast import forecast


async def interact(kit: Kit, call: Call) -> Reply:
    """Evaluation and forecast of what is handed in; nothing of it is kept."""
    parameters = call.document()
    answer = await kit.in_thread(lambda: forecast(kit.services, call.caller, parameters, call.language()))
    await kit.audited(answer.audit)
    return json_reply(answer.body)
