"""How both databases are asked so that they plan a statement well, and once.

A constant is written into the text, where the planner sees it, instead of being bound at each run.
"""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import BindParameter
from sqlalchemy.dialects.postgresql.psycopg import PGCompiler_psycopg, PGDialect_psycopg
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

_A_NUMBER = re.compile(r"\s*LIMIT \d")


class SqliteCompiler(SQLiteCompiler):
    """SQLite looks into a LIMIT that is a bare bind, and so plans the statement anew each time it is run: that costs more
    than running it."""

    def limit_clause(self, select: Any, **kw: Any) -> str:
        given: str = super().limit_clause(select, **kw)  # type: ignore[no-untyped-call]
        return given if _A_NUMBER.match(given) else given.replace(" OFFSET", " + 0 OFFSET", 1)


class _WritesConstants:
    """What nobody can name is a constant. Other types than these have no short literal that both databases read."""

    def visit_bindparam(self, bindparam: BindParameter[Any], *args: Any, **kw: Any) -> Any:
        if bindparam.unique and not bindparam.expanding and type(bindparam.value) in (int, str):
            kw["literal_binds"] = True
        return super().visit_bindparam(bindparam, *args, **kw)  # type: ignore[misc]


class _HotSqliteCompiler(_WritesConstants, SqliteCompiler):
    pass


class _HotPostgresCompiler(_WritesConstants, PGCompiler_psycopg):
    pass


def _sqlite() -> SQLiteDialect_pysqlite:
    dialect = SQLiteDialect_pysqlite()
    dialect.statement_compiler = _HotSqliteCompiler
    return dialect


def _postgres() -> PGDialect_psycopg:
    dialect = PGDialect_psycopg(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]
    dialect.statement_compiler = _HotPostgresCompiler
    return dialect


HOT = {"sqlite": _sqlite(), "postgresql": _postgres()}
"""The dialects of `store.statements`, by the name of the database."""
