"""Ages of many children at once, with the calendar of `healthrec.domain.age`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from healthrec.domain.age import DAYS_AT_TERM, CorrectionRule
from healthrec.domain.growth.cohort import DAYS_A_MONTH
from healthrec.domain.growth.lms import Floats
from healthrec.domain.growth.rows import Days, Rows, Truths
from healthrec.domain.growth.ruler import Ints


@dataclass(frozen=True, slots=True, eq=False)
class Ages:
    """Ages that count, of one length; not a number where nothing tells them. `months_from_days` marks those whose calendar
    months are not known."""

    days: Floats
    months: Floats
    months_from_days: Truths
    corrected: Truths

    def part(self, rows: Ints) -> Ages:
        """Some of them."""
        return Ages(self.days[rows], self.months[rows], self.months_from_days[rows], self.corrected[rows])


def ages(rows: Rows, by_months: bool) -> Ages:
    """Ages since birth. Calendar months are counted only where a standard goes `by_months`."""
    return _ages(rows, rows.birth, 0.0, by_months)


def corrected(rows: Rows, since_birth: Ages, rule: CorrectionRule, by_months: bool) -> Ages:
    """The same, with corrected ages in the rows that the rule corrects."""
    if rows.gestation is None:
        return since_birth
    early = np.flatnonzero((rows.gestation < rule.preterm_below_days) & (since_birth.days >= 0))
    if not early.size:
        return since_birth
    few = rows.part(early)
    assert few.gestation is not None
    shift = DAYS_AT_TERM - few.gestation
    term = None if few.birth is None else few.birth + shift.astype(np.int64).astype("timedelta64[D]")
    by_term, by_birth = _ages(few, term, shift, True), _ages(few, few.birth, 0.0, True)
    limit = np.array([rule.limit_for(int(days)) for days in few.gestation])
    decides = by_term if rule.limit_age == "corrected" else by_birth
    within = np.flatnonzero(np.floor(decides.months) < limit)
    days, months = since_birth.days.copy(), since_birth.months.copy()
    is_corrected = since_birth.corrected.copy()
    at = early[within]
    days[at], is_corrected[at] = by_term.days[within], True
    months[at] = by_term.months[within] if by_months else days[at] / DAYS_A_MONTH
    return Ages(days, months, since_birth.months_from_days, is_corrected)


def _ages(rows: Rows, birth: Days | None, later: Floats | float, by_months: bool) -> Ages:
    """Ages since `birth`, which is so many days `later` than the day of birth that the other columns count from."""
    nothing = np.full(len(rows), np.nan)
    given_months = nothing if rows.months is None else rows.months - later / DAYS_A_MONTH
    days = nothing if rows.days is None else rows.days - later
    days = np.where(np.isnan(days), given_months * DAYS_A_MONTH, days)
    months = np.where(np.isnan(given_months), days / DAYS_A_MONTH, given_months)
    from_days = np.isnan(given_months) & ~np.isnan(days)
    if birth is not None and rows.on is not None:
        counted = days_between(birth, rows.on)
        dated = ~np.isnan(counted)
        days = np.where(dated, counted, days)
        if by_months:
            months, from_days = np.where(dated, calendar_months(birth, rows.on), months), from_days & ~dated
        else:
            months = days / DAYS_A_MONTH
    return Ages(days, months, from_days & by_months, np.zeros(len(rows), dtype=bool))


def days_between(birth: Days, on: Days) -> Floats:
    """Completed days; not a number where a date is not known."""
    days = (on - birth).astype("timedelta64[D]")
    return np.where(np.isnat(days), np.nan, days.astype(np.float64))


def calendar_months(birth: Days, on: Days) -> Floats:
    """Completed months plus the share of the running month that has passed, as `exact_months` has it."""
    known = ~(np.isnat(birth) | np.isnat(on))
    birth, on = (np.where(known, day, np.datetime64("2000-01-01")) for day in (birth, on))
    months = on.astype("datetime64[M]").astype(np.int64) - birth.astype("datetime64[M]").astype(np.int64)
    months = months - (_after(birth, months) > on)
    begun, ends = _after(birth, months), _after(birth, months + 1)
    share = (on - begun).astype(np.float64) / (ends - begun).astype(np.float64)
    return np.where(known, months + share, np.nan)


def _after(birth: Days, months: NDArray[np.int64]) -> Days:
    """The same day of the month, so many months later; the last day where that month is shorter."""
    month = birth.astype("datetime64[M]")
    day = (birth - month.astype("datetime64[D]")).astype(np.int64)
    wanted = month + months.astype("timedelta64[M]")
    length = ((wanted + np.timedelta64(1, "M")).astype("datetime64[D]") - wanted.astype("datetime64[D]")).astype(
        np.int64
    )
    return np.asarray(wanted.astype("datetime64[D]") + np.minimum(day, length - 1).astype("timedelta64[D]"))
