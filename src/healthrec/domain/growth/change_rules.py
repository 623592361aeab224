"""From where on a change between measurings is worth a word. Numbers and sources come from `schemas/growth/change.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from healthrec.domain.growth.facts import Measure
from healthrec.domain.growth.standard import Indicator

Grade = Literal["watch", "refer"]
"""Measure again and keep an eye on it; or have a doctor look at it."""

ChangeCode = Literal[
    "newborn-loss",
    "not-regained",
    "first-month",
    "no-gain",
    "slow-gain",
    "slow-twice",
    "crossed-lines",
    "faltering",
    "rapid-gain",
    "disagreement",
]
Direction = Literal["down", "up"]


@dataclass(frozen=True, slots=True)
class NoGain:
    """No more than before after `for_days`, by the age (completed months) at the later visit; both rise together."""

    from_months: tuple[int, ...]
    for_days: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SlowGain:
    """Less than `share` of what was expected, where so much was expected that weighing cannot be the cause."""

    share: float
    min_days: int
    until_months: int
    least_expected_kg: float


@dataclass(frozen=True, slots=True)
class CrossedLines:
    """So many of these percentile lines crossed within so many days, by no less than `least_sd`, in the directions that
    matter by indicator."""

    lines: tuple[int, ...]
    count: int
    least_sd: float
    within_days: int
    from_days: int
    directions: Mapping[Indicator, frozenset[Direction]]


@dataclass(frozen=True, slots=True)
class Faltering:
    """A fall of weight for age by centile spaces; how many depends on the percentile of the birth weight."""

    space_sd: float
    spaces: Mapping[str, int]
    """small, middle, large → spaces"""
    small_below: float
    large_above: float
    from_days: int
    within_days: int


@dataclass(frozen=True, slots=True)
class RapidGain:
    """A rise of weight for age by more than `rise_sd` in a child whose weight for its size is at least `only_from_z`."""

    rise_sd: float
    min_days: int
    within_days: int
    only_from_z: float


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two places differ by more than `beyond` (kg, cm) within `within_days`."""

    within_days: int
    beyond: Mapping[Measure, float]


@dataclass(frozen=True, slots=True)
class ChangeRules:
    """All of them. Shares are 0 to 1, ages in completed days after birth."""

    rule_id: str
    edition: str
    grades: Mapping[ChangeCode, Grade]
    newborn_loss_share: float
    early_days: int
    """The first days, in which weight falls and comes back: they are compared with birth only"""
    regained_by_days: int
    first_month_days: tuple[int, int]
    first_month_gain_kg: float
    no_gain: NoGain
    slow_gain: SlowGain
    crossed_lines: CrossedLines
    faltering: Faltering
    rapid_gain: RapidGain
    disagreement: Disagreement
