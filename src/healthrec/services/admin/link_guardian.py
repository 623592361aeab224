"""A guardian's sign-in, made by the nurse or doctor who has the child in care and the guardian before her.

One account may stand for a guardian of several children: its first RelatedPerson and further ones. User names are
numbers, so that the lists of administrators tell nothing of a family.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from healthrec import errors
from healthrec.crypto.passwords import hash_password
from healthrec.crypto.tokens import first_password
from healthrec.errors import Conflict, Issue, NotFound, Refused
from healthrec.services.accounts.administer import Issued
from healthrec.services.accounts.sign_in import HASHING
from healthrec.services.children.record import ChildRecord, open_record, read_record
from healthrec.services.context import Caller, Services
from healthrec.store import accounts, admin_accounts, resources
from healthrec.store.admin_accounts import AccountRow
from healthrec.store.audit import insert_rows
from healthrec.store.engine import Connection, Taken

_TRIES = 5


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


def create_guardian_account(services: Services, caller: Caller, child: str, guardian: str) -> Issued:
    """A sign-in with a first password for this RelatedPerson. Raises NotFound, NotAllowed, Conflict when there is one."""
    _must_link(services, caller)
    password = first_password()
    with HASHING:
        secret = hash_password(password)
    for _ in range(_TRIES):
        username = f"jz{secrets.randbelow(900_000) + 100_000}"
        try:
            with services.database.write() as connection:
                _create(connection, services, caller, child, guardian, username, secret)
            services.epoch.turn()
            return Issued(username, password)
        except Taken:
            continue
    raise Conflict(Issue("duplicate", "account.username-taken", "username"))


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


def unlink_account(services: Services, caller: Caller, child: str, guardian: str, account: int) -> None:
    """The account no longer stands for this RelatedPerson; one that stands for nobody else is locked. Raises NotFound."""
    _must_link(services, caller)
    with services.database.write() as connection:
        key, person, known = _guardian(connection, services, caller, child, guardian)
        row = next((one for one in known if one.key == account), None)
        if row is None:
            raise NotFound("account")
        _take_away(connection, row, person)
        accounts.end_all(connection, row.key)
        _audit(connection, services, caller, "update", row.key, key, "guardian-unlinked")
    services.epoch.turn()


def reissue_password(services: Services, caller: Caller, child: str, guardian: str, account: int) -> Issued:
    """A new first password for a guardian who lost his. Only where the caller has every child of the account in care:
    who holds a first password could sign in with it. Raises NotFound, NotAllowed."""
    _must_link(services, caller)
    password = first_password()
    with HASHING:
        secret = hash_password(password)
    with services.database.write() as connection:
        key, _, known = _guardian(connection, services, caller, child, guardian)
        row = next((one for one in known if one.key == account), None)
        if row is None:
            raise NotFound("account")
        _must_see_all(connection, caller, row)
        accounts.change_account(connection, row.key, password_hash=secret, must_change=1, failures=0, retry_at=0)
        accounts.end_all(connection, row.key)
        _audit(connection, services, caller, "update", row.key, key, "reset")
    services.epoch.turn()
    return Issued(row.username, password)


def _must_link(services: Services, caller: Caller) -> None:
    if not may_link(services, caller):
        raise errors.NotAllowed("access.role-may-not")


def _rows(connection: Connection, record: ChildRecord) -> list[Guardian]:
    documents = record.of("RelatedPerson")
    keys = resources.keys_of(connection, [("RelatedPerson", str(one["id"])) for one in documents])
    known = admin_accounts.guardian_accounts(connection, [target.key for target in keys.values()])
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


def _create(
    connection: Connection, services: Services, caller: Caller, child: str, guardian: str, username: str, secret: str
) -> None:
    key, person, known = _guardian(connection, services, caller, child, guardian)
    if known:
        raise Conflict(Issue("duplicate", "guardian.has-account", ""))
    account = services.database.keys.take()
    row = accounts.new_row(
        account,
        username,
        "parent",
        person=person,
        organization=0,
        password_hash=secret,
        created=services.now(),
        must_change=True,
    )
    accounts.put_account(connection, row)
    _audit(connection, services, caller, "create", account, key, "guardian-account")


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
