"""Ages and the calendar behind them. Every rule about short months and 29 February is in `add_months`."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

DAYS_AT_TERM = 280
"""40 completed weeks of gestation, the day to which a corrected age counts back."""

_IN_EVERY_MONTH = 28


@dataclass(frozen=True, slots=True, order=True)
class Age:
    """An age as numbers, ready to be worded: 1 year, 2 months, 3 days. `months` < 12; `days` < 31."""

    years: int
    months: int
    days: int


LimitAge = Literal["corrected", "chronological"]


@dataclass(frozen=True, slots=True)
class CorrectionRule:
    """Which births are corrected for prematurity, and until which age (completed months)."""

    rule_id: str
    edition: str
    preterm_below_days: int
    limit_months: int
    very_preterm_below_days: int
    very_preterm_limit_months: int
    limit_age: LimitAge = "chronological"
    """The age that is compared with the limit"""

    def counted_birth(self, birth: date, gestation_days: int | None, on: date) -> date:
        """The day from which the age that counts on that day runs: of term while the age is corrected, else of birth."""
        return corrected_birth(birth, gestation_days, on, self.limit_for(gestation_days), self.limit_age)

    def limit_for(self, gestation_days: int | None) -> int:
        """Months up to which the age is corrected; 0 when it never is (term, or gestation not known)."""
        if gestation_days is None or gestation_days >= self.preterm_below_days:
            return 0
        very_preterm = gestation_days < self.very_preterm_below_days
        return self.very_preterm_limit_months if very_preterm else self.limit_months

    def over_on(self, birth: date, gestation_days: int | None) -> date:
        """The first day on which the age since birth counts again; the day of birth where it always does."""
        limit = self.limit_for(gestation_days)
        if gestation_days is None or not limit:
            return birth
        return add_months(term_date(birth, gestation_days) if self.limit_age == "corrected" else birth, limit)


def add_months(day: date, months: int) -> date:
    """The same day of the month, `months` later (or earlier, when negative).

    The end-of-month rule of the house: where the month has no such day, its last day stands in. So 31 January
    plus 1 month is 28 February (29 in a leap year), and somebody born on 29 February completes a year on
    28 February of a common year.
    """
    count = day.year * 12 + day.month - 1 + months
    year, month = count // 12, count % 12 + 1
    return date(year, month, day.day if day.day <= _IN_EVERY_MONTH else min(day.day, monthrange(year, month)[1]))


def age_days(birth: date, on: date) -> int:
    """Completed days; negative before birth."""
    return (on - birth).days


def completed_months(birth: date, on: date) -> int:
    """Completed months; negative before birth."""
    months = (on.year - birth.year) * 12 + on.month - birth.month
    return months if add_months(birth, months) <= on else months - 1


def completed_years(birth: date, on: date) -> int:
    """Completed years (周岁)."""
    return completed_months(birth, on) // 12


def exact_months(birth: date, on: date) -> float:
    """Completed months plus the share of the running month that has passed (months, 0 at birth).

    A month runs from one monthly birthday to the next, so a whole number comes out exactly on each of them.
    """
    months = completed_months(birth, on)
    begun, ends = add_months(birth, months), add_months(birth, months + 1)
    return months + (on - begun).days / (ends - begun).days


def age(birth: date, on: date) -> Age:
    """The age as years, months and days. Raises ValueError before birth."""
    if on < birth:
        raise ValueError(f"{on} is before the birth on {birth}")
    months = completed_months(birth, on)
    return Age(months // 12, months % 12, (on - add_months(birth, months)).days)


def term_date(birth: date, gestation_days: int) -> date:
    """The day on which 40 weeks of gestation were (or would have been) complete."""
    return birth + timedelta(days=DAYS_AT_TERM - gestation_days)


def corrected_birth(
    birth: date,
    gestation_days: int | None,
    on: date,
    limit_months: int = 24,
    limit_age: LimitAge = "chronological",
) -> date:
    """The day from which the corrected age counts: the term date, until that age, or the one since birth, reaches the limit.

    From the limit on, and when gestation is not known, it is the day of birth. Ages of `on` before the term date
    come out negative: they belong on a preterm chart. A limit of 0 never corrects.
    """
    if gestation_days is None or limit_months == 0:
        return birth
    term = term_date(birth, gestation_days)
    begun = term if limit_age == "corrected" else birth
    return birth if completed_months(begun, on) >= limit_months else term
