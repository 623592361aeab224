"""The small print below a chart: what its marks mean, one beside another while there is room."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from healthrec.figures.model import Item, Marker, Shape, Text

ROW = 11.5
_SIZE, _GAP, _SHAPE = 9.0, 14.0, 11.0
_PIECES = re.compile(r"[⺀-\U0010ffff]|[^\s⺀-\U0010ffff]+\s*|\s+")
_NOT_FIRST = "，。、：；）！？％"


@dataclass(frozen=True, slots=True)
class Note:
    """Words, with the shape that they explain."""

    words: str
    shape: Shape | None = None

    @property
    def wide(self) -> float:
        """Points across."""
        return rough_width(self.words, _SIZE) + (_SHAPE if self.shape else 0)


def rows(notes: Sequence[Note], width: float, kept_free: float) -> list[list[Note]]:
    """The notes in rows of `width` points; the first row leaves `kept_free` points at its end."""
    found: list[list[Note]] = [[]]
    left = width - kept_free
    for note in notes:
        for line in _lines(note, width):
            if line.wide > left:
                found.append([])
                left = width
            found[-1].append(line)
            left -= line.wide + _GAP
    return found


def drawn(below: Sequence[Sequence[Note]], baseline: float) -> list[Item]:
    """The rows as items, the first at `baseline`."""
    items: list[Item] = []
    for number, row in enumerate(below):
        x, y = 0.0, baseline + number * ROW
        for note in row:
            if note.shape:
                items.append(Marker((x + 4, y - 3), note.shape, 2.6, "child", "key"))
            items.append(Text((x + (_SHAPE if note.shape else 0), y), note.words, _SIZE, "muted", "note"))
            x += note.wide + _GAP
    return items


def rough_width(words: str, size: float) -> float:
    """Points; no font is at hand here: Chinese is one em wide, Latin on average 0.56."""
    return sum(size if character > "⺀" else 0.56 * size for character in words)


def _lines(note: Note, width: float) -> Iterator[Note]:
    """The note broken where it is wider than the chart: between words, or anywhere in Chinese but before a stop."""
    if note.wide <= width:
        yield note
        return
    line = ""
    for piece in _PIECES.findall(note.words):
        if line and replace(note, words=line + piece.rstrip()).wide > width and piece not in _NOT_FIRST:
            yield replace(note, words=line.rstrip())
            line, note = "", replace(note, shape=None)
        line += piece
    yield replace(note, words=line.rstrip())
