"""A list with one child in a row: a column for each dose of each vaccine (乙肝第1剂), as provinces export it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from healthrec.domain.roster.cells import address, plain
from healthrec.domain.roster.table import Table
from healthrec.domain.roster.vaccine_names import VaccineNames

DOSE_COLUMN: Final = "dose-column"
"""Chosen for a heading that names a dose; it is no field, since a sheet has many."""

_NUMBERS = {digit: value for value, digit in enumerate("一二三四五六七八九", 1)}
_NUMBERED = re.compile(r"(?P<name>.+?)[-_]?(?P<before>第?)(?P<number>[1-9一二三四五六七八九])(?P<after>[剂针次]?)")
_PARTS: Mapping[str, tuple[str, ...]] = {
    "lot": ("疫苗批号", "批号", "lot"),
    "given_at": ("接种单位", "接种地点", "单位", "place"),
    "maker": ("生产企业", "生产厂家", "厂家", "企业", "maker"),
    "given_on": ("接种日期", "接种时间", "日期", "时间", "date"),
}


@dataclass(frozen=True, slots=True)
class DoseOf:
    """What a heading says: which vaccine (the house's code, "" for one that could be several), as `written`, which dose of it, and
    what about it (a field)."""

    vaccine: str
    written: str
    number: int | None
    field: str


@dataclass(frozen=True, slots=True)
class DoseColumns:
    """The columns of one dose: the table as it is read for it, and what their headings say."""

    table: Table
    vaccine: str
    written: str
    number: int | None


def dose_of(heading: str, names: VaccineNames) -> DoseOf | None:
    """What a heading says of a dose, None for one that names none. A name on no list is one only where 第…剂 follows it.

    >>> dose_of("乙肝第1剂批号", names)
    DoseOf(vaccine='HepB', written='乙肝', number=1, field='lot')
    """
    text = plain(heading)
    field, text = next(
        ((part, text.removesuffix(word)) for part, words in _PARTS.items() for word in words if text.endswith(word)),
        ("given_on", text),
    )
    text = text.rstrip("-_")
    if vaccine := _code(text, names):
        return DoseOf(vaccine, text, None, field)
    found = _NUMBERED.fullmatch(text)
    if found is None:
        return None
    name, vaccine = found["name"], _code(found["name"], names)
    if not vaccine and not (found["before"] and found["after"]):
        return None
    return DoseOf(vaccine, name, _NUMBERS.get(found["number"]) or int(found["number"]), field)


def _code(name: str, names: VaccineNames) -> str:
    return names.code_of(name) or names.code_of(f"{name}疫苗")


def dose_columns(table: Table, names: VaccineNames, choices: Mapping[str, str]) -> tuple[DoseColumns, ...]:
    """The doses that have columns here; none where a column names the vaccine, so that each row is a dose. A heading that was
    chosen to mean something else, or nothing, is left alone."""
    if "vaccine" in table.fields:
        return ()
    found: dict[tuple[str, int | None], dict[str, int]] = defaultdict(dict)
    written: dict[tuple[str, int | None], DoseOf] = {}
    for column, heading in table.headings.items():
        said = dose_of(heading.text, names)
        if said and column not in table.fields.values() and choices.get(heading.text, DOSE_COLUMN) == DOSE_COLUMN:
            dose = said.vaccine or said.written, said.number
            found[dose].setdefault(said.field, column)
            written.setdefault(dose, said)
    return tuple(
        DoseColumns(_reading(table, at), written[dose].vaccine, written[dose].written, dose[1])
        for dose, at in found.items()
        if "given_on" in at
    )


def unknown_dose_columns(table: Table, names: VaccineNames, choices: Mapping[str, str]) -> list[str]:
    """Cells of headings that somebody chose to be a dose, and that name none on any list."""
    return [
        address(table.sheet, table.heading_row, column)
        for column, heading in table.headings.items()
        if choices.get(heading.text) == DOSE_COLUMN and dose_of(heading.text, names) is None
    ]


def _reading(table: Table, fields: Mapping[str, int]) -> Table:
    of_child = {name: column for name, column in table.fields.items() if name not in _PARTS}
    return replace(table, fields={**of_child, **fields})
