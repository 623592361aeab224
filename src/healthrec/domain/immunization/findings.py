"""What the engine answers: an evaluation of every dose, a forecast for every antigen, each with the rules that led there.

A forecast keeps dates; its status is what comparing them with a day gives (`Forecast.status`), never stored. What is made
by the dozen for every child is a named tuple, which costs a third of a frozen dataclass.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from healthrec.domain.immunization.schedule import Rule

EvaluationStatus = Literal["valid", "not-valid", "extraneous", "sub-standard", "not-evaluated"]
ReasonCode = Literal[
    # why a dose does not count
    "too-young",  # day: the first day on which it would have counted
    "too-old",  # day: the first day too late
    "interval-too-short",  # day: as above; other: the dose before
    "live-virus-conflict",  # day, other
    "too-soon-after-condition",  # day; condition: immunoglobulin-given
    "wrong-product",  # this vaccine is not for this target dose at this age
    "duplicate",  # other: the same dose, recorded once more
    "series-complete",  # nothing was missing
    "expired",
    "subpotent",
    "after-day-asked",
    "unknown-vaccine",  # a code that the schedule does not know
    # remarks on a dose that counts
    "late",  # day: the day before which it should have been given
    "outside-window",  # day: from then on it is no longer given
    "grace-period",  # before the printed age or interval, within the grace that the schedule allows
    "allowable-interval",
    "product-unknown",
    "hour-unknown",  # within 24 h of birth cannot be told from dates; day 0 and day 1 count as in time
    # what sets the dates of a forecast
    "minimum-age",  # day
    "interval",  # day, other
    "recommended-age",
    "recommended-interval",
    "complete-before",  # day
    "not-from",  # day
    "skipped",  # a target dose was passed over; day: for which dose, None in the forecast; other: its number
    "season",  # day: the season begins
    "reminder",  # day; the place's own
    # what stands in the way
    "contraindicated",
    "deferred",
    "conditional",  # condition: the test that is missing
    "not-a-contraindication",
]


class Reason(NamedTuple):
    """One step of the reasoning: what, by which rule, and the numbers."""

    code: ReasonCode
    rule: Rule
    day: date | None = None
    other: str = ""
    """Id of another dose"""
    condition: str = ""


class Evaluation(NamedTuple):
    """What one dose is worth against one antigen. A combined vaccine has one evaluation for each."""

    dose: str
    antigen: str
    status: EvaluationStatus
    edition: str
    """The edition that judged: that of the day of the dose"""
    reasons: tuple[Reason, ...] = ()
    """Why it does not count; empty when valid"""
    remarks: tuple[Reason, ...] = ()
    series: str = ""
    target: int | None = None
    """Number of the target dose that it satisfied, or was judged against"""
    rule: Rule | None = None


ForecastStatus = Literal[
    "not-due", "due", "overdue", "complete", "aged-out", "contraindicated", "deferred", "conditional"
]


class Forecast(NamedTuple):
    """What is next against one antigen, asked on one day; the dates hold until `holds_until`.

    A complete series has no dates but `complete_since`. An aged-out one keeps `latest`, its last day.
    """

    antigen: str
    series: str
    edition: str
    programme: bool
    number: int | None
    """Of the next dose, as the schedule prints it; None when complete"""
    of: int
    """Doses of the series"""
    valid: int
    """Doses that count so far"""
    vaccine: str = ""
    others: tuple[str, ...] = ()
    """Other vaccines that would satisfy the dose, programme or not"""
    earliest: date | None = None
    recommended: date | None = None
    past_due: date | None = None
    """First day on which the missing dose is late, as printed; None where the text sets none"""
    latest: date | None = None
    """Last day on which the dose may be given"""
    remind_from: date | None = None
    """The place's own reminder, not the text's"""
    complete_since: date | None = None
    complete: bool = False
    leads: bool = False
    """Where antigens are joined, this one says when the group can be given"""
    closed: bool = False
    """The dose can be given no more: its first possible day is past its last"""
    barrier: Reason | None = None
    """contraindicated, deferred or conditional"""
    would_be: date | None = None
    """The earliest day if no condition delayed it; differs from `earliest` only then"""
    reasons: tuple[Reason, ...] = ()
    """Everything that bounds the dates"""
    skipped: tuple[Reason, ...] = ()
    """Target doses passed over, with the rule"""
    notes: tuple[Rule, ...] = ()
    rule: Rule | None = None
    holds_until: date | None = None
    """First day on which the answer may change with no new fact; None: never"""

    def status(self, on: date) -> ForecastStatus:
        """How it stands on a day from the day asked up to `holds_until`."""
        if self.complete:
            return "complete"
        if self.barrier is not None and self.barrier.code == "contraindicated":
            return "contraindicated"
        if self.closed or (self.latest is not None and on > self.latest):
            return "aged-out"
        return self._by_dates(on)

    def _by_dates(self, on: date) -> ForecastStatus:
        if self.earliest is None or self.recommended is None or self.would_be is None or on < self.would_be:
            return "not-due"
        if self.barrier is not None:
            return "deferred" if self.barrier.code == "deferred" else "conditional"
        if on < self.earliest:
            return "deferred" if self.would_be < self.earliest else "not-due"
        if self.past_due is not None and on >= self.past_due:
            return "overdue"
        return "due" if on >= self.recommended else "not-due"


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A test that the schedule asks for after a course: from one day to another, both inclusive."""

    rule: Rule
    antigen: str
    earliest: date
    latest: date


@dataclass(frozen=True, slots=True)
class Course:
    """The answer: evaluations by day, forecasts in the order of the schedule."""

    asked: date
    edition: str
    edition_status: str
    """How sure the edition as a whole is: `unconfirmed` is shown to staff"""
    evaluations: tuple[Evaluation, ...]
    forecasts: tuple[Forecast, ...]
    notes: tuple[Reason, ...] = ()
    """Conditions that are no contraindication, said so"""
    advice: tuple[Rule, ...] = ()
    """About the child as a whole"""
    follow_ups: tuple[FollowUp, ...] = ()
    holds_until: date | None = None
