"""What was changed in directory, accounts and choices, newest first. Events about a child are not among them."""

from __future__ import annotations

from dataclasses import dataclass

from healthrec.services.admin.entering import PAGE, enter
from healthrec.services.context import Caller, Services
from healthrec.store import admin_accounts
from healthrec.store.admin_accounts import Event

_NEWEST = 2**62


@dataclass(frozen=True, slots=True)
class Changes:
    """A page of changes; `before` is where the next begins, 0 on the last."""

    rows: tuple[Event, ...]
    before: int


def list_changes(services: Services, caller: Caller, *, before: int = 0) -> Changes:
    """The changes below the audit key `before`; from the newest for 0."""
    enter(services, caller, "settings", "/changes")
    with services.database.read() as connection:
        found = admin_accounts.changes(connection, before or _NEWEST, PAGE + 1)
    shown = found[:PAGE]
    return Changes(tuple(shown), shown[-1].key if len(found) > PAGE else 0)
