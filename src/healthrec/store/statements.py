"""Statements of the hot paths: built by SQLAlchemy once, turned to text once per database, then run on the bare cursor.

Running one costs a few microseconds over the driver, where a statement handed to the engine costs 35 to 60. Columns must be
of types that need no conversion (text, integers, floats, bytes). Rows are plain tuples in the order of the columns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ClauseElement, Connection, Insert


class Statement:
    """One statement with named binds. For PostgreSQL it runs with names, for SQLite with positions."""

    __slots__ = ("_clause", "_texts")

    def __init__(self, clause: ClauseElement) -> None:
        self._clause = clause
        self._texts: dict[str, _Text] = {}

    def all(self, connection: Connection, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Every row."""
        found: list[tuple[Any, ...]] = self._run(connection, values).fetchall()
        return found

    def first(self, connection: Connection, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """The first row; the rest is fetched too, because an unfinished cursor would hold back checkpoints."""
        found: list[tuple[Any, ...]] = self._run(connection, values).fetchall()
        return found[0] if found else None

    def run(self, connection: Connection, values: Mapping[str, Any]) -> None:
        """Execute what gives no rows."""
        self._run(connection, values)

    def many(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Execute once for each of the rows."""
        if len(rows) == 1:
            self._run(connection, rows[0])
        elif rows:
            made = self._made(connection)
            cursor = connection.connection.cursor()
            cursor.executemany(made.text, [made.bound(row) for row in rows])

    def _run(self, connection: Connection, values: Mapping[str, Any]) -> Any:
        made = self._texts.get(connection.dialect.name) or self._made(connection)
        cursor = connection.connection.cursor()
        cursor.execute(made.text, made.bound(values))
        return cursor

    def _made(self, connection: Connection) -> _Text:
        dialect = connection.dialect
        if dialect.name not in self._texts:
            optional: dict[str, Any] = {}
            names = None
            if isinstance(self._clause, Insert):
                names = [column.name for column in self._clause.table.columns]
                optional = {column.name: None for column in self._clause.table.columns if column.nullable}
            compiled = self._clause.compile(dialect=dialect, column_keys=names)
            # the compiler marks a bind that must be given by a symbol, which is an int and would be stored as one
            given = {name: bind.value for name, bind in getattr(compiled, "binds", {}).items() if not bind.required}
            defaults = optional | {name: value for name, value in given.items() if value is not None}
            positions = getattr(compiled, "positiontup", None) if dialect.name == "sqlite" else None
            self._texts[dialect.name] = _Text(str(compiled), tuple(positions or ()), defaults, positions is not None)
        return self._texts[dialect.name]


class _Text:
    """The statement in one database's words; names and defaults of binds may differ between databases."""

    __slots__ = ("_by_position", "_defaults", "_names", "text")

    def __init__(self, text: str, names: tuple[str, ...], defaults: dict[str, Any], by_position: bool) -> None:
        self.text = text
        self._names = names
        self._defaults = defaults
        self._by_position = by_position

    def bound(self, values: Mapping[str, Any]) -> Any:
        if self._by_position:
            defaults = self._defaults
            return [values[name] if name in values else defaults[name] for name in self._names]
        return {**self._defaults, **values} if self._defaults else values
