"""Resources, their versions and search rows: written together, read as stored text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from typing import Any, NamedTuple

from sqlalchemy import (
    Connection,
    Table,
    and_,
    bindparam,
    delete,
    insert,
    select,
    update,
)

from healthrec.fhir.search_params import PARAMS
from healthrec.fhir.search_rows import SearchRows
from healthrec.fhir.types import TYPE_NUMBER
from healthrec.store.access import Viewer, visible
from healthrec.store.statements import Statement
from healthrec.store.tables import (
    resource,
    resource_version,
    sp_date,
    sp_observation,
    sp_quantity,
    sp_reference,
    sp_string,
    sp_token,
    unique_key,
)

SEARCH_TABLES: tuple[Table, ...] = (sp_token, sp_string, sp_date, sp_reference, sp_quantity, sp_observation)

_OBSERVATION_CODE = PARAMS["Observation"]["code"].code
_OBSERVATION_DATE = PARAMS["Observation"]["date"].code
_OBSERVATION_SUBJECT = PARAMS["Observation"]["subject"].code


class Current(NamedTuple):
    """The row of one resource, with its text."""

    key: int
    version: int
    version_key: int
    updated: int
    deleted: int
    child: int
    owner: int
    scope: int
    access_bit: int
    body: str | None


class Target(NamedTuple):
    """Where a resource that is referred to belongs."""

    key: int
    deleted: int
    child: int
    owner: int
    scope: int
    access_bit: int


@dataclass(frozen=True, slots=True)
class Write:
    """One new version, ready to be stored. `targets` gives the keys of what it refers to, by (type, id)."""

    type: str
    id: str
    key: int
    version: int
    version_key: int
    updated: int
    method: str
    body: str | None
    child: int
    owner: int
    scope: int
    access_bit: int
    rows: SearchRows | None = None
    targets: dict[tuple[str, str], int] = field(default_factory=dict)
    uniques: tuple[tuple[str, str], ...] = ()


def find(connection: Connection, type_: str, id_: str) -> Current | None:
    """The current version, whoever asks; for writers, who check rights themselves."""
    row = _FIND.first(connection, {"type": TYPE_NUMBER[type_], "id": id_})
    return Current(*row) if row else None


def find_by_key(connection: Connection, key: int) -> tuple[str, Current] | None:
    """Like `find`, by our own key; gives the id too."""
    row = _FIND_BY_KEY.first(connection, {"key": key})
    return (row[0], Current(*row[1:])) if row else None


def read(connection: Connection, viewer: Viewer, type_: str, id_: str) -> Current | None:
    """The current version if the viewer may see it; deleted ones too, so that the caller can answer 410."""
    values = {"type": TYPE_NUMBER[type_], "id": id_} | viewer.parameters()
    row = _read_statement(viewer.width).first(connection, values)
    return Current(*row) if row else None


def vread(connection: Connection, key: int, version: int) -> Any:
    """(updated, method, body) of one version of a resource that the viewer was found to see."""
    return connection.execute(_VREAD, {"key": key, "version": version}).first()


def history(connection: Connection, key: int, before: int, count: int) -> Sequence[Any]:
    """(version, updated, method, body) newest first, below version `before`."""
    return connection.execute(_HISTORY, {"key": key, "before": before, "count": count}).all()


def keys_of(connection: Connection, wanted: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Target]:
    """The places of these by (type, id), for those that exist."""
    found: dict[tuple[str, str], Target] = {}
    by_type: dict[str, list[str]] = defaultdict(list)
    for type_, id_ in wanted:
        if type_ in TYPE_NUMBER:
            by_type[type_].append(id_)
    for type_, ids in by_type.items():
        for id_ in dict.fromkeys(ids):
            row = _TARGET.first(connection, {"type": TYPE_NUMBER[type_], "id": id_})
            if row is not None:
                found[type_, id_] = Target(*row)
    return found


def is_needed(connection: Connection, type_: str, key: int, apart_from: Collection[int]) -> bool:
    """Whether a resource outside `apart_from` refers to this one, or belongs to it as to its child."""
    found = connection.execute(_REFERRERS, {"of": key, "params": _params_naming(type_)}).scalars().all()
    return any(one not in apart_from for one in found)


def store(connection: Connection, writes: Sequence[Write]) -> None:
    """Put the versions, the resources, their search rows and unique keys; old rows of updated ones go first.

    A unique key that is taken raises IntegrityError.
    """
    writes = sorted(writes, key=lambda write: write.key)  # one order for all, so that two transactions cannot deadlock
    changed = [write for write in writes if write.version > 1]
    forget(connection, [write.key for write in changed])
    _INSERT_VERSION.many(connection, [_version_row(write) for write in writes])
    fresh = [_resource_row(write) for write in writes if write.version == 1]
    _INSERT_RESOURCE.many(connection, fresh)
    _UPDATE_RESOURCE.many(connection, [{"of": write.key} | _resource_row(write) for write in changed])
    put_search_rows(connection, writes)


def forget(connection: Connection, keys: Sequence[int]) -> None:
    """Drop the search rows and unique keys of these resources."""
    for statement in _FORGET:
        statement.many(connection, [{"of": key} for key in keys])


def put_search_rows(connection: Connection, writes: Sequence[Write]) -> None:
    """The search rows and unique keys of what is not deleted."""
    gathered: dict[Table, list[dict[str, Any]]] = defaultdict(list)
    for write in writes:
        if write.rows is not None:
            _gather(write, write.rows, gathered)
        gathered[unique_key] += [
            {"kind": kind, "value": value, "key": write.key, "child": write.child, "owner": write.owner}
            for kind, value in write.uniques
        ]
    gathered[unique_key].sort(key=lambda row: (row["kind"], row["value"]))
    for table, rows in gathered.items():
        _INSERT_ROWS[table].many(connection, rows)


@lru_cache(maxsize=4096)
def system_hash(system: str) -> int:
    """A code system's address as 63 bits, 0 for none: a narrow key instead of a long text in every row."""
    if not system:
        return 0
    return int.from_bytes(blake2b(system.encode(), digest_size=8).digest(), "big") >> 1


