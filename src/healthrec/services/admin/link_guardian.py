"""A guardian's sign-in, made by the nurse or doctor who has the child in care and the guardian before her.

One account may stand for a guardian of several children: its first RelatedPerson and further ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from healthrec import errors
from healthrec.errors import Conflict, Issue, NotFound, Refused
from healthrec.fhir.facts import is_delegate
from healthrec.services.accounts.issuing import Issued, password_and_hash, put_family_account
from healthrec.services.children.record import ChildRecord, open_record, read_record
from healthrec.services.context import Caller, Services
from healthrec.services.once import Answer, once
from healthrec.store import accounts, admin_accounts, resources
from healthrec.store.admin_accounts import AccountRow
from healthrec.store.audit import insert_rows
from healthrec.store.engine import Connection


@dataclass(frozen=True, slots=True)
class Guardian:
    """A RelatedPerson of the child with the accounts that stand for it."""

    id: str
    document: Mapping[str, Any]
    accounts: tuple[AccountRow, ...]


@dataclass(frozen=True, slots=True)
class Guardians:
    """The child and its guardians."""

    record: ChildRecord
    rows: tuple[Guardian, ...]


def may_link(services: Services, caller: Caller) -> bool:
    """Whether a role of the caller looks after a child's guardians."""
    return any(services.rights.may_write(role, "amend", _ANY) for role in caller.roles if role != "system")


def guardians(services: Services, caller: Caller, child: str) -> Guardians:
    """Who the child's guardians are and how they sign in. Raises NotFound, NotAllowed."""
    record = open_record(services, caller, child, "/guardians")
    _must_link(services, caller)
    with services.database.read() as connection:
        return Guardians(record, tuple(_rows(connection, record)))


def create_guardian_account(
    services: Services, caller: Caller, child: str, guardian: str, *, command_id: str = ""
) -> Issued:
    """A sign-in with a first password for this RelatedPerson. Raises NotFound, NotAllowed, Conflict when there is one."""
    _must_link(services, caller)
    password, secret = password_and_hash(services, caller, command_id)

    def create(connection: Connection) -> Answer:
        key, person, known = _guardian(connection, services, caller, child, guardian)
        if known:
            raise Conflict(Issue("duplicate", "guardian.has-account", ""))
        row = put_family_account(connection, services, "parent", person, secret)
        _audit(connection, services, caller, "create", row["key"], key, "guardian-account")
        return {"username": row["username"]}

    made = once(services, caller, command_id, create)
    services.epoch.turn()
    return Issued(made["username"], password)


def link_account(services: Services, caller: Caller, child: str, guardian: str, username: str) -> None:
    """Let a guardian's own account, that he has for another child, stand for this RelatedPerson too.

    Raises Refused, alike for a name that is unknown and for one that is no guardian's.
    """
    _must_link(services, caller)
    with services.database.write() as connection:
        key, person, known = _guardian(connection, services, caller, child, guardian)
        row = accounts.by_username(connection, username.strip().lower())
        if row is None or row.role != "parent" or row.locked:
            raise Refused(Issue("not-found", "guardian.account-unknown", "username"))
        if any(one.key == row.key for one in known):
            return
        admin_accounts.put_person(connection, row.key, person)
        accounts.end_all(connection, row.key)
        _audit(connection, services, caller, "update", row.key, key, "guardian-linked")
    services.epoch.turn()


def unlink_account(
    services: Services, caller: Caller, child: str, guardian: str, account: int, *, command_id: str = ""
) -> None:
    """The account no longer stands for this RelatedPerson; one that stands for nobody else is locked. Raises NotFound."""
    _must_link(services, caller)

    def unlink(connection: Connection) -> Answer:
        key, person, row = _account(connection, services, caller, child, guardian, account)
        _take_away(connection, row, person)
        accounts.end_all(connection, row.key)
        _audit(connection, services, caller, "update", row.key, key, "guardian-unlinked")
        return {"account": row.key}

    once(services, caller, command_id, unlink)
    services.epoch.turn()


