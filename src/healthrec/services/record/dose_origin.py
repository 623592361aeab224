"""Where an organisation's doses arrive from the province, none is written down as given by it: never both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from healthrec import errors
from healthrec.errors import Issue
from healthrec.services.choices import choice
from healthrec.services.context import Caller
from healthrec.store.engine import Connection

HERE = "here"


def check_dose_origin(
    connection: Connection, caller: Caller, resource: Mapping[str, Any], before: Mapping[str, Any]
) -> None:
    """Raises Refused for a dose that begins to say that the caller's organisation gave it, where it records none.

    What was recorded before the organisation changed its choice stays and may be corrected.
    """
    if caller.unbounded or not _given(resource) or _given(before):
        return
    if choice(connection, "dose-origin", caller.organization).value != HERE:
        raise errors.Refused(Issue("business-rule", "dose.from-province", "Immunization.primarySource"))


def _given(resource: Mapping[str, Any]) -> bool:
    return (
        resource.get("resourceType") == "Immunization"
        and resource.get("status") == "completed"
        and resource.get("primarySource") is True
    )
