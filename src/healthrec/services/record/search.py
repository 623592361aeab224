"""Search: one page of what matches and may be seen, with what it includes, made of stored text."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from healthrec import errors
from healthrec.errors import Issue
from healthrec.fhir.search_clauses import LAST_UPDATED
from healthrec.fhir.search_query import SearchQuery
from healthrec.services.context import Caller, Services
from healthrec.services.record.members import for_reader
from healthrec.services.record.read import Document
from healthrec.services.record.trace import harmless
from healthrec.store import search as rows
from healthrec.store.audit import AuditRow
from healthrec.store.engine import Connection
from healthrec.store.search import Match

DEFAULT_COUNT = 50
MOST = 1000

_PLAIN = frozenset(
    {"_id", "_lastUpdated", "code", "date", "status", "category", "subject", "patient", "_sort", "_count"}
)
"""Parameters whose values name nobody and so may stand in the audit, where they are plain codes or ids."""

_FURTHEST = 2**62


@dataclass(frozen=True, slots=True)
class Page:
    """`next_cursor` is "" on the last page; `total` None when it was not asked for and not known for free; `cut` tells that more
    would be included than is."""

    matches: tuple[Document, ...]
    included: tuple[Document, ...]
    next_cursor: str
    total: int | None
    audit: AuditRow
    cut: bool = False


def search(services: Services, connection: Connection, caller: Caller, query: SearchQuery, cursor: str = "") -> Page:
    """One page. Raises Refused for a cursor that is not ours."""
    if query.summary == "count" or query.count == 0:
        counted = rows.total(connection, caller.viewer, query)
        return Page((), (), "", counted, _event(services, caller, query, ()))
    size = min(query.count or DEFAULT_COUNT, MOST)
    place = _read_cursor(cursor, query) if cursor else None
    found = rows.page(connection, caller.viewer, query, size + 1, place)
    matches = found[:size]
    more, cut = rows.included(connection, caller.viewer, query, matches)
    number = None
    if query.total == "accurate":
        number = rows.total(connection, caller.viewer, query)
    elif place is None and len(found) <= size:
        number = len(found)
    return Page(
        tuple(_document(connection, caller, match) for match in matches),
        tuple(_document(connection, caller, match) for match in more),
        _write_cursor(matches[-1].at) if len(found) > size else "",
        number,
        _event(services, caller, query, [*matches, *more]),
        cut,
    )


def _event(services: Services, caller: Caller, query: SearchQuery, shown: Sequence[Match]) -> AuditRow:
    asked = "&".join(f"{name}={harmless(value) if name in _PLAIN else '*'}" for name, value in query.applied)
    children = tuple({match.child for match in shown if match.child})
    only = children[0] if len(children) == 1 else 0
    return caller.audit(
        services,
        "search",
        f"{query.type}?{asked}"[:500],
        child=only,
        count=len(shown),
        children=() if only else children,
    )


def _document(connection: Connection, caller: Caller, match: Match) -> Document:
    body = for_reader(connection, caller, match.type, match.body)
    return Document(match.type, match.id, match.version, match.updated, "", body)


def _write_cursor(at: Sequence[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(list(at), ensure_ascii=False).encode()).decode().rstrip("=")


def _read_cursor(text: str, query: SearchQuery) -> list[Any]:
    """The sort values and key to go on after, each of the kind that the sort gives: anybody can forge a cursor."""
    kinds = [sort.param.kind if sort.param.code != LAST_UPDATED.code else "instant" for sort in query.sort]
    try:
        value = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        is_ours = len(value) == len(kinds) + 1 and all(map(_is_place, [*kinds, "key"], value))
    except (ValueError, TypeError, RecursionError):
        is_ours = False
    if not is_ours:
        raise errors.Refused(Issue("value", "search.bad-cursor", "_cursor"))
    return value  # type: ignore[no-any-return]


def _is_place(kind: str, value: object) -> bool:
    if kind in ("quantity", "number"):
        return type(value) in (int, float) and isfinite(value)  # type: ignore[arg-type]
    if kind in ("date", "instant", "key"):
        return type(value) is int and -_FURTHEST <= value <= _FURTHEST
    return isinstance(value, str) and "\0" not in value and bool(value.encode() or True)
