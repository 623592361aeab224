"""The audit for the auditor, newest first: ids, never names. And emergency accesses, for him and the administrator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from healthrec.services import instants
from healthrec.services.accounts.powers import demand
from healthrec.services.context import Caller, Services
from healthrec.store import access_log, break_glass
from healthrec.store.access_log import END, Asked, Place
from healthrec.store.engine import Connection

_PAGE = 100


@dataclass(frozen=True, slots=True)
class Event:
    """One line. `who` is a user name, "" for nobody known; `child` a random id; `seq` 0 while it is not sealed."""

    seq: int
    when: datetime
    who: str
    role: str
    action: str
    outcome: str
    entity: str
    child: str
    reason: str


@dataclass(frozen=True, slots=True)
class Events:
    """One page; `after` goes on from here, None at the end. A page may be short or empty and still go on."""

    rows: tuple[Event, ...]
    after: Place | None


def audit_page(services: Services, caller: Caller, asked: Asked, day: date | None, before: Place = END) -> Events:
    """The audit of a day, or of all days, narrowed by `asked`. Needs the power `audit`."""
    demand(services, caller, "audit")
    with services.database.read() as connection:
        found, after = access_log.slice_of_all(connection, on_day(services, asked, day), before, _PAGE)
        rows = _events(connection, services, found)
    services.committer.commit(caller.audit(services, "read", "page:/audit", count=len(rows)))
    return Events(rows, after)


def emergencies(services: Services, caller: Caller, before: int = END[1]) -> Events:
    """All emergency accesses, newest first. Needs the power `audit` or `accounts`."""
    demand(services, caller, "audit", "accounts")
    with services.database.read() as connection:
        found = break_glass.newest(connection, before, _PAGE)
    rows = tuple(
        Event(
            0,
            _moment(services, row.at),
            row.username or "",
            "doctor",
            "break-glass",
            "success",
            f"Patient/{row.id}",
            row.id or "",
            row.reason.partition(" ")[0],
        )
        for row in found
    )
    services.committer.commit(caller.audit(services, "read", "page:/audit/break-glass", count=len(rows)))
    return Events(rows, (found[-1].at, found[-1].key) if len(found) == _PAGE else None)


def on_day(services: Services, asked: Asked, day: date | None) -> Asked:
    """The same question narrowed to one day of the installation's zone; None leaves it as it is."""
    if day is None or not date(1970, 1, 2) < day < date(9000, 1, 1):
        return asked
    begin = datetime.combine(day, time(), ZoneInfo(services.settings.zone))
    end = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(services.settings.zone))
    since, until = (int(moment.timestamp() * 1_000_000) for moment in (begin, end))
    return replace(asked, since=since, until=until)


def _events(connection: Connection, services: Services, found: Sequence[Any]) -> tuple[Event, ...]:
    accounts = access_log.accounts_of(connection, sorted({row.account for row in found if row.account}))
    ids = access_log.ids_of_children(connection, sorted({row.child for row in found if row.child}))
    return tuple(
        Event(
            row.seq or 0,
            _moment(services, row.recorded),
            accounts[row.account].username if row.account in accounts else "",
            row.role,
            row.action,
            row.outcome,
            row.entity,
            ids.get(row.child, ""),
            row.reason,
        )
        for row in found
    )


def _moment(services: Services, microseconds: int) -> datetime:
    return instants.moment(microseconds).astimezone(ZoneInfo(services.settings.zone))
