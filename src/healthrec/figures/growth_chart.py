"""A growth chart as a Figure: the standard's curves, the child's values, and the words around them.

After the RCPCH chart rules: the middle curve is not stronger than the others, there is no grid, points are not joined,
the change from lying to standing is marked, and the chart shows the child's own range. Curves are told apart by dash
and by a name at their end, never by colour alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from healthrec.figures import scale
from healthrec.figures.model import XY, Anchor, Area, Figure, Item, Line, Marker, Polyline, Shape, Table, Text
from healthrec.figures.scale import Frame, Window, XUnit

PointKind = Literal["actual", "corrected", "birth"]

_DASHES: tuple[tuple[float, ...], ...] = ((), (6, 2.5), (1.4, 2.4), (6, 2, 1.4, 2))
_SHAPES: dict[PointKind, Shape] = {"actual": "dot", "corrected": "cross", "birth": "ring"}
_LEFT, _RIGHT, _TOP, _BOTTOM = 34.0, 36.0, 24.0, 36.0
_LABEL_GAP = 10.0
_TICK_ROOM = 18.0


@dataclass(frozen=True, slots=True)
class Curve:
    """One line of the standard, such as P3 or −2 SD: (age in days or length in cm, value), x rising."""

    label: str
    points: tuple[XY, ...]


@dataclass(frozen=True, slots=True)
class ChildPoint:
    """One value of the child; `x` is an age in days (corrected, for that kind) or a length in cm.

    `cells` is its row of the table; `callout` stands beside it; `actual_x` ties a corrected point to its actual one.
    """

    x: float
    value: float
    kind: PointKind = "actual"
    cells: tuple[str, ...] = ()
    callout: str = ""
    actual_x: float | None = None


@dataclass(frozen=True, slots=True)
class ChartWords:
    """All that is written on and about the chart, in one language. `year` has one place, such as ``{}岁``."""

    title: str
    description: str
    heading: str
    x_axis: str
    year: str
    headings: tuple[str, ...]
    actual: str
    corrected: str
    birth: str
    step: str = ""
    band: str = ""


@dataclass(frozen=True, slots=True)
class GrowthChart:
    """What a chart is made from. `curves` go from the lowest to the highest; sizes are in points.

    `step_x` is where lying becomes standing (24 months = 730.5 days): curves are cut there and the place is marked.
    `band` names the two curves between which the paper is tinted; no tint where one of them is not among `curves`.
    """

    indicator: str
    sex: str
    language: str
    curves: tuple[Curve, ...]
    points: tuple[ChildPoint, ...]
    words: ChartWords
    x_unit: XUnit = "age_days"
    window: Window | None = None
    step_x: float | None = None
    band: tuple[str, str] = ("P3", "P97")
    width: float = 520.0
    height: float = 340.0


def growth_chart(chart: GrowthChart) -> Figure:
    """The drawing of `chart`, with its table twin. A value outside the window is only in the table."""
    window = chart.window or window_for(chart.curves, chart.points, chart.x_unit)
    top = _TOP if chart.words.heading or _has_legend(chart) else _LABEL_GAP
    bottom = _BOTTOM if _one_line(chart) else _BOTTOM + _LABEL_GAP
    frame = Frame(window, _LEFT, top, chart.width - _RIGHT, chart.height - bottom)
    items = (*_band(frame, chart), *_axes(frame, chart), *_step(frame, chart), *_curves(frame, chart))
    return Figure(
        key=f"{chart.indicator}-{chart.sex}",
        width=chart.width,
        height=chart.height,
        language=chart.language,
        title=chart.words.title,
        description=chart.words.description,
        items=(*items, *_heading(chart), *_child(frame, chart)),
        table=Table(chart.words.title, chart.words.headings, tuple(p.cells for p in chart.points if p.cells)),
    )


def window_for(curves: tuple[Curve, ...], points: tuple[ChildPoint, ...], x_unit: XUnit) -> Window:
    """The window that shows the child's data and, over the same range, every curve whole."""
    x_from, x_to = scale.x_range((point.x for point in points), x_unit)
    heights = [y for curve in curves for _, y in scale.between(curve.points, x_from, x_to)]
    return Window(x_from, x_to, *scale.y_range([*heights, *(point.value for point in points)]))


