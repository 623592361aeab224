"""A dose that was given is written down with where that is known from; a mistake is marked, never removed."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import uuid4

from healthrec import errors
from healthrec.domain.access import BIT
from healthrec.domain.immunization.reconcile import Found, Told
from healthrec.domain.roster.dates import read_date
from healthrec.errors import Issue
from healthrec.fhir.facts import DIFFERS_FROM, DOSE_SOURCE
from healthrec.fhir.json import recall
from healthrec.fhir.types import TYPE_NUMBER
from healthrec.services.context import Caller, Services
from healthrec.services.forms.times import written_at
from healthrec.services.immunization.doses import (
    CERTIFICATE,
    GIVEN_HERE,
    HL7_ORIGIN,
    OTHER_SYSTEM,
    SOURCES,
    TOLD,
    UNKNOWN,
    DosesPart,
    doses_part,
)
from healthrec.services.immunization.origin import may_write, records_here
from healthrec.services.immunization.reconciling import reconciled, recorded_of
from healthrec.services.immunization.vaccines import vaccines
from healthrec.services.record.write import Change, apply
from healthrec.services.screening.children import Child, child_for, resources_of
from healthrec.store import commands, doses, resources
from healthrec.store.access import viewer_may_see
from healthrec.store.engine import Connection

MOST_DOSES = 9
_LONGEST = {"lot": 40, "place": 80, "reason": 500}
_HL7_ORIGINS = {CERTIFICATE: "record", TOLD: "recall", OTHER_SYSTEM: "provider"}


@dataclass(frozen=True, slots=True)
class NewDose:
    """A dose as it was read from a form."""

    vaccine: str
    day: date
    number: int
    source: str
    lot: str
    place: str


@dataclass(frozen=True, slots=True)
class ShownDoses:
    """A child's doses; `may_record` and `may_correct` say what the caller can do about them."""

    child: Child
    doses: DosesPart
    may_record: bool
    may_correct: bool


def show_doses(services: Services, caller: Caller, child_id: str) -> ShownDoses:
    """Every dose of the child on record. Raises NotFound, also where the caller may see the child but not its doses."""
    with services.database.read() as connection:
        child = child_for(connection, caller, child_id)
        if not _sees(connection, caller, child):
            raise errors.NotFound(f"Patient/{child_id}")
        found = resources_of(connection, caller, child.key, "Immunization")
    event = caller.audit(services, "view", f"page:/children/{child_id}/doses", child=child.key, count=len(found))
    services.committer.commit(event)
    return ShownDoses(child, doses_part(found), may_record(services, caller), may_write(services, caller, "amend"))


def writable_vaccines(services: Services, caller: Caller) -> tuple[str, ...]:
    """What the caller may write down at all: immunoglobulin that tells of a mother's infection is not a nursery's business."""
    kinds = {code: {"resourceType": "Immunization", "vaccineCode": one.concept} for code, one in vaccines().items()}
    mine = caller.roles
    return tuple(
        code
        for code, kind in kinds.items()
        if caller.unbounded or any(services.rights.may_write(role, "create", kind) for role in mine)
    )


def child_to_vaccinate(services: Services, caller: Caller, child_id: str) -> tuple[Child, tuple[str, ...], bool]:
    """(child, sources that the caller may name, whether its doses may be seen). Raises NotFound or NotAllowed.

    A nurse of a nursery may write down what she reads on the certificate without seeing what is recorded already. Where
    doses arrive from the province, none is written down as given here.
    """
    with services.database.read() as connection:
        child = child_for(connection, caller, child_id)
        sees = _sees(connection, caller, child)
        here = caller.unbounded or records_here(connection, caller.organization)
    if not may_record(services, caller):
        raise errors.NotAllowed("access.role-may-not")
    event = caller.audit(services, "view", f"page:/children/{child_id}/doses/new", child=child.key, count=1)
    services.committer.commit(event)
    seen = SOURCES if here else SOURCES[1:]
    return child, seen if sees else (CERTIFICATE,), sees


def record_dose(
    services: Services, caller: Caller, child_id: str, fields: Mapping[str, str], *, command_id: str = ""
) -> str:
    """Write the dose down; answers its id, "" where it is on record already and the caller may not know. A dose that is on record is refused; one that another source tells of otherwise
    stands beside the one on record, to be decided between.

    Raises Refused (names of fields as expressions), NotFound, NotAllowed.
    """
    with services.database.read() as connection:
        if earlier := commands.answer(connection, command_id) if command_id else None:
            return str(json.loads(earlier[1])[0]["id"])
    child, sources, sees = child_to_vaccinate(services, caller, child_id)
    given = read_dose(fields, child.birth, services.today(), sources, writable_vaccines(services, caller))
    document = _document(child, given, caller)
    beside = _contradicted(services, child, given) if given.source != GIVEN_HERE else Found("new")
    if beside.standing == "same" and not sees:
        return ""  # who may not see what is on record learns nothing of it; the record lacks nothing either
    if beside.standing == "same":
        raise errors.Refused(Issue("duplicate", "dose.already-recorded", "date", {"day": given.day}))
    if beside.standing == "differs":
        mark = {"url": DIFFERS_FROM, "valueReference": {"reference": f"Immunization/{beside.other}"}}
        document["extension"] = [mark]
        # Who writes a certificate down without seeing the doses before it must not be stopped by what he may not see.
        caller = replace(caller, unbounded=True)
    change = Change("POST", "Immunization", document, document["id"])
    try:
        return apply(services, caller, [change], command_id=command_id)[0].id
    except errors.Conflict as conflict:
        if conflict.issues[0].key != "record.duplicate":
            raise
        raise errors.Refused(Issue("duplicate", "dose.already-recorded", "date", {"day": given.day})) from None


