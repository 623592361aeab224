"""Projections: rows derived from resources, remade in the transaction that writes what they declare to read.

Each function takes one write and the document it stored (None for a deletion or a mistake) and replaces what this
resource gives. A rebuild calls the same functions for every resource, so that it can only give the same rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from healthrec.fhir.types import entered_in_error
from healthrec.services.context import Services
from healthrec.services.projections import (
    children,
    consents,
    contacts,
    due,
    enrolments,
    growth,
    moving,
    organizations,
    people,
    referrals,
    tasks,
)
from healthrec.services.projections.again import Projector
from healthrec.store.engine import Connection
from healthrec.store.resources import Write


class Stale:
    """What of a child must be judged again, gathered while a transaction writes: days of growth, courses of vaccination."""

    def __init__(self) -> None:
        self.days = growth.StaleDays()
        self.courses = due.StaleCourses()

    def remake(self, connection: Connection, services: Services) -> None:
        """Judge it."""
        self.days.remake(connection, services)
        self.courses.remake(connection, services)


_FIRST = {"Organization": 0, "Patient": 1}
_BY_TYPE: dict[str, Projector] = {
    "RelatedPerson": people.project_guardian,
    "PractitionerRole": people.project_role,
    "Organization": organizations.project,
    "EpisodeOfCare": enrolments.project,
    "Consent": consents.project,
    "ServiceRequest": referrals.project,
    "Task": tasks.project,
    "Communication": contacts.project,
}


def project_all(
    connection: Connection, services: Services, written: Sequence[tuple[Write, Mapping[str, Any] | None]]
) -> Stale:
    """Remake what these writes of one transaction give, in whatever order they came; gives what was judged again.

    Organisations go first and children next, since the rest reads their rows; several organisations go twice, because a
    part may stand before its whole. What hangs on an organisation that moved follows.
    """
    stale = Stale()
    ordered = sorted(written, key=lambda one: _FIRST.get(one[0].type, 2))
    places = [one for one in ordered if one[0].type == "Organization"]
    stood = moving.stands(connection, [write for write, _ in places])
    for write, resource in (places if len(places) > 1 else []) + ordered:
        project(connection, services, write, resource, stale)
    moving.remake(connection, services, stood)
    stale.remake(connection, services)
    return stale


def project(
    connection: Connection,
    services: Services,
    write: Write,
    resource: Mapping[str, Any] | None,
    stale: Stale,
) -> None:
    """Remake what this resource gives to the projections; what must be judged again is noted in `stale`."""
    if resource is not None and entered_in_error(resource):
        resource = None
    stale.courses.note(write, resource)
    if write.type == "Observation":
        growth.note(connection, write, resource, stale.days)
    elif write.type == "Patient" and children.project(connection, write, resource):
        stale.days.whole(write.key)
        stale.courses.child(write.key)
    elif write.type in _BY_TYPE:
        _BY_TYPE[write.type](connection, services, write, resource)
