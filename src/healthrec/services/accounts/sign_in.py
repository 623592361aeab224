"""Signing in: password, then what is still asked for (a code, a new password, a second factor to set up)."""

from __future__ import annotations

import threading
from typing import Any

from healthrec.crypto.passwords import hash_password, needs_rehash, verify_nobody, verify_password
from healthrec.errors import SignInNeeded, Throttled
from healthrec.services.accounts.sessions import begin
from healthrec.services.accounts.stages import next_stage
from healthrec.services.accounts.tries import take_try
from healthrec.services.context import Services
from healthrec.store import accounts
from healthrec.store.audit import AuditRow, insert_rows

HASHING = threading.BoundedSemaphore(2)
"""One check of a password takes 64 MiB; sign-ins beyond two at once wait their turn."""


def sign_in(services: Services, username: str, password: str, address: str, language: str = "") -> tuple[str, str]:
    """(cookie, stage) of a new session. `language` is what was chosen on the sign-in page, "" for no choice.

    Raises SignInNeeded, the same for every reason why not, and Throttled after too many tries. All are audited.
    """
    username = username.strip()
    try:
        take_try(services, username)
    except Throttled:
        _note(services, None, address, "throttled")
        raise
    with services.database.read() as connection:
        row = accounts.by_username(connection, username)
    right = _is_right(row, password)
    if row is None or not right or row.locked or row.role == "system":
        _note(services, row, address, "wrong" if not right else "closed")
        raise SignInNeeded("access.wrong-password")
    return _admit(services, row, password, address, language)


def sign_in_event(services: Services, row: Any, address: str, reason: str = "") -> AuditRow:
    """The audit event of a sign-in, or of its refusal for a reason. What was typed as a name is never kept."""
    outcome = "refused" if reason else "success"
    account, person, role = (row.key, row.person, row.role) if row else (0, 0, "")
    return AuditRow(services.now(), account, person, role, "sign-in", outcome, "sign-in", address, reason=reason)


def _is_right(row: Any, password: str) -> bool:
    with HASHING:
        if row is None or not row.password_hash:
            verify_nobody(password)
            return False
        return verify_password(row.password_hash, password)


def _note(services: Services, row: Any, address: str, reason: str) -> None:
    services.committer.commit(sign_in_event(services, row, address, reason))


def _admit(services: Services, row: Any, password: str, address: str, language: str) -> tuple[str, str]:
    stage = next_stage(services, row)
    # a right password alone does not wipe out the wrong codes before it
    changes: dict[str, Any] = {"retry_at": 0, "failures": max(row.failures - 1, 0) if stage == "totp" else 0}
    if language in ("zh", "en"):
        changes["language"] = language
    if needs_rehash(row.password_hash):
        changes["password_hash"] = hash_password(password)
    with services.database.write() as connection:
        accounts.change_account(connection, row.key, **changes)
        accounts.drop_expired(connection, services.now())
        cookie = begin(connection, services, row.key, stage)
        insert_rows(connection, services.database.keys.take, [sign_in_event(services, row, address)])
    return cookie, stage
