"""From the shape of a search to one SELECT. The access filter stands on every alias; sorting and paging are in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    FromClause,
    Select,
    Table,
    and_,
    bindparam,
    exists,
    false,
    func,
    literal,
    not_,
    or_,
    select,
)

from healthrec.fhir.search_clauses import ID, LAST_UPDATED
from healthrec.fhir.search_params import PARAMS
from healthrec.store.access import visible
from healthrec.store.search_shape import ClauseShape, Shape, SortShape, ValueShape
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
)

TABLES: dict[str, Table] = {
    "token": sp_token,
    "string": sp_string,
    "uri": sp_string,
    "date": sp_date,
    "reference": sp_reference,
    "quantity": sp_quantity,
    "number": sp_quantity,
}
_SORT_COLUMN = {
    "token": "code",
    "string": "value",
    "uri": "value",
    "date": "low",
    "quantity": "value",
    "number": "value",
}
_LEAST: dict[str, Any] = {"token": "", "string": "", "uri": "", "date": -(2**62), "quantity": -1e300, "number": -1e300}

_SUBJECT = PARAMS["Observation"]["subject"].code
_CODE = PARAMS["Observation"]["code"].code
_DATE = PARAMS["Observation"]["date"].code


@lru_cache(maxsize=2000)
def page_statement(shape: Shape) -> Statement:
    """(key, id, version, updated, body, sort values…) of one page; binds v0…, count, the viewer's, and c0… after a cursor."""
    found = _Builder(shape)
    r = found.r
    columns = (r.c.key, r.c.id, r.c.version, r.c.updated, resource_version.c.body, r.c.child)
    ordered = [*found.order, (found.key, _key_descending(shape))]
    statement = (
        select(*columns, *(expression for expression, _ in found.order))
        .select_from(found.source.join(resource_version, resource_version.c.version_key == found.r.c.version_key))
        .where(*found.conditions)
        .order_by(*(expression.desc() if down else expression for expression, down in ordered))
        .limit(shape.limit or bindparam("count"))
    )
    if found.many:
        statement = statement.group_by(*columns, *(expression for expression, _ in found.order))
    return Statement(statement.where(_after(ordered)) if shape.after else statement)


@lru_cache(maxsize=500)
def count_statement(shape: Shape) -> Select[Any]:
    """How many resources match."""
    found = _Builder(shape)
    return select(func.count(found.r.c.key.distinct())).select_from(found.source).where(*found.conditions)


