"""Where doses of a place come from: the provincial immunization information system, or written down here. Never both."""

from __future__ import annotations

from healthrec import errors
from healthrec.domain.access import Action
from healthrec.services.choices import choice
from healthrec.services.context import Caller, Services
from healthrec.store.engine import Connection

PROVINCE, HERE = "province", "here"


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
    if not (caller.unbounded or records_here(connection, caller.organization)):
        raise errors.NotAllowed("vaccinate.from-province")
