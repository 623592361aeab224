"""A growth standard as a value: printed cut-offs, L, M and S, and the bounds of its categories."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from statistics import NormalDist
from typing import Literal

import numpy as np

from healthrec.domain.growth.lms import Floats, value_from_lms

Sex = Literal["male", "female"]
Indicator = Literal["wfa", "lhfa", "wfl", "wfh", "bfa", "hcfa", "acfa", "tsfa", "ssfa"]
"""Weight, length/height, BMI, head circumference, mid-upper arm circumference, triceps and subscapular skinfold for age
(or for gestation, as the axis says); weight for length; weight for height."""

Method = Literal["sd", "percentile"]
AxisKind = Literal["age_month", "age_day", "length_cm", "height_cm", "gestation_day", "postmenstrual_day"]
"""What a table runs along; gestation_day and postmenstrual_day are days since the mother's last period."""

Clock = Literal["months", "days", "gestation", "postmenstrual"]
"""How a standard tells age: calendar months; days, 30.4375 of which are a month; gestation at birth, for measurements of
the day of birth; gestation plus age, for children born preterm."""

SD_SCORES = (-3, -2, -1, 0, 1, 2, 3)
PERCENTILES = (3, 10, 25, 50, 75, 90, 97)


def sd_mark(score: int) -> str:
    """The label of a line: -3 … 0 … +3."""
    return f"{score:+d}" if score else "0"


SD_MARKS = tuple(sd_mark(score) for score in SD_SCORES)
PERCENTILE_MARKS = tuple(f"P{percent}" for percent in PERCENTILES)


def z_of_mark(mark: str) -> float:
    """The z-score that a label stands for: "-2" is -2, "P97" is 1.88. Raises KeyError for anything else."""
    try:
        return NormalDist().inv_cdf(float(mark[1:]) / 100) if mark.startswith("P") else float(mark)
    except ValueError as error:
        raise KeyError(mark) from error


@dataclass(frozen=True, slots=True)
class Scale:
    """Ordered categories: `codes[i]` reaches from `bounds[i - 1]` to `bounds[i]`; there is one code more than bounds.

    A bound is the label of a printed column, with which the value is compared; where the standard prints none, of a
    z-score ("-2"), with which the z-score of two decimals is compared. It belongs to the category above it, or, where
    it is one of `exclusive`, to the one below.
    """

    bounds: tuple[str, ...]
    codes: tuple[str, ...]
    exclusive: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class GrowthTable:
    """One indicator of one sex. Rows rise by `x` (months, days or cm, as `axis` says); columns are as named below.

    Two rows may share one `x`: the first is the limit from the left, the second what holds from `x` on. That is how
    the step at 24 months, where lying turns into standing, is kept from being interpolated across.
    """

    indicator: Indicator
    sex: Sex
    axis: AxisKind
    x: Floats
    """(rows,)"""
    lms: Floats
    """(rows, 3) L, M, S: the standard itself where it prints nothing, else our fit to what it prints. Not numbers where
    there is no fit: z-scores are then read between the printed columns, and beyond them in steps of the outermost"""
    marks: tuple[str, ...] = ()
    """Labels of the printed columns: -3 … +3, P3 … P97, or words"""
    printed: Floats = field(default_factory=lambda: np.empty((0, 0)))
    """(rows, marks) printed values; kg, cm, mm or kg/m2"""
    restricted: bool = False
    """Whether z-scores beyond ±3 are measured in steps of the outermost SD (WHO's restricted LMS method)"""
    stepwise: bool = False
    """Whether a row holds until the next begins, so that nothing is interpolated"""

    @property
    def first(self) -> float:
        return float(self.x[0])

    @property
    def last(self) -> float:
        return float(self.x[-1])

    @property
    def steps(self) -> frozenset[float]:
        """The places where two rows share one `x`."""
        return frozenset(self.x[1:][np.diff(self.x) == 0].tolist())

    @property
    def sd(self) -> Floats:
        """(rows, 7) values at SD_SCORES, printed or from L, M, S"""
        return lines(self, SD_MARKS)

    @property
    def percentiles(self) -> Floats:
        """(rows, 7) values at PERCENTILES, printed or from L, M, S"""
        return lines(self, PERCENTILE_MARKS)

    @property
    def score_marks(self) -> tuple[str, ...]:
        """The printed columns that stand for z-scores: whole SD where there are, else percentiles."""
        whole = tuple(mark for mark in self.marks if mark in SD_MARKS)
        return whole or tuple(mark for mark in self.marks if mark.startswith("P"))

    @property
    def rows(self) -> Rows:
        """The same numbers as plain tuples."""
        return _rows(self)

    @property
    def nodes(self) -> tuple[float, ...]:
        """`x` for reading at one place, which an array makes ten times as slow."""
        return _nodes(self)


