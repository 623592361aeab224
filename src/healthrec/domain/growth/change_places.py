"""Two places that measured one child within days and do not agree, with what is likely behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from healthrec.domain.growth.change_finding import ChangeFinding, Observed, found
from healthrec.domain.growth.change_rules import ChangeRules
from healthrec.domain.growth.facts import Measure, Measurement
from healthrec.domain.growth.limits import Slip
from healthrec.domain.growth.reading import tidy
from healthrec.domain.growth.rules import GrowthRules
from healthrec.domain.growth.standard import Indicator

INDICATOR: Final[Mapping[Measure, Indicator]] = {"weight": "wfa", "length": "lhfa", "height": "lhfa", "head": "hcfa"}

Expected = Callable[[Indicator, date, date], float]
"""What a child gains from one day to another (kg or cm) while it stays between its lines; 0 where nobody knows."""

_TEN_CM: Final = 10.0
"""A decimetre read wrongly off the scale."""


def disagreements(
    growth: GrowthRules, rules: ChangeRules, observed: Sequence[Observed], expected: Expected
) -> Iterator[ChangeFinding]:
    """Each measurement beside the latest earlier one of another place; `observed` go from the earliest to the latest."""
    for at, later in enumerate(observed):
        earlier = _other_place(rules, observed[:at], later)
        if earlier is not None:
            yield from _compared(growth, rules, earlier, later, expected)


def _other_place(rules: ChangeRules, before: Sequence[Observed], later: Observed) -> Observed | None:
    new = later.measurement
    return next(
        (
            one
            for one in reversed(before)
            if INDICATOR[one.measurement.measure] == INDICATOR[new.measure]
            and one.place
            and later.place
            and one.place != later.place
            and (new.day - one.measurement.day).days <= rules.disagreement.within_days
        ),
        None,
    )


def _compared(
    growth: GrowthRules, rules: ChangeRules, earlier: Observed, later: Observed, expected: Expected
) -> Iterator[ChangeFinding]:
    old, new = earlier.measurement, later.measurement
    indicator = INDICATOR[new.measure]
    grown = expected(indicator, old.day, new.day)
    turned = {("length", "height"): -1, ("height", "length"): 1}.get((old.measure, new.measure), 0)
    as_new = tidy(float(old.value) + turned * growth.standard.standing_shorter_cm)
    apart = tidy(float(new.value) - as_new)
    beyond = rules.disagreement.beyond[new.measure]
    if min(grown, 0.0) - beyond <= apart <= max(grown, 0.0) + beyond:
        return
    numbers = {"before": float(old.value), "after": float(new.value), "apart": apart, "grown": round(grown, 2)}
    causes = tuple(_causes(growth, earlier, later, apart, beyond + abs(grown)))
    told = found(rules, "disagreement", indicator, (old.day, new.day), numbers | {"limit": beyond}, causes)
    yield replace(told, places=(earlier.place, later.place))


def _causes(growth: GrowthRules, earlier: Observed, later: Observed, apart: float, beyond: float) -> Iterator[str]:
    old, new = earlier.measurement, later.measurement
    heavier = later if apart > 0 else earlier
    if new.measure == "weight" and "clothed" in heavier.circumstances:
        yield "clothed"
    for circumstance in ("crying", "uncertain"):
        if any(circumstance in one.circumstances for one in (earlier, later)):
            yield circumstance
    if old.measure != new.measure and abs(tidy(float(new.value - old.value))) <= beyond:
        yield "position"
    if slip := _slip(growth.limits.slips[new.measure], old, new, beyond):
        yield slip
    elif new.measure != "weight" and abs(abs(apart) - _TEN_CM) <= beyond:
        yield "ten-cm"


def _slip(slips: Sequence[Slip], old: Measurement, new: Measurement, beyond: float) -> str:
    """The slip by which the larger may have become too large, "" for none; it may as well have made the other too small."""
    smaller, larger = sorted((float(old.value), float(new.value)))
    explained = (slip.code for slip in slips if slip.factor < 1 and abs(larger * slip.factor - smaller) <= beyond)
    return next(explained, "")
