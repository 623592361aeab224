"""紧急查阅: one doctor opens one child's record for the rest of the day, with a reason that everybody concerned can read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from healthrec.domain.access import BIT, BreakGlass, Span
from healthrec.errors import Issue, NotAllowed, NotFound, Refused
from healthrec.fhir.types import TYPE_NUMBER
from healthrec.services import instants
from healthrec.services.access.look_up import Sought, find_exactly
from healthrec.services.accounts.powers import demand
from healthrec.services.context import Caller, Services
from healthrec.services.once import Answer, answered, once
from healthrec.services.projections.granting import grant
from healthrec.store import accounts
from healthrec.store import break_glass as rows
from healthrec.store.access import viewer_may_see
from healthrec.store.audit import insert_rows
from healthrec.store.engine import Connection

REASONS = ("emergency", "unwell", "adverse-event", "other")
"""Codes of the term group `break-glass-reason`; "other" needs words of its own."""

MOST_REASON_CHARACTERS = 200
_RECENT = 10
_PART = 500


@dataclass(frozen=True, slots=True)
class Opened:
    """The child's id, and whether an emergency access was written down (not when the record was open to the caller)."""

    child_id: str
    noted: bool


@dataclass(frozen=True, slots=True)
class Recent:
    """One of the caller's own emergency accesses. `reason` is a code, with words of the doctor after a blank."""

    when: datetime
    child_id: str
    child: str
    reason: str


def open_record(
    services: Services, caller: Caller, sought: Sought, reason: str, words: str = "", *, command_id: str = ""
) -> Opened:
    """Open the record of the child that agrees in all, until midnight. `reason` is one of REASONS.

    Raises NotAllowed (power), Throttled (look-ups), NotFound (no such record), Refused (no reason). A record that exists
    is told even without a reason, so that the caller can ask for it to be linked.
    """
    demand(services, caller, "break-glass")
    if kept := answered(services, caller, command_id):
        return Opened(kept["child"], noted=True)
    key = find_exactly(services, caller, sought)
    if not key:
        raise NotFound("identifier")
    with services.database.read() as connection:
        child_id = accounts.ids_of(connection, [key])[key]
        if viewer_may_see(connection, caller.viewer, key, BIT["clinical"], TYPE_NUMBER["Encounter"]):
            return Opened(child_id, noted=False)
    text = reason_text(reason, words)
    _write(services, caller, key, child_id, text, command_id)
    return Opened(child_id, noted=True)


def reason_text(reason: str, words: str) -> str:
    """The code of the reason and the doctor's own words. Raises Refused at the field that lacks something."""
    said = " ".join(words.split())[:MOST_REASON_CHARACTERS]
    if reason not in REASONS:
        raise Refused(Issue("required", "emergency.exists", "reason"))
    if reason == "other" and len(said) < 2:
        raise Refused(Issue("required", "emergency.say-more", "reason_text"))
    return f"{reason} {said}".strip()


def recent(services: Services, caller: Caller) -> tuple[Recent, ...]:
    """The caller's own, newest first. Raises NotAllowed."""
    demand(services, caller, "break-glass")
    with services.database.read() as connection:
        found = rows.of_account(connection, caller.account, _RECENT)
    zone = ZoneInfo(services.settings.zone)
    return tuple(Recent(instants.moment(row.at).astimezone(zone), row.id, row.name, row.reason) for row in found)


def regrant(connection: Connection, services: Services) -> int:
    """The grants of all emergency accesses, ended ones too, as a rebuild of `access_grant` needs them; says how many."""
    done, after = 0, 0
    while part := rows.all_with_ids(connection, after, _PART):
        for row in part:
            _grant(connection, services, row.key, row.child, row.child_id, row.person_id, row.until_day)
        done, after = done + len(part), part[-1].key
    return done


def opened_on(row: Any) -> date:
    """The day of an emergency access, as the rules count days."""
    return date.fromordinal(row.until_day - 1)


def _write(services: Services, caller: Caller, key: int, child_id: str, text: str, command_id: str) -> None:
    person_id = caller.person_reference.removeprefix("Practitioner/")
    if not caller.person or person_id == caller.person_reference:
        raise NotAllowed()
    until = (services.today() + timedelta(days=1)).toordinal()

    def write(connection: Connection) -> Answer:
        source = services.database.keys.take()
        common = {"key": source, "child": key, "person": caller.person, "account": caller.account}
        rows.put(connection, common | {"at": services.now(), "until_day": until, "reason": text})
        _grant(connection, services, source, key, child_id, person_id, until)
        # the doctor's own words stay out of the audit, which holds no names
        event = caller.audit(services, "break-glass", f"Patient/{child_id}", child=key, reason=text.partition(" ")[0])
        insert_rows(connection, services.database.keys.take, [event])
        return {"child": child_id}

    once(services, caller, command_id, write)


def _grant(
    connection: Connection, services: Services, source: int, child: int, child_id: str, person_id: str, until: int
) -> None:
    span = Span(date.fromordinal(until - 1), date.fromordinal(until))
    grant(connection, services, source, child, [BreakGlass(child_id, person_id, span)])
