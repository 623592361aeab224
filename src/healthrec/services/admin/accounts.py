"""Accounts as the pages of administration show and change them. A guardian's name belongs to a child's record and is not shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from healthrec import errors
from healthrec.services.accounts import administer
from healthrec.services.accounts.administer import Wanted
from healthrec.services.accounts.issuing import Issued
from healthrec.services.accounts.powers import demand
from healthrec.services.admin.entering import PAGE, enter
from healthrec.services.context import Caller, Services
from healthrec.services.once import Answer, once
from healthrec.store import accounts, admin, admin_accounts
from healthrec.store.admin import RoleRow
from healthrec.store.admin_accounts import AccountRow, Event, TokenRow
from healthrec.store.audit import insert_rows
from healthrec.store.engine import Connection

FAMILY = frozenset({"parent", "delegate"})
_TOKEN_START = 16


@dataclass(frozen=True, slots=True)
class Accounts:
    """A page of accounts: names of staff by person's key, when those signed in were last seen [microseconds]; `after` is
    the key behind which the next page begins, 0 on the last."""

    rows: tuple[AccountRow, ...]
    names: Mapping[int, str]
    seen: Mapping[int, int]
    after: int


@dataclass(frozen=True, slots=True)
class AccountPage:
    """One account. `roles` are those that its person holds today or later, `person` the Practitioner's id and name."""

    row: AccountRow
    person: tuple[str, str]
    roles: tuple[RoleRow, ...]
    seen: int
    tokens: tuple[TokenRow, ...]
    changes: tuple[Event, ...]
    own: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """For whom an account is to be made: a Practitioner with the roles that he holds today or will hold."""

    id: str
    name: str
    roles: tuple[RoleRow, ...]
    usernames: tuple[str, ...]


def list_accounts(
    services: Services, caller: Caller, *, word: str = "", role: str = "", locked: int = -1, after: int = 0
) -> Accounts:
    """Accounts by user name; `word` a part of it, `locked` 0, 1 or -1 for either."""
    enter(services, caller, "accounts", "/accounts")
    with services.database.read() as connection:
        last = admin_accounts.account_row(connection, after) if after else None
        begin = last.username if last else ""
        found = admin_accounts.accounts(connection, word.lower(), role, locked, begin, PAGE + 1)
        shown = found[:PAGE]
        staff = [row.person for row in shown if row.person and row.role not in FAMILY]
        names = admin.names_of(connection, staff or [0])
        seen = admin_accounts.open_sessions(connection, [row.key for row in shown], services.now())
    return Accounts(tuple(shown), names, seen, shown[-1].key if len(found) > PAGE else 0)


def account_page(services: Services, caller: Caller, key: int) -> AccountPage:
    """One account. Raises NotFound."""
    enter(services, caller, "accounts", f"/accounts/{key}")
    today = services.today().toordinal()
    with services.database.read() as connection:
        row = admin_accounts.account_row(connection, key)
        if row is None:
            raise errors.NotFound("account")
        staff = row.person if row.role not in FAMILY else 0
        names = admin.names_of(connection, [staff])
        ids = accounts.ids_of(connection, [staff])
        roles = [one for one in admin.roles_of(connection, [staff]) if one.date_to > today]
        seen = admin_accounts.open_sessions(connection, [key], services.now())
        tokens = admin_accounts.tokens(connection, key, services.now())
        changes = admin_accounts.changes_of(connection, [f"account/{key}"], 10)
    person = (ids.get(staff, ""), names.get(staff, ""))
    own = key == caller.account
    return AccountPage(row, person, tuple(roles), seen.get(key, 0), tuple(tokens), tuple(changes), own)


def candidate(services: Services, caller: Caller, practitioner: str) -> Candidate:
    """For whom an account is to be made. Raises NotFound."""
    demand(services, caller, "accounts")
    today = services.today().toordinal()
    with services.database.read() as connection:
        key = admin_accounts.practitioner_key(connection, practitioner)
        if not key:
            raise errors.NotFound(f"Practitioner/{practitioner}")
        roles = [one for one in admin.roles_of(connection, [key]) if one.date_to > today]
        name = admin.names_of(connection, [key]).get(key, "")
        known = admin.accounts_of(connection, [key]).get(key, [])
    return Candidate(practitioner, name, tuple(roles), tuple(one[1] for one in known))


def add_account(services: Services, caller: Caller, wanted: Wanted, *, command_id: str = "") -> tuple[int, Issued]:
    """(key, first password) of a new account. Raises Refused, Conflict."""
    issued = administer.create_account(services, caller, wanted, command_id=command_id)
    with services.database.read() as connection:
        return admin_accounts.key_of(connection, wanted.username), issued


def change(services: Services, caller: Caller, key: int, what: Callable[..., Any], *more: Any, **named: Any) -> Any:
    """Do one of the use cases of `administer` to the account of this key. Raises NotFound and what that raises."""
    demand(services, caller, "accounts")
    with services.database.read() as connection:
        row = admin_accounts.account_row(connection, key)
    if row is None:
        raise errors.NotFound("account")
    return what(services, caller, row.username, *more, **named)


def revoke_token(services: Services, caller: Caller, key: int, token: str, *, command_id: str = "") -> None:
    """End one token, named by the start of its hash. Raises NotFound."""
    demand(services, caller, "accounts")
    if len(token) != _TOKEN_START:
        raise errors.NotFound("token")

    def revoke(connection: Connection) -> Answer:
        if not admin_accounts.end_token(connection, key, token):
            raise errors.NotFound("token")
        event = caller.audit(services, "delete", f"account/{key}", reason="token")
        insert_rows(connection, services.database.keys.take, [event])
        return {"account": key}

    once(services, caller, command_id, revoke)
    services.epoch.turn()


def token_name(row: TokenRow) -> str:
    """By what a token is named on pages; its hash's start tells nothing of the token."""
    return row.hash[:_TOKEN_START]
