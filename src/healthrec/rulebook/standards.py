"""Growth standards, from `schemas/growth/*/standard.yaml` and the tables beside it.

A standard that prints cut-offs has `tables`, one file for each kind of column with all indicators in it; one that
publishes L, M and S has `lms_tables`, one file for each indicator with both sexes in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import Any, cast

import numpy as np

from healthrec.domain.growth.lms import Floats
from healthrec.domain.growth.standard import (
    PERCENTILE_MARKS,
    PERCENTILES,
    SD_MARKS,
    AxisKind,
    GrowthStandard,
    GrowthTable,
    Indicator,
    Method,
    Scale,
    Sex,
    sd_mark,
    with_step,
    z_of_mark,
)
from healthrec.rulebook.files import read_grid, read_numbers
from healthrec.rulebook.problems import BrokenRulesError, Problem

_KEYS = ("indicator", "sex", "x_kind", "x")
_COLUMNS = {
    "sd": ("sd_m3", "sd_m2", "sd_m1", "median", "sd_p1", "sd_p2", "sd_p3"),
    "percentiles": tuple(f"p{percent}" for percent in PERCENTILES),
    "lms": ("l_fit", "m_fit", "s_fit"),
}
_SEXES: tuple[Sex, ...] = ("male", "female")
_Row = tuple[str, ...]
Tables = dict[tuple[Indicator, str], GrowthTable]


def growth_standard(schemas: Path, file: str, content: Mapping[str, Any]) -> GrowthStandard:
    """The standard with its tables, steps inserted. Raises BrokenRulesError."""
    if problems := [*_scale_problems(file, content)]:
        raise BrokenRulesError(*problems)
    standing = content["standing"]
    return GrowthStandard(
        rule_id=content["id"],
        edition=content["edition"],
        effective=date.fromisoformat(content["effective"]),
        clock=content["clock"],
        tables=_printed(schemas, file, content) if "tables" in content else _published(schemas, file, content),
        levels={method: scale for method, _, scale, _ in _levels(content)},
        nutrition={cast(Indicator, name): scale for name, _, scale, _ in _nutrition(content)},
        flags={indicator: (low, high) for indicator, (low, high) in content["flags"].items()},
        ends_at_month=content["ends_at_month"],
        standing_from_month=standing["from_month"],
        standing_shorter_cm=standing["shorter_cm"],
        standing_is_error_before_month=standing.get("error_before_month", 0),
        continued_by=tuple(content.get("continued_by", ())),
    )


def _levels(content: Mapping[str, Any]) -> Iterator[tuple[Method, str, Scale, list[str]]]:
    """Method, place in the file, scale, and the codes that are defined."""
    if levels := content.get("levels"):
        codes = [term["code"] for term in levels["codes"]]
        marks = {"sd": map(sd_mark, levels["sd"]), "percentile": (f"P{percent}" for percent in levels["percentile"])}
        for method, bounds in marks.items():
            yield cast(Method, method), f"levels/{method}", Scale(tuple(bounds), tuple(codes)), codes


def _nutrition(content: Mapping[str, Any]) -> Iterator[tuple[str, str, Scale, list[str]]]:
    """Indicator, place in the file, scale, and the codes that are defined."""
    defined = [term["code"] for term in content["nutrition"]["codes"]]
    for name, scale in content["nutrition"]["scales"].items():
        exclusive = frozenset(map(sd_mark, scale.get("exclusive", ())))
        bounds = tuple(map(sd_mark, scale["bounds"]))
        yield name, f"nutrition/scales/{name}", Scale(bounds, tuple(scale["codes"]), exclusive), defined


def _scale_problems(file: str, content: Mapping[str, Any]) -> Iterator[Problem]:
    """Bounds must rise and be columns that are printed; codes must be defined and one more than the bounds."""
    printed = (*SD_MARKS, *PERCENTILE_MARKS)
    for _, place, scale, defined in (*_levels(content), *_nutrition(content)):
        if unknown := [code for code in scale.codes if code not in defined]:
            yield Problem(file, place, "unknown-code", ", ".join(unknown))
        falls = any(z_of_mark(low) >= z_of_mark(high) for low, high in pairwise(scale.bounds))
        if falls or not {*scale.bounds, *scale.exclusive} <= {*printed}:
            yield Problem(file, place, "order", "bounds must rise and be printed columns")
        if len(scale.codes) != len(scale.bounds) + 1:
            yield Problem(file, place, "shape", "one code more than bounds is needed")


def _published(schemas: Path, file: str, content: Mapping[str, Any]) -> Tables:
    """Tables of L, M and S as the standard publishes them."""
    tables: Tables = {}
    restricted = content.get("restricted", ())
    for name, table in content["lms_tables"].items():
        path = (PurePosixPath(file).parent / table["file"]).as_posix()
        columns = (table["axis"], *(f"{sex}_{letter}" for sex in _SEXES for letter in "lms"))
        grid = read_grid(schemas, path, table["sha256"], columns)
        _check_rising(path, "", [grid[:, 0]])
        if (grid[:, [2, 3, 5, 6]] <= 0).any():
            raise BrokenRulesError(Problem(path, "", "table", "M and S must be above 0"))
        for sex, lms in zip(_SEXES, (grid[:, 1:4], grid[:, 4:7]), strict=True):
            tables[name, sex] = GrowthTable(name, sex, table["axis"], grid[:, 0], lms, restricted=name in restricted)
    return tables


def _printed(schemas: Path, file: str, content: Mapping[str, Any]) -> Tables:
    """Tables of printed cut-offs with the fit beside them."""
    keys: dict[str, list[_Row]] = {}
    numbers: dict[str, Floats] = {}
    for name, columns in _COLUMNS.items():
        table = content["tables"][name]
        path = (PurePosixPath(file).parent / table["file"]).as_posix()
        keys[name], numbers[name] = read_numbers(schemas, path, table["sha256"], _KEYS, columns)
        if keys[name] != keys["sd"]:
            raise BrokenRulesError(Problem(path, "", "table", "its rows are not those of the sd table"))
    standing = content["standing"]
    tables: Tables = {}
    for indicator, sex in dict.fromkeys((row[0], row[1]) for row in keys["sd"]):
        table = _table(file, indicator, sex, keys["sd"], numbers)
        if indicator in standing["edge"]:
            taller = standing["shorter_cm"] if standing["edge"][indicator] == "longer" else None
            table = with_step(table, standing["from_month"], taller)
        tables[table.indicator, str(sex)] = table
    return tables


def _table(file: str, indicator: str, sex: str, keys: list[_Row], numbers: Mapping[str, Floats]) -> GrowthTable:
    rows = [at for at, row in enumerate(keys) if row[:2] == (indicator, sex)]
    x = np.array([keys[at][3] for at in rows], dtype=np.float64)
    sd, percentiles, lms = (numbers[name][rows] for name in _COLUMNS)
    _check_rising(file, f"{indicator} {sex}", [x, sd, percentiles])
    axis = cast(AxisKind, keys[rows[0]][2])
    marks = SD_MARKS + PERCENTILE_MARKS
    printed = np.hstack([sd, percentiles])
    return GrowthTable(cast(Indicator, indicator), cast(Sex, sex), axis, x, lms, marks, printed)


def _check_rising(file: str, place: str, columns: Iterable[Floats]) -> None:
    if any((np.diff(column) <= 0).any() for column in columns):
        raise BrokenRulesError(Problem(file, place, "order", "rows and columns must rise"))
