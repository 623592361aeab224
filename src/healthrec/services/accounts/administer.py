"""Accounts as an administrator or the operator keeps them: add, lock, unlock, reset, amend, tokens.

Each use case asks for the power `accounts`, is one transaction, and is audited; what takes something away from an
account ends its sessions and tokens at once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from healthrec.crypto.tokens import lookup_hash
from healthrec.domain.access import ROLES
from healthrec.errors import Conflict, Issue, NotFound, Refused
from healthrec.services.accounts.issuing import Issued, bearer_token, password_and_hash
from healthrec.services.accounts.powers import demand
from healthrec.services.accounts.second_factor import ASKED
from healthrec.services.context import Caller, Services
from healthrec.services.once import Answer, once
from healthrec.store import accounts, resources
from healthrec.store.audit import insert_rows
from healthrec.store.engine import Connection

MOST_TOKEN_DAYS = 366
_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,31}")
_WITHOUT_PERSON = frozenset({"system", "admin", "auditor"})
_FAMILY = frozenset({"parent", "delegate"})
_DAY = 24 * 3600 * 1_000_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """An account to be made. `persons` are references (a guardian has one RelatedPerson for each child);
    `organization` an Organization's id; `totp` asks this account for a second factor whatever its role."""

    username: str
    role: str
    persons: tuple[str, ...] = ()
    organization: str = ""
    totp: bool = False


def create_account(services: Services, caller: Caller, wanted: Wanted, *, command_id: str = "") -> Issued:
    """Make an account with a first password. Raises Refused, and Conflict when the name is taken."""
    demand(services, caller, "accounts")
    if issues := _faults(wanted):
        raise Refused(*issues)
    password, secret = password_and_hash(services, caller, command_id)
    made = once(services, caller, command_id, lambda connection: _create(connection, services, caller, wanted, secret))
    return Issued(made["username"], password)


def lock(services: Services, caller: Caller, username: str) -> None:
    """Nobody signs in with this account any more; who is in is out. Raises NotFound, and Refused for one's own."""
    demand(services, caller, "accounts")
    if username == caller.username and not caller.unbounded:
        raise Refused(Issue("business-rule", "account.not-yourself", "username"))
    _change(services, caller, username, "lock", locked=1)


def unlock(services: Services, caller: Caller, username: str) -> None:
    """The account may sign in again, at once: its wrong tries are forgotten too."""
    demand(services, caller, "accounts")
    _change(services, caller, username, "unlock", ends=False, locked=0, failures=0, retry_at=0)


def reset_password(services: Services, caller: Caller, username: str, *, command_id: str = "") -> Issued:
    """A new first password; sessions and tokens end. The second factor stays."""
    demand(services, caller, "accounts")
    password, secret = password_and_hash(services, caller, command_id)
    fresh: dict[str, Any] = {"password_hash": secret, "must_change": 1, "failures": 0, "retry_at": 0}
    _change(services, caller, username, "reset", command_id=command_id, **fresh)
    return Issued(username, password)


def reset_second_factor(services: Services, caller: Caller, username: str) -> None:
    """For a lost phone: the next sign-in sets up a new second factor."""
    demand(services, caller, "accounts")
    _change(services, caller, username, "reset-second-factor", totp_secret=ASKED, totp_step=-1)


def ask_second_factor(services: Services, caller: Caller, username: str, asked: bool) -> None:
    """Ask this account for a second factor whatever its role, or no longer (which takes its factor away)."""
    demand(services, caller, "accounts")
    with services.database.read() as connection:
        row = _account(connection, username)
    if asked == bool(row.totp_secret):
        return
    wanted = ASKED if asked else ""
    _change(services, caller, username, f"second-factor-{'on' if asked else 'off'}", totp_secret=wanted, totp_step=-1)


def change_role(services: Services, caller: Caller, username: str, role: str) -> None:
    """Another role for the account, among those that its person holds; sessions and tokens end."""
    demand(services, caller, "accounts")
    with services.database.read() as connection:
        row = _account(connection, username)
        if issue := _role_fault(connection, services, role, row.person):
            raise Refused(issue)
    _change(services, caller, username, "role", role=role)


def issue_token(
    services: Services, caller: Caller, username: str, days: int, name: str = "", *, command_id: str = ""
) -> str:
    """A bearer token with the account's rights for 1 to 366 days; told once. Raises Refused, NotFound."""
    demand(services, caller, "accounts")
    if not 1 <= days <= MOST_TOKEN_DAYS:
        raise Refused(Issue("value", "account.token-days", "days", {"found": days, "allowed": MOST_TOKEN_DAYS}))
    bearer, now = bearer_token(services, caller, command_id), services.now()

    def put(connection: Connection) -> Answer:
        row = _account(connection, username)
        if row.locked:
            raise Refused(Issue("business-rule", "account.locked", "username"))
        token = {"hash": lookup_hash(bearer), "account": row.key, "name": name, "created": now}
        accounts.put_token(connection, token | {"expires": now + days * _DAY})
        _audit(connection, services, caller, "create", row.key, "token")
        return {"account": row.key}

    once(services, caller, command_id, put)
    return bearer


