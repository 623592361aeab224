"""Batches and transactions: all or nothing, any order, each refusal in its place."""

from __future__ import annotations

import random

import pytest
from tests.documents import bundle, condition, entry, episode, patient, sent, sent_with, weight
from tests.town import Client, Clients, the_town

CHILD = the_town().demo_child.id
CENTRE = the_town().institutions.centres[0].id


@pytest.fixture(scope="module")
def doctor(shared_api: Clients) -> Client:
    return shared_api("doctor")


def _new_child(number: str) -> list[dict[str, object]]:
    child, visit = (
        f"urn:uuid:00000000-0000-4000-8000-0000000{number[-5:]}",
        f"urn:uuid:00000000-0000-4000-9000-0000000{number[-5:]}",
    )
    measured = weight("x") | {"subject": {"reference": child}, "encounter": {"reference": visit}}
    met = {"resourceType": "Encounter", "status": "finished", "subject": {"reference": child},
           "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"}}  # fmt: skip
    early = {"valueQuantity": {"value": 250, "system": "http://unitsofmeasure.org", "code": "d"}}
    gestation = measured | {"code": {"coding": [{"system": "http://loinc.org", "code": "11884-4"}]}} | early
    return [
        entry("POST", "Patient", patient("周序", number), child),
        entry("POST", "EpisodeOfCare", episode(child, "health-management", CENTRE)),
        entry("POST", "Encounter", met, visit),
        entry("POST", "Observation", measured),
        entry("POST", "Observation", gestation),
    ]


@pytest.mark.parametrize("seed", range(6))
def test_the_order_of_entries_does_not_matter(shared_api: Clients, doctor: Client, seed: int) -> None:
    from healthrec.store import projections

    number = f"8999992026010{seed}1232"
    entries = _new_child(number)
    random.Random(seed).shuffle(entries)
    answer = doctor.post("/fhir", **sent(bundle("transaction", *entries)))
    assert answer.status_code == 200, answer.text
    child = doctor.search(f"Patient?identifier={number}")[0]["id"]
    measured = doctor.search(f"Observation?subject=Patient/{child}&code=29463-7")[0]
    assert doctor.get(f"/fhir/{measured['encounter']['reference']}").status_code == 200
    with shared_api.services.database.read() as connection:
        from healthrec.store import resources

        row = resources.find(connection, "Patient", child)
        assert row is not None
        assert projections.child_row(connection, row.key).gestation_days == 250


def test_a_transaction_writes_all_or_nothing(doctor: Client) -> None:
    before = doctor.get("/fhir/Condition?_summary=count").json()["total"]
    good, bad = entry("POST", "Condition", condition(CHILD)), entry("POST", "Condition", condition("nobody"))
    answer = doctor.post("/fhir", **sent(bundle("transaction", good, bad)))
    assert answer.status_code == 400
    assert doctor.get("/fhir/Condition?_summary=count").json()["total"] == before


def test_a_batch_writes_each_on_its_own(doctor: Client) -> None:
    good, bad = entry("POST", "Condition", condition(CHILD)), entry("POST", "Condition", condition("nobody"))
    read, gone = entry("GET", f"Patient/{CHILD}"), entry("GET", "Patient/nobody")
    look, empty, silly = entry("GET", "Condition?code=J06.9&_count=1"), {"request": {"method": "GET"}}, {"request": "x"}
    answer = doctor.post("/fhir", **sent(bundle("batch", good, bad, read, gone, look, empty, silly)))
    statuses = [one["response"]["status"][:3] for one in answer.json()["entry"]]
    assert statuses == ["201", "400", "200", "404", "200", "400", "400"]
    assert answer.json()["entry"][1]["response"]["outcome"]["resourceType"] == "OperationOutcome"
    assert answer.json()["entry"][2]["resource"]["id"] == CHILD


def test_a_transaction_updates_and_deletes_with_versions(doctor: Client) -> None:
    made = [doctor.post("/fhir/Condition", **sent(condition(CHILD))).json()["id"] for _ in range(2)]
    edit = entry("PUT", f"Condition/{made[0]}", condition(CHILD, "J45.0") | {"id": made[0]}, ifMatch='W/"1"')
    drop = entry("DELETE", f"Condition/{made[1]}", ifMatch='W/"1"')
    answer = doctor.post("/fhir", **sent(bundle("transaction", edit, drop)))
    assert [one["response"]["status"] for one in answer.json()["entry"]] == ["200", "204"]
    assert doctor.post("/fhir", **sent(bundle("transaction", edit))).status_code == 412


@pytest.mark.parametrize(
    "broken",
    [
        bundle("transaction", entry("POST", "Condition", condition(CHILD), ifNoneExist="identifier=x")),
        bundle("transaction", entry("PUT", "Condition?identifier=x", condition(CHILD))),
        bundle("transaction", entry("PUT", "Condition/a", condition(CHILD) | {"id": "b"})),
        bundle("transaction", entry("PATCH", "Condition/a", condition(CHILD))),
        bundle("transaction", entry("GET", f"Patient/{CHILD}")),
        bundle("transaction", {"resource": condition(CHILD)}),
        bundle(
            "transaction", entry("PUT", "Condition/a", condition(CHILD)), entry("PUT", "Condition/a", condition(CHILD))
        ),
        bundle("collection", entry("POST", "Condition", condition(CHILD))),
        {"resourceType": "Bundle", "type": "transaction", "entry": {}},
        {"resourceType": "Patient"},
        bundle("transaction", entry("DELETE", "Condition/\u0000")),
        bundle("transaction", entry("DELETE", "Condition/" + "x" * 70)),
    ],
)
def test_a_transaction_that_would_be_half_understood_is_refused(doctor: Client, broken: dict[str, object]) -> None:
    answer = doctor.post("/fhir", **sent(broken))
    assert answer.status_code in (400, 404, 422)
    assert answer.json()["resourceType"] == "OperationOutcome"


def test_an_empty_transaction_writes_nothing(doctor: Client) -> None:
    assert doctor.post("/fhir", **sent({"resourceType": "Bundle", "type": "transaction"})).status_code == 200


def test_a_transaction_under_one_command_is_carried_out_once(doctor: Client) -> None:
    both = bundle("transaction", *[entry("POST", "Condition", condition(CHILD)) for _ in range(2)])
    answers = [doctor.post("/fhir", **sent_with(both, x_command_id="bundle-1")) for _ in range(2)]
    assert answers[0].text == answers[1].text
