"""A list of doses, one in a row or all of a child in a row, read into rows that a person can review. What is not known stays so, field by field."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from healthrec.domain.identifiers import Identifier
from healthrec.domain.roster.cells import Problem, Row, SheetRows
from healthrec.domain.roster.child_cells import IdAbsent, Sex, read_child
from healthrec.domain.roster.columns import SheetKind, SheetWords
from healthrec.domain.roster.dose_columns import DOSE_COLUMN, DoseColumns, dose_columns, unknown_dose_columns
from healthrec.domain.roster.file_problems import table_problems
from healthrec.domain.roster.row import RowCells, shortened
from healthrec.domain.roster.table import Skipped, Table, read_tables
from healthrec.domain.roster.vaccine_names import VaccineNames

MOST_DOSES = 9
_NUMBER = re.compile(r"第?(\d+|[一二三四五六七八九])[剂针次]?")
_CHINESE = {digit: value for value, digit in enumerate("一二三四五六七八九", 1)}


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
    places: Mapping[str, str] = field(default_factory=dict)
    """Cells of fields that do not stand in the same column for every row of the sheet."""

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


def read_doses(
    sheets: Sequence[SheetRows],
    words: SheetWords,
    names: VaccineNames,
    today: date,
    choices: Mapping[str, str] | None = None,
) -> DoseReading:
    """Read every sheet: a dose in each row, or a child with a column for each dose. `choices` maps headings to fields (or to
    `DOSE_COLUMN`) and goes before the aliases (see find_table)."""
    kind: SheetKind = "doses"
    chosen = choices or {}
    fields = {heading: field for heading, field in chosen.items() if field != DOSE_COLUMN}
    found, read, skipped = read_tables(sheets, words, kind, fields)
    wide = {table.sheet: columns for table in found if (columns := dose_columns(table, names, chosen))}
    tables = tuple(_told(table, names, chosen, wide=table.sheet in wide) for table in found)
    rows: list[DoseRow] = []
    empty: list[Skipped] = []
    for table, number, row in read:
        if table.sheet not in wide:
            rows.append(_row(RowCells(table, words, number, row), names, today))
            continue
        of_child = [*_of_child(wide[table.sheet], words, number, row, names, today)]
        rows += of_child
        empty += [] if of_child else [Skipped(table.place(number, "name"), "no-dose")]
    told = _with_repeats(tuple(rows))
    return DoseReading(tables, told, (*skipped, *empty), table_problems(tables, told))


def _told(table: Table, names: VaccineNames, chosen: Mapping[str, str], *, wide: bool) -> Table:
    """The table with what is to be said of it: where each dose has a column, none for the vaccine and the day is missing."""
    kept = tuple(
        one for one in table.problems if not (wide and (one.code, one.severity) == ("roster.column-missing", "warning"))
    )
    unknown = tuple(
        Problem(cell, "roster.dose-column-unknown", "warning") for cell in unknown_dose_columns(table, names, chosen)
    )
    return replace(table, problems=kept + unknown)


def _of_child(
    columns: Sequence[DoseColumns], words: SheetWords, number: int, row: Row, names: VaccineNames, today: date
) -> Iterator[DoseRow]:
    for one in columns:
        cells = RowCells(one.table, words, number, row)
        if _known(cells, "given_on") or _known(cells, "lot"):
            yield _row(cells, names, today, one)


def _row(cells: RowCells, names: VaccineNames, today: date, column: DoseColumns | None = None) -> DoseRow:
    """One dose; `column`: of the child of this row, where its heading says which one it is."""
    child = read_child(cells, today)
    product = column.written if column else cells.text("vaccine")
    vaccine = column.vaccine if column else names.code_of(product)
    if not vaccine:
        code = "roster.vaccine-unknown" if product else "roster.vaccine-missing"
        cells.report("given_on" if column else "vaccine", code, "warning", found=shortened(product))
    return DoseRow(
        sheet=cells.table.sheet,
        row=cells.number + 1,
        cell=cells.place("given_on") if column else cells.place("name"),
        name=child.name,
        sex=child.sex,
        birth_date=child.birth_date,
        identifier=child.identifier,
        id_absent=child.id_absent,
        vaccine=vaccine,
        product=product,
        given_on=_given_on(cells, child.birth_date, today),
        number=column.number if column else _number(cells),
        lot=_known(cells, "lot"),
        expiry=cells.date("expiry"),
        maker=_known(cells, "maker"),
        place=_known(cells, "given_at"),
        problems=tuple(cells.problems),
        places={name: cells.place(name) for name in (("given_on", "lot") if column else ())},
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
