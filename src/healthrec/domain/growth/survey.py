"""A whole table of children judged at once, by a standard and by those that continue it.

What `evaluate` says of one child, `Survey.judged` says of every row: the same ages, corrections and core.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from healthrec.domain.growth.ages import Ages, ages, corrected
from healthrec.domain.growth.assess import Scores, score
from healthrec.domain.growth.cohort import BIT, INDICATORS, REASON, Cohort, Index, readings
from healthrec.domain.growth.lms import Floats, percentiles_of
from healthrec.domain.growth.numbers import MANY
from healthrec.domain.growth.rows import Rows, Truths
from healthrec.domain.growth.ruler import Codes, Ints, Ruler, ruler
from healthrec.domain.growth.rules import GrowthRules
from healthrec.domain.growth.standard import GrowthStandard, Method

_BEYOND = REASON["age-beyond-standard"]


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """One index of all rows. `z` has two decimals, `percentile` one; both are not numbers where there is none. `levels`
    by method and `category` are places in the survey's codes, -1 where there is none; `reason` says why what was measured has no result
    (see `cohort.REASON`; 0 for none)."""

    z: Floats
    percentile: Floats
    flagged: Truths
    levels: Mapping[Method, Codes]
    category: Codes
    reason: Codes

    @property
    def found(self) -> Truths:
        """Rows that have a result of any kind."""
        levels = [level >= 0 for level in self.levels.values()]
        return np.asarray(np.any([~np.isnan(self.z), self.category >= 0, *levels], axis=0))

    def take_over(self, at: Ints, other: Judged, rows: Ints) -> None:
        """Put some rows of another in the place of these."""
        for name in ("z", "percentile", "flagged", "category", "reason"):
            getattr(self, name)[at] = getattr(other, name)[rows]
        for method, level in self.levels.items():
            level[at] = other.levels[method][rows]


@dataclass(frozen=True, slots=True, eq=False)
class Surveyed:
    """What was found. `days` is the age that counted; `uncorrected` holds the z-scores by the age since birth of the rows
    that are `corrected`, not a number in the others; `applied` the rules that had a part in a row (see `cohort.BIT`);
    `continued` the rows that were judged by the standards that continue the first."""

    by_index: Mapping[Index, Judged]
    days: Floats
    corrected: Truths
    uncorrected: Mapping[Index, Floats]
    applied: NDArray[np.int64]
    continued: Truths


class Survey:
    """A standard with those that continue it, ready for any number of rows."""

    def __init__(self, rules: GrowthRules, standard: GrowthStandard) -> None:
        self._correction = rules.correction
        self._rulers = [ruler(one) for one in (standard, *rules.continuing(standard))]
        self.methods = tuple(dict.fromkeys(method for one in self._rulers for method in one.levels))
        self.level_codes = _together([judge.codes for one in self._rulers for judge in one.levels.values()])
        self.category_codes = _together([one.nutrition.codes for one in self._rulers])

    @property
    def editions(self) -> tuple[str, str]:
        """The names of the first standard and of those that continue it."""
        first, *others = (ruler.standard.edition for ruler in self._rulers)
        return first, " + ".join(others)

    def speaks_of(self, index: Index) -> bool:
        """Whether any of the standards has tables for it."""
        return any(INDICATORS.get(index, "wfl") in ruler.numbers for ruler in self._rulers)

    def judged(self, rows: Rows) -> Surveyed:
        """All rows."""
        standard = self._rulers[0].standard
        by_months, corrects = standard.clock == "months", standard.clock in ("months", "days")
        since_birth = ages(rows, by_months)
        counted = corrected(rows, since_birth, self._correction, by_months) if corrects else since_birth
        with np.errstate(all="ignore"):  # rows that cannot be judged are computed like the others, and blanked
            by_index, applied, continued = self._by_index(_cohort(rows, counted))
            uncorrected = self._uncorrected(rows, since_birth, counted.corrected)
        some = [judged.found for judged in by_index.values()]
        if some:
            applied |= (counted.months_from_days & np.any(some, axis=0)) * BIT["months-from-days"]
        return Surveyed(by_index, np.floor(counted.days + 0.5), counted.corrected, uncorrected, applied, continued)

    def _uncorrected(self, rows: Rows, since_birth: Ages, again: Truths) -> dict[Index, Floats]:
        """z-scores by the age since birth of the rows that are judged by a corrected one."""
        at = np.flatnonzero(again)
        if not at.size:
            return {}
        found, _, _ = self._by_index(_cohort(rows.part(at), since_birth.part(at)))
        return {index: _placed(np.nan, len(rows), at, judged.z) for index, judged in found.items()}

    def _by_index(self, cohort: Cohort) -> tuple[dict[Index, Judged], NDArray[np.int64], Truths]:
        """By the first standard; rows that have outgrown it by those that continue it, as far as they speak of the index."""
        found, applied = self._by_ruler(self._rulers[0], cohort)
        outgrown = np.zeros(len(cohort.sex), dtype=bool)
        for judged in found.values():
            outgrown |= judged.reason == _BEYOND
        at = np.flatnonzero(outgrown)
        continued = np.zeros(len(cohort.sex), dtype=bool)
        for following in self._rulers[1:] if at.size else ():
            more, applied_there = self._by_ruler(following, cohort.part(at))
            for index, judged in more.items():
                well = np.flatnonzero((judged.reason == 0) & judged.found)
                found[index].take_over(at[well], judged, well)
                applied[at[well]] |= applied_there[well]
                continued[at[well]] = True
        return found, applied, continued

    def _by_ruler(self, ruler: Ruler, cohort: Cohort) -> tuple[dict[Index, Judged], NDArray[np.int64]]:
        found: dict[Index, Judged] = {}
        applied = np.zeros(len(cohort.sex), dtype=np.int64)
        for reading in readings(ruler, cohort):
            scores = score(ruler, cohort.sex, reading, self.methods, MANY)
            measured = ~np.isnan(reading.value)
            applied |= np.where(measured & (scores.reason == 0), scores.applied, 0)
            found[reading.index] = self._judged(ruler, scores, measured)
        return found, applied

    def _judged(self, ruler: Ruler, scores: Scores, measured: Truths) -> Judged:
        nothing = np.full(measured.shape, -1, dtype=np.int8)
        levels = dict.fromkeys(self.methods, nothing) | {
            method: np.where(measured, _renumbered(ruler.levels[method].codes, self.level_codes)[level], -1)
            for method, level in scores.levels.items()
        }
        categories = _renumbered(ruler.nutrition.codes, self.category_codes)
        return Judged(
            scores.rounded,
            np.round(percentiles_of(scores.z), 1),
            scores.flagged,
            {method: level.astype(np.int8) for method, level in levels.items()},
            np.where(measured, categories[scores.category], -1).astype(np.int8),
            np.where(measured, scores.reason, 0).astype(np.int8),
        )


def _cohort(rows: Rows, ages: Ages) -> Cohort:
    measures = ("weight", "size", "head", "arm", "triceps", "subscapular")
    columns = {name: getattr(rows, name) for name in measures}
    return Cohort(
        sex=rows.sex,
        days=ages.days,
        months=ages.months,
        position=rows.position,
        gestation=rows.gestation,
        corrected=ages.corrected,
        oedema=False if rows.oedema is None else rows.oedema,
        **{name: None if column is None else np.where(column > 0, column, np.nan) for name, column in columns.items()},
    )


def _together(codes: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for some in codes for code in some))


def _renumbered(codes: tuple[str, ...], all_codes: tuple[str, ...]) -> Codes:
    """Place among all codes by place among some; the last, which is -1, stays."""
    return np.array([*(all_codes.index(code) for code in codes), -1], dtype=np.int8)


def _placed(empty: float, length: int, at: Ints, values: Floats) -> Floats:
    column = np.full(length, empty)
    column[at] = values
    return column
