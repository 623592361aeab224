"""From values to places on the page: the window, its ticks, and what of a curve lies inside."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from operator import itemgetter
from typing import Literal

from healthrec.figures.model import XY

XUnit = Literal["age_days", "length_cm", "pma_weeks"]
"""Age since birth, lying length or standing height, or weeks since the mother's last period (birth in its course)."""

DAYS_A_MONTH = 30.4375
"""WHO's month, 365.25 / 12 days: https://www.who.int/tools/child-growth-standards"""


@dataclass(frozen=True, slots=True)
class Window:
    """The part of the standard that is shown: x in days or cm, y in the unit of the indicator."""

    x_from: float
    x_to: float
    y_from: float
    y_to: float


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the window lies on the page, in points."""

    window: Window
    left: float
    top: float
    right: float
    bottom: float

    def x(self, value: float) -> float:
        span = self.window.x_to - self.window.x_from
        return self.left + (value - self.window.x_from) / span * (self.right - self.left)

    def y(self, value: float) -> float:
        span = self.window.y_to - self.window.y_from
        return self.bottom - (value - self.window.y_from) / span * (self.bottom - self.top)

    def holds(self, x: float, y: float) -> bool:
        w = self.window
        return w.x_from <= x <= w.x_to and w.y_from <= y <= w.y_to

    def ticks_up(self, room: float) -> int:
        """How many ticks find `room` points each on the y axis: 3 to 8."""
        return min(8, max(3, int((self.bottom - self.top) / room)))

    def ticks_across(self, room: float) -> int:
        """How many ticks find `room` points each on the x axis: 4 to 10."""
        return min(10, max(4, int((self.right - self.left) / room)))


_RANGES: dict[XUnit, tuple[float, float, int, float]] = {
    "age_days": (6 * DAYS_A_MONTH, 2 * DAYS_A_MONTH, 2, 0.0),
    "length_cm": (5.0, 3.0, 4, 65.0),
    "pma_weeks": (4.0, 1.0, 4, 40.0),
}
"""Round step, air on both sides, fewest steps, and where a chart without values begins."""


def x_range(values: Iterable[float], unit: XUnit) -> tuple[float, float]:
    """The child's data with air on both sides, from one round value to another; at least a year, 20 cm or 16 weeks."""
    step, air, least, start = _RANGES[unit]
    found = sorted(values) or [start]
    first = max(0, math.floor((found[0] - air) / step))
    last = max(first + least, math.ceil((found[-1] + air) / step))
    return first * step, last * step


def y_range(values: Iterable[float]) -> tuple[float, float]:
    """All values, with a fiftieth of air, from one round value to another: half a tick, so that few windows differ."""
    found = sorted(values) or [0.0, 1.0]
    air = (found[-1] - found[0]) / 50 or 1.0
    half = _tick_step(found[0] - air, found[-1] + air, 8) / 2
    return math.floor((found[0] - air) / half) * half, math.ceil((found[-1] + air) / half) * half


def between(points: tuple[XY, ...], x_from: float, x_to: float) -> tuple[XY, ...]:
    """The part of a curve (x rising) between two x values, cut at them."""
    first = bisect_left(points, x_from, key=itemgetter(0))
    last = bisect_right(points, x_to, key=itemgetter(0))
    if first > last:
        return ()
    before = (_crossing(points[first - 1], points[first], x_from),) if _cuts(points, first, x_from) else ()
    after = (_crossing(points[last - 1], points[last], x_to),) if _cuts(points, last, x_to) else ()
    return (*before, *points[first:last], *after)


def split(points: tuple[XY, ...], cuts: tuple[float, ...]) -> list[tuple[XY, ...]]:
    """A curve parted at each of the rising `cuts`, with no stroke between; of two points at a cut the first is the left's
    end."""
    parts = []
    for x in cuts:
        place = bisect_left(points, x, key=itemgetter(0))
        place += [at for at, _ in points[place : place + 2]] == [x, x]
        parts.append(points[:place])
        points = points[place:]
    return [*parts, points]


def shown_parts(frame: Frame, points: tuple[XY, ...], least_gap: float = 3.0) -> list[tuple[XY, ...]]:
    """A curve as strokes on the page, in points: inside the window, and no denser than `least_gap` points."""
    w = frame.window
    inside = [(y, x) for x, y in sparse(between(points, w.x_from, w.x_to))]
    parts: list[list[XY]] = [[]]
    for one, two in pairwise(inside):
        piece = _cut(sorted((one, two)), w.y_from, w.y_to)
        piece = piece if one <= two else piece[::-1]
        if not piece:
            continue
        if parts[-1] and parts[-1][-1] != piece[0]:
            parts.append([])
        parts[-1].extend(piece[1:] if parts[-1] else piece)
    return [thinned for part in parts if len(thinned := _thin(_placed(frame, part), least_gap)) > 1]


