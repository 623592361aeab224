"""From options to an opened installation."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pydantic import ValidationError

from healthrec.cli.speaking import err, stop
from healthrec.services.context import Services
from healthrec.services.opening import opened
from healthrec.services.operations import in_use
from healthrec.services.operations.demo_mark import as_demo, demo_mark
from healthrec.settings import Settings


def settings_with(database_url: str = "", **values: Any) -> Settings:
    """HEALTHREC_* with what was given on the command line in its place."""
    given = values | ({"database_url": database_url} if database_url else {})
    try:
        return Settings(**given)
    except ValidationError as error:
        for fault in error.errors():
            err.print(f"HEALTHREC_{str(fault['loc'][0]).upper()}: {fault['msg']}", markup=False)
        stop("cli.bad-settings")


@contextmanager
def installation(database_url: str = "", *, alone: bool = False) -> Iterator[Services]:
    """The opened installation, beside a server and other commands or `alone`; one that holds a demo town opens as a demo."""
    settings = settings_with(database_url)
    if demo_mark(settings) is not None:
        settings = as_demo(settings)
    if not settings.database_url.startswith("sqlite") and not settings.secret_key:
        stop("cli.secret-needed")
    with in_use.alone(settings) if alone else in_use.beside_others(settings), opened(settings) as services:
        yield services
