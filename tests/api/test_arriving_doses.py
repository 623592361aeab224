"""Doses that another system or a nurse sends over FHIR: one dose is one, and what differs waits for a nurse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from tests.documents import bundle, dose, entry
from tests.town import Client, Clients, caller_named

from healthrec.services.accounts.administer import Wanted, create_account
from healthrec.services.context import operator
from healthrec.services.immunization.card import child_with_doses
from healthrec.services.immunization.decide_dose import decide_dose
from healthrec.services.immunization.facts import Told, told
from healthrec.store import children

MARK = "https://healthrec.example/fhir/StructureDefinition/dose-differs-from"
NUMBER = {"identifier": [{"system": "urn:oid:1.2.3", "value": "P-77"}]}
SOURCE = "https://healthrec.example/fhir/CodeSystem/dose-source"


@dataclass
class Site:
    """A vaccination unit whose doses come from the province: its nurse, the province's client and one of its children."""

    api: Clients
    nurse: Client
    gateway: Client
    child: str

    def dose(self, day: str = "2026-10-12", **more: Any) -> dict[str, Any]:
        return dose(self.child, "Var", day, **({"lotNumber": "A1"} | more))

    def standing(self) -> Told:
        services, caller = self.api.services, caller_named(self.api.services, "vaccinator2")
        with services.database.read() as connection:
            child = child_with_doses(connection, caller, self.child)
            return told(services, connection, caller, child, services.today())

    def counted(self) -> list[str]:
        return [one.id for one in self.standing().doses if one.vaccine == "Var"]


def gateway_for(api: Clients, username: str, name: str) -> Client:
    """A client system of the place where that sign-in works."""
    services, nurse = api.services, caller_named(api.services, username)
    from healthrec.store import projections

    with services.database.read() as connection:
        place = projections.organization_row(connection, nurse.organization).id
    create_account(services, operator(services), Wanted(name, "system", (), place, False))
    return api(name)


def a_child_of(api: Clients, username: str) -> str:
    with api.services.database.read() as connection:
        return children.all_of(connection, caller_named(api.services, username).viewer, ("", 0), True, 1)[0].id


@pytest.fixture
def site(api: Clients) -> Site:
    gateway = gateway_for(api, "vaccinator2", "gateway")
    return Site(api, api("vaccinator2"), gateway, a_child_of(api, "vaccinator2"))


def marks(document: dict[str, Any]) -> list[str]:
    return [one["valueReference"]["reference"] for one in document.get("extension", ()) if one["url"] == MARK]


def test_the_same_dose_with_its_identifier_is_the_one_on_record(site: Site) -> None:
    first = site.gateway.post("/fhir/Immunization", json=site.dose(**NUMBER))
    again = site.gateway.post("/fhir/Immunization", json=site.dose(**NUMBER))
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert again.headers["location"].endswith(f"Immunization/{first.json()['id']}/_history/1")
    assert len(site.counted()) == 1


def test_without_an_identifier_the_answer_names_the_dose_on_record(site: Site) -> None:
    first = site.gateway.post("/fhir/Immunization", json=site.dose()).json()["id"]
    for sender in (site.gateway, site.nurse):
        again = sender.post("/fhir/Immunization", json=site.dose())
        assert again.status_code == 409
        (issue,) = again.json()["issue"]
        assert issue["expression"] == [f"Immunization/{first}"]
        assert f"Immunization/{first}" in issue["diagnostics"]
    assert len(site.counted()) == 1


def test_if_none_exist_gives_the_dose_of_that_identifier(site: Site) -> None:
    asks = {"if-none-exist": "identifier=urn:oid:1.2.3|P-77"}
    made = site.gateway.post("/fhir/Immunization", json=site.dose(**NUMBER), headers=asks)
    found = site.gateway.post("/fhir/Immunization", json=site.dose(**NUMBER, lotNumber="B9"), headers=asks)
    assert (made.status_code, found.status_code) == (201, 200)
    assert found.json()["id"] == made.json()["id"]
    refused = site.gateway.post("/fhir/Immunization", json=site.dose(), headers={"if-none-exist": "date=2026-10-12"})
    assert refused.status_code == 400
    weight = site.gateway.post("/fhir/Observation", json={"resourceType": "Observation"}, headers=asks)
    assert weight.status_code == 400