def _version_row(write: Write) -> dict[str, Any]:
    return {
        "version_key": write.version_key,
        "key": write.key,
        "version": write.version,
        "updated": write.updated,
        "method": write.method,
        "body": write.body,
    }


def _resource_row(write: Write) -> dict[str, Any]:
    return {
        "key": write.key,
        "type": TYPE_NUMBER[write.type],
        "id": write.id,
        "version": write.version,
        "version_key": write.version_key,
        "updated": write.updated,
        "deleted": int(write.body is None),
        "child": write.child,
        "owner": write.owner,
        "scope": write.scope,
        "access_bit": write.access_bit,
    }


def _gather(write: Write, rows: SearchRows, into: dict[Table, list[dict[str, Any]]]) -> None:
    common = {"key": write.key, "child": write.child, "owner": write.owner}
    into[sp_token] += [
        {"param": param, "code": code, "system": system_hash(system)} | common
        for param, system, code in set(rows.tokens)
    ]
    strings = {(param, text): exact for param, text, exact in rows.strings}
    into[sp_string] += [
        {"param": param, "value": text, "exact": exact} | common for (param, text), exact in strings.items()
    ]
    into[sp_date] += [{"param": param, "low": low, "high": high} | common for param, low, high in set(rows.dates)]
    into[sp_reference] += [
        {"param": param, "target": target, "url": url} | common for param, target, url in _targets(write, rows)
    ]
    quantities = {(param, unit, value): (original, code) for param, value, unit, original, code in rows.quantities}
    into[sp_quantity] += [
        {"param": param, "unit": unit, "value": value, "original": original, "code": code} | common
        for (param, unit, value), (original, code) in quantities.items()
    ]
    if write.type == "Observation":
        into[sp_observation] += [row | common for row in _observation_rows(write, rows)]


