"""Whether this installation can serve: database reachable and at the schema that this program needs."""

from __future__ import annotations

from healthrec.services.context import Services
from healthrec.store import schema


def readiness(services: Services) -> list[str]:
    """What stands in the way; empty when ready. Names no inside."""
    try:
        found = schema.current(services.database)
    except Exception:  # noqa: BLE001 - any failure of the database means the same to a load balancer
        return ["database not reachable"]
    return [] if found == schema.newest() else ["schema not current"]
