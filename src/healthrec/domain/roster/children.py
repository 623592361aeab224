"""A nursery's roster, read into rows that a person can review; nothing is judged the same child here."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from healthrec.domain.identifiers import Identifier
from healthrec.domain.names import normalise_name
from healthrec.domain.quantity import Measured, Reading
from healthrec.domain.roster.cells import Problem, Row, SheetRows, plain
from healthrec.domain.roster.child_cells import IdAbsent, Sex, read_child
from healthrec.domain.roster.columns import SheetWords
from healthrec.domain.roster.file_problems import file_problems
from healthrec.domain.roster.growth_cells import Position, read_head, read_stature, read_weight
from healthrec.domain.roster.matches import Person, repeats
from healthrec.domain.roster.row import RowCells, shortened, split_words
from healthrec.domain.roster.table import Skipped, Table, read_tables


@dataclass(frozen=True, slots=True)
class Guardian:
    """`relation` is a v3-RoleCode (MTH, FTH, GRPRN …) or "" when the word is not known; `relation_typed` keeps it. `field` and
    `phone_field` name the columns of name and telephone."""

    name: str
    relation: str
    relation_typed: str
    phones: tuple[str, ...]
    field: str = "guardian_name"
    phone_field: str = "guardian_phone"


@dataclass(frozen=True, slots=True)
class Allergies:
    """given: `substances` were named; none: "无" was written; not-known: blank or "/". `typed` keeps the words."""

    answer: Literal["given", "none", "not-known"]
    substances: tuple[str, ...]
    typed: str


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One child of a roster. `cell` is the address of the name; weight, stature and head are as parse_quantity reads.

    `position` is lying or standing where a heading says so. A measurement has no date unless `measured_on` is given.
    """

    sheet: str
    row: int
    cell: str
    name: str
    sex: Sex | None
    birth_date: date | None
    identifier: Identifier | None
    id_absent: IdAbsent | None
    class_name: str
    ethnicity: str
    birth_order: int | None
    guardians: tuple[Guardian, ...]
    address: str
    enrolled_on: date | None
    allergies: Allergies
    weight: Reading
    stature: Reading
    position: Position | None
    head: Reading
    measured_on: date | None
    remarks: str
    problems: tuple[Problem, ...]

    @property
    def blocked(self) -> bool:
        """Whether it cannot be saved as it is."""
        return any(problem.severity == "error" for problem in self.problems)


@dataclass(frozen=True, slots=True)
class RosterReading:
    """A whole file: `problems` are those of sheets and headings, each row has its own. Nothing left out goes untold."""

    tables: tuple[Table, ...]
    rows: tuple[RosterRow, ...]
    skipped: tuple[Skipped, ...]
    problems: tuple[Problem, ...]


def read_roster(
    sheets: Sequence[SheetRows], words: SheetWords, today: date, choices: Mapping[str, str] | None = None
) -> RosterReading:
    """Read every sheet. `choices` maps headings to fields and goes before the aliases (see find_table)."""
    tables, read, skipped = read_tables(sheets, words, "roster", choices)
    rows = tuple(_row(table, words, number, row, today) for table, number, row in read)
    told = _with_repeats(rows)
    return RosterReading(tables, told, skipped, file_problems(tables, rows) + _undated(tables, rows))


def person(row: RosterRow) -> Person:
    """The row as matches compares it; its key is the address of the name."""
    phones = frozenset(phone for guardian in row.guardians for phone in guardian.phones)
    number = row.identifier.value if row.identifier and row.identifier.sound else ""
    return Person(row.cell, row.name, row.birth_date, number, phones)


def _with_repeats(rows: tuple[RosterRow, ...]) -> tuple[RosterRow, ...]:
    found = repeats([person(row) for row in rows])
    return tuple(replace(row, problems=row.problems + found[row.cell]) if row.cell in found else row for row in rows)


def _undated(tables: tuple[Table, ...], rows: tuple[RosterRow, ...]) -> tuple[Problem, ...]:
    """Rosters often give a height and weight without the day of measuring; such a value cannot enter a record."""
    undated = (r for r in rows if r.measured_on is None and Measured in (type(r.weight), type(r.stature), type(r.head)))
    counts = Counter(row.sheet for row in undated)
    return tuple(
        Problem(t.place(t.heading_row, "weight"), "roster.measurements-undated", "note", {"count": counts[t.sheet]})
        for t in tables
        if counts[t.sheet]
    )


