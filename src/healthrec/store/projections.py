"""Rows derived from resources. Each is replaced as a whole by the resource that gives it, so that a rebuild is a replay."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Table, bindparam, delete, insert, select, update

from healthrec.fhir.search_params import PARAMS
from healthrec.store.engine import Connection
from healthrec.store.statements import Statement
from healthrec.store.tables import (
    child,
    contact,
    duty,
    enrolment,
    growth_point,
    organization,
    person_role,
    proposal,
    sp_reference,
)

_BY_SOURCE: dict[str, Table] = {
    "enrolment": enrolment,
    "person_role": person_role,
    "duty": duty,
    "proposal": proposal,
    "growth_point": growth_point,
    "contact": contact,
}
_DELETE = {
    name: Statement(delete(table).where(table.c.source == bindparam("given_by"))) for name, table in _BY_SOURCE.items()
}
_INSERT = {name: Statement(insert(table)) for name, table in _BY_SOURCE.items()}
_BY_KEY: dict[str, Table] = {"child": child, "organization": organization}
_DELETE_KEY = {name: Statement(delete(table).where(table.c.key == bindparam("of"))) for name, table in _BY_KEY.items()}
_INSERT_KEY = {name: Statement(insert(table)) for name, table in _BY_KEY.items()}


def replace(connection: Connection, name: str, source: int, rows: Sequence[dict[str, Any]]) -> None:
    """What `source` gives to the projection `name`, instead of what it gave before."""
    _DELETE[name].run(connection, {"given_by": source})
    _INSERT[name].many(connection, rows)


def replace_one(connection: Connection, name: str, key: int, row: dict[str, Any] | None) -> None:
    """The row of `key` in the projection `child` or `organization`; None takes it away."""
    _DELETE_KEY[name].run(connection, {"of": key})
    if row is not None:
        _INSERT_KEY[name].run(connection, row)


def child_row(connection: Connection, key: int) -> Any:
    """The child's row, or None."""
    return connection.execute(_CHILD, {"of": key}).first()


def set_gestation(connection: Connection, key: int, days: int | None) -> None:
    """Keep the gestational age [completed days] beside the child: every growth judgement asks for it."""
    connection.execute(update(child).where(child.c.key == key).values(gestation_days=days))


def organization_row(connection: Connection, key: int) -> Any:
    """The organisation's row, or None."""
    return connection.execute(_ORGANIZATION, {"of": key}).first()


def ancestors(connection: Connection, key: int) -> list[int]:
    """The organisation and those above it, nearest first."""
    line: list[int] = []
    while key and key not in line and len(line) < 12:
        line.append(key)
        row = organization_row(connection, key)
        key = row.parent if row else 0
    return line


def descendants(connection: Connection, key: int) -> list[int]:
    """The organisation and all below it."""
    found, edge = [key], [key]
    while edge:
        statement = select(organization.c.key).where(organization.c.parent.in_(edge))
        edge = [below for below in connection.execute(statement).scalars() if below not in found]
        found += edge
    return found


def parts_of(connection: Connection, key: int, without: Collection[str]) -> list[int]:
    """What is directly part of the organisation, but for kinds that stand by themselves."""
    values = {"of": key, "kinds": sorted(without)}
    return list(connection.execute(_PARTS, values).scalars())


def enrolments_at(connection: Connection, keys: Sequence[int], count: int) -> list[int]:
    """Keys of at most `count` EpisodeOfCare in these places."""
    return list(connection.execute(_ENROLMENTS_AT, {"keys": list(keys), "count": count}).scalars())


def consents_by(connection: Connection, guardian: int) -> list[int]:
    """Keys of the Consents that this RelatedPerson gave."""
    return list(connection.execute(_CONSENTS_BY, {"of": guardian}).scalars())


_CHILD = select(child).where(child.c.key == bindparam("of"))
_ORGANIZATION = select(organization).where(organization.c.key == bindparam("of"))
_PARTS = select(organization.c.key).where(
    organization.c.parent == bindparam("of"), organization.c.kind.not_in(bindparam("kinds", expanding=True))
)
_ENROLMENTS_AT = (
    select(enrolment.c.source)
    .where(enrolment.c.organization.in_(bindparam("keys", expanding=True)))
    .limit(bindparam("count"))
)
_CONSENTS_BY = select(sp_reference.c.key).where(
    sp_reference.c.param == PARAMS["Consent"]["consentor"].code, sp_reference.c.target == bindparam("of")
)
