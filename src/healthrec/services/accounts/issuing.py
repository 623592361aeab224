"""First passwords and tokens: told once and kept nowhere. They follow from the command that asked for them and the secret
of the installation, so that a double click or a retry is told the same again."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from healthrec.crypto.keys import derive_key
from healthrec.crypto.passwords import hash_password
from healthrec.crypto.tokens import command_seed, first_password, new_token
from healthrec.errors import Conflict, Issue
from healthrec.services.accounts.sign_in import HASHING
from healthrec.services.context import Caller, Services
from healthrec.store import accounts
from healthrec.store.engine import Connection

_TRIES = 20


@dataclass(frozen=True, slots=True)
class Issued:
    """A first password, told once and kept nowhere; it must be changed at the first sign-in."""

    username: str
    password: str


def password_and_hash(services: Services, caller: Caller, command_id: str) -> tuple[str, str]:
    """The first password that this command gives out, and what is kept of it. Takes a moment: not inside a transaction."""
    password = first_password(_seed(services, caller, command_id, "first password"))
    with HASHING:
        return password, hash_password(password)


def bearer_token(services: Services, caller: Caller, command_id: str) -> str:
    """The token that this command gives out."""
    return new_token("hrt", _seed(services, caller, command_id, "token"))


def put_family_account(connection: Connection, services: Services, role: str, person: int, password_hash: str) -> Any:
    """A guardian's or delegate's account; its row. User names are numbers, so that lists of administrators tell nothing of
    a family."""
    names = (f"jz{secrets.randbelow(900_000) + 100_000}" for _ in range(_TRIES))
    free = next((name for name in names if accounts.by_username(connection, name) is None), "")
    if not free:
        raise Conflict(Issue("duplicate", "account.username-taken", "username"))
    row = accounts.new_row(
        services.database.keys.take(),
        free,
        role,
        person=person,
        organization=0,
        password_hash=password_hash,
        created=services.now(),
        must_change=True,
    )
    accounts.put_account(connection, row)
    return row


def _seed(services: Services, caller: Caller, command_id: str, purpose: str) -> bytes:
    return (
        command_seed(derive_key(services.secret, purpose), purpose, caller.account, command_id) if command_id else b""
    )
