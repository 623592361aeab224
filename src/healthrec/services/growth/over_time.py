"""A child's growth over time as one reader may see it: every measurement judged, every step, every finding about change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from healthrec import errors
from healthrec.domain.growth import (
    Course,
    EntryCheck,
    Finding,
    GrowthRules,
    Indicator,
    Measure,
    check_entry,
    evaluate_series,
)
from healthrec.errors import Issue
from healthrec.fhir.facts import MeasurementFact
from healthrec.fhir.measuring import MEASURES, taking_of
from healthrec.services.children.course import Basis, basis_of, course_of
from healthrec.services.children.record import ChildRecord, as_measurement, read_record
from healthrec.services.context import Caller, Services
from healthrec.store.engine import Connection

_MEASURES_OF: Mapping[Indicator, tuple[Measure, ...]] = {
    "lhfa": ("length", "height"),
    "hcfa": ("head",),
    "acfa": ("arm",),
    "wfl": ("weight", "length", "height"),
    "wfh": ("weight", "length", "height"),
    "bfa": ("weight", "length", "height"),
}
"""Indicator → what it is computed from, the measurement that carries it first; weight for all others."""

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the standard says about one indicator of a measurement; `sources` are the ids of all Observations behind it."""

    finding: Finding
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OverTime:
    """`measured` goes by day; each Observation as it stands, with what it completes. `doubts` is by its id: what
    is hard to believe of it beside what was measured before, and whether somebody confirmed it. `basis` is by code of the change."""

    rules: GrowthRules
    measured: tuple[tuple[Document, tuple[Judgement, ...]], ...]
    doubts: Mapping[str, tuple[tuple[EntryCheck, bool], ...]]
    course: Course
    basis: Mapping[str, Basis]


def growth_over_time(
    services: Services, caller: Caller, id_: str, *, on: date | None = None, standard: str = ""
) -> OverTime:
    """As of a day, by the rules in force on it; the read is audited before it answers. For staff.

    Raises NotFound, NotAllowed (a guardian reads the pages made for him), Refused for a standard that is not known.
    """
    day = on or services.today()
    if standard and standard not in services.rulebook.growth.standards:
        known = ", ".join(sorted(services.rulebook.growth.standards))
        params = {"found": standard[:40], "allowed": known}
        raise errors.Refused(Issue("value", "growth.unknown-standard", "standard", params))
    with services.database.read() as connection:
        record = read_record(services, connection, caller, id_)
        if record.family:
            raise errors.NotAllowed("growth.for-staff")
        if "growth" not in record.sections:
            raise errors.NotFound(f"Patient/{id_}")
        found = over_time(services, connection, record, day, standard)
    audit = caller.audit(services, "read", f"Patient/{id_}/$growth", child=record.row.key, count=len(found.measured))
    services.committer.commit(audit)
    return found


def over_time(
    services: Services, connection: Connection, record: ChildRecord, day: date, standard: str = ""
) -> OverTime:
    """The same of a record that is open already."""
    rules = services.rulebook.growth_rules(day, standard or record.standard)
    facts = [fact for fact in record.measured() if fact.day and fact.day <= day]
    documents = {one["id"]: one for one in record.of("Observation")}
    measured = [as_measurement(fact) for fact in facts] if record.facts.birth_date else []
    findings = evaluate_series(rules, record.subject, measured, record.method)
    return OverTime(
        rules,
        tuple((documents[fact.id], tuple(_judgements(fact, facts, findings))) for fact in facts),
        _doubts(record, facts, documents, rules),
        course_of(services, connection, record, rules, day, findings),
        basis_of(services, day),
    )


def _doubts(
    record: ChildRecord, facts: Sequence[MeasurementFact], documents: Mapping[str, Document], rules: GrowthRules
) -> dict[str, tuple[tuple[EntryCheck, bool], ...]]:
    """What came over the API was not asked about when it came; so it is asked now, as if each day were typed today."""
    found: dict[str, tuple[tuple[EntryCheck, bool], ...]] = {}
    for day in sorted({fact.day for fact in facts if fact.day}) if record.facts.birth_date else ():
        of_day = {MEASURES[fact.code]: fact for fact in facts if fact.day == day}
        takings = {measure: taking_of(documents[fact.id]) for measure, fact in of_day.items()}
        told = frozenset(one for taking in takings.values() for one in taking.circumstances)
        before = [as_measurement(fact) for fact in facts if fact.day and fact.day < day]
        entered = [as_measurement(fact) for fact in of_day.values()]
        for check in check_entry(record.subject, before, entered, rules, day, told):
            if check.severity != "unusual":
                confirmed = bool(takings[check.measure].reason)
                id_ = of_day[check.measure].id
                found[id_] = (*found.get(id_, ()), (check, confirmed))
    return found


def _judgements(
    fact: MeasurementFact, facts: Sequence[MeasurementFact], findings: Sequence[Finding]
) -> list[Judgement]:
    """What is judged of the day and carried by this measurement; of two values of one measure the later carries it."""
    latest = {MEASURES[one.code]: one.id for one in facts if one.day == fact.day}
    found = []
    for finding in findings:
        sources = tuple(
            latest[measure] for measure in _MEASURES_OF.get(finding.indicator, ("weight",)) if measure in latest
        )
        if finding.day == fact.day and sources[:1] == (fact.id,):
            found.append(Judgement(finding, sources))
    return found
