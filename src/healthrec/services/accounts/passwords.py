"""A person changes his own password."""

from __future__ import annotations

from healthrec.crypto.passwords import hash_password, password_faults, verify_password
from healthrec.errors import Issue, NotAllowed, Refused
from healthrec.services.accounts.sessions import Session, begin
from healthrec.services.accounts.sign_in import HASHING
from healthrec.services.accounts.stages import next_stage
from healthrec.services.accounts.tries import take_try
from healthrec.services.context import Services
from healthrec.store import accounts
from healthrec.store.audit import insert_rows


def change_password(services: Services, session: Session, current: str, new: str, repeat: str) -> tuple[str, str]:
    """A new password; every other session and token of the account ends. (cookie, stage) of the session that goes on.

    Raises Refused, with the field as expression, and Throttled after too many wrong ones.
    """
    if session.stage not in ("open", "password"):
        raise NotAllowed()
    username, key = session.caller.username, session.caller.account
    if issues := _faults(current, new, repeat, username):
        raise Refused(*issues)
    take_try(services, username)
    with services.database.read() as connection:
        row = accounts.by_key(connection, key)
    with HASHING:
        right = verify_password(row.password_hash, current)
        secret = hash_password(new) if right else ""
    if not right:
        raise _wrong(services, session)
    with services.database.write() as connection:
        accounts.change_account(connection, key, password_hash=secret, must_change=0, failures=0, retry_at=0)
        accounts.end_all(connection, key)
        stage = next_stage(services, accounts.by_key(connection, key), code_given=True)
        cookie = begin(connection, services, key, stage)
        event = session.caller.audit(services, "update", f"account/{key}", reason="password")
        insert_rows(connection, services.database.keys.take, [event])
    services.epoch.turn()
    return cookie, stage


def _faults(current: str, new: str, repeat: str, username: str) -> list[Issue]:
    found = [Issue("value", f"password.{fault}", "new") for fault in password_faults(new, username)]
    if new == current:
        found.append(Issue("value", "password.same", "new"))
    if new != repeat:
        found.append(Issue("value", "password.repeat-differs", "repeat"))
    return found


def _wrong(services: Services, session: Session) -> Refused:
    event = session.caller.audit(services, "update", "account", outcome="refused", reason="wrong-password")
    services.committer.commit(event)
    return Refused(Issue("value", "password.current-wrong", "current"))
