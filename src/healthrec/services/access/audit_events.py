"""The audit as FHIR AuditEvents, for the auditor's tools: made from rows when asked for, never written by anybody.

https://hl7.org/fhir/R4/auditevent.html
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from healthrec.services import instants
from healthrec.services.access.audit_log import on_day
from healthrec.services.accounts.powers import demand
from healthrec.services.context import Caller, Services
from healthrec.store import access_log, resources
from healthrec.store.access_log import END, Asked, Place
from healthrec.store.engine import Connection

MOST = 200

# FHIR's letters: create, read, update, delete, execute.
_LETTERS = {"create": "C", "update": "U", "delete": "D", "read": "R", "vread": "R", "history": "R", "search": "E"}


@dataclass(frozen=True, slots=True)
class AuditEvents:
    """AuditEvent documents newest first; `after` goes on from here, None at the end."""

    documents: tuple[dict[str, Any], ...]
    after: Place | None


def audit_events(
    services: Services,
    caller: Caller,
    *,
    patient: str = "",
    day: date | None = None,
    before: Place = END,
    count: int = 50,
) -> AuditEvents:
    """Events of one child, or of all; of one day, or of all days. Needs the power `audit`."""
    demand(services, caller, "audit")
    after: Place | None
    with services.database.read() as connection:
        if patient:
            row = resources.find(connection, "Patient", patient)
            found = access_log.of_child(connection, row.key, (), before, count) if row else []
            after = (found[-1].recorded, found[-1].key) if len(found) == count else None
        else:
            found, after = access_log.slice_of_all(connection, on_day(services, Asked(), day), before, count)
        documents = _documents(connection, found)
    services.committer.commit(caller.audit(services, "search", "AuditEvent?", count=len(documents)))
    return AuditEvents(documents, after)


def _documents(connection: Connection, found: Sequence[Any]) -> tuple[dict[str, Any], ...]:
    ids = access_log.ids_of_children(
        connection, sorted({one for row in found for one in (row.child, row.person) if one})
    )
    return tuple(_document(row, ids) for row in found)


def _document(row: Any, ids: dict[int, str]) -> dict[str, Any]:
    person = ids.get(row.person, "")
    type_ = "RelatedPerson" if row.role in ("parent", "delegate") else "Practitioner"
    who = {"reference": f"{type_}/{person}"} if person else {"display": f"account {row.account}"}
    about = [{"what": {"reference": f"Patient/{ids[row.child]}"}}] if row.child in ids else []
    return {
        "resourceType": "AuditEvent",
        "id": str(row.key),
        "type": {"system": "http://terminology.hl7.org/CodeSystem/audit-event-type", "code": "rest"},
        "subtype": [{"system": "http://hl7.org/fhir/restful-interaction", "code": row.action}],
        "action": _LETTERS.get(row.action, "E"),
        "recorded": instants.text(row.recorded),
        "outcome": "0" if row.outcome == "success" else "4",
        "agent": [{"who": who, "altId": str(row.account), "name": row.role or "none", "requestor": True}],
        "source": {"observer": {"display": "healthrec"}},
        "entity": [*about, {"name": row.entity}],
    }
