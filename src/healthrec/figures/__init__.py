"""Charts as values: a pure drawing model, growth charts made with it, and SVG made from it."""

from healthrec.figures.growth_chart import ChartWords, ChildPoint, Curve, GrowthChart, growth_chart, window_for
from healthrec.figures.model import INKS, Area, Figure, Line, Marker, Polyline, Table, Text
from healthrec.figures.scale import Window
from healthrec.figures.svg import to_svg

__all__ = [
    "INKS",
    "Area",
    "ChartWords",
    "ChildPoint",
    "Curve",
    "Figure",
    "GrowthChart",
    "Line",
    "Marker",
    "Polyline",
    "Table",
    "Text",
    "Window",
    "growth_chart",
    "to_svg",
    "window_for",
]
