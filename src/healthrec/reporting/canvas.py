"""A page of paper: text in our fonts, shapes, and Figures, on a ReportLab canvas.

All places are in points from the top left corner, y downwards, as in `figures`; only this file turns them over.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from functools import cache

import segno
from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.pathobject import PDFPathObject

from healthrec.figures.model import (
    CORNERS,
    INKS,
    XY,
    Anchor,
    Area,
    Figure,
    Item,
    Line,
    Marker,
    Polyline,
    Text,
    corners,
)
from healthrec.reporting import fonts

A4 = (595.276, 841.89)


class Paper:
    """A PDF being drawn. Same calls, same bytes: no clock and no random number goes in.

    `title` and `author` stand in the document's properties, `language` is a BCP 47 tag; `compressed=False` gives a file
    whose changes can be read.
    """

    def __init__(self, title: str, author: str, language: str, compressed: bool = True) -> None:
        fonts.register()
        self._bytes = io.BytesIO()
        self._height = A4[1]
        self._canvas = Canvas(
            self._bytes,
            pagesize=A4,
            invariant=1,
            pageCompression=int(compressed),
            initialFontName=fonts.REGULAR,
            lang=language,
        )
        self._canvas.setTitle(title)
        self._canvas.setSubject(title)
        self._canvas.setAuthor(author)
        self._canvas.setCreator("healthrec")
        self._canvas.setViewerPreference("DisplayDocTitle", "true")

    def next_page(self) -> None:
        self._canvas.showPage()

    def finish(self) -> bytes:
        self._canvas.save()
        return self._bytes.getvalue()

    def text(
        self, x: float, y: float, words: str, size: float, colour: str, bold: bool = False, anchor: Anchor = "start"
    ) -> None:
        """One line with its baseline at `y`; nothing is wrapped."""
        if anchor != "start":
            x -= fonts.width(words, size, bold) * (0.5 if anchor == "middle" else 1)
        line = self._canvas.beginText(x, self._height - y)
        line.setFillColor(_colour(colour))
        for font, run in fonts.runs(words, bold):
            line.setFont(font, size)
            line.textOut(run)
        self._canvas.drawText(line)

    def line(self, start: XY, end: XY, colour: str, width: float, dash: tuple[float, ...] = ()) -> None:
        self.polyline((start, end), colour, width, dash)

    def polyline(self, points: Iterable[XY], colour: str, width: float, dash: tuple[float, ...] = ()) -> None:
        self._stroke(colour, width, dash)
        self._canvas.drawPath(self._path(points), stroke=1, fill=0)

    def polygon(self, points: Iterable[XY], colour: str) -> None:
        self._canvas.setFillColor(_colour(colour))
        path = self._path(points)
        path.close()
        self._canvas.drawPath(path, stroke=0, fill=1)

    def box(
        self,
        place: tuple[float, float, float, float],
        fill: str | None = None,
        edge: str | None = None,
        radius: float = 0,
        edge_width: float = 0.8,
    ) -> None:
        """A rectangle (x, y of its top left corner, width, height), filled or outlined or both."""
        x, y, width, height = place
        if fill:
            self._canvas.setFillColor(_colour(fill))
        if edge:
            self._stroke(edge, edge_width)
        flags = {"stroke": int(edge is not None), "fill": int(fill is not None)}
        self._canvas.roundRect(x, self._height - y - height, width, height, radius, **flags)

    def circle(self, x: float, y: float, radius: float, fill: str | None, edge: str | None, width: float = 0.8) -> None:
        if fill:
            self._canvas.setFillColor(_colour(fill))
        if edge:
            self._stroke(edge, width)
        self._canvas.circle(x, self._height - y, radius, stroke=int(edge is not None), fill=int(fill is not None))

    def qr(self, x: float, y: float, side: float, content: str, colour: str) -> None:
        """A QR code with middle error correction as one path, so that no hairlines show between its squares."""
        rows = [list(row) for row in segno.make(content, error="m", micro=False).matrix]
        cell = side / len(rows)
        path = self._canvas.beginPath()
        for down, row in enumerate(rows):
            for start, length in _stretches(row):
                path.rect(x + start * cell, self._height - y - (down + 1) * cell, length * cell, cell)
        self._canvas.setFillColor(_colour(colour))
        self._canvas.drawPath(path, stroke=0, fill=1)

    def link(self, place: tuple[float, float, float, float], address: str) -> None:
        """Makes a rectangle (x, y, width, height) lead to `address` when the file is read on a screen."""
        x, y, width, height = place
        self._canvas.linkURL(address, (x, self._height - y - height, x + width, self._height - y))

    def figure(self, figure: Figure, x: float, y: float) -> None:
        """A Figure at its own size, its top left corner at (x, y)."""
        self._canvas.saveState()
        self._canvas.translate(x, -y)
        for item in figure.items:
            self._item(item)
        self._canvas.restoreState()

    def _item(self, item: Item) -> None:
        match item:
            case Line():
                self.line(item.start, item.end, INKS[item.ink], item.width, item.dash)
            case Polyline():
                self.polyline(item.points, INKS[item.ink], item.width, item.dash)
            case Area():
                self.polygon(item.points, INKS[item.ink])
            case Text():
                self._words(item)
            case Marker():
                self._marker(item)

    def _words(self, item: Text) -> None:
        (x, y), wide = item.at, fonts.width(item.words, item.size, item.bold)
        if item.backed:
            left = x - {"start": 0.0, "middle": wide / 2, "end": wide}[item.anchor]
            self.box((left - 1.5, y - item.size, wide + 3, item.size * 1.25), fill=INKS["paper"], radius=2)
        self.text(x, y, item.words, item.size, INKS[item.ink], item.bold, item.anchor)

    def _marker(self, item: Marker) -> None:
        (x, y), r, ink, paper = item.at, item.radius, INKS[item.ink], INKS["paper"]
        if item.shape == "cross":
            self.line((x - r, y - r), (x + r, y + r), ink, 1.6)
            self.line((x - r, y + r), (x + r, y - r), ink, 1.6)
        elif item.shape == "ring":
            self.circle(x, y, r, paper, ink, 1.4)
        elif item.shape in CORNERS:
            self.polygon(corners(item), ink)
        else:
            self.circle(x, y, r, ink, paper, 1)

    def _stroke(self, colour: str, width: float, dash: tuple[float, ...] = ()) -> None:
        self._canvas.setStrokeColor(_colour(colour))
        self._canvas.setLineWidth(width)
        self._canvas.setDash(list(dash))
        self._canvas.setLineCap(0 if dash else 1)
        self._canvas.setLineJoin(1)

    def _path(self, points: Iterable[XY]) -> PDFPathObject:
        path = self._canvas.beginPath()
        (x, y), *rest = points
        path.moveTo(x, self._height - y)
        for x, y in rest:
            path.lineTo(x, self._height - y)
        return path


@cache
def _colour(hexadecimal: str) -> HexColor:
    return HexColor(hexadecimal)


def _stretches(row: list[int]) -> list[tuple[int, int]]:
    """(start, length) of each run of dark squares."""
    stretches: list[tuple[int, int]] = []
    for index, dark in enumerate(row):
        if dark and stretches and sum(stretches[-1]) == index:
            stretches[-1] = (stretches[-1][0], stretches[-1][1] + 1)
        elif dark:
            stretches.append((index, 1))
    return stretches