@pytest.mark.parametrize(
    "differs",
    [{"day": "2026-10-13"}, {"lotNumber": "B9"}, {"vaccineCode": {"text": "水痘"}}, {"status": "not-done"}],
    ids=["another day", "another lot", "another product", "not given"],
)
def test_what_differs_waits_and_does_not_count(site: Site, differs: dict[str, Any]) -> None:
    standing = site.nurse.post("/fhir/Immunization", json=site.dose()).json()["id"]
    otherwise = site.gateway.post("/fhir/Immunization", json=site.dose(**differs))
    assert otherwise.status_code == 201, otherwise.text
    assert marks(otherwise.json()) == [f"Immunization/{standing}"]
    assert site.counted() == [standing]
    (dispute,) = site.standing().disputes
    assert (dispute.recorded["id"], dispute.other["id"]) == (standing, otherwise.json()["id"])
    again = site.gateway.post("/fhir/Immunization", json=site.dose(**differs))
    assert (again.status_code, again.json()["issue"][0]["expression"]) == (
        409,
        [f"Immunization/{otherwise.json()['id']}"],
    )


def test_another_day_under_one_identifier_differs_however_far_away(site: Site) -> None:
    standing = site.gateway.post("/fhir/Immunization", json=site.dose("2026-06-01", **NUMBER)).json()["id"]
    later = site.gateway.post("/fhir/Immunization", json=site.dose("2026-10-12", **NUMBER))
    assert marks(later.json()) == [f"Immunization/{standing}"]
    assert marks(site.gateway.post("/fhir/Immunization", json=site.dose("2026-10-13")).json()) == []


def test_a_dose_said_to_be_given_where_the_record_says_not_waits_too(site: Site) -> None:
    missed = site.nurse.post("/fhir/Immunization", json=site.dose(status="not-done")).json()["id"]
    given = site.gateway.post("/fhir/Immunization", json=site.dose()).json()
    assert marks(given) == [f"Immunization/{missed}"]
    assert site.counted() == []
    decide_dose(
        site.api.services, caller_named(site.api.services, "vaccinator2"), site.child, given["id"], "other", "证上有"
    )
    assert site.counted() == [given["id"]]


def test_what_was_decided_against_is_not_brought_back_by_its_source(site: Site) -> None:
    standing = site.nurse.post("/fhir/Immunization", json=site.dose()).json()["id"]
    other = site.gateway.post("/fhir/Immunization", json=site.dose("2026-10-13")).json()["id"]
    nurse = caller_named(site.api.services, "vaccinator2")
    decide_dose(site.api.services, nurse, site.child, other, "recorded", "证上是12日")
    again = site.gateway.post("/fhir/Immunization", json=site.dose("2026-10-13"))
    assert (again.status_code, again.json()["issue"][0]["expression"]) == (409, [f"Immunization/{other}"])
    revived = site.dose("2026-10-13", id=other)
    put = site.gateway.put(f"/fhir/Immunization/{other}", json=revived, headers={"if-match": 'W/"2"'})
    assert put.status_code == 409
    assert site.counted() == [standing]


def test_a_client_system_cannot_take_the_mark_away(site: Site) -> None:
    standing = site.nurse.post("/fhir/Immunization", json=site.dose()).json()["id"]
    other = site.gateway.post("/fhir/Immunization", json=site.dose("2026-10-13")).json()["id"]
    bare = site.dose("2026-10-13", id=other, lotNumber="C3")
    put = site.gateway.put(f"/fhir/Immunization/{other}", json=bare, headers={"if-match": 'W/"1"'})
    assert (put.status_code, marks(put.json())) == (200, [f"Immunization/{standing}"])
    assert site.counted() == [standing]


