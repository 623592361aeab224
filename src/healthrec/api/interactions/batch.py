"""POST / with a batch or transaction Bundle — https://hl7.org/fhir/R4/http.html#transaction"""

from __future__ import annotations

from collections.abc import Mapping
from json import dumps
from typing import Any

from healthrec import errors
from healthrec.api import bundles
from healthrec.api.call import Call, json_reply
from healthrec.api.kit import Kit
from healthrec.api.problems import audit_refusal, outcome_for
from healthrec.errors import Issue
from healthrec.http.reply import Reply, status_of
from healthrec.services import instants
from healthrec.services.immunization.arriving import settle_doses
from healthrec.services.record.transaction import entries_of, transaction
from healthrec.services.record.write import Written

_READS = ("GET", "HEAD")


async def interact(kit: Kit, call: Call) -> Reply:
    """All entries or none for a transaction; each on its own for a batch."""
    bundle = call.document()
    kind = bundle.get("type")
    if bundle.get("resourceType") != "Bundle" or kind not in ("batch", "transaction"):
        params = {"found": str(kind), "allowed": "batch, transaction"}
        raise errors.Refused(Issue("value", "fhir.bad-bundle", "Bundle.type", params))
    if kind == "batch":
        return json_reply(bundles.responses("batch-response", await _batch(kit, call, bundle)))
    command_id = call.command_id()
    written = await kit.in_thread(
        lambda: transaction(kit.services, call.caller, bundle, command_id=command_id, settle=settle_doses)
    )
    whole = call.preference("return") == "representation"
    return json_reply(bundles.responses("transaction-response", [_entry(call, one, whole) for one in written]))


async def _batch(kit: Kit, call: Call, bundle: Mapping[str, Any]) -> list[str]:
    answers = []
    for entry in entries_of(bundle):
        request = entry.get("request")
        reads = isinstance(request, dict) and request.get("method") in _READS
        url = str(request.get("url", "")) if isinstance(request, dict) else ""
        try:
            answers.append(await (_read(kit, call, url) if reads else _write(kit, call, entry)))
        except errors.HealthrecError as error:
            await audit_refusal(kit, error, call.method, "/fhir/" + url.partition("?")[0], call.caller)
            answers.append(_refused(error))
    return answers


async def _read(kit: Kit, call: Call, url: str) -> str:
    path, _, query = url.lstrip("/").partition("?")
    inner = Call("GET", tuple(part for part in path.split("/") if part), query, {}, b"", call.caller, call.base)
    reply = await kit.route(inner)(kit, inner)
    return f'{{"resource":{reply.body.decode()},"response":{{"status":"{reply.status}"}}}}'


async def _write(kit: Kit, call: Call, entry: Mapping[str, Any]) -> str:
    one = {"resourceType": "Bundle", "type": "transaction", "entry": [entry]}
    (written,) = await kit.in_thread(lambda: transaction(kit.services, call.caller, one, settle=settle_doses))
    return _entry(call, written, call.preference("return") == "representation")


def _entry(call: Call, written: Written, whole: bool) -> str:
    status = "204" if written.body is None else "201" if written.created else "200"
    location = f"{call.base}/{written.reference}/_history/{written.version}"
    response = (
        f'"response":{{"status":"{status}","location":{dumps(location)},"etag":"W/\\"{written.version}\\"",'
        f'"lastModified":"{instants.text(written.updated)}"}}'
    )
    return f'{{"resource":{written.body},{response}}}' if whole and written.body else f"{{{response}}}"


def _refused(error: errors.HealthrecError) -> str:
    return f'{{"response":{{"status":"{status_of(error)}","outcome":{outcome_for(error.issues, "en")}}}}}'
