"""Opens one installation: database, rules, rights, keys, and the threads that commit and seal the audit."""

from __future__ import annotations

import hashlib
import json
import logging
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from healthrec.crypto.columns import column_keys
from healthrec.domain.access import GrantRules, Rights, grant_rules_from, rights_from
from healthrec.errors import Issue, Refused
from healthrec.rulebook import Rulebook, load_rulebook
from healthrec.rulebook.files import read_yaml
from healthrec.services import access_rules
from healthrec.services.choices import CHOICES
from healthrec.services.context import Services
from healthrec.settings import Settings, schemas_dir
from healthrec.store import audit
from healthrec.store.access import grant_to_everyone
from healthrec.store.audit_committer import Committer
from healthrec.store.engine import Database
from healthrec.store.schema import upgrade

_log = logging.getLogger(__name__)


@contextmanager
def opened(settings: Settings, clock: Callable[[], datetime] | None = None) -> Iterator[Services]:
    """The services of an installation, its schema brought up to date; closed and drained on leaving.

    Raises Refused for a setting that would not do what it says.
    """
    _check(settings)
    database = Database(settings.database_url, key=settings.database_key)
    upgrade(database)
    grant_to_everyone(database)
    committer = Committer(database)
    sealer = Sealer(database)
    try:
        services = _services(settings, database, committer, clock or (lambda: datetime.now(UTC)))
        access_rules.hold(services)
        yield services
    finally:
        committer.close()
        sealer.close()
        database.close()


def _check(settings: Settings) -> None:
    """A misspelt role would ask nobody for the second factor. The roles are not known to the room of settings."""
    allowed = CHOICES["second-factor-roles"].options
    if unknown := [role for role in settings.totp_roles if role not in allowed]:
        params = {"found": ", ".join(unknown), "allowed": ", ".join(allowed)}
        raise Refused(Issue("value", "settings.unknown-role", "HEALTHREC_TOTP_ROLES", params))


class Sealer:
    """Chains committed audit events twice a second, and once more at the end."""

    def __init__(self, database: Database, every_seconds: float = 0.5) -> None:
        self._database = database
        self._every = every_seconds
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="audit-sealer", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Seal what is left and stop."""
        self._stop.set()
        self._thread.join(timeout=30)

    def _run(self) -> None:
        while not self._stop.wait(self._every):
            self._seal()
        self._seal()

    def _seal(self) -> None:
        try:
            seal_all(self._database)
        except Exception:  # noqa: BLE001 - the next turn tries again; without this the chain would end here for good
            _log.exception("sealing the audit failed")


def seal_all(database: Database) -> None:
    """Seal every event that is committed by now; those that go on coming in are for the next turn."""
    with database.read() as connection:
        waiting = audit.count_unsealed(connection)
    while waiting > 0:
        with database.write() as connection:
            audit.seal(connection)
        waiting -= audit.SEALED_AT_ONCE


def _services(settings: Settings, database: Database, committer: Committer, clock: Callable[[], datetime]) -> Services:
    secret = settings.secret_key or _kept_secret(database)
    rulebook, rights, grant_rules, forms = _rules(schemas_dir())
    return Services(
        settings=settings,
        database=database,
        rulebook=rulebook,
        rights=rights,
        grant_rules=grant_rules,
        forms=forms,
        committer=committer,
        column_keys=column_keys(secret),
        secret=secret,
        access_rules=_access_print(schemas_dir()),
        clock=clock,
    )


@lru_cache(maxsize=2)
def _rules(schemas: Path) -> tuple[Rulebook, Rights, GrantRules, dict[str, dict[str, Any]]]:
    """What `schemas/` says, read and checked once in a process: it is shipped with the code and does not change under it."""
    rights = rights_from(read_yaml(schemas, "access/rights.yaml"), read_yaml(schemas, "access/types.yaml"))
    grant_rules = grant_rules_from(read_yaml(schemas, "access/grants.yaml"), rights)
    return load_rulebook(schemas), rights, grant_rules, _forms(schemas)


@lru_cache(maxsize=2)
def _access_print(schemas: Path) -> str:
    parts = [path.read_bytes() for path in sorted((schemas / "access").glob("*.yaml"))]
    return hashlib.sha256(b"\n".join(parts)).hexdigest()[:16]


def _forms(schemas: Path) -> dict[str, dict[str, Any]]:
    """The Questionnaires of the house by `url|version`."""
    forms = {}
    for path in sorted((schemas / "questionnaires").glob("*.json")):
        form = json.loads(path.read_text(encoding="utf-8"))
        forms[f"{form['url']}|{form['version']}"] = form
    return forms


def _kept_secret(database: Database) -> str:
    """Without HEALTHREC_SECRET_KEY an embedded installation makes one and keeps it in a file beside the database."""
    if database.path is None:
        raise RuntimeError("HEALTHREC_SECRET_KEY must be set for a PostgreSQL installation")
    path = database.path.with_suffix(".secret")
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48), encoding="ascii")
    return path.read_text(encoding="ascii").strip()