def test_a_correction_that_meets_another_dose_waits(site: Site) -> None:
    first = site.gateway.post("/fhir/Immunization", json=site.dose("2026-05-12")).json()["id"]
    second = site.gateway.post("/fhir/Immunization", json=site.dose("2026-09-12")).json()["id"]
    moved = site.dose("2026-05-20", id=second)
    put = site.gateway.put(f"/fhir/Immunization/{second}", json=moved, headers={"if-match": 'W/"1"'})
    assert marks(put.json()) == [f"Immunization/{first}"]


def test_a_transaction_points_to_the_dose_that_stands(site: Site) -> None:
    standing = site.gateway.post("/fhir/Immunization", json=site.dose(**NUMBER)).json()["id"]
    urn = "urn:uuid:00000000-0000-4000-8000-000000000077"
    judged = {"resourceType": "ImmunizationEvaluation", "status": "completed", "date": "2026-10-12"}
    judged |= {"patient": {"reference": f"Patient/{site.child}"}, "immunizationEvent": {"reference": urn}}
    judged |= {"doseStatus": {"coding": [{"code": "valid"}]}, "targetDisease": {"text": "水痘"}}
    sent = bundle(
        "transaction",
        entry("POST", "Immunization", site.dose(**NUMBER), urn),
        entry("POST", "ImmunizationEvaluation", judged),
    )
    answer = site.gateway.post("/fhir", json=sent)
    assert answer.status_code == 200, answer.text
    assert [one["response"]["status"] for one in answer.json()["entry"]] == ["200", "201"]
    (found,) = site.gateway.search(f"ImmunizationEvaluation?patient=Patient/{site.child}")
    assert found["immunizationEvent"]["reference"] == f"Immunization/{standing}"
    conditional = entry("POST", "Immunization", site.dose("2026-10-20"))
    conditional["request"]["ifNoneExist"] = "identifier=urn:oid:1.2.3|P-77"
    answer = site.gateway.post("/fhir", json=bundle("transaction", conditional)).json()
    assert f"Immunization/{standing}/" in answer["entry"][0]["response"]["location"]


def test_doses_of_one_transaction_are_one_source_and_two_doses(site: Site) -> None:
    both = [entry("POST", "Immunization", site.dose(day)) for day in ("2026-09-01", "2026-09-20")]
    assert site.gateway.post("/fhir", json=bundle("transaction", *both)).status_code == 200
    assert len(site.counted()) == 2


def test_where_doses_are_recorded_here_another_system_hands_none_over(api: Clients) -> None:
    gateway, child = gateway_for(api, "vaccinator", "gateway"), a_child_of(api, "vaccinator")
    refused = gateway.post("/fhir/Immunization", json=dose(child, "Var", "2026-10-12"))
    assert refused.status_code == 422
    assert "records doses itself" in refused.text
    certificate = {"reportOrigin": {"coding": [{"system": SOURCE, "code": "certificate"}]}}
    assert gateway.post("/fhir/Immunization", json=dose(child, "Var", "2026-10-12", **certificate)).status_code == 201
    own = dose(child, "Inf", "2026-10-12", primarySource=True)
    assert gateway.post("/fhir/Immunization", json=own).status_code == 201


def test_two_senders_at_once_make_one_dose(site: Site) -> None:
    answers = site.gateway.together([("POST", "/fhir/Immunization", {"json": site.dose(**NUMBER)})] * 2)
    assert sorted(one.status_code for one in answers) == [200, 201]
    assert len(site.counted()) == 1


def test_a_nurse_of_a_nursery_is_told_nothing_of_an_immunoglobulin(api: Clients) -> None:
    child = a_child_of(api, "nurse")
    globulin = dose(child, "HBIG", "2026-10-12")
    assert api("doctor").post("/fhir/Immunization", json=globulin).status_code == 201
    source = {"reportOrigin": {"coding": [{"system": SOURCE, "code": "certificate"}]}}
    unknown = dose(child, "", "2026-10-12", vaccineCode={"text": "看不清"}, **source)
    written = api("nurse").post("/fhir/Immunization", json=unknown)
    assert (written.status_code, marks(written.json())) == (201, [])
