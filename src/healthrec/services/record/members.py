"""Lists and groups hold references to children; a reader is shown only the members that he may see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from healthrec.fhir import json as fhir_json
from healthrec.fhir.references import references
from healthrec.fhir.types import TYPE_NUMBER
from healthrec.services.context import Caller
from healthrec.store import resources
from healthrec.store.access import viewer_may_see
from healthrec.store.engine import Connection

_HOLDS = {"List": "entry", "Group": "member"}


def for_reader(connection: Connection, caller: Caller, type_: str, body: str) -> str:
    """The document's text, without the entries whose member the caller may not see."""
    element = _HOLDS.get(type_)
    if element is None or caller.unbounded:
        return body
    resource = fhir_json.recall(body)
    entries = resource.get(element, [])
    kept = [entry for entry in entries if _may_see_all(connection, caller, entry)]
    if len(kept) == len(entries):
        return body
    rest = {name: value for name, value in resource.items() if name != element}
    return fhir_json.dump(rest | ({element: kept} if kept else {}))


def _may_see_all(connection: Connection, caller: Caller, entry: Mapping[str, Any]) -> bool:
    wanted = [(type_, id_) for _, type_, id_ in references({"resourceType": "List", "entry": [entry]})]
    found = resources.keys_of(connection, wanted)
    return all(
        viewer_may_see(connection, caller.viewer, row.scope, row.access_bit, TYPE_NUMBER[type_])
        for (type_, _), row in found.items()
    )
