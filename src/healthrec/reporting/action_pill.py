"""The three actions of a family's page as a mark: 继续保持, 留意，按时复测, 请就诊.

A sign, a word, and outline, tint or dark tell them apart; colour alone says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from healthrec.pages.family_summary import Action
from healthrec.reporting import fonts
from healthrec.reporting.canvas import Paper
from healthrec.reporting.tones import ACCENT, PAPER, TEXT, WARM
from healthrec.reporting.typeset import Block, gap

_SIZE, _HIGH = 11.0, 18.0


def pill(action: Action, said: Mapping[str, str], right: float, leading: float) -> Block:
    """The mark with its right end at `right`, level with a first line of `leading` points; nothing for "none"."""
    if action == "none":
        return gap(leading)
    width = fonts.width(said[action], _SIZE, bold=True) + 30
    x = right - width
    fill, ink = {"keep": (None, ACCENT), "watch": (WARM, TEXT), "see": (ACCENT, PAPER)}[action]

    def draw(paper: Paper, top: float) -> None:
        y = top + (leading - _HIGH) / 2
        paper.box((x, y, width, _HIGH), fill=fill, edge=ACCENT, radius=_HIGH / 2)
        _sign(paper, action, x + 13, y + 9, ink)
        paper.text(x + 22, y + 13, said[action], _SIZE, ink, bold=True)

    return Block(max(leading, _HIGH), draw)


def pill_room(actions: Iterable[Action], said: Mapping[str, str]) -> float:
    """Points that the widest of `actions` takes, with air at its left."""
    shown = set(actions) - {"none"}
    return max((fonts.width(said[action], _SIZE, bold=True) + 40 for action in shown), default=0.0)


def _sign(paper: Paper, action: Action, x: float, y: float, ink: str) -> None:
    """A tick, a clock or a cross, nine points wide."""
    if action == "keep":
        paper.polyline(((x - 4, y), (x - 1, y + 3.2), (x + 4.2, y - 3.4)), ink, 1.6)
    elif action == "watch":
        paper.circle(x, y, 4.3, None, ink, 1.2)
        paper.polyline(((x, y - 2.6), (x, y), (x + 2.1, y + 1.2)), ink, 1.2)
    else:
        paper.line((x - 4, y), (x + 4, y), ink, 2.2)
        paper.line((x, y - 4), (x, y + 4), ink, 2.2)
