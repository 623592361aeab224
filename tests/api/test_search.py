"""Search: every kind of parameter with both sides, paging that nothing shifts, what is ignored and what is refused."""

from __future__ import annotations

import pytest
from tests.documents import BASE, concept, condition, patient, sent, weight
from tests.town import Client, Clients, the_town

LIFE = the_town().demo_child
CHILD = LIFE.id
SUBJECT = f"subject=Patient/{CHILD}"
NAME = LIFE.name.official


@pytest.fixture(scope="module")
def doctor(shared_api: Clients) -> Client:
    return shared_api("doctor")


@pytest.fixture(scope="module")
def found(doctor: Client) -> dict[str, str]:
    """Ids of a few resources with known content, by what they are."""
    made = {
        "light": weight(CHILD, "7.9", "2026-03-05"),
        "heavy": weight(CHILD, "8.1", "2026-03-31T23:30:00+08:00"),
        "grams": weight(CHILD, "7900", "2026-04-01", unit="g"),
        "cold": condition(CHILD, "J06.9", recordedDate="2026-03-05", note=[{"text": "x"}]),
        "asthma": condition(CHILD, "J45.0", severity=concept("http://example.org/s", "24")),
    }
    return {
        name: doctor.post(f"/fhir/{document['resourceType']}", **sent(document)).json()["id"]
        for name, document in made.items()
    }


YES_AND_NO = [
    # token
    ("Condition?code=J45.0", "asthma", "cold"),
    ("Condition?code=http://hl7.org/fhir/sid/icd-10|J45.0", "asthma", "cold"),
    ("Condition?code=http://hl7.org/fhir/sid/icd-10|", "asthma", None),
    ("Condition?code=|J45.0", None, "asthma"),
    ("Condition?code:not=J45.0", "cold", "asthma"),
    ("Condition?severity:missing=true", "cold", "asthma"),
    ("Condition?severity:missing=false", "asthma", "cold"),
    ("Condition?code=J45.0,J06.9", "cold", None),
    ("Condition?code=J45.0&code=J06.9", None, "cold"),
    # date, with every prefix and partial dates
    ("Observation?date=2026-03-05", "light", "heavy"),
    ("Observation?date=2026-03", "light", "grams"),
    ("Observation?date=2026", "grams", None),
    ("Observation?date=ne2026-03", "grams", "light"),
    ("Observation?date=gt2026-03-05", "heavy", "light"),
    ("Observation?date=ge2026-03-05", "light", None),
    ("Observation?date=lt2026-03-06", "light", "grams"),
    ("Observation?date=le2026-03-05", "light", "heavy"),
    ("Observation?date=sa2026-03-31", "grams", "heavy"),
    ("Observation?date=eb2026-04", "light", "grams"),
    ("Observation?date=ap2026-03", "light", None),
    ("Observation?date=2026-03-31T15:30:00Z", "heavy", "light"),
    ("Observation?date=2026-03-31T23:30:00%2B08:00", "heavy", "light"),
    ("Observation?date=ge2026-03-01&date=lt2026-04-01", "light", "grams"),
    # quantity: UCUM units convert
    ("Observation?value-quantity=7900|http://unitsofmeasure.org|g", "light", "heavy"),
    ("Observation?value-quantity=7.9|http://unitsofmeasure.org|kg", "grams", "heavy"),
    ("Observation?value-quantity=7900", "grams", "light"),
    ("Observation?value-quantity=gt8|http://unitsofmeasure.org|kg", "heavy", "grams"),
    ("Observation?value-quantity=lt8|http://unitsofmeasure.org|kg", "grams", "heavy"),
    ("Observation?value-quantity=ge8.1|http://unitsofmeasure.org|kg", "heavy", "light"),
    ("Observation?value-quantity=le7.9|http://unitsofmeasure.org|kg", "light", "heavy"),
    ("Observation?value-quantity=ne7.9|http://unitsofmeasure.org|kg", "heavy", "light"),
    ("Observation?value-quantity=ap8|http://unitsofmeasure.org|kg", "heavy", None),
    ("Observation?value-quantity=7.9|http://unitsofmeasure.org|cm", None, "light"),
    # reference
    (f"Observation?subject={CHILD}", "light", None),
    (f"Observation?subject:Patient={CHILD}", "light", None),
    (f"Observation?patient=Patient/{CHILD}", "light", None),
    (f"Observation?subject=http://clinic.test/fhir/Patient/{CHILD}", "light", None),
    (f"Observation?subject=http://elsewhere.example/fhir/Patient/{CHILD}", None, "light"),
    (f"Observation?subject=Group/{CHILD}", None, "light"),
    # chains and _has
    ("Observation?subject:Patient.name=" + NAME, "light", None),
    ("Observation?patient.name=无此人", None, "light"),
    (f"Condition?subject:Patient._id={CHILD}", "cold", None),
]


