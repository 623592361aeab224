"""The family summary as PDF: one A4 page, the same bytes for the same page value."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from healthrec.pages.family_summary import FamilySummary
from healthrec.reporting import family_parts as parts
from healthrec.reporting import fonts
from healthrec.reporting.canvas import A4, Paper
from healthrec.reporting.family_parts import Setting
from healthrec.reporting.sentences import sentences
from healthrec.reporting.typeset import Block, flow, gap, stack

_TOP, _BOTTOM = 32.0, 26.0
_SIZES = ((12.0, 18.0, 13.0), (12.0, 17.0, 10.0), (12.0, 16.4, 7.0), (11.5, 15.8, 6.5), (11.0, 15.2, 6.0))
"""Body size, line height and air above a heading, in points: from wished for to smallest."""
_LEAST, _MOST, _ALONE = 160.0, 300.0, 600.0
"""Height of chart and vaccines in points: what they need, what they may take, and that on a sheet of their own."""

_log = logging.getLogger(__name__)


def render(page: FamilySummary, language: str, *, compressed: bool = True) -> bytes:
    """PDF bytes of `page`; `language` is ``zh`` or ``en`` and must be the one its words are in.

    Text shrinks from 12 to 11 points, and the chart with it, before anything goes to a second page. Characters that
    no font has are logged by their code, never by the name they stand in.
    """
    said = sentences("family_summary", language)
    with fonts.drawing:
        title = said["file_title"].format(name=page.name, issue_number=page.issue_number)
        paper = Paper(title, page.nursery, "en" if language.lower().startswith("en") else "zh-CN", compressed)
        sheets = _sheets(page, said)
        for number, sheet in enumerate(sheets, start=1):
            foot = parts.footer(page, number, len(sheets), said)
            sheet.draw(paper, _TOP)
            foot.draw(paper, A4[1] - _BOTTOM - foot.height)
            paper.next_page()
        _log_missing(page)
        return paper.finish()


def _sheets(page: FamilySummary, said: Mapping[str, str]) -> list[Block]:
    """What stands on each sheet, without the footer: one if it can be, else the three answers first."""
    room = A4[1] - _TOP - _BOTTOM - parts.footer(page, 1, 1, said).height - 8
    settings = [Setting(*size, said) for size in _SIZES]
    uppers: list[Block] = []
    for setting in settings:
        uppers.append(stack(_upper(page, setting)))
        left = room - uppers[-1].height
        if left >= _LEAST:
            return [stack([uppers[-1], parts.chart_and_doses(page, setting, min(left, _MOST))])]
    running = parts.running_header(page, said)
    for setting, upper in zip(settings, uppers, strict=True):
        if upper.height <= room:
            return [upper, stack([running, parts.chart_and_doses(page, setting, _ALONE)])]
    blocks = [*_upper(page, settings[0]), parts.chart_and_doses(page, settings[0], _MOST)]
    first, *others = flow(blocks, room - running.height)
    return [first, *(stack([running, sheet]) for sheet in others)]


def _upper(page: FamilySummary, setting: Setting) -> list[Block]:
    return [
        parts.header(page, setting),
        gap(setting.air),
        parts.first_thing(page.first_thing, setting),
        parts.looked_at(page, setting),
        parts.what_it_means(page, setting),
        parts.what_next(page.steps, setting),
    ]


def _log_missing(page: FamilySummary) -> None:
    missing = fonts.missing_characters(page.name + page.nursery + page.doctor)
    if missing:
        codes = " ".join(f"U+{ord(character):04X}" for character in missing)
        _log.warning("family summary %s: no font has %s", page.issue_number, codes)
