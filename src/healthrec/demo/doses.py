"""Plausible doses given: the ages of the national programme, the small delays of families, some long ones.

Ages and intervals after 国家免疫规划疫苗儿童免疫程序及说明 (2021, with the DTaP change of 2025-01-01). The town needs doses that
look right; whether one is valid is for the immunization rules to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from healthrec.demo.children import ChildPlan
from healthrec.domain.age import add_months

LATE_HABIT: Final = 0.92
FIVE_DOSE_DTAP_FROM: Final = date(2025, 1, 1)

CVX: Final = {
    "HepB": "08", "BCG": "19", "IPV": "10", "bOPV": "178", "DTaP": "20", "DT": "28", "MMR": "03", "JE-L": "129",
    "MPSV-A": "191", "MPSV-AC": "192", "HepA-L": "169", "HepA-I": "83",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Due:
    """A dose of the programme: age in months, and the days that must lie between it and the one before."""

    vaccine: str
    dose: int
    months: int
    after_days: int = 28


@dataclass(frozen=True, slots=True)
class Dose:
    """A dose given."""

    vaccine: str
    number: int
    day: date


_PROGRAMME: Final = (
    Due("HepB", 1, 0, 0), Due("BCG", 1, 0, 0), Due("HepB", 2, 1), Due("IPV", 1, 2), Due("IPV", 2, 3),
    Due("bOPV", 3, 4), Due("HepB", 3, 6, 60), Due("MPSV-A", 1, 6), Due("MMR", 1, 8), Due("JE-L", 1, 8),
    Due("MPSV-A", 2, 9, 92), Due("MMR", 2, 18), Due("JE-L", 2, 24, 366), Due("MPSV-AC", 3, 36, 366),
    Due("bOPV", 4, 48), Due("MPSV-AC", 4, 72, 1096),
)  # fmt: skip
_DTAP_2021: Final = (Due("DTaP", 1, 3), Due("DTaP", 2, 4), Due("DTaP", 3, 5), Due("DTaP", 4, 18, 184), Due("DT", 5, 72))
_DTAP_2025: Final = (
    Due("DTaP", 1, 2), Due("DTaP", 2, 4), Due("DTaP", 3, 6), Due("DTaP", 4, 18, 184), Due("DTaP", 5, 72, 366),
)  # fmt: skip
_HEPATITIS_A: Final = {
    "live": (Due("HepA-L", 1, 18),),
    "inactivated": (Due("HepA-I", 1, 18), Due("HepA-I", 2, 24, 184)),
}
_ONE_SERIES: Final = {"IPV": "polio", "bOPV": "polio", "DT": "dtp", "DTaP": "dtp", "MPSV-A": "men", "MPSV-AC": "men"}


def is_late_family(plan: ChildPlan, seed: int) -> bool:
    """Whether this family comes late by months: every twelfth."""
    return Random(f"{seed}:doses:{plan.index}").random() > LATE_HABIT


def doses_given(plan: ChildPlan, seed: int, today: date) -> list[Dose]:
    """The doses on record today, oldest first; those from before a move into the town have not been seen."""
    draw = Random(f"{seed}:doses:{plan.index}")
    habit = draw.random()
    dues = sorted(
        (*_PROGRAMME, *_HEPATITIS_A["inactivated" if draw.random() < 0.1 else "live"], *_dtap(plan)), key=_age
    )
    visits = dict(_visits(plan.born, sorted({due.months for due in dues}), habit, draw))
    return sorted((dose for dose in _given(dues, visits) if plan.known_from <= dose.day <= today), key=_when)


def _age(due: Due) -> tuple[int, str]:
    return due.months, due.vaccine


def _when(dose: Dose) -> tuple[date, str]:
    return dose.day, dose.vaccine


def _dtap(plan: ChildPlan) -> Iterator[Due]:
    for old, new in zip(_DTAP_2021, _DTAP_2025, strict=True):
        yield old if add_months(plan.born, old.months) < FIVE_DOSE_DTAP_FROM else new


def _visits(born: date, ages: list[int], habit: float, draw: Random) -> Iterator[tuple[int, date]]:
    """The day on which all doses due at one age are given: live vaccines then never come too close to one another."""
    last = born
    for months in ages:
        day = born if months == 0 else add_months(born, months) + timedelta(days=_delay(months, habit, draw))
        last = max(day, last + timedelta(days=28)) if months else day
        yield months, last


def _delay(months: int, habit: float, draw: Random) -> int:
    """Days after the due age: mostly up to two weeks; every twelfth family late by months, others now and then."""
    late = habit > LATE_HABIT or draw.random() < 0.03
    share = draw.random()
    if late and months > 1:
        return 30 + int(share * 120)
    return int(share * share * (5 if months == 1 else 18))


def _given(dues: list[Due], visits: dict[int, date]) -> Iterator[Dose]:
    last: dict[str, date] = {}
    for due in dues:
        series = _ONE_SERIES.get(due.vaccine, due.vaccine)
        day = visits[due.months]
        if series in last:
            day = max(day, last[series] + timedelta(days=due.after_days))
        if due.vaccine == "DTaP" and due.months in (2, 6) and day < FIVE_DOSE_DTAP_FROM:
            day = FIVE_DOSE_DTAP_FROM + timedelta(days=3)  # the ages of the new edition hold from its first day
        last[series] = day
        yield Dose(due.vaccine, _number(due), day)


def _number(due: Due) -> int:
    """The number within the vaccine as the schedule prints it: DT and MPSV-AC begin again at 1."""
    return {("DT", 5): 1, ("MPSV-AC", 3): 1, ("MPSV-AC", 4): 2}.get((due.vaccine, due.dose), due.dose)
