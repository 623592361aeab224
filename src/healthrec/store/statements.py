"""Statements of the hot paths: built by SQLAlchemy once, turned to text once per database, then run by the driver itself.

Running one costs a few microseconds over the driver, where a statement handed to the engine costs 35 to 60. Columns must be
of types that need no conversion (text, integers, floats, bytes). Rows are plain tuples in the order of the columns.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import ClauseElement, Connection, Dialect, Insert, Table

from healthrec.store import postgres
from healthrec.store.dialects import HOT

Values = Mapping[str, Any]


class Statement:
    """One statement with named binds. Both databases are given them by position."""

    __slots__ = ("_clause", "_texts")

    def __init__(self, clause: ClauseElement) -> None:
        self._clause = clause
        self._texts: dict[str, _Text] = {}

    def all(self, connection: Connection, values: Values) -> list[tuple[Any, ...]]:
        """Every row."""
        return self._made(connection).rows(connection, values)

    def first(self, connection: Connection, values: Values) -> tuple[Any, ...] | None:
        """The first row; the rest is fetched too, because an unfinished cursor would hold back checkpoints."""
        found = self._made(connection).rows(connection, values)
        return found[0] if found else None

    def run(self, connection: Connection, values: Values) -> None:
        """Execute what gives no rows. On PostgreSQL an error may show only at the next question or the commit."""
        self._made(connection).many(connection, [values])

    def many(self, connection: Connection, rows: Sequence[Values]) -> None:
        """Like `run`, once for each of the rows."""
        if rows:
            self._made(connection).many(connection, rows)

    def _made(self, connection: Connection) -> _Text:
        name = connection.dialect.name
        made = self._texts.get(name)
        if made is None:
            made = self._texts[name] = _TEXTS[name](self._clause, HOT[name])
        return made


class _Text(ABC):
    """The statement in one database's words; order and defaults of binds may differ between databases."""

    def __init__(self, clause: ClauseElement, dialect: Dialect) -> None:
        optional: dict[str, Any] = {}
        names = None
        if isinstance(clause, Insert):
            names = [column.name for column in clause.table.columns]
            optional = {column.name: None for column in clause.table.columns if column.nullable}
        compiled = clause.compile(dialect=dialect, column_keys=names)
        # the compiler marks a bind that must be given by a symbol, which is an int and would be stored as one
        given = {name: bind.value for name, bind in getattr(compiled, "binds", {}).items() if not bind.required}
        self._defaults = optional | {name: value for name, value in given.items() if value is not None}
        self._names: tuple[str, ...] = tuple(getattr(compiled, "positiontup", None) or ())
        self._pick = itemgetter(*self._names) if len(self._names) > 1 else self._one_by_one
        self._text = str(compiled)

    @abstractmethod
    def rows(self, connection: Connection, values: Values) -> list[tuple[Any, ...]]: ...

    @abstractmethod
    def many(self, connection: Connection, rows: Sequence[Values]) -> None: ...

    def _bound(self, values: Values) -> Sequence[Any]:
        try:
            return self._pick(values)
        except KeyError:
            return self._one_by_one(values)

    def _one_by_one(self, values: Values) -> Sequence[Any]:
        return [values[name] if name in values else self._defaults[name] for name in self._names]


class _SqliteText(_Text):
    def rows(self, connection: Connection, values: Values) -> list[tuple[Any, ...]]:
        cursor = connection.connection.cursor()
        cursor.execute(self._text, self._bound(values))
        return list(cursor.fetchall())

    def many(self, connection: Connection, rows: Sequence[Values]) -> None:
        cursor = connection.connection.cursor()
        if len(rows) == 1:
            cursor.execute(self._text, self._bound(rows[0]))
        else:
            cursor.executemany(self._text, [self._bound(row) for row in rows])


class _PostgresText(_Text):
    def __init__(self, clause: ClauseElement, dialect: Dialect) -> None:
        super().__init__(clause, dialect)
        self._one = postgres.Prepared(self._text)
        table = clause.table if isinstance(clause, Insert) else None
        self._bulk = postgres.bulk_insert(table, self._names) if isinstance(table, Table) else None

    def rows(self, connection: Connection, values: Values) -> list[tuple[Any, ...]]:
        return self._one.rows(connection, [postgres.sent(value) for value in self._bound(values)])

    def many(self, connection: Connection, rows: Sequence[Values]) -> None:
        bound = [self._bound(row) for row in rows]
        if self._bulk is not None and len(rows) > 1:
            self._bulk.send(connection, [postgres.array(column) for column in zip(*bound, strict=True)])
            return
        for row in bound:
            self._one.send(connection, [postgres.sent(value) for value in row])


_TEXTS: dict[str, type[_Text]] = {"sqlite": _SqliteText, "postgresql": _PostgresText}
