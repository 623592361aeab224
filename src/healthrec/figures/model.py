"""What a chart is before anyone draws it: lines, marks and words on a page of points.

One unit is one point (1/72 inch) on paper and one CSS user unit on a screen. The origin is at the top left, y grows
downwards. Tones are names: `INKS` gives their colours, which differ in lightness so that a photocopy keeps them apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

XY = tuple[float, float]
Anchor = Literal["start", "middle", "end"]
Ink = Literal["text", "muted", "curve", "frame", "other", "band", "child", "paper"]
Shape = Literal["dot", "cross", "ring", "square", "triangle", "diamond"]

INKS: dict[Ink, str] = {
    "text": "#24333a",
    "muted": "#5a6a70",
    "curve": "#6f8288",
    "frame": "#aab6b9",
    "other": "#8a6d3b",
    "band": "#f0f5f4",
    "child": "#0b4f6c",
    "paper": "#ffffff",
}
"""Text and muted reach 4.5:1 on paper and band, the child's ink 8:1."""


@dataclass(frozen=True, slots=True)
class Line:
    """A straight stroke; `width` in points, `dash` as lengths of stroke and gap in points, empty = solid."""

    start: XY
    end: XY
    ink: Ink
    width: float
    role: str
    dash: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Polyline:
    """A stroke through `points`."""

    points: tuple[XY, ...]
    ink: Ink
    width: float
    role: str
    dash: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Area:
    """A filled shape bounded by `points`; it has no outline."""

    points: tuple[XY, ...]
    ink: Ink
    role: str


@dataclass(frozen=True, slots=True)
class Text:
    """Words whose baseline is at `at`; `size` in points. `backed` clears the paper behind them."""

    at: XY
    words: str
    size: float
    ink: Ink
    role: str
    anchor: Anchor = "start"
    bold: bool = False
    backed: bool = False


@dataclass(frozen=True, slots=True)
class Marker:
    """One value of the child. `radius` in points; `title` is read out and shown on hovering; on a screen it leads to `href`."""

    at: XY
    shape: Shape
    radius: float
    ink: Ink
    role: str
    title: str = ""
    href: str = ""


CORNERS: dict[Shape, tuple[XY, ...]] = {
    "square": ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
    "triangle": ((0, -1.2), (1.1, 0.8), (-1.1, 0.8)),
    "diamond": ((0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)),
}
"""The shapes with corners, for a radius of 1: areas alike."""


def corners(marker: Marker) -> tuple[XY, ...]:
    """Where the corners of a marker lie that has any."""
    (x, y), r = marker.at, marker.radius
    return tuple((x + r * across, y + r * down) for across, down in CORNERS[marker.shape])


Item = Line | Polyline | Area | Text | Marker


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """Items that belong together, in drawing order. `kept` says that many figures share this very layer: the same
    curves stand behind every child, so what is made from them is made once."""

    name: str
    items: tuple[Item, ...]
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """The same numbers for those who do not read curves."""

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing of `width` × `height` points, in drawing order, with its words and its table twin.

    `key` names it on a screen where several figures stand (letters, digits and hyphens); `language` is a BCP 47 tag.
    """

    key: str
    width: float
    height: float
    language: str
    title: str
    description: str
    layers: tuple[Layer, ...]
    table: Table

    @property
    def items(self) -> tuple[Item, ...]:
        """Everything that is drawn, in order."""
        return tuple(item for layer in self.layers for item in layer.items)
