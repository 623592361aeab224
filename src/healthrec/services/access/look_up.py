"""Exact look-up of a child outside one's grants: number, name and birth date must all agree, and the answer is yes or no.

Rate-limited by account and audited whatever the answer. Nothing of the record is shown by it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

from healthrec.domain.identifiers import IdKind, tidy_number
from healthrec.domain.names import normalise_name
from healthrec.fhir.types import BASE
from healthrec.services.access.pace import count, within_pace
from healthrec.services.accounts.powers import demand
from healthrec.services.context import Caller, Services
from healthrec.store import break_glass, projections, resources
from healthrec.store.engine import Connection

PACE = "10/hour;30/day"
SYSTEMS: dict[str, str] = {
    "resident-id": f"{BASE}sid/cn-resident-id",
    "birth-certificate": f"{BASE}sid/birth-certificate",
    "passport": f"{BASE}sid/passport",
    "travel-permit": f"{BASE}sid/travel-permit",
}


@dataclass(frozen=True, slots=True)
class Sought:
    """What was typed of the child: all of it must agree. `kind` is a key of SYSTEMS."""

    kind: IdKind
    number: str
    name: str
    birth_date: date


def record_exists(services: Services, caller: Caller, sought: Sought) -> bool:
    """Whether there is such a record: "ask to link" may be offered, nothing more. Needs the power `exact-look-up`.

    Raises NotAllowed, and Throttled after 10 look-ups in an hour.
    """
    demand(services, caller, "exact-look-up")
    return bool(find_exactly(services, caller, sought))


def find_exactly(services: Services, caller: Caller, sought: Sought) -> int:
    """The child's key, 0 for none; for use cases of this room, which do not tell it on."""
    who = str(caller.account)
    within_pace(services, PACE, "look-up", who)
    count(services, PACE, "look-up", who)
    with services.database.read() as connection:
        key = _found(connection, sought)
    event = caller.audit(services, "search", "exact-look-up", child=key, count=int(bool(key)))
    services.committer.commit(event)
    return key


def _found(connection: Connection, sought: Sought) -> int:
    key = break_glass.child_with_identifier(connection, SYSTEMS[sought.kind], tidy_number(sought.number))
    row = projections.child_row(connection, key) if key else None
    if row is None or row.birth_day != sought.birth_date.toordinal():
        return 0
    return key if normalise_name(sought.name) in _names(connection, key) else 0


def _names(connection: Connection, key: int) -> set[str]:
    """The child's names, older ones too: a newborn's certificate may carry the first one."""
    found = resources.find_by_key(connection, key)
    names = json.loads(found[1].body or "{}").get("name", []) if found else []
    return {normalise_name(str(name.get("text", ""))) for name in names} - {""}
