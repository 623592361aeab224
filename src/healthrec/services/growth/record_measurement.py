"""Record, correct and take back what was measured on one day.

What no living child measures is refused; what is implausible asks for a reason, which is kept with the value; a value that
was changed meanwhile is shown beside the new one and never overwritten unseen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from healthrec import errors
from healthrec.domain.growth import EntryCheck, Measure, Measurement, check_entry
from healthrec.domain.quantity import Measured, Reading, Unclear, parse_quantity
from healthrec.domain.roster.dates import read_date
from healthrec.errors import Issue
from healthrec.fhir.facts import MeasurementFact
from healthrec.services.children.record import MEASURES, ChildRecord, as_measurement, open_record
from healthrec.services.context import Caller, Services
from healthrec.services.record.write import Change, Written, apply

_CODES: Mapping[Measure, str] = {measure: code for code, measure in MEASURES.items()}
_VITAL_SIGNS = {"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "vital-signs"}
_ENTRY_FIELDS = ("date", "weight", "posture", "length", "head")


@dataclass(frozen=True, slots=True)
class Entry:
    """A day's values as they were typed. `remarks` and `reason` are sentences to keep; `bases` says which version of
    which Observation is being corrected, by field; `confirmed` that implausible values were looked at again."""

    date: str
    weight: str = ""
    posture: str = ""
    length: str = ""
    head: str = ""
    remarks: tuple[str, ...] = ()
    reason: str = ""
    confirmed: bool = False
    bases: Mapping[str, tuple[str, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Saved when `written` holds something. Otherwise what stands in the way: readings that are unclear and issues, by
    field, or implausible values that ask for a reason; `checks` are all remarks."""

    written: tuple[Written, ...] = ()
    unclear: Mapping[str, Unclear] = field(default_factory=dict)
    issues: Mapping[str, Issue] = field(default_factory=dict)
    checks: tuple[EntryCheck, ...] = ()
    stale: Mapping[str, MeasurementFact] = field(default_factory=dict)

    @property
    def impossible(self) -> tuple[EntryCheck, ...]:
        """What blocks."""
        return tuple(check for check in self.checks if check.severity == "impossible")

    @property
    def implausible(self) -> tuple[EntryCheck, ...]:
        """What asks for a reason."""
        return tuple(check for check in self.checks if check.severity == "implausible")


@dataclass(frozen=True, slots=True)
class Day:
    """The values of one day as they stand, by field, with the version that each one has now."""

    facts: Mapping[str, MeasurementFact]
    bases: Mapping[str, tuple[str, int]]


def on_day(record: ChildRecord, day: date) -> Day:
    """What was measured on that day; of two values of one field the later one."""
    facts = {_field(fact): fact for fact in record.measured() if fact.day == day}
    bases = {name: (fact.id, record.versions[f"Observation/{fact.id}"]) for name, fact in facts.items()}
    return Day(facts, bases)


def record_measurement(
    services: Services, caller: Caller, child: str, entry: Entry, *, command_id: str = ""
) -> Outcome:
    """Write the day's values in one transaction, or say what stands in the way. Raises NotFound, NotAllowed."""
    record = open_record(services, caller, child, "/measure")
    day, readings, outcome = _read(services, entry)
    if day is None or outcome.unclear or outcome.issues:
        return outcome
    entered = [Measurement(_measure(name, entry), one.value, day) for name, one in readings.items()]
    standing = on_day(record, day)
    if taken := _taken(entry, readings, standing):
        return replace(outcome, issues=taken)
    if stale := _stale(entry, standing):
        return replace(outcome, stale=stale)
    checks = _checks(services, record, entered)
    outcome = replace(outcome, checks=checks)
    if outcome.impossible or (outcome.implausible and not (entry.confirmed and entry.reason)):
        return outcome
    changes = [_change(record, caller, child, one, entry, standing) for one in entered]
    written = apply(services, caller, [one for one in changes if one], command_id=command_id) if any(changes) else []
    return replace(outcome, written=tuple(written))


def take_back(
    services: Services, caller: Caller, child: str, day: date, reason: str, *, command_id: str = ""
) -> list[Written]:
    """Mark all values of that day as entered in error, the reason kept. Raises NotFound, Refused without a reason."""
    if not reason.strip():
        raise errors.Refused(Issue("required", "measure.reason-needed", "reason"))
    record = open_record(services, caller, child, "/measure")
    found = [
        one
        for one in record.of("Observation")
        if one["id"] in {fact.id for fact in record.measured() if fact.day == day}
    ]
    if not found:
        raise errors.NotFound(f"Patient/{child}")
    changes = [
        Change(
            "PUT",
            "Observation",
            {**one, "status": "entered-in-error", "note": [*one.get("note", ()), {"text": reason.strip()}]},
            one["id"],
            record.versions[f"Observation/{one['id']}"],
        )
        for one in found
    ]
    return apply(services, caller, changes, command_id=command_id, reason="entered-in-error")


