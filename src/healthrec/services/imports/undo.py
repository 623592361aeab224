"""Taking an import back as a whole. What somebody changed or built upon since stays, and is listed."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from healthrec.fhir.json import recall
from healthrec.fhir.types import KINDS, TYPE_NUMBER
from healthrec.services.context import Caller, Services
from healthrec.services.imports.allowed import acting_for, batch_of
from healthrec.services.imports.batches import detail_of, not_open, person_name
from healthrec.services.imports.save import Progress
from healthrec.services.record.write import Change, apply_within
from healthrec.store import imports, projections, resources
from healthrec.store.engine import Connection
from healthrec.store.imports import Item, Wrote

_ROWS_AT_ONCE = 200
_EPISODE = TYPE_NUMBER["EpisodeOfCare"]
_TYPES = {number: name for name, number in TYPE_NUMBER.items()}


@dataclass(frozen=True, slots=True)
class Kept:
    """Something of the batch that was changed since. `updated` is microseconds since 1970; `who` a name or ""."""

    child_id: str
    child_name: str
    type: str
    updated: int
    who: str


def undo(
    services: Services,
    caller: Caller,
    batch_id: str,
    seconds: float = 3.0,
    progress: Callable[[Progress], None] = lambda _: None,
) -> Progress:
    """Take back what a saved batch wrote for about so many seconds; call again until it is finished.

    Children whom the import made are deleted with all of their record; of others, what can say so becomes
    entered-in-error and a stay that the import ended goes on. A child on whom anything else was recorded since, or of
    whom anything was changed, stays with all that the import wrote of it.
    """
    until = time.monotonic() + seconds
    with services.database.write() as connection:
        row = batch_of(services, connection, caller, batch_id)
        if not imports.step(connection, batch_id, ("reviewed", "saved"), "undoing") and row.state != "undoing":
            raise not_open()
    while True:
        with services.database.write() as connection:
            left = _undo_some(services, connection, caller, batch_id)
        now = _progress(services, batch_id)
        progress(now)
        if not left or now.finished:
            return _finish(services, caller, batch_id, now)
        if time.monotonic() >= until:
            return now


def kept(services: Services, caller: Caller, batch_id: str, count: int = 100) -> list[Kept]:
    """What an undo would leave, or left, because it was changed since: by child, at most `count`."""
    with services.database.read() as connection:
        batch_of(services, connection, caller, batch_id)
        changed = imports.changed_since(connection, batch_id, count)
        return [_kept(connection, one) for one in changed]


def _undo_some(services: Services, connection: Connection, caller: Caller, batch_id: str) -> bool:
    batch = batch_of(services, connection, caller, batch_id)
    if batch.state != "undoing":
        return False
    items = imports.claim(connection, batch_id, ("saved",), "undone", _ROWS_AT_ONCE)
    if not items:
        return False
    by_child: dict[int, list[Wrote]] = defaultdict(list)
    for one in imports.wrote(connection, batch_id, sorted({item.child for item in items if item.child})):
        by_child[one.child].append(one)
    staying = {child for child, found in by_child.items() if _stays(child, found)}
    back = [one for child, found in by_child.items() for one in _to_take_back(found, child in staying)]
    acting = acting_for(caller, batch.organization, unbounded=True)
    gone = {one.key for one in back if one.key == one.child and one.wrote == 1}
    changes = [_taken_back(connection, one, with_child=one.child in gone) for one in _in_order(back)]
    if changes:
        apply_within(connection, services, acting, changes, reason=f"import:{batch_id}/undo")
    imports.forget_writes(connection, batch_id, [one.key for one in back])
    _note_kept(connection, batch_id, items, staying | _partly(by_child))
    return True


def _stays(child: int, found: Sequence[Wrote]) -> bool:
    """A child whom the batch made stays when anything of its record is not just as the batch wrote it."""
    made = any(one.key == child and one.wrote for one in found)
    return made and any(one.wrote != one.version for one in found if not one.deleted or one.wrote)


def _to_take_back(found: Sequence[Wrote], stays: bool) -> list[Wrote]:
    """Stays in classes hang together: when one was changed since, another must not become current again."""
    mine = [one for one in found if one.wrote]
    moved_on = any(one.type == _EPISODE and one.wrote != one.version for one in mine)
    back = [one for one in mine if one.wrote == one.version and not one.deleted and not stays]
    return [one for one in back if not (moved_on and one.type == _EPISODE)]


def _partly(by_child: dict[int, list[Wrote]]) -> set[int]:
    """Children of whom something that the batch wrote was changed since."""
    return {child for child, found in by_child.items() if any(one.wrote and one.wrote != one.version for one in found)}


def _in_order(found: Sequence[Wrote]) -> list[Wrote]:
    """What refers to a child before the child itself."""
    return sorted(found, key=lambda one: (one.key == one.child, one.key))


def _taken_back(connection: Connection, one: Wrote, *, with_child: bool) -> Change:
    """A child who goes takes all of his record along: nothing may refer to one who is not there."""
    type_ = _TYPES[one.type]
    if one.wrote > 1:
        before = imports.version_body(connection, one.key, one.wrote - 1)
        return Change("PUT", type_, recall(before or "{}"), one.id, one.version, checked=True)
    element = KINDS[type_].error_element
    if with_child or not element:
        return Change("DELETE", type_, id=one.id, if_match=one.version)
    body = imports.version_body(connection, one.key, one.version)
    return Change("PUT", type_, _as_mistake(recall(body or "{}"), element), one.id, one.version, checked=True)


def _as_mistake(body: dict[str, Any], element: str) -> dict[str, Any]:
    if element != "verificationStatus":
        return {**body, element: "entered-in-error"}
    system = body[element]["coding"][0]["system"]
    # An allergy recorded by mistake has no clinical status (ait-2).
    rest = {name: value for name, value in body.items() if name != "clinicalStatus"}
    return rest | {element: {"coding": [{"system": system, "code": "entered-in-error"}]}}


def _note_kept(connection: Connection, batch_id: str, items: Sequence[Item], staying: set[int]) -> None:
    told = [item._replace(state="kept") for item in items if item.child in staying]
    imports.set_items(connection, batch_id, told)


def _progress(services: Services, batch_id: str) -> Progress:
    with services.database.read() as connection:
        counts = imports.counts(connection, batch_id)
    waiting = counts.get("saved", 0)
    done = counts.get("undone", 0) + counts.get("kept", 0)
    return Progress(done, done + waiting, counts.get("kept", 0), waiting == 0)


def _finish(services: Services, caller: Caller, batch_id: str, now: Progress) -> Progress:
    """Classes that the batch added go too, where nobody is in them."""
    with services.database.write() as connection:
        row = batch_of(services, connection, caller, batch_id)
        if imports.step(connection, batch_id, ("undoing",), "undone"):
            acting = acting_for(caller, row.organization, unbounded=True)
            empty = [one for one in imports.wrote_elsewhere(connection, batch_id) if _is_empty(connection, one)]
            changes = [_class_taken_back(connection, one) for one in empty]
            if changes:
                apply_within(connection, services, acting, changes, reason=f"import:{batch_id}/undo")
            imports.forget_writes(connection, batch_id, [one.key for one in empty])
            detail = detail_of(row)
            detail.finished = services.now()
            imports.change_batch(connection, batch_id, detail=detail.text())
    return now


def _is_empty(connection: Connection, one: Wrote) -> bool:
    return one.wrote == one.version and not one.deleted and not imports.in_use(connection, one.key)


def _class_taken_back(connection: Connection, one: Wrote) -> Change:
    """A class to which a mistaken stay still refers is closed, not deleted."""
    if not resources.is_needed(connection, "Organization", one.key, ()):
        return Change("DELETE", "Organization", id=one.id, if_match=one.version)
    body = recall(imports.version_body(connection, one.key, one.version) or "{}")
    return Change("PUT", "Organization", {**body, "active": False}, one.id, one.version, checked=True)


def _kept(connection: Connection, one: Wrote) -> Kept:
    child = projections.child_row(connection, one.child) if one.child else None
    account = imports.writer_of(connection, one.child, f"{_TYPES[one.type]}/{one.id}/_history/{one.version}")
    who = person_name(connection, account)
    return Kept(child.id if child else "", child.name if child else "", _TYPES[one.type], one.updated, who)
