"""Columns of a large table, batch by batch: CSV, Parquet and .xlsx in, the same out, in the order of the rows.

Cells that nobody asks for pass through as they are: the text of a CSV letter by letter, Parquet with its types.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv
import pyarrow.parquet as parquet
import python_calamine
from numpy.typing import NDArray

from healthrec.domain.roster import CellValue, cell_text
from healthrec.sheets import limits
from healthrec.sheets.delimited import MARKS, separator_of

Format = Literal["csv", "parquet", "xlsx"]
FORMATS: dict[str, Format] = {".csv": "csv", ".tsv": "csv", ".txt": "csv", ".parquet": "parquet", ".xlsx": "xlsx"}

_BLOCK_BYTES = 4 * 2**20
_ROWS = 65_536
_SAMPLE_BYTES = 65_536
Told = Callable[[float], None]
"""Hears which share of the file has been read (0 to 1)"""


@dataclass(frozen=True, slots=True)
class Cells:
    """One column of a batch: numbers as they are, or places in a vocabulary of the cells that occur (-1 for a blank)."""

    numbers: NDArray[np.float64] | None
    places: NDArray[np.int32]
    vocabulary: Sequence[CellValue]


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows of the table, one behind the other. `as_read` holds, by the place of its column, the cells of a workbook
    that a column of one type cannot hold: numbers among words, dates."""

    columns: pa.RecordBatch
    as_read: Mapping[int, Sequence[CellValue]] = field(default_factory=dict)

    def __len__(self) -> int:
        return int(self.columns.num_rows)

    def cells(self, at: int) -> Cells:
        """The cells of one column, by its place."""
        column = self.columns.column(at)
        if pa.types.is_floating(column.type) or pa.types.is_integer(column.type) or pa.types.is_decimal(column.type):
            numbers = pc.cast(column, pa.float64(), safe=False).to_numpy(zero_copy_only=False)
            return Cells(numbers.astype(np.float64), np.empty(0, dtype=np.int32), ())
        coded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
        places = pc.fill_null(coded.indices, -1).to_numpy(zero_copy_only=False).astype(np.int32)
        return Cells(None, places, coded.dictionary.to_pylist())


@dataclass(frozen=True, slots=True)
class Table:
    """A table that is read batch by batch, once."""

    names: tuple[str, ...]
    batches: Iterator[Batch]


def format_of(path: Path) -> Format:
    """What a file is by its name. Raises Refused for anything else."""
    found = FORMATS.get(path.suffix.lower())
    if found is None:
        raise limits.refused("columns.format-unknown", file=path.name)
    return found


def read_table(path: Path, told: Told) -> Table:
    """The table of a file. Raises Refused where it is none, at once or while it is read."""
    readers = {"csv": _read_csv, "parquet": _read_parquet, "xlsx": _read_xlsx}
    return readers[format_of(path)](path, told)


def _read_csv(path: Path, told: Told) -> Table:
    encoding = _encoding(path)
    with path.open(encoding=encoding, newline="") as file:
        separator, _ = separator_of(file.read(_SAMPLE_BYTES))
    with path.open(encoding=encoding, newline="") as file:
        lines = csv.reader(file, delimiter=separator)
        names = tuple(name.strip().lstrip("\ufeff") for name in next(lines, ()))
        skipped = lines.line_num
        nothing_follows = next(lines, None) is None
    if not names:
        raise limits.refused("sheet.blank")
    if nothing_follows:
        return Table(names, iter([_no_rows([pa.string()] * len(names))]))
    return Table(names, _csv_batches(path, encoding, separator, len(names), skipped, told))


def _no_rows(types: Sequence[Any]) -> Batch:
    """A batch of nothing, so that a table without rows still has its columns."""
    return Batch(
        pa.RecordBatch.from_arrays([pa.array([], type_) for type_ in types], [str(at) for at, _ in enumerate(types)])
    )


