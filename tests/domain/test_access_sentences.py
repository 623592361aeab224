"""The table of roles, sentence by sentence, written by hand and without a look at the YAML files."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.domain.access_town import ALWAYS, BASE, CHILD, DAY, FACTS, RIGHTS, YEAR, Person, coded, sees, staff

from healthrec.domain.access import (
    AccessFact,
    BreakGlass,
    ConsentGiven,
    Delegation,
    NamedOfficer,
    PanelMembership,
    Referral,
    Span,
)

LOINC = "http://loinc.org"
WEIGHT = coded("Observation", LOINC, "29463-7", status="final")
HAEMOGLOBIN = coded("Observation", LOINC, "718-7", status="final")
HIV_TEST = coded("Observation", LOINC, "75622-1", status="final")
ANAEMIA = coded("Condition", "http://hl7.org/fhir/sid/icd-10", "D50.9")
HIV = coded("Condition", "http://hl7.org/fhir/sid/icd-10", "B20.0")
ORPHAN = coded("Flag", BASE + "CodeSystem/special-child", "orphan")
CASE_FILE = coded("CarePlan", BASE + "CodeSystem/condition-category", "special-case", "category", status="active")
ALLERGY = {"resourceType": "AllergyIntolerance", "patient": CHILD}
SAFETY_CARD = coded("Flag", "http://terminology.hl7.org/CodeSystem/flag-category", "safety", "category")
CONTRAINDICATION = coded("Flag", BASE + "CodeSystem/flag-category", "contraindication", "category")
MEDICINE = coded("MedicationAdministration", BASE + "CodeSystem/medicine-place", "nursery", "category")
DOSE = {"resourceType": "Immunization", "patient": CHILD}
FAMILY_HISTORY = {"resourceType": "FamilyMemberHistory", "patient": CHILD}
REPORT = {"resourceType": "DiagnosticReport", "status": "final", "subject": CHILD}
DRAFT = {"resourceType": "DiagnosticReport", "status": "preliminary", "subject": CHILD}
PATIENT = {"resourceType": "Patient", "id": "mei"}
SIGNS = {
    "resourceType": "QuestionnaireResponse",
    "questionnaire": BASE + "Questionnaire/warning-signs|1.0",
    "subject": CHILD,
}
VISIT = {"resourceType": "QuestionnaireResponse", "questionnaire": BASE + "Questionnaire/guide-visit|1.0"}
DUTY = {"resourceType": "Task", "for": {"reference": "Organization/nursery"}}
ORGANISATION = {"resourceType": "Organization", "id": "nursery"}
AUDIT = {"resourceType": "AuditEvent"}

DOCTOR = staff("doctor", "centre")
VILLAGE_DOCTOR = staff("doctor", "station")
OTHER_DOCTOR = staff("doctor", "centre2")
VACCINATOR = staff("vaccinator", "centre")
NURSE = staff("nurse", "nursery")
OTHER_NURSE = staff("nurse", "nursery2")
CARER = staff("carer", "sun")
OTHER_CARER = staff("carer", "moon")
HEAD = staff("head", "nursery")
GUIDE = staff("guide", "nursery", YEAR)
OTHER_GUIDE = staff("guide", "nursery2", YEAR)
MOTHER = Person(guardian=("mother",))
OTHER_MOTHER = Person(guardian=("other",))
GRANDMOTHER = Person(delegate=("grandmother",))
SPECIALIST = staff("specialist", "hospital")
DISTRICT = staff("district", "district")
ADMIN = staff("admin", "district")
AUDITOR = staff("auditor", "district")
NURSERY = "organization:nursery"

SENTENCES: list[tuple[str, Person, dict[str, Any], bool]] = [
    ("a guardian sees the own child's weight", MOTHER, WEIGHT, True),
    ("a guardian sees the own child's doses", MOTHER, DOSE, True),
    ("a guardian sees a published report", MOTHER, REPORT, True),
    ("a guardian sees the special management of the own child", MOTHER, CASE_FILE, True),
    ("a guardian sees no draft", MOTHER, DRAFT, False),
    ("a guardian sees no restricted note", MOTHER, ORPHAN, False),
    ("a guardian sees no other child", OTHER_MOTHER, PATIENT, False),
    ("a nurse sees the safety card of a child enrolled", NURSE, SAFETY_CARD, True),
    ("a nurse sees growth", NURSE, WEIGHT, True),
    ("a nurse sees no single dose", NURSE, DOSE, False),
    ("a nurse sees no laboratory value", NURSE, HAEMOGLOBIN, False),
    ("a nurse sees no diagnosis", NURSE, ANAEMIA, False),
    ("a nurse sees no case file", NURSE, CASE_FILE, False),
    ("a nurse sees no special-child status", NURSE, ORPHAN, False),
    ("a nurse sees no family history", NURSE, FAMILY_HISTORY, False),
    ("a nurse sees HIV in no form", NURSE, HIV_TEST, False),
    ("a nurse of another nursery sees nothing", OTHER_NURSE, WEIGHT, False),
    ("a carer sees who is in the class", CARER, PATIENT, True),
    ("a carer sees the safety card", CARER, SAFETY_CARD, True),
    ("a carer sees allergies", CARER, ALLERGY, True),
    ("a carer sees medicine given in the nursery", CARER, MEDICINE, True),
    ("a carer sees no growth", CARER, WEIGHT, False),
    ("a carer sees no screening", CARER, SIGNS, False),
    ("a carer of the next class sees nothing", OTHER_CARER, SAFETY_CARD, False),
    ("a head sees no child", HEAD, PATIENT, False),
    ("a head sees no clinical content", HEAD, ANAEMIA, False),
    ("an assigned guide sees growth", GUIDE, WEIGHT, True),
    ("an assigned guide sees screening", GUIDE, SIGNS, True),
    ("an assigned guide sees the safety card", GUIDE, SAFETY_CARD, True),
    ("an assigned guide sees no diagnosis", GUIDE, ANAEMIA, False),
    ("a guide of other institutions sees nothing", OTHER_GUIDE, WEIGHT, False),
    ("a doctor sees a diagnosis in the own panel", DOCTOR, ANAEMIA, True),
    ("a doctor sees the case file", DOCTOR, CASE_FILE, True),
    ("a doctor sees special-child status", DOCTOR, ORPHAN, True),
    ("a doctor sees own drafts", DOCTOR, DRAFT, True),
    ("a village station's doctor has the centre's panel", VILLAGE_DOCTOR, ANAEMIA, True),
    ("a doctor outside the panel sees nothing", OTHER_DOCTOR, PATIENT, False),
    ("a vaccinator sees doses", VACCINATOR, DOSE, True),
    ("a vaccinator sees contraindications", VACCINATOR, CONTRAINDICATION, True),
    ("a vaccinator sees no case file", VACCINATOR, CASE_FILE, False),
    ("a vaccinator sees no diagnosis", VACCINATOR, ANAEMIA, False),
    ("a specialist without a referral sees nothing", SPECIALIST, PATIENT, False),
    ("a district officer sees no name", DISTRICT, PATIENT, False),
    ("a district officer sees no clinical note", DISTRICT, ANAEMIA, False),
    ("an administrator sees no child", ADMIN, PATIENT, False),
    ("an auditor sees no child", AUDITOR, PATIENT, False),
    ("a delegate nobody named sees nothing", GRANDMOTHER, PATIENT, False),
]


@pytest.mark.parametrize(("sentence", "person", "resource", "answer"), SENTENCES, ids=[row[0] for row in SENTENCES])
def test_of_a_child(sentence: str, person: Person, resource: dict[str, Any], answer: bool) -> None:
    assert sees(person, resource) is answer, sentence


@pytest.mark.parametrize("person", [DOCTOR, NURSE, MOTHER, AUDITOR, ADMIN, DISTRICT, Person()])
def test_no_grant_opens_the_audit(person: Person) -> None:
    for scope in ("child:mei", NURSERY, "anywhere"):
        assert not sees(person, AUDIT, scope)


def test_only_the_auditor_may_audit_and_only_the_administrator_keeps_accounts() -> None:
    powers = {
        power: [role for role in RIGHTS.roles if RIGHTS.has_power(role, power)]
        for power in ("audit", "accounts", "settings", "break-glass", "access-log")
    }
    assert powers == {
        "audit": ["auditor"],
        "accounts": ["admin"],
        "settings": ["admin"],
        "break-glass": ["doctor"],
        "access-log": ["doctor", "parent"],
    }


@pytest.mark.parametrize(
    ("person", "answer"),
    [
        (HEAD, True),
        (NURSE, True),
        (GUIDE, True),
        (DISTRICT, True),
        (OTHER_GUIDE, False),
        (OTHER_NURSE, False),
        (CARER, False),
        (MOTHER, False),
        (DOCTOR, False),
        (ADMIN, False),
        (AUDITOR, False),
    ],
)
def test_a_nurserys_own_work_is_open_to_head_nurse_assigned_guide_and_district(person: Person, answer: bool) -> None:
    assert sees(person, VISIT, NURSERY) is answer
    assert sees(person, DUTY, NURSERY) is answer


@pytest.mark.parametrize("person", [DOCTOR, CARER, MOTHER, AUDITOR, ADMIN, Person()])
def test_everybody_sees_the_directory(person: Person) -> None:
    assert sees(person, ORGANISATION, NURSERY)
    assert sees(person, {"resourceType": "CodeSystem"}, "anywhere")


def with_fact(fact: AccessFact) -> tuple[AccessFact, ...]:
    return (*FACTS, fact)


def test_a_specialist_sees_the_child_while_the_referral_is_open() -> None:
    facts = with_fact(Referral("mei", "hospital", Span(DAY, date(2026, 4, 1))))
    assert sees(SPECIALIST, ANAEMIA, facts=facts)
    assert not sees(SPECIALIST, ORPHAN, facts=facts)
    assert not sees(SPECIALIST, ANAEMIA, "child:other", facts=facts)
    assert not sees(SPECIALIST, ANAEMIA, facts=facts, day=date(2026, 4, 1))


def test_break_glass_opens_one_child_to_one_doctor_for_its_day() -> None:
    facts = with_fact(BreakGlass("mei", "doctor-centre2", Span(DAY, date(2026, 3, 3))))
    assert sees(OTHER_DOCTOR, ANAEMIA, facts=facts)
    assert not sees(OTHER_DOCTOR, HIV, facts=facts)
    assert not sees(OTHER_DOCTOR, DRAFT, facts=facts)
    assert not sees(OTHER_DOCTOR, ANAEMIA, facts=facts, day=date(2026, 3, 3))
    assert not sees(staff("doctor", "hospital"), ANAEMIA, facts=facts)


def test_the_named_officer_sees_special_child_status() -> None:
    facts = with_fact(NamedOfficer("mei", "doctor-centre2", ALWAYS))
    assert sees(OTHER_DOCTOR, ORPHAN, facts=facts)
    assert not sees(staff("doctor", "hospital"), ORPHAN, facts=facts)


def test_a_delegate_sees_what_the_guardian_named_and_never_more_than_the_ceiling() -> None:
    named = with_fact(Delegation("mei", "grandmother", ("care", "case"), YEAR))
    assert sees(GRANDMOTHER, WEIGHT, facts=named)
    assert not sees(GRANDMOTHER, DOSE, facts=named)
    assert not sees(GRANDMOTHER, CASE_FILE, facts=named)


def test_a_guardians_consent_opens_a_nursery_no_more_than_care() -> None:
    facts = with_fact(ConsentGiven("mei", "nurse", "nursery2", ("care", "clinical", "restricted"), YEAR))
    assert sees(OTHER_NURSE, WEIGHT, facts=facts)
    assert not sees(OTHER_NURSE, ANAEMIA, facts=facts)
    assert not sees(OTHER_NURSE, ORPHAN, facts=facts)


def test_a_second_panel_under_contract_opens_the_child_to_both_centres() -> None:
    facts = with_fact(PanelMembership("mei", "centre2", YEAR))
    assert sees(OTHER_DOCTOR, ANAEMIA, facts=facts)
    assert sees(DOCTOR, ANAEMIA, facts=facts)


def test_a_guide_who_is_also_a_doctor_keeps_each_role_to_its_own_children() -> None:
    both = Person((*GUIDE.roles, *OTHER_DOCTOR.roles), "both")
    assert sees(both, WEIGHT)
    assert not sees(both, ANAEMIA)
