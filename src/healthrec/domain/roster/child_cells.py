"""Who a row is about: name, sex, birth date, identity number and class, as a roster and a measurement sheet both tell."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, cast

from healthrec.domain.identifiers import Identifier, IdKind, mask, read_identifier, tidy_number
from healthrec.domain.names import name_faults, normalise_name
from healthrec.domain.roster.cells import Severity, plain
from healthrec.domain.roster.row import RowCells, shortened

Sex = Literal["male", "female", "unknown"]
IdAbsent = Literal["not-yet-registered", "not-given"]

AGE_LIMIT_YEARS = 7
"""The record is for ages 0-6; from the seventh birthday on a row is asked about."""


@dataclass(frozen=True, slots=True)
class ChildCells:
    """The keys of a child as the row tells them.

    `sex` None means the cell is blank or unreadable, "unknown" that it says so. `identifier` may have faults (reported,
    kept for correction); when it is None, `id_absent` says why.
    """

    name: str
    sex: Sex | None
    birth_date: date | None
    identifier: Identifier | None
    id_absent: IdAbsent | None
    class_name: str


def read_child(cells: RowCells, today: date) -> ChildCells:
    """Read the keys and report what is wrong. A roster must tell the birth date; a measurement sheet need not."""
    roster = cells.table.kind == "roster"
    name = _name(cells)
    sex = _sex(cells)
    identifier, absent = _identifier(cells)
    born = cells.date("birth_date", severity="error" if roster else "warning")
    child = ChildCells(name, sex, born, identifier, absent, _class_name(cells))
    child = _completed(cells, child)
    if child.birth_date is None and roster and not cells.text("birth_date"):
        cells.report("birth_date", "roster.birth-date-missing", "error")
    if child.sex is None and "sex" in cells.table.fields and roster and not cells.text("sex"):
        cells.report("sex", "roster.sex-missing", "warning")
    _check_age(cells, child.birth_date, today, "error" if roster else "warning")
    _check_agreement(cells, child)
    return child


def _name(cells: RowCells) -> str:
    name = normalise_name(cells.text("name"))
    for fault in name_faults(name):
        severity: Severity = "error" if fault in ("empty", "too-long") else "warning"
        cells.report("name", f"roster.name-{fault}", severity)
    return name


def _sex(cells: RowCells) -> Sex | None:
    text = cells.text("sex")
    for group, sex in (("male", "male"), ("female", "female"), ("sex-unknown", "unknown")):
        if text and cells.words.says(group, text):
            return cast(Sex, sex)
    if text:
        cells.report("sex", "roster.sex-unreadable", "error", found=shortened(text))
    return None


_ID_FIELDS: tuple[tuple[str, IdKind | None], ...] = (
    ("resident_id", "resident-id"),
    ("birth_certificate", "birth-certificate"),
    ("passport", "passport"),
    ("travel_permit", "travel-permit"),
    ("identifier", None),
)


def _identifier(cells: RowCells) -> tuple[Identifier | None, IdAbsent | None]:
    """The first identity number that the row gives, resident ID before certificate before travel papers."""
    given = [(field, kind) for field, kind in _ID_FIELDS if plain(cells.value(field)).strip("-—/\\")]
    stated = [(field, kind) for field, kind in given if cells.words.says("no-identifier", cells.text(field))]
    numbers = [(field, kind) for field, kind in given if (field, kind) not in stated]
    if not numbers:
        return None, "not-yet-registered" if stated else "not-given"
    read = [(field, _read_number(cells, field, kind)) for field, kind in numbers]
    return next((number for _, number in read if number.sound), read[0][1]), None


def _read_number(cells: RowCells, field: str, kind: IdKind | None) -> Identifier:
    value = cells.value(field)
    if (isinstance(value, float) and value >= 1e15) or "E+" in cells.text(field).upper():
        cells.report(field, "roster.id-cut-by-spreadsheet", "error")
        return Identifier("resident-id", tidy_number(cells.text(field)), faults=("length",))
    number = read_identifier(cells.text(field), kind)
    if kind == "resident-id" and not number.sound and (other := read_identifier(number.value)).sound:
        # A birth certificate number in the ID column is common before the child is registered.
        number = other
    for fault in number.faults:
        cells.report(field, f"roster.id-{fault}", "error", found=mask(number.value), length=len(number.value))
    if "area-unreal" in number.notes:
        cells.report(field, "roster.id-area-unreal", "warning", area=number.value[:6])
    return number


def _class_name(cells: RowCells) -> str:
    """The class column, else the sheet's name where it is called a class."""
    given = cells.text("class_name")
    return given or (cells.table.sheet if cells.words.mentions("class-sheet", cells.table.sheet) else "")


def _completed(cells: RowCells, child: ChildCells) -> ChildCells:
    """A sound ID number tells a birth date and sex that the row leaves blank; said as a note."""
    number = child.identifier
    if number is None or number.birth_date is None:
        return child
    if child.birth_date is None and not cells.text("birth_date"):
        cells.report("birth_date", "roster.birth-date-from-id", "note", day=number.birth_date.isoformat())
        child = replace(child, birth_date=number.birth_date)
    if child.sex is None and not cells.text("sex"):
        child = replace(child, sex=number.sex)
        cells.report("sex", "roster.sex-from-id", "note")
    return child


def _check_age(cells: RowCells, born: date | None, today: date, severity: Severity) -> None:
    if born is None:
        return
    if born > today:
        cells.report("birth_date", "roster.birth-date-future", severity, day=born.isoformat())
    elif _years(born, today) >= AGE_LIMIT_YEARS:
        years = _years(born, today)
        cells.report("birth_date", "roster.age-over-limit", "warning", day=born.isoformat(), years=years)


def _check_agreement(cells: RowCells, child: ChildCells) -> None:
    if child.identifier is None:
        return
    codes = child.identifier.disagreements(birth_date=child.birth_date, sex=child.sex)
    if "birth-date-differs" in codes and child.identifier.birth_date and child.birth_date:
        told = child.identifier.birth_date.isoformat()
        cells.report(
            "birth_date", "roster.id-birth-date-differs", "error", found=child.birth_date.isoformat(), told=told
        )
    if "sex-differs" in codes:
        cells.report("sex", f"roster.id-says-{child.identifier.sex}", "error", found=shortened(cells.text("sex")))


def _years(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
