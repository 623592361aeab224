"""A growth chart as a Figure: the standard's curves, the child's values, and the words around them.

After the RCPCH chart rules: the middle curve is not stronger than the others, there is no grid, points are not joined,
changes of method and of standard are marked, and the chart shows the child's own range. Curves are told apart by dash
and by a name at their end, values by shape, never by colour alone.
"""

from __future__ import annotations

from itertools import chain

from healthrec.figures import ground, notes, scale
from healthrec.figures.chart import ChildPoint, GrowthChart, PointKind, Reference, Series
from healthrec.figures.model import Figure, Item, Layer, Line, Marker, Polyline, Shape, Table, Text
from healthrec.figures.notes import Note, rough_width
from healthrec.figures.scale import Frame, Window

_SHAPES: dict[PointKind, Shape] = {"corrected": "cross", "actual": "dot", "birth": "ring"}
_LEFT, _RIGHT, _TOP, _BELOW = 34.0, 36.0, 24.0, 22.0


def growth_chart(chart: GrowthChart) -> Figure:
    """The drawing of `chart`, with its table twin. A value outside the window is only in the table, and counted."""
    window = chart.window or window_for(chart.reference, chart.points)
    below = notes.rows(_notes(chart, window), chart.width, rough_width(chart.words.x_axis, 9) + _RIGHT)
    top = _TOP if chart.words.heading else ground.LABEL_GAP
    bottom = chart.height - _BELOW - notes.ROW * max(len(below), 1)
    frame = Frame(window, _LEFT, top, chart.width - _RIGHT, bottom)
    return Figure(
        key=f"{chart.indicator}-{chart.sex}",
        width=chart.width,
        height=chart.height,
        language=chart.language,
        title=chart.words.title,
        description=chart.words.description,
        layers=(
            *_ground(frame, chart),
            Layer("words", (*_heading(chart), *notes.drawn(below, frame.bottom + 26))),
            Layer("child", tuple(_child(frame, chart))),
        ),
        table=Table(chart.words.title, chart.words.headings, tuple(p.cells for p in chart.points if p.cells)),
    )


def window_for(
    reference: Reference, points: tuple[ChildPoint, ...], across: tuple[float, float] | None = None
) -> Window:
    """The window that shows the child's data (or the range `across` of x) and, over the same range, every curve whole."""
    xs = chain((p.x for p in points), (p.actual_x for p in points if p.actual_x is not None))
    x_from, x_to = across or scale.x_range(xs, reference.x_unit)
    values = [p.value for p in points if x_from <= p.x <= x_to]
    return ground.window_over(reference, x_from, x_to, min(values, default=1.0), max(values, default=0.0))


def _ground(frame: Frame, chart: GrowthChart) -> list[Layer]:
    words, reference = chart.words, chart.reference
    layers = [ground.curves(reference, frame)] if chart.curves else []
    if chart.other is not None:
        layers.append(ground.other_curves(chart.other, frame))
    return [*layers, ground.axes(frame, reference.x_unit, words.x_axis, words.year), ground.marks(frame, chart.marks)]


def _heading(chart: GrowthChart) -> list[Item]:
    if not chart.words.heading:
        return []
    return [Text((0, 11), chart.words.heading, 11, "text", "heading", bold=True)]


def _notes(chart: GrowthChart, window: Window) -> list[Note]:
    """What the marks mean, what the tint means, by which standard, and how much is out of sight."""
    words = chart.words
    frame = Frame(window, 0, 0, 1, 1)
    left_out = sum(not frame.holds(p.x, p.value) for p in chart.points if p.cells)
    said = [
        words.band if chart.curves else "",
        words.other if chart.other is not None else "",
        words.standard,
        words.outside.format(left_out) if left_out else "",
    ]
    series = [Note(one.name, one.shape) for one in chart.series]
    return [*(series or _kinds(chart)), *(Note(one) for one in said if one)]


def _kinds(chart: GrowthChart) -> list[Note]:
    """Only corrected ages need telling apart: a ring at age 0 says itself that it is the birth."""
    kinds = {point.kind for point in chart.points}
    if "corrected" not in kinds:
        return []
    named = {"actual": chart.words.actual, "corrected": chart.words.corrected, "birth": chart.words.birth}
    return [Note(named[kind], shape) for kind, shape in _SHAPES.items() if kind in kinds]


def _child(frame: Frame, chart: GrowthChart) -> list[Item]:
    shown = [point for point in chart.points if frame.holds(point.x, point.value)]
    links: list[Item] = [
        Line((frame.x(p.x), frame.y(p.value)), (frame.x(p.actual_x), frame.y(p.value)), "child", 0.6, "link")
        for p in shown
        if p.actual_x is not None and frame.holds(p.actual_x, p.value)
    ]
    shapes = {one.key: one.shape for one in chart.series}
    markers: list[Item] = [_marker(frame, p, shapes.get(p.series, _SHAPES[p.kind])) for p in shown]
    joins = [join for one in chart.series for join in _joined(frame, one, shown)]
    return links + joins + markers + [_callout(frame, p) for p in shown if p.callout]


def _joined(frame: Frame, series: Series, points: list[ChildPoint]) -> list[Item]:
    places = tuple((frame.x(p.x), frame.y(p.value)) for p in points if p.series == series.key)
    return [Polyline(places, "child", 0.9, "join", series.dash)] if len(places) > 1 else []


def _marker(frame: Frame, point: ChildPoint, shape: Shape) -> Marker:
    title = point.title or " · ".join(point.cells)
    return Marker((frame.x(point.x), frame.y(point.value)), shape, 3.2, "child", point.kind, title, point.href)


def _callout(frame: Frame, point: ChildPoint) -> Text:
    x, y = frame.x(point.x), frame.y(point.value)
    wide = rough_width(point.callout, 10) + 8
    fits = x + wide < frame.right
    at = (x + 7, y + 14) if fits else (x - 7, y - 7)
    return Text(at, point.callout, 10, "child", "callout", "start" if fits else "end", bold=True, backed=True)
