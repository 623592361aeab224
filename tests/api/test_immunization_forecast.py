"""Patient/$immunization-forecast: the record of a child answered as `$immds-forecast` answers, through the access filter."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from tests import immds
from tests.documents import BASE, sent
from tests.town import Clients, the_town

from healthrec.services.context import Services
from healthrec.store.tables import audit_event

pytestmark = pytest.mark.one_database


def address(query: str = "") -> str:
    return f"/fhir/Patient/{the_town().demo_child.id}/$immunization-forecast{query}"


def asked(api: Clients, query: str = "", user: str = "doctor") -> dict[str, Any]:
    answer = api(user).get(address(query))
    assert answer.status_code == 200, answer.text
    document: dict[str, Any] = answer.json()
    return document


def test_the_same_doses_are_judged_by_another_countrys_schedule_when_it_is_named(shared_api: Clients) -> None:
    told = asked(shared_api, "?edition=us-cdsi-4.64")
    judged = {one[1] for one in immds.evaluations(told)}
    groups = [
        immds.codes(one["targetDisease"], f"{BASE}CodeSystem/cdsi-vaccine-group")[0]
        for one in told["parameter"][-1]["resource"]["recommendation"]
    ]
    assert {"valid", "not-evaluated"} <= judged  # hepatitis B counts there too, BCG is in no series
    assert len(groups) == len(set(groups)) and {"DTaP/Tdap/Td", "MMR"} <= set(groups)


def without_references(document: dict[str, Any]) -> list[Any]:
    """Parameters with each dose named by its day's order instead of by its reference."""
    left = {"patient", "immunizationEvent"}
    return [{name: part for name, part in one["resource"].items() if name not in left} for one in document["parameter"]]


def test_the_answer_is_that_of_the_stateless_operation_for_the_same_documents(shared_api: Clients) -> None:
    doctor, child = shared_api("doctor"), the_town().demo_child
    patient = doctor.get(f"/fhir/Patient/{child.id}").json()
    doses = doctor.search(f"Immunization?patient={child.id}&_count=100")
    birth = doctor.search(f"Observation?patient={child.id}&code=8339-4,11884-4")
    parts = [{"name": "assessmentDate", "valueDate": "2026-11-22"}, {"name": "patient", "resource": patient}]
    parts += [{"name": "immunization", "resource": one} for one in doses]
    parts += [{"name": "observation", "resource": one} for one in birth]
    question = {"resourceType": "Parameters", "parameter": parts}
    stateless = doctor.post("/fhir/$immds-forecast", **sent(question)).json()
    stored = asked(shared_api)
    key = str
    assert sorted(map(key, without_references(stored))) == sorted(map(key, without_references(stateless)))
    assert {one[0] for one in immds.evaluations(stored)} == {one["id"] for one in doses if one["status"] == "completed"}


def test_it_can_be_asked_as_of_a_day_by_an_edition_and_with_a_product(shared_api: Clients) -> None:
    born = the_town().demo_child.plan.born
    first = asked(shared_api, f"?on={born + timedelta(days=1)}&edition=2021&je-product=JE-I&self-paid=true")
    (whole,) = [one["resource"] for one in first["parameter"] if one["name"] == "recommendation"]
    assert whole["date"] == (born + timedelta(days=1)).isoformat()
    assert whole["extension"][0]["valueCode"] == "2021"
    assert {"JE-I", "Var"} <= set(immds.recommendations(first))


def test_a_body_of_parameters_asks_the_same(shared_api: Clients) -> None:
    parameters = [{"name": "on", "valueDate": "2026-06-01"}, {"name": "self-paid", "valueBoolean": True}]
    body = {"resourceType": "Parameters", "parameter": parameters}
    answer = shared_api("doctor").post(address(), **sent(body))
    assert answer.json() == asked(shared_api, "?on=2026-06-01&self-paid=true")


@pytest.mark.parametrize(
    ("query", "element"),
    [("?on=yesterday", "on"), ("?on=2010-01-01", "on"), ("?on=9999-01-01", "on"), ("?edition=1978", "edition"), ("?je-product=HepA-L", "je-product"),
     ("?region=x", "region"), ("?self-paid=1", "self-paid"), ("?day=1", "day")],
)  # fmt: skip
def test_what_is_not_known_is_refused_by_name(shared_api: Clients, query: str, element: str) -> None:
    answer = shared_api("doctor").get(address(query))
    assert answer.status_code in (400, 422)
    assert answer.json()["issue"][0]["expression"] == [element]


@pytest.mark.parametrize(
    ("user", "status"),
    [("vaccinator", 200), ("parent", 200), ("doctor2", 404), ("nurse", 404), ("carer", 404), ("admin", 404), ("", 401)],
)
def test_it_is_for_those_who_see_the_childs_doses(shared_api: Clients, user: str, status: int) -> None:
    assert shared_api(user).get(address()).status_code == status


def test_it_is_audited_with_the_child(shared_api: Clients, shared_services: Services) -> None:
    asked(shared_api)
    with shared_services.database.read() as connection:
        row = connection.execute(select(audit_event).order_by(audit_event.c.key.desc()).limit(1)).one()
    assert (row.action, row.entity, row.outcome) == ("read", address().removeprefix("/fhir/"), "success")
    assert row.child


def test_the_operation_is_declared_and_defined(shared_api: Clients) -> None:
    statement = shared_api().get("/fhir/metadata").json()
    (patient,) = [one for one in statement["rest"][0]["resource"] if one["type"] == "Patient"]
    (declared,) = [one for one in patient["operation"] if one["name"] == "immunization-forecast"]
    assert declared["definition"] == f"{BASE}OperationDefinition/Patient-immunization-forecast"
    definition = shared_api("doctor").get("/fhir/OperationDefinition/Patient-immunization-forecast").json()
    named = {one["name"] for one in definition["parameter"] if one["use"] == "out"}
    assert named == {one["name"] for one in asked(shared_api)["parameter"]}
