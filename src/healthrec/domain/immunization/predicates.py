"""What a schedule may ask about a child's course: the pure functions that data name in `when`, `skip` and `for`.

Each answers for a reference day: the day of the dose when evaluating; when forecasting, the later of the day asked and
the earliest day of the dose. What depends on age tells the view the day on which its answer will change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from healthrec.domain.immunization.facts import Child, DoseGiven
from healthrec.domain.immunization.periods import Period


class View(Protocol):
    """What predicates may look at: one child, one series, as far as it has been walked."""

    @property
    def child(self) -> Child: ...
    @property
    def conditions(self) -> frozenset[str]:
        """Codes in force on the day asked"""

    @property
    def doses(self) -> Sequence[DoseGiven]:
        """Every dose against the antigen, judged or not"""

    @property
    def given(self) -> Sequence[DoseGiven]: ...
    @property
    def valid(self) -> Sequence[DoseGiven]: ...
    @property
    def completed(self) -> Mapping[str, date]:
        """Antigens whose course is complete, with the day of the last dose"""

    @property
    def earlier(self) -> Sequence[DoseGiven]:
        """Valid doses of earlier seasons"""

    def at_age(self, age: Period) -> date: ...
    def continuing(self, vaccine: str, fewer_than: int) -> bool: ...
    def changes_on(self, day: date) -> None: ...
    def later(self, day: date, period: Period) -> date: ...


class Predicate(Protocol):
    """One question, answered for a reference day."""

    def holds(self, view: View, on: date) -> bool: ...


def all_hold(predicates: Sequence[Predicate], view: View, on: date) -> bool:
    """Whether every one holds; none at all holds."""
    for predicate in predicates:  # noqa: SIM110 - asked for every dose; a generator costs twice as much
        if not predicate.holds(view, on):
            return False
    return True


@dataclass(frozen=True, slots=True)
class AgeIs:
    """From one age (inclusive) up to another (exclusive)."""

    begin: Period | None = None
    end: Period | None = None

    def holds(self, view: View, on: date) -> bool:
        begins = view.at_age(self.begin) if self.begin else None
        ends = view.at_age(self.end) if self.end else None
        for boundary in (begins, ends):
            if boundary is not None and boundary > on:
                view.changes_on(boundary)
        return (begins is None or begins <= on) and (ends is None or on < ends)


@dataclass(frozen=True, slots=True)
class DosesAre:
    """How many doses there are, of some vaccines (None: of any), given at some ages or on some days."""

    at_least: int = 0
    at_most: int | None = None
    vaccines: frozenset[str] | None = None
    valid_only: bool = True
    from_age: Period | None = None
    before_age: Period | None = None
    since: date | None = None
    before: date | None = None

    def holds(self, view: View, on: date) -> bool:
        counted = sum(self._counts(dose, view) for dose in (view.valid if self.valid_only else view.given))
        return self.at_least <= counted and (self.at_most is None or counted <= self.at_most)

    def _counts(self, dose: DoseGiven, view: View) -> bool:
        return (
            (self.vaccines is None or dose.vaccine in self.vaccines)
            and (self.since is None or self.since <= dose.day)
            and (self.before is None or dose.day < self.before)
            and (self.from_age is None or view.at_age(self.from_age) <= dose.day)
            and (self.before_age is None or dose.day < view.at_age(self.before_age))
        )


@dataclass(frozen=True, slots=True)
class SinceLast:
    """So long after the last dose given in the series."""

    period: Period

    def holds(self, view: View, on: date) -> bool:
        if not view.given:
            return False
        reached = view.later(view.given[-1].day, self.period)
        if reached > on:
            view.changes_on(reached)
        return reached <= on


@dataclass(frozen=True, slots=True)
class CourseComplete:
    """Whether the course against another antigen was complete before an age (or ever)."""

    antigen: str
    before_age: Period | None = None
    complete: bool = True

    def holds(self, view: View, on: date) -> bool:
        day = view.completed.get(self.antigen)
        done = day is not None and (self.before_age is None or day < view.at_age(self.before_age))
        return done is self.complete


@dataclass(frozen=True, slots=True)
class HasCondition:
    """Whether any of these conditions is in force on the day asked."""

    any_of: frozenset[str]
    present: bool = True

    def holds(self, view: View, on: date) -> bool:
        return (not view.conditions.isdisjoint(self.any_of)) is self.present


@dataclass(frozen=True, slots=True)
class BegunOrHas:
    """Whether a dose was given, or any of these conditions is in force: what begins with an exposure."""

    any_of: frozenset[str]

    def holds(self, view: View, on: date) -> bool:
        return bool(view.doses) or not view.conditions.isdisjoint(self.any_of)


@dataclass(frozen=True, slots=True)
class Continuing:
    """Whether a combined vaccine was the last one given against everything that it is against, its course not over."""

    vaccine: str
    fewer_than: int
    """Doses of the course by its label"""

    def holds(self, view: View, on: date) -> bool:
        return view.continuing(self.vaccine, self.fewer_than)


@dataclass(frozen=True, slots=True)
class EarlierDoses:
    """Whether so many valid doses were given in earlier seasons."""

    at_least: int

    def holds(self, view: View, on: date) -> bool:
        return len(view.earlier) >= self.at_least


@dataclass(frozen=True, slots=True)
class Born:
    """Born from one day (inclusive) up to another (exclusive)."""

    since: date | None = None
    before: date | None = None

    def holds(self, view: View, on: date) -> bool:
        birth = view.child.birth
        return (self.since is None or self.since <= birth) and (self.before is None or birth < self.before)


@dataclass(frozen=True, slots=True)
class Sex:
    """Of one administrative gender."""

    code: str

    def holds(self, view: View, on: date) -> bool:
        return view.child.sex == self.code


@dataclass(frozen=True, slots=True)
class SexAmong:
    """Of one of some administrative genders."""

    codes: frozenset[str]

    def holds(self, view: View, on: date) -> bool:
        return view.child.sex in self.codes


@dataclass(frozen=True, slots=True)
class BirthWeightBelow:
    """Known to have weighed less at birth."""

    grams: int

    def holds(self, view: View, on: date) -> bool:
        weight = view.child.birth_weight_g
        return weight is not None and weight < self.grams


@dataclass(frozen=True, slots=True)
class GestationBelow:
    """Known to have been born before so many completed days of gestation."""

    days: int

    def holds(self, view: View, on: date) -> bool:
        days = view.child.gestation_days
        return days is not None and days < self.days
