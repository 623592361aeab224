"""Growth standards, from `schemas/growth/*/standard.yaml` and the tables beside it.

A standard that prints cut-offs has `tables`, one file for each kind of column with all indicators in it; one that
publishes L, M and S has `lms_tables`, one file for each indicator with both sexes in it; one that publishes equations has
`equations`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any, cast

import numpy as np

from healthrec.domain.growth.equations import Equation
from healthrec.domain.growth.lms import Floats
from healthrec.domain.growth.standard import (
    PERCENTILE_MARKS,
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
)
from healthrec.rulebook.files import read_grid, read_numbers
from healthrec.rulebook.problems import BrokenRulesError, Problem

_KEYS = ("indicator", "sex", "x_kind", "x")
_SD = dict(zip(("sd_m3", "sd_m2", "sd_m1", "median", "sd_p1", "sd_p2", "sd_p3"), SD_MARKS, strict=True))
_FIT = ("l_fit", "m_fit", "s_fit")
_SEXES: tuple[Sex, ...] = ("male", "female")
_Row = tuple[str, ...]
Tables = dict[tuple[Indicator, str], GrowthTable]


def growth_standard(schemas: Path, file: str, content: Mapping[str, Any]) -> GrowthStandard:
    """The standard with its tables, steps inserted. Raises BrokenRulesError."""
    standing = content["standing"]
    return GrowthStandard(
        rule_id=content["id"],
        edition=content["edition"],
        effective=date.fromisoformat(content["effective"]),
        clock=content["clock"],
        tables=_tables(schemas, file, content),
        levels={method: scale for method, _, scale, _ in _levels(content)},
        nutrition={name: scale for name, _, scale, _ in _nutrition(content)},
        flags={indicator: (low, high) for indicator, (low, high) in content["flags"].items()},
        ends_at_month=content["ends_at_month"],
        standing_from_month=standing["from_month"],
        standing_shorter_cm=standing["shorter_cm"],
        length_below_cm=standing.get("length_below_cm"),
        bmi_decimals=content.get("bmi_decimals"),
        standing_is_error_before_month=standing.get("error_before_month", 0),
        continued_by=tuple(content.get("continued_by", ())),
    )


def _levels(content: Mapping[str, Any]) -> Iterator[tuple[Method, str, Scale, list[str]]]:
    """Method, place in the file, scale, and the codes that are defined."""
    levels = content.get("levels", {})
    methods: tuple[Method, ...] = ("sd", "percentile")
    for method in methods:
        if method in levels:
            codes = [term["code"] for term in levels["codes"]]
            marks = [sd_mark(bound) if method == "sd" else f"P{bound}" for bound in levels[method]]
            exclusive = frozenset(map(sd_mark, levels.get("exclusive", ())))
            yield method, f"levels/{method}", Scale(tuple(marks), tuple(codes), exclusive), codes


def _nutrition(content: Mapping[str, Any]) -> Iterator[tuple[Indicator, str, Scale, list[str]]]:
    """Indicator, place in the file, scale, and the codes that are defined."""
    nutrition = content.get("nutrition", {"codes": (), "scales": {}})
    defined = [term["code"] for term in nutrition["codes"]]
    for name, scale in nutrition["scales"].items():
        bounds, exclusive = (tuple(map(_mark, scale.get(key, ()))) for key in ("bounds", "exclusive"))
        yield name, f"nutrition/scales/{name}", Scale(bounds, tuple(scale["codes"]), frozenset(exclusive)), defined


def _mark(bound: int | str) -> str:
    return sd_mark(bound) if isinstance(bound, int) else bound


def _scale_problems(file: str, content: Mapping[str, Any], tables: Tables) -> Iterator[Problem]:
    """Bounds must rise and be columns that are printed, where any are; codes must be defined and one more than bounds."""
    marks = next(iter(tables.values())).marks or SD_MARKS
    for _, place, scale, defined in (*_levels(content), *_nutrition(content)):
        if unknown := [code for code in scale.codes if code not in defined]:
            yield Problem(file, place, "unknown-code", ", ".join(unknown))
        if [mark for mark in marks if mark in scale.bounds] != [*scale.bounds] or not scale.exclusive <= {
            *scale.bounds
        }:
            yield Problem(file, place, "order", "bounds must rise and be printed columns")
        if len(scale.codes) != len(scale.bounds) + 1:
            yield Problem(file, place, "shape", "one code more than bounds is needed")


def _tables(schemas: Path, file: str, content: Mapping[str, Any]) -> Tables:
    """The tables. Raises BrokenRulesError where a scale does not fit them."""
    if "equations" in content:
        tables = _computed(content["equations"])
    else:
        tables = _printed(schemas, file, content) if "tables" in content else _published(schemas, file, content)
    if problems := [*_scale_problems(file, content, tables)]:
        raise BrokenRulesError(*problems)
    return tables


def _computed(equations: Mapping[str, Any]) -> Tables:
    """Tables by day of what the equations say."""
    days = np.arange(equations["first_day"], equations["last_day"] + 1, dtype=np.float64)
    formulas = {
        name: Equation(one["distribution"], one["mean"], one["sd"]) for name, one in equations["indicators"].items()
    }
    return {
        (name, sex): GrowthTable(name, sex, equations["axis"], days, formula.lms(days, sex))
        for name, formula in formulas.items()
        for sex in _SEXES
    }


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
    """Tables of printed cut-offs, with the fit beside them where there is one."""
    parts = [_part(schemas, file, kind, table) for kind, table in content["tables"].items()]
    rows = parts[0].rows
    for part in parts:
        if part.rows != rows:
            raise BrokenRulesError(Problem(part.file, "", "table", f"its rows are not those of {parts[0].file}"))
    standing, stepwise = content["standing"], content.get("stepwise", False)
    tables: Tables = {}
    for indicator, sex in dict.fromkeys((row[0], row[1]) for row in rows):
        table = _table(file, indicator, sex, parts, stepwise)
        if edge := standing.get("edge", {}).get(indicator):
            table = with_step(table, standing["from_month"], standing["shorter_cm"] if edge == "longer" else None)
        tables[table.indicator, str(sex)] = table
    if lonely := [name for name, _ in tables if not all((name, sex) in tables for sex in _SEXES)]:
        raise BrokenRulesError(Problem(parts[0].file, lonely[0], "table", "one sex only"))
    return tables


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """One file of a printed standard: what its rows are about, and its columns of one kind; "" marks the fit's."""

    file: str
    rows: list[_Row]
    marks: tuple[str, ...]
    numbers: Floats


