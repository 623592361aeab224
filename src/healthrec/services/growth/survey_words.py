"""What the columns that are added say of each row, in few words: why not, and by which rules of ours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from healthrec.domain.growth.cohort import BIT, NOT_JUDGED, REASON, Index, NotJudged
from healthrec.domain.growth.survey import Surveyed
from healthrec.services.growth.survey_cells import Name, Read
from healthrec.sheets.columns_out import Word
from healthrec.wording import Translator

_OF_THE_ROW: Final = frozenset(
    REASON[why]
    for why in ("sex-not-covered", "before-birth", "before-term", "age-unknown", "gestation-unknown", "not-at-birth",
                "not-preterm")
)  # fmt: skip
"""Reasons that hold for all that was measured"""


def reasons(read: Read, found: Surveyed, words: Translator) -> Word:
    """Why a row, or an index of it, was not judged; blank where all that is there was."""
    coded: dict[str, NDArray[np.int64]] = {name: bad.astype(np.int64) for name, bad in read.unreadable.items()}
    coded |= {index: judged.reason.astype(np.int64) for index, judged in found.by_index.items()}
    coded[""] = _nothing(found, read).astype(np.int64)

    def told(row: Mapping[str, int]) -> str:
        return words.listed([*_unreadable(row, read, words), *_not_judged(row, found, words)])

    return _combined(coded, len(read.rows), told)


def notes(found: Surveyed, words: Translator) -> Word:
    """The rules that had a part besides the standard's own."""

    def told(row: Mapping[str, int]) -> str:
        return words.listed([words.term("growth-applied", rule) for rule, bit in BIT.items() if row["applied"] & bit])

    return _combined({"applied": found.applied}, len(found.applied), told)


def _nothing(found: Surveyed, read: Read) -> NDArray[np.bool_]:
    """Rows with nothing that was judged and no other reason either."""
    nothing = np.ones(len(read.rows), dtype=bool)
    for judged in found.by_index.values():
        nothing &= ~judged.found & (judged.reason == 0)
    for bad in read.unreadable.values():
        nothing &= ~bad
    return nothing


def _unreadable(row: Mapping[str, int], read: Read, words: Translator) -> list[str]:
    bad: list[Name] = [name for name in read.unreadable if row[name]]
    told = [words.message("survey.unreadable", columns=", ".join(bad))] if bad else []
    return [*told, words.message("survey.nothing")] if row[""] else told


def _not_judged(row: Mapping[str, int], found: Surveyed, words: Translator) -> list[str]:
    by_reason: dict[NotJudged, list[Index]] = {}
    for index in found.by_index:
        if row[index]:
            by_reason.setdefault(NOT_JUDGED[row[index] - 1], []).append(index)
    return [
        words.term("growth-not-judged", why) + ("" if REASON[why] in _OF_THE_ROW else f" ({' '.join(indices)})")
        for why, indices in by_reason.items()
    ]


def _combined(columns: Mapping[str, NDArray[np.int64]], length: int, told: Callable[[Mapping[str, int]], str]) -> Word:
    """A word for each combination that occurs; rows in which all is 0 are blank."""
    numbered, combinations = np.zeros(length, dtype=np.int64), 1
    for column in columns.values():
        if most := int(column.max(initial=0)):
            numbered += combinations * column
            combinations *= most + 1
    rows = np.flatnonzero(numbered)
    places = np.full(length, -1, dtype=np.int32)
    _, first, places[rows] = np.unique(numbered[rows], return_index=True, return_inverse=True)
    return Word(places, [told({name: int(column[rows[at]]) for name, column in columns.items()}) for at in first])