class _Builder:
    """Binds are numbered in the order in which `shape_of` lists the values.

    `many`: the joins may give a resource twice. `key` is the key by which the rows come in order already, where they do.
    """

    def __init__(self, shape: Shape) -> None:
        self._width = shape.width
        self._next = 0
        self.r = resource.alias("r")
        self.source: FromClause = self.r
        self.many = False
        self.key: ColumnElement[int] = self.r.c.key
        walk = _observation_walk(shape)
        self._o = sp_observation.alias("o") if walk else None
        if self._o is not None:
            self.source, self.key = self._o.join(self.r, self.r.c.key == self._o.c.key), self._o.c.key
        leader = None if walk else _leader(shape)
        self.conditions: list[ColumnElement[bool]] = [self.r.c.deleted == 0, visible(self.r, shape.width)]
        if leader is None and not walk:  # the parameter that leads is of this type alone
            self.conditions.append(self.r.c.type == literal(shape.type))
        for number, clause in enumerate(shape.clauses):
            self.conditions.append(self._top(clause, leads=number == leader, walked=number in walk))
        if self.many:  # rows are grouped by what the resource says of itself
            self.key = self.r.c.key
        self.order = [(self._sort_key(sort), sort.descending) for sort in shape.sort]

    def _top(self, clause: ClauseShape, *, leads: bool, walked: bool) -> ColumnElement[bool]:
        if walked and self._o is not None:
            return self._walked(clause, self._o)
        return self._led(clause) if leads else self._clause(clause, self.r)

    def _led(self, clause: ClauseShape) -> ColumnElement[bool]:
        row = TABLES[clause.kind].alias("d")
        self.source = row.join(self.r, self.r.c.key == row.c.key)
        here = and_(row.c.param == literal(clause.param), or_(*(self._value(value, row) for value in clause.values)))
        only = clause.values[0] if len(clause.values) == 1 else None
        if only is None or only.kind not in ("token", "reference"):
            self.many = True
        elif only.kind == "token":
            self.key = row.c.key
            if not only.given[0]:
                here = and_(here, _first_of_its_systems(row, ("param", "code", "key")))
        return here

    def _walked(self, clause: ClauseShape, o: FromClause) -> ColumnElement[bool]:
        if clause.param == _SUBJECT:
            return o.c.subject == self._target(clause.values[0])
        if clause.param == _DATE:
            return and_(*(self._value(value, o) for value in clause.values))
        self.many = len(clause.values) > 1
        if clause.values[0].given[0]:
            return or_(*(and_(o.c.system == self._bind(), o.c.code == self._bind()) for _ in clause.values))
        named = o.c.code.in_([self._bind() for _ in clause.values])
        return named if self.many else and_(named, _first_of_its_systems(o, ("subject", "code", "low", "key")))

    def _clause(self, clause: ClauseShape, r: FromClause) -> ColumnElement[bool]:
        if clause.form == "chain":
            return self._chain(clause, r)
        if clause.form == "has":
            return self._has(clause, r)
        if clause.param == ID.code and clause.kind == "token":
            named = r.c.id.in_([self._bind() for _ in clause.values])
            return not_(named) if clause.negate else named
        if clause.param == LAST_UPDATED.code:
            return or_(*(self._updated(value, r) for value in clause.values))
        row = TABLES[clause.kind].alias()
        here = and_(row.c.key == r.c.key, row.c.param == literal(clause.param))
        if clause.form in ("missing", "present"):
            there = exists(select(literal(1)).where(here))
            return not_(there) if clause.form == "missing" else there
        hit = exists(select(literal(1)).where(here, or_(*(self._value(value, row) for value in clause.values))))
        return not_(hit) if clause.negate else hit

    def _chain(self, clause: ClauseShape, r: FromClause) -> ColumnElement[bool]:
        hits = []
        for type_, inner in clause.inner:
            row, other = sp_reference.alias(), resource.alias()
            hits.append(
                exists(
                    select(literal(1))
                    .select_from(row.join(other, other.c.key == row.c.target))
                    .where(
                        row.c.key == r.c.key, row.c.param == literal(clause.param), *self._other(other, type_, inner)
                    )
                )
            )
        return or_(*hits)

    def _has(self, clause: ClauseShape, r: FromClause) -> ColumnElement[bool]:
        ((type_, inner),) = clause.inner
        row, other = sp_reference.alias(), resource.alias()
        return exists(
            select(literal(1))
            .select_from(row.join(other, other.c.key == row.c.key))
            .where(row.c.target == r.c.key, row.c.param == literal(clause.param), *self._other(other, type_, inner))
        )

    def _other(self, other: FromClause, type_: int, inner: ClauseShape) -> list[ColumnElement[bool]]:
        seen = visible(other, self._width)
        return [other.c.type == literal(type_), other.c.deleted == 0, seen, self._clause(inner, other)]

    def _value(self, value: ValueShape, row: FromClause) -> ColumnElement[bool]:
        return getattr(self, f"_{value.kind}")(value, row)  # type: ignore[no-any-return]

    def _token(self, value: ValueShape, row: FromClause) -> ColumnElement[bool]:
        system, code = value.given
        parts = ([row.c.system == self._bind()] if system else []) + ([row.c.code == self._bind()] if code else [])
        return and_(*parts)

    def _string(self, value: ValueShape, row: FromClause) -> ColumnElement[bool]:
        if value.how == "starts":
            return and_(row.c.value >= self._bind(), row.c.value < self._bind())
        if value.how == "contains":
            return row.c.value.like(self._bind(), escape="\\")
        return row.c.exact == self._bind()

    def _date(self, value: ValueShape, row: FromClause) -> ColumnElement[bool]:
        return _compare_date(value.how, row.c.low, row.c.high, self._bind(), self._bind())

    def _updated(self, value: ValueShape, r: FromClause) -> ColumnElement[bool]:
        return _compare_date(value.how, r.c.updated, r.c.updated + 1, self._bind(), self._bind())

    def _quantity(self, value: ValueShape, row: FromClause) -> ColumnElement[bool]:
        low, high = self._bind(), self._bind()
        x = row.c.value if value.given[0] else row.c.original
        found = {
            "ne": or_(x < low, x >= high),
            "gt": x > low,
            "sa": x > low,
            "lt": x < low,
            "eb": x < low,
            "ge": x >= low,
            "le": x <= low,
        }.get(value.how, and_(x >= low, x < high))
        # a bind that the comparison does not use must still be in the statement
        return and_(found, high == high, *([row.c.unit == self._bind()] if value.given[0] else []))

    def _reference(self, value: ValueShape, row: FromClause) -> ColumnElement[bool]:
        return row.c.target == self._target(value)

    def _member(self, value: ValueShape, row: FromClause) -> ColumnElement[bool]:
        return row.c.target == self._target(value, must_be_seen=True)

    def _url(self, value: ValueShape, row: FromClause) -> ColumnElement[bool]:
        return and_(row.c.target == 0, row.c.url == self._bind())

    def _target(self, value: ValueShape, *, must_be_seen: bool = False) -> ColumnElement[Any]:
        to = resource.alias()
        types = [self._bind() for _ in range(value.width)]
        named = [to.c.type.in_(types)] if types else []
        seen = [visible(to, self._width)] if must_be_seen else []
        return select(to.c.key).where(to.c.id == self._bind(), *named, *seen).limit(1).scalar_subquery()

    def _sort_key(self, sort: SortShape) -> ColumnElement[Any]:
        if sort.param == LAST_UPDATED.code:
            return self.r.c.updated
        if sort.param == ID.code:
            return self.r.c.id
        if self._o is not None and sort.param == _DATE:
            return self._o.c.low
        row = TABLES[sort.kind].alias()
        column = row.c[_SORT_COLUMN[sort.kind]]
        first = select(func.min(column)).where(row.c.key == self.r.c.key, row.c.param == literal(sort.param))
        return func.coalesce(first.scalar_subquery(), literal(_LEAST[sort.kind]))

    def _bind(self) -> BindParameter[Any]:
        self._next += 1
        return bindparam(f"v{self._next - 1}")


