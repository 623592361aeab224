"""One question to the engine: a child's doses put in order, its conditions, and dates that many rules share."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from healthrec.domain.immunization.facts import Child, Condition, DoseGiven, Options
from healthrec.domain.immunization.findings import Reason
from healthrec.domain.immunization.periods import MonthEnd, Period, after
from healthrec.domain.immunization.schedule import Precaution, Rule, Schedule

Hindering = Literal["contraindicated", "deferred", "conditional"]

UNREADABLE = Rule("record", "", "own")
"""What judges a dose before any schedule does: twice the same, in the future, of no known vaccine."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Vaccines that an event keeps away until a day."""

    precaution: Precaution
    since: date
    until: date

    def reason(self) -> Reason:
        return Reason(
            "too-soon-after-condition", self.precaution.rule, self.until, "", next(iter(self.precaution.conditions))
        )


class _Ages(dict[Period, date]):
    """Days on which a child reaches ages, each reckoned once."""

    __slots__ = ("_birth", "_month_end")

    def __init__(self, birth: date, month_end: MonthEnd) -> None:
        super().__init__()
        self._birth, self._month_end = birth, month_end

    def __missing__(self, age: Period) -> date:
        day = self[age] = after(self._birth, age, self._month_end)
        return day


@lru_cache(maxsize=4096)
def _ages(birth: date, month_end: MonthEnd) -> _Ages:
    """One for all who are born on a day."""
    return _Ages(birth, month_end)


