"""Let somebody of the family see a child's record for a term, and end that: by the guardian, or by the doctor who has the
guardian's signature."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from healthrec import errors
from healthrec.domain.access import AccessClass
from healthrec.errors import Issue, NotFound, Refused
from healthrec.fhir.facts import DELEGATE
from healthrec.fhir.types import BASE
from healthrec.fhir.validation import check
from healthrec.services import instants
from healthrec.services.access.delegations import delegated, guardians_today, is_family, must_delegate, own_guardian
from healthrec.services.accounts.issuing import Issued, password_and_hash, put_family_account
from healthrec.services.children.record import ChildRecord, read_record
from healthrec.services.context import Caller, Services
from healthrec.services.once import Answer, once
from healthrec.services.record.write import Change, apply, apply_within
from healthrec.store import accounts, resources
from healthrec.store.audit import insert_rows
from healthrec.store.engine import Connection

MOST_DAYS = 366
"""A delegation is for a term, a year at most; then the guardian says again what he wants."""

OPENED: tuple[AccessClass, ...] = ("care", "immunization", "clinical")
"""What can be opened. `care` says who the child is and is part of every delegation."""

RELATIONSHIPS = ("GRPRN", "FAMMEMB", "CAREGIVER")
_LONGEST_NAME = 50
_TEXT_EDITION = "2026-11"
"""Of what the page tells the guardian before he consents; kept in the Consent."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A delegation as its form says it, `last` its last day. `username` is an account that the person has for another child.
    For a doctor: `guardian` whose word it is, and `signed` that he has it in writing."""

    name: str
    relationship: str
    classes: tuple[AccessClass, ...]
    last: date | None
    username: str = ""
    guardian: str = ""
    signed: bool = False


def delegate(services: Services, caller: Caller, child: str, wanted: Wanted, *, command_id: str = "") -> Issued | None:
    """Write it down; the first password of a new account. Raises NotFound, NotAllowed, Refused with names of form fields."""
    must_delegate(services, caller)
    if issues := _faults(services.today(), wanted):
        raise Refused(*issues)
    password, secret = ("", "") if wanted.username else password_and_hash(services, caller, command_id)

    def give(connection: Connection) -> Answer:
        record = read_record(services, connection, caller, child)
        giver = _giver(connection, services, caller, record, wanted)
        person = _person(child, wanted)
        apply_within(connection, services, caller, [_put(person), _put(_consent(services, giver, person, wanted))])
        return {"username": _let_in(connection, services, caller, record, str(person["id"]), wanted, secret)}

    made = once(services, caller, command_id, give)
    services.epoch.turn()
    return Issued(made["username"], password) if password else None


def end(services: Services, caller: Caller, child: str, consent: str, version: int, *, command_id: str = "") -> None:
    """Withdraw a delegation from now on. Raises NotFound, NotAllowed, Stale."""
    must_delegate(services, caller)
    with services.database.read() as connection:
        record = read_record(services, connection, caller, child)
    found = next((one for one in record.of("Consent") if one["id"] == consent and delegated(one)), None)
    if found is None:
        raise NotFound(f"Consent/{consent}")
    over = {**found, "status": "inactive"}
    apply(services, caller, [Change("PUT", "Consent", over, consent, if_match=version)], command_id=command_id)


def latest_day(today: date) -> date:
    """The latest last day of a delegation that is given today."""
    return today + timedelta(days=MOST_DAYS - 1)


def _faults(today: date, wanted: Wanted) -> list[Issue]:
    found = []
    if not wanted.name:
        found.append(Issue("required", "delegation.name-needed", "name"))
    if len(wanted.name) > _LONGEST_NAME:
        found.append(Issue("too-long", "admin.too-long", "name", {"allowed": _LONGEST_NAME}))
    if wanted.relationship not in RELATIONSHIPS:
        found.append(Issue("required", "delegation.relationship-needed", "relationship"))
    if wanted.last is None:
        found.append(Issue("required", "delegation.last-needed", "last"))
    elif not today <= wanted.last <= latest_day(today):
        found.append(Issue("value", "delegation.last-outside", "last", {"allowed": latest_day(today)}))
    return found


def _giver(
    connection: Connection, services: Services, caller: Caller, record: ChildRecord, wanted: Wanted
) -> Mapping[str, Any]:
    """The guardian whose word it is."""
    known = {str(one["id"]): one for one in guardians_today(record, services.today())}
    if is_family(caller):
        own = known.get(own_guardian(connection, caller, record))
        if own is None:
            raise errors.NotAllowed("access.not-yours-to-write")
        return own
    issues = []
    if wanted.guardian not in known:
        issues.append(Issue("required", "delegation.guardian-needed", "guardian"))
    if not wanted.signed:
        issues.append(Issue("required", "delegation.signature-needed", "signed"))
    if issues:
        raise Refused(*issues)
    return known[wanted.guardian]


def _person(child: str, wanted: Wanted) -> dict[str, Any]:
    return {
        "resourceType": "RelatedPerson",
        "id": str(uuid4()),
        "active": True,
        "patient": {"reference": f"Patient/{child}"},
        "relationship": [{"coding": [{"system": DELEGATE, "code": wanted.relationship}]}],
        "name": [{"text": wanted.name}],
    }


def _consent(services: Services, giver: Mapping[str, Any], person: Mapping[str, Any], wanted: Wanted) -> dict[str, Any]:
    today, last = services.today().isoformat(), wanted.last.isoformat() if wanted.last else ""
    classes = [one for one in OPENED if one == "care" or one in wanted.classes]
    actor = {"role": _coded(f"{BASE}CodeSystem/role", "delegate"), "reference": _to(person)}
    consent = {
        "resourceType": "Consent",
        "id": str(uuid4()),
        "status": "active",
        "scope": _coded("http://terminology.hl7.org/CodeSystem/consentscope", "patient-privacy"),
        "category": [_coded("http://loinc.org", "59284-0")],
        "patient": person["patient"],
        "dateTime": instants.text(services.now()),
        "performer": [_to(giver)],
        "policyRule": _coded(f"{BASE}CodeSystem/consent-text", "delegation", version=_TEXT_EDITION),
        "provision": {
            "type": "permit",
            "period": {"start": today, "end": last},
            "actor": [actor],
            "securityLabel": [{"system": f"{BASE}CodeSystem/access-class", "code": one} for one in classes],
            "purpose": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "FAMRQT"}],
        },
    }
    if wanted.signed:
        consent["verification"] = [{"verified": True, "verifiedWith": _to(giver), "verificationDate": today}]
    return consent


def _coded(system: str, code: str, **more: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code} | more]}


def _to(document: Mapping[str, Any]) -> dict[str, str]:
    return {"reference": f"{document['resourceType']}/{document['id']}"}


def _put(document: dict[str, Any]) -> Change:
    if issues := check(document):
        raise Refused(*issues)
    return Change("PUT", document["resourceType"], document, document["id"], checked=True)


def _let_in(
    connection: Connection,
    services: Services,
    caller: Caller,
    record: ChildRecord,
    id_: str,
    wanted: Wanted,
    secret: str,
) -> str:
    """The user name of the delegate's account: a new one, or the one that he has for another child."""
    person = resources.find(connection, "RelatedPerson", id_)
    assert person is not None
    if not wanted.username:
        row = put_family_account(connection, services, "delegate", person.key, secret)
        key, username = row["key"], row["username"]
    else:
        known = accounts.by_username(connection, wanted.username)
        if known is None or known.role != "delegate" or known.locked:
            raise Refused(Issue("not-found", "delegation.account-unknown", "username"))
        key, username = known.key, known.username
        accounts.put_person(connection, key, person.key)
    event = caller.audit(services, "update", f"account/{key}", child=record.row.key, reason="delegate-account")
    insert_rows(connection, services.database.keys.take, [event])
    return str(username)
