"""Children who may be one: shown to a person side by side, never made one by a program (twins differ by a character)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from healthrec.domain.names import likeness, likeness_keys
from healthrec.domain.roster.cells import Problem, Severity

MatchKind = Literal[
    "same-number", "same-name-and-birth-date", "namesake", "likely-twins", "look-alike", "birth-date-differs"
]
"""same-number: one identity number. same-name-and-birth-date: and not two different numbers. namesake: the same, with
two different numbers. likely-twins: one birth date, names one character apart, a phone shared. look-alike: the same
without the phone. birth-date-differs: one name, a phone shared, two birth dates. The strongest comes first."""

COMPARED_PER_KEY = 50
MATCHES_TOLD = 5
"""Only so many others are compared for each thing two children share, and only the strongest matches of a person told,
so that a file of one row ten thousand times stays cheap and readable."""


@dataclass(frozen=True, slots=True)
class Person:
    """What is compared. `key` says who it is to the caller; `number` is a sound identity number or ""."""

    key: str
    name: str
    birth_date: date | None
    number: str = ""
    phones: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Match:
    key: str
    other: str
    kind: MatchKind


def find_matches(persons: Iterable[Person], known: Iterable[Person]) -> tuple[Match, ...]:
    """For each person the known ones that he may be, in the order given."""
    index = _Index()
    for one in known:
        index.add(one)
    return tuple(match for one in persons for match in index.matches(one))


def find_repeats(persons: Iterable[Person]) -> tuple[Match, ...]:
    """Matches within one file: each later row with the earlier ones."""
    index = _Index()
    found: list[Match] = []
    for one in persons:
        found += index.matches(one)
        index.add(one)
    return tuple(found)


def compare(one: Person, other: Person) -> MatchKind | None:
    """What two persons have in common; None when nothing speaks for one child."""
    if one.number and one.number == other.number:
        return "same-number"
    alike = likeness(one.name, other.name)
    shared_phone = bool(one.phones & other.phones)
    if one.birth_date is None or one.birth_date != other.birth_date:
        dated = one.birth_date is not None and other.birth_date is not None
        return "birth-date-differs" if alike == "same" and shared_phone and dated else None
    if alike == "same":
        return "namesake" if one.number and other.number else "same-name-and-birth-date"
    if alike == "look-alike":
        return "likely-twins" if shared_phone else "look-alike"
    return None


_STRENGTH: tuple[MatchKind, ...] = get_args(MatchKind)

_SEVERITY: dict[MatchKind, Severity] = {
    "same-number": "error",
    "same-name-and-birth-date": "warning",
    "namesake": "note",
    "likely-twins": "note",
    "look-alike": "warning",
    "birth-date-differs": "warning",
}


def repeats(persons: Sequence[Person]) -> dict[str, tuple[Problem, ...]]:
    """Problems of the later row of each pair, by its key; the message names the earlier row's cell as `other`."""
    found: dict[str, tuple[Problem, ...]] = defaultdict(tuple)
    for match in find_repeats(persons):
        code = f"roster.repeat-{match.kind}"
        found[match.key] += (Problem(match.key, code, _SEVERITY[match.kind], {"other": match.other}),)
    return dict(found)


class _Index:
    """Persons by what they may share. Nameless rows share nothing but a number."""

    def __init__(self) -> None:
        self._persons: dict[tuple[object, ...], list[Person]] = defaultdict(list)

    def add(self, one: Person) -> None:
        for key in _keys(one):
            bucket = self._persons[key]
            if len(bucket) < COMPARED_PER_KEY:
                bucket.append(one)

    def matches(self, one: Person) -> list[Match]:
        shared = {other.key: other for key in sorted(_keys(one), key=repr) for other in self._persons.get(key, ())}
        kinds = ((other.key, compare(one, other)) for other in shared.values())
        found = [Match(one.key, other, kind) for other, kind in kinds if kind is not None]
        return sorted(found, key=lambda match: _STRENGTH.index(match.kind))[:MATCHES_TOLD]


def _keys(one: Person) -> set[tuple[object, ...]]:
    keys: set[tuple[object, ...]] = {("number", one.number)} if one.number else set()
    if one.name and one.birth_date:
        keys |= {("born", one.birth_date, part) for part in likeness_keys(one.name)}
        keys |= {("phone", phone, one.name) for phone in one.phones}
    return keys
