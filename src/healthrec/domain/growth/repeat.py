"""Several readings of one body become one value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from healthrec.domain.growth.entry_check import EntryCheck
from healthrec.domain.growth.facts import Measure
from healthrec.domain.growth.measuring_rules import MeasuringRules


@dataclass(frozen=True, slots=True)
class Settled:
    """The value that counts, the greatest difference between readings, and whether one more reading is asked for."""

    value: Decimal
    spread: Decimal
    asks_another: bool


def settle(measure: Measure, readings: Sequence[Decimal], rules: MeasuringRules) -> Settled:
    """Of one reading itself, of two that agree their mean, of two that do not their mean for now and a third is asked
    for, of three or more the middle one (of an even number the mean of the two in the middle).

    Raises ValueError without a reading.
    """
    if not readings:
        raise ValueError("no reading")
    ordered = sorted(readings)
    spread = ordered[-1] - ordered[0]
    apart = float(spread) > rules.repeat[measure]
    return Settled(_middle(ordered), spread, asks_another=len(ordered) == 2 and apart)


def check_readings(measure: Measure, settled: Settled, rules: MeasuringRules) -> tuple[EntryCheck, ...]:
    """One remark where a third reading is asked for."""
    if not settled.asks_another:
        return ()
    params = {"spread": float(settled.spread), "limit": rules.repeat[measure]}
    return (EntryCheck("implausible", "readings-apart", measure, settled.value, params),)


def _middle(ordered: Sequence[Decimal]) -> Decimal:
    low, high = ordered[(len(ordered) - 1) // 2], ordered[len(ordered) // 2]
    return low if low == high else (low + high) / 2