@pytest.mark.parametrize(("query", "inside", "outside"), YES_AND_NO)
def test_a_search_finds_what_matches_and_nothing_else(
    doctor: Client, found: dict[str, str], query: str, inside: str | None, outside: str | None
) -> None:
    ids = doctor.ids(f"{query}&_count=1000")
    assert inside is None or found[inside] in ids
    assert outside is None or found[outside] not in ids


@pytest.mark.parametrize("text", [NAME, NAME[0], "".join(LIFE.name.official)[:2]])
def test_a_child_is_found_by_the_beginning_of_his_name(doctor: Client, text: str) -> None:
    assert CHILD in doctor.ids(f"Patient?name={text}")


def test_a_name_is_found_in_chinese_pinyin_initials_part_and_whole(shared_api: Clients, doctor: Client) -> None:
    document = patient("欧阳晓月", "899999202601010054") | {"id": "ouyang"}
    from tests.documents import episode

    from healthrec.services.context import operator
    from healthrec.services.record.write import Change, apply

    panel = episode("Patient/ouyang", "health-management", the_town().institutions.centres[0].id)
    changes = [Change("PUT", "Patient", document, "ouyang"), Change("POST", "EpisodeOfCare", panel)]
    apply(shared_api.services, operator(shared_api.services), changes)
    for word in ("name=欧阳", "name=ouyangxiaoyue", "name=ouyang", "name=OuYang%20Xiao", "name=oyxy", "name:contains=晓月",
                 "name:exact=欧阳晓月", "identifier=899999202601010054", "birthdate=2026-01-01&name=oy", "_id=ouyang"):  # fmt: skip
        assert "ouyang" in doctor.ids(f"Patient?{word}"), word
    for word in ("name=晓月", "name:exact=欧阳", "name=xiaoyue2", "identifier=899999", "name:contains=%25", "name=_"):
        assert "ouyang" not in doctor.ids(f"Patient?{word}"), word


def test_raw_chinese_in_an_address_is_read_as_utf8(doctor: Client) -> None:
    from tests.town import Client as Plain

    assert isinstance(doctor, Plain)
    answer = doctor.get("/fhir/Patient", params={"name": NAME})
    assert CHILD in {entry["resource"]["id"] for entry in answer.json()["entry"]}


def test_has_finds_children_by_what_refers_to_them(doctor: Client, found: dict[str, str]) -> None:
    assert doctor.ids("Patient?_has:Condition:subject:code=J45.0") == {CHILD}
    assert doctor.ids("Patient?_has:Condition:subject:code=Z99.9") == set()


def test_ids_may_be_listed_and_a_system_on_an_id_matches_nothing_else(doctor: Client, found: dict[str, str]) -> None:
    both = f"{found['light']},{found['heavy']}"
    assert doctor.ids(f"Observation?_id={both}") == {found["light"], found["heavy"]}
    assert doctor.ids(f"Observation?_id=|{found['light']}") in (set(), {found["light"]})
    assert found["light"] not in doctor.ids(f"Observation?{SUBJECT}&_id:not={found['light']}&_count=1000")


def test_last_updated_parts_before_from_after(doctor: Client, found: dict[str, str]) -> None:
    moment = doctor.get(f"/fhir/Observation/{found['light']}").json()["meta"]["lastUpdated"][:19] + "Z"
    assert found["light"] in doctor.ids(f"Observation?{SUBJECT}&_lastUpdated=ge{moment}&_count=1000")
    assert doctor.ids(f"Observation?{SUBJECT}&_lastUpdated=lt2020") == set()


