"""Delimited text in the encodings that Chinese offices save: UTF-8 with or without mark, GB 18030 (GBK), UTF-16."""

from __future__ import annotations

import codecs
import csv
import io

from healthrec.sheets import limits

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_SEPARATORS = ",\t;，|"
_SAMPLE_LINES = 20
_CELL_CHARS = 32_767


def read_delimited(data: bytes) -> tuple[tuple[str, ...], ...]:
    """Rows of text cells. Refused when no encoding fits or it is no text; TooLarge beyond the limits."""
    text = decode(data).lstrip("\ufeff")
    if "\x00" in text:
        raise limits.refused("sheet.not-a-spreadsheet")
    separator, text = separator_of(text)
    rows: list[tuple[str, ...]] = []
    cells = 0
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            cells += len(row)
            _check(len(rows) + 1, row, cells)
            rows.append(tuple(map(_plain_cell, row)))
    except csv.Error as error:
        raise limits.refused("sheet.damaged") from error
    return tuple(rows)


def decode(data: bytes) -> str:
    """Text of bytes in whatever encoding fits; GB 18030 contains GBK and GB 2312."""
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return _strictly(data, encoding)
    if b"\x00" in data:
        return _strictly(data, _utf16_without_mark(data))
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _strictly(data, "gb18030")


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise limits.refused("sheet.encoding-unknown") from error


def _utf16_without_mark(data: bytes) -> str:
    """Commas, digits and line ends have a zero high byte: it stands behind in little-endian, in front in big-endian."""
    return "utf-16-le" if data[1::2].count(0) >= data[::2].count(0) else "utf-16-be"


def separator_of(text: str) -> tuple[str, str]:
    """The separator, and the text without Excel's line ``sep=;``. The one that most lines share wins."""
    if text[:4].lower() == "sep=" and text[4:5] and text[4:5] not in "\r\n":
        return text[4], text[5:].lstrip("\r\n")
    lines = [line for line in text[:65536].splitlines()[:_SAMPLE_LINES] if line.strip()]
    counts = {separator: sorted(line.count(separator) for line in lines) for separator in _SEPARATORS}
    return max(_SEPARATORS, key=lambda separator: counts[separator][len(lines) // 2 :][:1]), text


def _check(number: int, row: list[str], cells: int) -> None:
    if number > limits.ROWS:
        raise limits.too_large("sheet.too-many-rows", limit=limits.ROWS)
    if len(row) > limits.COLUMNS or cells > limits.CELLS:
        raise limits.too_large("sheet.too-many-cells", limit=limits.CELLS)
    if any(len(cell) > _CELL_CHARS for cell in row):
        raise limits.too_large("sheet.too-much-text")


def _plain_cell(cell: str) -> str:
    """Take off what keeps Excel from reading a number or a formula: ``="0123"`` and ``'=1+1``."""
    if cell.startswith('="') and cell.endswith('"') and len(cell) > 3:
        return cell[2:-1]
    return cell[1:] if cell[:1] == "'" and cell[1:2] in ("=", "+", "-", "@", "\t", "\r") else cell
