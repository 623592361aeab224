"""Finding the table in a sheet: title rows above, a heading row, children, and totals or notes among and below them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from healthrec.domain.roster.cells import Problem, Row, Severity, SheetRows, address, cell_text, is_blank, plain
from healthrec.domain.roster.columns import Column, Heading, SheetKind, SheetWords, read_heading

HEADING_WITHIN = 30
"""The heading row is looked for among this many first rows."""


@dataclass(frozen=True, slots=True)
class Table:
    """Where things stand in one sheet. `heading_row` and the columns count from zero.

    `headings` holds every heading with its column, for a screen on which the mapping is corrected; `fields` says which
    column each field is read from. A table without the field ``name`` has no rows to read.
    """

    sheet: str
    kind: SheetKind
    heading_row: int
    headings: Mapping[int, Heading]
    fields: Mapping[str, int]
    problems: tuple[Problem, ...]

    @property
    def readable(self) -> bool:
        return "name" in self.fields

    def place(self, row: int, field: str) -> str:
        """The address of a field's cell; of the row's first cell when the sheet has no such column."""
        return address(self.sheet, row, self.fields.get(field, 0))

    def heading(self, field: str) -> str:
        """The heading as printed, or "" when the sheet has no such column."""
        return self.headings[self.fields[field]].text if field in self.fields else ""

    def unit(self, field: str) -> str:
        return self.headings[self.fields[field]].unit if field in self.fields else ""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that is no child: total, note-row, example or heading."""

    cell: str
    reason: str


def find_table(
    sheet: SheetRows, words: SheetWords, kind: SheetKind, choices: Mapping[str, str] | None = None
) -> Table | None:
    """The table of a sheet, None for a blank sheet or a sheet of notes.

    `choices` maps headings as printed to fields, "" to leave a column out; it goes before the aliases. ValueError when
    it names an unknown field.
    """
    chosen = _checked(choices or {}, words, kind)
    if words.says("notes-sheet", sheet.name) or all(is_blank(row) for row in sheet.rows):
        return None
    candidates = [(at, _fields_of(row, words, kind, chosen)) for at, row in enumerate(sheet.rows[:HEADING_WITHIN])]
    at, fields = max(candidates, key=lambda candidate: ("name" in candidate[1], len(candidate[1]), -candidate[0]))
    if len(fields) < 2:
        at, fields = _likely_heading_row(sheet), {}
    headings = {column: read_heading(text) for column, text in _texts(sheet.rows[at])}
    problems = _table_problems(sheet.name, at, headings, fields, words, kind, chosen)
    return Table(sheet.name, kind, at, headings, fields, problems)


def table_rows(sheet: SheetRows, table: Table, words: SheetWords) -> Iterator[tuple[int, Row] | Skipped]:
    """Each row below the heading: its zero-based number and cells, or why it is skipped. Blank rows are not told."""
    headings = [plain(value) for value in sheet.rows[table.heading_row]]
    for at, row in enumerate(sheet.rows[table.heading_row + 1 :], start=table.heading_row + 1):
        if is_blank(row):
            continue
        reason = "heading" if _same(row, headings) else _no_child(row, table, words)
        yield Skipped(address(table.sheet, at, 0), reason) if reason else (at, row)


def read_tables(
    sheets: Sequence[SheetRows], words: SheetWords, kind: SheetKind, choices: Mapping[str, str] | None = None
) -> tuple[tuple[Table, ...], list[tuple[Table, int, Row]], tuple[Skipped, ...]]:
    """The tables of a file, their rows of children (table, zero-based row, cells), and the rows skipped."""
    found = [(sheet, table) for sheet in sheets if (table := find_table(sheet, words, kind, choices))]
    items = [(table, item) for sheet, table in found if table.readable for item in table_rows(sheet, table, words)]
    rows = [(table, *item) for table, item in items if not isinstance(item, Skipped)]
    skipped = tuple(item for _, item in items if isinstance(item, Skipped))
    return tuple(table for _, table in found), rows, skipped


def _same(row: Row, headings: Sequence[str]) -> bool:
    return len(row) == len(headings) and all(plain(cell) == text for cell, text in zip(row, headings, strict=True))