def _band(frame: Frame, chart: GrowthChart) -> list[Item]:
    named = {curve.label: curve for curve in chart.curves}
    if not named.keys() >= set(chart.band):
        return []
    lowest, highest = (scale.split(named[label].points, chart.step_x) for label in chart.band)
    edges = [(_clamped(frame, low), _clamped(frame, high)) for low, high in zip(lowest, highest, strict=True)]
    return [Area(low + high[::-1], "band", "band") for low, high in edges if low and high]


def _clamped(frame: Frame, points: tuple[XY, ...]) -> tuple[XY, ...]:
    """Points on the page, those above or below the window moved to its edge."""
    w = frame.window
    inside = scale.sparse(scale.between(points, w.x_from, w.x_to))
    return tuple((frame.x(x), frame.y(min(max(y, w.y_from), w.y_to))) for x, y in inside)


def _axes(frame: Frame, chart: GrowthChart) -> list[Item]:
    w = frame.window
    items: list[Item] = [
        Line((frame.left, frame.bottom), (frame.right, frame.bottom), "frame", 0.8, "axis"),
        Line((frame.left, frame.top), (frame.left, frame.bottom), "frame", 0.8, "axis"),
    ]
    most = min(8, max(3, int((frame.bottom - frame.top) / _TICK_ROOM)))
    for value in scale.number_ticks(w.y_from, w.y_to, most):
        y = frame.y(value)
        items.append(Line((frame.left - 3.5, y), (frame.left, y), "frame", 0.8, "tick"))
        items.append(Text((frame.left - 6, y + 3.2), f"{value:g}", 9, "muted", "tick-label", "end"))
    for value, words in _x_ticks(chart, w):
        x = frame.x(value)
        items.append(Line((x, frame.bottom), (x, frame.bottom + 3.5), "frame", 0.8, "tick"))
        items.append(Text((x, frame.bottom + 13.5), words, 9, "muted", "tick-label", "middle"))
    base = frame.bottom + 28
    items.append(Text((frame.right, base), chart.words.x_axis, 9, "muted", "axis-label", "end"))
    if chart.words.band:
        under = base if _one_line(chart) else base + _LABEL_GAP
        items.append(Text((frame.left, under), chart.words.band, 9, "muted", "note"))
    return items


def _one_line(chart: GrowthChart) -> bool:
    """Whether what the tint means and what the axis is find room beside each other."""
    wide = _rough_width(chart.words.band, 9) + _rough_width(chart.words.x_axis, 9) + 12
    return not chart.words.band or wide <= chart.width - _LEFT - _RIGHT


def _x_ticks(chart: GrowthChart, w: Window) -> list[tuple[float, str]]:
    if chart.x_unit == "length_cm":
        return [(value, f"{value:g}") for value in scale.number_ticks(w.x_from, w.x_to)]
    months = scale.age_ticks(w.x_from, w.x_to)
    return [(month * scale.DAYS_A_MONTH, _month(month, chart.words.year)) for month in months]


