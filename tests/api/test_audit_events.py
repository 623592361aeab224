"""The audit over FHIR: for the auditor alone, newest first, in pages, by child and by day."""

from __future__ import annotations

from tests.town import Clients, the_town


def test_the_auditor_finds_who_read_a_child(api: Clients) -> None:
    child = the_town().demo_child.id
    api("doctor").get(f"/fhir/Patient/{child}")
    answer = api("auditor").get(f"/fhir/AuditEvent?patient=Patient/{child}&_count=1")
    (entry,) = answer.json()["entry"]
    event = entry["resource"]
    assert event["subtype"][0]["code"] == "read"
    assert event["agent"][0]["name"] == "doctor"
    assert event["entity"][0]["what"]["reference"] == f"Patient/{child}"


def test_pages_go_on_without_showing_an_event_twice(api: Clients) -> None:
    for _ in range(3):
        api("doctor").get("/fhir/Patient?_count=1")
    first = api("auditor").get("/fhir/AuditEvent?_count=2").json()
    following = next(link["url"] for link in first["link"] if link["relation"] == "next")
    second = api("auditor").get(following).json()
    ids = [entry["resource"]["id"] for page in (first, second) for entry in page["entry"]]
    assert len(ids) == len(set(ids)) == 4


def test_nobody_else_reads_it_and_nobody_writes_it(api: Clients) -> None:
    assert api("doctor").get("/fhir/AuditEvent").status_code == 403
    assert api("admin").get("/fhir/AuditEvent").status_code == 403
    event = {"resourceType": "AuditEvent", "recorded": "2026-11-22T00:00:00Z"}
    assert api("auditor").post("/fhir/AuditEvent", json=event).status_code in (400, 403, 422)


def test_what_is_not_supported_is_refused_rather_than_left_out(api: Clients) -> None:
    assert api("auditor").get("/fhir/AuditEvent?agent=x").status_code == 400
    assert api("auditor").get("/fhir/AuditEvent?date=2026-13-01").status_code == 422
