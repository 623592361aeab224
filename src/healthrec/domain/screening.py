"""Warning signs (预警征象): which column of the table a subject's age asks for, and what the answers amount to.

A screen never diagnoses: one sign that is present proposes a referral, and a doctor decides. An empty form is not a
clear one: four empty answers are "not done".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from healthrec.domain.age import CorrectionRule, add_months, completed_months

Answer = Literal["absent", "present", "not-done", "not-known"]
Outcome = Literal["none-found", "sign-found", "incomplete", "not-done"]


@dataclass(frozen=True, slots=True)
class Sign:
    """One line of the table, in both languages."""

    link_id: str
    zh: str
    en: str
    domain: str


@dataclass(frozen=True, slots=True)
class SignColumn:
    """The signs of one age. On time is from `from_months` up to, not including, `to_months` (completed months)."""

    code: str
    zh: str
    en: str
    from_months: int
    to_months: int
    signs: tuple[Sign, ...]


@dataclass(frozen=True, slots=True)
class WarningSigns:
    """The whole table, columns rising by age."""

    rule_id: str
    edition: str
    effective: date
    early_days: int
    """A check so many days before an age counts as of that age."""
    ends_at_month: int
    columns: tuple[SignColumn, ...]

    def column(self, code: str) -> SignColumn:
        """Raises KeyError for an age that the table does not have."""
        for column in self.columns:
            if column.code == code:
                return column
        raise KeyError(code)


@dataclass(frozen=True, slots=True)
class SignFinding:
    """What the answers of one column amount to, with the link ids that led there."""

    rule_id: str
    edition: str
    column: str
    outcome: Outcome
    present: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    """Not answered, not done or not known"""

    @property
    def proposes_referral(self) -> bool:
        return self.outcome == "sign-found"


def column_for(
    table: WarningSigns, birth: date, on: date, gestation_days: int | None, correction: CorrectionRule
) -> SignColumn | None:
    """The column of the latest age reached; None before the first one and after the table ends.

    Which column goes by the corrected age while that is in use; between two ages the earlier column stays.
    """
    counted = correction.counted_birth(birth, gestation_days, on)
    if completed_months(birth, on) >= table.ends_at_month:
        return None
    months = completed_months(counted, on + timedelta(days=table.early_days))
    reached = [column for column in table.columns if column.from_months <= months]
    return reached[-1] if reached else None


def is_on_time(column: SignColumn, table: WarningSigns, counted_birth: date, on: date) -> bool:
    """Whether `on` lies in the column's window, the early days included."""
    opens = add_months(counted_birth, column.from_months) - timedelta(days=table.early_days)
    return opens <= on < add_months(counted_birth, column.to_months)


def evaluate_signs(table: WarningSigns, column_code: str, answers: Mapping[str, Answer]) -> SignFinding:
    """What `answers` (link id -> answer) amount to in that column.

    One sign present decides, whatever else is open. Without it every sign must be answered "absent" to find nothing.
    Raises KeyError for an unknown column, ValueError for an answer that belongs to another age.
    """
    column = table.column(column_code)
    asked = [sign.link_id for sign in column.signs]
    if strangers := sorted(set(answers) - set(asked)):
        raise ValueError(f"not in column {column_code}: {', '.join(strangers)}")
    given = {link_id: answers.get(link_id, "not-done") for link_id in asked}
    present = tuple(link_id for link_id in asked if given[link_id] == "present")
    left_open = tuple(link_id for link_id in asked if given[link_id] in ("not-done", "not-known"))
    return SignFinding(table.rule_id, table.edition, column_code, _outcome(given, present), present, left_open)


def _outcome(given: Mapping[str, Answer], present: tuple[str, ...]) -> Outcome:
    if present:
        return "sign-found"
    kinds = set(given.values())
    if kinds == {"absent"}:
        return "none-found"
    return "not-done" if kinds == {"not-done"} else "incomplete"
