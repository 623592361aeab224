"""GET /metadata: made from what the code really does — https://hl7.org/fhir/R4/http.html#capabilities"""

from __future__ import annotations

from functools import lru_cache
from importlib.metadata import version
from typing import Any

from healthrec.api.call import json_reply
from healthrec.api.kit import Kit
from healthrec.fhir.json import dump
from healthrec.fhir.search_params import PARAMS
from healthrec.fhir.types import BASE, TYPES
from healthrec.http.reply import Reply
from healthrec.services.record.transaction import CREATED_IF_NONE_EXISTS

_INTERACTIONS = ("read", "vread", "update", "delete", "history-instance", "create", "search-type")
_WRITES = ("update", "delete", "create")


async def interact(kit: Kit, base: str) -> Reply:
    """The CapabilityStatement; open to all, since it names nobody."""
    unwritten = frozenset(
        name for name, kinds in kit.services.rights.types.items() if not any(kind.writers for kind in kinds.all())
    )
    return json_reply(_statement(base, unwritten))


@lru_cache(maxsize=8)
def _statement(base: str, unwritten: frozenset[str]) -> str:
    return dump(
        {
            "resourceType": "CapabilityStatement",
            "status": "active",
            "date": "2026-11-22",
            "kind": "instance",
            "software": {"name": "healthrec", "version": version("healthrec")},
            "implementation": {"description": "One FHIR record per child, 0-6 years", "url": base},
            "fhirVersion": "4.0.1",
            "format": ["application/fhir+json", "json"],
            "rest": [
                {
                    "mode": "server",
                    "security": {"description": "Bearer token of an account; every read and refusal is audited."},
                    "resource": [
                        _AUDIT_EVENT if type_ == "AuditEvent" else _resource(type_, type_ not in unwritten)
                        for type_ in TYPES
                    ],
                    "interaction": [{"code": "transaction"}, {"code": "batch"}],
                    "operation": [_IMMDS_FORECAST],
                }
            ],
        }
    )


_IMMDS_FORECAST = {
    "name": "immds-forecast",
    "definition": "http://hl7.org/fhir/us/immds/OperationDefinition/ImmDSForecastOperation",
    "documentation": "Besides: observation, condition, edition, je-product, hepa-product, self-paid, region.",
}

# Made from the audit's own rows: searched by the auditor, newest first, and nothing else.
_AUDIT_EVENT = {
    "type": "AuditEvent",
    "interaction": [{"code": "search-type"}],
    "versioning": "no-version",
    "readHistory": False,
    "updateCreate": False,
    "conditionalCreate": False,
    "conditionalUpdate": False,
    "conditionalDelete": "not-supported",
    "searchParam": [{"name": "patient", "type": "reference"}, {"name": "date", "type": "date"}],
}


def _resource(type_: str, writable: bool) -> dict[str, Any]:
    params = PARAMS[type_].values()
    references = [param.name for param in params if param.kind == "reference"]
    shown = {
        "type": type_,
        "interaction": [{"code": code} for code in _INTERACTIONS if writable or code not in _WRITES],
        "versioning": "versioned-update",
        "readHistory": True,
        "updateCreate": writable,
        "conditionalCreate": type_ in CREATED_IF_NONE_EXISTS,
        "conditionalUpdate": False,
        "conditionalDelete": "not-supported",
        "searchInclude": [f"{type_}:{name}" for name in references],
        "searchRevInclude": _coming_in(type_),
        "searchParam": [{"name": "_id", "type": "token"}, {"name": "_lastUpdated", "type": "date"}]
        + [{"name": param.name, "type": param.kind} for param in params],
    }
    if type_ == "Patient":
        shown["operation"] = [
            {"name": "everything", "definition": "http://hl7.org/fhir/OperationDefinition/Patient-everything"},
            {"name": "growth", "definition": f"{BASE}OperationDefinition/Patient-growth"},
            {"name": "immunization-forecast", "definition": f"{BASE}OperationDefinition/Patient-immunization-forecast"},
        ]
    if type_ == "Observation":
        shown["supportedProfile"] = [f"{BASE}StructureDefinition/growth-measurement"]
    return {name: value for name, value in shown.items() if value != []}


def _coming_in(type_: str) -> list[str]:
    return [
        f"{source}:{param.name}"
        for source in TYPES
        for param in PARAMS[source].values()
        if param.kind == "reference" and type_ in param.targets
    ]
