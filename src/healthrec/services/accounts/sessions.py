"""Browser sessions: begun at sign-in, ended by time, by sign-out and by any change to the account. Only hashes are kept.

All times here go by the real clock; a training day moves none of them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from weakref import WeakKeyDictionary

from healthrec.crypto.tokens import looks_like, lookup_hash, new_token
from healthrec.errors import SignInNeeded
from healthrec.services.accounts.identify import caller_of
from healthrec.services.context import Caller, Epoch, Services
from healthrec.store import accounts
from healthrec.store.audit import insert_rows
from healthrec.store.engine import Connection

SECOND = 1_000_000
MINUTE = 60 * SECOND
HALF_WAY_MINUTES = 10
"""How long a session waits for its second factor or new password."""

_KEPT_SECONDS = 5
_MOST_KEPT = 10_000


class SessionEnded(SignInNeeded):
    """The session's time is over. Its account and name are known still, for what came with the request."""

    def __init__(self, account: int, name: str) -> None:
        super().__init__("access.session-expired")
        self.account = account
        self.name = name


@dataclass(frozen=True, slots=True)
class Session:
    """An open door. `stage` is open, or what is still asked for: totp, password, enrol; `hash` is the row's key."""

    caller: Caller
    stage: str
    hash: str


def session_of(services: Services, cookie: str, address: str) -> Session:
    """The session that this cookie names. Raises SignInNeeded when there is none, SessionEnded when its time is over."""
    if not looks_like(cookie, "hrs"):
        raise SignInNeeded()
    name, now = lookup_hash(cookie), services.now()
    with services.database.read() as connection:
        row = accounts.by_session(connection, name)
        over = row is None or row.locked or _is_over(services, row, now)
        caller = None if over else _remembered(connection, services, row, name, address)
    if caller is None:
        if row is None:
            raise SignInNeeded()
        _drop(services, name)
        raise SignInNeeded("access.session-expired") if row.locked else SessionEnded(row.key, name)
    if now - row.seen >= MINUTE:
        with services.database.write() as connection:
            accounts.touch_session(connection, name, seen=now)
    return Session(caller, row.stage, name)


def begin(connection: Connection, services: Services, account: int, stage: str) -> str:
    """A new session of the account, in the caller's transaction; gives the cookie's value, which is kept nowhere."""
    cookie, now = new_token("hrs"), services.now()
    length = services.settings.session_hours * 60 if stage == "open" else HALF_WAY_MINUTES
    row = {"hash": lookup_hash(cookie), "account": account, "created": now, "seen": now}
    accounts.put_session(connection, row | {"expires": now + length * MINUTE, "stage": stage})
    return cookie


def follow(connection: Connection, services: Services, session: Session, stage: str) -> str:
    """The session goes on to another stage under a new name, so that nobody who knew the old one comes along."""
    accounts.end_session(connection, session.hash)
    return begin(connection, services, session.caller.account, stage)


def forget(services: Services, cookie: str) -> None:
    """End whatever session this cookie may name, when its browser signs in anew."""
    if looks_like(cookie, "hrs"):
        with services.database.write() as connection:
            accounts.end_session(connection, lookup_hash(cookie))


def sign_out(services: Services, session: Session) -> None:
    """The session is dead from now on."""
    event = session.caller.audit(services, "sign-out", "sign-in")
    with services.database.write() as connection:
        accounts.end_session(connection, session.hash)
        insert_rows(connection, services.database.keys.take, [event])


def _is_over(services: Services, row: Any, now: int) -> bool:
    settings = services.settings
    idle = settings.admin_idle_minutes if row.role == "admin" else settings.idle_minutes
    return bool(now >= row.expires or now - row.seen >= idle * MINUTE)


def _drop(services: Services, name: str) -> None:
    with services.database.write() as connection:
        accounts.end_session(connection, name)


_CALLERS: WeakKeyDictionary[Epoch, dict[str, tuple[int, int, Caller]]] = WeakKeyDictionary()
"""Callers by session, remembered for a few seconds; `Epoch.turn` drops those of this process at once."""


def _remembered(connection: Connection, services: Services, row: Any, name: str, address: str) -> Caller:
    known = _CALLERS.setdefault(services.epoch, {})
    now, epoch = services.now(), services.epoch.number
    entry = known.get(name)
    if entry and entry[0] == epoch and 0 <= now - entry[1] < _KEPT_SECONDS * SECOND:
        return entry[2] if entry[2].address == address else replace(entry[2], address=address)
    caller = caller_of(connection, services, row, address)
    if len(known) > _MOST_KEPT:
        known.clear()
    known[name] = (epoch, now, caller)
    return caller
