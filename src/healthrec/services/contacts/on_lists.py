"""The contact log as lists show it: the last contact with each child's family, and the rate of those who came."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from healthrec.domain.contacts import CAME_BACK_DAYS, LISTS
from healthrec.pages.contact_words import Call
from healthrec.services.context import Caller, Services
from healthrec.store import came_back, contacts
from healthrec.store.engine import Connection


def last_calls(connection: Connection, caller: Caller, list_: str, children: Sequence[int]) -> dict[int, Call]:
    """By child, the last contact on account of the list; for children whom the page shows and audits."""
    found = contacts.latest_of(connection, caller.viewer, list_, children)
    return {key: call_of(row.outcome, row.day, row.again_on, row.failures) for key, row in found.items()}


def call_of(outcome: str, day: int, again_on: int | None, failures: int | None) -> Call:
    """From the columns of the log, with days as ordinals."""
    return Call(outcome, date.fromordinal(day), date.fromordinal(again_on) if again_on else None, failures or 0)


def rate(services: Services, connection: Connection, caller: Caller, list_: str) -> tuple[int, int]:
    """(children called lately, those of them who came since); (0, 0) for a list where coming back has no meaning."""
    shown_by = LISTS[list_].came_back
    if shown_by is None:
        return 0, 0
    since = services.today().toordinal() - CAME_BACK_DAYS
    offset = services.clock().astimezone(ZoneInfo(services.settings.zone)).utcoffset()
    ahead = int(offset.total_seconds()) if offset else 0
    return came_back.came_back(connection, caller.viewer, list_, shown_by, since, ahead)