class Case:
    """What one call works on; built once, thrown away with the answer."""

    __slots__ = ("ahead", "at_age", "by_antigen", "child", "completed", "conditions", "doses", "events",
                 "hindrances", "invalid", "live", "on", "options", "schedule", "set_aside", "tomorrow", "until", "waits")  # fmt: skip

    def __init__(
        self,
        schedule: Schedule,
        child: Child,
        doses: Sequence[DoseGiven],
        conditions: Sequence[Condition],
        on: date,
        options: Options,
    ) -> None:
        self.schedule, self.child, self.on, self.options = schedule, child, on, options
        self.at_age: Callable[[Period], date] = _ages(child.birth, schedule.month_end).__getitem__
        """The day on which the child reaches an age"""
        self.tomorrow = on + timedelta(days=1)
        self.set_aside: dict[str, Reason] = {}
        self.doses = self._in_order(doses)
        self.by_antigen = self._grouped()
        self.live = [dose for dose in self.doses if dose.vaccine in schedule.live]
        self.events = [*conditions, *self._events_in_doses()] if conditions or self.doses else []
        self.conditions = frozenset(event.code for event in self.events if event.holds_on(on))
        self.waits = list(self._all_waits()) if self.events else []
        self.hindrances = list(self._all_hindrances()) if self.conditions else []
        self.completed: dict[str, date] = {}
        self.invalid: set[str] = set()
        self.ahead = min(self._days_ahead(), default=None)
        self.until: date | None = None
        """The first day on which the forecast at hand may be another"""

    def later(self, day: date, period: Period) -> date:
        """The day a period after another."""
        return after(day, period, self.schedule.month_end)

    def changes_on(self, day: date) -> None:
        """The answer may be another from that day on."""
        if day > self.on and (self.until is None or day < self.until):
            self.until = day

    def antigens_of(self, dose: DoseGiven) -> tuple[str, ...]:
        """What a dose is against; () for a code that the schedule does not know."""
        vaccine = self.schedule.vaccines.get(dose.vaccine)
        if vaccine is None:
            return dose.antigens
        if not vaccine.ages:
            return vaccine.antigens
        return tuple(one for one in vaccine.antigens if self._associated(vaccine.ages.get(one), dose.day))

    def _associated(self, ages: tuple[Period | None, Period | None] | None, on: date) -> bool:
        begin, end = ages or (None, None)
        return (begin is None or self.at_age(begin) <= on) and (end is None or on < self.at_age(end))

    def continuing(self, code: str, fewer_than: int) -> bool:
        """Whether the vaccine was the last of fewer doses than that, against everything that it is against."""
        given = [self.by_antigen.get(antigen, ()) for antigen in self.schedule.vaccines[code].antigens]
        return all(0 < len(doses) < fewer_than and doses[-1].vaccine == code for doses in given)

    def _days_ahead(self) -> list[date]:
        """Days after the one asked on which, whatever the antigen, the answer may be another."""
        days = [
            self.schedule.superseded,
            *(event.since for event in self.events),
            *(event.until for event in self.events),
        ]
        return [day for day in days if day is not None and day > self.on]

    def conflicts(self, dose: DoseGiven, failed: Collection[str]) -> list[Reason]:
        """The live vaccine that was given too short a time before, if one was. `failed` are doses not valid so far."""
        for rule in self.schedule.conflicts_of[dose.vaccine]:
            for earlier in reversed(self.live):
                if earlier.day > dose.day:
                    continue
                days = (dose.day - earlier.day).days
                if days >= rule.interval:
                    break
                span = rule.interval if earlier.id in self.invalid or earlier.id in failed else rule.least
                if rule.begin <= days < span and earlier.vaccine in rule.earlier:
                    return [Reason("live-virus-conflict", rule.rule, earlier.day + timedelta(days=span), earlier.id)]
        return []

    def waits_at(self, dose: DoseGiven) -> list[Reason]:
        """Events after which the dose came too soon, by the edition of its day."""
        return [
            wait.reason()
            for wait in self.waits
            if wait.since <= dose.day < wait.until
            and wait.precaution.vaccines is not None
            and dose.vaccine in wait.precaution.vaccines
            and dose.day in wait.precaution.in_force
        ]

    def _in_order(self, doses: Sequence[DoseGiven]) -> list[DoseGiven]:
        """Doses that were really given, oldest first; what is set aside before any schedule is noted with its reason."""
        kept: list[DoseGiven] = []
        for dose in sorted(doses, key=_order):
            fault = self._fault(dose, kept)
            if fault is not None:
                self.set_aside[dose.id] = fault
                if fault.code not in ("expired", "subpotent"):
                    continue
            kept.append(dose)
        return kept

    def _fault(self, dose: DoseGiven, kept: Sequence[DoseGiven]) -> Reason | None:
        if dose.day > self.on:
            return Reason("after-day-asked", UNREADABLE)
        if dose.vaccine not in self.schedule.vaccines and (
            dose.vaccine or self.schedule.by_antigen.keys().isdisjoint(dose.antigens)
        ):
            return Reason("unknown-vaccine", UNREADABLE)
        if kept and kept[-1].day == dose.day:
            same = [other for other in kept if other.day == dose.day and self._alike(dose, other)]
            vaccine = self.schedule.vaccines.get(dose.vaccine)
            if len(same) >= (vaccine.most_a_day if vaccine else 1):
                return Reason("duplicate", UNREADABLE, None, same[-1].id)
        if dose.expiry is not None and dose.expiry < dose.day:
            return Reason("expired", UNREADABLE)
        return Reason("subpotent", UNREADABLE) if dose.subpotent else None

    def _alike(self, dose: DoseGiven, other: DoseGiven) -> bool:
        """The same product, or an unknown one against the same."""
        unknown = not dose.vaccine and not set(dose.antigens).isdisjoint(self.antigens_of(other))
        return unknown or other.vaccine == dose.vaccine

    def _grouped(self) -> dict[str, list[DoseGiven]]:
        """Doses by antigen, oldest first, those set aside left out."""
        found: dict[str, list[DoseGiven]] = {}
        for dose in self.doses:
            if dose.id not in self.set_aside:
                for antigen in self.antigens_of(dose):
                    found.setdefault(antigen, []).append(dose)
        return found

    def _events_in_doses(self) -> list[Condition]:
        amount_to = self.schedule.amount_to
        return [Condition(amount_to[dose.vaccine], dose.day) for dose in self.doses if dose.vaccine in amount_to]

    def _all_waits(self) -> Sequence[Wait]:
        waits = [one for one in self.schedule.precautions if one.effect == "wait" and one.wait]
        return [
            Wait(one, event.since, self.later(event.since, one.wait))
            for one in waits
            for event in self.events
            if event.since is not None and event.code in one.conditions and one.wait
        ]

    def _all_hindrances(self) -> Iterator[tuple[Hindering, Precaution, Condition]]:
        """What stands against vaccines on the day asked, by this edition."""
        for precaution in self.schedule.precautions:
            effect = precaution.effect
            if effect != "wait" and effect != "none" and precaution.in_force.until is None and self._stands(precaution):
                for event in self.events:
                    if event.code in precaution.conditions and event.holds_on(self.on):
                        yield effect, precaution, event

    def _stands(self, precaution: Precaution) -> bool:
        lifted = precaution.unless & self.conditions or precaution.test in self.conditions
        return not lifted and (not precaution.with_any or bool(precaution.with_any & self.conditions))


def _order(dose: DoseGiven) -> tuple[date, bool, str, str]:
    # Of two records of one day that of a known product comes first, so that the other is seen to be the same dose.
    return dose.day, not dose.vaccine, dose.vaccine, dose.id
