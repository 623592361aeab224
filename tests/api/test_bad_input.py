"""Whatever is sent, the answer is a refusal in FHIR's words, nothing of the inside is told, and the server lives on."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.documents import bundle, condition, entry, sent, weight
from tests.town import Client, Clients, the_town

CHILD = the_town().demo_child.id
FHIR = {"content-type": "application/fhir+json"}


@pytest.fixture(scope="module")
def doctor(shared_api: Clients) -> Iterator[Client]:
    client = shared_api("doctor")
    yield client
    assert client.get(f"/fhir/Patient/{CHILD}").status_code == 200


BODIES = {
    "nothing": b"",
    "no JSON": b"{",
    "an array": b"[]",
    "null": b"null",
    "NaN": b'{"resourceType":"Observation","x":NaN}',
    "infinity": b'{"resourceType":"Observation","x":-Infinity}',
    "a key twice": b'{"resourceType":"Patient","gender":"male","gender":"female"}',
    "deep arrays": b'{"resourceType":"Patient","x":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "deep objects": b'{"resourceType":"Patient","extension":[' + b'{"extension":[' * 5000 + b"]}" * 5000 + b"]}",
    "half a character": b'{"resourceType":"Patient","name":[{"text":"\xff"}]}',
    "a lone surrogate": b'{"resourceType":"Patient","name":[{"text":"\\ud800"}]}',
    "a NUL": b'{"resourceType":"Patient","name":[{"text":"a\\u0000b"}]}',
    "UTF-16": '{"resourceType":"Patient"}'.encode("utf-16"),
    "500,000 digits": b'{"resourceType":"Observation","valueInteger":' + b"9" * 500_000 + b"}",
    "a huge exponent": b'{"resourceType":"Observation","valueQuantity":{"value":1e999999999}}',
    "XML": b"<Patient xmlns='http://hl7.org/fhir'/>",
    "given names of null": b'{"resourceType":"Patient","name":[{"family":"A","given":[null]}]}',
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
@pytest.mark.parametrize("path", ["/fhir/Patient", "/fhir"])
def test_a_broken_body_is_refused(doctor: Client, path: str, body: bytes) -> None:
    answer = doctor.post(path, content=body, headers=FHIR)
    assert 400 <= answer.status_code < 500
    assert answer.json()["issue"][0]["diagnostics"]


def test_a_huge_body_is_not_read_to_its_end(doctor: Client) -> None:
    assert doctor.post("/fhir/Patient", content=b" " * 9_000_000, headers=FHIR).status_code == 413


def test_five_thousand_entries_are_too_many(doctor: Client) -> None:
    many = bundle("transaction", *[entry("POST", "Observation", weight(CHILD))] * 5000)
    assert doctor.post("/fhir", **sent(many)).status_code == 413


def test_a_gzip_bomb_is_not_unpacked(doctor: Client) -> None:
    packed = gzip.compress(b" " * 50_000_000)
    assert doctor.post("/fhir/Patient", content=packed, headers=FHIR | {"content-encoding": "gzip"}).status_code == 415


@pytest.mark.parametrize(
    "kind", ["application/xml", "application/fhir+xml", "text/plain", "application/fhir+json; charset=gbk"]
)
def test_other_media_are_refused(doctor: Client, kind: str) -> None:
    assert doctor.post("/fhir/Patient", content=b"{}", headers={"content-type": kind}).status_code == 415


def test_who_takes_only_xml_is_told_so(doctor: Client) -> None:
    assert doctor.get(f"/fhir/Patient/{CHILD}", headers={"accept": "application/fhir+xml"}).status_code == 406
    accept = "application/fhir+xml, application/fhir+json;q=0.9"
    assert doctor.get(f"/fhir/Patient/{CHILD}", headers={"accept": accept}).status_code == 200


WORDS = [
    "' OR 1=1 --", "1; DROP TABLE resource", "%27%20UNION%20SELECT%20body", "../../etc/passwd", "..%2f..%2f", "%00", "%ff%fe",
    "a" * 5000, "(((((a+)+)+)+)+)!" * 50, "\\", "%5c%5c", "$", "|", "|||", ",", ",,,,", "_", "%25", "*", "💥", "ne", "gt", "eq1e99",
    "9" * 400, "-0", "1e-99", "9999-12-31", "0000", "10000", "2026-02-29T24:00:00Z", "Patient/", "/Patient/x", "urn:uuid:x",
    "http://[", "http://clinic.test/fhir/", "#", "Patient/" + "x" * 65, "\u202e", "\ufeff",
]  # fmt: skip
NAMES = ["_id", "name", "identifier", "birthdate", "general-practitioner", "_lastUpdated", "_cursor", "_count", "_sort", "_include",
         "_revinclude", "_has:Observation:patient:code", "_has:Observation:patient:value-quantity", "name:contains", "name:exact",
         "_tag", "_profile", "_security", "_summary", "_total", "_source", "general-practitioner.name", "link:missing", "zzz"]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_no_search_value_breaks_out(doctor: Client, name: str) -> None:
    everybody = doctor.ids("Patient?_count=1000")
    for word in WORDS:
        answer = doctor.get(f"/fhir/Patient?{name}={word}")
        assert answer.status_code < 500, (name, word, answer.text)
        body = answer.text.lower()
        assert "sqlite" not in body
        assert "psycopg" not in body
        assert "traceback" not in body
        if answer.status_code == 200:
            shown = {
                one["resource"]["id"] for one in answer.json().get("entry", []) if one["search"]["mode"] == "match"
            }
            assert shown <= everybody


@pytest.mark.parametrize("word", WORDS)
def test_no_path_breaks_out(doctor: Client, word: str) -> None:
    safe = word.replace("#", "%23")
    for path in (
        f"Patient/{safe}",
        f"Patient/{safe}/_history",
        f"Patient/{CHILD}/_history/{safe}",
        safe,
        f"Patient/{safe}/$everything",
    ):
        for method in ("GET", "DELETE"):
            assert doctor.request(method, f"/fhir/{path}").status_code < 500, (method, path)


def test_too_many_parameters_are_refused(doctor: Client) -> None:
    assert doctor.get("/fhir/Patient?" + "&".join(f"name=a{n}" for n in range(500))).status_code == 400
    assert doctor.get("/fhir/Patient?_id=" + ",".join(str(n) for n in range(2000))).status_code == 400


@pytest.mark.parametrize("host", ['a"b', "a/b", "evil.example:99999999", "<x>"])
def test_a_strange_host_is_not_repeated(doctor: Client, host: str) -> None:
    answer = doctor.get("/fhir/Patient?_count=1", headers={"host": host})
    assert json.loads(answer.content)["link"][0]["url"].startswith("http://127.0.0.1/")


@pytest.mark.parametrize("method", ["TRACE", "OPTIONS", "PATCH", "FOO"])
def test_other_methods_are_refused(doctor: Client, method: str) -> None:
    assert doctor.request(method, f"/fhir/Patient/{CHILD}").status_code in (400, 404, 405)


_scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["final", "Patient/1", "2026"])
)
_values = st.recursive(
    _scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.one_database
@settings(max_examples=60, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(element=st.sampled_from(sorted(condition("x") | weight("x"))), value=_values, data=st.data())
def test_no_document_makes_the_server_stumble(doctor: Client, element: str, value: object, data: st.DataObject) -> None:
    document = data.draw(st.sampled_from([condition(CHILD), weight(CHILD)]))
    kind = document["resourceType"]
    answer = doctor.post(
        f"/fhir/{kind}", content=json.dumps(document | {element: value}).replace("§", ""), headers=FHIR
    )
    assert answer.status_code < 500, answer.text


@pytest.mark.one_database
@settings(max_examples=80, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(kind=st.sampled_from(["Patient", "Observation", "Immunization", "List"]), data=st.data())
def test_no_question_makes_the_server_stumble(doctor: Client, kind: str, data: st.DataObject) -> None:
    from healthrec.fhir.search_params import PARAMS

    name = data.draw(st.sampled_from(sorted(PARAMS[kind])))
    modifier = data.draw(st.sampled_from(["", ":missing", ":not", ":exact", ":contains", ":below", ":Patient", ":x"]))
    value = data.draw(
        st.text(max_size=30)
        | st.sampled_from(["true", "x|y", "gt5", "2026-02", "Patient/1", "5|http://unitsofmeasure.org|kg"])
    )
    sort = data.draw(st.sampled_from(["", name, f"-{name}", "_id"]))
    answer = doctor.get(f"/fhir/{kind}", params={f"{name}{modifier}": value} | ({"_sort": sort} if sort else {}))
    assert answer.status_code < 500, answer.text