def _observation_walk(shape: Shape) -> set[int]:
    """Numbers of the clauses that the subject-code-date rows answer, if subject and code are both asked for."""
    found: dict[int, int] = {}
    for number, clause in enumerate(shape.clauses):
        if clause.form != "criterion" or clause.negate or clause.param in found:
            continue
        single = len(clause.values) == 1
        if clause.param == _SUBJECT and single and clause.values[0].kind == "reference":
            found[_SUBJECT] = number
        if clause.param == _CODE and all(value.given == (clause.values[0].given[0], True) for value in clause.values):
            found[_CODE] = number
        if clause.param == _DATE and single:
            found[_DATE] = number
    return set(found.values()) if {_SUBJECT, _CODE} <= found.keys() else set()


def _first_of_its_systems(row: Any, names: Sequence[str]) -> ColumnElement[bool]:
    """A code that one resource has of two systems has two rows: one of them counts, so that the walk stays in order."""
    other = row.element.alias()
    same = [other.c[name] == row.c[name] for name in names]
    return not_(exists(select(literal(1)).where(*same, other.c.system < row.c.system)))


def _leader(shape: Shape) -> int | None:
    ranks = [
        (rank, number)
        for number, clause in enumerate(shape.clauses)
        if clause.form == "criterion" and not clause.negate and (rank := _rank(clause)) is not None
    ]
    return min(ranks)[1] if ranks else None


def _rank(clause: ClauseShape) -> int | None:
    if clause.param in (ID.code, LAST_UPDATED.code) and clause.kind in ("token", "date"):
        return None
    kinds = {value.kind for value in clause.values}
    if kinds == {"reference"}:
        return 0
    if kinds == {"string"} and all(value.how == "starts" for value in clause.values):
        return 1
    if kinds == {"token"} and all(value.given[1] for value in clause.values):
        return 2 if len(clause.values) == 1 else 3
    return None


def _compare_date(prefix: str, low: Any, high: Any, from_: Any, to: Any) -> ColumnElement[bool]:
    within = and_(low >= from_, high <= to)
    overlap = and_(low < to, high > from_)
    return {
        "eq": within,
        "ne": not_(within),
        "gt": and_(high > to, from_ == from_),
        "lt": and_(low < from_, to == to),
        "ge": or_(high > to, within),
        "le": or_(low < from_, within),
        "sa": and_(low >= to, from_ == from_),
        "eb": and_(high <= from_, to == to),
        "ap": overlap,
    }[prefix]


def _key_descending(shape: Shape) -> bool:
    return bool(shape.sort) and shape.sort[0].descending


def _after(ordered: list[tuple[ColumnElement[Any], bool]]) -> ColumnElement[bool]:
    """Rows that come after the cursor c0, c1, … in this order."""
    beyond: ColumnElement[bool] = false()
    for depth, (expression, down) in enumerate(ordered):
        cursor: BindParameter[Any] = bindparam(f"c{depth}")
        same = [before == bindparam(f"c{i}") for i, (before, _) in enumerate(ordered[:depth])]
        beyond = or_(beyond, and_(*same, expression < cursor if down else expression > cursor))
    return beyond
