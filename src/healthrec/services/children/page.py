"""A child's page and the pages about one of its numbers, made from the record as the reader may see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from healthrec import errors
from healthrec.domain.access import Action
from healthrec.domain.growth import GrowthStandard, evaluate
from healthrec.fhir.facts import DELEGATE, WEIGHT, dose
from healthrec.fhir.types import BASE
from healthrec.pages import child_page as pages
from healthrec.pages.child_documents import documents
from healthrec.pages.child_growth import GrowthSection, Shown, growth_section
from healthrec.pages.child_list import place_words, twin_badge
from healthrec.pages.child_page import Actions, ChildHead, ChildPage
from healthrec.pages.why_number import Why, why_number
from healthrec.services.accounts.powers import has
from healthrec.services.children.record import ChildRecord, as_measurement, open_record
from healthrec.services.context import Caller, Services
from healthrec.wording import Translator


def child_page(
    services: Services, caller: Caller, id_: str, words: Translator, *, chart: str = "", lines: str = ""
) -> ChildPage:
    """The page. Raises NotFound."""
    record = open_record(services, caller, id_)
    sections, requests, base = record.sections, record.of("ServiceRequest"), f"/children/{id_}"
    actions = _actions(services, caller, record, base)
    table = services.rulebook.warning_signs(services.today())
    shown = Shown(base, chart, lines, record.family, bool(actions.measure))
    papers = documents(
        record.of("DocumentReference"),
        record.of("Communication"),
        ("en" if words.language == "zh" else "zh") if actions.summary else "",
    )
    return ChildPage(
        child=full_head(record, words),
        actions=actions,
        family=record.family,
        growth=_growth(services, record, words, shown) if "growth" in sections else None,
        warnings=pages.signs(record.of("QuestionnaireResponse"), requests, table, base, words)
        if "warnings" in sections
        else None,
        doses=pages.doses(map(dose, record.of("Immunization"))) if "doses" in sections else None,
        visits=pages.visits(record.of("Encounter")) if "visits" in sections else None,
        documents=papers if "documents" in sections else None,
    )


def why(
    services: Services, caller: Caller, id_: str, indicator: str, day: date, words: Translator
) -> tuple[ChildHead, Why]:
    """How the number of one indicator on one day came about. Raises NotFound where there is none."""
    record = open_record(services, caller, id_, f"/why/{indicator}/{day.isoformat()}")
    on_day = [as_measurement(fact) for fact in record.measured() if fact.day == day]
    rules = services.rulebook.growth_rules(services.today())
    findings = [one for one in evaluate(rules, record.subject, on_day, record.method) if one.indicator == indicator]
    if not findings or "growth" not in record.sections or record.facts.birth_date is None:
        raise errors.NotFound(f"Patient/{id_}")
    name, source = standard_named(services, rules.standard, words)
    return head(record, words), why_number(findings[0], record.subject, rules, name, source, words)


def head(record: ChildRecord, words: Translator) -> ChildHead:
    """The short head of pages about the child."""
    place = record.place
    return ChildHead(
        name=record.row.name,
        href=f"/children/{record.row.id}",
        badge=twin_badge(record.row.birth_order, words),
        sex=record.row.sex,
        birth_date=date.fromordinal(record.row.birth_day) if record.row.birth_day else None,
        place=place_words((place.name, place.name_en), (place.parent, place.parent_en), words) if place else "",
    )


def full_head(record: ChildRecord, words: Translator) -> ChildHead:
    """The head of the child's own page."""
    facts, short = record.facts, head(record, words)
    kind, number = pages.identifier_shown(facts)
    return ChildHead(
        name=short.name,
        href=short.href,
        badge=short.badge,
        sex=short.sex,
        birth_date=short.birth_date,
        place=short.place,
        former_names=facts.former_names,
        centre=record.centre[1 if words.language == "en" else 0],
        identifier=number,
        identifier_kind=kind,
        identifier_absent=facts.identifier_absent_reason,
        guardians=pages.guardians(record.of("RelatedPerson"), whole=not record.family),
        notices=pages.notices(
            record.of("AllergyIntolerance"),
            record.of("Flag"),
            record.of("ServiceRequest"),
            words,
            family=record.family,
        ),
    )


def standard_named(services: Services, standard: GrowthStandard, words: Translator) -> tuple[str, str]:
    """(name, source) of a growth standard as its file says them."""
    for rule_set in services.rulebook.of_kind("growth-standard"):
        if rule_set.value is standard:
            name = rule_set.content["en" if words.language == "en" else "zh"]
            return f"{standard.edition} {name}", rule_set.source[0]
    return standard.edition, ""


def _growth(services: Services, record: ChildRecord, words: Translator, shown: Shown) -> GrowthSection:
    rules = services.rulebook.growth_rules(services.today())
    measured = [(as_measurement(fact), fact.notes) for fact in record.measured()]
    if record.facts.birth_date is None:
        return GrowthSection()
    name = standard_named(services, rules.standard, words)[0]
    return growth_section(measured, record.subject, rules, name, words, replace(shown, method=record.method))


def _actions(services: Services, caller: Caller, record: ChildRecord, base: str) -> Actions:
    """A link is shown to whoever may write such content; families get those about who looks."""
    audit = f"{base}/access" if has(services, caller, "access-log") else ""
    delegations = f"{base}/delegations" if _writes(services, caller, _DELEGATE) else ""
    if record.family:
        return Actions(audit=audit, delegations=delegations)
    return Actions(
        measure=f"{base}/measure" if _writes(services, caller, _MEASUREMENT) else "",
        warning_signs=f"{base}/warning-signs" if _writes(services, caller, _SCREENING) else "",
        dose=f"{base}/doses/new" if _writes(services, caller, _DOSE) else "",
        summary=f"{base}/summary" if _writes(services, caller, _SUMMARY) else "",
        audit=audit,
        guardians=f"{base}/guardians" if _writes(services, caller, _GUARDIAN, "amend") else "",
        delegations=delegations,
    )


def _writes(services: Services, caller: Caller, sample: Mapping[str, Any], action: Action = "create") -> bool:
    return any(services.rights.may_write(role, action, sample) for role in caller.roles)


_MEASUREMENT = {"resourceType": "Observation", "code": {"coding": [{"system": "http://loinc.org", "code": WEIGHT}]}}
_SCREENING = {"resourceType": "QuestionnaireResponse", "questionnaire": f"{BASE}Questionnaire/warning-signs"}
_DOSE = {"resourceType": "Immunization"}
_GUARDIAN = {"resourceType": "RelatedPerson"}
_DELEGATE = _GUARDIAN | {"relationship": [{"coding": [{"system": DELEGATE, "code": "FAMMEMB"}]}]}
_SUMMARY = {
    "resourceType": "DocumentReference",
    "type": {"coding": [{"system": f"{BASE}CodeSystem/document", "code": "family-summary"}]},
}
