"""The second factor: a code of the hour from an authenticator app (RFC 6238), set up once, each code good once."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

from healthrec.crypto.columns import Cell, decrypt_cell, encrypt_cell
from healthrec.crypto.tokens import bound_token
from healthrec.crypto.totp import totp_step, totp_uri
from healthrec.errors import Issue, NotAllowed, Refused
from healthrec.services.accounts.sessions import Session, begin, follow
from healthrec.services.accounts.stages import ASKED, next_stage
from healthrec.services.accounts.tries import take_try
from healthrec.services.context import Services
from healthrec.store import accounts
from healthrec.store.audit import insert_rows
from healthrec.store.engine import Connection

ISSUER = "healthrec"
_SECRET_BYTES = 20


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What links an app to the account: the secret to type (base32) and the address for its QR code."""

    secret: str
    uri: str


def enrolment(services: Services, session: Session) -> Enrolment:
    """The second factor that this session may set up; the same each time it asks, and of no use to another session."""
    if session.stage not in ("enrol", "open") or _is_set_up(services, session):
        raise NotAllowed()
    digest = bytes.fromhex(bound_token(services.secret.encode(), session.hash, "second factor"))
    secret = base64.b32encode(digest[:_SECRET_BYTES]).decode()
    return Enrolment(secret, totp_uri(secret, session.caller.username, ISSUER))


def enrol(services: Services, session: Session, code: str) -> tuple[str, str]:
    """Link the app that shows this code; the account's other sessions end. (cookie, stage) of the session that goes on.

    Raises Refused for a wrong code, Throttled after too many.
    """
    wanted = enrolment(services, session)
    take_try(services, session.caller.username)
    step = totp_step(wanted.secret, code, services.clock().timestamp())
    if step is None:
        raise _wrong(services, session)
    key = session.caller.account
    cell = encrypt_cell(services.column_keys, _cell(key), wanted.secret)
    with services.database.write() as connection:
        accounts.change_account(connection, key, totp_secret=cell, totp_step=step, failures=0, retry_at=0)
        accounts.end_all(connection, key, tokens=False)
        stage = next_stage(services, accounts.by_key(connection, key), code_given=True)
        cookie = begin(connection, services, key, stage)
        _audit(connection, services, session, "second-factor")
    services.epoch.turn()
    return cookie, stage


def give_code(services: Services, session: Session, code: str) -> tuple[str, str]:
    """The code that was asked for at sign-in. (cookie, stage) of the session that goes on, under a new name.

    Raises Refused for a wrong or used code, Throttled after too many.
    """
    if session.stage != "totp":
        raise NotAllowed()
    take_try(services, session.caller.username)
    key = session.caller.account
    with services.database.read() as connection:
        row = accounts.by_key(connection, key)
    step = _step(services, row, code)
    if step is None:
        raise _wrong(services, session)
    with services.database.write() as connection:
        if not accounts.use_step(connection, key, step):
            raise Refused(Issue("value", "access.wrong-code", "code"))
        stage = next_stage(services, row, code_given=True)
        cookie = follow(connection, services, session, stage)
        _audit(connection, services, session, "code")
    return cookie, stage


def _is_set_up(services: Services, session: Session) -> bool:
    with services.database.read() as connection:
        row = accounts.by_key(connection, session.caller.account)
    return bool(row.totp_secret) and row.totp_secret != ASKED


def _step(services: Services, row: Any, code: str) -> int | None:
    secret = decrypt_cell(services.column_keys, _cell(row.key), row.totp_secret)
    return totp_step(secret, code, services.clock().timestamp(), row.totp_step)


def _wrong(services: Services, session: Session) -> Refused:
    event = session.caller.audit(services, "sign-in", "sign-in", outcome="refused", reason="wrong-code")
    services.committer.commit(event)
    return Refused(Issue("value", "access.wrong-code", "code"))


def _cell(account: int) -> Cell:
    return Cell("account", "totp_secret", str(account))


def _audit(connection: Connection, services: Services, session: Session, reason: str) -> None:
    event = session.caller.audit(services, "sign-in", "sign-in", reason=reason)
    insert_rows(connection, services.database.keys.take, [event])


__all__ = ["ASKED", "Enrolment", "enrol", "enrolment", "give_code"]
