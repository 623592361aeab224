"""A proposed referral waits for a doctor, who orders it at a hospital or declines it with a reason.

The proposal itself only changes its status, so that nursery and family see what became of it; the order that follows is
a ServiceRequest of its own (`basedOn` the proposal), for FHIR does not let one intent turn into another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from healthrec import errors
from healthrec.domain.screening import Sign
from healthrec.errors import Issue
from healthrec.fhir.json import recall
from healthrec.fhir.types import BASE
from healthrec.services.context import Caller, Services
from healthrec.services.forms.times import day_of, written_at
from healthrec.services.forms.versions import name_of
from healthrec.services.record.write import Change, apply
from healthrec.services.screening.children import Child, child_for
from healthrec.store import duties, resources
from healthrec.store.duties import Nursery
from healthrec.store.engine import Connection

_NAMESPACE = uuid5(UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8"), f"{BASE}order")
_LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is proposed, by whom and why. `signs` are those of the warning-sign table; `other_reasons` are codes of any
    other list; `hospital` and `decided_note` say what became of it; `may_decide`: it waits, and the caller is a doctor."""

    id: str
    version: int
    child: Child
    status: str
    day: date
    proposed_by: str
    signs: tuple[Sign, ...]
    other_reasons: tuple[str, ...]
    screening_id: str
    hospitals: tuple[Nursery, ...]
    hospital: Nursery | None
    decided_note: str
    may_decide: bool


def show_proposal(services: Services, caller: Caller, id_: str) -> Proposal:
    """A referral with what led to it. Raises NotFound."""
    with services.database.read() as connection:
        version, request, child = _read(connection, caller, id_)
        hospitals = tuple(duties.hospitals(connection))
        order = _order_of(connection, caller, id_) or request
        author = name_of(connection, str(request.get("requester", {}).get("reference", "")))
    entity = f"ServiceRequest/{id_}/_history/{version}"
    services.committer.commit(caller.audit(services, "view", entity, child=child.key, count=1))
    waits = request["status"] == "draft" and request["intent"] == "proposal"
    return Proposal(
        id_,
        version,
        child,
        str(request["status"]),
        day_of(str(request["authoredOn"])),
        author,
        *_reasons(services, request),
        _screening(request),
        hospitals,
        _hospital(order, hospitals),
        next((str(note["text"]) for note in request.get("note", ())), ""),
        waits and may_decide(services, caller),
    )


def may_decide(services: Services, caller: Caller) -> bool:
    """Whether a role of the caller may order a referral."""
    order = {"resourceType": "ServiceRequest", "intent": "order"}
    return caller.unbounded or any(services.rights.may_write(role, "create", order) for role in caller.roles)


def accept(
    services: Services, caller: Caller, id_: str, hospital_id: str, version: int, *, command_id: str = ""
) -> str:
    """Refer the child to the hospital: the proposal becomes active, the order is new. Answers the order's id.

    Raises NotFound, NotAllowed, Refused, Stale or Conflict when somebody decided before.
    """
    with services.database.read() as connection:
        _, request, _ = _read(connection, caller, id_)
        known = {one.id for one in duties.hospitals(connection)}
    _may(services, caller)
    if hospital_id not in known:
        raise errors.Refused(Issue("required", "referral.hospital-needed", "hospital"))
    order = _order(services, caller, request, hospital_id)
    changes = [
        Change("PUT", "ServiceRequest", request | {"status": "active"}, id_, version),
        Change("POST", "ServiceRequest", order, order["id"]),
    ]
    apply(services, caller, changes, command_id=command_id)
    return str(order["id"])


def decline(services: Services, caller: Caller, id_: str, reason: str, version: int, *, command_id: str = "") -> None:
    """Revoke the proposal, with the reason as a note. Raises as `accept` does."""
    text = reason.strip()
    with services.database.read() as connection:
        _, request, _ = _read(connection, caller, id_)
    _may(services, caller)
    if not text:
        raise errors.Refused(Issue("required", "referral.reason-needed", "reason"))
    if len(text) > _LONGEST_REASON:
        params = {"found": len(text), "allowed": _LONGEST_REASON}
        raise errors.Refused(Issue("too-long", "form.too-long", "reason", params))
    note = {"authorReference": {"reference": caller.person_reference}, "time": written_at(services), "text": text}
    revoked = request | {"status": "revoked", "note": [*request.get("note", ()), note]}
    apply(services, caller, [Change("PUT", "ServiceRequest", revoked, id_, version)], command_id=command_id)


def _read(connection: Connection, caller: Caller, id_: str) -> tuple[int, dict[str, Any], Child]:
    row = resources.read(connection, caller.viewer, "ServiceRequest", id_)
    if row is None or not row.body:
        raise errors.NotFound(f"ServiceRequest/{id_}")
    request = recall(row.body)
    if request["status"] == "entered-in-error":
        raise errors.NotFound(f"ServiceRequest/{id_}")
    return row.version, request, child_for(connection, caller, request["subject"]["reference"].partition("/")[2])


def _may(services: Services, caller: Caller) -> None:
    if not may_decide(services, caller):
        raise errors.NotAllowed("access.role-may-not")


def _order(services: Services, caller: Caller, request: dict[str, Any], hospital_id: str) -> dict[str, Any]:
    return {
        "resourceType": "ServiceRequest",
        "id": order_id(str(request["id"])),
        "basedOn": [{"reference": f"ServiceRequest/{request['id']}"}],
        "status": "active",
        "intent": "order",
        "subject": request["subject"],
        "occurrencePeriod": {"start": services.today().isoformat()},
        "authoredOn": written_at(services),
        "requester": {"reference": caller.person_reference},
        "performer": [{"reference": f"Organization/{hospital_id}"}],
        **{name: request[name] for name in ("reasonCode", "supportingInfo") if name in request},
    }


def order_id(proposal: str) -> str:
    """The id of the order that follows a proposal: one, however often it is accepted."""
    return str(uuid5(_NAMESPACE, proposal))


def _order_of(connection: Connection, caller: Caller, proposal: str) -> dict[str, Any] | None:
    row = resources.read(connection, caller.viewer, "ServiceRequest", order_id(proposal))
    return recall(row.body) if row and row.body else None


def _reasons(services: Services, request: dict[str, Any]) -> tuple[tuple[Sign, ...], tuple[str, ...]]:
    table = services.rulebook.warning_signs(day_of(str(request["authoredOn"])))
    known = {sign.link_id: sign for column in table.columns for sign in column.signs}
    codes = [coding["code"] for reason in request.get("reasonCode", ()) for coding in reason.get("coding", ())]
    return tuple(known[code] for code in codes if code in known), tuple(code for code in codes if code not in known)


def _screening(request: dict[str, Any]) -> str:
    links = [str(info.get("reference", "")) for info in request.get("supportingInfo", ())]
    return next((text.partition("/")[2] for text in links if text.startswith("QuestionnaireResponse/")), "")


def _hospital(order: dict[str, Any], hospitals: Sequence[Nursery]) -> Nursery | None:
    wanted = [str(one.get("reference", "")).partition("/")[2] for one in order.get("performer", ())]
    return next((one for one in hospitals if one.id in wanted), None)
