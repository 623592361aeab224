"""How a child grew, from the measurements that the reader may see, and where the rules about it come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from healthrec.domain.growth import Course, Finding, GrowthRules, Observed, course
from healthrec.fhir.facts import MeasurementFact
from healthrec.fhir.measuring import taking_of
from healthrec.rulebook.book import in_force
from healthrec.services.children.places import places_of
from healthrec.services.children.record import ChildRecord, as_measurement
from healthrec.services.context import Services
from healthrec.store.engine import Connection

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Basis:
    """Where a rule about change comes from, in Chinese and English, and how sure that is (confirmed, local, unconfirmed,
    policy, own)."""

    zh: str
    en: str
    status: str


def course_of(
    services: Services,
    connection: Connection,
    record: ChildRecord,
    rules: GrowthRules,
    day: date,
    findings: Sequence[Finding],
) -> Course:
    """How the child grew until that day; nothing of a child without a birth date. `findings` are what the rules say of its
    measurements."""
    if record.facts.birth_date is None:
        return Course()
    facts = [fact for fact in record.measured() if fact.day and fact.day <= day]
    documents = {one["id"]: one for one in record.of("Observation")}
    observed = _observed(connection, facts, [documents[fact.id] for fact in facts])
    until = [one for one in findings if one.day <= day]
    return course(rules, services.rulebook.growth_change(day), record.subject, observed, day, until)


def basis_of(services: Services, day: date) -> dict[str, Basis]:
    """Source and status of every rule about change in force on that day, by its code."""
    rules = in_force(list(services.rulebook.of_kind("growth-change")), day).content["rules"]
    return {code: Basis(rule["zh"], rule["en"], rule["status"]) for code, rule in rules.items()}


def _observed(
    connection: Connection, facts: Sequence[MeasurementFact], documents: Sequence[Document]
) -> list[Observed]:
    places = places_of(connection, documents)
    return [
        Observed(as_measurement(fact), places.get(fact.id, ""), taking_of(document).circumstances)
        for fact, document in zip(facts, documents, strict=True)
    ]
