"""Many at once: one identifier is taken once, no acknowledged update is lost, one command is carried out once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from tests.documents import bundle, condition, dose, entry, episode, patient, sent, sent_with, weight
from tests.town import Clients, bearer_for, the_town

from healthrec.fhir.facts import differs_from
from healthrec.services.context import Services
from healthrec.store.engine import connect_sqlite

CHILD = the_town().demo_child.id
CENTRE = the_town().institutions.centres[0].id


def _post(document: dict[str, Any], **headers: str) -> tuple[str, str, dict[str, Any]]:
    kind = "" if document["resourceType"] == "Bundle" else f"/{document['resourceType']}"
    return "POST", f"/fhir{kind}", sent_with(document, **headers)


def test_racers_with_one_identifier_make_one_child(api: Clients) -> None:
    urn = "urn:uuid:00000000-0000-4000-8000-000000000007"
    both = bundle(
        "transaction",
        entry("POST", "Patient", patient("孙竞", "899999202601010070"), urn),
        entry("POST", "EpisodeOfCare", episode(urn, "health-management", CENTRE)),
    )
    answers = api("doctor").together([_post(both) for _ in range(6)])
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409, 409, 409]
    assert len(api("doctor").ids("Patient?identifier=899999202601010070")) == 1


def test_no_acknowledged_update_is_lost(api: Clients) -> None:
    doctor = api("doctor")
    made = doctor.post("/fhir/Condition", **sent(condition(CHILD, note=[{"text": "start"}]))).json()
    address, acknowledged = f"/fhir/Condition/{made['id']}", {"start"}
    for round_ in range(3):
        current = doctor.get(address)
        requests = []
        for racer in range(20):
            document = current.json() | {"note": [{"text": f"{round_}-{racer}"}]}
            requests.append(("PUT", address, sent_with(document, if_match=current.headers["etag"])))
        answers = doctor.together(requests)
        won = [answer for answer in answers if answer.status_code == 200]
        assert len(won) == 1
        assert {answer.status_code for answer in answers} <= {200, 409, 412}
        acknowledged.add(won[0].json()["note"][0]["text"])
    history = [one["resource"]["note"][0]["text"] for one in doctor.get(f"{address}/_history").json()["entry"]]
    assert sorted(history) == sorted(acknowledged)


def test_twins_of_one_command_get_one_answer(api: Clients) -> None:
    answers = api("doctor").together([_post(weight(CHILD, "7.7"), x_command_id="twin-1") for _ in range(8)])
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1


def test_transactions_that_meet_crosswise_do_not_fail_the_server(api: Clients) -> None:
    doctor = api("doctor")
    ids = [doctor.post("/fhir/Condition", **sent(condition(CHILD))).json()["id"] for _ in range(4)]

    def turned(order: list[str], code: str) -> tuple[str, str, dict[str, Any]]:
        edits = [
            entry("PUT", f"Condition/{id_}", condition(CHILD, code) | {"id": id_}, ifMatch='W/"1"') for id_ in order
        ]
        return _post(bundle("transaction", *edits))

    answers = doctor.together([turned(ids if n % 2 else ids[::-1], f"J{n:02}.0") for n in range(10)])
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses[0] == 200
    assert set(statuses[1:]) <= {409, 412}
    versions = {doctor.get(f"/fhir/Condition/{id_}").json()["code"]["coding"][0]["code"] for id_ in ids}
    assert len(versions) == 1


def test_of_many_words_about_one_dose_said_at_once_one_stands_and_the_others_wait_for_a_nurse(api: Clients) -> None:
    words = [dose(CHILD, "Var", f"2026-11-{day}") for day in range(10, 16)]
    answers = api("vaccinator").together([_post(word) for word in words])
    assert [answer.status_code for answer in answers] == [201] * len(words)
    assert sum(not differs_from(answer.json()) for answer in answers) == 1


def test_readers_and_writers_at_once_all_get_an_answer(api: Clients) -> None:
    doctor = api("doctor")
    requests: list[tuple[str, str, dict[str, Any]]] = []
    for n in range(15):
        requests += [
            _post(weight(CHILD, f"7.{n}")),
            ("GET", f"/fhir/Patient/{CHILD}", {}),
            ("GET", "/fhir/Patient?_count=5", {}),
        ]
    answers = doctor.together(requests)
    assert {answer.status_code for answer in answers} == {200, 201}


@pytest.mark.one_database
def test_a_write_that_must_wait_for_another_process_holds_up_nobody_else(
    live_server: str, town_services: Services
) -> None:
    path, bearer = town_services.database.path, bearer_for(town_services, "doctor")
    assert path is not None
    other = connect_sqlite(path)
    other.execute("BEGIN IMMEDIATE")
    asked = sent_with(weight(CHILD, "7.7"), authorization=f"Bearer {bearer}")
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(httpx.post, f"{live_server}/fhir/Observation", timeout=30, **asked)
        answers = {httpx.get(f"{live_server}/fhir/metadata").status_code for _ in range(20)}
        assert (answers, waiting.done()) == ({200}, False)
        other.execute("COMMIT")
        assert waiting.result().status_code == 201
    other.close()
