"""create, update, delete: conditions, refusals that name the element, commands that are carried out once."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.documents import (
    BASE,
    allergy,
    bundle,
    condition,
    digits,
    dose,
    entry,
    episode,
    patient,
    sent,
    sent_with,
    weight,
)
from tests.town import Client, Clients, the_town

CHILD = the_town().demo_child.id
CENTRE = the_town().institutions.centres[0].id
HOSPITAL = the_town().institutions.hospital.id


@pytest.fixture
def doctor(shared_api: Clients) -> Client:
    return shared_api("doctor")


def test_a_create_answers_201_with_location_etag_and_the_same_digits(doctor: Client) -> None:
    answer = doctor.post("/fhir/Observation", **sent(weight(CHILD, "7.300")))
    assert answer.status_code == 201
    assert answer.headers["etag"] == 'W/"1"'
    assert answer.headers["location"].endswith(f"/Observation/{answer.json()['id']}/_history/1")
    assert '"value":7.300,' in answer.text
    assert '"value":7.300,' in doctor.get(f"/fhir/Observation/{answer.json()['id']}").text


@pytest.mark.parametrize("number", ["7.300", "0.50", "1.0e1", "70", "7.0000000000000001"])
def test_a_number_comes_back_byte_for_byte(doctor: Client, number: str) -> None:
    answer = doctor.post("/fhir/Observation", **sent(weight(CHILD, number)))
    assert f'"value":{number},' in answer.text


def test_return_minimal_sends_no_body(doctor: Client) -> None:
    answer = doctor.post("/fhir/Observation", **sent_with(weight(CHILD), prefer="return=minimal"))
    assert (answer.status_code, answer.content) == (201, b"")


def test_an_update_of_clinical_content_names_the_version_that_it_edits(doctor: Client) -> None:
    made = doctor.post("/fhir/Condition", **sent(condition(CHILD))).json()
    address, document = f"/fhir/Condition/{made['id']}", condition(CHILD, "J45.0") | {"id": made["id"]}
    assert doctor.put(address, **sent(document)).status_code == 428
    assert doctor.put(address, **sent_with(document, if_match='W/"9"')).status_code == 412
    assert doctor.put(address, **sent_with(document, if_match="abc")).status_code == 422
    assert doctor.put(address, **sent_with(document, if_match='W/"1"')).json()["meta"]["versionId"] == "2"
    assert doctor.put(address, **sent_with(document, if_match='W/"1"')).status_code == 412


def test_a_version_of_what_is_not_there_is_not_found_and_nothing_is_made(doctor: Client) -> None:
    document = condition(CHILD) | {"id": "not-there"}
    assert doctor.put("/fhir/Condition/not-there", **sent_with(document, if_match='W/"1"')).status_code == 404
    assert doctor.get("/fhir/Condition/not-there").status_code == 404


def test_a_client_may_choose_the_id(doctor: Client) -> None:
    document = weight(CHILD) | {"id": "from-a-device-1"}
    assert doctor.put("/fhir/Observation/from-a-device-1", **sent(document)).status_code == 201
    other = doctor.put("/fhir/Observation/from-a-device-2", **sent(document))
    assert (other.status_code, other.json()["issue"][0]["expression"]) == (400, ["Observation.id"])


CONDITIONS = [
    ("POST", "if-none-exist", "identifier=x"),
    ("PUT", "if-none-match", "*"),
    ("DELETE", "if-none-match", "*"),
]


@pytest.mark.parametrize(("method", "header", "value"), CONDITIONS)
def test_a_condition_that_would_be_left_out_is_refused(doctor: Client, method: str, header: str, value: str) -> None:
    before = doctor.get(f"/fhir/Observation?subject=Patient/{CHILD}&_summary=count").json()["total"]
    address = "/fhir/Observation" + ("" if method == "POST" else "/conditional")
    answer = doctor.request(method, address, **sent_with(weight(CHILD) | {"id": "conditional"}, **{header: value}))
    assert answer.status_code == 400
    assert answer.json()["issue"][0]["code"] == "not-supported"
    assert doctor.get(f"/fhir/Observation?subject=Patient/{CHILD}&_summary=count").json()["total"] == before


@pytest.mark.parametrize(
    ("method", "path"),
    [("PUT", "Patient?identifier=x"), ("DELETE", "Patient?identifier=x"), ("PATCH", f"Patient/{CHILD}"), ("GET", "")],
)
def test_what_is_not_done_is_said_clearly(doctor: Client, method: str, path: str) -> None:
    answer = doctor.request(method, f"/fhir/{path}", **({} if method == "GET" else sent(patient())))
    assert (answer.status_code, answer.json()["issue"][0]["code"]) == (400, "not-supported")


REFUSED: list[tuple[str, dict[str, Any], str, str]] = [
    ("a status outside the binding", weight(CHILD) | {"status": "nonsense"}, "Observation.status", "nonsense"),
    ("a subject of the wrong type", weight(CHILD) | {"subject": {"reference": f"Organization/{CENTRE}"}}, "Observation.subject.reference", "Organization"),
    ("a day that never was", weight(CHILD, day="2026-02-30"), "Observation.effectiveDateTime", "2026-02-30"),
    ("a unit that is not UCUM", weight(CHILD, unit="斤"), "Observation.valueQuantity", "斤"),
    ("a length for a weight", weight(CHILD, unit="cm"), "Observation.valueQuantity", "cm"),
    ("a weight of less than nothing", weight(CHILD, "-4"), "Observation.valueQuantity", "-4"),
    ("an element that R4 has not", weight(CHILD) | {"colour": "red"}, "Observation.colour", ""),
    ("a child that is not there", weight("nobody"), "Observation.subject", "Patient/nobody"),
    ("a required element left out", {"resourceType": "Observation", "status": "final"}, "Observation.code", ""),
    ("another type than the address says", patient(), "resourceType", "Patient"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "document", "element", "found"), REFUSED, ids=[case[0] for case in REFUSED])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_a_refusal_names_element_and_found(
    doctor: Client, what: str, document: dict[str, Any], element: str, found: str, language: str
) -> None:
    answer = doctor.post("/fhir/Observation", **sent_with(document, accept_language=language))
    assert answer.status_code in (400, 422), what
    issue = answer.json()["issue"][0]
    assert issue["severity"] == "error"
    assert issue["expression"][0].startswith(element)
    assert found in issue["diagnostics"]
    assert any("\u4e00" <= letter <= "\u9fff" for letter in issue["diagnostics"].replace("斤", "")) == (
        language == "zh-CN"
    )


def test_a_refusal_of_a_code_says_what_is_allowed(doctor: Client) -> None:
    answer = doctor.post("/fhir/Observation", **sent(weight(CHILD) | {"status": "nonsense"}))
    assert "entered-in-error, final" in answer.json()["issue"][0]["diagnostics"]


def test_the_same_command_is_carried_out_once(doctor: Client) -> None:
    document = allergy(CHILD, note=[{"text": "once"}])
    answers = [doctor.post("/fhir/AllergyIntolerance", **sent_with(document, x_command_id="form-1")) for _ in range(3)]
    assert {answer.json()["id"] for answer in answers} == {answers[0].json()["id"]}
    assert {answer.status_code for answer in answers} == {201}


def test_a_command_of_an_update_is_carried_out_once(doctor: Client) -> None:
    made = doctor.post("/fhir/Condition", **sent(condition(CHILD))).json()
    document = condition(CHILD, "J45.0") | {"id": made["id"]}
    address = f"/fhir/Condition/{made['id']}"
    answers = [doctor.put(address, **sent_with(document, if_match='W/"1"', x_command_id="edit-1")) for _ in range(2)]
    assert [answer.json()["meta"]["versionId"] for answer in answers] == ["2", "2"]


def test_the_command_of_somebody_else_is_not_answered(shared_api: Clients) -> None:
    document = sent_with(weight(CHILD), x_command_id="mine-1")
    assert shared_api("doctor").post("/fhir/Observation", **document).status_code == 201
    assert shared_api("nurse").post("/fhir/Observation", **document).status_code == 409


@pytest.mark.parametrize("id_", ["x" * 65, "a b"])
def test_a_command_id_that_would_be_cut_is_refused(doctor: Client, id_: str) -> None:
    assert doctor.post("/fhir/Observation", **sent_with(weight(CHILD), x_command_id=id_)).status_code == 422


def test_a_child_with_a_record_is_not_deleted(doctor: Client) -> None:
    assert doctor.delete(f"/fhir/Patient/{CHILD}").status_code == 409
    assert doctor.get(f"/fhir/Patient/{CHILD}").status_code == 200


def test_a_record_stays_with_its_child(doctor: Client) -> None:
    other = next(id_ for id_ in sorted(doctor.ids("Patient")) if id_ != CHILD)
    made = doctor.post("/fhir/Observation", **sent(weight(CHILD))).json()
    moved = weight(other) | {"id": made["id"]}
    answer = doctor.put(f"/fhir/Observation/{made['id']}", **sent_with(moved, if_match='W/"1"'))
    assert answer.status_code == 422


def test_no_resource_concerns_two_children(doctor: Client) -> None:
    other = next(id_ for id_ in sorted(doctor.ids("Patient")) if id_ != CHILD)
    actors = [{"actor": {"reference": f"Patient/{id_}"}, "status": "accepted"} for id_ in (CHILD, other)]
    appointment = {"resourceType": "Appointment", "status": "proposed", "participant": actors}
    assert doctor.post("/fhir/Appointment", **sent(appointment)).status_code == 422
    theirs = doctor.post("/fhir/Condition", **sent(condition(other))).json()
    crossed = condition(
        CHILD,
        stage=[
            {
                "assessment": [
                    {"reference": f"Observation/{doctor.search(f'Observation?subject=Patient/{other}')[0]['id']}"}
                ]
            }
        ],
    )
    answer = doctor.post("/fhir/Condition", **sent(crossed))
    assert (answer.status_code, answer.json()["issue"][0]["expression"]) == (422, ["Condition.stage[0].assessment[0]"])
    assert theirs["id"]


def test_one_identifier_one_dose_one_enrolment(doctor: Client) -> None:
    given = dose(CHILD, "EV71", "2026-11-18")
    assert doctor.post("/fhir/Immunization", **sent(given)).status_code == 201
    assert doctor.post("/fhir/Immunization", **sent(given)).status_code == 409
    assert doctor.post("/fhir/Immunization", **sent(given | {"status": "entered-in-error"})).status_code == 201
    panel = episode(f"Patient/{CHILD}", "health-management", CENTRE)
    assert doctor.post("/fhir/EpisodeOfCare", **sent(panel)).status_code == 409


def test_a_mistake_frees_its_place(doctor: Client) -> None:
    given = dose(CHILD, "Rota", "2026-11-17")
    made = doctor.post("/fhir/Immunization", **sent(given)).json()
    wrong = given | {"id": made["id"], "status": "entered-in-error"}
    assert doctor.put(f"/fhir/Immunization/{made['id']}", **sent_with(wrong, if_match='W/"1"')).status_code == 200
    assert doctor.post("/fhir/Immunization", **sent(given)).status_code == 201


def test_a_new_child_comes_with_its_panel(doctor: Client) -> None:
    born = patient("赵新", "899999202601010038")
    assert doctor.post("/fhir/Patient", **sent(born)).status_code == 403
    urn = "urn:uuid:6f0b2c9e-0000-4000-8000-000000000001"
    both = bundle(
        "transaction",
        entry("POST", "EpisodeOfCare", episode(urn, "health-management", CENTRE)),
        entry("POST", "Patient", born, urn),
    )
    answer = doctor.post("/fhir", **sent(both))
    assert answer.status_code == 200, answer.text
    assert doctor.ids("Patient?identifier=899999202601010038")


def test_weight_units_are_kept_and_found_in_each_other(doctor: Client) -> None:
    made = doctor.post("/fhir/Observation", **sent(weight(CHILD, "7903", unit="g"))).json()
    assert made["valueQuantity"]["unit"] == "g"
    assert made["id"] in doctor.ids("Observation?value-quantity=7.903|http://unitsofmeasure.org|kg")


def test_provenance_belongs_to_the_child_of_its_target(doctor: Client, shared_api: Clients) -> None:
    made = doctor.post("/fhir/Condition", **sent(condition(CHILD))).json()
    provenance = {
        "resourceType": "Provenance",
        "target": [{"reference": f"Condition/{made['id']}"}],
        "recorded": "2026-11-22T08:00:00+08:00",
        "agent": [
            {
                "who": {
                    "reference": doctor.search("Practitioner?_count=1")[0]["resourceType"]
                    + "/"
                    + doctor.search("Practitioner?_count=1")[0]["id"]
                }
            }
        ],
    }
    answer = doctor.post("/fhir/Provenance", **sent(provenance))
    assert answer.status_code == 201, answer.text
    address = f"/fhir/Provenance/{answer.json()['id']}"
    assert shared_api("parent").get(address).status_code == 200
    assert [shared_api(who).get(address).status_code for who in ("nurse", "doctor2", "parent2")] == [404] * 3


def test_a_binary_is_of_the_class_of_its_document(doctor: Client, shared_api: Clients) -> None:
    made = doctor.post("/fhir/Observation", **sent(weight(CHILD))).json()
    binary = {"resourceType": "Binary", "contentType": "text/plain", "data": "aGVsbG8="}
    assert doctor.post("/fhir/Binary", **sent(binary)).status_code == 403
    kept = binary | {"securityContext": {"reference": f"Observation/{made['id']}"}}
    address = f"/fhir/Binary/{doctor.post('/fhir/Binary', **sent(kept)).json()['id']}"
    assert [shared_api(who).get(address).status_code for who in ("nurse", "parent", "carer", "nurse2", "head")] == [
        200,
        200,
        404,
        404,
        404,
    ]


def test_sentinel_dates_and_strange_but_legal_documents_are_taken(doctor: Client) -> None:
    for document in (
        weight(CHILD, day="9999-12-31"),
        weight(CHILD, "99999999999999999.5"),
        weight(CHILD, day="1900-01-01"),
        weight(CHILD) | {"effectiveDateTime": "2026"},
        {
            **weight(CHILD),
            "valueQuantity": {"value": digits("7.1"), "system": "http://unitsofmeasure.org", "code": "kg"},
        },
        episode(f"Patient/{CHILD}", "special-case", CENTRE)
        | {"status": "planned", "period": {"start": "2026", "end": "9999"}},
    ):
        answer = doctor.post(f"/fhir/{document['resourceType']}", **sent(document))
        assert answer.status_code in (201, 400, 422), answer.text


def test_gestation_that_was_a_mistake_is_forgotten(doctor: Client, shared_api: Clients) -> None:
    from healthrec.store import projections, resources

    def kept() -> int | None:
        with shared_api.services.database.read() as connection:
            row = resources.find(connection, "Patient", CHILD)
            assert row is not None
            return projections.child_row(connection, row.key).gestation_days

    before = kept()
    quantity = {"value": 200, "system": "http://unitsofmeasure.org", "code": "d"}
    early = weight(CHILD) | {
        "code": {"coding": [{"system": "http://loinc.org", "code": "11884-4"}]},
        "valueQuantity": quantity,
    }
    made = doctor.post("/fhir/Observation", **sent(early)).json()
    assert kept() == 200
    wrong = early | {"id": made["id"], "status": "entered-in-error"}
    doctor.put(f"/fhir/Observation/{made['id']}", **sent_with(wrong, if_match='W/"1"'))
    assert kept() == before


def test_refusals_never_repeat_free_text(doctor: Client) -> None:
    document = patient("王秘密") | {"name": [{"text": ["王秘密"]}]}
    answer = doctor.post("/fhir/Patient", **sent(document))
    assert answer.status_code == 400
    assert "王秘密" not in answer.text


def test_the_base_of_identifiers_is_ours() -> None:
    assert json.loads(json.dumps(BASE)).startswith("https://healthrec.example/")
