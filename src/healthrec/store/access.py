"""The one filter: whom a row may be shown to, as an EXISTS that stands on every alias of every query."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    and_,
    bindparam,
    delete,
    exists,
    insert,
    literal,
    or_,
    select,
)

from healthrec.domain.access import OPEN_GRANT
from healthrec.store.engine import Database
from healthrec.store.statements import Statement
from healthrec.store.tables import access_grant, principal

FOREVER = 4_000_000
"""A day that no child's record reaches (year 10952)."""

_WIDTHS = (1, 2, 3, 4, 6, 8, 16, 64, 512, 4096)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks, as the filter needs it: principal numbers, a mask of classes, the day (`date.toordinal()`)."""

    principals: tuple[int, ...]
    classes: int
    day: int

    @property
    def width(self) -> int:
        """How many bind parameters the principals take: few shapes, so that statements are built once."""
        return next(width for width in _WIDTHS if len(self.principals) <= width)

    def parameters(self) -> dict[str, Any]:
        """Bind values for `visible`; unused places repeat a number that nobody has."""
        values: dict[str, Any] = {f"p{i}": -1 for i in range(self.width)}
        values.update({f"p{i}": number for i, number in enumerate(self.principals)})
        return values | {"classes": self.classes, "day": self.day}


def visible(row: FromClause, width: int) -> ColumnElement[bool]:
    """True where `row` (with columns `scope`, `access_bit` and `type`) may be seen by the bound viewer."""
    return seen(row.c.scope, row.c.access_bit, width, row.c.type)


def seen(
    scope: ColumnElement[int], access_bit: ColumnElement[int], width: int, type_: ColumnElement[int] | None = None
) -> ColumnElement[bool]:
    """The same for a row of a projection; what is not made from one FHIR type is closed to grants that are narrowed to some."""
    grant = access_grant.alias()
    mine = exists(
        select(literal(1)).where(
            grant.c.scope == scope,
            holds(grant, width),
            grant.c.classes.bitwise_and(access_bit) != 0,
            grant.c.types == 0 if type_ is None else _of_type(grant, type_),
        )
    )
    return and_(access_bit.bitwise_and(bindparam("classes")) != 0, mine)


def holds(grant: FromClause, width: int) -> ColumnElement[bool]:
    """True for a grant that the bound viewer holds on the bound day."""
    return and_(
        grant.c.principal.in_(_principal_binds(width)),
        grant.c.date_from <= bindparam("day"),
        grant.c.date_to > bindparam("day"),
    )


def principal_numbers(connection: Connection, names: Sequence[str]) -> tuple[int, ...]:
    """Numbers of those principals that exist; a name that no grant ever used sees nothing."""
    if not names:
        return ()
    rows = connection.execute(select(principal.c.number).where(principal.c.name.in_(names))).scalars()
    return tuple(sorted(rows))


def intern_principals(connection: Connection, database: Database, names: Iterable[str]) -> dict[str, int]:
    """Numbers for these principals, new ones added."""
    everybody = set(names)
    known = {name: database.principals[name] for name in everybody if name in database.principals}
    wanted = sorted(everybody - known.keys())
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        rows = connection.execute(select(principal.c.name, principal.c.number).where(principal.c.name.in_(part)))
        known.update((row.name, row.number) for row in rows)
    fresh: list[dict[str, Any]] = [
        {"name": name, "number": database.keys.take()} for name in wanted if name not in known
    ]
    if fresh:
        connection.execute(insert(principal), fresh)
        known.update({row["name"]: row["number"] for row in fresh})
    database.principals.update(known)
    return known


def grant_to_everyone(database: Database) -> None:
    """The directory (scope 0) is open to whoever has signed in; given once to a new installation."""
    house = {"basis": OPEN_GRANT.basis, "classes": OPEN_GRANT.classes, "types": 0, "date_from": 1, "date_to": FOREVER}
    with database.read() as connection:
        if connection.execute(select(access_grant.c.scope).where(access_grant.c.scope == 0)).first():
            return
    with database.write() as connection:
        number = intern_principals(connection, database, [OPEN_GRANT.principal])[OPEN_GRANT.principal]
        replace_grants(connection, 0, [{"scope": 0, "principal": number, "source": 0} | house])


def replace_grants(connection: Connection, source: int, rows: Sequence[dict[str, Any]]) -> None:
    """The grants that the resource `source` gives, instead of what it gave before."""
    _DELETE_GRANTS.run(connection, {"given_by": source})
    _INSERT_GRANTS.many(connection, rows)


class Sight:
    """What one viewer may see, read once for each scope: for a transaction that asks of many rows of one child, none of whose
    changes moves a grant meanwhile."""

    def __init__(self, connection: Connection, viewer: Viewer) -> None:
        self._connection = connection
        self._viewer = viewer
        self._grants: dict[int, list[tuple[int, int]]] = {}

    def may_see(self, scope: int, class_bit: int, type_number: int) -> bool:
        """Whether the viewer holds a grant of this class, for this FHIR type, on this scope today: `visible` for one place."""
        if scope not in self._grants:
            values = self._viewer.parameters() | {"scope": scope}
            self._grants[scope] = [
                (classes, types)
                for classes, types in _grants_statement(self._viewer.width).all(self._connection, values)
            ]
        bits = class_bit & self._viewer.classes
        return any(classes & bits and (not types or types >> type_number & 1) for classes, types in self._grants[scope])


def viewer_may_see(connection: Connection, viewer: Viewer, scope: int, class_bit: int, type_number: int) -> bool:
    """`Sight.may_see` asked once."""
    return Sight(connection, viewer).may_see(scope, class_bit, type_number)


@lru_cache
def _grants_statement(width: int) -> Statement:
    grant = access_grant
    return Statement(
        select(grant.c.classes, grant.c.types).where(grant.c.scope == bindparam("scope"), holds(grant, width))
    )


def _of_type(grant: FromClause, type_number: ColumnElement[Any]) -> ColumnElement[bool]:
    return or_(grant.c.types == 0, grant.c.types.bitwise_rshift(type_number).bitwise_and(1) == 1)


@lru_cache
def _principal_binds(width: int) -> tuple[Any, ...]:
    return tuple(bindparam(f"p{i}") for i in range(width))


_DELETE_GRANTS = Statement(delete(access_grant).where(access_grant.c.source == bindparam("given_by")))
_INSERT_GRANTS = Statement(insert(access_grant))

__all__ = [
    "FOREVER",
    "Sight",
    "Viewer",
    "holds",
    "intern_principals",
    "principal_numbers",
    "replace_grants",
    "seen",
    "viewer_may_see",
    "visible",
]
