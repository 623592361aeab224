"""What a command needs of the database: beside others, or alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from healthrec.errors import Conflict, Issue
from healthrec.settings import Settings
from healthrec.store import in_use
from healthrec.store.engine import Busy


@contextmanager
def beside_others(settings: Settings) -> Iterator[None]:
    """Work on the database while others may. Raises Conflict while it is remade or replaced."""
    with _marked(settings, alone=False):
        yield


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """Remake or replace the database. Raises Conflict while a server or another command works on it."""
    with _marked(settings, alone=True):
        yield


@contextmanager
def _marked(settings: Settings, *, alone: bool) -> Iterator[None]:
    mark = in_use.in_use(settings.database_url, alone=alone)
    try:
        mark.__enter__()
    except Busy:
        raise Conflict(Issue("conflict", "cli.in-use" if alone else "cli.being-remade")) from None
    try:
        yield
    finally:
        mark.__exit__(None, None, None)
