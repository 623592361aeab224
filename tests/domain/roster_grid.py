"""Sheets written as rows of cells, for the roster tests."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from healthrec.domain.roster import CellValue, RosterReading, RosterRow, SheetWords, read_roster, sheet_words

TODAY = date(2026, 11, 22)
COLUMNS_FILE = Path(__file__).parents[2] / "schemas" / "nursery" / "roster-columns.yaml"
WORDS: SheetWords = sheet_words(yaml.safe_load(COLUMNS_FILE.read_text(encoding="utf-8")))


@dataclass(frozen=True)
class Grid:
    name: str
    rows: Sequence[Sequence[CellValue]]


def roster(headings: Sequence[str], *rows: Sequence[CellValue], name: str = "托大班") -> RosterReading:
    return read_roster([Grid(name, [headings, *rows])], WORDS, TODAY)


def only_row(headings: Sequence[str], *cells: CellValue) -> RosterRow:
    (row,) = roster(headings, cells).rows
    return row


def codes(row: RosterRow) -> list[str]:
    return [problem.code.removeprefix("roster.") for problem in row.problems]
