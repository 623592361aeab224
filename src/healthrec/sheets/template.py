"""The spreadsheet that a nursery fills in: headings that the reader knows, an example that it skips, and notes."""

from __future__ import annotations

from collections.abc import Sequence

from healthrec.domain.roster import Column, SheetKind, SheetWords
from healthrec.sheets.write import OutSheet, write_xlsx

_TITLES = {"roster": ("花名册", "Roster"), "measurements": ("测量登记", "Measurements"), "doses": ("接种记录", "Doses")}
_NOTES_SHEET = ("填写说明", "Notes")
_NOTES_HEADINGS = (("列", "必填", "怎么填"), ("Column", "Required", "How to fill it in"))
_REQUIRED = ("是", "yes")
_EXAMPLE = ("示例", "Example")


def template(words: SheetWords, kind: SheetKind, language: str = "zh") -> bytes:
    """An .xlsx with the sheet to fill in and a sheet of notes, headings in the language asked ("zh" or "en").

    The first row is an example, marked by its first cell; the reader skips it.
    """
    at = 0 if language.startswith("zh") else 1
    columns = [column for column in words.of(kind) if kind in column.in_template]
    return write_xlsx([_table(columns, kind, at), _notes(columns, kind, at)])


def _table(columns: Sequence[Column], kind: SheetKind, at: int) -> OutSheet:
    headings = [("序号", "No.")[at], *(_names(column)[at] for column in columns)]
    return OutSheet(
        name=_TITLES[kind][at],
        headings=headings,
        rows=[[_EXAMPLE[at], *(column.example for column in columns)]],
        text_columns={number for number, column in enumerate(columns, start=1) if column.as_text},
        marked_rows={0},
        widths=[8, *(22 if column.as_text else 16 for column in columns)],
    )


def _notes(columns: Sequence[Column], kind: SheetKind, at: int) -> OutSheet:
    """Every column in both languages, the language asked first: who fills it in may not be who asked for it."""
    rows = [
        [
            " / ".join(dict.fromkeys((_names(column)[at], _names(column)[1 - at]))),
            _REQUIRED[at] if kind in column.required else "",
            (column.hint_zh, column.hint_en)[at],
            (column.hint_zh, column.hint_en)[1 - at],
        ]
        for column in columns
    ]
    headings = [*_NOTES_HEADINGS[at], _NOTES_HEADINGS[1 - at][2]]
    return OutSheet(_NOTES_SHEET[at], headings, rows, widths=[40, 10, 60, 60])


def _names(column: Column) -> tuple[str, str]:
    return column.zh, column.en
