"""Children by how they stand on a day: each in one bucket, none left out, counted and listed through the filter.

A panel of up to `children.SMALL_PANEL` is read whole, so that every bucket is counted exactly. A larger one is walked along
the index of one bucket, counted no further than `MOST`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any, Literal, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    func,
    literal,
    literal_column,
    or_,
    select,
)

from healthrec.store.access import FOREVER, Viewer, holds, seen
from healthrec.store.children import ENROLLED, granted
from healthrec.store.due import sees_behind
from healthrec.store.engine import Connection
from healthrec.store.statements import Statement
from healthrec.store.tables import access_grant, child, contact, due_item, enrolment
from healthrec.store.walks import unled

MOST = 100
"""A bucket of a large panel is counted no further."""

Bucket = Literal[
    "late", "due", "waiting", "refused", "elsewhere", "moved", "lost", "contraindicated", "deferred", "conditional", "doctor",
    "later", "complete", "aged-out", "closed", "no-birth-date",
]  # fmt: skip
BUCKETS: tuple[Bucket, ...] = Bucket.__args__  # type: ignore[attr-defined]
_ONE: ColumnElement[int] = literal_column("1", Integer)
_ENDED: tuple[Bucket, ...] = ("refused", "elsewhere", "moved", "lost")
_HELD: tuple[Bucket, ...] = ("contraindicated", "deferred", "conditional", "doctor")
NOWHERE = (0,)
"""For `Question.places`: children who are enrolled in no nursery."""


@dataclass(frozen=True, slots=True)
class Question:
    """Which line (an antigen, "all", "entrance") on which day (an ordinal), on account of which list of contacts; `places` are
    keys of organisations where the children are enrolled or managed, () for wherever."""

    line: str
    list: str
    day: int
    places: tuple[int, ...] = ()


class Listed(NamedTuple):
    """A child of a bucket. `since` is the day that the bucket is sorted by; contact columns are None where nobody called."""

    key: int
    bucket: Bucket
    since: int
    outcome: str | None
    called_on: int | None
    again_on: int | None
    failures: int | None


class Item(NamedTuple):
    """A row of `due_item`, as far as lists show it."""

    child: int
    antigen: str
    vaccine: str
    number: int | None
    programme: int
    earliest: int | None
    complete: int
    last_given: int | None
    due_from: int
    late_from: int
    over_from: int
    held: str
    held_why: str
    held_from: int
    held_to: int
    holds_until: int


def whole(connection: Connection, viewer: Viewer, asked: Question) -> list[Listed]:
    """Every child of a small panel, or of the places asked for, each once with its bucket, the longest waiting first."""
    rows: Sequence[Any]
    if asked.places == NOWHERE or not asked.places:
        rows = _whole_text(*_shape(viewer, asked)).all(connection, _values(viewer, asked))
    else:
        rows = connection.execute(_whole(*_shape(viewer, asked)), _values(viewer, asked)).all()
    # a mask comes first, so that what is behind it takes its place
    kept = {row[1]: row for row in sorted(rows, key=itemgetter(0), reverse=True)}
    return [Listed(*row[1:]) for row in sorted(kept.values(), key=itemgetter(3, 1))]


def counts(
    connection: Connection, viewer: Viewer, asked: Question, buckets: Sequence[Bucket] = BUCKETS
) -> dict[Bucket, int]:
    """How many children of a large panel are in each of the buckets; `MOST` + 1 stands for more than `MOST`."""
    values = _values(viewer, asked)
    found = {name: _count(*_shape(viewer, asked), name).first(connection, values) for name in buckets}
    return {name: row[0] for name, row in found.items() if row is not None}


def page(
    connection: Connection, viewer: Viewer, asked: Question, bucket: Bucket, after: tuple[int, int], count: int
) -> list[Listed]:
    """Children of a bucket of a large panel, the longest waiting first, from (since, key) `after` on."""
    values = _values(viewer, asked) | {"after_day": after[0], "after_key": after[1], "count": count}
    return [Listed(*row) for row in connection.execute(_page(*_shape(viewer, asked), bucket), values).all()]


def items(connection: Connection, viewer: Viewer, keys: Sequence[int]) -> list[Item]:
    """Everything that the viewer may know of these children's vaccines, by child and antigen."""
    values = {"keys": list(keys)} | viewer.parameters()
    return [Item(*row) for row in connection.execute(_items(viewer.width), values).all()] if keys else []


