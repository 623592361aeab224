"""What happens to child number `index`, decided before any resource is made.

Everything about a child follows from the seed, today and its index alone, so a child stays the same when the town
grows; only the institutions it goes to depend on how many there are. Even spreading (golden-ratio sequences) instead
of free draws gives small towns the same mixture as large ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from math import gcd
from random import Random
from typing import Final

from healthrec.demo.numbers import MOST_CHILDREN
from healthrec.domain.age import add_months

TERM_DAYS: Final = 259  # 37 completed weeks

_BLOCK: Final = 50  # every block of 50 children holds the same particular cases
_TWINS: Final = (10, 11)
_PRETERM: Final = frozenset({3, 23, 40})
_SMALL: Final = frozenset({7})
_HEAVY: Final = frozenset({31, 44})
_FALTERING: Final = frozenset({19})
_LATE_STARTERS: Final = frozenset({14, 28, 33, 46})


@dataclass(frozen=True, slots=True)
class Enrolment:
    """When a child is enrolled: `draw` (0-1) says in which nursery and class of those that fit; `end` None is still."""

    start: date
    end: date | None
    draw: float
    kindergarten: bool


@dataclass(frozen=True, slots=True)
class ChildPlan:
    """The course of one child. `kind`: healthy, small, heavy or faltering; `family` is the index of its first twin."""

    index: int
    family: int
    birth_order: int | None
    sex: str
    sibling_sex: str | None
    born: date
    order: int
    gestation_days: int
    kind: str
    moved_in: date | None
    enrolment: Enrolment | None

    @property
    def is_healthy(self) -> bool:
        """Born at term and growing as the standard expects."""
        return self.kind == "healthy" and self.gestation_days >= TERM_DAYS

    @property
    def known_from(self) -> date:
        return self.moved_in or self.born


def plan_child(index: int, seed: int, today: date) -> ChildPlan:
    """The plan of child `index` (from 0) of the town of `seed` as of `today`; ValueError past the last ID number."""
    if not 0 <= index < MOST_CHILDREN:
        raise ValueError(f"a demo child has an index from 0 to {MOST_CHILDREN - 1}")
    place = index % _BLOCK
    is_second = place == _TWINS[1]
    family = index - 1 if is_second else index
    shared = Random(f"{seed}:family:{family}")
    born, birthday_round = _birth(family, seed, today)
    moved_in = _moved_in(place, born, today, shared.random())
    enrolment = _enrolment(born, moved_in, today, shared)
    gestation = _gestation_days(place, shared)
    return ChildPlan(
        index=index,
        family=family,
        birth_order=_TWINS.index(place) + 1 if place in _TWINS else None,
        sex=_sex(index, seed),
        sibling_sex=_sex(index - 1 if is_second else index + 1, seed) if place in _TWINS else None,
        born=born,
        order=2 * birthday_round + is_second,
        gestation_days=gestation,
        kind=_kind(place),
        moved_in=moved_in,
        enrolment=enrolment,
    )


def _sex(index: int, seed: int) -> str:
    return "male" if Random(f"{seed}:sex:{index}").random() < 0.52 else "female"


def _birth(family: int, seed: int, today: date) -> tuple[date, int]:
    """A birthday under seven years ago, one child a day in each round; and which round this is."""
    first = add_months(today, -84) + timedelta(days=1)
    days = (today - first).days + 1
    step = next(s for s in range(round(days * 0.618), days) if gcd(s, days) == 1)
    return first + timedelta(days=(family * step + seed) % days), family // days


def _moved_in(place: int, born: date, today: date, draw: float) -> date | None:
    age_days = (today - born).days
    if place not in _LATE_STARTERS or age_days < 180:
        return None
    return born + timedelta(days=int(age_days * (0.25 + 0.6 * draw)))


def _gestation_days(place: int, draw: Random) -> int:
    if place in _PRETERM:
        return 196 + int(draw.random() * 62)
    if place in _TWINS:
        return 245 + int(draw.random() * 24)
    return 262 + int((draw.random() + draw.random()) * 13)


def _kind(place: int) -> str:
    if place in _SMALL:
        return "small"
    if place in _HEAVY:
        return "heavy"
    return "faltering" if place in _FALTERING else "healthy"


def _enrolment(born: date, moved_in: date | None, today: date, draw: Random) -> Enrolment | None:
    """Over a third of the children enter as infants, more as toddlers; some wait for the kindergarten classes at 3."""
    choice, when, where = draw.random(), draw.random(), draw.random()
    entry_months = _entry_months(choice, when)
    if entry_months is None:
        return None
    start = add_months(born, int(entry_months)) + timedelta(days=int(entry_months % 1 * 30))
    if moved_in:
        start = max(start, moved_in + timedelta(days=20))
    kindergarten = choice >= 0.8 or where < 0.25
    leaving = add_months(born, 72 if kindergarten else 36)
    if start > today or start >= leaving:
        return None
    return Enrolment(start, leaving if leaving <= today else None, where * 4 % 1, kindergarten)


def _entry_months(choice: float, when: float) -> float | None:
    """Age at entry in months. The steps give the shares that `institutions.BANDS` plans classes for."""
    if choice < 0.35:
        return 6 + 6 * when
    if choice < 0.60:
        return 12 + 12 * when
    if choice < 0.80:
        return 24 + 12 * when
    return 36 + when if choice < 0.90 else None
