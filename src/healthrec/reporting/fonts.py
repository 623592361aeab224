"""Embedded fonts, and text as runs that a font can really show.

A character goes to Noto Sans SC, else to Noto Sans, else it is printed as ``[U+XXXX]``: a family sees that a character
of the name is missing and `missing_characters` names it to us; a blank would hide it.
"""

from __future__ import annotations

import threading
from functools import cache, lru_cache
from itertools import groupby
from pathlib import Path

from reportlab.pdfbase import pdfmetrics, ttfonts

from healthrec.settings import reports_dir

REGULAR, BOLD = "NotoSansSC-Regular", "NotoSansSC-Bold"
_CHAIN = {REGULAR: (REGULAR, "NotoSans-Regular"), BOLD: (BOLD, "NotoSans-Bold")}

Run = tuple[str, str]
"""Font name, text."""

drawing = threading.Lock()
"""Held while one document is drawn: ReportLab's fonts read their file through one shared position."""


@cache
def register() -> None:
    """Load the four fonts into this process; takes a tenth of a second, once."""
    ttfonts.makeToUnicodeCMap = _to_unicode
    for name in (name for chain in _CHAIN.values() for name in chain):
        pdfmetrics.registerFont(ttfonts.TTFont(name, str(font_file(name)), shapable=False))


def font_file(name: str, flavor: str = "ttf") -> Path:
    """The vendored file of a font; `flavor` is ``ttf`` (paper) or ``woff2`` (screens)."""
    return reports_dir() / "fonts" / f"{name}.{flavor}"


def runs(text: str, bold: bool = False) -> list[Run]:
    """`text` cut where the font must change; what no font has stands as ``[U+XXXX]``."""
    chain = _CHAIN[BOLD if bold else REGULAR]
    placed = [_placed(character, chain) for character in text]
    return [(font, "".join(shown for _, shown in group)) for font, group in groupby(placed, key=lambda run: run[0])]


def width(text: str, size: float, bold: bool = False) -> float:
    """Points that `text` takes on a line at `size` points."""
    return _ems(text, bold) * size


def missing_characters(text: str) -> tuple[str, ...]:
    """The characters of `text` that no font has, each once, in order; the caller logs them."""
    chain = _CHAIN[REGULAR]
    return tuple(dict.fromkeys(c for c in text if _font_of(c, chain) is None))


@lru_cache(maxsize=5_000)
def _ems(text: str, bold: bool) -> float:
    chain = _CHAIN[BOLD if bold else REGULAR]
    return sum(_advance(character, chain) for character in text)


@lru_cache(maxsize=20_000)
def _placed(character: str, chain: tuple[str, ...]) -> Run:
    font = _font_of(character, chain)
    return (font, character) if font else (chain[0], f"[U+{ord(character):04X}]")


@lru_cache(maxsize=20_000)
def _advance(character: str, chain: tuple[str, ...]) -> float:
    """Width in ems."""
    font, shown = _placed(character, chain)
    face = _face(font)
    return float(sum(face.getCharWidth(ord(c)) for c in shown)) / 1000


def _font_of(character: str, chain: tuple[str, ...]) -> str | None:
    return next((font for font in chain if ord(character) in _face(font).charToGlyph), None)


def _face(font: str) -> ttfonts.TTFontFace:
    register()
    return pdfmetrics.getFont(font).face


def _to_unicode(fontname: str, subset: list[int]) -> str:
    """The table by which a reader copies and searches text.

    ReportLab 5.1 writes code points beyond U+FFFF as five digits, so that 𬭸 prints well but is found as "ⲷ". The PDF
    reference (ISO 32000-1, 9.10.3) wants UTF-16BE, in blocks of at most 100.
    """
    pairs = [f"<{code:02X}> <{chr(point).encode('utf-16-be').hex().upper()}>" for code, point in enumerate(subset)]
    blocks = [pairs[start : start + 100] for start in range(0, len(pairs), 100)]
    return "\n".join(
        [
            "/CIDInit /ProcSet findresource begin",
            "12 dict begin",
            "begincmap",
            f"/CIDSystemInfo << /Registry ({fontname}) /Ordering ({fontname}) /Supplement 0 >> def",
            f"/CMapName /{fontname} def",
            "/CMapType 2 def",
            "1 begincodespacerange",
            f"<00> <{len(subset) - 1:02X}>",
            "endcodespacerange",
            *(line for block in blocks for line in (f"{len(block)} beginbfchar", *block, "endbfchar")),
            "endcmap",
            "CMapName currentdict /CMap defineresource pop",
            "end",
            "end",
        ]
    )