def _month(month: int, year_words: str) -> str:
    return year_words.format(month // 12) if month and month % 12 == 0 else str(month)


def _step(frame: Frame, chart: GrowthChart) -> list[Item]:
    w = frame.window
    if chart.step_x is None or not w.x_from < chart.step_x < w.x_to:
        return []
    x = frame.x(chart.step_x)
    line = Line((x, frame.top), (x, frame.bottom), "frame", 0.8, "step", (2, 3))
    late = x > (frame.left + frame.right) / 2
    # The child's curve leaves the upper left and the lower right free.
    place: tuple[XY, Anchor] = ((x - 5, frame.top + 9), "end") if late else ((x + 5, frame.bottom - 6), "start")
    return [line, Text(place[0], chart.words.step, 8.5, "muted", "step-label", place[1])]


def _curves(frame: Frame, chart: GrowthChart) -> list[Item]:
    items: list[Item] = []
    ends: list[tuple[float, float, str]] = []
    for index, curve in enumerate(chart.curves):
        stretches = scale.split(curve.points, chart.step_x)
        parts = [part for stretch in stretches for part in scale.shown_parts(frame, stretch)]
        items.extend(Polyline(part, "curve", 0.9, "curve", _dash(index, len(chart.curves))) for part in parts)
        if parts:
            x, y = parts[-1][-1]
            ends.append((y, x, curve.label))
    return items + _end_labels(frame, ends)


def _dash(index: int, count: int) -> tuple[float, ...]:
    """Solid in the middle, then alike on both sides."""
    from_middle = round(abs(index - (count - 1) / 2) - 0.01)
    return _DASHES[min(from_middle, len(_DASHES) - 1)]


def _end_labels(frame: Frame, ends: list[tuple[float, float, str]]) -> list[Item]:
    ordered = sorted(ends)
    places = scale.apart([y for y, _, _ in ordered], _LABEL_GAP, frame.top, frame.bottom)
    return [
        Text((x + 4, y + 3.2), label, 9, "muted", "curve-label")
        for y, (_, x, label) in zip(places, ordered, strict=True)
    ]


def _heading(chart: GrowthChart) -> list[Item]:
    items: list[Item] = []
    if chart.words.heading:
        items.append(Text((0, 11), chart.words.heading, 11, "text", "heading", bold=True))
    kinds = {point.kind for point in chart.points}
    return items + (_legend(chart, kinds) if _has_legend(chart) else [])


def _has_legend(chart: GrowthChart) -> bool:
    """Only corrected ages need telling apart: a ring at age 0 says itself that it is the birth."""
    return any(point.kind == "corrected" for point in chart.points)


def _legend(chart: GrowthChart, kinds: set[PointKind]) -> list[Item]:
    named: list[tuple[PointKind, str]] = [
        ("corrected", chart.words.corrected),
        ("actual", chart.words.actual),
        ("birth", chart.words.birth),
    ]
    items: list[Item] = []
    right = chart.width - _RIGHT
    for kind, words in named:
        room = right - _rough_width(words, 9) - 21 >= 0
        if kind in kinds and room:
            items.append(Text((right, 11), words, 9, "muted", "legend", "end"))
            right -= _rough_width(words, 9) + 7
            items.append(Marker((right, 8), _SHAPES[kind], 2.6, "child", "legend"))
            right -= 14
    return items


def _rough_width(words: str, size: float) -> float:
    """Points; no font is at hand here: Chinese is one em wide, Latin on average 0.56."""
    return sum(size if character > "⺀" else 0.56 * size for character in words)


def _child(frame: Frame, chart: GrowthChart) -> list[Item]:
    shown = [point for point in chart.points if frame.holds(point.x, point.value)]
    links: list[Item] = [
        Line((frame.x(p.x), frame.y(p.value)), (frame.x(p.actual_x), frame.y(p.value)), "child", 0.6, "link")
        for p in shown
        if p.actual_x is not None and frame.holds(p.actual_x, p.value)
    ]
    markers: list[Item] = [
        Marker((frame.x(p.x), frame.y(p.value)), _SHAPES[p.kind], 3.2, "child", p.kind, " · ".join(p.cells))
        for p in shown
    ]
    return links + markers + [_callout(frame, p) for p in shown if p.callout]


def _callout(frame: Frame, point: ChildPoint) -> Text:
    x, y = frame.x(point.x), frame.y(point.value)
    wide = _rough_width(point.callout, 10) + 8
    fits = x + wide < frame.right
    at = (x + 7, y + 14) if fits else (x - 7, y - 7)
    return Text(at, point.callout, 10, "child", "callout", "start" if fits else "end", bold=True, backed=True)
