"""A day's measurements as they are typed, and read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import cast

from healthrec.domain.growth import Measure
from healthrec.domain.quantity import Dimension, Measured, Unclear, parse_quantity
from healthrec.domain.roster.dates import read_date
from healthrec.errors import Issue
from healthrec.fhir.measuring import Taking

FIELDS: Mapping[str, Dimension] = {"weight": "weight", "length": "length", "head": "length", "arm": "length"}
"""What a day's form asks for; `length` is length or height, as the posture says."""

MOST_READINGS = 3


@dataclass(frozen=True, slots=True)
class Entry:
    """A day's values as they were typed. `again` holds further readings by field; `clothing`, `state`, `devices` (by
    field, a reference) and `remarks` say how they were taken; `reason` (a code) and `reason_text` why an implausible one
    is right, `confirmed` that it was looked at again; `bases` which version of which Observation is corrected, by field.
    """

    date: str
    weight: str = ""
    posture: str = ""
    length: str = ""
    head: str = ""
    arm: str = ""
    again: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    clothing: str = ""
    state: str = ""
    devices: Mapping[str, str] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    reason: str = ""
    reason_text: str = ""
    confirmed: bool = False
    bases: Mapping[str, tuple[str, int]] = field(default_factory=dict)

    @property
    def explained(self) -> bool:
        """Whether implausible values were confirmed with a reason; "other" is none without words."""
        return self.confirmed and bool(self.reason_text or self.reason not in ("", "other"))

    def measure(self, name: str) -> Measure:
        """What a field measures."""
        if name == "length":
            return "height" if self.posture == "standing" else "length"
        return cast(Measure, name)

    def taking(self, name: str, readings: tuple[Measured, ...], *, asked: bool) -> Taking:
        """How the value of a field was taken; the reason is kept with a value that `asked` for one, were it only that a
        second reading bore it out."""
        reason = self.reason if self.explained else "remeasured"
        return Taking(
            readings=tuple(one.value for one in readings) if len(readings) > 1 else (),
            clothing=self.clothing,
            states=(self.state,) if self.state else (),
            reason=reason if asked else "",
            reason_text=self.reason_text if asked else "",
            device=self.devices.get(name, ""),
        )


@dataclass(frozen=True, slots=True)
class Typed:
    """An entry, read: the day (None where it cannot be read), readings by field, and what is wrong by the name of its box
    (`weight`, or `weight_2` for a further reading)."""

    day: date | None
    readings: Mapping[str, tuple[Measured, ...]]
    unclear: Mapping[str, Unclear]
    issues: Mapping[str, Issue]


def read_entry(entry: Entry) -> Typed:
    """Read every box."""
    boxes = {
        box: (name, parse_quantity(text, FIELDS[name]))
        for name in FIELDS
        for box, text in _boxes(name, (getattr(entry, name), *entry.again.get(name, ())))
    }
    unclear = {box: reading for box, (_, reading) in boxes.items() if isinstance(reading, Unclear)}
    measured: dict[str, list[Measured]] = {}
    for name, reading in boxes.values():
        if isinstance(reading, Measured):
            measured.setdefault(name, []).append(reading)
    readings = {name: tuple(found) for name, found in measured.items()}
    day = read_date(entry.date).day
    return Typed(day, readings, unclear, _issues(entry, day, readings, unclear))


def _boxes(name: str, texts: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(name if at == 0 else f"{name}_{at + 1}", text) for at, text in enumerate(texts[:MOST_READINGS])]


def _issues(
    entry: Entry, day: date | None, readings: Mapping[str, object], unclear: Mapping[str, object]
) -> dict[str, Issue]:
    issues: dict[str, Issue] = {}
    if day is None:
        issues["date"] = Issue("value", "measure.date-unreadable", "date")
    if not readings and not unclear:
        issues["weight"] = Issue("required", "measure.nothing", "weight")
    if "length" in readings and entry.posture not in ("lying", "standing"):
        issues["posture"] = Issue("required", "measure.posture-needed", "posture")
    return issues
