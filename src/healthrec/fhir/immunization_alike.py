"""Immunizations that say the same but for their id, their day and how they name the child: checked and read once, then known.

Of the doses of many children nearly all are among few. Whatever is not plainly one that was found right before is checked
and read as anything else; so this only ever says what the checks would say.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from healthrec.domain.immunization import DoseGiven
from healthrec.fhir.json import dump
from healthrec.fhir.primitives import date_range, is_valid

_MOST, _LONGEST = 4096, 4000
"""Kinds that are remembered, and the characters of one"""


class Kind:
    """Immunizations that say the same beside their id, their day and their child."""

    __slots__ = ("is_right", "said")

    def __init__(self) -> None:
        self.is_right = False
        """Whether one of them was checked and has no fault"""
        self.said: dict[str, DoseGiven | None] = {}
        """What one of them was read as by the codes of an edition; None: no dose was given"""


class Like(NamedTuple):
    """An Immunization of a kind, and its day."""

    kind: Kind
    day: date


class Alike:
    """The kinds that are remembered. Used by any number of threads."""

    def __init__(self) -> None:
        self._kinds: dict[str, Kind] = {}

    def like(self, parameter: Any) -> Like | None:
        """A parameter that is nothing but an Immunization of a whole day, with a right id; None for any other."""
        if not (isinstance(parameter, dict) and len(parameter) == 2 and parameter.get("name") == "immunization"):
            return None
        immunization: Any = parameter.get("resource")
        day = _plain_day(immunization) if isinstance(immunization, dict) else None
        if day is None:
            return None
        text = dump({**immunization, **_BLANKS})
        return Like(self._kinds.get(text) or self._new(text), day)

    def _new(self, text: str) -> Kind:
        if len(self._kinds) >= _MOST:
            self._kinds.clear()
        kind = Kind()
        if len(text) <= _LONGEST:
            self._kinds[text] = kind
        return kind


_BLANKS = dict.fromkeys(["id", "patient", "occurrenceDateTime"])
_PATIENT = re.compile(r"Patient/[A-Za-z0-9\-.]{1,64}")


def _plain_day(immunization: Mapping[str, Any]) -> date | None:
    """The day, where it is a whole one and what else is an Immunization's own is right beyond doubt."""
    text = immunization.get("occurrenceDateTime")
    day = _whole_day(text) if isinstance(text, str) else None
    if day is None or not is_valid("id", immunization.get("id", "absent")):
        return None
    if "patient" in immunization and not _is_plain(immunization["patient"]):
        return None
    return day


def _is_plain(child: Any) -> bool:
    """Whether it names a child by a reference, and does nothing else."""
    text = child.get("reference") if isinstance(child, dict) and len(child) == 1 else None
    return isinstance(text, str) and _PATIENT.fullmatch(text) is not None


@lru_cache(maxsize=8192)
def _whole_day(text: str) -> date | None:
    return date.fromisoformat(text) if len(text) == _DAY and date_range(text) else None


_DAY = len("2026-11-22")
