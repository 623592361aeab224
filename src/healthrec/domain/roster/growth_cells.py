"""The growth columns that rosters and measurement sheets share."""

from __future__ import annotations

from typing import Literal

from healthrec.domain.quantity import Measured, NotMeasured, Reading, Unclear
from healthrec.domain.roster.row import RowCells

Position = Literal["lying", "standing"]


def read_weight(cells: RowCells) -> Reading:
    """Weight in kg."""
    return cells.quantity("weight", "weight")


def read_head(cells: RowCells) -> Reading:
    """Head circumference in cm."""
    return cells.quantity("head", "length")


def read_stature(cells: RowCells, remarks: str = "") -> tuple[Reading, Position | None]:
    """Length or height in cm, and the position where the row or its heading says it; None leaves it to the age."""
    told = position_in(cells, f"{cells.text('position')} {remarks}")
    readings = [(cells.quantity(field, "length"), position) for field, position in _STATURE_FIELDS]
    reading, by_heading = min(readings, key=lambda found: _RANK[type(found[0])])
    return reading, told or (by_heading if isinstance(reading, Measured) else None)


def position_in(cells: RowCells, text: str) -> Position | None:
    """Lying or standing as the words say; both or none is not told."""
    lying, standing = cells.words.mentions("lying", text), cells.words.mentions("standing", text)
    if lying == standing:
        return None
    return "lying" if lying else "standing"


# People write 身高 over both; a column headed 身长 alone is measured lying.
_STATURE_FIELDS: tuple[tuple[str, Position | None], ...] = (
    ("stature", None),
    ("length", "lying"),
    ("height", "standing"),
)
_RANK: dict[type[Reading], int] = {Measured: 0, Unclear: 1, NotMeasured: 2}
