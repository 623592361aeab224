"""Lines of mixed Chinese and Latin text, and blocks of a page that are placed before they are drawn.

Breaks follow W3C clreq: none before closing punctuation, after opening punctuation, or inside a date, a number with
its unit, or a Latin word. Text is ragged right.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from healthrec.reporting import fonts
from healthrec.reporting.canvas import Paper

_NOT_FIRST = set("，。、；：！？）》〉」』】〕…—·％%,.;:!?)]}’”～")
_NOT_LAST = set("（《〈「『【〔([{‘“")
_LATIN = r"[A-Za-z0-9À-ɏͰ-ԯḀ-ỿ'’\-–−./:%+@#&~\u00a0\u2009]+"
_PIECES = re.compile(
    r"\d{1,4}年\d{1,2}月(?:\d{1,2}日)?[前起]?|\d{1,2}月\d{1,2}日[前起]?"
    rf"|第?{_LATIN}(?:厘米|毫米|千克|克|个月|个|岁|天|剂|次|点|页|[月日年])?|\s|.",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Block:
    """Something `height` points high; `draw` is told the paper and the y of its top.

    `parts` are what it may be cut into at the end of a page; none when it must stay whole.
    """

    height: float
    draw: Callable[[Paper, float], None]
    parts: tuple[Block, ...] = ()


def wrap(text: str, width: float, size: float, bold: bool = False) -> list[str]:
    """`text` in lines no wider than `width` points at `size` points; a piece wider than a line is cut."""
    lines, used = [""], 0.0
    for piece in _fitting(_pieces(text), width, size, bold):
        wide = fonts.width(piece, size, bold)
        if piece == "\n" or (lines[-1] and used + wide > width and not piece.isspace()):
            lines.append("")
            used = 0.0
        if lines[-1] or not piece.isspace():
            lines[-1] += piece
            used += wide
    return [line.rstrip() for line in lines]


def paragraph(text: str, x: float, width: float, size: float, leading: float, colour: str, bold: bool = False) -> Block:
    """Wrapped lines, left-aligned; the first baseline lies where capitals just touch the top of the block."""
    lines = wrap(text, width, size, bold) if text else []

    def draw(paper: Paper, top: float) -> None:
        for index, line in enumerate(lines):
            paper.text(x, top + leading * (index + 0.5) + size * 0.36, line, size, colour, bold)

    return Block(leading * len(lines), draw)


def gap(height: float) -> Block:
    """Empty space."""
    return Block(height, lambda paper, top: None)


def stack(blocks: Sequence[Block]) -> Block:
    """Blocks one below the other."""

    def draw(paper: Paper, top: float) -> None:
        for block in blocks:
            block.draw(paper, top)
            top += block.height

    return Block(sum(block.height for block in blocks), draw, tuple(blocks))


def flow(blocks: Sequence[Block], room: float) -> list[Block]:
    """Blocks one below the other on as many pages of `room` points as they need; a block is cut only where it must."""
    pages: list[list[Block]] = [[]]
    for block in _cut_to(blocks, room):
        if pages[-1] and sum(b.height for b in pages[-1]) + block.height > room:
            pages.append([])
        pages[-1].append(block)
    return [stack(page) for page in pages]


def beside(*blocks: Block) -> Block:
    """Blocks with their tops on one line; each knows its own x."""

    def draw(paper: Paper, top: float) -> None:
        for block in blocks:
            block.draw(paper, top)

    return Block(max(block.height for block in blocks), draw)


def _cut_to(blocks: Sequence[Block], room: float) -> list[Block]:
    """The blocks, those higher than a page replaced by their parts."""
    whole: list[Block] = []
    for block in blocks:
        whole.extend(_cut_to(block.parts, room) if block.height > room and block.parts else [block])
    return whole


@lru_cache(maxsize=2_000)
def _pieces(text: str) -> tuple[str, ...]:
    """Text cut at every place where a line may end."""
    pieces: list[str] = []
    for piece in _PIECES.findall(text):
        glued = pieces and pieces[-1] != "\n" and (piece[0] in _NOT_FIRST or pieces[-1][-1] in _NOT_LAST)
        if glued:
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return tuple(pieces)


def _fitting(pieces: Sequence[str], width: float, size: float, bold: bool) -> list[str]:
    fitting: list[str] = []
    for piece in pieces:
        fitting.extend([piece] if fonts.width(piece, size, bold) <= width else piece)
    return fitting