def _part(schemas: Path, file: str, kind: str, table: Mapping[str, Any]) -> _Part:
    path = (PurePosixPath(file).parent / table["file"]).as_posix()
    named = {"sd": _SD, "lms": dict.fromkeys(_FIT, "")}.get(kind, {})
    columns = tuple(table.get("columns", named or PERCENTILE_MARKS))
    rows, numbers = read_numbers(schemas, path, table["sha256"], _KEYS, tuple(map(str.lower, columns)))
    return _Part(path, rows, tuple(named.get(column, column) for column in columns), numbers)


def _table(file: str, indicator: str, sex: str, parts: list[_Part], stepwise: bool) -> GrowthTable:
    at = [at for at, row in enumerate(parts[0].rows) if row[:2] == (indicator, sex)]
    x = np.array([parts[0].rows[row][3] for row in at], dtype=np.float64)
    printed = [part for part in parts if any(part.marks)]
    _check_rising(file, f"{indicator} {sex}", [x, *(part.numbers[at] for part in printed)])
    fit = next((part.numbers[at] for part in parts if not any(part.marks)), np.full((len(at), 3), np.nan))
    axis = cast(AxisKind, parts[0].rows[at[0]][2])
    marks = tuple(mark for part in printed for mark in part.marks)
    numbers = np.hstack([part.numbers[at] for part in printed])
    name = cast(Indicator, indicator)
    return GrowthTable(name, cast(Sex, sex), axis, x, fit, marks, numbers, stepwise=stepwise)


def _check_rising(file: str, place: str, columns: Iterable[Floats]) -> None:
    if any((np.diff(column) <= 0).any() for column in columns):
        raise BrokenRulesError(Problem(file, place, "order", "rows and columns must rise"))
