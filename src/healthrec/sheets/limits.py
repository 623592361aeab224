"""How large a spreadsheet may be. Ten thousand children fit several times over; a bomb does not."""

from __future__ import annotations

from healthrec.errors import Issue as _Issue
from healthrec.errors import Refused, TooLarge

BODY_BYTES = 20 * 2**20
UNPACKED_BYTES = 120 * 2**20
PARTS = 400
SHEETS = 60
ROWS = 50_000
"""Of one file, over all sheets; also the last row in which anything may stand."""
COLUMNS = 256
CELLS = 1_000_000
ELEMENTS = 4_000_000
"""XML elements of all parts, empty coloured cells too; a full file within the other limits has about three million."""
TEXT_BYTES = 512 * 2**20
"""Longest text times number of cells: a shared text is copied into every cell that names it."""


def too_large(key: str, expression: str = "", **params: int | str) -> TooLarge:
    return TooLarge(_Issue("too-long", key, expression, params))


def refused(key: str, **params: int | str) -> Refused:
    return Refused(_Issue("invalid", key, params=params))
