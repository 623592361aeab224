"""When a child in a nursery is to be measured again: an interval that depends on the age at the last time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from healthrec.domain.age import add_months, completed_months


@dataclass(frozen=True, slots=True, order=True)
class Band:
    """From this age (completed months) on, every so many months."""

    from_months: int
    every_months: int


def next_measuring(bands: Sequence[Band], birth: date, last: date | None, enrolled: date) -> date:
    """The day on which the next measuring is due: an interval after `last`, at once on enrolment where there is none.

    `bands` rise by age and begin at birth.
    """
    if last is None or last < birth:
        return max(enrolled, birth)
    months = completed_months(birth, last)
    band = [one for one in bands if one.from_months <= months][-1]
    return add_months(last, band.every_months)