@dataclass(frozen=True, slots=True)
class Rows:
    """A table as tuples, one for each row; named as in `GrowthTable`."""

    x: tuple[float, ...]
    printed: tuple[tuple[float, ...], ...]
    """Values at SD_SCORES, then those at PERCENTILES"""
    lms: tuple[tuple[float, ...], ...]
    steps: frozenset[float]


@lru_cache(maxsize=256)
def _rows(table: GrowthTable) -> Rows:
    shown = np.hstack([table.sd, table.percentiles])
    return Rows(table.nodes, _tuples(shown), _tuples(table.lms), table.steps)


def _tuples(columns: Floats) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(row) for row in columns.tolist())


@lru_cache(maxsize=256)
def _nodes(table: GrowthTable) -> tuple[float, ...]:
    return tuple(table.x.tolist())


@lru_cache(maxsize=512)  # charts ask for the same lines again and again
def lines(table: GrowthTable, marks: tuple[str, ...]) -> Floats:
    """(rows, marks): the printed column where there is one, else the value with that z.

    Raises KeyError for what is no label and, where cut-offs are printed, for lines that no standard prints.
    """
    return np.column_stack([_line(table, mark) for mark in marks])


def _line(table: GrowthTable, mark: str) -> Floats:
    if mark in table.marks:
        return table.printed[:, table.marks.index(mark)]
    if table.marks and mark not in SD_MARKS + PERCENTILE_MARKS:
        raise KeyError(mark)
    return value_from_lms(z_of_mark(mark), table.lms)


def with_step(table: GrowthTable, at: float, taller_cm: float | None) -> GrowthTable:
    """The table with a left-hand limit inserted before the printed row at `at`, so that nothing mixes both sides.

    With `taller_cm` the limit is the row at `at` made that much longer (standing height as lying length; the spread
    in cm stays). With None it repeats the row before (BMI, whose change of position needs a height).
    """
    row = int(np.flatnonzero(table.x == at)[0])
    if taller_cm is None:
        printed, lms = table.printed[row - 1], table.lms[row - 1]
    else:
        power, median, spread = table.lms[row]
        longer = median + taller_cm
        printed = table.printed[row] + taller_cm
        lms = np.array([power, longer, spread * median / longer])
    return replace(
        table,
        x=np.insert(table.x, row, at),
        printed=np.insert(table.printed, row, printed, axis=0),
        lms=np.insert(table.lms, row, lms, axis=0),
    )


@dataclass(frozen=True, slots=True, eq=False)
class GrowthStandard:
    """One edition of one standard, complete enough to judge by."""

    rule_id: str
    edition: str
    effective: date
    clock: Clock
    tables: Mapping[tuple[Indicator, str], GrowthTable]
    levels: Mapping[Method, Scale]
    """The five levels of the Chinese standards; empty where the standard has none"""
    nutrition: Mapping[Indicator, Scale]
    """Only the indicators to which the standard gives a category beside the level"""
    flags: Mapping[Indicator, tuple[float, float]]
    """A z-score below the first or above the second is hardly a child's; it is given all the same"""
    ends_at_month: int
    """First completed month that the standard no longer speaks of."""
    standing_from_month: int
    """First completed month at which the tables hold standing height instead of lying length."""
    standing_shorter_cm: float
    """How much shorter the same body measures standing than lying."""
    standing_is_error_before_month: int = 0
    """A younger child reported as standing was written down wrongly: the position is ignored."""
    length_below_cm: float | None = None
    """Where neither age nor position is known, a shorter child is read in the table for length; None: such a child is not
    judged by this standard"""
    bmi_decimals: int | None = None
    """To how many decimals the standard rounds the BMI before it compares; None: it is not rounded"""
    continued_by: tuple[str, ...] = ()
    """Ids of the standards that judge who has outgrown this one"""

    @property
    def restricted(self) -> frozenset[Indicator]:
        """Indicators whose z-scores beyond ±3 are measured in steps of the outermost SD."""
        return frozenset(indicator for (indicator, _), table in self.tables.items() if table.restricted)
