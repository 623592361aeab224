"""Patient/$growth: every measurement with what the standard says, and what changed, for staff."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.documents import concept, sent, sent_with, weight
from tests.fhir.profiles import broken
from tests.town import Clients, the_town

from healthrec.fhir.measuring import MEASURING, REASON
from healthrec.fhir.validation import check

pytestmark = pytest.mark.one_database


def parts(document: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return [one for one in document.get("parameter", document.get("part", ())) if one["name"] == name]


def value(document: dict[str, Any], name: str) -> Any:
    (part,) = parts(document, name)
    return next(content for key, content in part.items() if key.startswith("value"))


def asked(api: Clients, query: str = "", user: str = "doctor") -> dict[str, Any]:
    answer = api(user).get(f"/fhir/Patient/{the_town().demo_child.id}/$growth{query}")
    assert answer.status_code == 200, answer.text
    document: dict[str, Any] = answer.json()
    return document


def test_every_measurement_comes_once_by_day_with_its_findings(shared_api: Clients) -> None:
    document = asked(shared_api)
    child = the_town().demo_child
    codes = {"29463-7", "8306-3", "8302-2", "9843-4", "8339-4"}
    kept = shared_api("doctor").search(f"Observation?patient={child.id}&_count=500")
    wanted = {one["id"] for one in kept if one["code"]["coding"][0]["code"] in codes}
    observations = [parts(one, "observation")[0]["resource"] for one in parts(document, "measurement")]
    assert {one["id"] for one in observations} == wanted
    days = [one["effectiveDateTime"] for one in observations]
    assert days == sorted(days)
    findings = [finding for one in parts(document, "measurement") for finding in parts(one, "finding")]
    assert {value(finding, "indicator") for finding in findings} >= {"wfa", "lhfa", "hcfa"}
    assert {value(finding, "standard") for finding in findings} == {"wst423-2022|WS/T 423-2022"}
    assert value(document, "standard") == "wst423-2022|WS/T 423-2022"
    assert all(parts(finding, "zScore") or parts(finding, "notJudged") for finding in findings)
    assert not [finding for finding in findings if parts(finding, "derived")]


def test_the_birth_weight_is_the_first_point(shared_api: Clients) -> None:
    first = parts(asked(shared_api), "measurement")[0]
    observation = parts(first, "observation")[0]["resource"]
    assert observation["effectiveDateTime"] == the_town().demo_child.plan.born.isoformat()
    births = [
        one
        for one in parts(asked(shared_api), "measurement")
        if parts(one, "observation")[0]["resource"]["code"]["coding"][0]["code"] == "8339-4"
    ]
    (finding, *_) = parts(births[0], "finding")
    assert value(finding, "indicator") == "wfa"
    assert value(finding, "value")["code"] == "kg"


def test_derived_z_scores_are_observations_of_their_profile(shared_api: Clients) -> None:
    document = asked(shared_api, "?derived=true")
    ids = {parts(one, "observation")[0]["resource"]["id"] for one in parts(document, "measurement")}
    derived = [
        (finding, parts(finding, "derived")[0]["resource"])
        for one in parts(document, "measurement")
        for finding in parts(one, "finding")
        if parts(finding, "zScore")
    ]
    assert derived
    for finding, observation in derived:
        assert check(observation) == []
        assert broken("growth-z-score", observation) == []
        assert observation["valueQuantity"]["value"] == value(finding, "zScore")
        sources = {one["reference"].partition("/")[2] for one in observation["derivedFrom"]}
        assert sources <= ids
        assert len(sources) == (1 if value(finding, "indicator") in ("wfa", "lhfa", "hcfa") else 2)


def test_steps_say_what_was_gained_and_expected(shared_api: Clients) -> None:
    gains = parts(asked(shared_api), "gain")
    assert {value(one, "indicator") for one in gains} == {"wfa", "lhfa", "hcfa"}
    for one in gains:
        assert value(one, "from") < value(one, "to")
        assert value(one, "gain")["code"] == ("kg" if value(one, "indicator") == "wfa" else "cm")


def test_a_change_says_its_rule_numbers_and_source(api: Clients) -> None:
    child = the_town().demo_child
    doctor = api("doctor")
    last = [one for one in asked(api)["parameter"] if one["name"] == "measurement"]
    weights = [parts(one, "observation")[0]["resource"] for one in last]
    latest = [one for one in weights if one["code"]["coding"][0]["code"] == "29463-7"][-1]
    low = f"{latest['valueQuantity']['value'] * 0.7:.2f}"
    assert doctor.post("/fhir/Observation", **sent(weight(child.id, low, "2026-11-22"))).status_code == 201
    found = {value(one, "code"): one for one in parts(asked(api), "change")}
    fell = found["crossed-lines"]
    assert (value(fell, "grade"), value(fell, "to"), value(fell, "indicator")) == ("refer", "2026-11-22", "wfa")
    assert value(fell, "rule") == "growth-change|2026.1"
    assert (value(fell, "status"), bool(value(fell, "source"))) == ("unconfirmed", True)
    numbers = {value(one, "name"): value(one, "value") for one in parts(fell, "number")}
    assert numbers["after"] == float(low)
    assert numbers["lines"] <= -2


def test_it_can_be_asked_as_of_a_day_and_by_another_standard(shared_api: Clients) -> None:
    born = the_town().demo_child.plan.born.isoformat()
    document = asked(shared_api, f"?on={born}&standard=who-2006")
    assert value(document, "standard") == "who-2006|WHO 2006"
    days = {parts(one, "observation")[0]["resource"]["effectiveDateTime"] for one in parts(document, "measurement")}
    assert days == {born}


def test_a_day_before_the_first_edition_of_the_rules_is_answered_by_the_first(api: Clients) -> None:
    child, born = the_town().demo_child, the_town().demo_child.plan.born
    doctor = api("doctor")
    day = (born + timedelta(days=4)).isoformat()
    assert doctor.post("/fhir/Observation", **sent(weight(child.id, "2.4", day))).status_code == 201
    (lost,) = parts(asked(api, f"?on={day}"), "change")
    assert (value(lost, "code"), bool(value(lost, "source"))) == ("newborn-loss", True)


def test_a_body_of_parameters_asks_the_same(shared_api: Clients) -> None:
    parameters = [{"name": "standard", "valueCode": "who-2006"}, {"name": "derived", "valueBoolean": True}]
    body = {"resourceType": "Parameters", "parameter": parameters}
    address = f"/fhir/Patient/{the_town().demo_child.id}/$growth"
    answer = shared_api("doctor").post(address, **sent(body))
    assert answer.json() == asked(shared_api, "?standard=who-2006&derived=true")


@pytest.mark.parametrize(
    ("query", "element"),
    [("?on=yesterday", "on"), ("?on=2026-11", "on"), ("?standard=who-1977", "standard"), ("?derived=1", "derived"),
     ("?method=sd", "method")],
)  # fmt: skip
def test_what_is_not_known_is_refused_by_name(shared_api: Clients, query: str, element: str) -> None:
    answer = shared_api("doctor").get(f"/fhir/Patient/{the_town().demo_child.id}/$growth{query}")
    assert answer.status_code in (400, 422)
    assert answer.json()["issue"][0]["expression"] == [element]


def test_another_body_is_refused(shared_api: Clients) -> None:
    address = f"/fhir/Patient/{the_town().demo_child.id}/$growth"
    assert shared_api("doctor").post(address, **sent(weight("x"))).status_code in (400, 422)


@pytest.mark.parametrize(
    ("parameters", "element"),
    [
        ([{"name": "method", "valueCode": "sd"}], "parameter[0].name"),
        ([{"name": "on", "valueDate": "2026-11-20"}, {"name": "on", "valueDate": "2026-11-21"}], "parameter[1].name"),
        ([{"name": "standard", "valueQuantity": {"value": 1}}], "parameter[0].value[x]"),
        ([{"name": "derived", "valueBoolean": "yes"}], "parameter[0].valueBoolean"),
        ([{"name": "on", "valueDate": "2026-02-30"}], "parameter[0].valueDate"),
        ([{"name": "on"}], "parameter[0].value[x]"),
        ([{"valueCode": "who-2006"}], "parameter[0].name"),
        (["who-2006"], "parameter[0]"),
        ({"name": "on"}, "parameter"),
    ],
)
def test_parameters_that_ask_nothing_are_refused_by_their_element(
    shared_api: Clients, parameters: Any, element: str
) -> None:
    address = f"/fhir/Patient/{the_town().demo_child.id}/$growth"
    body = {"resourceType": "Parameters", "parameter": parameters}
    answer = shared_api("doctor").post(address, **sent(body))
    assert answer.status_code in (400, 422), answer.text
    assert answer.json()["resourceType"] == "OperationOutcome"
    assert f"Parameters.{element}" in answer.json()["issue"][0]["expression"]


def test_what_no_child_measures_is_refused_over_the_api_too(api: Clients) -> None:
    child, doctor = the_town().demo_child, api("doctor")
    born = child.plan.born
    limits = [("0.3", "2026-11-22", 201, ""), ("0.29", "2026-11-22", 422, "valueQuantity"),
              ("80", "2026-11-22", 201, ""), ("80.1", "2026-11-22", 422, "valueQuantity"),
              ("9.1", "2026-11-23", 422, "effectiveDateTime"),
              ("3.1", (born - timedelta(days=1)).isoformat(), 422, "effectiveDateTime")]  # fmt: skip
    for kg, day, status, element in limits:
        answer = doctor.post("/fhir/Observation", **sent(weight(child.id, kg, day)))
        assert answer.status_code == status, (kg, day, answer.text)
        if element:
            (issue,) = answer.json()["issue"]
            assert issue["expression"] == [f"Observation.{element}"]


def test_the_implausible_is_taken_and_told_until_somebody_confirms_it(api: Clients) -> None:
    child, doctor = the_town().demo_child, api("doctor")
    answer = doctor.post("/fhir/Observation", **sent(weight(child.id, "44", "2026-11-22")))
    assert answer.status_code == 201

    def doubts() -> list[dict[str, Any]]:
        last = [
            one for one in parts(asked(api), "measurement") if parts(one, "observation")[0]["resource"]["id"] == id_
        ]
        return parts(last[0], "implausible")

    id_ = answer.json()["id"]
    (doubt,) = doubts()
    assert (value(doubt, "code"), value(doubt, "confirmed")) == ("far-from-standard", False)
    because = {"url": REASON, "valueCodeableConcept": concept(MEASURING, "remeasured")}
    confirmed = weight(child.id, "44", "2026-11-22") | {"id": id_, "extension": [because]}
    assert doctor.put(f"/fhir/Observation/{id_}", **sent_with(confirmed, if_match='W/"1"')).status_code == 200
    (doubt,) = doubts()
    assert value(doubt, "confirmed") is True


def test_the_impossible_stops_the_whole_transaction_and_can_be_marked_as_a_mistake(api: Clients) -> None:
    child, doctor = the_town().demo_child, api("doctor")
    kept = doctor.ids(f"Observation?patient={child.id}&_count=500")
    entries = [
        {"resource": weight(child.id, kg, "2026-11-22"), "request": {"method": "POST", "url": "Observation"}}
        for kg in ("9.1", "910")
    ]
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
    assert doctor.post("/fhir", **sent(bundle)).status_code == 422
    assert doctor.ids(f"Observation?patient={child.id}&_count=500") == kept
    mistake = weight(child.id, "910", "2026-11-22") | {"status": "entered-in-error"}
    assert doctor.post("/fhir/Observation", **sent(mistake)).status_code == 201


@pytest.mark.parametrize(
    ("user", "status"), [("doctor2", 404), ("carer", 404), ("parent", 403), ("admin", 404), ("", 401)]
)
def test_it_is_for_staff_who_see_the_child(shared_api: Clients, user: str, status: int) -> None:
    assert shared_api(user).get(f"/fhir/Patient/{the_town().demo_child.id}/$growth").status_code == status


def test_the_operation_is_declared_and_defined(shared_api: Clients) -> None:
    statement = shared_api().get("/fhir/metadata").json()
    (patient,) = [one for one in statement["rest"][0]["resource"] if one["type"] == "Patient"]
    (growth,) = [one for one in patient["operation"] if one["name"] == "growth"]
    doctor = shared_api("doctor")
    definition = doctor.get("/fhir/OperationDefinition/Patient-growth").json()
    assert definition["url"] == growth["definition"]
    assert {one["name"] for one in definition["parameter"] if one["use"] == "out"} == {
        one["name"] for one in asked(shared_api)["parameter"]
    } | {"change"}
    assert doctor.get("/fhir/OperationDefinition/other").status_code == 404
    assert doctor.get("/fhir/StructureDefinition/growth-measurement").status_code == 200
