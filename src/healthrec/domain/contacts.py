"""Calling families on account of a list: what can come of it, and when to ask whether a child has moved. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

Outcome = Literal["agreed", "later", "notified", "no-answer", "wrong-number", "refused", "elsewhere", "moved", "lost"]

OUTCOMES: tuple[Outcome, ...] = (
    "agreed", "later", "notified", "no-answer", "wrong-number", "refused", "elsewhere", "moved", "lost",
)  # fmt: skip
CameBack = Literal["dose", "checked", "seen", "measured", "handed-over", "number"]
"""What shows that a family came after a call: a dose, an entrance check, a measurement or a screening, a measurement, the paper
handed over, the ID number on record."""


@dataclass(frozen=True, slots=True)
class ContactList:
    """A list on whose account families are called. Its contacts have the access class of what the list tells (types.yaml, by
    `topic`); `came_back` None: coming back has no meaning, what is asked for is told on the telephone."""

    code: str
    came_back: CameBack | None


LISTS: Mapping[str, ContactList] = {
    one.code: one
    for one in (
        ContactList("vaccination", "dose"),
        ContactList("entrance", "checked"),
        ContactList("referral", "seen"),
        ContactList("growth", "measured"),
        ContactList("summary", "handed-over"),
        ContactList("number", "number"),
        ContactList("aefi", None),
        ContactList("lot", None),
    )
}
"""Every list of the product that calls families, all with one log."""

CAME_BACK_DAYS = 90
"""Own rule: the rate is of the children who were called for the first time in so many days."""

FAILED: frozenset[str] = frozenset({"no-answer", "wrong-number"})
"""Nobody was reached."""

ENDING: frozenset[str] = frozenset({"refused", "elsewhere", "moved", "lost"})
"""The child leaves the list, for the list's own place with its count and reason."""

WITH_DAY: frozenset[str] = frozenset({"agreed", "later"})
"""A day is kept, until which the child waits."""

ASK_AT = 3
"""Own rule: at so many contacts in vain, one after the other, somebody decides whether the child has moved or is lost."""


def in_vain(outcomes: Iterable[str]) -> list[int]:
    """For each contact, the oldest first, how many in a row reached nobody, it included.

    >>> in_vain(["no-answer", "wrong-number", "later", "no-answer"])
    [1, 2, 0, 1]
    """
    counted: list[int] = []
    for outcome in outcomes:
        before = counted[-1] if counted else 0
        counted.append(before + 1 if outcome in FAILED else 0)
    return counted


def must_decide(outcome: str, before: int) -> bool:
    """Whether this contact, after `before` in vain, asks whether the child has moved or is lost."""
    return outcome in FAILED and before + 1 >= ASK_AT
