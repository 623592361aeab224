"""The rows that were not saved, as a spreadsheet with what is wrong beside each: to be put right and handed in again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from healthrec.domain.roster import CellValue, find_table
from healthrec.services.context import Caller, Services
from healthrec.services.imports.allowed import batch_of
from healthrec.services.imports.batches import detail_of, words_of
from healthrec.services.imports.rows import row_of
from healthrec.services.imports.words import said
from healthrec.sheets import OutSheet, Sheet, read_workbook, write_xlsx
from healthrec.sheets.write import OutValue
from healthrec.store import imports
from healthrec.wording import Translator, translator

_NOT_SAVED = ("blocked", "ask", "out")


def problems_file(services: Services, caller: Caller, batch_id: str) -> bytes:
    """An .xlsx with the sheets of the file, only the rows that were not saved, and a column that says why."""
    with services.database.read() as connection:
        batch = batch_of(services, connection, caller, batch_id)
        source = imports.source_of(connection, batch_id)
        found = [row_of(item) for item in imports.items(connection, batch_id, _NOT_SAVED, -1, 1_000_000)]
    words = translator(caller.language)
    told = {(row.sheet, row.line): said(words, row.told) for row in found}
    detail = detail_of(batch)
    sheets = []
    for sheet in read_workbook(source, detail.file).sheets:
        table = find_table(sheet, words_of(services), batch.kind, detail.choices)
        if table is not None and any(name == sheet.name for name, _ in told):
            sheets.append(_sheet(sheet, table.heading_row, told, words))
    event = caller.audit(services, "export", f"import:{batch_id}/problems", count=len(found))
    services.committer.commit(event)
    return write_xlsx(sheets or [OutSheet("-", [words.message("import.problem-column")], [])])


def _sheet(sheet: Sheet, heading_row: int, told: dict[tuple[str, int], list[str]], words: Translator) -> OutSheet:
    headings = [str(cell) for cell in sheet.rows[heading_row]]
    width = len(headings)

    def rows() -> Iterator[list[OutValue]]:
        for at, cells in enumerate(sheet.rows):
            problems = told.get((sheet.name, at + 1))
            if problems is not None:
                padded = [_out(cell) for cell in cells[:width]] + [""] * (width - len(cells))
                yield [*padded, " / ".join(problems)]

    return OutSheet(sheet.name, [*headings, words.message("import.problem-column")], rows(), widths=[14] * width + [80])


def _out(cell: CellValue) -> OutValue:
    return str(cell) if isinstance(cell, datetime | time | timedelta) else cell