def _shape(viewer: Viewer, asked: Question) -> tuple[int, str]:
    return viewer.width, "none" if asked.places == NOWHERE else "some" if asked.places else ""


def _values(viewer: Viewer, asked: Question) -> dict[str, Any]:
    values: dict[str, Any] = {"line": asked.line, "list": asked.list, "on": asked.day, "most": MOST + 1}
    if asked.places and asked.places != NOWHERE:
        values["places"] = list(asked.places)
    return values | viewer.parameters()


_ON: ColumnElement[int] = bindparam("on", type_=child.c.key.type)
_OPEN = and_(or_(due_item.c.late_from <= _ON, due_item.c.due_from <= _ON), due_item.c.over_from > _ON)
_NO_DAY = literal_column("0", Integer)
_STEPS: tuple[tuple[ColumnElement[bool], Any, ColumnElement[Any]], ...] = (
    (child.c.active == 0, "closed", _NO_DAY),
    (due_item.c.complete == 1, "complete", _NO_DAY),
    (due_item.c.over_from <= _ON, "aged-out", _NO_DAY),
    (
        and_(_OPEN, contact.c.outcome.in_([literal_column(f"'{name}'") for name in _ENDED])),
        contact.c.outcome,
        contact.c.day,
    ),
    (and_(_OPEN, contact.c.again_on > _ON), "waiting", contact.c.again_on),
    (due_item.c.late_from <= _ON, "late", due_item.c.late_from),
    (due_item.c.due_from <= _ON, "due", due_item.c.due_from),
    (
        and_(due_item.c.held != "", due_item.c.held_from <= _ON, due_item.c.held_to > _ON),
        due_item.c.held,
        due_item.c.held_from,
    ),
)
"""(when, bucket, the day that the bucket is sorted by): the first that holds decides."""

_BUCKET = case(*((when, bucket) for when, bucket, _ in _STEPS), else_="later")
_SINCE = case(*((when, since) for when, _, since in _STEPS), else_=due_item.c.due_from)
_SORTED_BY: dict[Bucket, ColumnElement[Any]] = {
    "late": due_item.c.late_from,
    "due": due_item.c.due_from,
    "later": due_item.c.due_from,
    "waiting": contact.c.again_on,
    **dict.fromkeys(_HELD, due_item.c.held_from),
    **dict.fromkeys(_ENDED, contact.c.day),
}


def _along(bucket: Bucket) -> tuple[ColumnElement[bool], ...]:
    """What of a bucket an index knows: implied by the bucket, so it changes no answer."""
    if bucket == "closed":
        shut = child.alias()
        return (due_item.c.child.in_(select(shut.c.key).where(shut.c.active == literal_column("0"))),)
    if bucket in _ENDED:
        return (contact.c.outcome == literal_column(f"'{bucket}'"),)
    if bucket in _HELD:
        return (due_item.c.held == literal_column(f"'{bucket}'"), due_item.c.held != literal_column("''"))
    known = {
        "late": due_item.c.late_from <= _ON,
        "due": and_(due_item.c.due_from <= _ON, due_item.c.late_from > _ON),
        "later": due_item.c.due_from > _ON,
        "aged-out": and_(due_item.c.over_from <= _ON, due_item.c.over_from != literal_column(str(FOREVER))),
        "complete": due_item.c.complete == _ONE,
        "waiting": contact.c.again_on > _ON,
    }
    return (known[bucket],) if bucket in known else ()


def _placed(placed: str) -> tuple[ColumnElement[bool], ...]:
    """Those who are enrolled or managed in one of the places asked for; those who are in no nursery; everybody."""
    here = select(enrolment.c.child).where(enrolment.c.date_from <= _ON, enrolment.c.date_to > _ON)
    if placed == "none":
        return (child.c.key.not_in(here.where(enrolment.c.kind == ENROLLED)),)
    some = here.where(enrolment.c.organization.in_(bindparam("places", expanding=True)))
    return (child.c.key.in_(some),) if placed else ()


def _called() -> ColumnElement[bool]:
    return and_(contact.c.child == due_item.c.child, contact.c.list == bindparam("list"), contact.c.latest == _ONE)


def _columns(bucket: ColumnElement[Any], since: ColumnElement[Any]) -> tuple[ColumnElement[Any], ...]:
    return (child.c.key, bucket, since, contact.c.outcome, contact.c.day, contact.c.again_on, contact.c.failures)


