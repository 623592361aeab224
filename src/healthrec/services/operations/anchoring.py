"""Writes the signed head of the audit chain to a file outside the database, once or every few minutes."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from healthrec.crypto.chain import Head, read_head, sign_head
from healthrec.crypto.keys import derive_key
from healthrec.errors import Issue, Refused
from healthrec.services.context import Services
from healthrec.store import audit

EVERY_SECONDS = 300.0
_log = logging.getLogger(__name__)


def anchor(services: Services, to: Path) -> Head:
    """Append the signed head as a line to `to`, on disk when this returns; nothing is added when it did not move."""
    with services.database.read() as connection:
        head = audit.head(connection)
    last = to.read_text("ascii").splitlines()[-1:] if to.exists() else []
    if last and f'"hash":"{head.chain_hash.hex()}"' in last[0]:
        return head
    to.parent.mkdir(parents=True, exist_ok=True)
    with to.open("a", encoding="ascii") as file:
        file.write(sign_head(_key(services), head, services.clock()) + "\n")
        file.flush()
        os.fsync(file.fileno())
    return head


def heads_in(services: Services, file: Path) -> list[Head]:
    """The heads that were kept in `file`, oldest first. Raises Refused for a line that we did not sign."""
    return [head for head, _ in _kept_in(services, file)]


def newest(services: Services, file: Path) -> tuple[Head, datetime] | None:
    """The newest head in `file` and when it was written; None in an empty one. Raises Refused as `heads_in`."""
    return max(_kept_in(services, file), key=lambda kept: kept[0].seq, default=None)


@contextmanager
def anchored(services: Services, every_seconds: float = EVERY_SECONDS) -> Iterator[None]:
    """While inside, the head is written to HEALTHREC_AUDIT_ANCHOR at once, every few minutes and at the end."""
    to = services.settings.audit_anchor
    if to is None:
        yield
        return
    stop = threading.Event()
    thread = threading.Thread(
        target=keep_anchoring, args=(services, to, stop, every_seconds), name="audit-anchor", daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=30)


def keep_anchoring(services: Services, to: Path, stop: threading.Event, every_seconds: float) -> None:
    """Write the head now, every few minutes, and once more after `stop` is set."""
    _try_to_anchor(services, to)
    while not stop.wait(every_seconds):
        _try_to_anchor(services, to)
    _try_to_anchor(services, to)


def _kept_in(services: Services, file: Path) -> list[tuple[Head, datetime]]:
    key, heads = _key(services), []
    for number, line in enumerate(file.read_text("ascii", errors="replace").splitlines(), 1):
        try:
            heads.append(read_head(key, line))
        except ValueError:
            raise Refused(
                Issue("invalid", "cli.audit-anchor-damaged", f"{file.name}:{number}", {"line": number})
            ) from None
    return heads


def _try_to_anchor(services: Services, to: Path) -> None:
    try:
        anchor(services, to)
    except Exception:  # noqa: BLE001 - the record goes on without; the next turn tries again
        _log.exception("the audit head could not be written outside")


def _key(services: Services) -> bytes:
    return derive_key(services.secret, "audit-anchor")