def mark_mistaken(
    services: Services, caller: Caller, dose_id: str, version: int, reason: str, *, command_id: str = ""
) -> str:
    """The dose was written down by mistake: it stays, marked and with the reason. Answers the id of the child.

    Raises Refused without a reason, NotFound, NotAllowed, Stale.
    """
    with services.database.read() as connection:
        row = resources.read(connection, caller.viewer, "Immunization", dose_id)
    if row is None or not row.body:
        raise errors.NotFound(f"Immunization/{dose_id}")
    document = recall(row.body)
    text = _text({"reason": reason}, "reason", [])
    if not text:
        raise errors.Refused(Issue("required", "dose.reason-needed", "reason"))
    note = {"authorReference": {"reference": caller.person_reference}, "time": written_at(services), "text": text}
    wrong = document | {"status": "entered-in-error", "note": [*document.get("note", ()), note]}
    change = Change("PUT", "Immunization", wrong, dose_id, version)
    apply(services, caller, [change], command_id=command_id, reason=text)
    return str(document["patient"]["reference"]).partition("/")[2]


def read_dose(
    fields: Mapping[str, str], birth: date, today: date, sources: tuple[str, ...], codes: tuple[str, ...]
) -> NewDose:
    """The dose that a form tells of, of these vaccines and sources. Raises Refused with every field that is wrong."""
    issues: list[Issue] = []
    vaccine, source = fields.get("vaccine", ""), fields.get("source", "")
    if vaccine not in codes:
        issues.append(Issue("required", "dose.vaccine-needed", "vaccine"))
    if source not in sources:
        issues.append(Issue("required", "dose.source-needed", "source"))
    day = _day(fields.get("date", ""), birth, today, issues)
    number = _number(fields.get("dose", ""), issues)
    lot, place = _text(fields, "lot", issues), _text(fields, "place", issues)
    if issues or day is None:
        raise errors.Refused(*issues)
    return NewDose(vaccine, day, number, source, lot, place)


def may_record(services: Services, caller: Caller) -> bool:
    """Whether a role of the caller may write a dose down."""
    return may_write(services, caller, "create")


def _contradicted(services: Services, child: Child, given: NewDose) -> Found:
    """What the dose is beside all that is on record, whoever writes it down."""
    with services.database.read() as connection:
        bodies = doses.of_children(connection, None, [child.key]).get(child.key, ())
    recorded = recorded_of(recall(body) for body in bodies)
    told = Told("new", given.vaccine, "", given.day, given.number, given.lot)
    return reconciled(services, recorded, [told]).found["new"]


def _sees(connection: Connection, caller: Caller, child: Child) -> bool:
    return caller.unbounded or viewer_may_see(
        connection, caller.viewer, child.key, BIT["immunization"], TYPE_NUMBER["Immunization"]
    )


def _day(text: str, birth: date, today: date, issues: list[Issue]) -> date | None:
    day = read_date(text).day
    if day is None:
        issues.append(Issue("value", "form.bad-date", "date"))
        return None
    if day > today:
        issues.append(Issue("business-rule", "form.day-in-future", "date", {"day": day}))
    if day < birth:
        issues.append(Issue("business-rule", "form.day-before-birth", "date", {"day": day, "born": birth}))
    return day


def _number(text: str, issues: list[Issue]) -> int:
    digits = unicodedata.normalize("NFKC", text).strip()
    if digits.isascii() and digits.isdigit() and len(digits) < 3 and 1 <= int(digits) <= MOST_DOSES:
        return int(digits)
    issues.append(Issue("value", "dose.number-needed", "dose", {"allowed": MOST_DOSES}))
    return 0


def _text(fields: Mapping[str, str], name: str, issues: list[Issue]) -> str:
    text = fields.get(name, "").strip()
    if len(text) > _LONGEST[name]:
        issues.append(Issue("too-long", "form.too-long", name, {"found": len(text), "allowed": _LONGEST[name]}))
    return text[: _LONGEST[name]]


def _document(child: Child, given: NewDose, caller: Caller) -> dict[str, Any]:
    return {
        "resourceType": "Immunization",
        "id": str(uuid4()),
        "status": "completed",
        "vaccineCode": vaccines()[given.vaccine].concept,
        "patient": {"reference": f"Patient/{child.id}"},
        "occurrenceDateTime": given.day.isoformat(),
        **_origin(given.source),
        **({"lotNumber": given.lot} if given.lot else {"_lotNumber": UNKNOWN}),
        **_performer(given, caller),
        "protocolApplied": [{"doseNumberPositiveInt": given.number}],
    }


def _origin(source: str) -> dict[str, Any]:
    if source == GIVEN_HERE:
        return {"primarySource": True}
    codings = [{"system": DOSE_SOURCE, "code": source}, {"system": HL7_ORIGIN, "code": _HL7_ORIGINS[source]}]
    return {"primarySource": False, "reportOrigin": {"coding": codings}}


def _performer(given: NewDose, caller: Caller) -> dict[str, Any]:
    actors: list[dict[str, Any]] = []
    if given.source == GIVEN_HERE and caller.person_reference:
        actors.append({"actor": {"reference": caller.person_reference}})
    if given.place:
        actors.append({"actor": {"display": given.place}})
    return {"performer": actors} if actors else {}
