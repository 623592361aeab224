"""The mark of an installation that holds a demo town and nothing else: it may be thrown away, and its sign-ins are known to all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from healthrec.services.context import Services
from healthrec.settings import Settings
from healthrec.store import house_state
from healthrec.store.engine import Database
from healthrec.store.schema import downgrade, upgrade

_NAME = "demo-town"


def demo_mark(settings: Settings) -> dict[str, Any] | None:
    """What `mark` kept in this database (made when it is not there); None for an installation that is no demo."""
    database = Database(settings.database_url, key=settings.database_key)
    try:
        kept = house_state.peek(database, _NAME)
    finally:
        database.close()
    return dict(json.loads(kept)) if kept else None


def mark(services: Services, what: Mapping[str, Any]) -> None:
    """Keep `what` is known of the town: from now on this installation counts as a demo."""
    with services.database.write() as connection:
        house_state.remember(connection, _NAME, json.dumps(what, sort_keys=True))


def as_demo(settings: Settings) -> Settings:
    """Settings of a demo: pages say so; without a secret of its own it takes one that, like its passwords, is no secret."""
    public = "demo " + hashlib.sha256(settings.database_url.rpartition("@")[2].encode()).hexdigest()
    embedded = settings.database_url.startswith("sqlite")
    return settings.model_copy(update={"demo": True, "secret_key": settings.secret_key or ("" if embedded else public)})


def is_empty(settings: Settings) -> bool:
    """Whether nothing was ever written into this database."""
    database = Database(settings.database_url, key=settings.database_key)
    try:
        upgrade(database)
        with database.read() as connection:
            return not house_state.any_written(connection)
    finally:
        database.close()


def throw_away(settings: Settings) -> None:
    """Empty the database. The caller has made sure that it holds a demo town."""
    database = Database(settings.database_url, key=settings.database_key)
    try:
        downgrade(database, "base")
        upgrade(database)
    finally:
        database.close()


def program_print(rules_version: str) -> str:
    """Differs when this program keeps or judges things otherwise than the one that made a town."""
    return hashlib.sha256(f"{house_state.schema_print()} {rules_version}".encode()).hexdigest()[:16]
