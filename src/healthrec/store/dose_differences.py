"""Doses of which a second source tells otherwise, across children: each with the dose on record that it contradicts."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, literal, select

from healthrec.fhir.search_params import PARAMS
from healthrec.fhir.types import TYPE_NUMBER
from healthrec.store.access import Viewer, visible
from healthrec.store.engine import Connection
from healthrec.store.tables import child, resource, resource_version, sp_reference, sp_token
from healthrec.store.walks import unled

Bucket = Literal["open", "closed", "settled"]
BUCKETS: tuple[Bucket, ...] = ("open", "closed", "settled")
"""Waits for a decision; the child's record is closed; nothing to decide any more, since the other was found to be a mistake."""

MOST = 1000
"""Nothing is counted further."""

_MARK = PARAMS["Immunization"]["differs-from"].code
_STATUS = PARAMS["Immunization"]["status"].code


class Difference(NamedTuple):
    """`id` of the second source's word and `since` (microseconds since 1970) when it came; `body` and `recorded` are the
    documents of both. `birth_day` is an ordinal, 0 where it is not known."""

    key: int
    id: str
    child: int
    child_id: str
    name: str
    sex: str
    birth_day: int
    birth_order: int
    since: int
    body: str
    recorded: str


def page(connection: Connection, viewer: Viewer, bucket: Bucket, after: int, count: int) -> list[Difference]:
    """Those that the viewer may see both sides of, the longest waiting first, behind the one with the key `after`."""
    values = {"after": after, "count": count} | viewer.parameters()
    return [Difference(*row) for row in connection.execute(_page(viewer.width, bucket), values)]


def count(connection: Connection, viewer: Viewer, bucket: Bucket) -> int:
    """How many there are, counted to one more than `MOST`."""
    return int(connection.execute(_count(viewer.width, bucket), viewer.parameters()).scalar_one())


_word = resource.alias("word")
_other = resource.alias("other")
_mark = sp_reference.alias("mark")


@lru_cache
def _page(width: int, bucket: Bucket) -> Select[Any]:
    said, recorded, first = (resource_version.alias(name) for name in ("said", "recorded", "first"))
    who = (child.c.key, child.c.id, child.c.name, child.c.sex, child.c.birth_day, child.c.birth_order)
    return (
        select(_word.c.key, _word.c.id, *who, first.c.updated, said.c.body, recorded.c.body)
        .select_from(
            _joined()
            .join(said, said.c.version_key == _word.c.version_key)
            .join(recorded, recorded.c.version_key == _other.c.version_key)
            .join(first, and_(first.c.key == _word.c.key, first.c.version == 1))
        )
        .where(*_in(bucket, width), _word.c.key > bindparam("after"))
        .order_by(_word.c.key)
        .limit(bindparam("count"))
    )


@lru_cache
def _count(width: int, bucket: Bucket) -> Select[Any]:
    some = select(literal(1)).select_from(_joined()).where(*_in(bucket, width)).limit(MOST + 1)
    return select(func.count()).select_from(some.subquery())


def _joined() -> Any:
    return (
        _mark.join(_word, _word.c.key == _mark.c.key)
        .join(_other, _other.c.key == _mark.c.target)
        .join(child, child.c.key == _word.c.child)
    )


def _in(bucket: Bucket, width: int) -> tuple[ColumnElement[bool], ...]:
    stands = and_(_other.c.deleted == 0, ~_mistaken(_other.c.key))
    where = {
        "open": (stands, child.c.active == 1),
        "closed": (stands, child.c.active == 0),
        "settled": (~stands, _other.c.deleted == 0),
    }
    return (
        _mark.c.param == _MARK,
        unled(_word.c.type) == TYPE_NUMBER["Immunization"],
        _word.c.deleted == 0,
        ~_mistaken(_word.c.key),
        *where[bucket],
        visible(_word, width),
        visible(_other, width),
    )


def _mistaken(key: ColumnElement[int]) -> ColumnElement[bool]:
    status = sp_token.alias()
    return exists(
        select(literal(1)).where(status.c.param == _STATUS, status.c.code == "entered-in-error", status.c.key == key)
    )
