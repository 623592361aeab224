"""A lot is withdrawn: the children who were given from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from healthrec import errors
from healthrec.fhir.json import recall
from healthrec.fhir.names import normal
from healthrec.fhir.primitives import local_day
from healthrec.pages.contact_words import Call
from healthrec.services.contacts.on_lists import last_calls
from healthrec.services.context import Caller, Services
from healthrec.services.immunization.doses import place_of
from healthrec.services.immunization.facts import vaccine_of
from healthrec.services.immunization.origin import may_write
from healthrec.store import doses

LIST = "lot"
"""Of the contact log: families who were called because a lot was withdrawn."""

SHORTEST = 3
"""Characters of a lot number: fewer would list the whole town."""


@dataclass(frozen=True, slots=True)
class FromLot:
    """A dose of the lot, given to a child; `call` is the last contact with its family about a lot."""

    child_id: str
    name: str
    birth_order: int
    vaccine: str
    lot: str
    day: date | None
    place: str
    call: Call | None


def given_from(services: Services, caller: Caller, lot: str) -> tuple[FromLot, ...]:
    """Doses given to the caller's children from lots whose number begins so; nothing for a number that is too short.

    Raises NotAllowed for a role that records no doses.
    """
    if not may_write(services, caller, "amend"):
        raise errors.NotAllowed("access.role-may-not")
    wanted = normal(lot)
    if len(wanted) < SHORTEST:
        return ()
    with services.database.read() as connection:
        found = [(one, recall(one.body)) for one in doses.of_lot(connection, caller.viewer, wanted)]
        calls = last_calls(connection, caller, LIST, [one.child for one, _ in found])
    given = [(one, body) for one, body in found if body["status"] == "completed"]
    keys = tuple(one.child for one, _ in given)
    services.committer.commit(caller.audit(services, "search", "page:/lots", count=len(given), children=keys))
    return tuple(
        FromLot(
            one.child_id,
            one.name,
            one.birth_order,
            vaccine_of(body),
            body.get("lotNumber", ""),
            local_day(str(body.get("occurrenceDateTime", ""))),
            place_of(body),
            calls.get(one.child),
        )
        for one, body in given
    )
