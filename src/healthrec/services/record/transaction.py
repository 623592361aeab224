"""A transaction Bundle: urn:uuid references are resolved, then all entries are written or none.

https://hl7.org/fhir/R4/http.html#transaction
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import uuid4

from healthrec import errors
from healthrec.errors import Issue
from healthrec.fhir.references import replace_references
from healthrec.fhir.types import KINDS
from healthrec.services.context import Caller, Services
from healthrec.services.record.trace import harmless
from healthrec.services.record.write import Change, Method, Settle, Written, apply

MOST_ENTRIES = 2000
CREATED_IF_NONE_EXISTS = frozenset({"Immunization"})
"""Types that are created on condition that none with this identifier exists; what settles them keeps the condition."""

_CONDITIONAL = frozenset({"ifNoneExist", "ifNoneMatch", "ifModifiedSince"})
_METHODS: dict[str, Method] = {"POST": "POST", "PUT": "PUT", "DELETE": "DELETE"}


def transaction(
    services: Services,
    caller: Caller,
    bundle: Mapping[str, Any],
    *,
    command_id: str = "",
    settle: Settle | None = None,
) -> list[Written]:
    """What stands in the record for each entry, in the order of the entries. Raises what `write.apply` raises."""
    entries = entries_of(bundle)
    changes, mapping = [], {}
    for number, entry in enumerate(entries):
        change, urn = _change(entry, f"Bundle.entry[{number}]")
        changes.append(change)
        if urn:
            mapping[urn] = f"{change.type}/{change.id}"
    if len({(change.type, change.id) for change in changes}) < len(changes):
        raise errors.Refused(Issue("invalid", "fhir.twice-in-bundle", "Bundle.entry"))
    resolved = [_resolved(change, mapping) for change in changes]
    return apply(services, caller, resolved, command_id=command_id, settle=settle) if resolved else []


def entries_of(bundle: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The entries; refused when they are too many or have no request."""
    entries = bundle.get("entry", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise errors.Refused(Issue("structure", "fhir.bad-bundle", "Bundle.entry"))
    if len(entries) > MOST_ENTRIES:
        params = {"found": len(entries), "allowed": MOST_ENTRIES}
        raise errors.TooLarge(Issue("too-costly", "fhir.too-many-entries", "Bundle.entry", params))
    return entries


def _change(entry: Mapping[str, Any], path: str) -> tuple[Change, str]:
    request = entry.get("request")
    if not isinstance(request, dict):
        raise errors.Refused(Issue("required", "fhir.no-request", f"{path}.request"))
    method = _METHODS.get(str(request.get("method")))
    type_, _, id_ = str(request.get("url", "")).partition("/")
    resource = entry.get("resource", {})
    if method is None or type_ not in KINDS or bool(id_) != (method != "POST") or not isinstance(resource, dict):
        found = f"{request.get('method')} {request.get('url')}"
        params = {
            "found": harmless(found.replace(" ", "_")[:80]).replace("_", " "),
            "allowed": "POST Type, PUT Type/id, DELETE Type/id",
        }
        raise errors.Refused(Issue("not-supported", "fhir.bad-request-entry", f"{path}.request", params))
    full_url = str(entry.get("fullUrl", ""))
    urn = full_url if full_url.startswith("urn:") else ""
    condition = _if_none_exist(request, method, type_)
    if unknown := sorted(request.keys() & (_CONDITIONAL - ({"ifNoneExist"} if condition else set()))):
        raise errors.Refused(
            Issue("not-supported", "fhir.no-conditional", f"{path}.request.{unknown[0]}", {"found": unknown[0]})
        )
    if method == "PUT" and resource.get("id", id_) != id_:
        params = {"found": str(resource["id"])[:64], "allowed": id_[:64]}
        raise errors.Refused(Issue("invalid", "fhir.id-differs", f"{path}.resource.id", params))
    match = _version(request.get("ifMatch"), f"{path}.request.ifMatch")
    return Change(method, type_, resource, id_ or str(uuid4()), match, if_none_exist=condition), urn


def _if_none_exist(request: Mapping[str, Any], method: str, type_: str) -> str:
    """The condition of a create, where one is kept."""
    return str(request.get("ifNoneExist", "")) if method == "POST" and type_ in CREATED_IF_NONE_EXISTS else ""


def _resolved(change: Change, mapping: Mapping[str, str]) -> Change:
    if change.method == "DELETE":
        return change
    resource = replace_references(change.resource, mapping) if mapping else dict(change.resource)
    return replace(change, resource={**resource, "id": change.id})


def _version(text: Any, path: str) -> int | None:
    if text is None:
        return None
    digits = str(text).removeprefix("W/").strip('"')
    if not (digits.isascii() and digits.isdigit() and len(digits) < 10):
        raise errors.Refused(Issue("value", "fhir.bad-if-match", path, {"allowed": 'W/"1"'}))
    return int(digits)
