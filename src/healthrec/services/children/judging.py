"""A child's growth judged by a standard, and the standards with their names and sources."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from healthrec.domain.growth import GrowthStandard
from healthrec.fhir.measuring import taking_of
from healthrec.pages.growth_page import Standards
from healthrec.pages.growth_points import Judged, judged
from healthrec.pages.growth_reference import Named
from healthrec.pages.measure import taking_words
from healthrec.services.children.record import ChildRecord, as_measurement
from healthrec.services.context import Services
from healthrec.wording import Translator


def judged_by(
    services: Services,
    record: ChildRecord,
    standard: str = "",
    day: date | None = None,
    words: Translator | None = None,
) -> Judged:
    """The child's measurements (of one day, where one is given) judged by a standard, "" for the one that the child's
    organisation judges by. With `words` the remarks also say how each was taken, and to staff why an odd value is right."""
    rules = services.rulebook.growth_rules(services.today(), standard or record.standard)
    facts = [fact for fact in record.measured() if day is None or fact.day == day]
    remarks = _remarks(record, words) if words else {}
    measured = [(as_measurement(fact), (*remarks.get(fact.id, ()), *fact.notes)) for fact in facts]
    return judged(measured, record.subject, rules, record.method)


def _remarks(record: ChildRecord, words: Translator) -> dict[str, tuple[str, ...]]:
    """Words about how each value was taken, by id of the Observation."""
    takings = {one["id"]: taking_of(one) for one in record.of("Observation")}
    if record.family:
        takings = {id_: replace(one, reason="", reason_text="") for id_, one in takings.items()}
    return {id_: taking_words(one, words) for id_, one in takings.items()}


def growth_standards(services: Services, record: ChildRecord, words: Translator) -> Standards:
    """All there are, and the one that the child's organisation judges by."""
    by_id = services.rulebook.growth.standards
    named = {id_: standard_named(services, standard, words) for id_, standard in by_id.items()}
    return Standards(by_id, named, record.standard)


def standard_named(services: Services, standard: GrowthStandard, words: Translator) -> Named:
    """A growth standard as its file says it."""
    for rule_set in services.rulebook.of_kind("growth-standard"):
        if rule_set.value is standard:
            name = rule_set.content["en" if words.language == "en" else "zh"]
            named = standard.edition.split()[0] in name
            return Named(name if named else f"{standard.edition} {name}", rule_set.source[0], rule_set.status)
    return Named(standard.edition, "", "confirmed")