def reissue_password(
    services: Services, caller: Caller, child: str, guardian: str, account: int, *, command_id: str = ""
) -> Issued:
    """A new first password for a guardian who lost his. Only where the caller has every child of the account in care:
    who holds a first password could sign in with it. Raises NotFound, NotAllowed."""
    _must_link(services, caller)
    password, secret = password_and_hash(services, caller, command_id)

    def reissue(connection: Connection) -> Answer:
        key, _, row = _account(connection, services, caller, child, guardian, account)
        _must_see_all(connection, caller, row)
        accounts.change_account(connection, row.key, password_hash=secret, must_change=1, failures=0, retry_at=0)
        accounts.end_all(connection, row.key)
        _audit(connection, services, caller, "update", row.key, key, "reset")
        return {"username": row.username}

    made = once(services, caller, command_id, reissue)
    services.epoch.turn()
    return Issued(made["username"], password)


def _must_link(services: Services, caller: Caller) -> None:
    if not may_link(services, caller):
        raise errors.NotAllowed("access.role-may-not")


def _rows(connection: Connection, record: ChildRecord) -> list[Guardian]:
    documents = [one for one in record.of("RelatedPerson") if not is_delegate(one)]
    keys = resources.keys_of(connection, [("RelatedPerson", str(one["id"])) for one in documents])
    known = admin_accounts.family_accounts(connection, [target.key for target in keys.values()], "parent")
    return [
        Guardian(id_, one, tuple(known.get(keys["RelatedPerson", id_].key, ())))
        for one in documents
        if ("RelatedPerson", id_ := str(one["id"])) in keys
    ]


def _guardian(
    connection: Connection, services: Services, caller: Caller, child: str, guardian: str
) -> tuple[int, int, tuple[AccountRow, ...]]:
    """(key of the child, key of the RelatedPerson, its accounts), seen through the filter."""
    record = read_record(services, connection, caller, child)
    found = next((one for one in _rows(connection, record) if one.id == guardian), None)
    row = resources.find(connection, "RelatedPerson", guardian) if found else None
    if found is None or row is None or not found.document.get("active", True):
        raise NotFound(f"RelatedPerson/{guardian}")
    return record.row.key, row.key, found.accounts


def _account(
    connection: Connection, services: Services, caller: Caller, child: str, guardian: str, account: int
) -> tuple[int, int, AccountRow]:
    """(key of the child, key of the RelatedPerson, this one of its accounts)."""
    key, person, known = _guardian(connection, services, caller, child, guardian)
    row = next((one for one in known if one.key == account), None)
    if row is None:
        raise NotFound("account")
    return key, person, row


def _take_away(connection: Connection, row: AccountRow, person: int) -> None:
    others = admin_accounts.further_persons(connection, row.key)
    if row.person != person:
        admin_accounts.drop_person(connection, row.key, person)
    elif others:
        admin_accounts.drop_person(connection, row.key, others[0])
        accounts.change_account(connection, row.key, person=others[0])
    else:
        accounts.change_account(connection, row.key, person=0, locked=1)


def _must_see_all(connection: Connection, caller: Caller, row: AccountRow) -> None:
    persons = [row.person, *admin_accounts.further_persons(connection, row.key)]
    for id_ in accounts.ids_of(connection, persons).values():
        if resources.read(connection, caller.viewer, "RelatedPerson", id_) is None:
            raise errors.NotAllowed("guardian.other-children")


def _audit(
    connection: Connection, services: Services, caller: Caller, action: str, account: int, child: int, reason: str
) -> None:
    event = caller.audit(services, action, f"account/{account}", child=child, reason=reason)
    insert_rows(connection, services.database.keys.take, [event])


_ANY = {"resourceType": "RelatedPerson"}
