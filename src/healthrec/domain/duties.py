"""Duties that come round every quarter: a health guide's visit to each nursery he is assigned to.

Only dates are kept; a state is what comparing them with the day asked for gives.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from healthrec.domain.age import add_months

DutyState = Literal["done", "done-late", "due", "late", "missing", "not-assigned", "upcoming"]
"""`late` is overdue and still possible; `missing` means the quarter ended without a visit; `upcoming`, not begun."""


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """One calendar quarter, ordered in time. Raises ValueError for a number outside 1 to 4."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not 1 <= self.number <= 4:
            raise ValueError(f"a year has no quarter {self.number}")

    @classmethod
    def of(cls, day: date) -> Quarter:
        return cls(day.year, (day.month - 1) // 3 + 1)

    @property
    def start(self) -> date:
        return date(self.year, self.number * 3 - 2, 1)

    @property
    def end(self) -> date:
        """The last day, inclusive."""
        return add_months(self.start, 3) - timedelta(days=1)

    def shifted(self, quarters: int) -> Quarter:
        """So many quarters later, or earlier when negative."""
        return Quarter.of(add_months(self.start, 3 * quarters))

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end


@dataclass(frozen=True, slots=True)
class DutyRule:
    """A duty of every quarter: by when it is due, and what a guide who came late to it is given."""

    rule_id: str
    edition: str
    effective: date
    code: str
    due_days_before_end: int
    days_after_assignment: int


@dataclass(frozen=True, slots=True)
class Assignment:
    """The days on which a guide is responsible for a nursery, both inclusive; `end` None while it lasts."""

    start: date
    end: date | None = None

    def overlaps(self, quarter: Quarter) -> bool:
        return self.start <= quarter.end and (self.end is None or self.end >= quarter.start)


@dataclass(frozen=True, slots=True)
class DutyFinding:
    """The state of one duty in one quarter on the day asked for."""

    rule_id: str
    edition: str
    quarter: Quarter
    state: DutyState
    due_date: date | None = None
    done_on: date | None = None
    holds_until: date | None = None
    """First day on which the answer may change with no new fact; None: never"""


def due_date(rule: DutyRule, quarter: Quarter, assignments: Sequence[Assignment]) -> date | None:
    """The last day that is on time; None when no assignment touches the quarter.

    A guide assigned late in the quarter has `days_after_assignment` days, but never beyond its end.
    """
    starts = [assignment.start for assignment in assignments if assignment.overlaps(quarter)]
    if not starts:
        return None
    usual = quarter.end - timedelta(days=rule.due_days_before_end)
    return max(usual, min(min(starts) + timedelta(days=rule.days_after_assignment), quarter.end))


def duty_state(
    rule: DutyRule, quarter: Quarter, assignments: Sequence[Assignment], visits: Sequence[date], on: date
) -> DutyFinding:
    """How the duty of `quarter` stands at one nursery on the day `on`.

    `assignments` and `visits` are those of the nursery, of any time and guide; visits after `on` and outside the
    quarter do not count. The first visit of the quarter fulfils it, assigned or not.
    """
    due = due_date(rule, quarter, assignments)
    done = min((day for day in visits if day in quarter and day <= on), default=None)
    state, holds_until = _state(quarter, due, done, on)
    return DutyFinding(rule.rule_id, rule.edition, quarter, state, due, done, holds_until)


def _state(quarter: Quarter, due: date | None, done: date | None, on: date) -> tuple[DutyState, date | None]:
    if done is not None:
        return ("done" if due is None or done <= due else "done-late"), None
    if due is None:
        return "not-assigned", None
    if on < quarter.start:
        return "upcoming", quarter.start
    if on <= due:
        return "due", due + timedelta(days=1)
    after = quarter.end + timedelta(days=1)
    return ("late", after) if on < after else ("missing", None)
