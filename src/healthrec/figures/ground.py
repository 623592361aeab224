"""What lies behind the child on a growth chart: axes, the standard's curves, the places where something changes.

None of it depends on the child but through the window, and windows are round. So the layers are kept: a class of thirty
children is drawn on a handful of grounds.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from healthrec.figures import scale
from healthrec.figures.chart import Mark, Reference
from healthrec.figures.model import XY, Anchor, Area, Item, Layer, Line, Polyline, Text
from healthrec.figures.notes import rough_width
from healthrec.figures.scale import Frame, Window, XUnit

LABEL_GAP = 10.0

_DASHES: tuple[tuple[float, ...], ...] = ((), (6, 2.5), (1.4, 2.4), (6, 2, 1.4, 2))
_TICK_ROOM = 18.0
_KEPT = 256


@lru_cache(maxsize=_KEPT)
def window_over(reference: Reference, x_from: float, x_to: float, low: float, high: float) -> Window:
    """The window that shows every curve whole over a range of x, and the values from `low` to `high`."""
    inside = [scale.between(curve.points, x_from, x_to) for curve in reference.curves]
    heights = [y for points in inside for _, y in points]
    return Window(x_from, x_to, *scale.y_range([*heights, low, high] if low <= high else heights))


@lru_cache(maxsize=_KEPT)
def axes(frame: Frame, x_unit: XUnit, x_axis: str, year: str) -> Layer:
    """Frame, ticks and their numbers, and the name of the x axis."""
    w = frame.window
    items: list[Item] = [
        Line((frame.left, frame.bottom), (frame.right, frame.bottom), "frame", 0.8, "axis"),
        Line((frame.left, frame.top), (frame.left, frame.bottom), "frame", 0.8, "axis"),
    ]
    for value in scale.number_ticks(w.y_from, w.y_to, frame.ticks_up(_TICK_ROOM)):
        y = frame.y(value)
        items.append(Line((frame.left - 3.5, y), (frame.left, y), "frame", 0.8, "tick"))
        items.append(Text((frame.left - 6, y + 3.2), scale.number(value), 9, "muted", "tick-label", "end"))
    for value, words in scale.x_ticks(frame, x_unit, year):
        x = frame.x(value)
        items.append(Line((x, frame.bottom), (x, frame.bottom + 3.5), "frame", 0.8, "tick"))
        items.append(Text((x, frame.bottom + 13.5), words, 9, "muted", "tick-label", "middle"))
    items.append(Text((frame.right, frame.bottom + 26), x_axis, 9, "muted", "axis-label", "end"))
    return Layer("axes", tuple(items), kept=True)


@lru_cache(maxsize=_KEPT)
def curves(reference: Reference, frame: Frame) -> Layer:
    """The tint and the curves, each named at its end. Dashes go by the distance from the middle one."""
    items = _band(frame, reference)
    ends: list[tuple[float, float, str]] = []
    for index, curve in enumerate(reference.curves):
        parts = _strokes(frame, reference, index)
        items.extend(Polyline(part, "curve", 0.9, "curve", _dash(index, len(reference.curves))) for part in parts)
        if parts:
            x, y = parts[-1][-1]
            ends.append((y, x, curve.label))
    return Layer("curves", (*items, *_end_labels(frame, ends)), kept=True)


@lru_cache(maxsize=_KEPT)
def other_curves(reference: Reference, frame: Frame) -> Layer:
    """The curves of a second standard, finer than those of the first and not named one by one."""
    items = [
        Polyline(part, "other", 0.7, "other-curve", (1, 1.6))
        for index in range(len(reference.curves))
        for part in _strokes(frame, reference, index)
    ]
    return Layer("other", tuple(items), kept=True)


@lru_cache(maxsize=_KEPT)
def marks(frame: Frame, places: tuple[Mark, ...]) -> Layer:
    """Upright lines with words. Growth leaves the upper left and the lower right free, so that is where words stand."""
    w = frame.window
    items: list[Item] = []
    above = below = 0
    for mark in places:
        if not w.x_from < mark.x < w.x_to:
            continue
        x = frame.x(mark.x)
        late = x > (frame.left + frame.right) / 2
        row, above, below = (above, above + 1, below) if late else (below, above, below + 1)
        y = frame.top + 9 + row * 11 if late else frame.bottom - 6 - row * 11
        at, anchor = _beside(frame, x, late, rough_width(mark.words, 8.5))
        items.append(Line((x, frame.top), (x, frame.bottom), "frame", 0.8, "mark", (2, 3)))
        items.append(Text((at, y), mark.words, 8.5, "muted", "mark-label", anchor, backed=True))
    return Layer("marks", tuple(items), kept=True)


def _beside(frame: Frame, x: float, late: bool, wide: float) -> tuple[float, Anchor]:
    """Where words stand that belong to an upright line: to its free side, or across it where that is too narrow."""
    if late:
        return (x - 5, "end") if x - 5 - wide >= frame.left else (frame.left + 3, "start")
    return (x + 5, "start") if x + 5 + wide <= frame.right else (frame.right, "end")


def _band(frame: Frame, reference: Reference) -> list[Item]:
    named = {curve.label: curve for curve in reference.curves}
    if not named.keys() >= set(reference.band):
        return []
    lowest, highest = (scale.split(named[label].points, reference.cuts) for label in reference.band)
    edges = [(_clamped(frame, low), _clamped(frame, high)) for low, high in zip(lowest, highest, strict=True)]
    return [Area(low + high[::-1], "band", "band") for low, high in edges if low and high]


def _clamped(frame: Frame, points: tuple[XY, ...]) -> tuple[XY, ...]:
    """Points on the page, those above or below the window moved to its edge."""
    w = frame.window
    inside = scale.sparse(scale.between(points, w.x_from, w.x_to))
    return tuple((frame.x(x), frame.y(min(max(y, w.y_from), w.y_to))) for x, y in inside)


def _strokes(frame: Frame, reference: Reference, index: int) -> list[tuple[XY, ...]]:
    stretches = scale.split(reference.curves[index].points, reference.cuts)
    return [part for stretch in stretches for part in scale.shown_parts(frame, stretch)]


def _dash(index: int, count: int) -> tuple[float, ...]:
    """Solid in the middle, then alike on both sides."""
    from_middle = round(abs(index - (count - 1) / 2) - 0.01)
    return _DASHES[min(from_middle, len(_DASHES) - 1)]


def _end_labels(frame: Frame, ends: Sequence[tuple[float, float, str]]) -> list[Item]:
    ordered = sorted(ends)
    places = scale.apart([y for y, _, _ in ordered], LABEL_GAP, frame.top, frame.bottom)
    return [
        Text((x + 4, y + 3.2), label, 9, "muted", "curve-label")
        for y, (_, x, label) in zip(places, ordered, strict=True)
    ]
