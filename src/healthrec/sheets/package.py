"""An .xlsx file is a zip of XML. Everything in it is measured here, part by part, before the reader sees it.

The reader gets a new zip that holds only the XML parts which were unpacked and counted here, so that a lying size, a
second entry of the same name, a cell in row 1,048,576 or a doctype cannot reach it.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from pyexpat import ExpatError, ParserCreate
from typing import Any

from healthrec.domain.roster import column_letters
from healthrec.sheets import limits

_CHUNK = 2**18
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def is_zip(data: bytes) -> bool:
    return data.startswith(b"PK")


def refuse_legacy(data: bytes) -> None:
    """Compound files are either .xls of before 2007 or an .xlsx with a password."""
    if data.startswith(_OLE):
        raise limits.refused("sheet.password" if _ENCRYPTED in data else "sheet.legacy")


def checked_package(data: bytes) -> bytes:
    """The same workbook with nothing in it but checked XML. Refused or TooLarge says what is wrong."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = _unpack(package)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, RuntimeError) as error:
        raise limits.refused("sheet.damaged") from error
    _count([content for name, content in parts.items() if name.endswith(".xml")])
    return _repack(parts)


def _unpack(package: zipfile.ZipFile) -> dict[str, bytes]:
    entries = package.infolist()
    names = {entry.filename for entry in entries}
    if "xl/workbook.xml" not in names:
        raise limits.refused("sheet.other-format")
    if any(entry.flag_bits & 1 for entry in entries):
        raise limits.refused("sheet.password")
    wanted = [entry for entry in entries if entry.filename.endswith((".xml", ".rels"))]
    if len(entries) > limits.PARTS * 10 or len(wanted) > limits.PARTS or len(names) < len(entries):
        raise limits.refused("sheet.damaged")
    if sum(entry.file_size for entry in wanted) > limits.UNPACKED_BYTES:
        raise _unpacked_too_large()
    return _inflate(package, wanted)


def _inflate(package: zipfile.ZipFile, wanted: list[zipfile.ZipInfo]) -> dict[str, bytes]:
    """Unpack in small steps; the size that an entry declares is not believed."""
    parts: dict[str, bytes] = {}
    total = 0
    for entry in wanted:
        content = bytearray()
        with package.open(entry) as stream:
            while chunk := stream.read(_CHUNK):
                content += chunk
                total += len(chunk)
                if total > limits.UNPACKED_BYTES:
                    raise _unpacked_too_large()
        parts[entry.filename] = bytes(content)
    return parts


def _unpacked_too_large() -> Exception:
    return limits.too_large("sheet.unpacked-too-large", limit_mb=limits.UNPACKED_BYTES // 2**20)


def _repack(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as package:
        for name, content in parts.items():
            package.writestr(name, _errors_as_text(content) if name.startswith("xl/worksheets/") else content)
    return out.getvalue()


def _errors_as_text(content: bytes) -> bytes:
    """#N/A and #REF! would read as blank; as text they are seen and asked about."""
    return content.replace(b' t="e"', b' t="str"')


def _count(parts: list[bytes]) -> None:
    counter = _Counter()
    for content in parts:
        counter.part(content)
    if counter.longest_text * counter.cells > limits.TEXT_BYTES:
        raise limits.too_large("sheet.too-much-text")


_REFERENCE = re.compile(r"([A-Za-z]{1,3})([1-9]\d{0,6})")
_ROW_NUMBER = re.compile(r"[1-9]\d{0,6}")


@dataclass(slots=True)
class _Counter:
    """Counts cells that hold something; cells that are only coloured may lie anywhere.

    `area` sums what the sheets span from A1 to their last row and column: the reader lays out every cell in it.
    """

    cells: int = 0
    rows: int = 0
    area: int = 0
    elements: int = 0
    longest_text: int = 0
    _row: int = 0
    _column: int = 0
    _open: bool = False
    _counted_row: int = 0
    _last_column: int = 0
    _text: int = 0

    def part(self, content: bytes) -> None:
        self._row = self._column = self._counted_row = self._last_column = self._text = 0
        self._open = False
        # Both parsers must see the same characters: only UTF-8 is let through, whatever a part declares.
        if b"\x00" in content:
            raise limits.refused("sheet.damaged")
        parser = ParserCreate("utf-8")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = _no_doctype
        try:
            parser.Parse(content, True)
        except ExpatError as error:
            raise limits.refused("sheet.damaged") from error
        self.area += self._counted_row * self._last_column
        _within(self.area, limits.CELLS, "sheet.too-many-cells")

    def _start(self, name: str, attributes: dict[str, Any]) -> None:
        self.elements += 1
        _within(self.elements, limits.ELEMENTS, "sheet.too-many-cells")
        name = name.rpartition(":")[2]
        if name == "c":
            self._start_cell(attributes.get("r"))
        elif name in ("v", "is", "f") and self._open:
            self._fill_cell()
        elif name == "row":
            self._start_row(attributes.get("r"))
        elif name == "si":
            self._text = 0

    def _start_row(self, number: str | None) -> None:
        self._row = self._row + 1 if number is None else int(_matched(_ROW_NUMBER, number)[0])
        self._column = 0

    def _start_cell(self, reference: str | None) -> None:
        self._column += 1
        if reference is not None:
            match = _matched(_REFERENCE, reference)
            self._row, self._column = int(match[2]), _column_number(match[1])
        self._open, self._text = True, 0

    def _fill_cell(self) -> None:
        self._open = False
        if self._row > limits.ROWS or self._column > limits.COLUMNS:
            cell = f"{column_letters(self._column - 1)}{self._row}"
            raise limits.too_large("sheet.far-cell", cell, cell=cell, rows=limits.ROWS, columns=limits.COLUMNS)
        self.cells += 1
        self.rows += self._row != self._counted_row
        self._counted_row, self._last_column = self._row, max(self._last_column, self._column)
        _within(self.rows, limits.ROWS, "sheet.too-many-rows")

    def _characters(self, text: str) -> None:
        self._text += 4 * len(text)
        self.longest_text = max(self.longest_text, self._text)


def _within(count: int, limit: int, key: str) -> None:
    if count > limit:
        raise limits.too_large(key, limit=limit)


def _matched(pattern: re.Pattern[str], text: str) -> re.Match[str]:
    match = pattern.fullmatch(text)
    if match is None:
        raise limits.refused("sheet.damaged")
    return match


def _no_doctype(*_: object) -> None:
    raise limits.refused("sheet.damaged")


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
