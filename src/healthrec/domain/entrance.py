"""入托入学查验: whether a child's doses are complete for its age when it enters a nursery, and by when that is checked. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from healthrec.domain.immunization import Forecast

Result = Literal["complete", "catch-up", "deferred"]
"""All that a nursery is told: nothing of which vaccine, or why."""

Standing = Literal["not-checked", "complete", "catch-up", "deferred", "caught-up"]


@dataclass(frozen=True, slots=True)
class EntranceRule:
    """`check_within_days` of entering; a check that asks for catch-up is repeated by the day (month, day) of its year."""

    id: str
    edition: str
    effective: date
    check_within_days: int
    recheck_by: tuple[int, int]
    term_begins: tuple[int, int]
    status: str

    def check_by(self, entered: date) -> date:
        """The last day on which the check is in time."""
        return entered + timedelta(days=self.check_within_days)

    def recheck_day(self, checked: date) -> date:
        """The last day on which a catch-up is checked again in time."""
        return date(checked.year, *self.recheck_by)

    def year_begin(self, on: date) -> date:
        """The first day of the nursery year of a day."""
        begins = date(on.year, *self.term_begins)
        return begins if begins <= on else date(on.year - 1, *self.term_begins)


@dataclass(frozen=True, slots=True)
class Assessment:
    """`missing` are the doses that should have been given by now."""

    result: Result
    missing: tuple[Forecast, ...]


def assess(forecasts: Iterable[Forecast], on: date) -> Assessment:
    """Judge the programme's vaccines. A dose is missing when it is past the age before which it is to be completed, or due
    where the text sets no such age; one that is due and still in time is none. What only a physician holds back defers."""
    programme = [one for one in forecasts if one.programme]
    missing = tuple(one for one in programme if _is_missing(one, on))
    if missing:
        return Assessment("catch-up", missing)
    held = any(one.status(on) in ("contraindicated", "deferred", "conditional") for one in programme)
    return Assessment("deferred" if held else "complete", ())


def _is_missing(forecast: Forecast, on: date) -> bool:
    status = forecast.status(on)
    return status == "overdue" or (status == "due" and forecast.past_due is None)


@dataclass(frozen=True, slots=True)
class Check:
    """One check that was made; `evidence` is a code of entrance-evidence, "" where it is not known."""

    day: date
    result: Result
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Entrance:
    """Where a child stands: what the last check said, and until when the next one is in time (None: none is asked for)."""

    standing: Standing
    checked: date | None
    due: date | None

    def is_late(self, on: date) -> bool:
        """Whether the next check is overdue on a day."""
        return self.due is not None and on > self.due


def standing(rule: EntranceRule, entered: date, checks: Iterable[Check]) -> Entrance:
    """From the checks made since a child entered."""
    made = sorted((one for one in checks if one.day >= entered), key=lambda one: one.day)
    if not made:
        return Entrance("not-checked", None, rule.check_by(entered))
    last = made[-1]
    if last.result == "catch-up":
        return Entrance("catch-up", last.day, rule.recheck_day(made[0].day))
    caught_up = last.result == "complete" and any(one.result == "catch-up" for one in made)
    return Entrance("caught-up" if caught_up else last.result, last.day, None)