def _checked(choices: Mapping[str, str], words: SheetWords, kind: SheetKind) -> dict[str, str]:
    allowed = {"", *(column.field for column in words.of(kind))}
    if unknown := sorted(set(choices.values()) - allowed):
        raise ValueError(f"unknown field: {', '.join(unknown)}")
    return {plain(heading): field for heading, field in choices.items()}


def _fields_of(row: Row, words: SheetWords, kind: SheetKind, chosen: Mapping[str, str]) -> dict[str, int]:
    """Field to column. A choice goes before an alias, a column further left before one further right."""
    by_choice = {chosen[plain(text)]: column for column, text in reversed(_texts(row)) if chosen.get(plain(text))}
    by_alias = {
        field: column
        for column, text in reversed(_texts(row))
        if plain(text) not in chosen and (field := words.field_of(kind, read_heading(text)))
    }
    return {**by_alias, **by_choice}


def _texts(row: Row) -> list[tuple[int, str]]:
    # A heading has at most a few words; longer cells are titles and notes, and are not worth comparing.
    return [(column, text) for column, value in enumerate(row) if 0 < len(text := cell_text(value)) <= 40]


def _likely_heading_row(sheet: SheetRows) -> int:
    """The first row with three texts in it, else the first that is not blank: somewhere to start mapping by hand."""
    rows = list(enumerate(sheet.rows[:HEADING_WITHIN]))
    wide = [at for at, row in rows if len([text for _, text in _texts(row) if not text[0].isdigit()]) >= 3]
    return next(iter(wide + [at for at, row in rows if not is_blank(row)]), 0)


def _table_problems(
    sheet: str,
    at: int,
    headings: Mapping[int, Heading],
    fields: Mapping[str, int],
    words: SheetWords,
    kind: SheetKind,
    chosen: Mapping[str, str],
) -> tuple[Problem, ...]:
    if not fields:
        return (Problem(address(sheet, at, 0), "roster.no-heading", "error", {"sheet": sheet}),)
    place = address(sheet, at, 0)
    missing = tuple(
        Problem(place, "roster.column-missing", _weight(column), {"column_zh": column.zh, "column_en": column.en})
        for column in words.of(kind)
        if kind in column.required and column.field not in fields
    )
    return missing + _told_twice(sheet, at, headings, fields, words, kind, chosen)


def _weight(column: Column) -> Severity:
    """Without names there is nothing to read; what else is missing each row says where it matters."""
    return "error" if column.field == "name" else "warning"


def _told_twice(
    sheet: str,
    at: int,
    headings: Mapping[int, Heading],
    fields: Mapping[str, int],
    words: SheetWords,
    kind: SheetKind,
    chosen: Mapping[str, str],
) -> tuple[Problem, ...]:
    """Headings that mean a field which another column already gives; a choice made by hand says so knowingly."""
    meant = [
        (column, heading, words.field_of(kind, heading) or "")
        for column, heading in headings.items()
        if plain(heading.text) not in chosen
    ]
    return tuple(
        Problem(
            address(sheet, at, column),
            "roster.column-twice",
            "warning",
            {"heading": heading.text, "used": address(sheet, at, fields[field])},
        )
        for column, heading, field in meant
        if field in fields and fields[field] != column
    )


def _no_child(row: Row, table: Table, words: SheetWords) -> str:
    """Why a row is no child: its first words say total, note or example. A row with a child's name is told by them only
    when the words stand before the name."""
    texts = [plain(value) for value in row[: table.fields["name"] + 1] if cell_text(value)]
    first = texts[0] if texts else next(plain(value) for value in row if cell_text(value))
    if words.says("example", first.strip("()[]【】:0123456789")):
        return "example"
    if first.rstrip(":") in words.words["total"]:
        return "total"
    if first.startswith(words.words["total"]) and not _named(row, table, first):
        return "total"
    return "note-row" if first.startswith(words.words["note-row"]) and not _named(row, table, first) else ""


def _named(row: Row, table: Table, first: str) -> bool:
    """Whether the name cell holds something else than the word itself."""
    column = table.fields["name"]
    name = plain(row[column]) if column < len(row) else ""
    return name not in ("", first)