def _row(table: Table, words: SheetWords, number: int, row: Row, today: date) -> RosterRow:
    cells = RowCells(table, words, number, row)
    child = read_child(cells, today)
    stature, position = read_stature(cells)
    return RosterRow(
        sheet=table.sheet,
        row=number + 1,
        cell=cells.place("name"),
        name=child.name,
        sex=child.sex,
        birth_date=child.birth_date,
        identifier=child.identifier,
        id_absent=child.id_absent,
        class_name=child.class_name,
        ethnicity=cells.text("ethnicity"),
        birth_order=_birth_order(cells),
        guardians=_guardians(cells),
        address=cells.text("address"),
        enrolled_on=_enrolled_on(cells, child.birth_date),
        allergies=_allergies(cells),
        weight=read_weight(cells),
        stature=stature,
        position=position,
        head=read_head(cells),
        measured_on=cells.date("measured_on"),
        remarks=cells.text("remarks"),
        problems=tuple(cells.problems),
    )


_BIRTH_ORDERS = {"大": 1, "老大": 1, "大宝": 1, "二": 2, "老二": 2, "二宝": 2, "小": 2, "小宝": 2, "三": 3, "老三": 3}


def _birth_order(cells: RowCells) -> int | None:
    text = plain(cells.value("birth_order")).strip("-—/第胎个")
    if text in ("", "否", "无", "no"):
        return None
    if re.fullmatch("[1-5]", text):
        return int(text)
    if text not in _BIRTH_ORDERS:
        cells.report("birth_order", "roster.birth-order-unreadable", "warning", found=shortened(text))
    return _BIRTH_ORDERS.get(text)


def _enrolled_on(cells: RowCells, born: date | None) -> date | None:
    day = cells.date("enrolled_on")
    if day is not None and born is not None and day < born:
        cells.report("enrolled_on", "roster.enrolled-before-birth", "warning", day=day.isoformat())
    return day


_GUARDIAN_FIELDS = (
    ("guardian_name", "guardian_relation", "guardian_phone", ""),
    ("guardian2_name", "guardian2_relation", "guardian2_phone", ""),
    ("mother_name", "", "mother_phone", "MTH"),
    ("father_name", "", "father_phone", "FTH"),
)


def _guardians(cells: RowCells) -> tuple[Guardian, ...]:
    """First contact first. A parent named twice (as guardian and in his own column) is given once."""
    read = [_guardian(cells, *fields) for fields in _GUARDIAN_FIELDS]
    found = [guardian for guardian in read if guardian is not None]
    first = {guardian.name: guardian for guardian in reversed(found) if guardian.name}
    return tuple(guardian for guardian in found if not guardian.name or first[guardian.name] is guardian)


def _guardian(cells: RowCells, name: str, relation: str, phone: str, code: str) -> Guardian | None:
    called = normalise_name(cells.text(name))
    phones = _phones(cells, phone)
    if not called and not phones:
        return None
    if not called:
        cells.report(phone, "roster.guardian-name-missing", "warning")
    typed = cells.text(relation)
    code = code or cells.words.relations.get(plain(typed), "")
    if typed and not code:
        cells.report(relation, "roster.relation-unknown", "note", found=shortened(typed))
    return Guardian(called, code, typed, phones, name, phone)


def _phones(cells: RowCells, field: str) -> tuple[str, ...]:
    """Digits only. What is no Chinese phone number is kept as typed and asked about."""
    phones = tuple(_phone(part) for part in re.split(r"[/、,，;；\n]+", cells.text(field)) if part.strip())
    for phone in phones:
        if not re.fullmatch(r"1\d{10}|0\d{9,11}|\d{7,8}|00\d{7,15}", phone):
            cells.report(field, "roster.phone-unreadable", "warning", length=sum(char.isdigit() for char in phone))
    return phones


def _phone(typed: str) -> str:
    digits = re.sub(r"[\s().-]", "", unicodedata.normalize("NFKC", typed))
    return re.sub(r"^(\+|00)?86(?=1\d{10}$)", "", digits).replace("+", "00", 1)


def _allergies(cells: RowCells) -> Allergies:
    text = cells.text("allergies")
    if cells.words.says("not-known", text):
        return Allergies("not-known", (), text)
    if cells.words.says("no-allergy", text):
        return Allergies("none", (), text)
    return Allergies("given", split_words(text), text)
