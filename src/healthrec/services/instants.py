"""Instants as the house keeps them (microseconds since 1970, UTC) and as FHIR writes them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@lru_cache(maxsize=1024)
def text(microseconds: int) -> str:
    """A FHIR instant in UTC with microseconds, such as 2026-11-22T01:02:03.000004Z."""
    return (_EPOCH + timedelta(microseconds=microseconds)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@lru_cache(maxsize=1024)
def http_date(microseconds: int) -> str:
    """An HTTP date, for Last-Modified."""
    return (_EPOCH + timedelta(microseconds=microseconds)).strftime("%a, %d %b %Y %H:%M:%S GMT")


def moment(microseconds: int) -> datetime:
    """The instant as a datetime in UTC."""
    return _EPOCH + timedelta(microseconds=microseconds)
