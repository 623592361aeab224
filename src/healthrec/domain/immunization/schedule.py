"""An immunization schedule as a value, in the words of CDSi: series, target doses, ages, intervals, conditional skips.

One schedule is one edition as of its last day. What an earlier edition said is kept on the same target doses with the
days on which it was in force, because a dose is judged by the edition of the day it was given.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from healthrec.domain.immunization.periods import MonthEnd, Period
from healthrec.domain.immunization.predicates import Predicate

Status = Literal["confirmed", "local", "unconfirmed", "policy", "own"]
"""How sure a rule is, as every file of rules says it."""


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """Where a statement of the schedule comes from, and its words for staff. One is equal to itself alone: it is a key
    wherever findings are looked up."""

    id: str
    edition: str
    status: Status
    source: tuple[str, ...] = ()
    zh: str = ""
    en: str = ""


@dataclass(frozen=True, slots=True)
class InForce:
    """The days of an edition: from `since` (None: always) up to, not including, `until` (None: still)."""

    since: date | None = None
    until: date | None = None

    def __contains__(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)


ALWAYS = InForce()


@dataclass(frozen=True, slots=True)
class Vaccine:
    """A vaccine of the list. `antigens` are the series it can count for; `contains` the vaccines combined in it.

    `ages` narrows an antigen to doses given from one age up to, not including, another (CDSi's association ages).
    """

    code: str
    antigens: tuple[str, ...]
    live: bool = False
    injected: bool = True
    contains: frozenset[str] = frozenset()
    programme: bool = True
    """False: paid for by the family"""
    most_a_day: int = 1
    """Doses that may be given on one day; one more is the same dose recorded again"""
    ages: Mapping[str, tuple[Period | None, Period | None]] = field(default_factory=dict)
    is_condition: str = ""
    """The condition that giving it amounts to: an immunoglobulin is one for live vaccines"""


@dataclass(frozen=True, slots=True)
class Administration:
    """How a vaccine of the programme is given, as printed. `route` is a code: IM, SC, ID, PO."""

    rule: Rule
    route: str
    amount: str
    site: str = ""


@dataclass(frozen=True, slots=True)
class Interval:
    """The time that must lie between a dose and an earlier one.

    `after` says which: "previous" given in this series, the number of a target dose, a set of vaccines (the most recent
    of them), or the code of a condition (its first day). CDSi's minimum with grace is `absolute`; None: there is none.
    """

    rule: Rule
    minimum: Period
    after: Literal["previous"] | int | frozenset[str] | str = "previous"
    absolute: Period | None = None
    recommended: Period | None = None
    latest: Period | None = None
    leads: bool = False
    """Whether its antigen says when a group of several can be given (CDSi's priority "override")"""
    enough_days: int = field(init=False, repr=False, compare=False)
    """Days with which it is long enough by any calendar"""

    def __post_init__(self) -> None:
        object.__setattr__(self, "enough_days", self.minimum.months * 31 + self.minimum.days)


@dataclass(frozen=True, slots=True)
class Criteria:
    """When a dose of one of `vaccines` satisfies a target dose; ages from birth.

    The printed age is the minimum (`minimum`); `absolute` is CDSi's absolute minimum with the grace taken off. A dose
    from `complete_before` on is late and no less valid. From `not_from` on none is forecast; only from `maximum` on is
    one given not valid (CDSi). `allowable` intervals hold where the preferable `intervals` do not.
    """

    rule: Rule
    vaccines: frozenset[str]
    minimum: Period | None = None
    absolute: Period | None = None
    recommended: Period | None = None
    complete_before: Period | None = None
    within_hours: int = 0
    """Where the text counts hours from birth, which dates cannot tell"""
    not_from: Period | None = None
    maximum: Period | None = None
    intervals: tuple[Interval, ...] = ()
    allowable: tuple[Interval, ...] = ()
    when: tuple[Predicate, ...] = ()
    in_force: InForce = ALWAYS
    ages: Mapping[str, tuple[tuple[Period | None, Period | None], ...]] = field(default_factory=dict)
    """Ages, from one up to another, at which a vaccine counts (CDSi's preferable and allowable ones); empty: at any"""
    season: InForce = ALWAYS
    """Days on which the dose is recommended (CDSi's seasonal recommendation)"""
    is_current: bool = field(init=False, repr=False, compare=False)
    """Whether the edition itself says it, and not one before"""
    has_upper_age: bool = field(init=False, repr=False, compare=False)
    leads: bool = field(init=False, repr=False, compare=False)
    """Whether one of its intervals leads"""
    wished: tuple[Interval, ...] = field(init=False, repr=False, compare=False)
    """Intervals that recommend a day"""
    ending: tuple[Interval, ...] = field(init=False, repr=False, compare=False)
    """Intervals that have a latest day"""

    def __post_init__(self) -> None:
        object.__setattr__(self, "is_current", self.in_force.until is None)
        object.__setattr__(self, "leads", any(one.leads for one in self.intervals))
        object.__setattr__(self, "wished", tuple(one for one in self.intervals if one.recommended is not None))
        object.__setattr__(self, "ending", tuple(one for one in self.intervals if one.latest))
        object.__setattr__(self, "has_upper_age", bool(self.complete_before or self.not_from or self.maximum))


@dataclass(frozen=True, slots=True)
class Offer:
    """A vaccine to give next, when it suits; `needs` is a condition (a test result) without which it is not given."""

    vaccine: str
    when: tuple[Predicate, ...] = ()
    needs: str = ""
    rule: Rule | None = None


@dataclass(frozen=True, slots=True)
class Skip:
    """A target dose is passed over when all predicates of any one set hold (CDSi conditional skip)."""

    rule: Rule
    any_of: tuple[tuple[Predicate, ...], ...]
    in_evaluation: bool = True
    in_forecast: bool = True
    in_force: InForce = ALWAYS


@dataclass(frozen=True, slots=True)
class TargetDose:
    """One dose that a series asks for, with the number that the schedule prints.

    An `extra` one is asked for by few, as its skips say, and not among the doses that a series is said to have.
    """

    rule: Rule
    number: int
    criteria: tuple[Criteria, ...]
    offers: tuple[Offer, ...]
    skips: tuple[Skip, ...] = ()
    recurring: bool = False
    extra: bool = False
    by_vaccine: Mapping[str, tuple[Criteria, ...]] = field(init=False, repr=False, compare=False)
    current: tuple[str, ...] = field(init=False, repr=False, compare=False)
    """Vaccines that would satisfy it today, sorted"""
    others: Mapping[str, tuple[str, ...]] = field(init=False, repr=False, compare=False)
    """The same without each of those offered"""
    plans: tuple[tuple[Offer, tuple[tuple[Criteria, tuple[Predicate, ...]], ...]], ...] = field(
        init=False, repr=False, compare=False
    )
    """For each offer the criteria of this edition, with all that must hold for both"""

    def __post_init__(self) -> None:
        current = sorted({code for criteria in self.criteria if criteria.is_current for code in criteria.vaccines})
        offered = {offer.vaccine for offer in self.offers}
        object.__setattr__(self, "current", tuple(current))
        object.__setattr__(self, "others", {code: tuple(one for one in current if one != code) for code in offered})
        vaccines = {code for criteria in self.criteria for code in criteria.vaccines}
        found = {code: tuple(one for one in self.criteria if code in one.vaccines) for code in vaccines}
        # A dose of unknown product is judged by what the schedule itself would have given.
        found[""] = found.get(self.offers[0].vaccine, self.criteria)
        object.__setattr__(self, "by_vaccine", found)
        plans = [(one, [x for x in found.get(one.vaccine, ()) if x.is_current]) for one in self.offers]
        object.__setattr__(
            self, "plans", tuple((one, tuple((x, (*x.when, *one.when)) for x in listed)) for one, listed in plans)
        )


@dataclass(frozen=True, slots=True)
class Path:
    """How CDSi chooses among series: within a group by score, then by `preference`, 1 before 2.

    `default` is for who has no valid dose yet; `product` is bound to a product.
    """

    group: int
    preference: int
    default: bool = False
    product: bool = False


@dataclass(frozen=True, slots=True)
class Series:
    """One way to be protected against an antigen.

    `indication` says for whom; a series that `replaces` others takes their place when it applies. Of several, the one
    that is complete, most advanced, then `preferred_when` any one set holds, then first in the schedule is the child's.
    """

    id: str
    antigen: str
    targets: tuple[TargetDose, ...]
    programme: bool = True
    indication: tuple[Predicate, ...] = ()
    replaces: frozenset[str] = frozenset()
    preferred_when: tuple[tuple[Predicate, ...], ...] = ()
    start_from: Period | None = None
    start_before: Period | None = None
    notes: tuple[Note, ...] = ()
    follow_ups: tuple[Test, ...] = ()
    season: Season | None = None
    path: Path | None = None
    """Where series are chosen by CDSi's scores"""
    of: int = field(init=False, repr=False, compare=False)
    """Doses that the series is said to have"""
    least: int = field(init=False, repr=False, compare=False)
    """Doses without which it cannot be complete"""

    def __post_init__(self) -> None:
        object.__setattr__(self, "of", sum(not target.extra for target in self.targets))
        object.__setattr__(self, "least", sum(not target.extra and not target.skips for target in self.targets))


@dataclass(frozen=True, slots=True)
class Season:
    """The part of every year in which a vaccine is given; a series with one begins anew each season. (month, day)."""

    rule: Rule
    begins: tuple[int, int]
    ends: tuple[int, int]
    """First day of the pause until the next season"""

    def begun_by(self, day: date) -> date:
        """First day of the season that a dose of that day belongs to; one of the pause belongs to the season before."""
        this_year = date(day.year, *self.begins)
        return this_year if this_year <= day else date(day.year - 1, *self.begins)

    def next_for(self, day: date) -> date:
        """First day of the season in which a dose can next be given: the one that lasts, or the one after the pause."""
        begun = self.begun_by(day)
        return begun if day < self._pause(begun) else date(begun.year + 1, *self.begins)

    def pause_after(self, day: date) -> date:
        """First day on which that season is over."""
        return self._pause(self.next_for(day))

    def _pause(self, begun: date) -> date:
        return date(begun.year + (self.ends <= self.begins), *self.ends)


@dataclass(frozen=True, slots=True)
class Note:
    """Something to tell staff beside the forecast of an open series, while all predicates hold."""

    rule: Rule
    when: tuple[Predicate, ...]


@dataclass(frozen=True, slots=True)
class Test:
    """An examination after the last dose of a complete series, from one span after it to another."""

    rule: Rule
    when: tuple[Predicate, ...]
    begin: Period
    end: Period


@dataclass(frozen=True, slots=True)
class Advice:
    """Something to tell staff about a child as a whole, when all predicates of any one set hold."""

    rule: Rule
    any_of: tuple[tuple[Predicate, ...], ...]


@dataclass(frozen=True, slots=True)
class LiveConflict:
    """A live vaccine too soon after another: from `begin` days after it up to, not including, `interval` days.

    `least` is the shorter span that holds when the earlier dose was valid (CDSi's grace); without grace they are equal.
    """

    rule: Rule
    earlier: frozenset[str]
    later: frozenset[str]
    interval: int
    least: int
    begin: int = 1


Effect = Literal["contraindicated", "deferred", "conditional", "wait", "none"]
"""never again; not while it lasts; only after an assessment; so long after it; not a contraindication, and said so."""


@dataclass(frozen=True, slots=True)
class Precaution:
    """What conditions mean for vaccines. `vaccines` None: for all, or, `of_condition`, for the one that it names.

    It does not stand `unless` one of those conditions is there too, nor, where `with_any` is not empty, without one of
    those; `test` is the examination that lifts it.
    """

    rule: Rule
    conditions: frozenset[str]
    effect: Effect
    vaccines: frozenset[str] | None = None
    of_condition: bool = False
    unless: frozenset[str] = frozenset()
    with_any: frozenset[str] = frozenset()
    test: str = ""
    wait: Period | None = None
    in_force: InForce = ALWAYS


@dataclass(frozen=True, slots=True)
class Schedule:
    """One edition, ready to judge by. `series` are in the order in which antigens are worked through."""

    id: str
    edition: str
    status: Status
    effective: date
    superseded: date | None
    """First day of the next edition known; None: none is"""
    vaccines: Mapping[str, Vaccine]
    series: tuple[Series, ...]
    editions: tuple[tuple[date, str], ...]
    """(first day, edition) of this edition and those before it, in order"""
    live_conflicts: tuple[LiveConflict, ...] = ()
    precautions: tuple[Precaution, ...] = ()
    advice: tuple[Advice, ...] = ()
    administration: Mapping[str, Administration] = field(default_factory=dict)
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Vaccine group -> antigens, where `by_group` joins several (CDSi); an antigen not named is its own"""
    month_end: MonthEnd = "clamp"
    by_antigen: Mapping[str, tuple[Series, ...]] = field(init=False, repr=False, compare=False)
    for_all: frozenset[str] = field(init=False, repr=False, compare=False)
    """Antigens of which no series asks for whom it is or whom it suits better"""
    amount_to: Mapping[str, str] = field(init=False, repr=False, compare=False)
    """Vaccines that amount to a condition -> which"""
    live: frozenset[str] = field(init=False, repr=False, compare=False)
    """Vaccines after which another live one may come too soon"""
    conflicts_of: Mapping[str, tuple[LiveConflict, ...]] = field(init=False, repr=False, compare=False)
    first_days: tuple[date, ...] = field(init=False, repr=False, compare=False)
    """Of `editions`"""
    judging: tuple[str, ...] = field(init=False, repr=False, compare=False)
    """The edition before each of `first_days`, and the last; before the first of all, the first"""

    def __post_init__(self) -> None:
        antigens = dict.fromkeys(series.antigen for series in self.series)
        by_antigen = {name: tuple(one for one in self.series if one.antigen == name) for name in antigens}
        later = {code for conflict in self.live_conflicts for code in conflict.later}
        conflicts = {code: tuple(one for one in self.live_conflicts if code in one.later) for code in later}
        choosing = {one.antigen for one in self.series if one.indication or one.replaces or one.preferred_when}
        amounting = {code: one.is_condition for code, one in self.vaccines.items() if one.is_condition}
        object.__setattr__(self, "by_antigen", by_antigen)
        object.__setattr__(self, "for_all", frozenset(antigens.keys() - choosing))
        object.__setattr__(self, "amount_to", amounting)
        object.__setattr__(self, "first_days", tuple(first for first, _ in self.editions))
        object.__setattr__(self, "judging", tuple(name for _, name in (self.editions[0], *self.editions)))
        object.__setattr__(self, "conflicts_of", conflicts)
        object.__setattr__(self, "live", frozenset().union(*(one.earlier for one in self.live_conflicts)))

    def edition_on(self, day: date) -> str:
        """The edition that judges a dose of that day; before the first of all, the first."""
        return self.judging[bisect_right(self.first_days, day)]