@pytest.mark.parametrize(
    ("sort", "reads"),
    [
        ("date", lambda one: one["effectiveDateTime"]),
        (
            "value-quantity",
            lambda one: float(one["valueQuantity"]["value"]) * {"g": 0.001}.get(one["valueQuantity"]["code"], 1),
        ),
        ("_lastUpdated", lambda one: one["meta"]["lastUpdated"]),
        ("_id", lambda one: one["id"]),
    ],
)
@pytest.mark.parametrize("descending", [False, True])
def test_sorting_goes_up_and_down(
    doctor: Client, found: dict[str, str], sort: str, reads: object, descending: bool
) -> None:
    query = f"Observation?{SUBJECT}&code=29463-7&_count=500&_sort={'-' if descending else ''}{sort}"
    values = [reads(one) for one in doctor.search(query)]  # type: ignore[operator]
    if sort == "date":
        values = [value[:10] for value in values]
    assert len(values) > 5
    assert values == sorted(values, reverse=descending)


def test_a_second_sort_key_decides_where_the_first_is_equal(doctor: Client) -> None:
    rows = doctor.search(f"Observation?{SUBJECT}&_sort=date,-code&_count=500")
    keys = [(one["effectiveDateTime"][:10], one["code"]["coding"][0]["code"]) for one in rows]
    days = [day for day, _ in keys]
    assert days == sorted(days)
    for day in set(days):
        codes = [code for at, code in keys if at == day]
        assert codes == sorted(codes, reverse=True) or day == "2026-03-31"


@pytest.mark.parametrize(
    "sort", ["", "&_sort=-date", "&_sort=date,code", "&_sort=-_lastUpdated", "&_sort=value-quantity"]
)
def test_next_links_lose_and_repeat_nothing_while_others_write(doctor: Client, sort: str) -> None:
    before = doctor.ids(f"Observation?{SUBJECT}&_count=1000")
    address, seen = f"/fhir/Observation?{SUBJECT}&_count=7{sort}", []
    while address:
        bundle = doctor.get(address).json()
        seen += [entry["resource"]["id"] for entry in bundle["entry"]]
        address = next((link["url"] for link in bundle["link"] if link["relation"] == "next"), "")
        if len(seen) in (7, 21):
            assert doctor.post("/fhir/Observation", **sent(weight(CHILD, "6.5", "2026-02-01"))).status_code == 201
    assert len(seen) == len(set(seen))
    assert before <= set(seen)


@pytest.mark.parametrize(
    "cursor",
    ["x", "W10", "WyJ4Il0", "WzFlOTk5LDFd", "W251bGwsMV0", "W3RydWUsMV0", "WzksOTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5XQ", "WyJcdTAwMDAiLDFd", "WyJcdWQ4MDAiLDFd", "e30", "[" * 2000],
)  # fmt: skip
@pytest.mark.parametrize("sort", ["", "&_sort=date", "&_sort=code", "&_sort=value-quantity"])
def test_a_forged_place_in_the_list_is_refused_or_harmless(doctor: Client, cursor: str, sort: str) -> None:
    assert doctor.get(f"/fhir/Observation?_count=1{sort}&_cursor={cursor}").status_code in (200, 422)


def test_counts_and_totals(doctor: Client) -> None:
    everything = len(doctor.ids("Patient?_count=1000"))
    assert doctor.get("/fhir/Patient?_summary=count").json()["total"] == everything
    assert "entry" not in doctor.get("/fhir/Patient?_summary=count").json()
    assert doctor.get("/fhir/Patient?_count=0").json()["total"] == everything
    assert doctor.get("/fhir/Patient?_count=2&_total=accurate").json()["total"] == everything
    page = doctor.get("/fhir/Patient?_count=2").json()
    assert len(page["entry"]) == 2
    assert "total" not in page


def test_a_posted_search_is_the_same_search(doctor: Client, found: dict[str, str]) -> None:
    answer = doctor.post("/fhir/Condition/_search", data={"code": "J45.0"})
    assert {entry["resource"]["id"] for entry in answer.json()["entry"]} == {found["asthma"]}
    assert [link["url"].partition("/fhir/")[2] for link in answer.json()["link"]] == ["Condition?code=J45.0"]
    both = doctor.post("/fhir/Condition/_search?code=J45.0", data={"code": "J06.9"})
    assert "entry" not in both.json()
    assert doctor.post("/fhir/Condition/_search", json={"code": "J45.0"}).status_code == 415


