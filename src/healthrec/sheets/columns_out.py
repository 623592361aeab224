"""Columns added to a table, and the table written as CSV, Parquet or .xlsx."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv
import pyarrow.parquet as parquet
from numpy.typing import NDArray

from healthrec.sheets import limits
from healthrec.sheets.columns import Batch, format_of
from healthrec.sheets.write import OutRow, OutSheet, write_xlsx

_XLSX_ROWS = 1_048_575
_MARK = b"\xef\xbb\xbf"
_WRITTEN_OUT = 2_000
"""Numbers up to so many steps from 0 have their text made once."""


@dataclass(frozen=True, slots=True)
class Number:
    """Numbers of so many decimals; not a number is a blank cell."""

    values: NDArray[np.float64]
    decimals: int


@dataclass(frozen=True, slots=True)
class Flag:
    """1 and 0; blank where it does not `apply`."""

    values: NDArray[np.bool_]
    apply: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Word:
    """Places in a vocabulary; -1 is a blank cell."""

    places: NDArray[Any]
    vocabulary: Sequence[str]


Added = Number | Flag | Word


@dataclass(frozen=True, slots=True)
class Widened:
    """A batch and what is added to it, in the order of the columns."""

    batch: Batch
    added: Sequence[Added]


def write_table(path: Path, names: Sequence[str], rows: Iterable[Widened]) -> None:
    """Write the rows as they come, under these headings. A file of that name is replaced when all is written, and stays as
    it was when something goes wrong."""
    unfinished = path.with_name(f"{path.name}.part")
    try:
        _WRITERS[format_of(path)](unfinished, names, rows)
        unfinished.replace(path)
    finally:
        with suppress(FileNotFoundError):
            unfinished.unlink()


def _write_csv(path: Path, names: Sequence[str], rows: Iterable[Widened]) -> None:
    with path.open("wb") as file:
        file.write(_MARK)
        writer: Any = None
        for widened in rows:
            batch = _as_text(widened, names)
            if writer is None:
                options = arrow_csv.WriteOptions(quoting_style="needed", quoting_header="needed")
                writer = arrow_csv.CSVWriter(file, batch.schema, write_options=options)
            writer.write_batch(batch)
        if writer is not None:
            writer.close()


def _write_parquet(path: Path, names: Sequence[str], rows: Iterable[Widened]) -> None:
    writer: Any = None
    try:
        for widened in rows:
            batch = _typed(widened, names)
            writer = writer or parquet.ParquetWriter(path, batch.schema)
            writer.write_batch(batch)
    finally:
        if writer is not None:
            writer.close()


def _write_xlsx(path: Path, names: Sequence[str], rows: Iterable[Widened]) -> None:
    path.write_bytes(write_xlsx([OutSheet("growth", names, _out_rows(rows), widths=[12] * len(names))]))


_WRITERS = {"csv": _write_csv, "parquet": _write_parquet, "xlsx": _write_xlsx}


def _as_text(widened: Widened, names: Sequence[str]) -> Any:
    given = [_plain(column) for column in widened.batch.columns.columns]
    return pa.RecordBatch.from_arrays([*given, *map(_text, widened.added)], names=list(names))


def _typed(widened: Widened, names: Sequence[str]) -> Any:
    return pa.RecordBatch.from_arrays([*widened.batch.columns.columns, *map(_value, widened.added)], names=list(names))


def _out_rows(rows: Iterable[Widened]) -> Iterator[OutRow]:
    count = 0
    for widened in rows:
        count += len(widened.batch)
        if count > _XLSX_ROWS:
            raise limits.too_large("sheet.too-many-rows", limit=_XLSX_ROWS)
        columns = chain(widened.batch.columns.columns, map(_value, widened.added))
        yield from zip(*(_cells(column) for column in columns), strict=True)


def _cells(column: Any) -> list[Any]:
    cells = column.to_pylist()
    return [int(cell) if isinstance(cell, bool) else cell for cell in cells]


def _plain(column: Any) -> Any:
    """What the CSV writer takes."""
    return column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column


def _text(added: Added) -> Any:
    if isinstance(added, Number):
        return _written_out(added)
    if isinstance(added, Flag):
        places = np.where(added.apply, added.values, -1).astype(np.int32)
        return _spelled(places, ["0", "1"])
    return _spelled(added.places, added.vocabulary)


def _value(added: Added) -> Any:
    if isinstance(added, Number):
        return pa.array(np.round(added.values, added.decimals), pa.float64(), from_pandas=True)
    if isinstance(added, Flag):
        return pa.array(added.values, mask=~added.apply)
    places = added.places.astype(np.int32)
    words = pa.array(list(added.vocabulary), pa.string())
    return pa.DictionaryArray.from_arrays(pa.array(places, mask=places < 0), words)


def _spelled(places: NDArray[Any], vocabulary: Sequence[str]) -> Any:
    at = places.astype(np.int32)
    return pa.array(list(vocabulary), pa.string()).take(pa.array(at, mask=at < 0))


def _written_out(number: Number) -> Any:
    """The text of each number with exactly so many decimals. Most are few and small: their text is looked up."""
    steps = np.rint(number.values * 10**number.decimals)
    known = np.isfinite(steps)
    small = known & (np.abs(steps) <= _WRITTEN_OUT)
    places = np.where(small, steps, 0).astype(np.int32) + _WRITTEN_OUT
    vocabulary = _texts(number.decimals)
    far = np.flatnonzero(known & ~small)
    if far.size:
        places[far] = len(vocabulary) + np.arange(far.size, dtype=np.int32)
        vocabulary = [*vocabulary, *(f"{value:.{number.decimals}f}" for value in number.values[far].tolist())]
    return _spelled(np.where(known, places, -1), vocabulary)


def _texts(decimals: int) -> list[str]:
    steps = range(-_WRITTEN_OUT, _WRITTEN_OUT + 1)
    return [f"{step / 10**decimals:.{decimals}f}" for step in steps]
