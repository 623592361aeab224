"""How somebody measures, as his own page shows it: digits, repeated readings, what to do about it. Never a rank."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from healthrec.domain.growth import Measure
from healthrec.domain.growth.measurers import LastDigits, Repeatability
from healthrec.wording import Translator

_TONES: Final = {"acceptable": "waiting", "problematic": "attention"}


@dataclass(frozen=True, slots=True)
class Digit:
    """How often one last digit comes; `most` is the count of the commonest, for a bar."""

    digit: int
    count: int
    most: int


@dataclass(frozen=True, slots=True)
class DigitsShown:
    """The last digits of one measure, and what they say."""

    measure: str
    total: int
    sentence: str
    grade: str
    tone: str
    digits: tuple[Digit, ...]


@dataclass(frozen=True, slots=True)
class RepeatedShown:
    """How repeated readings of one measure agree."""

    measure: str
    sentence: str


def digits_shown(found: Iterable[LastDigits], words: Translator) -> tuple[DigitsShown, ...]:
    """One part for each measure."""
    return tuple(
        DigitsShown(
            words.term("measure", one.measure),
            one.total,
            _digits_sentence(one, words),
            words.term("digit-preference", one.preference),
            _TONES.get(one.preference, "neutral"),
            tuple(Digit(digit, count, max(one.counts)) for digit, count in enumerate(one.counts)),
        )
        for one in found
    )


def repeated_shown(found: Iterable[Repeatability], words: Translator) -> tuple[RepeatedShown, ...]:
    """One part for each measure that was measured twice."""
    return tuple(RepeatedShown(words.term("measure", one.measure), _repeated_sentence(one, words)) for one in found)


def _digits_sentence(one: LastDigits, words: Translator) -> str:
    favourites = words.listed([str(digit) for digit in one.favourites])
    key = one.preference if one.preference in ("too-few", "chance") else "preferred" if favourites else "uneven"
    return words.message(f"measuring.digits-{key}", digits=favourites, score=f"{one.score:g}", total=one.total)


def _repeated_sentence(one: Repeatability, words: Translator) -> str:
    if one.error is None:
        return words.message("measuring.repeated-few", pairs=one.pairs, beyond=one.beyond)
    error = words.quantity(f"{one.error:g}", _unit(one.measure))
    return words.message(
        "measuring.repeated", pairs=one.pairs, beyond=one.beyond, error=error, percent=f"{one.percent:g}"
    )


def _unit(measure: Measure) -> str:
    return "kg" if measure == "weight" else "cm"
