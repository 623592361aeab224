"""A file of many children in, the same file with z-scores, percentiles, flags and categories out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np

from healthrec.domain.growth import GrowthRules, Method, Survey
from healthrec.domain.growth.cohort import Index
from healthrec.domain.growth.survey import Judged, Surveyed
from healthrec.errors import Issue, Refused
from healthrec.rulebook import Rulebook
from healthrec.services.growth.survey_cells import AGES, MEASURES, NAMES, CellReader, Name, Read
from healthrec.services.growth.survey_words import notes, reasons
from healthrec.sheets.columns import Batch, Told, read_table
from healthrec.sheets.columns_out import Added, Flag, Number, Widened, Word, write_table
from healthrec.wording import Translator

_ALWAYS: Final[tuple[Index, ...]] = ("waz", "haz", "whz", "baz", "hcz")
_WITH: Final[Mapping[Index, Name]] = {"acz": "muac_cm", "tsz": "triceps_mm", "ssz": "subscapular_mm"}


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows there were, and how many of them have no result at all."""

    rows: int
    unjudged: int


def survey_file(
    rulebook: Rulebook,
    today: date,
    source: Path,
    target: Path,
    standard: str,
    named: Mapping[str, str],
    words: Translator,
    told: Told,
) -> Counts:
    """Judge every row of `source` by a standard (its id) and write `target`. `named` gives our column names the headings
    that the file has for them. Raises Refused when columns are missing or a file cannot be read."""
    if standard not in rulebook.growth.standards:
        raise _refused("survey.standard-unknown", found=standard, known=", ".join(rulebook.growth.standards))
    if source.resolve() == target.resolve():
        raise _refused("survey.same-file")
    table = read_table(source, told)
    rules = rulebook.growth_rules(today, standard)
    work = _Work(rules, _places(table.names, named), words)
    headings = [*table.names, *work.headings]
    if taken := [name for name in work.headings if name in table.names]:
        raise _refused("survey.columns-taken", columns=", ".join(taken))
    write_table(target, headings, work.widened(table.batches))
    return Counts(work.rows, work.unjudged)


def _places(headings: Sequence[str], named: Mapping[str, str]) -> dict[Name, int]:
    """Where each of our columns is. Raises Refused when one that is needed is not there."""
    if unknown := [name for name in named if name not in NAMES]:
        raise _refused("survey.name-unknown", columns=", ".join(unknown), known=", ".join(NAMES))
    if absent := [heading for heading in named.values() if heading not in headings]:
        raise _refused("survey.heading-absent", columns=", ".join(absent), found=", ".join(headings))
    wanted = {name: named.get(name, name) for name in NAMES}
    lowered = [heading.lower() for heading in headings]
    places = {name: lowered.index(heading.lower()) for name, heading in wanted.items() if heading.lower() in lowered}
    missing = [] if "sex" in places else ["sex"]
    if not any(all(name in places for name in age) for age in AGES):
        missing.append(" / ".join("+".join(age) for age in AGES))
    if not any(name in places for name in MEASURES):
        missing.append(" / ".join(MEASURES))
    if missing:
        raise _refused("survey.columns-missing", columns="; ".join(missing), found=", ".join(headings))
    return places


def _refused(key: str, **params: str) -> Refused:
    return Refused(Issue("value", key, params=params))


class _Work:
    """One file on its way."""

    def __init__(self, rules: GrowthRules, places: Mapping[Name, int], words: Translator) -> None:
        self.rows = self.unjudged = 0
        self._survey, self._reader, self._words = Survey(rules, rules.standard), CellReader(places), words
        with_column = [index for index, name in _WITH.items() if name in places]
        self._indices = (*_ALWAYS, *(index for index in with_column if self._survey.speaks_of(index)))
        self._early = "gestation_days" in places and rules.standard.clock in ("days", "months")
        self._editions = self._survey.editions

    @property
    def headings(self) -> list[str]:
        """Of the columns that are added."""
        parts = ["", "_percentile", "_flag", "_category", *(f"_level_{method}" for method in self._survey.methods)]
        early = ["corrected_age_days", *(f"{index}_uncorrected" for index in self._indices)] if self._early else []
        return [*(f"{index}{part}" for index in self._indices for part in parts), *early, "standard", "reason", "notes"]

    def widened(self, batches: Iterator[Batch]) -> Iterator[Widened]:
        """Each batch with what was found."""
        for batch in batches:
            read = self._reader.read(batch)
            found = self._survey.judged(read.rows)
            yield Widened(batch, [*self._added(read, found)])
            self.rows += len(batch)
            judged = np.zeros(len(batch), dtype=bool)
            for one in found.by_index.values():
                judged |= one.found
            self.unjudged += int((~judged).sum())

    def _added(self, read: Read, found: Surveyed) -> Iterator[Added]:
        for index in self._indices:
            yield from self._of_index(found.by_index.get(index), len(read.rows))
        if self._early:
            yield Number(np.where(found.corrected, found.days, np.nan), 0)
            nothing = np.full(len(read.rows), np.nan)
            yield from (Number(found.uncorrected.get(index, nothing), 2) for index in self._indices)
        yield Word(found.continued.astype(np.int8), self._editions)
        yield reasons(read, found, self._words)
        yield notes(found, self._words)

    def _of_index(self, judged: Judged | None, length: int) -> Iterator[Added]:
        methods: tuple[Method, ...] = self._survey.methods
        if judged is None:
            nothing, blank = np.full(length, np.nan), np.full(length, -1, dtype=np.int8)
            yield from (Number(nothing, 2), Number(nothing, 1), Flag(blank > 0, blank > 0), Word(blank, ()))
            yield from (Word(blank, ()) for _ in methods)
            return
        yield from (Number(judged.z, 2), Number(judged.percentile, 1), Flag(judged.flagged, ~np.isnan(judged.z)))
        yield Word(judged.category, self._survey.category_codes)
        yield from (Word(judged.levels[method], self._survey.level_codes) for method in methods)
