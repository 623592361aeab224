"""Doses of an organisation arrive from the province or are written down by it: never both, whichever way they come in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from healthrec import errors
from healthrec.errors import Issue
from healthrec.fhir.facts import dose_source
from healthrec.services.choices import choice
from healthrec.services.context import Caller
from healthrec.store.engine import Connection

HERE = "here"


def check_dose_origin(
    connection: Connection, caller: Caller, resource: Mapping[str, Any], before: Mapping[str, Any], owner: int
) -> None:
    """Raises Refused for a dose that begins to say that the caller's organisation gave it, where it records none, and for one
    that another system hands over for a child whose organisation (`owner`, a key) records doses itself.

    What was recorded before the organisation changed its choice stays and may be corrected. Whoever runs the installation brings
    whole records in, with the doses of either kind.
    """
    if caller.unbounded or resource.get("resourceType") != "Immunization" or resource.get("status") != "completed":
        return
    if _is_given(resource) and not _is_given(before):
        if choice(connection, "dose-origin", caller.organization).value != HERE:
            raise errors.Refused(Issue("business-rule", "dose.from-province", "Immunization.primarySource"))
    elif (
        caller.role == "system"
        and not (before or _is_given(resource))
        and dose_source(resource) == "other-system"
        and choice(connection, "dose-origin", owner).value == HERE
    ):
        raise errors.Refused(Issue("business-rule", "dose.recorded-here", "Immunization.primarySource"))


def _is_given(resource: Mapping[str, Any]) -> bool:
    return resource.get("status") == "completed" and resource.get("primarySource") is True
