"""The forms, profiles and code systems of the house stand in the record too, so that whoever reads a response can read its form."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from healthrec.fhir.json import recall
from healthrec.fhir.types import KINDS
from healthrec.services.context import Services, operator
from healthrec.services.immunization.vaccines import code_system
from healthrec.services.record.write import Change, apply
from healthrec.store import resources
from healthrec.store.engine import Connection


def publish_forms(services: Services) -> int:
    """Put those Questionnaires, profiles, value sets and code systems into the record that are not there as shipped; answers how many.

    May be run any number of times. An older edition stays in the history of its resource.
    """
    with services.database.read() as connection:
        changes = list(_changes(connection, services))
    if changes:
        apply(services, operator(services), changes, reason="publish")
    return len(changes)


def _changes(connection: Connection, services: Services) -> Iterator[Change]:
    newest = {form["id"]: form for _, form in sorted(services.forms.items())}
    definitions = [one.content for one in services.rulebook.of_kind("fhir-definition")]
    kept = [one for one in definitions if one["resourceType"] in KINDS]
    for resource in (*newest.values(), code_system(), *kept):
        type_, id_ = resource["resourceType"], resource["id"]
        row = resources.find(connection, type_, id_)
        if row is None or row.body is None:
            yield Change("PUT", type_, resource, id_)
        elif not _same(recall(row.body), resource):
            yield Change("PUT", type_, resource, id_, row.version)


def _same(stored: Mapping[str, Any], shipped: Mapping[str, Any]) -> bool:
    return _text(stored) == _text(shipped)


def _text(resource: Mapping[str, Any]) -> str:
    return json.dumps({name: part for name, part in resource.items() if name != "meta"}, sort_keys=True, default=str)