def test_an_unknown_parameter_is_named_or_refused(doctor: Client) -> None:
    lenient = doctor.get("/fhir/Patient?colour=red").json()
    outcome = next(entry for entry in lenient["entry"] if entry["search"]["mode"] == "outcome")
    assert outcome["resource"]["issue"][0]["expression"] == ["colour"]
    assert "colour" not in next(link["url"] for link in lenient["link"] if link["relation"] == "self")
    strict = doctor.get("/fhir/Patient?colour=red", headers={"prefer": "handling=strict"})
    assert (strict.status_code, "birthdate" in strict.text) == (400, True)


@pytest.mark.parametrize(
    "query",
    ["Patient?birthdate=2026-13", "Patient?birthdate=x", "Observation?value-quantity=x", "Patient?name:nope=x", "Patient?_sort=nope",
     "Patient?_count=-1", "Patient?_count=x", "Patient?_elements=id", "Patient?_filter=x", "Patient?_include=Nope:x",
     "Patient?_include:iterate=Patient:link", "Observation?subject.subject.subject.subject.subject.name=x", "Patient?_has:Observation=1",
     "Observation?code:missing=maybe", "Patient?_summary=text", "Patient?_total=yes", "Observation?subject=a%20b",
     "Observation?value-quantity=1|http://unitsofmeasure.org|jin", "Patient?identifier=a|b|c", "Patient?_contained=true"],
)  # fmt: skip
def test_what_cannot_be_answered_exactly_is_refused(doctor: Client, query: str) -> None:
    answer = doctor.get(f"/fhir/{query}")
    assert answer.status_code in (400, 422), answer.text
    assert answer.json()["issue"][0]["diagnostics"]


def test_includes_bring_what_is_referred_to(doctor: Client, found: dict[str, str]) -> None:
    bundle = doctor.get(f"/fhir/Condition?_id={found['cold']}&_include=Condition:subject").json()
    modes = {entry["resource"]["resourceType"]: entry["search"]["mode"] for entry in bundle["entry"]}
    assert modes == {"Condition": "match", "Patient": "include"}
    bundle = doctor.get(
        f"/fhir/Patient?_id={CHILD}&_revinclude=Condition:subject&_revinclude=Immunization:patient"
    ).json()
    types = {entry["resource"]["resourceType"] for entry in bundle["entry"]}
    assert types == {"Patient", "Condition", "Immunization"}
    assert doctor.get(f"/fhir/Condition?_id={found['cold']}&_include=*").status_code == 200


def test_deleted_resources_are_not_found(doctor: Client) -> None:
    made = doctor.post("/fhir/Observation", **sent(weight(CHILD, "6.1", "2026-01-15"))).json()
    query = f"Observation?{SUBJECT}&date=2026-01-15"
    assert made["id"] in doctor.ids(query)
    doctor.delete(f"/fhir/Observation/{made['id']}")
    assert made["id"] not in doctor.ids(query)


def test_labels_and_own_code_systems_are_searched(doctor: Client) -> None:
    label = {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}
    made = doctor.post("/fhir/Condition", **sent(condition(CHILD, "F80.9", meta={"security": [label]}))).json()
    assert made["meta"]["security"] == [label]
    assert made["id"] in doctor.ids("Condition?_security=R")
    assert doctor.ids(f"Immunization?vaccine-code={BASE}CodeSystem/vaccine|BCG")


def test_one_code_of_two_systems_is_found_by_each_and_shown_once(doctor: Client) -> None:
    own, other = "http://loinc.org", "http://example.org/local"
    codings = [{"system": system, "code": "29463-7"} for system in (own, other)]
    both = weight(CHILD, "8.4", "2025-07-07") | {"code": {"coding": codings}}
    id_ = doctor.post("/fhir/Observation", **sent(both)).json()["id"]
    on_the_day = f"Observation?{SUBJECT}&date=2025-07-07&code="
    for code in (f"{own}|29463-7", f"{other}|29463-7", "29463-7", "29463-7,8302-2", f"{own}|29463-7,{other}|29463-7"):
        for more in ("", "&_sort=-date", "&_sort=-date&_count=1"):
            answer = doctor.get(f"/fhir/{on_the_day}{code}{more}").json()
            assert [entry["resource"]["id"] for entry in answer["entry"]] == [id_], (code, more)
            assert answer["total"] == 1
    assert doctor.ids(f"{on_the_day}http://example.org/third|29463-7") == set()
