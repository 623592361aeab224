"""The columns of a file and its dry run: read, judged and kept for review; nothing of it enters the record."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from healthrec.domain.roster import (
    DOSE_COLUMN,
    SheetKind,
    SheetWords,
    Table,
    VaccineNames,
    cell_text,
    dose_of,
    find_table,
    read_doses,
    read_measurements,
    read_roster,
)
from healthrec.services.context import Caller, Services
from healthrec.services.immunization.vaccines import vaccine_names
from healthrec.services.imports.allowed import acting_for, batch_of
from healthrec.services.imports.batches import Detail, detail_of, not_open, nursery_at, words_of
from healthrec.services.imports.classes import classes_of
from healthrec.services.imports.dose_rows import dose_rows
from healthrec.services.imports.measurement_rows import measurement_rows
from healthrec.services.imports.roster_rows import roster_rows
from healthrec.services.imports.rows import Row, plain_problems
from healthrec.services.imports.sight import Known
from healthrec.sheets import Sheet, Workbook, read_workbook
from healthrec.store import audit, imports
from healthrec.store.engine import Connection

_SAMPLES = 3


@dataclass(frozen=True, slots=True)
class ColumnSeen:
    """A heading of the file with a few cells below it and the field it is read as, "" for none."""

    heading: str
    samples: tuple[str, ...]
    field: str
    sheets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SheetSeen:
    """A sheet with a table in it. `heading_row` counts from 1."""

    name: str
    heading_row: int
    take: bool


@dataclass(frozen=True, slots=True)
class Columns:
    """What the columns page shows. `fields` are (field, Chinese name, English name)."""

    kind: SheetKind
    detail: Detail
    sheets: tuple[SheetSeen, ...]
    columns: tuple[ColumnSeen, ...]
    fields: tuple[tuple[str, str, str], ...]


def columns(services: Services, caller: Caller, batch_id: str) -> Columns:
    """The headings of the file and what they are read as. Raises NotFound."""
    with services.database.read() as connection:
        row = batch_of(services, connection, caller, batch_id)
        source = imports.source_of(connection, batch_id)
    if row.state not in ("reading", "mapped"):
        raise not_open()
    detail, words = detail_of(row), words_of(services)
    fields = {heading: field for heading, field in detail.choices.items() if field != DOSE_COLUMN}
    workbook = read_workbook(source, detail.file)
    found = [
        (sheet, table) for sheet in workbook.sheets if (table := find_table(sheet, words, row.kind, fields)) is not None
    ]
    of_doses = row.kind == "doses"
    offered = ((DOSE_COLUMN, "某种疫苗的某一剂", "one dose of a vaccine"),) if of_doses else ()
    names = vaccine_names(services.rulebook) if of_doses else None
    return Columns(
        row.kind,
        detail,
        tuple(SheetSeen(t.sheet, t.heading_row + 1, t.readable and t.sheet not in detail.left_out) for _, t in found),
        tuple(_of_dose(one, found, names, detail.choices) if names else one for one in _columns(found)),
        (*((column.field, column.zh, column.en) for column in words.of(row.kind)), *offered),
    )


def dry_run(
    services: Services,
    caller: Caller,
    batch_id: str,
    choices: Mapping[str, str] | None = None,
    left_out: Collection[str] = (),
    measured_on: date | None = None,
    workbook: Workbook | None = None,
) -> list[Row]:
    """Read the file with these columns and keep its rows for review, instead of an earlier reading.

    `choices` maps headings to fields; `left_out` names sheets; `measured_on` is the day of values that give none;
    `workbook` spares reading a file that was read just now.
    """
    with services.database.read() as connection:
        row = batch_of(services, connection, caller, batch_id)
        source = imports.source_of(connection, batch_id)
        if row.state not in ("reading", "mapped"):
            raise not_open()
        detail = replace(
            detail_of(row),
            choices=_known_only(choices or {}, words_of(services), row.kind),
            left_out=sorted(left_out),
            measured_on=measured_on.isoformat() if measured_on else "",
        )
        workbook = workbook or read_workbook(source, detail.file)
        sheets = [one for one in workbook.sheets if one.name not in left_out]
        rows, known = _judged(services, connection, caller, row, sheets, detail)
    with services.database.write() as connection:
        if not imports.step(connection, batch_id, ("reading", "mapped"), "mapped"):
            raise not_open()
        imports.put_items(connection, batch_id, [one.item() for one in rows])
        imports.change_batch(connection, batch_id, detail=detail.text())
    _audit(services, caller, batch_id, rows, known)
    return rows


def _judged(
    services: Services, connection: Connection, caller: Caller, row: Any, sheets: list[Sheet], detail: Detail
) -> tuple[list[Row], Known]:
    words, today = words_of(services), services.today()
    classes = classes_of(connection, nursery_at(connection, row.organization))
    caller = acting_for(caller, row.organization)
    if row.kind == "roster":
        roster = read_roster(sheets, words, today, detail.choices)
        _note_file(detail, roster)
        detail.new_classes = classes.missing(one.class_name for one in roster.rows if not one.blocked)
        if detail.day:
            detail.problems = [one for one in detail.problems if one["code"] != "roster.measurements-undated"]
        return roster_rows(services, connection, caller, classes, roster, detail.day)
    if row.kind == "doses":
        given = read_doses(sheets, words, vaccine_names(services.rulebook), today, detail.choices)
        _note_file(detail, given)
        return dose_rows(services, connection, caller, nursery_at(connection, row.organization), given)
    measured = read_measurements(sheets, words, today, detail.choices)
    _note_file(detail, measured)
    return measurement_rows(services, connection, caller, classes, measured, detail.day)


def _known_only(choices: Mapping[str, str], words: SheetWords, kind: SheetKind) -> dict[str, str]:
    """A field that does not exist leaves its column out."""
    fields = {column.field for column in words.of(kind)} | ({DOSE_COLUMN} if kind == "doses" else set())
    return {heading: field if field in fields else "" for heading, field in choices.items()}


def _note_file(detail: Detail, reading: Any) -> None:
    detail.problems = plain_problems(reading.problems)
    detail.skipped = [{"cell": one.cell, "reason": one.reason} for one in reading.skipped]


def _audit(services: Services, caller: Caller, batch_id: str, rows: list[Row], known: Known) -> None:
    """Who was shown, and every child beyond the importer's sight whose number was in the file."""
    shown = {known.children[one["id"]].key for row in rows for one in row.candidates if one["id"] in known.children}
    events = [caller.audit(services, "search", f"import:{batch_id}", count=len(shown), children=tuple(sorted(shown)))]
    events += [
        caller.audit(services, "look-up", f"import:{batch_id}", child=child.key, count=1)
        for child in known.beyond.values()
    ]
    with services.database.write() as connection:
        audit.insert_rows(connection, services.database.keys.take, events)


