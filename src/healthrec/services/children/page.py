"""A child's page, made from the record as the reader may see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from healthrec.domain.access import BIT, Action
from healthrec.fhir.facts import DELEGATE, WEIGHT, differs_from, dose
from healthrec.fhir.types import BASE
from healthrec.pages import child_page as pages
from healthrec.pages.child_documents import documents
from healthrec.pages.child_growth import GrowthSection, Shown, growth_section
from healthrec.pages.child_list import place_words, twin_badge
from healthrec.pages.child_page import Actions, ChildHead, ChildPage
from healthrec.pages.growth_change import GrowthChange, growth_change
from healthrec.pages.growth_points import Judged
from healthrec.services.accounts.powers import has
from healthrec.services.children.course import basis_of, course_of
from healthrec.services.children.judging import growth_standards, judged_by
from healthrec.services.children.record import ChildRecord, open_record
from healthrec.services.choices import choice
from healthrec.services.context import Caller, Services
from healthrec.services.record.dose_origin import HERE
from healthrec.store import admin
from healthrec.store.engine import Connection
from healthrec.wording import Translator


def child_page(
    services: Services, caller: Caller, id_: str, words: Translator, *, chart: str = "", large: bool = False
) -> ChildPage:
    """The page. Raises NotFound."""
    record = open_record(services, caller, id_)
    sections, requests, base = record.sections, record.of("ServiceRequest"), f"/children/{id_}"
    actions = _actions(services, caller, record, base)
    table = services.rulebook.warning_signs(services.today())
    shown = Shown(base, chart, record.family, bool(actions.measure), large)
    papers = documents(
        record.of("DocumentReference"),
        record.of("Communication"),
        ("en" if words.language == "zh" else "zh") if actions.summary else "",
    )
    judge = "growth" in sections and record.facts.birth_date is not None
    child = judged_by(services, record, words=words) if judge else None
    return ChildPage(
        child=full_head(record, words),
        actions=actions,
        family=record.family,
        growth=_growth(services, record, child, words, shown) if "growth" in sections else None,
        change=change_of(services, record, child, words) if child else None,
        warnings=pages.signs(record.of("QuestionnaireResponse"), requests, table, base, words)
        if "warnings" in sections
        else None,
        doses=pages.doses(dose(one) for one in record.of("Immunization") if not differs_from(one))
        if "doses" in sections
        else None,
        visits=pages.visits(record.of("Encounter")) if "visits" in sections else None,
        documents=papers if "documents" in sections else None,
    )


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


def _growth(
    services: Services, record: ChildRecord, child: Judged | None, words: Translator, shown: Shown
) -> GrowthSection:
    if child is None:
        return GrowthSection()
    return growth_section(child, growth_standards(services, record, words), words, replace(shown, method=record.method))


def change_of(services: Services, record: ChildRecord, child: Judged, words: Translator) -> GrowthChange:
    """What changed between measurings, until today."""
    today = services.today()
    with services.database.read() as connection:
        found = course_of(services, connection, record, child.rules, today, child.findings)
        told = {place for one in found.changes for place in one.places}
        places = {place: _named(connection, place, words) for place in told}
    rules_by_code = basis_of(services, today).items()
    basis = {code: (one.en if words.language == "en" else one.zh, one.status) for code, one in rules_by_code}
    return growth_change(found, basis, words, family=record.family, places=places)


def _named(connection: Connection, place: str, words: Translator) -> str:
    row = admin.place(connection, place)
    return "" if row is None else row.name_en if words.language == "en" else row.name


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
        give=f"{base}/vaccinate" if _gives(services, caller) else "",
        summary=f"{base}/summary" if _writes(services, caller, _SUMMARY) else "",
        audit=audit,
        guardians=f"{base}/guardians" if _writes(services, caller, _GUARDIAN, "amend") else "",
        delegations=delegations,
    )


def _gives(services: Services, caller: Caller) -> bool:
    """Whether doses are recorded where they are given, and by the caller."""
    if not (_writes(services, caller, _DOSE) and caller.viewer.classes & BIT["immunization"]):
        return False
    with services.database.read() as connection:
        return choice(connection, "dose-origin", caller.organization).value == HERE


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
