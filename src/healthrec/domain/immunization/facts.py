"""What the engine is told about one child: doses given, conditions, and what the asking place has chosen."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Child:
    """Who is asked about. `sex` is an administrative gender of FHIR; None where a value is not known."""

    birth: date
    sex: str = "unknown"
    birth_weight_g: int | None = None
    gestation_days: int | None = None


class DoseGiven(NamedTuple):
    """One vaccine dose administered. A named tuple, because it is made by the dozen.

    `vaccine` is a code of the schedule's vaccine list. "" is a historic dose of unknown product: `antigens` then says
    what it was against. `id` names the dose in findings and has no other meaning.
    """

    id: str
    vaccine: str
    day: date
    antigens: tuple[str, ...] = ()
    expiry: date | None = None
    """Last day on which the lot was good"""
    subpotent: bool = False
    """Spilt, spat out, cold chain broken: `Immunization.isSubpotent`"""


@dataclass(frozen=True, slots=True)
class Condition:
    """An observation about the child or its mother, by a code of immunization-condition.

    In force from `since` (None: always was) up to, not including, `until` (None: still). `vaccine` is what an
    anaphylaxis followed.
    """

    code: str
    since: date | None = None
    until: date | None = None
    vaccine: str = ""

    def holds_on(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True)
class Options:
    """What the asking place chose; nothing here changes what a dose is worth."""

    prefer: frozenset[str] = frozenset()
    """Vaccines of the place where a programme leaves the choice: JE-L or JE-I, HepA-L or HepA-I"""
    self_paid: bool = False
    """Forecast vaccines outside the programme too; one that was begun is always forecast"""
    remind_after_days: int | None = None
    """The place's own reminder, so many days after the recommended day, where the text sets no complete-before age"""
    without: frozenset[str] = field(default=frozenset())
    """Antigens that are not asked for"""
