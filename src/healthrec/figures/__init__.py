"""Charts as values: a pure drawing model, growth charts made with it, and SVG made from it."""

from healthrec.figures.chart import ChartWords, ChildPoint, Curve, GrowthChart, Mark, Reference, Series
from healthrec.figures.growth_chart import growth_chart, window_for
from healthrec.figures.model import INKS, Area, Figure, Layer, Line, Marker, Polyline, Table, Text
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
    "Layer",
    "Line",
    "Mark",
    "Marker",
    "Polyline",
    "Reference",
    "Series",
    "Table",
    "Text",
    "Window",
    "growth_chart",
    "to_svg",
    "window_for",
]
