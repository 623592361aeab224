"""The core: readings in, z-scores, flags and categories out, for one child as for a million rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import nan

from healthrec.domain.growth.cohort import BIT, REASON, Reading
from healthrec.domain.growth.lms import restricted_z
from healthrec.domain.growth.numbers import Arithmetic, Truth, Value, Whole
from healthrec.domain.growth.ruler import CENTI_ENDS, DUST, Ends, Judge, Kind, Ruler
from healthrec.domain.growth.standard import Method


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """What a standard says to a reading.

    `z` is not rounded, and not a number where there is none; `rounded` has two decimals. `flagged` ones are hardly a
    child's. `levels` by method and `category` are places in the codes of the ruler's judges, -1 where there is none.
    """

    z: Value
    rounded: Value
    flagged: Truth
    levels: Mapping[Method, Whole]
    category: Whole
    reason: Whole
    applied: Whole


@dataclass(frozen=True, slots=True, eq=False)
class _Place:
    """An interval of the ruler, and how far into it; None when every place is a row."""

    interval: Whole
    share: Value | None
    inside: Truth


def score(ruler: Ruler, sex: Whole, reading: Reading, methods: Collection[Method], xp: Arithmetic) -> Scores:
    """Scores of a reading of rows whose sexes are given, with levels by those of the methods that the standard has.

    Rows without a table are computed like the others, and blanked.
    """
    place = _place(ruler, sex, reading, xp)
    good = place.inside & (reading.reason == 0)
    z = xp.where(good, _z(ruler, reading, place, xp), nan)
    hundredths = xp.rint(z * 100.0)
    rounded = hundredths / 100.0 + 0.0  # minus zero reads badly
    counts: dict[Kind | None, Whole] = {}

    def judged(judge: Judge) -> Whole:
        if judge.kind not in counts:
            counts[judge.kind] = _count(ruler, judge, reading, place, hundredths, xp)
        return xp.where(good, xp.at(judge.meaning, reading.number, counts[judge.kind]), -1)

    return Scores(
        z,
        rounded,
        (rounded < xp.at(ruler.low, reading.number)) | (rounded > xp.at(ruler.high, reading.number)),
        {method: judged(judge) for method, judge in ruler.levels.items() if method in methods},
        judged(ruler.nutrition),
        xp.where(place.inside | (reading.reason != 0), reading.reason, _outside(ruler, reading, xp)),
        _applied(ruler, reading, place, good, xp),
    )


def _place(ruler: Ruler, sex: Whole, reading: Reading, xp: Arithmetic) -> _Place:
    number, x = reading.number, reading.x
    first = xp.at(ruler.first, number)
    inside = (x >= first - DUST) & (x <= xp.at(ruler.last, number) + DUST)
    rows = (xp.where(inside, x, first) - first) * xp.at(ruler.per_unit, number)
    nearest = xp.rint(rows)
    start = xp.at(ruler.start, number, sex)
    between = abs(rows - nearest) > DUST
    if not xp.some(between):
        return _Place(start + xp.whole(nearest), None, inside)
    below = xp.where(between, xp.floor(rows), nearest)
    share = xp.where(between, rows - below, 0.0) * xp.at(ruler.rising, number)
    return _Place(start + xp.whole(below), share, inside)


def _z(ruler: Ruler, reading: Reading, place: _Place, xp: Arithmetic) -> Value:
    number, value = reading.number, reading.value
    if ruler.scored is not None:
        columns = ruler.scored.columns
        return xp.placed(value, xp.cuts(columns.left, columns.right, place.interval, place.share), ruler.scored.z)
    median, spread = _column(ruler.median, place, xp), _column(ruler.spread, place, xp)
    if isinstance(number, int) and ruler.straight.item(number):
        return (value / median - 1.0) / spread
    power = _column(ruler.power, place, xp)
    z = xp.expm1(power * xp.log(value / median)) / (power * spread)
    far = (abs(z) > 3.0) & xp.at(ruler.restricted, number)
    return xp.amended(z, far, restricted_z, value, power, median, spread)


def _column(ends: Ends, place: _Place, xp: Arithmetic) -> Value:
    left = xp.at(ends.left, place.interval)
    return left if place.share is None else left + place.share * (xp.at(ends.right, place.interval) - left)


def _count(ruler: Ruler, judge: Judge, reading: Reading, place: _Place, hundredths: Value, xp: Arithmetic) -> Whole:
    """What a category follows from: how many printed cut-offs a value has reached, or the hundredths of its z-score."""
    if judge.kind is not None:
        ends = ruler.cuts[judge.kind]
        return xp.reached(reading.value, ends.left, ends.right, place.interval, place.share)
    ends = xp.where(hundredths > CENTI_ENDS, CENTI_ENDS, xp.where(hundredths > -CENTI_ENDS, hundredths, -CENTI_ENDS))
    return xp.whole(ends) + CENTI_ENDS  # not a number is not above -CENTI_ENDS


def _outside(ruler: Ruler, reading: Reading, xp: Arithmetic) -> Whole:
    by_size = xp.at(ruler.by_size, reading.number)
    return xp.where(by_size, REASON["size-outside-table"], REASON["age-without-row"])


def _applied(ruler: Ruler, reading: Reading, place: _Place, good: Truth, xp: Arithmetic) -> Whole:
    """Interpolating is a rule of ours where the standard prints its rows, and WHO's own where it publishes L, M and S."""
    if place.share is None or not ruler.cuts:
        return reading.applied
    between = good & (place.share > 0)
    bridged = between & xp.at(ruler.bridges, place.interval)
    return reading.applied | between * BIT["interpolated"] | bridged * BIT["bridged"]