@lru_cache
def _whole(width: int, placed: str) -> Select[Any]:
    """Begins at the grants: each opens its rows by itself, so that none is asked for twice."""
    grant = access_grant
    joined = (
        grant.join(child, child.c.key == grant.c.scope)
        .join(due_item, and_(due_item.c.child == child.c.key, unled(due_item.c.antigen) == bindparam("line")))
        .join(contact, _called(), isouter=True)
    )
    opened = grant.c.classes.bitwise_and(bindparam("classes")).bitwise_and(due_item.c.access_bit) != 0
    return (
        select(due_item.c.masked, *_columns(_BUCKET, _SINCE))
        .select_from(joined)
        .where(holds(grant, width), opened, grant.c.types == 0, *_placed(placed))
    )


@lru_cache
def _one(width: int, placed: str, bucket: Bucket) -> Select[Any]:
    """Walks along the index of the bucket and asks each child for its grant."""
    since = _SORTED_BY.get(bucket, _NO_DAY)
    from_contacts = bucket in (*_ENDED, "waiting")
    joined = due_item.join(child, child.c.key == due_item.c.child).join(contact, _called(), isouter=not from_contacts)
    line = unled(due_item.c.antigen) if from_contacts or bucket == "closed" else due_item.c.antigen
    return (
        select(*_columns(literal_column(f"'{bucket}'"), since.label("since")))
        .select_from(joined)
        .where(line == bindparam("line"), *_shown(width), *_placed(placed), *_along(bucket))
        .where(literal(bucket) == _BUCKET)
    )


def _shown(width: int) -> tuple[ColumnElement[bool], ...]:
    """What the viewer may see; not the mask where he sees what is behind it."""
    return seen(due_item.c.child, due_item.c.access_bit, width), or_(due_item.c.masked == 0, ~sees_behind(width))


@lru_cache
def _whole_text(width: int, placed: str) -> Statement:
    return Statement(_whole(width, placed))


@lru_cache
def _count(width: int, placed: str, bucket: Bucket) -> Statement:
    some = _undated(width, placed) if bucket == "no-birth-date" else _one(width, placed, bucket)
    return Statement(select(func.count()).select_from(some.limit(bindparam("most")).subquery()))


@lru_cache
def _page(width: int, placed: str, bucket: Bucket) -> Select[Any]:
    if bucket == "no-birth-date":
        after = child.c.key > bindparam("after_key")
        return _undated(width, placed).where(after).order_by(child.c.key).limit(bindparam("count"))
    beyond = child.c.key > bindparam("after_key")
    if bucket not in _SORTED_BY:
        return _one(width, placed, bucket).where(beyond).order_by(due_item.c.child).limit(bindparam("count"))
    since = _SORTED_BY.get(bucket, _NO_DAY)
    later = or_(since > bindparam("after_day"), and_(since == bindparam("after_day"), beyond))
    found = _one(width, placed, bucket).where(since >= bindparam("after_day"), later)
    return found.order_by(since, due_item.c.child).limit(bindparam("count"))


def _undated(width: int, placed: str) -> Select[Any]:
    """Children without a full birth date, of whom nothing can be said."""
    nothing: list[ColumnElement[Any]] = [literal_column("NULL")] * 4
    columns = (literal_column("'no-birth-date'"), literal_column("0").label("since"), *nothing)
    return select(child.c.key, *columns).where(
        child.c.birth_day == 0, child.c.active == 1, granted(child.c.key, width), *_placed(placed)
    )


def undated(connection: Connection, viewer: Viewer, asked: Question) -> list[Listed]:
    """The viewer's children without a full birth date, at most `MOST` + 1."""
    statement = _undated(*_shape(viewer, asked)).order_by(child.c.key).limit(bindparam("most"))
    return [Listed(*row) for row in connection.execute(statement, _values(viewer, asked)).all()]


@lru_cache
def _items(width: int) -> Select[Any]:
    return (
        select(*(due_item.c[name] for name in Item._fields))
        .where(
            due_item.c.child.in_(bindparam("keys", expanding=True)),
            due_item.c.antigen.not_in(("all", "entrance")),
            *_shown(width),
        )
        .order_by(due_item.c.child, due_item.c.late_from, due_item.c.due_from, due_item.c.antigen)
    )
