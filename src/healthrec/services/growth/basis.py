"""How sure the sources are of the limits by which measuring is checked."""

from __future__ import annotations

from healthrec.rulebook.book import in_force
from healthrec.services.context import Services

ENTRY, MEASURING = "growth-entry-limits", "growth-measuring"


def status_of(services: Services, kind: str) -> str:
    """A code of the term group ``rule-status``, for the rules of this kind that are in force today."""
    return in_force(list(services.rulebook.of_kind(kind)), services.today()).status
