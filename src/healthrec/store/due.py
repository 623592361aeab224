"""Rows of what is due by child and antigen, and the documents that they are made from."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, delete, exists, insert, literal_column, or_, select, true

from healthrec.fhir.facts import BIRTH_WEIGHT
from healthrec.fhir.immunization_codes import CONDITION
from healthrec.fhir.measuring import MEASURES
from healthrec.fhir.search_params import PARAMS
from healthrec.fhir.types import TYPE_NUMBER, TYPES
from healthrec.store.access import Viewer, seen, visible
from healthrec.store.engine import Connection
from healthrec.store.resources import system_hash
from healthrec.store.statements import Statement
from healthrec.store.tables import ALL_LINES, child, due_item, resource, resource_version, sp_observation, sp_token


class Source(NamedTuple):
    """A document that says something about a child's vaccination, with its access class as one bit."""

    type: str
    id: str
    version: int
    access_bit: int
    body: str


def sources(connection: Connection, child_key: int, viewer: Viewer | None = None) -> list[Source]:
    """The child's Immunizations and Conditions, and those of its Observations that tell of the birth or of a condition, in the
    order in which they were first written: all there are, or those that a viewer may see."""
    statement = _sources(viewer.width if viewer else 0)
    values = {"child": child_key} | (viewer.parameters() if viewer else {})
    return [Source(TYPES[type_ - 1], *row) for type_, *row in statement.all(connection, values)]


def replace(connection: Connection, child_key: int, rows: Sequence[dict[str, Any]]) -> None:
    """The child's rows, instead of those it had."""
    _FORGET.run(connection, {"child_key": child_key})
    _INSERT.many(connection, rows)


def asks_doctor(connection: Connection, viewer: Viewer, child_key: int) -> bool:
    """Whether something that this viewer may not see matters for what the child may be given."""
    values = {"of": child_key} | viewer.parameters()
    return _asks_doctor(viewer.width).first(connection, values) is not None


def run_out(connection: Connection, day: int, rules: str, after: int, count: int) -> list[int]:
    """Keys of children above `after` whose rows hold no longer on the day (an ordinal), were made by other rules than these, or
    are not there."""
    values = {"day": day, "rules": rules, "after": after, "count": count}
    return [key for (key,) in _RUN_OUT.all(connection, values)]


def run_out_by_day(connection: Connection, day: int, count: int) -> list[int]:
    """The same where only the day has changed, of at most so many rows: a short walk."""
    rows = _RUN_OUT_BY_DAY.all(connection, {"day": day, "count": count})
    return list(dict.fromkeys(key for (key,) in rows))


@lru_cache
def _sources(width: int) -> Statement:
    told = or_(
        *(resource.c.type == literal_column(str(TYPE_NUMBER[name])) for name in ("Immunization", "Condition")),
        resource.c.key.in_(_telling()),
        resource.c.key.in_(_answering()),
    )
    return Statement(
        select(
            resource.c.type,
            resource.c.id,
            resource.c.version,
            resource.c.access_bit,
            resource_version.c.body,
        )
        .select_from(resource.join(resource_version, resource_version.c.version_key == resource.c.version_key))
        .where(resource.c.child == bindparam("child"), resource.c.deleted == 0, told, _seen(width))
        .order_by(resource.c.key)
    )


@lru_cache
def _asks_doctor(width: int) -> Statement:
    """A mask without what is behind it."""
    masks = (due_item.c.child == bindparam("of"), due_item.c.antigen == literal_column("'all'"))
    masked = due_item.c.masked == literal_column("1")
    return Statement(select(due_item.c.child).where(*masks, masked, ~sees_behind(width)))


def sees_behind(width: int) -> ColumnElement[bool]:
    """Whether the bound viewer may see the full row of the same child and antigen, which a mask of `due_item` stands for."""
    behind = due_item.alias()
    return exists(
        select(literal_column("1")).where(
            behind.c.child == due_item.c.child,
            behind.c.antigen == due_item.c.antigen,
            behind.c.masked == literal_column("0"),
            seen(behind.c.child, behind.c.access_bit, width),
        )
    )


def _seen(width: int) -> ColumnElement[bool]:
    return visible(resource, width) if width else true()


def _telling() -> Select[Any]:
    """Observations that say it by their code."""
    of_birth = sp_observation.c.code == literal_column(f"'{BIRTH_WEIGHT}'")
    return select(sp_observation.c.key).where(
        sp_observation.c.subject == bindparam("child"), or_(of_birth, sp_observation.c.system == _hashed(CONDITION))
    )


def _answering() -> Select[Any]:
    """Observations that say it by their value; measurements have none."""
    measured: list[Any] = [literal_column(f"'{code}'") for code in MEASURES]
    answer = sp_token.alias()
    said = exists(
        select(literal_column("1")).where(
            answer.c.key == sp_observation.c.key,
            answer.c.param == literal_column(str(PARAMS["Observation"]["value-concept"].code)),
            answer.c.system == _hashed(CONDITION),
        )
    )
    return select(sp_observation.c.key).where(
        sp_observation.c.subject == bindparam("child"), sp_observation.c.code.not_in(measured), said
    )


def _hashed(system: str) -> ColumnElement[int]:
    return literal_column(str(system_hash(system)))


_FORGET = Statement(delete(due_item).where(due_item.c.child == bindparam("child_key")))
_INSERT = Statement(insert(due_item))
_made = due_item.alias()
_RUN_OUT = Statement(
    select(child.c.key)
    .where(
        child.c.key > bindparam("after"),
        child.c.birth_day != 0,
        ~exists(
            select(literal_column("1")).where(
                _made.c.child == child.c.key,
                _made.c.antigen == literal_column("'all'"),
                _made.c.holds_until > bindparam("day"),
                _made.c.rules == bindparam("rules"),
            )
        ),
    )
    .order_by(child.c.key)
    .limit(bindparam("count"))
)
_RUN_OUT_BY_DAY = Statement(
    select(due_item.c.child).where(ALL_LINES, due_item.c.holds_until <= bindparam("day")).limit(bindparam("count"))
)
