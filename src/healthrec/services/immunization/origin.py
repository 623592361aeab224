"""Where doses of a place come from: the provincial immunization information system, or written down here. Never both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from healthrec import errors
from healthrec.domain.access import Action
from healthrec.services.choices import choice
from healthrec.services.context import Caller, Services
from healthrec.services.record.dose_origin import HERE
from healthrec.store import imports, projections
from healthrec.store.engine import Connection


@dataclass(frozen=True, slots=True)
class Origin:
    """How an organisation comes by its doses; `imported` is the day of the last import that was saved, None before one."""

    here: bool
    imported: date | None


def origin_of(services: Services, connection: Connection, organization: int) -> Origin:
    """The choice that holds for an organisation (key), and the last import into it or one above it."""
    line = projections.ancestors(connection, organization) if organization else []
    last = imports.last_saved(connection, line, "doses") if line else 0
    zone = ZoneInfo(services.settings.zone)
    day = datetime.fromtimestamp(last / 1_000_000, UTC).astimezone(zone).date() if last else None
    return Origin(records_here(connection, organization), day)


def records_here(connection: Connection, organization: int) -> bool:
    """Whether this organisation writes down itself what it gives."""
    return choice(connection, "dose-origin", organization).value == HERE


def may_write(services: Services, caller: Caller, action: Action) -> bool:
    """Whether a role of the caller may do this to a dose."""
    kind = {"resourceType": "Immunization"}
    return caller.unbounded or any(services.rights.may_write(role, action, kind) for role in caller.roles)


def must_record_here(services: Services, connection: Connection, caller: Caller) -> None:
    """Raises NotAllowed for a role that records no dose, and where doses arrive from the province."""
    if not may_write(services, caller, "create"):
        raise errors.NotAllowed("access.role-may-not")
    if caller.unbounded:
        return
    origin = origin_of(services, connection, caller.organization)
    if not origin.here:
        key = "vaccinate.from-province" if origin.imported else "vaccinate.from-province-never"
        raise errors.NotAllowed(key, day=origin.imported or "")
