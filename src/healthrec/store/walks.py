"""Where a walk must not begin. Without statistics SQLite takes every equality for few rows, so that a common value (a type, an
antigen, the name of a form) would lead it through all children before their few."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import ColumnElement, String, func, literal_column

T = TypeVar("T")


def unled(column: ColumnElement[T]) -> ColumnElement[T]:
    """The same value, wrapped so that it leads into no index. For columns that are never null."""
    nothing: ColumnElement[Any] = literal_column("''" if isinstance(column.type, String) else "0")
    return func.coalesce(column, nothing)
