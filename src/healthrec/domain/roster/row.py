"""One row of a table, read cell by cell; what is wrong is collected with the cell's address and heading."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date

from healthrec.domain.quantity import Dimension, Reading, Unclear, parse_quantity
from healthrec.domain.roster.cells import CellValue, Problem, Row, Severity, cell_text
from healthrec.domain.roster.columns import SheetWords
from healthrec.domain.roster.dates import read_date
from healthrec.domain.roster.table import Table


@dataclass(slots=True)
class RowCells:
    """Reads the fields of one row. Lives only while the row is read; `problems` is what it leaves."""

    table: Table
    words: SheetWords
    number: int
    cells: Row
    problems: list[Problem] = field(default_factory=list)

    def value(self, name: str) -> CellValue:
        column = self.table.fields.get(name)
        return self.cells[column] if column is not None and column < len(self.cells) else None

    def text(self, name: str) -> str:
        return cell_text(self.value(name))

    def place(self, name: str) -> str:
        return self.table.place(self.number, name)

    def report(self, name: str, code: str, severity: Severity, **params: str | int) -> None:
        """Note a problem of a field; the message also gets the heading as `column`."""
        heading = self.table.heading(name)
        self.problems.append(Problem(self.place(name), code, severity, {"column": heading, **params}))

    def date(self, name: str, *, severity: Severity = "warning") -> date | None:
        """A day; anything but a blank that gives none is reported."""
        reading = read_date(self.value(name))
        if reading.code not in ("", "missing"):
            found = shortened(self.text(name))
            serial = {"day": reading.day.isoformat()} if reading.day else {}
            told: Severity = "warning" if reading.day else severity
            self.report(name, f"roster.date-{reading.code}", told, found=found, **serial)
        return reading.day

    def quantity(self, name: str, dimension: Dimension) -> Reading:
        """A weight in kg or a length in cm; what is unclear is reported and not converted: an error on a
        measurement sheet, a warning on a roster, whose children do not wait for it."""
        value = self.value(name)
        number = value if isinstance(value, int | float) and not isinstance(value, bool) else cell_text(value)
        reading = parse_quantity(number, dimension, self.table.unit(name))
        if isinstance(reading, Unclear):
            self._report_unclear(name, reading)
        return reading

    def _report_unclear(self, name: str, reading: Unclear) -> None:
        params = {"found": shortened(reading.typed)}
        if reading.suggestion is not None:
            params["suggestion"] = f"{reading.suggestion.value} {reading.suggestion.unit}"
        code = "unit-unlikely-no-guess" if reading.code == "unit-unlikely" and not reading.suggestion else reading.code
        severity: Severity = "error" if self.table.kind == "measurements" else "warning"
        self.report(name, f"roster.quantity-{code}", severity, **params)


def split_words(text: str) -> tuple[str, ...]:
    """``花生、牛奶`` and ``花生, 牛奶`` are two words."""
    plain = unicodedata.normalize("NFKC", text)
    return tuple(part.strip() for part in re.split(r"[、,;/\n\s]+", plain) if part.strip())


def shortened(text: str) -> str:
    """What was found, short enough for a sentence."""
    return text if len(text) <= 30 else text[:29] + "…"
