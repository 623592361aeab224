"""The contact log of every list: what came of calling a family, and the contacts before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from healthrec import errors
from healthrec.domain.contacts import LISTS, OUTCOMES, WITH_DAY, in_vain, must_decide
from healthrec.domain.roster.dates import read_date
from healthrec.errors import Issue
from healthrec.fhir.contact import ContactFact, communication_of, contact_of
from healthrec.fhir.facts import is_delegate, name_in_use, phones_of
from healthrec.fhir.json import recall
from healthrec.fhir.types import entered_in_error
from healthrec.services.context import Caller, Services
from healthrec.services.forms.times import written_at
from healthrec.services.record.write import Change, apply
from healthrec.services.screening.children import Child, child_for
from healthrec.store import compartment
from healthrec.store.engine import Connection

_LONGEST_NOTE = 200


@dataclass(frozen=True, slots=True)
class Guardian:
    """Whom to call. `relationship` is a code of the term group relationship, "" when it is not known."""

    name: str
    relationship: str
    phones: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Contacts:
    """The contacts with a child's family on account of one list, the latest first; `in_vain` so many in a row reached nobody."""

    child: Child
    list: str
    guardians: tuple[Guardian, ...]
    earlier: tuple[ContactFact, ...]
    in_vain: int


def contacts_with(services: Services, caller: Caller, child_id: str, list_: str) -> Contacts:
    """Whom to call and what came of it before. Raises NotFound."""
    with services.database.read() as connection:
        found = _read(connection, caller, child_id, list_)
    event = caller.audit(
        services, "view", f"page:/children/{child_id}/contacts/{list_}", child=found.child.key, count=1
    )
    services.committer.commit(event)
    return found


def record_contact(
    services: Services, caller: Caller, child_id: str, list_: str, fields: Mapping[str, str], *, command_id: str = ""
) -> None:
    """Keep what came of it. At the third contact in vain `decided` (moved, lost, again) must be among the fields.

    Raises Refused by field, NotFound, NotAllowed.
    """
    with services.database.read() as connection:
        found = _read(connection, caller, child_id, list_)
    fact = _fact(services, found, fields)
    document = communication_of(fact, child_id, caller.person_reference)
    apply(services, caller, [Change("POST", "Communication", document)], command_id=command_id)


def _fact(services: Services, found: Contacts, fields: Mapping[str, str]) -> ContactFact:
    outcome, note = fields.get("outcome", ""), fields.get("note", "").strip()
    if outcome not in OUTCOMES:
        raise errors.Refused(Issue("required", "contact.outcome-needed", "outcome"))
    if len(note) > _LONGEST_NOTE:
        raise errors.Refused(Issue("too-long", "contact.note-too-long", "note", {"most": _LONGEST_NOTE}))
    again = _again(services, fields.get("again_on", "")) if outcome in WITH_DAY else None
    if must_decide(outcome, found.in_vain):
        decided = fields.get("decided", "")
        if decided not in ("moved", "lost", "again"):
            raise errors.Refused(Issue("required", "contact.decide", "decided", {"times": found.in_vain + 1}))
        outcome = outcome if decided == "again" else decided
    return ContactFact(found.list, outcome, written_at(services), again, note)


def _again(services: Services, text: str) -> date:
    day = read_date(text).day if text.strip() else None
    if day is None:
        raise errors.Refused(Issue("required", "contact.day-needed", "again_on"))
    if day <= services.today():
        raise errors.Refused(Issue("business-rule", "contact.day-to-come", "again_on"))
    return day


def _read(connection: Connection, caller: Caller, child_id: str, list_: str) -> Contacts:
    if list_ not in LISTS:
        raise errors.NotFound(f"Patient/{child_id}")
    child = child_for(connection, caller, child_id)
    rows = compartment.of_types(connection, caller.viewer, child.key, ("Communication", "RelatedPerson"))
    documents = [document for one in rows if not entered_in_error(document := recall(one.body))]
    facts = [fact for one in documents if one["resourceType"] == "Communication" and (fact := contact_of(one))]
    mine = sorted((fact for fact in facts if fact.list == list_), key=lambda fact: fact.sent)
    counted = in_vain([fact.outcome for fact in mine])
    people = [one for one in documents if one["resourceType"] == "RelatedPerson"]
    return Contacts(
        child, list_, tuple(map(_guardian, _guardians(people))), tuple(reversed(mine)), counted[-1] if counted else 0
    )


def _guardians(people: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for one in people if one.get("active", True) and not is_delegate(one)]


def _guardian(person: Mapping[str, Any]) -> Guardian:
    codings = [coding for kind in person.get("relationship", ()) for coding in kind.get("coding", ())]
    code = str(codings[0].get("code", "")) if codings else ""
    return Guardian(name_in_use(person), code, tuple(phones_of(person)))
