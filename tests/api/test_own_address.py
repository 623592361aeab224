"""References by this server's own address: a client that follows `fullUrl` refers so. They are kept as relative ones."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from tests.conftest import settings_for
from tests.documents import BASE, condition, sent, sent_with, weight
from tests.town import Client, Clients, the_town

from healthrec.services.opening import opened

CHILD = the_town().demo_child.id
OWN = "http://clinic.test/fhir"


def stored(client: Client, document: dict[str, Any]) -> str:
    made = client.post("/fhir/Observation", **sent(document))
    assert made.status_code == 201, made.text
    return client.get(f"/fhir/Observation/{made.json()['id']}").text


def test_they_become_relative_and_nothing_else_changes(api: Clients) -> None:
    address = f"{OWN}/Patient/{CHILD}"
    div = f'<div xmlns="http://www.w3.org/1999/xhtml">{address}</div>'
    note = {"extension": [{"url": f"{BASE}StructureDefinition/x", "valueUri": address}], "text": f"见 {address}"}
    document = weight(CHILD, "7.90", text={"status": "generated", "div": div}, note=[note])
    plain, whole = (
        stored(api("doctor"), document | {"subject": {"reference": reference}})
        for reference in (f"Patient/{CHILD}", address)
    )
    assert "".join(_without_place(whole)) == "".join(_without_place(plain))
    assert '"value":7.90' in whole


def test_it_is_then_the_childs_own_and_found_there(api: Clients) -> None:
    document = weight(CHILD) | {"subject": {"reference": f"{OWN}/Patient/{CHILD}/_history/1"}}
    id_ = json.loads(stored(api("nurse"), document))["id"]
    assert id_ in api("nurse").ids(f"Observation?subject=Patient/{CHILD}&_count=200")
    assert api("nurse2").get(f"/fhir/Observation/{id_}").status_code == 404


def test_an_escaped_slash_hides_none(api: Clients) -> None:
    document = weight(CHILD) | {"subject": {"reference": f"{OWN}/Patient/{CHILD}"}}
    body = sent(document)["content"].replace(b"/", b"\\/")
    made = api("doctor").post("/fhir/Observation", content=body, headers=sent(document)["headers"])
    assert made.json()["subject"]["reference"] == f"Patient/{CHILD}"


def test_in_an_update_and_in_a_bundle_too(api: Clients) -> None:
    doctor, address = api("doctor"), f"{OWN}/Patient/{CHILD}"
    first = doctor.post("/fhir/Observation", **sent(weight(CHILD))).json()
    over = weight(CHILD, "8.00", id=first["id"]) | {"subject": {"reference": address}}
    changed = doctor.put(f"/fhir/Observation/{first['id']}", **sent_with(over, if_match='W/"1"'))
    assert changed.json()["subject"]["reference"] == f"Patient/{CHILD}"
    for kind in ("transaction", "batch"):
        entry = {
            "resource": condition(CHILD) | {"subject": {"reference": address}},
            "request": {"method": "POST", "url": "Condition"},
        }
        bundle = {"resourceType": "Bundle", "type": kind, "entry": [entry]}
        answer = doctor.post("/fhir", json=bundle, headers={"prefer": "return=representation"}).json()
        assert answer["entry"][0]["resource"]["subject"]["reference"] == f"Patient/{CHILD}", kind


@pytest.mark.parametrize("other", ["http://elsewhere.test/fhir/Patient/1", "http://clinic.test/fhirs/Patient/1",
                                   "http://clinic.test/fhir/Patient/1/more", "http://clinic.test/fhir/Patient"])  # fmt: skip
def test_addresses_of_others_stay(api: Clients, other: str) -> None:
    text = stored(api("doctor"), weight(CHILD, performer=[{"reference": other}]))
    assert json.loads(text)["performer"][0]["reference"] == other


def test_the_public_address_and_the_one_asked_are_both_this_server(town_url: str) -> None:
    with opened(settings_for(town_url, public_url="https://record.example/")) as services:
        clients = Clients(services)
        for base in ("https://record.example/fhir", "http://clinic.test/fhir"):
            document = weight(CHILD) | {"subject": {"reference": f"{base}/Patient/{CHILD}"}}
            made = clients("doctor").post("/fhir/Observation", **sent(document))
            assert made.json()["subject"]["reference"] == f"Patient/{CHILD}"
        clients.close()


def _without_place(text: str) -> list[str]:
    """The document without what tells two stored ones apart."""
    return re.split(r'"id":"[^"]*"|"lastUpdated":"[^"]*"', text)
