"""What is told, and what is concluded, about growth between two days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from healthrec.domain.growth.change_rules import ChangeCode, ChangeRules, Grade
from healthrec.domain.growth.facts import Measurement
from healthrec.domain.growth.limits import Circumstance
from healthrec.domain.growth.standard import Indicator


@dataclass(frozen=True, slots=True)
class Observed:
    """A measurement with where it was made ("" when not known; any id of an institution) and under what circumstances."""

    measurement: Measurement
    place: str = ""
    circumstances: frozenset[Circumstance] = frozenset()


@dataclass(frozen=True, slots=True)
class Gain:
    """From one measuring to the next. Values are kg or cm in the position of the later one, kg/m2 for BMI; `expected`
    is the gain that stays between the same lines, None where the standard has no row on one of the days."""

    indicator: Indicator
    first: date
    last: date
    before: float
    after: float
    gain: float
    expected: float | None
    z_before: float | None
    z_after: float | None

    @property
    def days(self) -> int:
        return (self.last - self.first).days


@dataclass(frozen=True, slots=True)
class ChangeFinding:
    """A change that a rule speaks of, with the numbers that led there; `causes` are likely ones, the likeliest first. `places`
    are those of the earlier and the later value where they are what the rule is about."""

    rule: str
    code: ChangeCode
    grade: Grade
    indicator: Indicator
    first: date
    last: date
    numbers: Mapping[str, float] = field(default_factory=dict)
    causes: tuple[str, ...] = ()
    places: tuple[str, ...] = ()


def found(
    rules: ChangeRules,
    code: ChangeCode,
    indicator: Indicator,
    days: tuple[date, date],
    numbers: Mapping[str, float],
    causes: tuple[str, ...] = (),
) -> ChangeFinding:
    """A finding of this rulebook, with the grade that it gives."""
    return ChangeFinding(
        f"{rules.rule_id}|{rules.edition}", code, rules.grades[code], indicator, *days, numbers, causes
    )