def _read(services: Services, entry: Entry) -> tuple[date | None, dict[str, Measured], Outcome]:
    issues: dict[str, Issue] = {}
    day = read_date(entry.date).day
    if day is None:
        issues["date"] = Issue("value", "measure.date-unreadable", "date")
    typed: dict[str, Reading] = {
        "weight": parse_quantity(entry.weight, "weight"),
        "length": parse_quantity(entry.length, "length"),
        "head": parse_quantity(entry.head, "length"),
    }
    unclear = {name: one for name, one in typed.items() if isinstance(one, Unclear)}
    readings = {name: one for name, one in typed.items() if isinstance(one, Measured)}
    if not readings and not unclear:
        issues["weight"] = Issue("required", "measure.nothing", "weight")
    if "length" in readings and entry.posture not in ("lying", "standing"):
        issues["posture"] = Issue("required", "measure.posture-needed", "posture")
    return day, readings, Outcome(unclear=unclear, issues=issues)


def _checks(services: Services, record: ChildRecord, entered: Sequence[Measurement]) -> tuple[EntryCheck, ...]:
    if record.facts.birth_date is None:
        return ()
    rules = services.rulebook.growth_rules(services.today())
    so_far = [as_measurement(fact) for fact in record.measured()]
    return check_entry(record.subject, so_far, entered, rules, services.today())


def _taken(entry: Entry, readings: Mapping[str, Measured], standing: Day) -> dict[str, Issue]:
    """A second value of the same day is a correction of the first, and has to say so."""
    return {
        name: Issue("duplicate", "measure.already", name, {"found": " ".join(standing.facts[name].written)})
        for name in readings
        if name in standing.facts and name not in entry.bases
    }


def _stale(entry: Entry, standing: Day) -> dict[str, MeasurementFact]:
    return {
        name: standing.facts[name]
        for name, base in entry.bases.items()
        if name in standing.facts and standing.bases[name] != base
    }


def _change(
    record: ChildRecord, caller: Caller, child: str, one: Measurement, entry: Entry, standing: Day
) -> Change | None:
    """A new Observation, or a corrected version of the one that stood; None where nothing changed."""
    name = next(field for field in ("weight", "length", "head") if _measure(field, entry) == one.measure)
    notes = [{"text": text} for text in (*entry.remarks, entry.reason) if text]
    content: dict[str, Any] = {
        "code": {"coding": [{"system": "http://loinc.org", "code": _CODES[one.measure]}]},
        "valueQuantity": {
            "value": _exact(one.value),
            "unit": one.unit,
            "system": "http://unitsofmeasure.org",
            "code": one.unit,
        },
    }
    if name not in standing.facts:
        return Change("POST", "Observation", _observation(caller, child, one.day, content, notes))
    fact = standing.facts[name]
    if fact.value == one.value and fact.code == _CODES[one.measure] and not notes:
        return None
    before = next(found for found in record.of("Observation") if found["id"] == fact.id)
    corrected = {**before, **content, "status": "corrected", "performer": [{"reference": caller.person_reference}]}
    if notes:
        corrected["note"] = [*before.get("note", ()), *notes]
    return Change("PUT", "Observation", corrected, fact.id, entry.bases[name][1])


def _observation(
    caller: Caller, child: str, day: date, content: Mapping[str, Any], notes: Sequence[Mapping[str, str]]
) -> dict[str, Any]:
    document: dict[str, Any] = {
        "resourceType": "Observation",
        "status": "final",
        "category": [{"coding": [_VITAL_SIGNS]}],
        "code": content["code"],
        "subject": {"reference": f"Patient/{child}"},
        "effectiveDateTime": day.isoformat(),
        "valueQuantity": content["valueQuantity"],
    }
    if caller.person_reference:
        document["performer"] = [{"reference": caller.person_reference}]
    return document | ({"note": list(notes)} if notes else {})


def _measure(name: str, entry: Entry) -> Measure:
    if name == "length":
        return "height" if entry.posture == "standing" else "length"
    return "weight" if name == "weight" else "head"


def _field(fact: MeasurementFact) -> str:
    return {"weight": "weight", "head": "head"}.get(MEASURES[fact.code], "length")


def _exact(value: Decimal) -> Decimal:
    """Digits as they were written, without an exponent."""
    return Decimal(format(value, "f"))
