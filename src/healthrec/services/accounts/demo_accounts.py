"""The sign-ins of a demo, shown on its sign-in page. They exist in a demo only, whose pages say that they are one."""

from __future__ import annotations

from dataclasses import dataclass

from healthrec.services.context import Services
from healthrec.store import accounts

PASSWORD = "Demo-2026"
"""Known to all."""

ONE_OF_EACH = (
    "doctor",
    "guide",
    "vaccinator",
    "nurse",
    "carer",
    "head",
    "parent",
    "specialist",
    "district",
    "admin",
    "auditor",
)
"""One user name for each kind of user; each is named like its role."""

USERNAMES = (*ONE_OF_EACH, "doctor2", "guide2", "vaccinator2", "nurse2", "parent2")


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """One line of the table; `role` is a code, `organization` a name."""

    username: str
    password: str
    role: str
    organization: str


def demo_accounts(services: Services, language: str) -> tuple[DemoAccount, ...]:
    """The demo's accounts in their usual order; none outside a demo."""
    if not services.settings.demo:
        return ()
    with services.database.read() as connection:
        rows = {row.username: row for row in accounts.with_organizations(connection, USERNAMES)}
    found = [rows[name] for name in USERNAMES if name in rows]
    return tuple(
        DemoAccount(row.username, PASSWORD, row.role, (row.name_en if language == "en" else row.name) or "")
        for row in found
    )