def _csv_batches(path: Path, encoding: str, separator: str, width: int, skipped: int, told: Told) -> Iterator[Batch]:
    uneven: list[Any] = []
    columns = [str(at) for at in range(width)]
    size = path.stat().st_size
    with pa.OSFile(str(path)) as file:
        try:
            reader = arrow_csv.open_csv(
                file,
                read_options=arrow_csv.ReadOptions(
                    column_names=columns, skip_rows=skipped, block_size=_BLOCK_BYTES, encoding=encoding
                ),
                parse_options=arrow_csv.ParseOptions(
                    delimiter=separator, newlines_in_values=True, invalid_row_handler=_noting(uneven)
                ),
                convert_options=arrow_csv.ConvertOptions(
                    column_types=dict.fromkeys(columns, pa.string()), strings_can_be_null=False
                ),
            )
            for batch in reader:
                told(file.tell() / size)
                yield Batch(batch)
        except pa.ArrowInvalid as error:
            raise _uneven(uneven) from error


def _noting(uneven: list[Any]) -> Callable[[Any], str]:
    def note(row: Any) -> str:
        uneven.append(row)
        return "error"

    return note


def _uneven(uneven: list[Any]) -> Exception:
    """What is told of a row holds no cell of it: there may be names in them."""
    if not uneven:
        return limits.refused("sheet.damaged")
    return limits.refused("columns.uneven", found=uneven[0].actual_columns, expected=uneven[0].expected_columns)


def _encoding(path: Path) -> str:
    """The encoding in which the whole file can be read; GB 18030 contains GBK and GB 2312."""
    with path.open("rb") as file:
        start = file.read(4)
        for mark, encoding in MARKS:
            if start.startswith(mark):
                return encoding
        file.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            while block := file.read(_BLOCK_BYTES):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "gb18030"
    return "utf-8"


def _read_parquet(path: Path, told: Told) -> Table:
    try:
        file = parquet.ParquetFile(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise limits.refused("sheet.damaged") from error
    return Table(tuple(file.schema_arrow.names), _parquet_batches(file, told))


def _parquet_batches(file: Any, told: Told) -> Iterator[Batch]:
    total, done = file.metadata.num_rows, 0
    if not total:
        yield _no_rows(file.schema_arrow.types)
    for batch in file.iter_batches(batch_size=_ROWS):
        done += batch.num_rows
        told(done / total)
        yield Batch(batch)


def _read_xlsx(path: Path, told: Told) -> Table:
    """The first sheet. A workbook is unpacked as a whole; it has a million rows at most."""
    try:
        with python_calamine.CalamineWorkbook.from_path(str(path)) as book:
            rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (python_calamine.CalamineError, OSError, ValueError, IndexError) as error:
        raise limits.refused("sheet.damaged") from error
    if not rows:
        raise limits.refused("sheet.blank")
    names = tuple(cell_text(cell) for cell in rows[0])
    cells = [[row[at] for row in rows[1:]] for at in range(len(names))]
    columns = [_column(one) for one in cells]
    whole = pa.table(columns, names=[str(at) for at in range(len(names))])
    mixed = {at: cells[at] for at, column in enumerate(columns) if pa.types.is_string(column.type)}
    as_read = {at: one for at, one in mixed.items() if not all(isinstance(cell, str) for cell in one)}
    return Table(names, _told_batches(whole, as_read, told))


def _told_batches(whole: Any, as_read: Mapping[int, Sequence[CellValue]], told: Told) -> Iterator[Batch]:
    done = 0
    if not whole.num_rows:
        yield _no_rows(whole.schema.types)
    for batch in whole.to_batches(max_chunksize=_ROWS):
        first, done = done, done + batch.num_rows
        told(done / whole.num_rows)
        yield Batch(batch, {at: cells[first:done] for at, cells in as_read.items()})


def _column(cells: Sequence[CellValue]) -> Any:
    """Numbers where all filled cells are numbers, else the text of each cell."""
    filled = [cell for cell in cells if cell != ""]
    if filled and all(isinstance(cell, int | float) and not isinstance(cell, bool) for cell in filled):
        return pa.array([None if cell == "" else float(cell) for cell in cells], pa.float64())  # type: ignore[arg-type]
    return pa.array([cell_text(cell) for cell in cells], pa.string())
