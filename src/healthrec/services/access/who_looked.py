"""Who has looked at this child, for his doctors and guardians: day, person, what. Reading it is audited like all else."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from healthrec import errors
from healthrec.services import instants
from healthrec.services.accounts.powers import demand
from healthrec.services.context import Caller, Services
from healthrec.store import access_log, break_glass, children
from healthrec.store.access_log import END, Place
from healthrec.store.children import ChildRow
from healthrec.store.engine import Connection

FILTERS: Mapping[str, tuple[str, ...]] = {
    "": (),
    "looked": ("read", "vread", "history", "everything", "search", "view", "forecast"),
    "changed": ("create", "update", "delete"),
    "taken": ("export", "print"),
    "emergency": ("break-glass",),
}
"""What the reader may narrow the list to, and the actions that each stands for."""

_EVENTS = 200
_SURE_BASIS = {"parent": "guardianship", "delegate": "delegation", "carer": "enrolment"}


@dataclass(frozen=True, slots=True)
class Look:
    """What one person did on one day, `times` in a row. `what` is a code of `entity_kind`; `basis` "" where several
    could have been the one."""

    when: datetime
    who: str
    role: str
    organization: str
    organization_en: str
    action: str
    what: str
    times: int
    basis: str
    reason: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Looks:
    """One page; `after` goes on from here, None at the end."""

    child: ChildRow
    place: children.Place | None
    rows: tuple[Look, ...]
    after: Place | None


def who_looked(services: Services, caller: Caller, id_: str, *, kind: str = "", before: Place = END) -> Looks:
    """The events of the child, newest first. Needs the power `access-log`. Raises NotFound, NotAllowed."""
    with services.database.read() as connection:
        child = children.visible_row(connection, caller.viewer, id_)
        if child is None:
            raise errors.NotFound(f"Patient/{id_}")
    demand(services, caller, "access-log")
    with services.database.read() as connection:
        events = access_log.of_child(connection, child.key, FILTERS.get(kind, ()), before, _EVENTS)
        rows = tuple(_looks(connection, services, caller, child.key, events))
        place = children.places_of(connection, [child.key], caller.viewer.day).get(child.key)
    audit = caller.audit(services, "read", f"page:/children/{id_}/access", child=child.key, count=len(events))
    services.committer.commit(audit)
    after = (events[-1].recorded, events[-1].key) if len(events) == _EVENTS else None
    return Looks(child, place, rows, after)


def entity_kind(entity: str, several: bool = False) -> str:
    """What an event was about, as a code of the term group `looked-at`: a FHIR type, page, list, access-log,
    link-request, account or other.

    >>> entity_kind("Observation/7f…/_history/2")
    'Observation'
    """
    if several:
        return "list"
    if entity.startswith("page:"):
        return "access-log" if entity.endswith("/access") else "page"
    if entity == "exact-look-up":
        return entity
    if entity.startswith(("link-request/", "account/")):
        return entity.partition("/")[0]
    type_ = entity.partition("?")[0].partition("/")[0]
    return type_ if type_[:1].isupper() and type_.isalpha() else "other"


def _looks(
    connection: Connection, services: Services, caller: Caller, child: int, events: Sequence[Any]
) -> Iterator[Look]:
    people = _People(connection, caller, child, events)
    openings = break_glass.of_child_since(connection, child, events[-1].recorded - _DAY) if events else ()
    zone = ZoneInfo(services.settings.zone)
    waiting: Look | None = None
    for event in events:
        look = _look(event, people, openings, zone)
        if waiting and _alike(waiting, look):
            waiting = _with(waiting, times=waiting.times + 1)
            continue
        if waiting:
            yield waiting
        waiting = look
    if waiting:
        yield waiting


_DAY = 24 * 3600 * 1_000_000


class _People:
    """Names of those in a page's events, as far as the reader may know them."""

    def __init__(self, connection: Connection, caller: Caller, child: int, events: Sequence[Any]) -> None:
        keys = sorted({event.account for event in events if event.account})
        further = access_log.persons_of(connection, keys)
        persons = {event.person for event in events if event.person} | {person for _, person in further}
        self._accounts = access_log.accounts_of(connection, keys)
        self._further: dict[int, list[int]] = {}
        for account, person in further:
            self._further.setdefault(account, []).append(person)
        found = access_log.names_of(connection, caller.viewer, sorted(persons))
        self._names = {key: _name(body) for key, (_, of, body) in found.items() if of in (0, child)}

    def name(self, event: Any) -> str:
        candidates = [event.person, *self._further.get(event.account, ())]
        return next((self._names[person] for person in candidates if person in self._names), "")

    def organization(self, event: Any) -> tuple[str, str]:
        row = self._accounts.get(event.account)
        return (row.name or "", row.name_en or "") if row else ("", "")


def _look(event: Any, people: _People, openings: Sequence[Any], zone: ZoneInfo) -> Look:
    marked = event.action == "break-glass"
    opening = next((row for row in openings if row.account == event.account and _within(row, event.recorded)), None)
    several = not event.child and event.entity != "exact-look-up"
    return Look(
        instants.moment(event.recorded).astimezone(zone),
        people.name(event),
        event.role,
        *people.organization(event),
        event.action if event.outcome == "success" else "refused",
        entity_kind(event.entity, several),
        1,
        "break-glass" if opening else _SURE_BASIS.get(event.role, ""),
        opening.reason if opening and marked else "",
        marked,
    )


def _within(opening: Any, recorded: int) -> bool:
    """From a moment before it was written down (its audit row carries nearly the same instant) for a day."""
    return bool(opening.at - 1_000_000 <= recorded < opening.at + _DAY)


def _alike(one: Look, other: Look) -> bool:
    same = ("who", "role", "organization", "action", "what", "basis", "reason")
    return one.when.date() == other.when.date() and all(getattr(one, name) == getattr(other, name) for name in same)


def _with(look: Look, *, times: int) -> Look:
    values = {name: getattr(look, name) for name in Look.__slots__}
    return Look(**(values | {"times": times}))


def _name(body: str) -> str:
    names = json.loads(body or "{}").get("name", [])
    return str(names[0].get("text", "")) if names else ""
