"""Columns added to a table, and the table written as CSV, Parquet or .xlsx."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
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
    schema = pa.schema([(name, pa.string()) for name in names])
    options = arrow_csv.WriteOptions(quoting_style="needed", quoting_header="needed")
    with path.open("wb") as file:
        file.write(_MARK)
        with arrow_csv.CSVWriter(file, schema, write_options=options) as writer:
            _each_behind(rows, lambda widened: writer.write_batch(_as_text(widened, names)))


def _each_behind(rows: Iterable[Widened], write: Callable[[Widened], None]) -> None:
    """Write each batch while the next one is read and judged."""
    written: Future[None] | None = None
    with ThreadPoolExecutor(max_workers=1) as behind:
        for widened in rows:
            if written is not None:
                written.result()
            written = behind.submit(write, widened)
    if written is not None:
        written.result()


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
        as_read = widened.batch.as_read
        given = (as_read.get(at) or _cells(column) for at, column in enumerate(widened.batch.columns.columns))
        yield from zip(*given, *(_cells(_value(added)) for added in widened.added), strict=True)


def _cells(column: Any) -> list[Any]:
    cells = column.to_pylist()
    return [int(cell) if isinstance(cell, bool) else cell for cell in cells]


def _plain(column: Any) -> Any:
    """The text of a column, as the CSV writer takes it."""
    return column.cast(pa.string())


def _text(added: Added) -> Any:
    if isinstance(added, Number):
        return _written_out(added)
    if isinstance(added, Flag):
        return _spelled(np.where(added.apply, added.values, -1), ("0", "1"))
    return _spelled(added.places, tuple(added.vocabulary))


def _value(added: Added) -> Any:
    if isinstance(added, Number):
        return pa.array(np.round(added.values, added.decimals), pa.float64(), from_pandas=True)
    if isinstance(added, Flag):
        return pa.array(added.values, mask=~added.apply)
    places = added.places.astype(np.int32)
    words = pa.array(list(added.vocabulary), pa.string())
    return pa.DictionaryArray.from_arrays(pa.array(places, mask=places < 0), words)


def _spelled(places: NDArray[Any], vocabulary: tuple[str, ...]) -> Any:
    return _with_blank(vocabulary).take(pa.array(places.astype(np.int32) + 1))


def _written_out(number: Number) -> Any:
    """The text of each number with exactly so many decimals. Most are few and small: their text is looked up."""
    steps = np.rint(number.values * 10**number.decimals)
    small = np.abs(steps) <= _WRITTEN_OUT
    places = np.where(small, steps + _WRITTEN_OUT, -1).astype(np.int32)
    vocabulary = _texts(number.decimals)
    far = np.flatnonzero(~small & np.isfinite(steps))
    if far.size:
        places[far] = len(vocabulary) + np.arange(far.size, dtype=np.int32)
        vocabulary = (*vocabulary, *(f"{value:.{number.decimals}f}" for value in number.values[far].tolist()))
    return _spelled(places, vocabulary)


@lru_cache(maxsize=64)  # the same words and numbers for every batch of a table
def _with_blank(vocabulary: tuple[str, ...]) -> Any:
    return pa.array([None, *vocabulary], pa.string())


@lru_cache(maxsize=8)
def _texts(decimals: int) -> tuple[str, ...]:
    steps = range(-_WRITTEN_OUT, _WRITTEN_OUT + 1)
    return tuple(f"{step / 10**decimals:.{decimals}f}" for step in steps)
