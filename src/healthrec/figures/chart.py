"""What a growth chart is made from: a standard's curves, the child's values, and the words around them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from healthrec.figures.model import XY, Shape
from healthrec.figures.scale import Window, XUnit

PointKind = Literal["actual", "corrected", "birth"]


@dataclass(frozen=True, slots=True)
class Curve:
    """One line of the standard, such as P3 or −2 SD: (age in days or weeks, or length in cm; value), x rising."""

    label: str
    points: tuple[XY, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """One standard's curves for one indicator and sex, from the lowest to the highest.

    Equal to itself only: whoever keeps the value has what is drawn of it kept. Curves are cut at `cuts`, where lying
    becomes standing or another standard takes over; of two points at a cut the first is the left's end. `band` names the
    two curves between which the paper is tinted; no tint where one of them is not among `curves`.
    """

    curves: tuple[Curve, ...]
    x_unit: XUnit = "age_days"
    cuts: tuple[float, ...] = ()
    band: tuple[str, str] = ("P3", "P97")


@dataclass(frozen=True, slots=True)
class ChildPoint:
    """One value of the child; `x` is in the unit of the reference (a corrected age, for that kind).

    `cells` is its row of the table, `title` what is said of it alone; `callout` stands beside it; `actual_x` ties a
    corrected point to its actual one; `href` leads to how it came about; `series` names one of the chart's.
    """

    x: float
    value: float
    kind: PointKind = "actual"
    cells: tuple[str, ...] = ()
    callout: str = ""
    actual_x: float | None = None
    href: str = ""
    series: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """Values of one kind among several on one chart, joined by a stroke, told apart by shape and dash."""

    key: str
    name: str
    shape: Shape
    dash: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on the x axis where something changes, and what."""

    x: float
    words: str


@dataclass(frozen=True, slots=True)
class ChartWords:
    """All that is written on and about the chart, in one language. `year` has one place, such as ``{}岁``, and so has
    `outside`, for the number of values that the window leaves out."""

    title: str
    description: str
    heading: str
    x_axis: str
    year: str
    headings: tuple[str, ...]
    actual: str
    corrected: str
    birth: str
    band: str = ""
    standard: str = ""
    outside: str = ""
    other: str = ""


@dataclass(frozen=True, slots=True)
class GrowthChart:
    """What a chart is made from; sizes are in points.

    `other` is a second standard, drawn faintly behind the first. With `series` every point belongs to one of them.
    `points` that only tell of birth or of a corrected age are left out by whoever makes the chart; `curves` off leaves
    the child alone on the paper.
    """

    indicator: str
    sex: str
    language: str
    reference: Reference
    points: tuple[ChildPoint, ...]
    words: ChartWords
    window: Window | None = None
    marks: tuple[Mark, ...] = ()
    other: Reference | None = None
    series: tuple[Series, ...] = ()
    curves: bool = True
    width: float = 520.0
    height: float = 340.0