def sparse(points: tuple[XY, ...], most: int = 150) -> tuple[XY, ...]:
    """Every n-th point and the last: a standard has one value a day, a page shows no more than `most`."""
    stride = len(points) // most + 1
    return points if stride == 1 else (*points[:-1:stride], points[-1])


def x_ticks(frame: Frame, unit: XUnit, year: str) -> list[tuple[float, str]]:
    """(place, words) of the ticks below; `year` has one place for a number of years."""
    w = frame.window
    if unit == "age_days":
        months = age_ticks(w.x_from, w.x_to, frame.ticks_across(26))
        return [(month * DAYS_A_MONTH, _month(month, year)) for month in months]
    return [(value, number(value)) for value in number_ticks(w.x_from, w.x_to, frame.ticks_across(26))]


def age_ticks(x_from: float, x_to: float, most: int = 10) -> list[int]:
    """Whole months inside a range of days, in steps that give so many ticks at most."""
    first, last = x_from / DAYS_A_MONTH, x_to / DAYS_A_MONTH
    step = next(step for step in (1, 2, 3, 6, 12, 24, 48) if (last - first) / step <= most - 1 or step == 48)
    return [month for month in range(0, int(last + 1e-6) + 1, step) if month >= first - 1e-6]


def number_ticks(low: float, high: float, most: int = 8) -> list[float]:
    """Round numbers (1, 2 or 5 times a power of ten apart) inside a range, at most so many steps."""
    step = _tick_step(low, high, most)
    return [round(n * step, 6) for n in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]


def number(value: float) -> str:
    """With a true minus and no needless digits."""
    return f"{value:g}".replace("-", "−")


def apart(places: list[float], gap: float, low: float, high: float) -> list[float]:
    """Rising `places` moved to stand `gap` apart between `low` and `high`: half by pushing down, half by pushing up."""
    down = _pushed(places, gap, low)
    up = [-place for place in reversed(_pushed([-place for place in reversed(places)], gap, -high))]
    middle = [(one + other) / 2 for one, other in zip(down, up, strict=True)]
    lowered = [-place for place in reversed(_pushed([-place for place in reversed(middle)], gap, -high))]
    return _pushed(lowered, gap, low)


def _tick_step(low: float, high: float, most: int) -> float:
    finest = (high - low) / most
    power = 10.0 ** math.floor(math.log10(finest))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= finest)


def _month(month: int, year_words: str) -> str:
    return year_words.format(month // 12) if month and month % 12 == 0 else str(month)


def _pushed(places: list[float], gap: float, first: float) -> list[float]:
    """Rising `places` from `first` on, each at least `gap` after the one before."""
    pushed: list[float] = []
    for place in places:
        pushed.append(max(place, pushed[-1] + gap if pushed else first))
    return pushed


def _cut(points: Iterable[XY], low: float, high: float) -> list[XY]:
    """Points with low <= x <= high, and the cuts where the curve crosses those bounds; x must not fall."""
    kept: list[XY] = []
    before: XY | None = None
    for point in points:
        if before is not None:
            kept.extend(_crossing(before, point, bound) for bound in (low, high) if before[0] < bound < point[0])
        if low <= point[0] <= high:
            kept.append(point)
        before = point
    return kept


def _cuts(points: tuple[XY, ...], place: int, x: float) -> bool:
    """Whether `x` lies between the points before and at `place`."""
    return 0 < place < len(points) and points[place - 1][0] < x < points[place][0]


def _crossing(one: XY, two: XY, x: float) -> XY:
    return x, one[1] + (two[1] - one[1]) * (x - one[0]) / (two[0] - one[0])


def _placed(frame: Frame, part: list[XY]) -> list[XY]:
    return [(frame.x(x), frame.y(y)) for y, x in part]


def _thin(points: list[XY], least_gap: float) -> tuple[XY, ...]:
    kept = points[:1]
    for x, y in points[1:-1]:
        if abs(x - kept[-1][0]) + abs(y - kept[-1][1]) >= least_gap:
            kept.append((x, y))
    return (*kept, points[-1]) if len(points) > 1 else tuple(kept)
