"""Communication → a row of the contact log; the rows of its child are numbered anew: which is the last, how many in vain."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from itertools import groupby
from typing import Any

from healthrec.domain.contacts import in_vain
from healthrec.fhir.contact import contact_of
from healthrec.services.context import Services
from healthrec.store import contacts, projections
from healthrec.store.engine import Connection
from healthrec.store.resources import Write


def project(connection: Connection, services: Services, write: Write, resource: Mapping[str, Any] | None) -> None:
    """Replace the contact's row."""
    fact = contact_of(resource) if resource is not None and write.child else None
    if fact is None and write.version == 1:
        return
    rows = []
    if fact is not None:
        rows.append(
            {
                "source": write.key,
                "child": write.child,
                "owner": write.owner,
                "access_bit": write.access_bit,
                "list": fact.list,
                "outcome": fact.outcome,
                "at": int(datetime.fromisoformat(fact.sent).timestamp() * 1_000_000),
                "day": date.fromisoformat(fact.sent[:10]).toordinal(),
                "again_on": fact.again_on.toordinal() if fact.again_on else None,
                "failures": 0,
                "latest": 0,
            }
        )
    projections.replace(connection, "contact", write.key, rows)
    _number(connection, write.child)


def _number(connection: Connection, child: int) -> None:
    for _, found in groupby(contacts.of_child(connection, child), key=lambda row: row.list):
        rows = list(found)
        failures = in_vain([row.outcome for row in rows])
        for row, count in zip(rows, failures, strict=True):
            contacts.number(connection, row.source, count, row is rows[-1])
