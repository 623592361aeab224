"""The statistics of entrance checks: who entered which nursery in a period, and what became of the check of each. Pure.

A child is counted where it was enrolled at that time, also when it has left since. The measures of 2021 ask for the check and
the re-check but set no table; the columns follow their duties one by one (schemas/immunization/entrance-check.yaml).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Literal, NamedTuple

from healthrec.domain.entrance import Check, EntranceRule

Left = Literal["class-changed", "came-again", "closed", "to-come"]
"""Why an enrolment of the period is not counted: the child only changed its class, entered the same nursery once more in the
period (the last time counts), its record was closed or merged, or the day is still to come."""

LEFT_OUT: tuple[Left, ...] = ("class-changed", "came-again", "closed", "to-come")


class Enrolled(NamedTuple):
    """One enrolment from a day up to (not including) another; `place` is the class, or the nursery where there is none."""

    child: int
    nursery: int
    place: int
    since: date
    until: date
    active: bool = True


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `since` up to (not including) `until`."""

    since: date
    until: date

    def __contains__(self, day: date) -> bool:
        return self.since <= day < self.until


@dataclass(frozen=True, slots=True)
class Entry:
    """A child that entered a nursery. `place` is where it began; `transferred`: it was in another nursery or here before."""

    child: int
    nursery: int
    place: int
    entered: date
    left: date
    transferred: bool


def entries(enrolments: Iterable[Enrolled], period: Period, on: date) -> tuple[list[Entry], list[tuple[int, Left]]]:
    """(who entered in the period, the enrolments of the period that are not counted as (nursery, why)).

    Of a child all enrolments are needed, also those of other nurseries and before the period: one that goes on without a day
    between, in the same nursery, is no entrance.
    """
    found: list[Entry] = []
    out: list[tuple[int, Left]] = []
    for _, group in groupby(sorted(enrolments), key=attrgetter("child")):
        known = list(group)
        begun = [(one, _why_not(one, known, on)) for one in known if one.since in period]
        out += [(one.nursery, why) for one, why in begun if why is not None]
        last = {one.nursery: one for one, why in begun if why is None}
        out += [(one.nursery, "came-again") for one, why in begun if why is None and one is not last[one.nursery]]
        found += [_entry(one, known) for one in last.values()]
    return found, out


def _why_not(one: Enrolled, known: Sequence[Enrolled], on: date) -> Left | None:
    if not one.active:
        return "closed"
    if any(other.nursery == one.nursery and other.since < one.since <= other.until for other in known):
        return "class-changed"
    return "to-come" if one.since > on else None


def _entry(one: Enrolled, known: Sequence[Enrolled]) -> Entry:
    left = one.until
    for other in known:
        if other.nursery == one.nursery and one.since <= other.since <= left:
            left = max(left, other.until)
    return Entry(one.child, one.nursery, one.place, one.since, left, any(other.since < one.since for other in known))


@dataclass(frozen=True, slots=True)
class Counts:
    """A line of the statistics. Each of `entered` is once one of complete, catch_up, deferred (what the first check found),
    not_checked or left_unchecked; `left` are no longer there. Of catch_up: `notified` had a notice, `rechecked` were checked again (`recheck_in_time` before
    the year's end) and are caught_up, still_missing or held_back by the last check. `late` wait past their day."""

    entered: int = 0
    transferred: int = 0
    left: int = 0
    checked: int = 0
    in_time: int = 0
    by_certificate: int = 0
    complete: int = 0
    catch_up: int = 0
    deferred: int = 0
    not_checked: int = 0
    left_unchecked: int = 0
    notified: int = 0
    rechecked: int = 0
    recheck_in_time: int = 0
    caught_up: int = 0
    still_missing: int = 0
    held_back: int = 0
    late: int = 0


Figure = Literal[
    "entered", "transferred", "left", "checked", "in_time", "by_certificate", "complete", "catch_up", "deferred", "not_checked",
    "left_unchecked", "notified", "rechecked", "recheck_in_time", "caught_up", "still_missing", "held_back", "late",
]  # fmt: skip
FIGURES: tuple[Figure, ...] = Figure.__args__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an entry: the checks, and the days on which a notice of catch-up went to the family."""

    entry: Entry
    checks: Sequence[Check] = ()
    notices: Sequence[date] = ()


def figures_of(rule: EntranceRule, one: Known, on: date) -> frozenset[Figure]:
    """The figures that this child is counted in. What was done after it left the nursery is not the nursery's."""
    entry = one.entry
    stay = Period(entry.entered, entry.left)
    made = sorted((check for check in one.checks if check.day in stay), key=attrgetter("day"))
    has_left = entry.left <= on
    found: dict[Figure, bool] = {"entered": True, "transferred": entry.transferred, "left": has_left}
    if not made:
        late = on > rule.check_by(entry.entered)
        found |= {"left_unchecked": has_left, "not_checked": not has_left, "late": late and not has_left}
    else:
        found |= _checked(rule, entry, made) | _rechecked(rule, made, any(day in stay for day in one.notices))
        waits = made[-1].result == "catch-up" and not has_left
        found["late"] = waits and on > rule.recheck_day(made[0].day)
    return frozenset(name for name, is_so in found.items() if is_so)


def _checked(rule: EntranceRule, entry: Entry, made: Sequence[Check]) -> dict[Figure, bool]:
    first = made[0]
    return {
        "checked": True,
        "in_time": first.day <= rule.check_by(entry.entered),
        "by_certificate": any(one.evidence in ("certificate", "both") for one in made),
        "complete": first.result == "complete",
        "catch_up": first.result == "catch-up",
        "deferred": first.result == "deferred",
    }


def _rechecked(rule: EntranceRule, made: Sequence[Check], notified: bool) -> dict[Figure, bool]:
    if made[0].result != "catch-up":
        return {}
    again = made[1:]
    last = again[-1].result if again else ""
    return {
        "notified": notified,
        "rechecked": bool(again),
        "recheck_in_time": bool(again) and again[0].day <= rule.recheck_day(made[0].day),
        "caught_up": last == "complete",
        "still_missing": last == "catch-up",
        "held_back": last == "deferred",
    }


def count(figures: Iterable[frozenset[Figure]]) -> Counts:
    """The line of children by the figures that each is counted in."""
    return Counts(**Counter[str](name for one in figures for name in one))
