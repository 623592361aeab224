"""The conformance table: what is taken, and what is refused with which code at which path."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from tests.fhir.examples import LOINC, UCUM, kilograms, observation, patient

from healthrec.errors import Issue
from healthrec.fhir.shape import shape
from healthrec.fhir.types import TYPES
from healthrec.fhir.validation import MAX_ISSUES, check

Resource = dict[str, Any]

GOOD: dict[str, Resource] = {
    "a weight": observation(),
    "a whole number as a decimal": observation(valueQuantity=kilograms(7)),
    "a partial date": observation(effectiveDateTime="2024-02"),
    "29 February of a leap year": observation(effectiveDateTime="2024-02-29"),
    "a time with zone and fraction": observation(effectiveDateTime="2024-02-29T08:30:00.678+08:00"),
    "a reason for no value": observation(valueQuantity=None, dataAbsentReason={"text": "not done"}),
    "a foreign reference": observation(subject={"reference": "https://other.example/fhir/Patient/1"}),
    "a placeholder of a transaction": observation(
        subject={"reference": "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"}
    ),
    "a versioned reference": observation(subject={"reference": "Patient/1/_history/3"}),
    "a logical reference": observation(subject={"identifier": {"system": "urn:x", "value": "1"}}),
    "a number of doses in words": observation(
        category=None, code={"text": "count"}, valueQuantity={"value": 3, "unit": "times"}
    ),
    "an annotation as unit": observation(
        category=None, code={"text": "score"}, valueQuantity=kilograms(3, unit="points", code="{score}")
    ),
    "a temperature below zero of its scale": observation(
        code={"coding": [{"system": LOINC, "code": "8310-5"}]}, valueQuantity=kilograms(-1, unit="°C", code="Cel")
    ),
    "a child": patient(),
    "an extension on a primitive": patient(
        birthDate=None, _birthDate={"extension": [{"url": "urn:x", "valueCode": "unknown"}]}
    ),
    "a contained resource in use": patient(
        contained=[{"resourceType": "Organization", "id": "o", "name": "x"}],
        managingOrganization={"reference": "#o"},
    ),
    "a contained value set in use": {
        "resourceType": "Questionnaire",
        "status": "draft",
        "contained": [{"resourceType": "ValueSet", "id": "v", "status": "draft"}],
        "item": [{"linkId": "a", "type": "choice", "answerValueSet": "#v"}],
    },
    "a contained resource that names its container": {
        "resourceType": "Patient",
        "contained": [{"resourceType": "Device", "id": "d", "patient": {"reference": "#"}}],
    },
    "a contained type that we do not keep": {
        "resourceType": "MedicationAdministration",
        "status": "completed",
        "subject": {"reference": "Patient/1"},
        "effectiveDateTime": "2024-01-01",
        "contained": [{"resourceType": "Medication", "id": "m", "code": {"text": "vitamin D"}}],
        "medicationReference": {"reference": "#m"},
    },
    "a transaction": {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [{"resource": patient(), "request": {"method": "PUT", "url": "Patient/1"}}],
    },
    "PDF bytes": {"resourceType": "Binary", "contentType": "application/pdf", "data": "JVBERi0="},
}


@pytest.mark.parametrize("name", GOOD)
def test_good_resources_are_taken(name: str) -> None:
    assert check(GOOD[name]) == []


def bad_unit(**changes: Any) -> Resource:
    return observation(valueQuantity=kilograms(**changes))


BAD: list[tuple[str, Resource, str, str, str]] = [
    # what is wrong, resource, issue code, message, path
    ("unknown type", {"resourceType": "Foo"}, "structure", "fhir.unknown-type", "resourceType"),
    ("no type", {"status": "final"}, "structure", "fhir.unknown-type", "resourceType"),
    ("type is no string", {"resourceType": ["Patient"]}, "structure", "fhir.unknown-type", "resourceType"),
    ("unknown element", observation(weight=7), "structure", "fhir.unknown-element", "Observation.weight"),
    ("unknown in depth", bad_unit(units="kg"), "structure", "fhir.unknown-element", "Observation.valueQuantity.units"),
    ("missing status", observation(status=None), "required", "fhir.missing", "Observation.status"),
    ("missing code", observation(code=None), "required", "fhir.missing", "Observation.code"),
    ("unknown status", observation(status="nonsense"), "code-invalid", "fhir.unknown-code", "Observation.status"),
    ("unknown gender", patient(gender="bogus"), "code-invalid", "fhir.unknown-code", "Patient.gender"),
    ("gender in capitals", patient(gender="Female"), "code-invalid", "fhir.unknown-code", "Patient.gender"),
    ("null", patient(gender=None) | {"gender": None}, "structure", "fhir.wrong-json-type", "Patient.gender"),
    (
        "unknown name use",
        patient(name=[{"use": "real", "text": "x"}]),
        "code-invalid",
        "fhir.unknown-code",
        "Patient.name[0].use",
    ),
    (
        "unknown comparator",
        bad_unit(comparator="~"),
        "code-invalid",
        "fhir.unknown-code",
        "Observation.valueQuantity.comparator",
    ),
    ("two values", observation(valueString="7"), "structure", "fhir.two-choices", "Observation.value[x]"),
    (
        "wrong target",
        observation(subject={"reference": "Practitioner/1"}),
        "value",
        "fhir.wrong-target",
        "Observation.subject.reference",
    ),
    (
        "target that only R4B allows",
        observation(subject={"reference": "Organization/1"}),
        "value",
        "fhir.wrong-target",
        "Observation.subject.reference",
    ),
    (
        "no reference",
        observation(subject={"reference": "somebody"}),
        "value",
        "fhir.bad-reference",
        "Observation.subject.reference",
    ),
    ("reference as text", observation(subject="Patient/1"), "structure", "fhir.wrong-json-type", "Observation.subject"),
    ("empty reference", observation(subject={}), "structure", "fhir.empty", "Observation.subject"),
    ("empty array", patient(name=[]), "structure", "fhir.empty", "Patient.name"),
    ("object for array", patient(name={"text": "x"}), "structure", "fhir.wrong-json-type", "Patient.name"),
    ("array for object", observation(code=[{"text": "x"}]), "structure", "fhir.wrong-json-type", "Observation.code"),
    (
        "30 February",
        observation(effectiveDateTime="2024-02-30"),
        "value",
        "fhir.bad-dateTime",
        "Observation.effectiveDateTime",
    ),
    (
        "29 February of a common year",
        observation(effectiveDateTime="2023-02-29"),
        "value",
        "fhir.bad-dateTime",
        "Observation.effectiveDateTime",
    ),
    ("month 13", patient(birthDate="2024-13-01"), "value", "fhir.bad-date", "Patient.birthDate"),
    ("month 00", patient(birthDate="2024-00"), "value", "fhir.bad-date", "Patient.birthDate"),
    ("slashes", patient(birthDate="2024/01/01"), "value", "fhir.bad-date", "Patient.birthDate"),
    ("time in a date", patient(birthDate="2024-01-01T00:00:00Z"), "value", "fhir.bad-date", "Patient.birthDate"),
    (
        "time without zone",
        observation(effectiveDateTime="2024-01-01T10:00:00"),
        "value",
        "fhir.bad-dateTime",
        "Observation.effectiveDateTime",
    ),
    ("instant without time", observation(issued="2024-01-01"), "value", "fhir.bad-instant", "Observation.issued"),
    ("bad id", patient(id="a b"), "value", "fhir.bad-id", "Patient.id"),
    ("id of 65", patient(id="a" * 65), "value", "fhir.bad-id", "Patient.id"),
    ("blank text", patient(name=[{"text": "  "}]), "value", "fhir.bad-string", "Patient.name[0].text"),
    ("text for boolean", patient(active="true"), "structure", "fhir.wrong-json-type", "Patient.active"),
    ("text for decimal", bad_unit(value="7.3"), "structure", "fhir.wrong-json-type", "Observation.valueQuantity.value"),
    ("true for decimal", bad_unit(value=True), "structure", "fhir.wrong-json-type", "Observation.valueQuantity.value"),
    ("1e30 kg", bad_unit(value=Decimal("1e30")), "value", "fhir.bad-decimal", "Observation.valueQuantity.value"),
    (
        "decimal for integer",
        patient(multipleBirthInteger=Decimal("1.0")),
        "value",
        "fhir.bad-integer",
        "Patient.multipleBirthInteger",
    ),
    (
        "zero for positive",
        patient(telecom=[{"system": "phone", "value": "1", "rank": 0}]),
        "value",
        "fhir.bad-positiveInt",
        "Patient.telecom[0].rank",
    ),
    (
        "a script in the narrative",
        patient(
            text={"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml"><script>x</script></div>'}
        ),
        "value",
        "fhir.bad-xhtml",
        "Patient.text.div",
    ),
    ("minus 4 kg", bad_unit(value=-4), "value", "fhir.not-positive", "Observation.valueQuantity.value"),
    ("0 kg", bad_unit(value=0), "value", "fhir.not-positive", "Observation.valueQuantity.value"),
    ("weight in cm", bad_unit(code="cm"), "value", "fhir.wrong-unit", "Observation.valueQuantity.code"),
    ("not UCUM", bad_unit(code="KGS"), "code-invalid", "fhir.unknown-unit", "Observation.valueQuantity.code"),
    ("jin", bad_unit(code="斤"), "code-invalid", "fhir.unknown-unit", "Observation.valueQuantity.code"),
    ("no unit system", bad_unit(system=None, code=None), "required", "fhir.ucum-needed", "Observation.valueQuantity"),
    ("unit code without system", bad_unit(system=None), "invariant", "fhir.qty-3", "Observation.valueQuantity"),
    (
        "other unit system",
        bad_unit(system="urn:mine"),
        "required",
        "fhir.ucum-needed",
        "Observation.valueQuantity",
    ),
    ("value and reason", observation(dataAbsentReason={"text": "x"}), "invariant", "fhir.obs-6", "Observation"),
    (
        "same code in a component",
        observation(component=[{"code": {"coding": [{"system": LOINC, "code": "29463-7"}]}}]),
        "invariant",
        "fhir.obs-7",
        "Observation",
    ),
    ("contact of nothing", patient(contact=[{"gender": "male"}]), "invariant", "fhir.pat-1", "Patient.contact[0]"),
    (
        "period backwards",
        patient(name=[{"text": "x", "period": {"start": "2024-02-01", "end": "2024-01-31"}}]),
        "invariant",
        "fhir.per-1",
        "Patient.name[0].period",
    ),
    (
        "telecom without system",
        patient(telecom=[{"value": "1"}]),
        "invariant",
        "fhir.cpt-2",
        "Patient.telecom[0]",
    ),
    (
        "extension of nothing",
        patient(extension=[{"url": "urn:x"}]),
        "invariant",
        "fhir.ext-1",
        "Patient.extension[0]",
    ),
    (
        "contained and not used",
        patient(contained=[{"resourceType": "Organization", "id": "o", "name": "x"}]),
        "invariant",
        "fhir.dom-3",
        "Patient.contained[0]",
    ),
    (
        "contained and not there",
        patient(
            contained=[{"resourceType": "Organization", "id": "o", "name": "x"}],
            managingOrganization={"reference": "#o"},
            generalPractitioner=[{"reference": "#p"}],
        ),
        "not-found",
        "fhir.contained-missing",
        "Patient.generalPractitioner[0].reference",
    ),
    (
        "nothing contained",
        patient(managingOrganization={"reference": "#o"}),
        "not-found",
        "fhir.contained-missing",
        "Patient.managingOrganization.reference",
    ),
    (
        "contained in another entry",
        {
            "resourceType": "Bundle",
            "type": "collection",
            "entry": [
                {
                    "resource": patient(
                        contained=[{"resourceType": "Organization", "id": "o", "name": "x"}],
                        managingOrganization={"reference": "#o"},
                    )
                },
                {"resource": patient(managingOrganization={"reference": "#o"})},
            ],
        },
        "not-found",
        "fhir.contained-missing",
        "Bundle.entry[1].resource.managingOrganization.reference",
    ),
    (
        "contained in contained",
        patient(contained=[{"resourceType": "Foo"}]),
        "structure",
        "fhir.unknown-type",
        "Patient.contained[0].resourceType",
    ),
    (
        "uneven arrays",
        patient(name=[{"given": ["a", "b"], "_given": [None]}]),
        "structure",
        "fhir.uneven-arrays",
        "Patient.name[0]._given",
    ),
    (
        "an organisation without name",
        {"resourceType": "Organization", "active": True},
        "invariant",
        "fhir.org-1",
        "Organization",
    ),
    (
        "unknown clinical status",
        {
            "resourceType": "Condition",
            "subject": {"reference": "Patient/1"},
            "clinicalStatus": {"coding": [{"code": "ill"}]},
        },
        "code-invalid",
        "fhir.unknown-code",
        "Condition.clinicalStatus",
    ),
    (
        "an entry without request",
        {"resourceType": "Bundle", "type": "transaction", "entry": [{"resource": patient()}]},
        "invariant",
        "fhir.bdl-3",
        "Bundle.entry[0]",
    ),
    (
        "a bad resource in an entry",
        {
            "resourceType": "Bundle",
            "type": "collection",
            "entry": [{"resource": patient()}, {"resource": patient(gender="x")}],
        },
        "code-invalid",
        "fhir.unknown-code",
        "Bundle.entry[1].resource.gender",
    ),
    (
        "one linkId twice",
        {
            "resourceType": "Questionnaire",
            "status": "draft",
            "item": [{"linkId": "a", "type": "date"}, {"linkId": "a", "type": "date"}],
        },
        "invariant",
        "fhir.que-2",
        "Questionnaire",
    ),
    (
        "a mime type that is none",
        {"resourceType": "Binary", "contentType": "pdf", "data": "JVBERi0="},
        "value",
        "fhir.bad-code",
        "Binary.contentType",
    ),
    (
        "bytes that are no base64",
        {"resourceType": "Binary", "contentType": "application/pdf", "data": "JVB"},
        "value",
        "fhir.bad-base64Binary",
        "Binary.data",
    ),
]


@pytest.mark.parametrize(("resource", "code", "key", "path"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_bad_resources_are_refused_with_code_and_path(resource: Resource, code: str, key: str, path: str) -> None:
    assert [(issue.code, issue.key, issue.expression) for issue in check(resource)] == [(code, key, path)]


def test_every_issue_comes_at_once() -> None:
    issues = check(
        patient(gender="bogus", birthDate="2024-02-30", name=[{"text": ""}], foo=1, link=[{"type": "seealso"}])
    )
    assert {issue.expression for issue in issues} == {
        "Patient.gender",
        "Patient.birthDate",
        "Patient.name[0].text",
        "Patient.foo",
        "Patient.link[0].other",
    }


def test_an_issue_says_what_was_found_and_what_is_allowed() -> None:
    assert check(patient(gender="bogus")) == [
        Issue(
            "code-invalid",
            "fhir.unknown-code",
            "Patient.gender",
            {"found": "bogus", "allowed": "female, male, other, unknown"},
        )
    ]


def test_free_text_is_never_repeated_in_an_issue() -> None:
    [issue] = check(patient(name=[{"text": "张\x00三"}]))
    assert issue.params == {"found": "string"}


@pytest.mark.parametrize("digits", ["9" * 5000, "1." + "0" * 5000, "1e-400", "0e-400"])
def test_a_number_of_monstrous_length_is_refused(digits: str) -> None:
    [issue] = check(bad_unit(value=Decimal(digits)))
    assert (issue.key, len(issue.params["found"]) <= 64) == ("fhir.bad-decimal", True)


def test_the_model_gives_its_opinion_only_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    refused = Issue("structure", "fhir.model-refused", "Observation")
    monkeypatch.setattr("healthrec.fhir.validation._second_opinion", lambda *_: [refused])
    assert check(observation()) == [refused]
    assert check(observation(), second_opinion=False) == []


def test_a_reference_that_is_right_in_one_place_is_still_wrong_in_another() -> None:
    child = {"reference": "Patient/1"}
    issues = check(observation(subject=child, device=child, encounter=child))
    assert [issue.expression for issue in issues] == ["Observation.device.reference", "Observation.encounter.reference"]


def test_a_concept_is_told_wrong_each_time_and_right_each_time() -> None:
    wrong, right = {"coding": [{"system": "a b", "code": "1"}]}, {"coding": [{"system": LOINC, "code": "29463-7"}]}
    found = [[issue.expression for issue in check(observation(code=right, bodySite=one))] for one in (right, wrong) * 2]
    assert found == [[], ["Observation.bodySite.coding[0].system"]] * 2


def test_a_local_reference_inside_a_concept_is_looked_for_in_each_resource() -> None:
    pointing = {"text": "arm", "extension": [{"url": "https://x.example/of", "valueReference": {"reference": "#a"}}]}
    held = {"resourceType": "Patient", "id": "a"}
    assert check(observation(bodySite=pointing, contained=[held])) == []
    assert [issue.key for issue in check(observation(bodySite=pointing))] == ["fhir.contained-missing"]


def test_issues_are_limited() -> None:
    assert len(check(patient(name=[{"text": ""}] * 5000))) == MAX_ISSUES


def test_the_entries_of_a_bundle_can_be_left_to_the_caller() -> None:
    bundle = {
        "resourceType": "Bundle",
        "type": "batch",
        "entry": [{"resource": patient(gender="x"), "request": {"method": "POST", "url": "Patient"}}],
    }
    assert check(bundle, entries=False) == []
    assert len(check(bundle)) == 1


@pytest.mark.parametrize("status", ["registered", "corrected", "entered-in-error", "unknown"])
def test_every_status_of_R4_is_taken_where_the_model_cuts_the_list(status: str) -> None:
    assert check(observation(status=status)) == []


@pytest.mark.parametrize(
    ("code", "unit"), [("8302-2", "cm"), ("8302-2", "m"), ("8306-3", "mm"), ("8339-4", "g"), ("11884-4", "wk")]
)
def test_a_measurement_may_come_in_any_unit_of_its_dimension(code: str, unit: str) -> None:
    coding = {"coding": [{"system": LOINC, "code": code}]}
    assert check(observation(code=coding, valueQuantity=kilograms(3, unit=unit, code=unit))) == []


def test_a_measurement_in_a_component_is_held_to_its_unit() -> None:
    part = {
        "code": {"coding": [{"system": LOINC, "code": "8480-6"}]},
        "valueQuantity": {"value": 90, "system": UCUM, "code": "kg"},
    }
    [issue] = check(observation(valueQuantity=None, code={"text": "blood pressure"}, component=[part]))
    assert issue.expression == "Observation.component[0].valueQuantity.code"


@pytest.mark.parametrize("name", TYPES)
def test_every_element_of_the_house_has_a_known_kind(name: str) -> None:
    for element in shape(name).elements.values():
        assert element.kind, element
        assert element.primitive or shape(element.kind) if element.kind != "Resource" else True
