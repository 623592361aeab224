"""read, HEAD, vread, history and metadata, on both databases."""

from __future__ import annotations

import pytest
from tests.documents import sent, sent_with, weight
from tests.town import Client, Clients, the_town

CHILD = the_town().demo_child.id


@pytest.fixture
def doctor(shared_api: Clients) -> Client:
    return shared_api("doctor")


@pytest.fixture
def written(doctor: Client) -> str:
    """The address of a weight with three versions."""
    answer = doctor.post("/fhir/Observation", **sent(weight(CHILD, "7.300")))
    assert answer.status_code == 201, answer.text
    address = f"/fhir/Observation/{answer.json()['id']}"
    for version, value in ((1, "7.40"), (2, "7.5")):
        document = weight(CHILD, value) | {"id": answer.json()["id"]}
        assert doctor.put(address, **sent_with(document, if_match=f'W/"{version}"')).status_code == 200
    return address


def test_a_read_gives_the_document_with_its_version_and_time(doctor: Client) -> None:
    answer = doctor.get(f"/fhir/Patient/{CHILD}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/fhir+json; charset=utf-8"
    assert answer.headers["etag"] == 'W/"1"'
    assert "GMT" in answer.headers["last-modified"]
    assert answer.json()["meta"]["versionId"] == "1"


def test_head_says_what_a_read_says_without_the_body(doctor: Client) -> None:
    read, head = doctor.get(f"/fhir/Patient/{CHILD}"), doctor.head(f"/fhir/Patient/{CHILD}")
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["content-length"] == str(len(read.content))
    assert doctor.head("/fhir/Patient/nobody").status_code == 404


@pytest.mark.parametrize("tag", ['W/"1"', '"1"', 'W/"7", W/"1"', "*"])
def test_a_copy_that_is_current_is_not_sent_again(doctor: Client, tag: str) -> None:
    assert doctor.get(f"/fhir/Patient/{CHILD}", headers={"if-none-match": tag}).status_code == 304


def test_a_copy_that_is_stale_is_sent_again(doctor: Client) -> None:
    assert doctor.get(f"/fhir/Patient/{CHILD}", headers={"if-none-match": 'W/"2"'}).status_code == 200


def test_each_version_is_kept_digit_by_digit(doctor: Client, written: str) -> None:
    values = [doctor.get(f"{written}/_history/{version}").text for version in (1, 2, 3)]
    assert ['"value":7.300,' in values[0], '"value":7.40,' in values[1], '"value":7.5,' in values[2]] == [True] * 3


@pytest.mark.parametrize("version", ["4", "0", "x", "-1", "999999999999"])
def test_a_version_that_never_was_is_not_found(doctor: Client, written: str, version: str) -> None:
    assert doctor.get(f"{written}/_history/{version}").status_code == 404


def test_history_is_newest_first_and_says_how_each_version_came(doctor: Client, written: str) -> None:
    bundle = doctor.get(f"{written}/_history").json()
    assert (bundle["type"], bundle["total"]) == ("history", 3)
    assert [entry["resource"]["meta"]["versionId"] for entry in bundle["entry"]] == ["3", "2", "1"]
    assert [entry["request"]["method"] for entry in bundle["entry"]] == ["PUT", "PUT", "POST"]


def test_history_goes_on_page_by_page(doctor: Client, written: str) -> None:
    address, seen = f"{written}/_history?_count=1", []
    while address:
        bundle = doctor.get(address).json()
        seen += [entry["resource"]["meta"]["versionId"] for entry in bundle["entry"]]
        address = next((link["url"] for link in bundle["link"] if link["relation"] == "next"), "")
    assert seen == ["3", "2", "1"]


@pytest.mark.parametrize("question", ["_since=2026-01-01", "_at=2026", "_sort=x"])
def test_history_refuses_what_it_would_leave_out(doctor: Client, written: str, question: str) -> None:
    assert doctor.get(f"{written}/_history?{question}").status_code == 400


def test_what_was_deleted_is_gone_but_its_history_stays(doctor: Client, written: str) -> None:
    assert doctor.delete(written, headers={"if-match": 'W/"2"'}).status_code == 412
    assert doctor.delete(written).status_code == 204
    assert doctor.get(written).status_code == 410
    assert doctor.get(f"{written}/_history/3").status_code == 200
    assert doctor.get(f"{written}/_history/4").status_code == 410
    entries = doctor.get(f"{written}/_history").json()["entry"]
    assert entries[0]["request"]["method"] == "DELETE"
    assert "resource" not in entries[0]
    assert doctor.delete(written).status_code == 204
    assert len(doctor.get(f"{written}/_history").json()["entry"]) == 4


def test_what_was_deleted_can_be_written_again(doctor: Client, written: str) -> None:
    doctor.delete(written)
    document = weight(CHILD, "7.6") | {"id": written.rpartition("/")[2]}
    assert doctor.put(written, **sent(document)).json()["meta"]["versionId"] == "5"


def test_nobody_reads_without_signing_in(shared_api: Clients) -> None:
    answer = shared_api("").get(f"/fhir/Patient/{CHILD}")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.json()["resourceType"] == "OperationOutcome"


def test_a_made_up_token_opens_nothing(shared_api: Clients) -> None:
    for token in ("hrt_" + "x" * 43, "eyJhbGciOiJub25lIn0.e30.", "", "hrs_" + "a" * 43):
        headers = {"authorization": f"Bearer {token}"}
        assert shared_api("").get(f"/fhir/Patient/{CHILD}", headers=headers).status_code == 401


def test_everything_of_a_child_comes_page_by_page(doctor: Client) -> None:
    address, seen = f"/fhir/Patient/{CHILD}/$everything?_count=10", []
    while address:
        bundle = doctor.get(address).json()
        seen += [entry["resource"]["id"] for entry in bundle.get("entry", [])]
        address = next((link["url"] for link in bundle["link"] if link["relation"] == "next"), "")
    assert len(seen) == len(set(seen)) > 40
    assert CHILD in seen
    assert doctor.get(f"/fhir/Patient/{CHILD}/$everything?_type=Observation").status_code == 400


def test_every_document_of_the_demo_town_comes_back_as_it_was_loaded(doctor: Client) -> None:
    by_id = {document["id"]: document for document in the_town().demo_child.documents()}
    entries = doctor.get(f"/fhir/Patient/{CHILD}/$everything?_count=1000").json()["entry"]
    found = {entry["resource"]["id"]: entry["resource"] for entry in entries}
    for id_, document in by_id.items():
        kept = {name: value for name, value in found[id_].items() if name != "meta"}
        assert kept.keys() == document.keys()


class TestMetadata:
    """What it promises works, for every type."""

    def test_it_needs_no_sign_in_and_names_r4(self, shared_api: Clients) -> None:
        statement = shared_api("").get("/fhir/metadata").json()
        assert (statement["resourceType"], statement["fhirVersion"]) == ("CapabilityStatement", "4.0.1")
        assert shared_api("").post("/fhir/metadata", json={}).status_code == 401

    def test_every_search_parameter_works(self, doctor: Client, shared_api: Clients) -> None:
        values = {
            "token": "x",
            "date": "2026-11-22",
            "string": "x",
            "reference": "x",
            "quantity": "1",
            "number": "1",
            "uri": "x",
        }
        for resource in doctor.get("/fhir/metadata").json()["rest"][0]["resource"]:
            for param in resource["searchParam"]:
                query = f"/fhir/{resource['type']}?{param['name']}={values[param['type']]}&_count=1"
                asker = shared_api("auditor") if resource["type"] == "AuditEvent" else doctor
                answer = asker.get(query, headers={"prefer": "handling=strict"})
                assert answer.status_code == 200, (query, answer.text)

    def test_every_include_works(self, doctor: Client) -> None:
        listed = doctor.get("/fhir/metadata").json()["rest"][0]["resource"]
        for resource in (one for one in listed if one["type"] != "AuditEvent"):
            names = [("_include", name) for name in resource.get("searchInclude", [])]
            names += [("_revinclude", name) for name in resource.get("searchRevInclude", [])][:3]
            for name, value in names:
                assert doctor.get(f"/fhir/{resource['type']}?_count=1&{name}={value}").status_code == 200

    def test_types_that_nobody_writes_promise_no_writing(self, doctor: Client) -> None:
        resources = {one["type"]: one for one in doctor.get("/fhir/metadata").json()["rest"][0]["resource"]}
        assert {"code": "create"} not in resources["AuditEvent"]["interaction"]
        assert {"code": "create"} in resources["Observation"]["interaction"]
        for one in resources.values():
            assert one["conditionalCreate"] == (one["type"] == "Immunization")
            assert not one["conditionalUpdate"]
            assert one["conditionalDelete"] == "not-supported"
