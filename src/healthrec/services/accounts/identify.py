"""From a token or an account to the caller: roles as dated today, principals, classes of content."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, cast

from healthrec.crypto.tokens import looks_like, lookup_hash
from healthrec.domain.access import Place, Role, RoleHeld, Span, principals_of
from healthrec.errors import SignInNeeded
from healthrec.services.context import Caller, Services
from healthrec.store import accounts
from healthrec.store.access import Viewer, principal_numbers
from healthrec.store.engine import Connection
from healthrec.store.projections import ancestors, organization_row

_KEPT_SECONDS = 5


class Identities:
    """Callers by token, remembered for a few seconds; a change in this process drops them at once."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._known: dict[str, tuple[int, int, Caller]] = {}

    def by_token(self, connection: Connection, bearer: str, address: str) -> Caller:
        """The caller who holds this bearer token. Raises SignInNeeded."""
        services = self._services
        now = services.now()
        epoch = services.epoch.number
        entry = self._known.get(bearer)
        if entry and entry[0] == epoch and entry[1] > now:
            caller = entry[2]
            return caller if caller.address == address else replace(caller, address=address)
        caller = identify_token(connection, services, bearer, address)
        if len(self._known) > 10_000:
            self._known.clear()
        self._known[bearer] = (epoch, now + _KEPT_SECONDS * 1_000_000, caller)
        return caller


def identify_token(connection: Connection, services: Services, bearer: str, address: str) -> Caller:
    """The caller of a token in force. Raises SignInNeeded for any other text."""
    if not looks_like(bearer, "hrt"):
        raise SignInNeeded("access.token-unknown")
    row = accounts.by_token(connection, lookup_hash(bearer), services.now())
    if row is None or row.locked:
        raise SignInNeeded("access.token-unknown")
    return caller_of(connection, services, row, address)


def caller_of(connection: Connection, services: Services, row: Any, address: str) -> Caller:
    """The caller of an account's row, with the roles that its person holds today."""
    today = services.today()
    persons = [row.person, *accounts.further_persons(connection, row.key)] if row.person else []
    ids = accounts.ids_of(connection, persons)
    family = row.role in ("parent", "delegate")
    held = [] if family else _roles_held(connection, services, row)
    names = principals_of(
        held,
        places(connection, [key for _, key in _homes(connection, services, row)]),
        today,
        practitioner="" if family or not row.person else ids[row.person],
        guardian=[ids[person] for person in persons] if row.role == "parent" else (),
        delegate=[ids[person] for person in persons] if row.role == "delegate" else (),
    )
    roles = tuple(dict.fromkeys(role.role for role in held)) or ((cast(Role, row.role),) if family else ())
    classes = 0
    for role in roles:
        classes |= services.rights.classes_seen(role)
    viewer = Viewer(principal_numbers(connection, names), classes, today.toordinal())
    reference = f"{'RelatedPerson' if family else 'Practitioner'}/{ids[row.person]}" if row.person else ""
    return Caller(
        row.key, row.username, row.role, roles, row.person, reference, row.organization, viewer, address, row.language
    )


def places(connection: Connection, keys: list[int]) -> dict[str, Place]:
    """The organisations of these keys and all above them, by id, as the access rules read the tree."""
    line = {above for key in keys for above in ancestors(connection, key)}
    rows = {key: row for key in line if (row := organization_row(connection, key))}
    return {row.id: Place(row.kind, rows[row.parent].id if row.parent in rows else "") for row in rows.values()}


def _homes(connection: Connection, services: Services, row: Any) -> list[tuple[str, int]]:
    """Roles held by the person today; an account without a person (a system client) holds its own role."""
    if row.person:
        return accounts.roles_on(connection, row.person, services.today().toordinal())
    return [(row.role, row.organization)]


def _roles_held(connection: Connection, services: Services, row: Any) -> list[RoleHeld]:
    homes = _homes(connection, services, row)
    ids = accounts.ids_of(connection, [key for _, key in homes])
    span = Span(date.min)
    return [RoleHeld(cast(Role, role), ids.get(key, ""), span) for role, key in homes]
