"""What every use case is given: the parts of this installation, and who asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from healthrec.crypto.columns import ColumnKeys
from healthrec.domain.access import GrantRules, Rights, Role
from healthrec.rulebook import Rulebook
from healthrec.settings import Settings
from healthrec.store.access import Viewer
from healthrec.store.audit import AuditRow
from healthrec.store.audit_committer import Committer
from healthrec.store.engine import Database


class Epoch:
    """Counts changes to accounts, roles and grants of principals, so that what is remembered of a caller is dropped."""

    def __init__(self) -> None:
        self.number = 0

    def turn(self) -> None:
        """Something changed."""
        self.number += 1


@dataclass(frozen=True, slots=True)
class Services:
    """The parts of one installation. `access_rules` is a print of `schemas/access/`; `clock` gives the real instant (UTC), rules
    ask `today()` instead."""

    settings: Settings
    database: Database
    rulebook: Rulebook
    rights: Rights
    grant_rules: GrantRules
    forms: Mapping[str, dict[str, Any]]
    committer: Committer
    column_keys: ColumnKeys
    secret: str
    access_rules: str = ""
    epoch: Epoch = field(default_factory=Epoch)
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    def now(self) -> int:
        """Microseconds since 1970, by the real clock."""
        return int(self.clock().timestamp() * 1_000_000)

    def today(self) -> date:
        """The day that rules go by: the training day when one is set, else today in the installation's zone."""
        return self.settings.today or self.clock().astimezone(ZoneInfo(self.settings.zone)).date()

    def real_day(self) -> date:
        """The day by the real clock, for what a training day must not move."""
        return self.clock().astimezone(ZoneInfo(self.settings.zone)).date()


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, as one request knows it. `role` is the account's own, `roles` all that are held today; `unbounded` is the operator at the
    machine itself (demo, rebuild, restore), whom no filter holds; `person` is the key of a Practitioner or RelatedPerson, 0 for none."""

    account: int
    username: str
    role: str
    roles: tuple[Role, ...]
    person: int
    person_reference: str
    organization: int
    viewer: Viewer
    address: str = ""
    language: str = "zh"
    unbounded: bool = False

    def audit(
        self,
        services: Services,
        action: str,
        entity: str,
        *,
        outcome: str = "success",
        child: int = 0,
        count: int = 0,
        reason: str = "",
        children: tuple[int, ...] = (),
    ) -> AuditRow:
        """The audit event of this caller's action, now."""
        return AuditRow(
            services.now(),
            self.account,
            self.person,
            self.role,
            action,
            outcome,
            entity,
            self.address,
            child,
            count,
            reason,
            children,
        )


def operator(services: Services) -> Caller:
    """Whoever runs a command on the machine of this installation: audited, but held by no filter."""
    viewer = Viewer((), 0, services.today().toordinal())
    return Caller(0, "operator", "operator", (), 0, "", 0, viewer, "local", "zh", unbounded=True)
