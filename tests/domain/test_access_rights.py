"""Every role x type x action, from the files; and what must be true of the files whatever they say."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from tests.domain.access_town import BASE, CHILD, GRANTS_DATA, RIGHTS, RIGHTS_DATA, RULES, TYPES_DATA, coded

from healthrec.domain.access import ACTIONS, BIT, CLASSES, ROLES, classes_in, grant_rules_from, mask, rights_from
from healthrec.domain.access.classes import AccessClass, Role
from healthrec.domain.access.principals import ONLY_WHERE_HELD
from healthrec.errors import Refused

LOINC = "http://loinc.org"
ICD10 = "http://hl7.org/fhir/sid/icd-10"
CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
EXPECTED_TYPES = (
    "Patient RelatedPerson Practitioner PractitionerRole Organization OrganizationAffiliation Location EpisodeOfCare "
    "Encounter Observation Immunization ImmunizationRecommendation ImmunizationEvaluation AdverseEvent Condition "
    "AllergyIntolerance FamilyMemberHistory Flag RiskAssessment DetectedIssue Procedure MedicationRequest "
    "MedicationAdministration Device ServiceRequest Task Appointment CarePlan CareTeam Goal Group Questionnaire "
    "QuestionnaireResponse DiagnosticReport DocumentReference Binary Composition Bundle Communication Consent Provenance "
    "AuditEvent List Measure MeasureReport ValueSet CodeSystem NamingSystem StructureDefinition SearchParameter "
    "Subscription"
)


def test_every_type_of_the_house_has_a_class() -> None:
    assert sorted(RIGHTS.types) == sorted(EXPECTED_TYPES.split())


def test_the_bits_are_these_for_ever() -> None:
    assert BIT == {
        "directory": 1,
        "care": 2,
        "immunization": 4,
        "clinical": 8,
        "case": 16,
        "restricted": 32,
        "internal": 64,
        "draft": 128,
        "maternal": 256,
        "audit": 0,
    }
    assert all(classes_in(mask([name])) == (name,) for name in CLASSES)
    assert classes_in(0b1010) == ("care", "clinical")


@pytest.mark.parametrize("role", ROLES)
def test_role_by_type_by_action_follows_the_files(role: Role) -> None:
    entry = RIGHTS_DATA["roles"][role]
    for type_, kinds in TYPES_DATA["types"].items():
        written = [kinds["otherwise"], *kinds.get("kinds", [])]
        for action in ACTIONS:
            for kind in written:
                narrowed = entry.get("only", {}).get(action, {}).get(kind["class"], [type_])
                expected = kind["class"] in entry[action] and type_ in narrowed
                if action in ("create", "amend"):
                    expected = expected and any(role in k["write"] for k in written if _can_be(k, kind["class"]))
                assert RIGHTS.may(role, action, kind["class"], type_) is expected, (type_, action, kind["class"])


def _can_be(kind: dict[str, Any], access_class: AccessClass) -> bool:
    """Content of a kind has its class, or a stricter one that a label may give."""
    line = RIGHTS.strictness
    by_label = access_class in ("case", "draft", "restricted") and kind["class"] in line
    return kind["class"] == access_class or (by_label and line.index(kind["class"]) < line.index(access_class))


@pytest.mark.parametrize("role", ROLES)
def test_nobody_writes_a_class_that_no_kind_of_the_type_can_have(role: Role) -> None:
    assert not RIGHTS.may(role, "create", "care", "Organization")
    assert not RIGHTS.may(role, "create", "audit", "AuditEvent")
    assert not RIGHTS.may(role, "see", "internal", "Patient")
    assert not RIGHTS.may(role, "see", "care", "Medication")


def test_only_the_auditor_sees_audit_events() -> None:
    assert [role for role in ROLES if RIGHTS.may(role, "see", "audit", "AuditEvent")] == ["auditor"]


@pytest.mark.parametrize("role", ROLES)
def test_who_sees_a_stricter_class_of_a_child_sees_the_looser_ones(role: Role) -> None:
    seen = [name in RIGHTS.roles[role].classes["see"] for name in RIGHTS.strictness]
    assert seen == sorted(seen, reverse=True), "or the strictest class of mixed content would open a part of it"


def test_what_tells_of_the_mother_is_for_clinics_and_mixes_with_nothing_that_others_see() -> None:
    seeing = [role for role in ROLES if RIGHTS.may(role, "see", "maternal", "Condition")]
    assert seeing == ["doctor", "vaccinator", "specialist"]
    assert RIGHTS.strictest(["maternal", "immunization", "care"]) == "maternal"
    for other in ("clinical", "case", "draft", "restricted"):
        assert RIGHTS.strictest(["maternal", other]) == "restricted"


@pytest.mark.parametrize("basis", sorted(set(RULES.bases) - {"institution", "assignment"}))
def test_the_grants_of_a_basis_open_whole_runs_of_classes_too(basis: Any) -> None:
    for rule in RULES.bases[basis]:
        seen = [bool(rule.classes & BIT[name]) for name in RIGHTS.strictness[1:]]
        if not rule.classes & BIT["restricted"]:
            assert seen == sorted(seen, reverse=True), rule


def test_no_writer_is_named_whose_ceiling_lacks_the_class() -> None:
    of_its_own_class = [item for item in TYPES_DATA["types"].items() if item[0] != "Binary"]
    for type_, kinds in of_its_own_class:
        for kind in [kinds["otherwise"], *kinds.get("kinds", [])]:
            for role in kind["write"]:
                allowed = RIGHTS.roles[role]
                may = any(allowed.allows(action, kind["class"], type_) for action in ("create", "amend", "sign"))
                assert may, (type_, kind, role)


def test_the_list_of_roles_that_count_only_where_held_is_the_same_in_code_and_file() -> None:
    assert RULES.only_where_held == ONLY_WHERE_HELD


QR: dict[str, Any] = {"resourceType": "QuestionnaireResponse"}
CLASS_OF: list[tuple[str, dict[str, Any], AccessClass]] = [
    ("weight", coded("Observation", LOINC, "29463-7"), "care"),
    ("a laboratory value", coded("Observation", LOINC, "718-7"), "clinical"),
    ("no code at all", {"resourceType": "Observation"}, "clinical"),
    ("text in place of a code", {"resourceType": "Observation", "code": {"text": "29463-7"}}, "clinical"),
    ("a code without a system", coded("Observation", "", "29463-7"), "clinical"),
    ("a malformed code", {"resourceType": "Observation", "code": {"coding": ["x"]}}, "clinical"),
    ("HIV laboratory test", coded("Observation", LOINC, "75622-1"), "restricted"),
    ("HIV disease by ICD-10", coded("Condition", ICD10, "B20.0"), "restricted"),
    ("HIV disease by another edition", coded("Condition", "urn:oid:1.2.3", "B24"), "restricted"),
    ("a neighbouring code", coded("Condition", ICD10, "B25.0"), "clinical"),
    ("safety card", coded("Flag", BASE + "CodeSystem/flag-category", "safety-card", "category"), "care"),
    ("any other flag", {"resourceType": "Flag"}, "clinical"),
    ("guide visit", QR | {"questionnaire": BASE + "Questionnaire/guide-visit|1.0"}, "internal"),
    (
        "guide visit of the nursery",
        QR
        | {"questionnaire": BASE + "Questionnaire/guide-visit", "subject": {"reference": "Organization/n/_history/2"}},
        "internal",
    ),
    (
        "a guide visit form about a child",
        QR | {"questionnaire": BASE + "Questionnaire/guide-visit|1.0", "subject": CHILD},
        "clinical",
    ),
    ("a form that begins alike", QR | {"questionnaire": BASE + "Questionnaire/guide-visit-child"}, "clinical"),
    ("warning signs", QR | {"questionnaire": BASE + "Questionnaire/warning-signs|2.0", "subject": CHILD}, "care"),
    ("a visit to a nursery", {"resourceType": "Encounter"}, "internal"),
    ("a visit of a child", {"resourceType": "Encounter", "subject": CHILD}, "clinical"),
    ("a duty", {"resourceType": "Task", "for": {"reference": "Organization/n"}}, "internal"),
    ("a duty by address", {"resourceType": "Task", "for": {"reference": "https://h/fhir/Organization/n"}}, "internal"),
    ("a task about a child", {"resourceType": "Task", "for": CHILD}, "clinical"),
    ("a task about we know not what", {"resourceType": "Task", "for": {"reference": "urn:uuid:1"}}, "clinical"),
    ("a task about a group", {"resourceType": "Task", "for": {"reference": "Group/g"}}, "clinical"),
    ("a task about a damaged reference", {"resourceType": "Task", "for": "Organization/n"}, "clinical"),
    ("a task about an identifier", {"resourceType": "Task", "for": {"type": "Organization"}}, "clinical"),
    ("a proposal", {"resourceType": "ServiceRequest", "intent": "proposal", "subject": CHILD}, "care"),
    ("an order", {"resourceType": "ServiceRequest", "intent": "order", "subject": CHILD}, "clinical"),
    ("a preliminary report", {"resourceType": "DiagnosticReport", "status": "preliminary"}, "draft"),
    ("a family summary", coded("DocumentReference", BASE + "CodeSystem/document", "family-summary", "type"), "immunization"),
    ("counts", {"resourceType": "MeasureReport", "type": "summary"}, "internal"),
    ("a child's own report", {"resourceType": "MeasureReport", "type": "individual", "subject": CHILD}, "clinical"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "resource", "expected"), CLASS_OF, ids=[row[0] for row in CLASS_OF])
def test_the_class_follows_type_and_content(what: str, resource: dict[str, Any], expected: AccessClass) -> None:
    assert RIGHTS.class_of(resource) == expected, what


def test_an_extra_code_never_opens_content() -> None:
    weight = {"system": LOINC, "code": "29463-7"}
    both = {"resourceType": "Observation", "code": {"coding": [weight, {"system": LOINC, "code": "718-7"}]}}
    hiv = {"resourceType": "Observation", "code": {"coding": [weight, {"system": LOINC, "code": "75622-1"}]}}
    assert RIGHTS.class_of(both) == "clinical"
    assert RIGHTS.class_of(hiv) == "restricted"


@pytest.mark.parametrize(("code", "expected"), [("N", "care"), ("R", "restricted"), ("V", "restricted")])
def test_a_label_tightens_any_type(code: str, expected: AccessClass) -> None:
    labelled = {"resourceType": "Patient", "meta": {"security": [{"system": CONFIDENTIALITY, "code": code}]}}
    assert RIGHTS.class_of(labelled) == expected


def test_a_label_never_loosens() -> None:
    label = {"system": BASE + "CodeSystem/access-class", "code": "case"}
    hiv = coded("Condition", ICD10, "B20", meta={"security": [label]})
    assert RIGHTS.class_of(hiv) == "restricted"


def test_what_is_contained_counts() -> None:
    weight = coded("Observation", LOINC, "29463-7")
    inside = [{"resourceType": "Organization"}, {"resourceType": "Medication"}, "damaged"]
    assert RIGHTS.class_of(weight | {"contained": inside}) == "care"
    assert RIGHTS.class_of(weight | {"contained": [{"resourceType": "Specimen"}]}) == "clinical"
    assert RIGHTS.class_of(weight | {"contained": [coded("Condition", ICD10, "B20")]}) == "restricted"


def test_a_bundle_is_as_strict_as_its_strictest_entry() -> None:
    entries = [{"resource": {"resourceType": "Patient"}}, {"resource": coded("Condition", ICD10, "B20")}, {}]
    assert RIGHTS.class_of({"resourceType": "Bundle", "entry": entries}) == "restricted"
    assert RIGHTS.class_of({"resourceType": "Bundle", "entry": entries[:1]}) == "clinical"


@pytest.mark.parametrize(
    ("classes", "expected"),
    [
        (["care"], "care"),
        (["care", "immunization"], "immunization"),
        (["draft", "case", "directory"], "draft"),
        (["restricted", "draft"], "restricted"),
        (["internal", "directory"], "internal"),
        (["internal", "care"], "restricted"),
        (["audit", "restricted"], "audit"),
    ],
)
def test_what_derives_takes_the_strictest(classes: list[AccessClass], expected: AccessClass) -> None:
    assert RIGHTS.strictest(classes) == expected
    assert RIGHTS.strictest(reversed(classes)) == expected


def test_the_strictest_of_nothing_is_no_class() -> None:
    with pytest.raises(ValueError, match="no class"):
        RIGHTS.strictest([])


@pytest.mark.parametrize("resource", [{"resourceType": "Spaceship"}, {}, {"resourceType": None}])
def test_a_type_that_is_not_of_the_house_is_refused(resource: dict[str, Any]) -> None:
    with pytest.raises(Refused) as caught:
        RIGHTS.class_of(resource)
    assert caught.value.issues[0].key == "access.unknown-type"


def test_who_may_write_just_this() -> None:
    weight, lab = coded("Observation", LOINC, "29463-7"), coded("Observation", LOINC, "718-7")
    writers = [role for role in ROLES if RIGHTS.may_write(role, "create", weight)]
    assert writers == ["doctor", "guide", "vaccinator", "nurse", "parent", "specialist", "system"]
    assert [role for role in ROLES if RIGHTS.may_write(role, "create", lab)] == ["doctor", "specialist", "system"]
    dose = {"resourceType": "Immunization"}
    assert [role for role in ROLES if RIGHTS.may_write(role, "create", dose)] == [
        "doctor",
        "vaccinator",
        "nurse",
        "system",
    ]
    assert not RIGHTS.may_write("nurse", "amend", dose)
    assert RIGHTS.may_write("head", "sign", QR | {"questionnaire": BASE + "Questionnaire/guide-visit|1.0"})


def test_a_binary_is_written_by_those_who_write_its_document() -> None:
    binary = {"resourceType": "Binary"}
    assert not RIGHTS.may_write("nurse", "create", binary)
    assert RIGHTS.may_write("nurse", "create", binary, derived="care")
    assert not RIGHTS.may_write("nurse", "create", binary, derived="clinical")


def test_a_certificate_is_photographed_by_a_nursery_and_seen_by_those_who_know_of_the_mother() -> None:
    photo = {"resourceType": "DocumentReference", "docStatus": "final"}
    photo |= {"type": {"coding": [{"system": BASE + "CodeSystem/document", "code": "vaccination-certificate"}]}}
    assert RIGHTS.class_of(photo) == "maternal"
    assert [role for role in ROLES if RIGHTS.may_write(role, "create", photo)] == ["doctor", "vaccinator", "nurse"]
    assert RIGHTS.may_write("nurse", "create", {"resourceType": "Binary"}, derived="maternal")
    assert not RIGHTS.may_write("nurse", "amend", photo)
    seeing = [role for role in ROLES if RIGHTS.may(role, "see", "maternal", "DocumentReference")]
    assert seeing == ["doctor", "vaccinator", "specialist"]
    globulin = coded("Immunization", BASE + "CodeSystem/vaccine", "HBIG", "vaccineCode")
    assert not RIGHTS.may_write("nurse", "create", globulin)


def test_a_family_writes_consents_and_amends_nothing_else() -> None:
    assert RIGHTS.may_write("parent", "amend", {"resourceType": "Consent"})
    assert not RIGHTS.may_write("parent", "amend", coded("Observation", LOINC, "29463-7"))
    assert RIGHTS.may_write("delegate", "sign", {"resourceType": "Consent"})
    assert not RIGHTS.may_write("delegate", "create", {"resourceType": "Consent"})


def test_files_that_do_not_fit_are_refused() -> None:
    turned = RIGHTS_DATA | {"classes": dict(reversed(RIGHTS_DATA["classes"].items()))}
    with pytest.raises(ValueError, match="order of their bits"):
        rights_from(turned, TYPES_DATA)
    fewer = RIGHTS_DATA | {"roles": {k: v for k, v in RIGHTS_DATA["roles"].items() if k != "head"}}
    with pytest.raises(ValueError, match="head"):
        rights_from(fewer, TYPES_DATA)


@pytest.mark.parametrize(
    ("basis", "line", "message"),
    [
        ("enrolment", {"role": "nurse", "at": "institution", "classes": ["clinical"]}, "nurse would see clinical"),
        ("institution", {"role": "everyone", "at": "everybody", "classes": ["care"]}, "everyone would see care"),
        ("panel", {"role": "king", "at": "institution", "classes": ["care"]}, "unknown role king"),
        ("rumour", {"role": "nurse", "at": "institution", "classes": ["care"]}, "rumour"),
    ],
)
def test_a_grant_beyond_the_ceiling_is_refused(basis: str, line: dict[str, Any], message: str) -> None:
    data = copy.deepcopy(GRANTS_DATA)
    data["bases"].setdefault(basis, {"to": []})["to"].append(line)
    with pytest.raises(ValueError, match=message):
        grant_rules_from(data, RIGHTS)
