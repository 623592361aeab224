"""By which access rules the record was classed and granted. Rules that came with a new program hold after a rebuild."""

from __future__ import annotations

from healthrec.services.context import Services
from healthrec.store import house_state
from healthrec.store.engine import Connection

_NAME = "access-rules"


def hold(services: Services) -> bool:
    """Whether what stands in the record goes by this program's rules. An installation without any record does from now on."""
    with services.database.read() as connection:
        kept = house_state.remembered(connection, _NAME)
        fresh = kept is None and not house_state.any_written(connection)
    if fresh:
        with services.database.write() as connection:
            keep(connection, services)
    return fresh or kept == services.access_rules


def keep(connection: Connection, services: Services) -> None:
    """Remember that it does."""
    house_state.remember(connection, _NAME, services.access_rules)
