"""A search split into its shape (what the statement looks like) and its values (what is bound).

Statements are built once per shape and kept: building one costs ten times as much as running it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from healthrec.fhir.search_clauses import ID, LAST_UPDATED, Chain, Clause, Criterion, Has, Missing
from healthrec.fhir.search_params import PARAMS
from healthrec.fhir.search_query import SearchQuery, Sort
from healthrec.fhir.search_values import (
    DateValue,
    QuantityValue,
    ReferenceValue,
    StringValue,
    TokenValue,
    Value,
)
from healthrec.fhir.types import TYPE_NUMBER
from healthrec.store.resources import system_hash

_MEMBERS = {PARAMS["Group"]["member"].code, PARAMS["List"]["item"].code}
"""References of a list to its members: whoever may not see a member must not find the list by it either."""


class ValueShape(NamedTuple):
    """`how` is a prefix or mode; `given` which optional parts are there; `width` how many types a reference may have."""

    kind: str
    how: str = ""
    given: tuple[bool, ...] = ()
    width: int = 0


class ClauseShape(NamedTuple):
    """`form` is criterion, missing, present, chain or has; `inner` the clauses of the other resource, by type number."""

    form: str
    param: int
    kind: str
    negate: bool = False
    values: tuple[ValueShape, ...] = ()
    inner: tuple[tuple[int, Any], ...] = ()


class SortShape(NamedTuple):
    """A sort key: the parameter's code and kind."""

    param: int
    kind: str
    descending: bool


class Shape(NamedTuple):
    """All that decides the text of the statement. `limit` is there where it is a usual one, so that the planner knows how few
    rows are wanted; 0 where it is bound."""

    type: int
    clauses: tuple[ClauseShape, ...]
    sort: tuple[SortShape, ...]
    after: bool
    width: int
    limit: int


_USUAL = frozenset({2, 11, 21, 51, 101})
"""The pages that clients ask for, and one row more, which tells whether there is a next one."""


def shape_of(query: SearchQuery, width: int, after: bool, count: int = 0) -> tuple[Shape, list[Any]]:
    """The shape, and the values in the order in which the statement binds them."""
    values: list[Any] = []
    clauses = tuple(_clause(clause, values) for clause in query.clauses)
    sort, known = tuple(_sort(one) for one in query.sort), count if count in _USUAL else 0
    return Shape(TYPE_NUMBER[query.type], clauses, sort, after, width, known), values


def _sort(sort: Sort) -> SortShape:
    return SortShape(sort.param.code, sort.param.kind, sort.descending)


def _clause(clause: Clause, values: list[Any]) -> ClauseShape:
    match clause:
        case Criterion(param, wanted, negate):
            if param.code == ID.code:
                values += [getattr(value, "code", None) or "" for value in wanted]
                return ClauseShape("criterion", param.code, param.kind, negate, (ValueShape("id"),) * len(wanted))
            shapes = tuple([_value(value, values) for value in wanted])
            if param.code == LAST_UPDATED.code:
                values[-2 * len(shapes) :] = [second * 1_000_000 for second in values[-2 * len(shapes) :]]
            elif param.code in _MEMBERS:
                shapes = tuple(
                    shape._replace(kind="member") if shape.kind == "reference" else shape for shape in shapes
                )
            return ClauseShape("criterion", param.code, param.kind, negate, shapes)
        case Missing(param, missing):
            return ClauseShape("missing" if missing else "present", param.code, param.kind)
        case Chain(param, alternatives):
            inner = tuple((TYPE_NUMBER[type_], _clause(one, values)) for type_, one in alternatives)
            return ClauseShape("chain", param.code, param.kind, inner=inner)
        case Has(source, param, one):
            return ClauseShape("has", param.code, param.kind, inner=((TYPE_NUMBER[source], _clause(one, values)),))


def _value(value: Value, values: list[Any]) -> ValueShape:
    match value:
        case TokenValue(system, code):
            values += [system_hash(system)] if system is not None else []
            values += [code] if code is not None else []
            return ValueShape("token", given=(system is not None, code is not None))
        case StringValue(text, mode):
            values += (
                [text, text + "\U0010ffff"] if mode == "starts" else [_pattern(text) if mode == "contains" else text]
            )
            return ValueShape("string", mode)
        case DateValue(prefix, low, high):
            values += [low, high]
            return ValueShape("date", prefix)
        case QuantityValue(prefix, low, high, unit):
            values += [low, high] + ([unit] if unit is not None else [])
            return ValueShape("quantity", prefix, (unit is not None,))
        case ReferenceValue(types, id_, url):
            if url or not id_:
                values.append(url)
                return ValueShape("url")
            values += [TYPE_NUMBER[type_] for type_ in types if type_ in TYPE_NUMBER]
            values.append(id_)
            return ValueShape("reference", width=len([type_ for type_ in types if type_ in TYPE_NUMBER]))
    raise TypeError(type(value).__name__)


def _pattern(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