def _targets(write: Write, rows: SearchRows) -> set[tuple[int, int, str]]:
    return {
        (param, write.targets.get((type_, id_), 0), "" if (type_, id_) in write.targets else id_)
        for param, type_, id_ in rows.references
    }


def _observation_rows(write: Write, rows: SearchRows) -> list[dict[str, Any]]:
    subject = next((write.targets.get((t, i), 0) for p, t, i in rows.references if p == _OBSERVATION_SUBJECT), 0)
    low, high = next(((low, high) for param, low, high in rows.dates if param == _OBSERVATION_DATE), (0, 0))
    codes = dict.fromkeys((system, code) for param, system, code in rows.tokens if param == _OBSERVATION_CODE)
    return [
        {"subject": subject, "code": code, "system": system_hash(system), "low": low, "high": high}
        for system, code in codes
    ]


@lru_cache
def _params_naming(type_: str) -> list[int]:
    return sorted(
        {
            param.code
            for params in PARAMS.values()
            for param in params.values()
            if param.kind == "reference" and (not param.targets or type_ in param.targets)
        }
    )


_REFERRERS = (
    select(sp_reference.c.key)
    .where(sp_reference.c.param.in_(bindparam("params", expanding=True)), sp_reference.c.target == bindparam("of"))
    .where(sp_reference.c.key != bindparam("of"))
    .union(
        select(resource.c.key).where(
            resource.c.child == bindparam("of"), resource.c.key != bindparam("of"), resource.c.deleted == 0
        )
    )
    .limit(5000)
)

_COLUMNS = (
    resource.c.key,
    resource.c.version,
    resource.c.version_key,
    resource.c.updated,
    resource.c.deleted,
    resource.c.child,
    resource.c.owner,
    resource.c.scope,
    resource.c.access_bit,
    resource_version.c.body,
)
_JOINED = resource.join(resource_version, resource_version.c.version_key == resource.c.version_key)
_THIS = and_(resource.c.type == bindparam("type"), resource.c.id == bindparam("id"))

_FIND_SELECT = select(*_COLUMNS).select_from(_JOINED).where(_THIS)
_FIND = Statement(_FIND_SELECT)
_FIND_BY_KEY = Statement(
    select(resource.c.id, *_COLUMNS).select_from(_JOINED).where(resource.c.key == bindparam("key"))
)


@lru_cache
def _read_statement(width: int) -> Statement:
    return Statement(_FIND_SELECT.where(visible(resource, width)))


_VERSION = (resource_version.c.updated, resource_version.c.method, resource_version.c.body)
_VREAD = select(*_VERSION).where(
    resource_version.c.key == bindparam("key"), resource_version.c.version == bindparam("version")
)
_HISTORY = (
    select(resource_version.c.version, *_VERSION)
    .where(resource_version.c.key == bindparam("key"), resource_version.c.version < bindparam("before"))
    .order_by(resource_version.c.version.desc())
    .limit(bindparam("count"))
)

_TARGET = Statement(
    select(
        resource.c.key,
        resource.c.deleted,
        resource.c.child,
        resource.c.owner,
        resource.c.scope,
        resource.c.access_bit,
    ).where(_THIS)
)

_INSERT_RESOURCE = Statement(insert(resource))
_INSERT_VERSION = Statement(insert(resource_version))
_UPDATE_RESOURCE = Statement(
    update(resource)
    .where(resource.c.key == bindparam("of"))
    .values(
        {
            name: bindparam(name)
            for name in ("version", "version_key", "updated", "deleted", "child", "owner", "scope", "access_bit")
        }
    )
)
_INSERT_ROWS = {table: Statement(insert(table)) for table in (*SEARCH_TABLES, unique_key)}
_FORGET = [Statement(delete(table).where(table.c.key == bindparam("of"))) for table in (*SEARCH_TABLES, unique_key)]
