"""A list of doses, one in a row, read into rows that a person can review. What is not known stays so, field by field."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from healthrec.domain.identifiers import Identifier
from healthrec.domain.roster.cells import Problem, SheetRows, plain
from healthrec.domain.roster.child_cells import IdAbsent, Sex, read_child
from healthrec.domain.roster.columns import SheetKind, SheetWords
from healthrec.domain.roster.file_problems import table_problems
from healthrec.domain.roster.row import RowCells, shortened
from healthrec.domain.roster.table import Skipped, Table, read_tables

MOST_DOSES = 9
_BRACKETS = re.compile(r"[(\[【][^)\]】]*[)\]】]")
_NUMBER = re.compile(r"第?(\d+|[一二三四五六七八九])[剂针次]?")
_CHINESE = {digit: value for value, digit in enumerate("一二三四五六七八九", 1)}
_CN_CODE_DIGITS = 4


@dataclass(frozen=True, slots=True)
class DoseRow:
    """One dose. `vaccine` is the house's code, "" where the name is on no list; `product` the name as written; `number`, `lot`,
    `expiry`, `maker` and `place` are None or "" where they are not known."""

    sheet: str
    row: int
    cell: str
    name: str
    sex: Sex | None
    birth_date: date | None
    identifier: Identifier | None
    id_absent: IdAbsent | None
    vaccine: str
    product: str
    given_on: date | None
    number: int | None
    lot: str
    expiry: date | None
    maker: str
    place: str
    problems: tuple[Problem, ...]

    @property
    def blocked(self) -> bool:
        """Whether it cannot be saved as it is."""
        return any(problem.severity == "error" for problem in self.problems)


@dataclass(frozen=True, slots=True)
class DoseReading:
    """A whole file, as RosterReading."""

    tables: tuple[Table, ...]
    rows: tuple[DoseRow, ...]
    skipped: tuple[Skipped, ...]
    problems: tuple[Problem, ...]


class VaccineNames:
    """Names of vaccines as people and systems write them."""

    def __init__(self, names: Mapping[str, Sequence[str]]) -> None:
        self._codes = {plain(name): code for code, found in names.items() for name in (code, *found)}

    def code_of(self, text: str) -> str:
        """The house's code, "" for a name that is on no list: as written, without its brackets, or as a number whose first
        zero a spreadsheet took away."""
        name = plain(text)
        short = _BRACKETS.sub("", name)
        coded = name.zfill(_CN_CODE_DIGITS) if name.isdecimal() else name
        return next((self._codes[one] for one in (name, short, coded) if one in self._codes), "")


def read_doses(
    sheets: Sequence[SheetRows],
    words: SheetWords,
    names: VaccineNames,
    today: date,
    choices: Mapping[str, str] | None = None,
) -> DoseReading:
    """Read every sheet. `choices` maps headings to fields and goes before the aliases (see find_table)."""
    kind: SheetKind = "doses"
    tables, read, skipped = read_tables(sheets, words, kind, choices)
    rows = _with_repeats(tuple(_row(RowCells(table, words, number, row), names, today) for table, number, row in read))
    return DoseReading(tables, rows, skipped, table_problems(tables, rows))


def _row(cells: RowCells, names: VaccineNames, today: date) -> DoseRow:
    child = read_child(cells, today)
    product = cells.text("vaccine")
    vaccine = names.code_of(product)
    if not vaccine:
        code = "roster.vaccine-unknown" if product else "roster.vaccine-missing"
        cells.report("vaccine", code, "warning", found=shortened(product))
    return DoseRow(
        sheet=cells.table.sheet,
        row=cells.number + 1,
        cell=cells.place("name"),
        name=child.name,
        sex=child.sex,
        birth_date=child.birth_date,
        identifier=child.identifier,
        id_absent=child.id_absent,
        vaccine=vaccine,
        product=product,
        given_on=_given_on(cells, child.birth_date, today),
        number=_number(cells),
        lot=_known(cells, "lot"),
        expiry=cells.date("expiry"),
        maker=_known(cells, "maker"),
        place=_known(cells, "given_at"),
        problems=tuple(cells.problems),
    )


def _given_on(cells: RowCells, born: date | None, today: date) -> date | None:
    day = cells.date("given_on", severity="error")
    if day is None:
        if not cells.text("given_on"):
            cells.report("given_on", "roster.given-on-missing", "error")
    elif day > today:
        cells.report("given_on", "roster.given-in-future", "error", day=day.isoformat())
    elif born is not None and day < born:
        cells.report("given_on", "roster.given-before-birth", "error", day=day.isoformat(), born=born.isoformat())
    return day


def _number(cells: RowCells) -> int | None:
    """Which dose it is: 2, 第2剂, 第二针; what says none of these is told and taken for not known."""
    text = _known(cells, "dose_number")
    found = _NUMBER.fullmatch(unicodedata.normalize("NFKC", text).replace(" ", ""))
    number = _CHINESE.get(found[1]) or int(found[1]) if found else 0
    if 1 <= number <= MOST_DOSES:
        return number
    if text:
        cells.report("dose_number", "roster.dose-number-unreadable", "warning", found=shortened(text))
    return None


def _known(cells: RowCells, field: str) -> str:
    """The text, "" where the cell says that it is not known."""
    text = cells.text(field)
    return "" if cells.words.says("not-known", text) or cells.words.says("no-identifier", text) else text


def _with_repeats(rows: tuple[DoseRow, ...]) -> tuple[DoseRow, ...]:
    """The later of two rows that tell of one dose says where the earlier one stands."""
    first: dict[tuple[object, ...], str] = {}
    told = []
    for row in rows:
        number = row.identifier.value if row.identifier else ""
        seen = first.setdefault((row.name, row.birth_date, number, row.vaccine or row.product, row.given_on), row.cell)
        again = seen != row.cell and row.given_on is not None
        problem = Problem(row.cell, "roster.dose-twice", "warning", {"other": seen})
        told.append(replace(row, problems=(*row.problems, problem)) if again else row)
    return tuple(told)
