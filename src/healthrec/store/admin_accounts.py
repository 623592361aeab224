"""Accounts, their open sessions and tokens as an administrator lists them, and the changes that the audit has of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, String, bindparam, cast, delete, func, insert, or_, select, text

from healthrec.store import resources
from healthrec.store.engine import Connection
from healthrec.store.tables import (
    DIRECTORY_CHANGES,
    account,
    account_person,
    audit_event,
    organization,
    session,
    token,
)


class AccountRow(NamedTuple):
    """One account. `place` is its organisation's name, "" for none; `retry_at` microseconds since 1970."""

    key: int
    username: str
    role: str
    person: int
    organization: int
    locked: int
    must_change: int
    totp_secret: str
    retry_at: int
    created: int
    place: str
    place_en: str


class TokenRow(NamedTuple):
    """A token in force; `hash` is what is kept of it."""

    hash: str
    name: str
    created: int
    expires: int


class Event(NamedTuple):
    """A change as the audit has it."""

    key: int
    recorded: int
    account: int
    role: str
    action: str
    entity: str
    reason: str
    username: str


def accounts(connection: Connection, word: str, role: str, locked: int, after: str, count: int) -> list[AccountRow]:
    """Accounts by user name; `word` is a part of it, `role` "" for any, `locked` 0, 1 or -1 for either."""
    plain = word.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
    values = {"word": f"%{plain}%", "role": role, "locked": locked, "after": after, "count": count}
    return [AccountRow._make(row) for row in connection.execute(_ACCOUNTS, values)]


def account_row(connection: Connection, key: int) -> AccountRow | None:
    """One account."""
    row = connection.execute(_ACCOUNT, {"of": key}).first()
    return AccountRow._make(row) if row else None


def key_of(connection: Connection, username: str) -> int:
    """The key of an account, 0 for none."""
    return connection.execute(select(account.c.key).where(account.c.username == username)).scalar() or 0


def practitioner_key(connection: Connection, id_: str) -> int:
    """The key of a Practitioner, 0 for none."""
    row = resources.find(connection, "Practitioner", id_)
    return 0 if row is None or row.deleted else row.key


def open_sessions(connection: Connection, keys: Sequence[int], now: int) -> dict[int, int]:
    """When each of these accounts was last seen, of those that have an open session."""
    rows = connection.execute(_SESSIONS, {"keys": list(keys) or [0], "now": now})
    return {row[0]: row[1] for row in rows}


def tokens(connection: Connection, key: int, now: int) -> list[TokenRow]:
    """The tokens of an account that are in force, the latest first."""
    return [TokenRow._make(row) for row in connection.execute(_TOKENS, {"of": key, "now": now})]


def end_token(connection: Connection, key: int, start: str) -> bool:
    """End the token of this account whose hash begins so; False when there is none."""
    statement = delete(token).where(token.c.account == key, token.c.hash.startswith(start, autoescape=True))
    return connection.execute(statement).rowcount > 0


def family_accounts(connection: Connection, persons: Sequence[int], role: str) -> dict[int, list[AccountRow]]:
    """Accounts of this role by the RelatedPersons that they belong to, whether first or further."""
    found: dict[int, list[AccountRow]] = {}
    for statement in (_OF_PERSON, _OF_FURTHER):
        for row in connection.execute(statement, {"keys": list(persons) or [0], "role": role}):
            found.setdefault(row[0], []).append(AccountRow._make(row[1:]))
    return found


def further_persons(connection: Connection, key: int) -> list[int]:
    """RelatedPersons of an account besides the first."""
    return list(connection.execute(select(account_person.c.person).where(account_person.c.account == key)).scalars())


def put_person(connection: Connection, key: int, person: int) -> None:
    """One more RelatedPerson for the account."""
    connection.execute(insert(account_person), {"account": key, "person": person})


def drop_person(connection: Connection, key: int, person: int) -> None:
    """The account no longer stands for this further RelatedPerson."""
    connection.execute(delete(account_person).where(account_person.c.account == key, account_person.c.person == person))


def changes(connection: Connection, before: int, count: int) -> list[Event]:
    """Changes to directory, accounts and choices below the audit key `before`, newest first. None concerns a child."""
    return [Event(*row) for row in connection.execute(_CHANGES, {"before": before, "count": count})]


def changes_of(connection: Connection, entities: Sequence[str], count: int) -> list[Event]:
    """The latest changes of these things (`account/7`, `choice/<organisation id>`)."""
    return [Event(*row) for row in connection.execute(_CHANGES_OF, {"entities": list(entities), "count": count})]


_COLUMNS = (
    account.c.key,
    account.c.username,
    account.c.role,
    account.c.person,
    account.c.organization,
    account.c.locked,
    account.c.must_change,
    account.c.totp_secret,
    account.c.retry_at,
    account.c.created,
    func.coalesce(organization.c.name, ""),
    func.coalesce(organization.c.name_en, ""),
)
_FROM = account.outerjoin(organization, organization.c.key == account.c.organization)
_KEYS: BindParameter[Any] = bindparam("keys", expanding=True)
_ACCOUNTS = (
    select(*_COLUMNS)
    .select_from(_FROM)
    .where(
        account.c.username > bindparam("after"),
        account.c.username.like(bindparam("word"), escape="\\"),
        or_(cast(bindparam("role"), String) == "", account.c.role == bindparam("role")),
        or_(bindparam("locked") == -1, account.c.locked == bindparam("locked")),
    )
    .order_by(account.c.username)
    .limit(bindparam("count"))
)
_ACCOUNT = select(*_COLUMNS).select_from(_FROM).where(account.c.key == bindparam("of"))
_SESSIONS = (
    select(session.c.account, func.max(session.c.seen))
    .where(session.c.account.in_(_KEYS), session.c.expires > bindparam("now"), session.c.stage == "open")
    .group_by(session.c.account)
)
_TOKENS = (
    select(token.c.hash, token.c.name, token.c.created, token.c.expires)
    .where(token.c.account == bindparam("of"), token.c.expires > bindparam("now"))
    .order_by(token.c.created.desc())
)
_OF_PERSON = (
    select(account.c.person, *_COLUMNS)
    .select_from(_FROM)
    .where(account.c.person.in_(_KEYS), account.c.role == bindparam("role"))
    .order_by(account.c.username)
)
_OF_FURTHER = (
    select(account_person.c.person, *_COLUMNS)
    .select_from(_FROM.join(account_person, account_person.c.account == account.c.key))
    .where(account_person.c.person.in_(_KEYS), account.c.role == bindparam("role"))
    .order_by(account.c.username)
)
_EVENT = (
    select(
        audit_event.c.key,
        audit_event.c.recorded,
        audit_event.c.account,
        audit_event.c.role,
        audit_event.c.action,
        audit_event.c.entity,
        audit_event.c.reason,
        func.coalesce(account.c.username, ""),
    )
    .select_from(audit_event.outerjoin(account, account.c.key == audit_event.c.account))
    .order_by(audit_event.c.key.desc())
    .limit(bindparam("count"))
)
_KINDS = ("Organization/", "Practitioner/", "PractitionerRole/", "account/", "choice/")
_CHANGED = (text(DIRECTORY_CHANGES), audit_event.c.outcome == "success")
_CHANGES = _EVENT.where(
    audit_event.c.key < bindparam("before"),
    *_CHANGED,
    or_(*(audit_event.c.entity.startswith(kind, autoescape=True) for kind in _KINDS)),
)
_CHANGES_OF = _EVENT.where(*_CHANGED, audit_event.c.entity.in_(bindparam("entities", expanding=True)))
