"""Runs a search: one page by keyset, its includes, its total when asked."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, select

from healthrec.fhir.search_params import PARAMS
from healthrec.fhir.search_query import Include, SearchQuery
from healthrec.fhir.types import TYPE_NUMBER, TYPES
from healthrec.store.access import Viewer, visible
from healthrec.store.engine import Connection
from healthrec.store.search_shape import shape_of
from healthrec.store.search_sql import count_statement, page_statement
from healthrec.store.tables import resource, resource_version, sp_reference
from healthrec.store.walks import unled

_MOST_INCLUDED = 1000


class Match(NamedTuple):
    """A resource of the result; `at` are its sort values and key, to go on from."""

    key: int
    type: str
    id: str
    version: int
    updated: int
    body: str
    child: int
    at: tuple[Any, ...]


def page(
    connection: Connection, viewer: Viewer, query: SearchQuery, count: int, cursor: Sequence[Any] | None = None
) -> list[Match]:
    """At most `count` matches after the cursor (the `at` of the last match of the page before)."""
    shape, values = shape_of(query, viewer.width, cursor is not None, count)
    parameters = viewer.parameters() | {f"v{i}": value for i, value in enumerate(values)} | {"count": count}
    parameters |= {f"c{i}": value for i, value in enumerate(cursor or ())}
    rows = page_statement(shape).all(connection, parameters)
    return [Match(row[0], query.type, row[1], row[2], row[3], row[4], row[5], (*row[6:], row[0])) for row in rows]


def total(connection: Connection, viewer: Viewer, query: SearchQuery) -> int:
    """How many resources match and may be seen."""
    shape, values = shape_of(query, viewer.width, False)
    parameters = viewer.parameters() | {f"v{i}": value for i, value in enumerate(values)}
    return int(connection.execute(count_statement(shape), parameters).scalar_one())


def included(
    connection: Connection, viewer: Viewer, query: SearchQuery, matches: Sequence[Match]
) -> tuple[list[Match], bool]:
    """What the matches refer to, and what refers to them, as asked; and whether the limit cut it off."""
    found: dict[int, Match] = {}
    keys = [match.key for match in matches]
    if keys:
        for reverse, includes in ((False, query.includes), (True, query.revincludes)):
            for include in includes:
                for match in _follow(connection, viewer, include, keys, reverse):
                    found.setdefault(match.key, match)
    own = set(keys)
    kept = [match for match in found.values() if match.key not in own]
    return kept[:_MOST_INCLUDED], len(kept) > _MOST_INCLUDED


def _follow(connection: Connection, viewer: Viewer, include: Include, keys: list[int], reverse: bool) -> list[Match]:
    params = [include.param] if include.param else [p for p in PARAMS[include.source].values() if p.kind == "reference"]
    wanted = include.source if reverse else include.target
    values = viewer.parameters() | {
        "params": [param.code for param in params],
        "keys": keys,
        "types": [TYPE_NUMBER[wanted]] if wanted else list(TYPE_NUMBER.values()),
        "count": _MOST_INCLUDED + 1,
    }
    rows = connection.execute(_follow_statement(viewer.width, reverse), values).all()
    return [
        Match(row.key, TYPES[row.type - 1], row.id, row.version, row.updated, row.body, row.child, ()) for row in rows
    ]


@lru_cache
def _follow_statement(width: int, reverse: bool) -> Select[Any]:
    r = resource.alias("r")
    here, there = (
        (sp_reference.c.target, sp_reference.c.key) if reverse else (sp_reference.c.key, sp_reference.c.target)
    )
    return (
        select(r.c.key, r.c.id, r.c.version, r.c.updated, resource_version.c.body, r.c.child, r.c.type)
        .distinct()
        .select_from(
            sp_reference.join(r, r.c.key == there).join(
                resource_version, resource_version.c.version_key == r.c.version_key
            )
        )
        .where(
            sp_reference.c.param.in_(bindparam("params", expanding=True)),
            here.in_(bindparam("keys", expanding=True)),
            unled(r.c.type).in_(bindparam("types", expanding=True)),
            r.c.deleted == 0,
            visible(r, width),
        )
        .order_by(r.c.key)
        .limit(bindparam("count"))
    )
