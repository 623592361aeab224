"""What the auditor's page says of the chain: when it was last checked and found whole or not, and how far it is kept outside.

A check of years of events takes minutes, so a page only asks for it and a worker makes it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from healthrec.crypto.chain import BadEvent
from healthrec.errors import Refused
from healthrec.services import instants
from healthrec.services.accounts.powers import demand
from healthrec.services.context import Caller, Services
from healthrec.services.operations.anchoring import heads_in, newest
from healthrec.services.operations.audit_check import verify_audit
from healthrec.store import house_state
from healthrec.store.audit import insert_rows

_KEPT = "audit-check"
_POWERS = ("audit", "accounts")


@dataclass(frozen=True, slots=True)
class Checked:
    """The last check: up to which event, and the first bad one (0 for none) with a code of `crypto.chain.Finding`,
    "anchor-damaged" where the heads outside could not be read, "" where the chain is whole."""

    at: datetime
    last: int
    first_bad: int
    finding: str


@dataclass(frozen=True, slots=True)
class Standing:
    """`checked` is None where the chain never was; `running` when a check was asked for and is not done. `anchored` is
    (event, moment) of the newest head outside; None where none is kept, or it cannot be read (`damaged`)."""

    checked: Checked | None
    running: bool
    anchored: tuple[int, datetime] | None
    damaged: bool


def standing(services: Services, caller: Caller) -> Standing:
    """How the chain stands. Needs the power `audit` or `accounts`."""
    demand(services, caller, *_POWERS)
    kept = _kept(services)
    zone = ZoneInfo(services.settings.zone)
    checked = None
    if kept.get("done"):
        moment = instants.moment(kept["done"]).astimezone(zone)
        checked = Checked(moment, kept["last"], kept["bad"], kept["finding"])
    anchored, damaged = _anchored(services, zone)
    return Standing(checked, _runs(kept), anchored, damaged)


def ask_check(services: Services, caller: Caller) -> None:
    """Note that a check is wanted; somebody has to call `check`. Needs the power `audit` or `accounts`."""
    demand(services, caller, *_POWERS)
    event = caller.audit(services, "configure", "audit-check")
    kept = _kept(services) | {"asked": services.now()}
    with services.database.write() as connection:
        house_state.remember(connection, _KEPT, json.dumps(kept))
        insert_rows(connection, services.database.keys.take, [event])


def is_wanted(services: Services) -> bool:
    """Whether a check was asked for and is not done."""
    return _runs(_kept(services))


def check(services: Services, outside: Path | None = None) -> tuple[int, BadEvent | None]:
    """Check the chain against itself and the heads kept outside, and remember what came out; answers as `verify_audit`.

    `outside` is the file of heads, that of the settings by itself. Raises Refused for a file of heads that was tampered with.
    """
    outside = outside or services.settings.audit_anchor
    try:
        heads = heads_in(services, outside) if outside and outside.exists() else []
    except Refused:
        _remember(services, 0, None, "anchor-damaged")
        raise
    last, bad = verify_audit(services, heads)
    _remember(services, last, bad, bad.finding if bad else "")
    return last, bad


def _remember(services: Services, last: int, bad: BadEvent | None, finding: str) -> None:
    found = {"last": last, "bad": bad.seq if bad else 0, "finding": finding, "done": services.now()}
    kept = _kept(services) | found
    with services.database.write() as connection:
        house_state.remember(connection, _KEPT, json.dumps(kept))


def _kept(services: Services) -> dict[str, Any]:
    with services.database.read() as connection:
        kept: dict[str, Any] = json.loads(house_state.remembered(connection, _KEPT) or "{}")
    return kept


def _runs(kept: dict[str, Any]) -> bool:
    return bool(kept.get("asked", 0) > kept.get("done", 0))


def _anchored(services: Services, zone: ZoneInfo) -> tuple[tuple[int, datetime] | None, bool]:
    outside = services.settings.audit_anchor
    if outside is None or not outside.exists():
        return None, False
    try:
        head = newest(services, outside)
    except Refused:
        return None, True
    return (head[0].seq, head[1].astimezone(zone)) if head else None, False
