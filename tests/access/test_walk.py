"""A stranger's walk: a canary lies in the record of another institution, and no door, question or trick shows it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.access import canary
from tests.access.canary import NUMBER, WORD
from tests.documents import BASE, bundle, concept, condition, entry, episode, patient, sent, sent_with, weight
from tests.town import Clients, the_town

TOWN = the_town()
CHILD, PLACE = TOWN.second_demo_child.id, TOWN.institutions.nurseries[1].organization.id
OWN, HERE = TOWN.demo_child.id, TOWN.institutions.nurseries[0].organization.id
STRANGERS = ["doctor", "guide", "vaccinator", "nurse", "carer", "head", "parent", "specialist", "admin", "auditor"]
HIDDEN = canary.about(CHILD, PLACE, "hidden")


@pytest.fixture(scope="module")
def town(shared_api: Clients) -> Iterator[Clients]:
    canary.put(shared_api.services, HIDDEN)
    yield shared_api


@pytest.mark.parametrize("user", STRANGERS)
def test_no_way_of_reading_shows_it(town: Clients, user: str) -> None:
    client = town(user)
    for document in [*HIDDEN, {"resourceType": "Patient", "id": CHILD}]:
        name = f"{document['resourceType']}/{document['id']}"
        made_up = f"{document['resourceType']}/never-was"
        for path in ("", "/_history", "/_history/1", "/_history/2"):
            answers = [client.get(f"/fhir/{one}{path}") for one in (name, made_up)]
            assert [answer.status_code for answer in answers] == [404, 404]
            told = [answer.text.replace(one, "X") for answer, one in zip(answers, (name, made_up), strict=True)]
            assert told[0] == told[1]
        assert client.head(f"/fhir/{name}").status_code == 404
    assert client.get(f"/fhir/Patient/{CHILD}/$everything").status_code == 404


QUESTIONS = [
    "Observation?value-quantity=9.99|http://unitsofmeasure.org|kg", f"Condition?subject=Patient/{CHILD}", "Condition?code=F80.1",
    "Immunization?lot-number=" + WORD, f"Patient?_id={CHILD}", "Task?_id=hidden-12", "Group?_id=hidden-13",
    f"Group?member=Patient/{CHILD}", f"Observation?patient._id={CHILD}", "Patient?_has:Condition:subject:_id=hidden-1",
    "Patient?_has:Immunization:patient:lot-number=" + WORD, "Patient?_has:Observation:subject:value-quantity=9.99",
    "Organization?_has:Task:subject:_id=hidden-12", "Observation?_id=hidden-0&_include=Observation:subject",
    f"Organization?_id={PLACE}&_revinclude=Task:subject&_revinclude=Group:managing-entity&_revinclude=Encounter:service-provider",
    "Practitioner?_revinclude=Observation:performer&_count=1000", f"Organization?_revinclude=EpisodeOfCare:organization&_id={PLACE}",
    f"EpisodeOfCare?organization=Organization/{PLACE}", "DocumentReference?_id=hidden-8", f"Consent?patient={CHILD}",
]  # fmt: skip


@pytest.mark.parametrize("user", STRANGERS)
def test_no_question_finds_it_by_get_or_post(town: Clients, user: str) -> None:
    client = town(user)
    for question in QUESTIONS:
        kind, _, asked = question.partition("?")
        posted = client.post(
            f"/fhir/{kind}/_search", content=asked, headers={"content-type": "application/x-www-form-urlencoded"}
        )
        for answer in (client.get(f"/fhir/{question}"), posted):
            assert answer.status_code == 200, (question, answer.text)
            shown = {one["resource"]["id"] for one in answer.json().get("entry", [])}
            assert not shown & ({document["id"] for document in HIDDEN} | {CHILD}), question
            assert WORD not in str(answer.json().get("entry"))
        if "include" not in question:
            assert client.get(f"/fhir/{question}&_summary=count").json()["total"] == len(
                client.ids(f"{question}&_count=1000")
            )


@pytest.mark.parametrize("user", STRANGERS)
def test_what_exists_unseen_and_what_does_not_exist_answer_alike(town: Clients, user: str) -> None:
    client = town(user)
    name, number = TOWN.second_demo_child.name.official, "899999209901010010"
    pairs = [
        (f"Patient?name={name}", "Patient?name=没有这人"),
        (f"Observation?subject:Patient.name={name}", "Observation?subject:Patient.name=没有这人"),
        ("Patient?_has:Condition:subject:code=F80.1", "Patient?_has:Condition:subject:code=F99.9"),
        (f"Group?member=Patient/{CHILD}", "Group?member=Patient/never-was"),
        ("Immunization?lot-number=" + WORD, "Immunization?lot-number=nothing"),
        (
            f"Patient?identifier={BASE}sid/cn-resident-id|{NUMBER}",
            f"Patient?identifier={BASE}sid/cn-resident-id|{number}",
        ),
    ]
    for existing, absent in pairs:
        if existing.startswith("Patient?name") and client.ids(existing):
            continue  # a namesake that this sign-in may see
        answers = [client.get(f"/fhir/{one}").json() for one in (existing, absent)]
        assert [answer["total"] for answer in answers] == [0, 0], existing


@pytest.mark.parametrize("user", ["doctor", "nurse", "guide", "vaccinator", "parent", "specialist"])
def test_writing_about_it_tells_nothing_and_changes_nothing(town: Clients, user: str) -> None:
    client, keeper = town(user), town("doctor2")
    before = keeper.get(f"/fhir/Patient/{CHILD}/$everything?_count=1000").json()
    for child in (CHILD, "never-was"):
        answers = [client.post(f"/fhir/{one['resourceType']}", **sent(one)) for one in _attempts(child)]
        assert {answer.status_code for answer in answers} <= {400, 403}, [answer.text for answer in answers]
    told = [
        [client.post(f"/fhir/{one['resourceType']}", **sent(one)).text.replace(child, "X") for one in _attempts(child)]
        for child in (CHILD, "never-was")
    ]
    assert told[0] == told[1]
    for document in HIDDEN:
        path = f"/fhir/{document['resourceType']}/{document['id']}"
        assert client.put(path, **sent(document)).status_code == 404
        assert client.put(path, **sent_with(document, if_match='W/"1"')).status_code == 404
        assert client.put(path, **sent_with(document, if_match='W/"7"')).status_code == 404
        assert client.delete(path).status_code == 404
    answer = client.post(
        "/fhir", **sent(bundle("batch", *[entry("GET", f"{d['resourceType']}/{d['id']}") for d in HIDDEN]))
    )
    assert {one["response"]["status"] for one in answer.json()["entry"]} == {"404"}
    assert keeper.get(f"/fhir/Patient/{CHILD}/$everything?_count=1000").json() == before


def _attempts(child: str) -> list[dict[str, Any]]:
    subject = {"reference": f"Patient/{child}"}
    bridge = {"resourceType": "List", "status": "current", "mode": "working", "entry": [{"item": subject}]}
    return [
        weight(child),
        condition(child),
        episode(f"Patient/{child}", "nursery-enrolment", HERE),
        episode(f"Patient/{child}", "health-management", TOWN.institutions.centres[0].id),
        {"resourceType": "RelatedPerson", "patient": subject},
        {"resourceType": "Consent", "status": "active", "patient": subject, "scope": {"text": "x"}, "category": [{"text": "x"}]},
        bridge | {"source": {"reference": f"Patient/{child}"}},
        bridge,
        {"resourceType": "Group", "type": "person", "actual": True, "member": [{"entity": subject}]},
        {"resourceType": "Communication", "status": "completed", "subject": {"reference": f"Patient/{OWN}"}, "about": [subject],
         "medium": [concept(f"{BASE}CodeSystem/handover", "printed")]},
        patient() | {"link": [{"other": subject, "type": "seealso"}]},
        {"resourceType": "Binary", "contentType": "text/plain", "securityContext": subject},
    ]  # fmt: skip


def test_the_next_link_of_another_shows_ones_own_rows_only(town: Clients) -> None:
    page = town("doctor2").get("/fhir/Patient?_count=2&_sort=birthdate").json()
    link = next(one["url"] for one in page["link"] if one["relation"] == "next")
    for user in STRANGERS:
        answer = town(user).get(link)
        shown = {one["resource"]["id"] for one in answer.json().get("entry", [])}
        assert shown <= town(user).ids("Patient?_count=1000")


def test_members_of_a_list_are_shown_to_those_who_may_see_them(town: Clients) -> None:
    shown = {
        user: [one["entity"]["reference"] for one in town(user).get("/fhir/Group/hidden-13").json().get("member", [])]
        for user in ("nurse2", "guide2", "district")
    }
    assert shown["nurse2"] == [f"Patient/{CHILD}"]
    assert shown["district"] == []
    assert town("district").ids(f"Group?member=Patient/{CHILD}") == set()
    assert town("nurse2").ids(f"Group?member=Patient/{CHILD}") == {"hidden-13"}
    assert CHILD not in town("district").get("/fhir/Group/hidden-13/_history").text
    assert CHILD not in town("district").get("/fhir/Group/hidden-13/_history/1").text
    assert CHILD not in town("district").get("/fhir/Group?_id=hidden-13&_include=Group:member").text


class TestBridges:
    """What opens access is not opened by those whom it would serve."""

    def test_a_nurse_cannot_enrol_her_child_in_another_nursery(self, town: Clients) -> None:
        elsewhere = episode(f"Patient/{OWN}", "nursery-enrolment", PLACE) | {"status": "planned"}
        assert town("nurse").post("/fhir/EpisodeOfCare", **sent(elsewhere)).status_code == 403

    def test_a_nurse_may_enter_and_end_an_enrolment_of_her_own_nursery(self, api: Clients) -> None:
        nurse = api("nurse")
        stay = next(
            one
            for one in nurse.search(f"EpisodeOfCare?patient={OWN}")
            if one["type"][0]["coding"][0]["code"] == "nursery-enrolment" and one["status"] == "active"
        )
        over = stay | {"status": "finished", "period": stay["period"] | {"end": "2026-11-20"}}
        version = stay["meta"]["versionId"]
        answer = nurse.put(f"/fhir/EpisodeOfCare/{stay['id']}", **sent_with(over, if_match=f'W/"{version}"'))
        assert answer.status_code == 200, answer.text
        assert nurse.get(f"/fhir/Patient/{OWN}").status_code == 404

    def test_an_administrator_gives_himself_no_role(self, town: Clients) -> None:
        me = next(one for one in TOWN.accounts() if one.user == "admin").person
        role = {"resourceType": "PractitionerRole", "practitioner": {"reference": me}, "code": [concept(f"{BASE}CodeSystem/role", "doctor")],
                "organization": {"reference": f"Organization/{TOWN.institutions.centres[0].id}"}}  # fmt: skip
        assert town("admin").post("/fhir/PractitionerRole", **sent(role)).status_code == 403

    def test_a_specialist_does_not_prolong_his_own_referral(self, town: Clients) -> None:
        child = next(iter(town("specialist").ids("Patient")))
        hospital = {"reference": f"Organization/{TOWN.institutions.hospital.id}"}
        order = {
            "resourceType": "ServiceRequest",
            "status": "active",
            "intent": "order",
            "subject": {"reference": f"Patient/{child}"},
            "performer": [hospital],
        }
        assert town("specialist").post("/fhir/ServiceRequest", **sent(order)).status_code == 403

    def test_a_proposal_opens_nothing_to_the_hospital(self, town: Clients) -> None:
        hospital = {"reference": f"Organization/{TOWN.institutions.hospital.id}"}
        proposal = {
            "resourceType": "ServiceRequest",
            "status": "active",
            "intent": "proposal",
            "subject": {"reference": f"Patient/{OWN}"},
            "performer": [hospital],
        }
        before = town("specialist").ids("Patient")
        town("nurse").post("/fhir/ServiceRequest", **sent(proposal))
        assert town("specialist").ids("Patient") == before

    def test_a_parent_writes_nothing_that_belongs_to_nobody(self, town: Clients) -> None:
        orphan = {name: value for name, value in weight(OWN).items() if name != "subject"}
        assert town("parent").post("/fhir/Observation", **sent(orphan)).status_code == 403

    def test_what_was_restricted_stays_so_in_history(self, town: Clients) -> None:
        label = {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}]}
        made = town("doctor").post("/fhir/AllergyIntolerance", **sent(_allergy() | {"meta": label})).json()
        path = f"/fhir/AllergyIntolerance/{made['id']}"
        assert town("nurse").get(path).status_code == 404
        opened = _allergy() | {"id": made["id"]}
        assert town("doctor").put(path, **sent_with(opened, if_match='W/"1"')).status_code == 200
        assert [town("nurse").get(f"{path}{more}").status_code for more in ("", "/_history/2", "/_history/1")] == [
            200,
            200,
            404,
        ]
        assert len(town("nurse").get(f"{path}/_history").json()["entry"]) == 1
        assert len(town("doctor").get(f"{path}/_history").json()["entry"]) == 2

    def test_an_amendment_asks_for_rights_on_what_was_there(self, town: Clients) -> None:
        birth = weight(OWN) | {"code": {"coding": [{"system": "http://loinc.org", "code": "11884-4"}]},
                               "valueQuantity": {"value": 270, "system": "http://unitsofmeasure.org", "code": "d"}}  # fmt: skip
        made = town("doctor").post("/fhir/Observation", **sent(birth)).json()
        path, other = f"/fhir/Observation/{made['id']}", weight(OWN) | {"id": made["id"]}
        assert town("guide").put(path, **sent_with(other, if_match='W/"1"')).status_code == 403
        assert town("guide").delete(path).status_code == 403
        assert town("doctor").put(path, **sent_with(other, if_match='W/"1"')).status_code == 200

    def test_a_carer_meets_no_measurement_in_any_way(self, town: Clients) -> None:
        carer = town("carer")
        observation = town("doctor").search(f"Observation?subject=Patient/{OWN}&_count=1")[0]["id"]
        assert carer.get(f"/fhir/Observation/{observation}").status_code == 404
        assert carer.ids(f"Patient?_has:Observation:subject:_id={observation}") == set()
        assert '"Observation"' not in carer.get(f"/fhir/Patient?_id={OWN}&_revinclude=Observation:subject").text
        assert '"Observation"' not in carer.get(f"/fhir/Patient/{OWN}/$everything?_count=1000").text
        daily = weight(OWN) | {
            "code": concept(f"{BASE}CodeSystem/daily-check", "temperature"),
            "derivedFrom": [{"reference": f"Observation/{observation}"}],
        }
        daily.pop("valueQuantity")
        assert carer.post("/fhir/Observation", **sent(daily)).status_code == 400
        daily.pop("derivedFrom")
        made = carer.post("/fhir/Observation", **sent(daily))
        assert made.status_code == 201, made.text
        assert carer.put(f"/fhir/Observation/{observation}", **sent(daily | {"id": observation})).status_code == 404

    def test_a_nurse_writes_a_dose_down_without_seeing_the_others(self, town: Clients) -> None:
        from tests.documents import dose

        made = town("nurse").post("/fhir/Immunization", **sent(dose(OWN, "Flu", "2026-11-02")))
        assert made.status_code == 201
        assert town("nurse").get(f"/fhir/Immunization/{made.json()['id']}").status_code == 404
        assert town("doctor").get(f"/fhir/Immunization/{made.json()['id']}").status_code == 200


def _allergy() -> dict[str, Any]:
    from tests.documents import allergy

    return allergy(OWN)
