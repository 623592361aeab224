"""The door of every administration page: the power is asked for, and the visit is audited."""

from __future__ import annotations

from healthrec.services.accounts.powers import demand
from healthrec.services.context import Caller, Services

PAGE = 50
"""Rows of one page of a list."""


def enter(services: Services, caller: Caller, power: str, page: str) -> None:
    """Raises NotAllowed, audited, without the power `accounts` or `settings`."""
    demand(services, caller, power)
    services.committer.commit(caller.audit(services, "read", f"page:/admin{page}"))
