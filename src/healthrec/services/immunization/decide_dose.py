"""Two sources tell of one dose otherwise: a vaccination nurse looks at both and decides, with a reason. Nothing is overwritten."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from healthrec import errors
from healthrec.errors import Issue
from healthrec.fhir.facts import DIFFERS_FROM
from healthrec.services.context import Caller, Services
from healthrec.services.forms.times import written_at
from healthrec.services.immunization.card import child_with_doses
from healthrec.services.immunization.doses import VERIFIED, is_verified
from healthrec.services.immunization.facts import Dispute, Told, told
from healthrec.services.immunization.origin import may_write
from healthrec.services.immunization.reconciling import may_be_two
from healthrec.services.record.write import Change, apply
from healthrec.store import commands

Decision = Literal["recorded", "other", "both"]
DECISIONS: tuple[Decision, ...] = ("recorded", "other", "both")
_LONGEST = 500


def decide_dose(
    services: Services,
    caller: Caller,
    child_id: str,
    other_id: str,
    decision: str,
    reason: str,
    *,
    command_id: str = "",
) -> None:
    """Keep the dose on record, the second source's, or both as two doses; what was not right stays, marked, with the reason.

    Raises Refused (fields), NotFound (also when it was decided meanwhile), NotAllowed.
    """
    with services.database.read() as connection:
        if command_id and commands.answer(connection, command_id):
            return
        child = child_with_doses(connection, caller, child_id)
        found = told(services, connection, caller, child, services.today())
    if not may_write(services, caller, "amend"):
        raise errors.NotAllowed("access.role-may-not")
    dispute = next((one for one in found.disputes if one.other["id"] == other_id), None)
    if dispute is None:
        raise errors.NotFound(f"Immunization/{other_id}")
    text = reason.strip()
    if issues := [*_faults(dispute, decision, text)]:
        raise errors.Refused(*issues)
    note = {"authorReference": {"reference": caller.person_reference}, "time": written_at(services), "text": text}
    changes = [*_changes(services, found, dispute, decision, note)]
    apply(services, caller, changes, command_id=command_id, reason=text)


def _faults(dispute: Dispute, decision: str, reason: str) -> Iterator[Issue]:
    if decision not in DECISIONS or (decision == "both" and not may_be_two(dispute.recorded, dispute.other)):
        yield Issue("required", "dose.decision-needed", "decision")
    if not reason:
        yield Issue("required", "dose.why-needed", "reason")
    elif len(reason) > _LONGEST:
        yield Issue("too-long", "form.too-long", "reason", {"found": len(reason), "allowed": _LONGEST})


def _changes(
    services: Services, found: Told, dispute: Dispute, decision: str, note: Mapping[str, Any]
) -> Iterator[Change]:
    right = {"recorded": [dispute.recorded], "other": [dispute.other], "both": [dispute.recorded, dispute.other]}
    for one in (dispute.recorded, dispute.other):
        kept = one in right[decision]
        document = {**one, "note": [*one.get("note", ()), note]}
        if not kept:
            document |= {"status": "entered-in-error"}
        elif kept and one is dispute.other:
            document = _stands(services, document)
        else:
            document = _verified(services, document)
        yield Change("PUT", "Immunization", document, one["id"], found.versions[one["id"]])


def _stands(services: Services, document: dict[str, Any]) -> dict[str, Any]:
    """The second source's dose by itself: its mark goes."""
    marks = [one for one in document.get("extension", ()) if one.get("url") != DIFFERS_FROM]
    return _verified(services, {**document, "extension": marks})


def _verified(services: Services, document: dict[str, Any]) -> dict[str, Any]:
    if is_verified(document):
        return document
    mark = {"url": VERIFIED, "valueDateTime": written_at(services)}
    return {**document, "extension": [*document.get("extension", ()), mark]}
