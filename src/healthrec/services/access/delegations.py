"""Whom of the family a guardian lets see the record: who may say so, and what was said.

A delegation is a RelatedPerson who is no guardian, a Consent and a sign-in of its own. It ends by its last day, by
withdrawal, or with the guardianship of who gave it, and never changes anything in the record.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from healthrec import errors
from healthrec.domain.access import AccessClass, Delegation
from healthrec.fhir.facts import DELEGATE, is_delegate, name_in_use
from healthrec.services.children.record import ChildRecord, open_record
from healthrec.services.context import Caller, Services
from healthrec.services.projections.consents import access_facts
from healthrec.services.projections.periods import guardianship
from healthrec.store import admin_accounts, resources
from healthrec.store.admin_accounts import AccountRow
from healthrec.store.engine import Connection


@dataclass(frozen=True, slots=True)
class Row:
    """One delegation. `state` is coming, active or ended; `given_by` the guardian's name, `usernames` the delegate's
    sign-ins that are not locked."""

    id: str
    version: int
    name: str
    relationship: str
    classes: tuple[AccessClass, ...]
    start: date
    last: date
    state: str
    given_by: str
    usernames: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Delegations:
    """The delegations of a child, those in force first. `guardians` are (id, name) of those for whom the caller may speak;
    empty for a guardian, who speaks for himself."""

    record: ChildRecord
    rows: tuple[Row, ...]
    guardians: tuple[tuple[str, str], ...]


def delegations(services: Services, caller: Caller, child: str) -> Delegations:
    """Who sees the record by a guardian's word. Raises NotFound, NotAllowed."""
    record = open_record(services, caller, child, "/delegations")
    must_delegate(services, caller)
    today = services.today()
    with services.database.read() as connection:
        accounts = _accounts(connection, record, "delegate")
    people = {str(one["id"]): one for one in record.of("RelatedPerson")}
    rows = [
        _row(record, consent, fact, people, accounts.get(fact.delegate, ()), today)
        for consent in record.of("Consent")
        for fact in delegated(consent)
        if fact.delegate in people
    ]
    known = [] if is_family(caller) else guardians_today(record, today)
    return Delegations(record, tuple(sorted(rows, key=_order)), tuple((str(g["id"]), name_in_use(g)) for g in known))


def may_delegate(services: Services, caller: Caller) -> bool:
    """Whether a role of the caller names delegates: guardians, and doctors who have their signature."""
    return any(services.rights.may_write(role, "create", _SOMEBODY) for role in caller.roles)


def must_delegate(services: Services, caller: Caller) -> None:
    """Raises NotAllowed where `may_delegate` says no."""
    if not may_delegate(services, caller):
        raise errors.NotAllowed("access.role-may-not")


def delegated(consent: Mapping[str, Any]) -> list[Delegation]:
    """What the Consent delegates, or did before it was withdrawn."""
    return [fact for fact in access_facts({**consent, "status": "active"}) if isinstance(fact, Delegation)]


def guardians_today(record: ChildRecord, today: date) -> list[Mapping[str, Any]]:
    """The RelatedPersons who are guardians on the day."""
    spans = [(one, guardianship(one)) for one in record.of("RelatedPerson")]
    return [one for one, span in spans if span and span.holds_on(today)]


def is_family(caller: Caller) -> bool:
    """Whether the caller speaks for himself."""
    return "parent" in caller.roles


def own_guardian(connection: Connection, caller: Caller, record: ChildRecord) -> str:
    """The id of the RelatedPerson as whom the caller himself is this child's guardian, "" for none."""
    known = _accounts(connection, record, "parent")
    return next((id_ for id_, rows in known.items() if any(row.key == caller.account for row in rows)), "")


def _accounts(connection: Connection, record: ChildRecord, role: str) -> dict[str, Sequence[AccountRow]]:
    """Accounts of this role by the RelatedPerson's id."""
    people = [one for one in record.of("RelatedPerson") if is_delegate(one) == (role == "delegate")]
    keys = resources.keys_of(connection, [("RelatedPerson", str(one["id"])) for one in people])
    known = admin_accounts.family_accounts(connection, [target.key for target in keys.values()], role)
    return {id_: known.get(target.key, ()) for (_, id_), target in keys.items()}


def _row(
    record: ChildRecord,
    consent: Mapping[str, Any],
    fact: Delegation,
    people: Mapping[str, Mapping[str, Any]],
    accounts: Sequence[AccountRow],
    today: date,
) -> Row:
    person, giver = people[fact.delegate], people.get(_performer(consent), {})
    within = guardianship(giver) if giver else None
    end = min(fact.span.end, within.end) if within else date.min
    over = consent["status"] != "active" or end <= today
    return Row(
        id=str(consent["id"]),
        version=record.versions[f"Consent/{consent['id']}"],
        name=name_in_use(person),
        relationship=_relationship(person),
        classes=fact.classes,
        start=fact.span.start,
        last=fact.span.end - timedelta(days=1),
        state="ended" if over else "coming" if fact.span.start > today else "active",
        given_by=name_in_use(giver),
        usernames=tuple(row.username for row in accounts if not row.locked),
    )


def _relationship(person: Mapping[str, Any]) -> str:
    codings = [coding for kind in person.get("relationship", ()) for coding in kind.get("coding", ())]
    return str(codings[0].get("code", "")) if codings else ""


def _performer(consent: Mapping[str, Any]) -> str:
    references = [str(one.get("reference", "")) for one in consent.get("performer", ())]
    return next((one.partition("/")[2] for one in references if one.startswith("RelatedPerson/")), "")


def _order(row: Row) -> tuple[int, date]:
    return ("active", "coming", "ended").index(row.state), row.last


_SOMEBODY = {"resourceType": "RelatedPerson", "relationship": [{"coding": [{"system": DELEGATE, "code": "FAMMEMB"}]}]}
