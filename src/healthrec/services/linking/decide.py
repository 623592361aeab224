"""Who answers for a child's record lets another nursery in, or does not: his doctor, or the nursery where he is now."""

from __future__ import annotations

from dataclasses import dataclass, replace

from healthrec import errors
from healthrec.errors import Conflict, Issue, NotFound, Refused
from healthrec.services.children.enrolling import enrolling
from healthrec.services.children.record import ChildRecord, open_record
from healthrec.services.context import Caller, Services
from healthrec.services.imports.batches import nursery_at
from healthrec.services.imports.classes import classes_of
from healthrec.services.once import Answer, once
from healthrec.services.projections.enrolments import NURSERY
from healthrec.services.record.write import apply_within
from healthrec.store import accounts, link_requests
from healthrec.store.audit import insert_rows
from healthrec.store.engine import Connection
from healthrec.store.link_requests import Request

MOST_REASON_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Shown:
    """The request and the child, as the one who decides sees both."""

    record: ChildRecord
    request: Request


def request_page(services: Services, caller: Caller, key: int) -> Shown:
    """Raises NotFound, NotAllowed."""
    with services.database.read() as connection:
        request, child = _request(connection, services, caller, key)
    return Shown(open_record(services, caller, child, "/link-request"), request)


def accept(services: Services, caller: Caller, key: int, agreed: bool, *, command_id: str = "") -> None:
    """Enrol the child in the nursery that asks, from today; where he is now ends yesterday.

    `agreed`: a guardian knows of it and agrees. Raises NotFound, NotAllowed, Refused, Conflict when it was answered.
    """
    if not agreed:
        raise Refused(Issue("required", "link.guardian-needed", "agreed"))

    def enrol(connection: Connection) -> Answer:
        request, child = _request(connection, services, caller, key)
        unit = classes_of(connection, nursery_at(connection, request.organization)).id_of(request.class_name)
        changes = enrolling(connection, child, request.child, unit, None, services.today())
        # rights to see and to decide were asked above; a nursery could not write for another one
        apply_within(connection, services, replace(caller, unbounded=True), changes, reason=f"link-request:{key}")
        return _answer(connection, services, caller, request, "accepted", "")

    once(services, caller, command_id, enrol)
    services.epoch.turn()


def decline(services: Services, caller: Caller, key: int, reason: str, *, command_id: str = "") -> None:
    """Say no, with a reason that the nursery reads. Raises NotFound, NotAllowed, Refused, Conflict."""
    said = " ".join(reason.split())[:MOST_REASON_CHARACTERS]
    if not said:
        raise Refused(Issue("required", "link.reason-needed", "reason"))

    def refuse(connection: Connection) -> Answer:
        request, _ = _request(connection, services, caller, key)
        return _answer(connection, services, caller, request, "declined", said)

    once(services, caller, command_id, refuse)


def may_decide(services: Services, caller: Caller) -> bool:
    """Whether a role of the caller enters children into nurseries."""
    return any(services.rights.may_write(role, "amend", _STAY) for role in caller.roles if role != "system")


def _request(connection: Connection, services: Services, caller: Caller, key: int) -> tuple[Request, str]:
    """(the request, the child's id) as far as the caller sees the child and may decide."""
    request = link_requests.to_decide(connection, caller.viewer, key)
    if request is None:
        raise NotFound(f"link-request/{key}")
    if not may_decide(services, caller):
        raise errors.NotAllowed("access.role-may-not")
    return request, accounts.ids_of(connection, [request.child])[request.child]


def _answer(
    connection: Connection, services: Services, caller: Caller, request: Request, state: str, reason: str
) -> Answer:
    if not link_requests.decide(connection, request.key, state, caller.account, services.now(), reason):
        raise Conflict(Issue("conflict", "link.answered"))
    event = caller.audit(services, "update", f"link-request/{request.key}", child=request.child, reason=state)
    insert_rows(connection, services.database.keys.take, [event])
    return {"state": state}


_STAY = {
    "resourceType": "EpisodeOfCare",
    "type": [{"coding": [{"system": "https://healthrec.example/fhir/CodeSystem/episode-type", "code": NURSERY}]}],
}
