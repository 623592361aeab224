"""What a session is still asked for: totp → password → enrol → open."""

from __future__ import annotations

from typing import Any

from healthrec.services.choices import needs_second_factor
from healthrec.services.context import Services

ASKED = "asked"
"""Stands in `account.totp_secret` while a second factor is asked for and not set up yet."""


def next_stage(services: Services, account: Any, *, code_given: bool = False) -> str:
    """The stage that a session of this account row goes to next; `code_given` once its one-time code was right."""
    set_up = account.totp_secret not in ("", ASKED)
    if set_up and not code_given:
        return "totp"
    if account.must_change:
        return "password"
    if not set_up and (
        account.totp_secret == ASKED or needs_second_factor(services, account.role, account.organization)
    ):
        return "enrol"
    return "open"