def revoke(services: Services, caller: Caller, username: str) -> None:
    """End every session and token of the account."""
    demand(services, caller, "accounts")
    _change(services, caller, username, "revoke")


def revoke_person(connection: Connection, services: Services, person: int) -> None:
    """End every session and token of this person's accounts, in the transaction that changes his roles."""
    for key in accounts.keys_of_person(connection, person):
        accounts.end_all(connection, key)
    services.epoch.turn()


def _change(
    services: Services,
    caller: Caller,
    username: str,
    what: str,
    *,
    ends: bool = True,
    command_id: str = "",
    **values: Any,
) -> None:
    def change(connection: Connection) -> Answer:
        row = _account(connection, username)
        if values:
            accounts.change_account(connection, row.key, **values)
        if ends:
            accounts.end_all(connection, row.key)
        _audit(connection, services, caller, "update", row.key, what)
        return {"account": row.key}

    once(services, caller, command_id, change)
    services.epoch.turn()


def _account(connection: Connection, username: str) -> Any:
    row = accounts.by_username(connection, username)
    if row is None:
        raise NotFound("username")
    return row


def _faults(wanted: Wanted) -> list[Issue]:
    found = []
    if not _USERNAME.fullmatch(wanted.username):
        found.append(Issue("value", "account.bad-username", "username"))
    if wanted.role not in ROLES:
        found.append(Issue("code-invalid", "account.bad-role", "role", {"allowed": list(ROLES)}))
    elif not wanted.persons and wanted.role not in _WITHOUT_PERSON:
        found.append(Issue("required", "account.person-needed", "person"))
    if wanted.role == "system" and not wanted.organization:
        found.append(Issue("required", "account.organization-needed", "organization"))
    return found


def _create(connection: Connection, services: Services, caller: Caller, wanted: Wanted, secret: str) -> Answer:
    if accounts.by_username(connection, wanted.username) is not None:
        raise Conflict(Issue("duplicate", "account.username-taken", "username"))
    key = services.database.keys.take()
    accounts.put_account(connection, _row(connection, services, wanted, key, secret))
    _put_further_persons(connection, key, wanted)
    _audit(connection, services, caller, "create", key, "account")
    return {"username": wanted.username}


def _row(connection: Connection, services: Services, wanted: Wanted, key: int, secret: str) -> dict[str, Any]:
    person = _person(connection, wanted.persons[0], wanted.role) if wanted.persons else 0
    if issue := _role_fault(connection, services, wanted.role, person):
        raise Refused(issue)
    row = accounts.new_row(
        key,
        wanted.username,
        wanted.role,
        person=person,
        organization=_organization(connection, services, wanted, person),
        password_hash=secret,
        created=services.now(),
        must_change=True,
    )
    return row | {"totp_secret": ASKED if wanted.totp else ""}


def _put_further_persons(connection: Connection, key: int, wanted: Wanted) -> None:
    for reference in wanted.persons[1:]:
        accounts.put_person(connection, key, _person(connection, reference, wanted.role))


def _person(connection: Connection, reference: str, role: str) -> int:
    type_, _, id_ = reference.rpartition("/")
    wanted = "RelatedPerson" if role in _FAMILY else "Practitioner"
    row = resources.find(connection, wanted, id_) if type_ in ("", wanted) else None
    if row is None or row.deleted:
        raise Refused(Issue("not-found", "account.person-unknown", "person", {"allowed": wanted}))
    return row.key


def _role_fault(connection: Connection, services: Services, role: str, person: int) -> Issue | None:
    if role not in ROLES:
        return Issue("code-invalid", "account.bad-role", "role", {"allowed": list(ROLES)})
    if role in _FAMILY or not person:
        return None
    held = accounts.roles_until(connection, person, services.today().toordinal())
    return None if role in held else Issue("business-rule", "account.role-not-held", "role", {"allowed": held})


def _organization(connection: Connection, services: Services, wanted: Wanted, person: int) -> int:
    if not wanted.organization:
        homes = dict(accounts.roles_on(connection, person, services.today().toordinal())) if person else {}
        return homes.get(wanted.role, 0)
    row = resources.find(connection, "Organization", wanted.organization.removeprefix("Organization/"))
    if row is None or row.deleted:
        raise Refused(Issue("not-found", "account.organization-unknown", "organization"))
    return row.key


def _audit(connection: Connection, services: Services, caller: Caller, action: str, key: int, reason: str) -> None:
    event = caller.audit(services, action, f"account/{key}", reason=reason)
    insert_rows(connection, services.database.keys.take, [event])
