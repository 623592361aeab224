"""Remakes every projection from the resources, by the functions that the write path uses. Nobody may write meanwhile.

The access class is among what is derived: what `schemas/access/` says now holds for what was written before. Steps follow
what a projection reads of others: organisations twice (their grants need the whole tree), children, then the rest, what is
placed after others last, then growth and vaccination child by child, then emergency accesses. Each batch commits with the place that it came to, so that a killed rebuild goes on there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from healthrec import errors
from healthrec.fhir.json import recall
from healthrec.fhir.references import references
from healthrec.fhir.search_rows import rows
from healthrec.fhir.types import TYPES
from healthrec.services import access_rules
from healthrec.services.access.break_glass import regrant
from healthrec.services.context import Services, operator
from healthrec.services.projections import Stale, due, growth, project
from healthrec.services.record.placing import class_bit, followed, follows_others, scope_of
from healthrec.services.record.uniques import uniques_of
from healthrec.store import access, audit, house_state, rebuild, resources
from healthrec.store.engine import Connection
from healthrec.store.rebuild import START, Kept, Place
from healthrec.store.resources import Write

_STATE = "rebuild"
_BATCH = 500
_CHILDREN = 50
_FIRST = ("Organization", "Organization", "Patient")
_REST = sorted((type_ for type_ in TYPES if type_ not in _FIRST), key=follows_others)
_STEPS = (*_FIRST, *_REST, "judging", "break-glass")

Progress = Callable[[int, int], None]


@dataclass(slots=True)
class _Way:
    """How far a rebuild came: step number, place within it, resources done."""

    step: int = 0
    place: Place = START
    done: int = 0


def rebuild_all(services: Services, progress: Progress = lambda *_: None) -> int:
    """Remake everything, going on where an earlier run was stopped; answers how many resources were read.

    `progress` gets (done, all).
    """
    way = _begin(services)
    with services.database.read() as connection:
        counts = rebuild.counts(connection)
    total = sum(counts.get(step, 0) for step in _STEPS) + counts.get("Patient", 0)
    while way.step < len(_STEPS):
        with services.database.write() as connection:
            _one_batch(connection, services, way)
            house_state.remember(connection, _STATE, json.dumps([way.step, *way.place, way.done]))
        progress(way.done, total)
    _end(services, way)
    return way.done


def rebuild_child(services: Services, id_: str) -> int:
    """Remake what is projected from one child's resources; answers how many there are. Raises NotFound."""
    with services.database.write() as connection:
        row = resources.find(connection, "Patient", id_)
        if row is None:
            raise errors.NotFound(f"Patient/{id_}")
        kept = sorted(
            rebuild.of_child(connection, row.key), key=lambda one: (one.type != "Patient", follows_others(one.type))
        )
        resources.forget(connection, [one.key for one in kept])
        rebuild.clear_child(connection, row.key)
        _put(connection, services, kept)
        growth.remake(connection, services, row.key)
        due.remake(connection, services, row.key)
        _audit(connection, services, f"Patient/{id_}", len(kept), row.key)
    return len(kept)


def _begin(services: Services) -> _Way:
    with services.database.read() as connection:
        kept = house_state.remembered(connection, _STATE)
    if kept is not None:
        step, updated, key, done = json.loads(kept)
        return _Way(step, (updated, key), done)
    with services.database.write() as connection:
        rebuild.clear(connection, services.database)
        house_state.remember(connection, _STATE, json.dumps([0, *START, 0]))
    access.grant_to_everyone(services.database)
    return _Way()


def _end(services: Services, way: _Way) -> None:
    with services.database.write() as connection:
        house_state.forget(connection, _STATE)
        access_rules.keep(connection, services)
        _audit(connection, services, "record", way.done)
    services.epoch.turn()


def _one_batch(connection: Connection, services: Services, way: _Way) -> None:
    """The next batch of the step that `way` is at; moves `way` on."""
    step = _STEPS[way.step]
    if step == "judging":
        _judge(connection, services, way)
        return
    if step == "break-glass":
        regrant(connection, services)
        _move(way, None)
        return
    kept = rebuild.of_type(connection, step, way.place, _BATCH)
    _put(connection, services, kept, search_rows=way.step > 0)
    way.done += len(kept)
    _move(way, (kept[-1].updated, kept[-1].key) if len(kept) == _BATCH else None)


def _judge(connection: Connection, services: Services, way: _Way) -> None:
    keys = rebuild.children_after(connection, way.place[1], _CHILDREN)
    for key in keys:
        growth.remake(connection, services, key)
        due.remake(connection, services, key)
    way.done += len(keys)
    _move(way, (0, keys[-1]) if len(keys) == _CHILDREN else None)


def _move(way: _Way, place: Place | None) -> None:
    if place is None:
        way.step, way.place = way.step + 1, START
    else:
        way.place = place


def _put(connection: Connection, services: Services, kept: Sequence[Kept], *, search_rows: bool = True) -> None:
    writes = list(_writes(connection, services, kept))
    if search_rows:
        resources.put_search_rows(connection, [write for write, _ in writes])
    unused = Stale()  # children are judged as a whole at the end
    for write, document in writes:
        project(connection, services, write, document, unused)


def _writes(
    connection: Connection, services: Services, kept: Sequence[Kept]
) -> Iterator[tuple[Write, dict[str, object] | None]]:
    """Each resource as the write path would have it in hand today."""
    documents = [recall(one.body) if one.body is not None else None for one in kept]
    wanted = {(type_, id_) for document in documents if document for _, type_, id_ in references(document)}
    wanted |= {(one.type, one.id) for one in kept}
    places = resources.keys_of(connection, sorted(wanted))
    targets = {name: row.key for name, row in places.items()}
    for one, document in zip(kept, documents, strict=True):
        bit = one.access_bit
        if document is not None:
            bits = [places[name].access_bit for name in followed(document) if name in places]
            bit = class_bit(services.rights, document, bits)
        scope = scope_of(one.child, one.owner, bit)
        if bit != one.access_bit:
            rebuild.reclass(connection, one.key, bit, scope)
        found = rows(document) if document else None
        uniques = uniques_of(document, one.child) if document else ()
        yield (
            Write(
                one.type,
                one.id,
                one.key,
                one.version,
                one.version_key,
                one.updated,
                "PUT" if document else "DELETE",
                one.body,
                one.child,
                one.owner,
                scope,
                bit,
                found,
                targets,
                uniques,
            ),
            document,
        )


def _audit(connection: Connection, services: Services, entity: str, count: int, child: int = 0) -> None:
    event = operator(services).audit(services, "rebuild", entity, count=count, child=child)
    audit.insert_rows(connection, services.database.keys.take, [event])
