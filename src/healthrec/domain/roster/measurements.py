"""A measuring day's sheet, read into rows that a person can review. Odd values are kept: growth judges plausibility."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from healthrec.domain.identifiers import Identifier
from healthrec.domain.quantity import Measured, NotMeasured, Reading
from healthrec.domain.roster.cells import Problem, Row, SheetRows
from healthrec.domain.roster.child_cells import IdAbsent, Sex, read_child
from healthrec.domain.roster.columns import SheetKind, SheetWords
from healthrec.domain.roster.file_problems import file_problems
from healthrec.domain.roster.growth_cells import Position, read_head, read_stature, read_weight
from healthrec.domain.roster.matches import Person
from healthrec.domain.roster.row import RowCells
from healthrec.domain.roster.table import Skipped, Table, read_tables

CIRCUMSTANCES = ("clothed", "crying", "uncertain", "refused")
"""Word groups of the columns file that are looked for in the remarks."""


@dataclass(frozen=True, slots=True)
class MeasurementRow:
    """One child's values of one day. `remarks` is verbatim, those behind numbers after those of the row; `circumstances`
    are the CIRCUMSTANCES found in it.

    `position` is None when nobody says lying or standing: the age decides then.
    """

    sheet: str
    row: int
    cell: str
    class_name: str
    name: str
    sex: Sex | None
    birth_date: date | None
    identifier: Identifier | None
    id_absent: IdAbsent | None
    measured_on: date | None
    weight: Reading
    stature: Reading
    position: Position | None
    head: Reading
    measurer: str
    remarks: str
    circumstances: tuple[str, ...]
    problems: tuple[Problem, ...]

    @property
    def blocked(self) -> bool:
        """Whether it cannot be saved as it is."""
        return any(problem.severity == "error" for problem in self.problems)


@dataclass(frozen=True, slots=True)
class MeasurementReading:
    """A whole file, as RosterReading."""

    tables: tuple[Table, ...]
    rows: tuple[MeasurementRow, ...]
    skipped: tuple[Skipped, ...]
    problems: tuple[Problem, ...]


def read_measurements(
    sheets: Sequence[SheetRows], words: SheetWords, today: date, choices: Mapping[str, str] | None = None
) -> MeasurementReading:
    """Read every sheet. `choices` maps headings to fields and goes before the aliases (see find_table)."""
    kind: SheetKind = "measurements"
    tables, read, skipped = read_tables(sheets, words, kind, choices)
    rows = _with_repeats(tuple(_row(table, words, number, row, today) for table, number, row in read))
    return MeasurementReading(tables, rows, skipped, file_problems(tables, rows))


def measured_person(row: MeasurementRow) -> Person:
    """The row as matches compares it with the children of the nursery; its key is the address of the name."""
    number = row.identifier.value if row.identifier and row.identifier.sound else ""
    return Person(row.cell, row.name, row.birth_date, number)


def _row(table: Table, words: SheetWords, number: int, row: Row, today: date) -> MeasurementRow:
    cells = RowCells(table, words, number, row)
    child = read_child(cells, today)
    remarks = cells.text("remarks")
    weight, (stature, position), head = read_weight(cells), read_stature(cells, remarks), read_head(cells)
    remarks = "；".join([remarks, *_in_brackets(weight, stature, head)]).strip("；")
    measured_on = _measured_on(cells, child.birth_date, today)
    _check_any_value(cells, (weight, stature, head))
    return MeasurementRow(
        sheet=table.sheet,
        row=number + 1,
        cell=cells.place("name"),
        class_name=child.class_name,
        name=child.name,
        sex=child.sex,
        birth_date=child.birth_date,
        identifier=child.identifier,
        id_absent=child.id_absent,
        measured_on=measured_on,
        weight=weight,
        stature=stature,
        position=position,
        head=head,
        measurer=cells.text("measurer"),
        remarks=remarks,
        circumstances=tuple(group for group in CIRCUMSTANCES if words.mentions(group, remarks)),
        problems=tuple(cells.problems),
    )


def _measured_on(cells: RowCells, born: date | None, today: date) -> date | None:
    day = cells.date("measured_on", severity="error")
    if day is None:
        if not cells.text("measured_on"):
            cells.report("measured_on", "roster.measured-on-missing", "error")
    elif day > today:
        cells.report("measured_on", "roster.measured-in-future", "error", day=day.isoformat())
    elif born is not None and day < born:
        cells.report("measured_on", "roster.measured-before-birth", "error", day=day.isoformat(), born=born.isoformat())
    return day


def _in_brackets(*readings: Reading) -> list[str]:
    """Remarks behind the numbers, such as 16.5(穿衣), each once."""
    remarks = [one.remark for one in readings if isinstance(one, Measured) and one.remark]
    return list(dict.fromkeys(remarks))


def _check_any_value(cells: RowCells, readings: tuple[Reading, ...]) -> None:
    if all(isinstance(reading, NotMeasured) for reading in readings):
        cells.report("weight", "roster.nothing-measured", "note")


def _with_repeats(rows: tuple[MeasurementRow, ...]) -> tuple[MeasurementRow, ...]:
    """The later of two rows with values of the same child and day says where the earlier one stands."""
    first: dict[tuple[object, ...], str] = {}
    told = []
    for row in rows:
        seen = first.setdefault((row.name, row.birth_date, row.measured_on), row.cell) if _has_values(row) else row.cell
        told.append(row if seen == row.cell else replace(row, problems=(*row.problems, _measured_twice(row, seen))))
    return tuple(told)


def _has_values(row: MeasurementRow) -> bool:
    dated = bool(row.name) and row.measured_on is not None
    return dated and Measured in (type(row.weight), type(row.stature), type(row.head))


def _measured_twice(row: MeasurementRow, seen: str) -> Problem:
    return Problem(row.cell, "roster.measured-twice", "warning", {"other": seen})
