"""Accounts, sessions and tokens. Only hashes of secrets are kept; instants are microseconds since 1970."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update

from healthrec.store.engine import Connection
from healthrec.store.tables import account, account_person, organization, person_role, resource, session, token


def by_username(connection: Connection, username: str) -> Any:
    """The account's row, or None."""
    return connection.execute(_BY_USERNAME, {"of": username}).first()


def by_key(connection: Connection, key: int) -> Any:
    """The account's row, or None."""
    return connection.execute(_BY_KEY, {"of": key}).first()


def by_token(connection: Connection, token_hash: str, now: int) -> Any:
    """The account of a token that is in force, or None."""
    return connection.execute(_BY_TOKEN, {"of": token_hash, "now": now}).first()


def by_session(connection: Connection, session_hash: str) -> Any:
    """Account and session columns (`begun seen expires stage`) of a session, or None."""
    return connection.execute(_BY_SESSION, {"of": session_hash}).first()


def new_row(
    key: int,
    username: str,
    role: str,
    *,
    person: int,
    organization: int,
    password_hash: str,
    created: int,
    must_change: bool = False,
) -> dict[str, Any]:
    """The row of a fresh account."""
    return {
        "key": key,
        "username": username,
        "role": role,
        "person": person,
        "organization": organization,
        "password_hash": password_hash,
        "must_change": int(must_change),
        "locked": 0,
        "failures": 0,
        "retry_at": 0,
        "totp_secret": "",
        "totp_step": -1,
        "language": "zh",
        "created": created,
    }


def put_account(connection: Connection, row: dict[str, Any]) -> None:
    """Add an account; `username` is unique."""
    connection.execute(insert(account), row)


def change_account(connection: Connection, key: int, **values: Any) -> None:
    """Set columns of one account."""
    connection.execute(update(account).where(account.c.key == key).values(**values))


def take_try(connection: Connection, username: str, now: int) -> int:
    """Count a try of an account's secret; gives how many stand since the last right one, 0 while it rests or is unknown."""
    return connection.execute(_TAKE_TRY, {"name": username, "now": now}).scalar() or 0


def rest_until(connection: Connection, username: str, instant: int) -> None:
    """No try counts before this instant."""
    connection.execute(_REST, {"name": username, "instant": instant})


def with_organizations(connection: Connection, usernames: Sequence[str]) -> Sequence[Any]:
    """(username, role, name, name_en) of these accounts; the names are the organisation's, null where there is none."""
    return connection.execute(_WITH_ORGANIZATIONS, {"names": list(usernames)}).all()


def use_step(connection: Connection, key: int, step: int) -> bool:
    """Mark a one-time code's step as used and the account's tries as right; False when it was used meanwhile."""
    return connection.execute(_USE_STEP, {"of": key, "step": step}).rowcount == 1


def keys_of_person(connection: Connection, person: int) -> list[int]:
    """The accounts of a Practitioner or RelatedPerson."""
    return list(connection.execute(_KEYS_OF_PERSON, {"of": person}).scalars())


def put_person(connection: Connection, key: int, person: int) -> None:
    """A further RelatedPerson of the account: one guardian, several children."""
    connection.execute(insert(account_person), {"account": key, "person": person})


def put_token(connection: Connection, row: dict[str, Any]) -> None:
    """Add a token."""
    connection.execute(insert(token), row)


def put_session(connection: Connection, row: dict[str, Any]) -> None:
    """Add a session."""
    connection.execute(insert(session), row)


def touch_session(connection: Connection, session_hash: str, **values: Any) -> None:
    """Set columns of one session."""
    connection.execute(update(session).where(session.c.hash == session_hash).values(**values))


def end_session(connection: Connection, session_hash: str) -> None:
    """The session is dead from now on."""
    connection.execute(delete(session).where(session.c.hash == session_hash))


def drop_expired(connection: Connection, now: int) -> None:
    """Forget the sessions and tokens whose time is over."""
    connection.execute(_DROP_SESSIONS, {"now": now})
    connection.execute(_DROP_TOKENS, {"now": now})


def end_all(connection: Connection, account_key: int, *, tokens: bool = True) -> None:
    """Every session, and every token unless told otherwise, of one account is dead from now on."""
    connection.execute(delete(session).where(session.c.account == account_key))
    if tokens:
        connection.execute(delete(token).where(token.c.account == account_key))


def roles_on(connection: Connection, person: int, day: int) -> list[tuple[str, int]]:
    """(role, organisation key) that the person holds on the day (`date.toordinal()`)."""
    rows = connection.execute(_ROLES, {"person": person, "day": day})
    return [(row.role, row.organization) for row in rows]


def roles_until(connection: Connection, person: int, day: int) -> list[str]:
    """Roles that the person holds on the day or will hold later, sorted."""
    return sorted(set(connection.execute(_ROLES_UNTIL, {"person": person, "day": day}).scalars()))


def further_persons(connection: Connection, account_key: int) -> list[int]:
    """Keys of the RelatedPersons besides the first: a guardian of several children."""
    return list(connection.execute(_PERSONS, {"of": account_key}).scalars())


def ids_of(connection: Connection, keys: list[int]) -> dict[int, str]:
    """FHIR ids by our keys."""
    rows = connection.execute(select(resource.c.key, resource.c.id).where(resource.c.key.in_(keys)))
    return {row.key: row.id for row in rows}


_BY_USERNAME = select(account).where(account.c.username == bindparam("of"))
_BY_KEY = select(account).where(account.c.key == bindparam("of"))
_BY_TOKEN = (
    select(account)
    .join(token, token.c.account == account.c.key)
    .where(token.c.hash == bindparam("of"), token.c.expires > bindparam("now"))
)
_BY_SESSION = (
    select(account, session.c.created.label("begun"), session.c.seen, session.c.expires, session.c.stage)
    .join(session, session.c.account == account.c.key)
    .where(session.c.hash == bindparam("of"))
)
_ROLES = select(person_role.c.role, person_role.c.organization).where(
    person_role.c.person == bindparam("person"),
    person_role.c.date_from <= bindparam("day"),
    person_role.c.date_to > bindparam("day"),
)
_PERSONS = select(account_person.c.person).where(account_person.c.account == bindparam("of"))
_TAKE_TRY = (
    update(account)
    .where(account.c.username == bindparam("name"), account.c.retry_at <= bindparam("now"))
    .values(failures=account.c.failures + 1)
    .returning(account.c.failures)
)
_REST = update(account).where(account.c.username == bindparam("name")).values(retry_at=bindparam("instant"))
_WITH_ORGANIZATIONS = (
    select(account.c.username, account.c.role, organization.c.name, organization.c.name_en)
    .select_from(account.outerjoin(organization, organization.c.key == account.c.organization))
    .where(account.c.username.in_(bindparam("names", expanding=True)))
)
_DROP_SESSIONS = delete(session).where(session.c.expires <= bindparam("now"))
_DROP_TOKENS = delete(token).where(token.c.expires <= bindparam("now"))
_USE_STEP = (
    update(account)
    .where(account.c.key == bindparam("of"), account.c.totp_step < bindparam("step"))
    .values(totp_step=bindparam("step"), failures=0, retry_at=0)
)
_KEYS_OF_PERSON = select(account.c.key).where(account.c.person == bindparam("of"))
_ROLES_UNTIL = select(person_role.c.role).where(
    person_role.c.person == bindparam("person"), person_role.c.date_to > bindparam("day")
)