def _columns(found: list[tuple[Sheet, Table]]) -> tuple[ColumnSeen, ...]:
    """One line for a heading, however many sheets have it."""
    seen: dict[str, ColumnSeen] = {}
    for sheet, table in found:
        fields = {column: field for field, column in table.fields.items()}
        for column, heading in table.headings.items():
            samples = _samples(sheet, table.heading_row, column)
            before = seen.get(heading.text)
            if before is None:
                seen[heading.text] = ColumnSeen(heading.text, samples, fields.get(column, ""), (table.sheet,))
            elif table.sheet not in before.sheets:
                field = before.field or fields.get(column, "")
                sheets = (*before.sheets, table.sheet)
                seen[heading.text] = replace(before, field=field, sheets=sheets, samples=before.samples or samples)
    return tuple(seen.values())


def _of_dose(
    seen: ColumnSeen, found: list[tuple[Sheet, Table]], names: VaccineNames, choices: Mapping[str, str]
) -> ColumnSeen:
    """A heading that names a dose of a vaccine is read as that, where the rows of its sheets are children."""
    wide = any(table.sheet in seen.sheets and "vaccine" not in table.fields for _, table in found)
    meant = wide and choices.get(seen.heading, DOSE_COLUMN) == DOSE_COLUMN
    return replace(seen, field=DOSE_COLUMN) if not seen.field and meant and dose_of(seen.heading, names) else seen


def _samples(sheet: Sheet, heading_row: int, column: int) -> tuple[str, ...]:
    texts = (cell_text(row[column]) for row in sheet.rows[heading_row + 1 : heading_row + 20] if column < len(row))
    return tuple(dict.fromkeys(text[:24] for text in texts if text))[:_SAMPLES]
