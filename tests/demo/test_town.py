"""The town as a whole: same bytes, right references, valid documents, the people it must have."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from healthrec.demo.institutions import BANDS
from healthrec.demo.town import Town, town
from healthrec.fhir.forms import validate
from healthrec.fhir.json import dump
from healthrec.fhir.validation import check
from healthrec.rulebook import load_rulebook
from healthrec.settings import schemas_dir

HASH_OF_SMALL_TOWN = """
import hashlib
from healthrec.demo.town import town
from healthrec.fhir.json import dump
print(hashlib.sha256("".join(map(dump, town(25).resources())).encode()).hexdigest())
"""


@pytest.fixture(scope="module")
def demo() -> Town:
    return town()


@pytest.fixture(scope="module")
def documents(demo: Town) -> list[dict[str, Any]]:
    return list(demo.resources())


def of_type(documents: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    return [document for document in documents if document["resourceType"] == name]


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("reference"), str):
            yield value["reference"]
        for member in value.values():
            yield from references(member)
    elif isinstance(value, list):
        for member in value:
            yield from references(member)


def test_the_same_seed_and_day_give_the_same_bytes_whatever_the_hash_seed() -> None:
    here = hashlib.sha256("".join(map(dump, town(25).resources())).encode()).hexdigest()
    for hash_seed in ("0", "4711"):
        command = [sys.executable, "-c", HASH_OF_SMALL_TOWN]
        environment = os.environ | {"PYTHONHASHSEED": hash_seed}
        there = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
        assert there.stdout.strip() == here


def test_another_seed_gives_other_children() -> None:
    assert [*map(dump, town(3).child(1).documents())] != [*map(dump, town(3, seed=1).child(1).documents())]


def test_every_document_is_valid_fhir(documents: list[dict[str, Any]]) -> None:
    broken = [(document["resourceType"], check(document)) for document in documents[:1500] + documents[-300:]]
    assert [found for found in broken if found[1]] == []


def test_ids_are_unique_and_every_reference_points_to_an_earlier_document(documents: list[dict[str, Any]]) -> None:
    seen: set[str] = set()
    for document in documents:
        own = f"{document['resourceType']}/{document['id']}"
        assert own not in seen
        assert set(references(document)) <= seen, own
        seen.add(own)


def test_the_documents_of_one_child_stand_together(documents: list[dict[str, Any]]) -> None:
    order: list[str] = []
    for document in documents:
        about = (document.get("subject") or document.get("patient") or {}).get("reference", "")
        child = f"Patient/{document['id']}" if document["resourceType"] == "Patient" else about
        if child.startswith("Patient/") and order[-1:] != [child]:
            order.append(child)
    assert len(order) == len(set(order)) == 300


def test_a_child_stays_the_same_when_the_town_grows() -> None:
    small, large = town(20), town(30_000)
    for index in range(20):
        before, after = small.child(index), large.child(index)
        assert (before.id, before.name, before.guardians, before.plan) == (
            after.id,
            after.name,
            after.guardians,
            after.plan,
        )


def test_institutions_grow_with_the_children() -> None:
    small, large = town(1).institutions, town(100_000).institutions
    assert (len(small.centres), len(small.nurseries)) == (2, 4)
    assert (len(large.centres), len(large.nurseries)) == (20, 375)
    names = [where.zh for where in large.organizations() if where.kind != "class"]
    assert len(names) == len(set(names))


def test_a_quarter_of_the_nurseries_has_kindergarten_classes(demo: Town) -> None:
    assert [nursery.has_kindergarten for nursery in demo.institutions.nurseries] == [False, False, True, False]


def test_children_are_in_a_class_of_their_age(demo: Town) -> None:
    bands = {
        room.id: band
        for nursery in demo.institutions.nurseries
        for band, rooms in zip(BANDS, nursery.classes, strict=True)
        for room in rooms
    }
    for index in range(demo.children):
        life = demo.child(index)
        for stay in life.stays:
            first_month = (stay.start - life.plan.born).days / 30.4375
            assert bands[stay.room.id].from_months - 0.1 <= first_month < bands[stay.room.id].until_months
        assert sum(stay.end is None for stay in life.stays) <= 1


def test_about_half_of_the_children_of_nursery_age_are_enrolled() -> None:
    large = town(2_000)
    lives = [large.child(index) for index in range(2_000)]
    young = [life for life in lives if 183 <= (large.today - life.plan.born).days < 1096]
    enrolled = [life for life in young if life.stays and life.stays[-1].end is None]
    assert 0.4 < len(enrolled) / len(young) < 0.6


def test_every_child_is_under_health_management(documents: list[dict[str, Any]]) -> None:
    kinds = Counter(
        episode["type"][0]["coding"][0]["code"] for episode in of_type(documents, "EpisodeOfCare") if episode["status"]
    )
    assert kinds["health-management"] == 300


def test_the_quarter_has_visits_that_are_done_open_late_and_missing(documents: list[dict[str, Any]]) -> None:
    tasks = of_type(documents, "Task")
    current = [task["status"] for task in tasks if task["executionPeriod"]["start"] == "2026-10-01"]
    assert sorted(current) == ["completed", "requested", "requested", "requested"]
    last = [task for task in tasks if task["executionPeriod"]["end"] == "2026-09-30"]
    assert sum(task["status"] == "requested" for task in last) == 1
    assert any("2026-09-17" <= task.get("lastModified", "")[:10] <= "2026-09-30" for task in last)
    completed = sum(task["status"] == "completed" for task in tasks)
    assert completed == len(of_type(documents, "Encounter"))


def test_nothing_happens_after_today_or_before_birth(documents: list[dict[str, Any]]) -> None:
    born = {f"Patient/{child['id']}": child["birthDate"] for child in of_type(documents, "Patient")}
    dated = {"Observation": ("subject", "effectiveDateTime"), "Immunization": ("patient", "occurrenceDateTime")}
    for document in documents:
        if document["resourceType"] in dated:
            about, when = dated[document["resourceType"]]
            assert born[document[about]["reference"]] <= document[when] <= "2026-11-22"


def test_accounts_are_of_people_in_the_town_and_of_two_institutions(
    demo: Town, documents: list[dict[str, Any]]
) -> None:
    people = {f"{document['resourceType']}/{document['id']}" for document in documents}
    accounts = {account.user: account for account in demo.accounts()}
    assert " ".join(accounts) == (
        "doctor guide vaccinator nurse carer head parent specialist district admin auditor doctor2 guide2 vaccinator2 "
        "nurse2 parent2"
    )
    assert {account.person for account in accounts.values()} <= people
    assert len({account.person for account in accounts.values()}) == len(accounts)
    for user in ("doctor", "guide", "nurse"):
        assert accounts[user].organization_id != accounts[f"{user}2"].organization_id
    assert demo.demo_child.stays[-1].room.id == accounts["carer"].organization_id


def test_each_account_has_its_role_in_force(demo: Town, documents: list[dict[str, Any]]) -> None:
    roles = {
        (
            role["practitioner"]["reference"],
            role["code"][0]["coding"][0]["code"],
            role["organization"]["reference"][13:],
        )
        for role in of_type(documents, "PractitionerRole")
        if role["active"]
    }
    staff = [account for account in demo.accounts() if account.role != "parent"]
    assert {(account.person, account.role, account.organization_id) for account in staff} <= roles


def test_display_names_come_in_both_languages(demo: Town) -> None:
    for account in demo.accounts():
        assert account.en.isascii()
        assert not account.zh.isascii()


@pytest.mark.parametrize("children", [0, 600_001])
def test_a_town_of_no_children_or_of_too_many_is_refused(children: int) -> None:
    with pytest.raises(ValueError, match="1 to 600000"):
        town(children)


@pytest.mark.parametrize("today", [date(2024, 2, 29), date(2026, 1, 1), date(2027, 12, 31)])
def test_any_day_may_be_today(today: date) -> None:
    whole = town(60, today=today)
    assert sum(1 for _ in whole.resources()) > 1_000
    assert len(whole.accounts()) == 16


def test_a_town_of_one_child_still_has_all_sign_ins() -> None:
    assert len(town(1).accounts()) == 16


def test_a_sign_that_is_present_has_its_proposal(documents: list[dict[str, Any]]) -> None:
    with_sign = {
        f"QuestionnaireResponse/{form['id']}"
        for form in of_type(documents, "QuestionnaireResponse")
        if any(sign["answer"][0]["valueCoding"]["code"] == "present" for sign in signs(form))
    }
    proposals = [request for request in of_type(documents, "ServiceRequest") if request["intent"] == "proposal"]
    assert {request["supportingInfo"][0]["reference"] for request in proposals} == with_sign
    assert {request["status"] for request in proposals} == {"draft", "completed"}


def test_all_four_answers_occur(documents: list[dict[str, Any]]) -> None:
    forms = of_type(documents, "QuestionnaireResponse")
    answers = {sign["answer"][0]["valueCoding"]["code"] for form in forms for sign in signs(form)}
    assert answers == {"absent", "present", "not-done", "not-known"}


def test_the_hospital_has_open_referrals(demo: Town, documents: list[dict[str, Any]]) -> None:
    hospital = f"Organization/{demo.institutions.hospital.id}"
    orders = [request for request in of_type(documents, "ServiceRequest") if request["status"] == "active"]
    assert orders
    assert {request["performer"][0]["reference"] for request in orders} == {hospital}


def test_every_response_answers_its_form_completely(documents: list[dict[str, Any]]) -> None:
    names = ("guide-visit", "warning-signs", "entrance-check")
    forms = [json.loads((schemas_dir() / "questionnaires" / f"{name}.json").read_text("utf-8")) for name in names]
    by_canonical = {f"{form['url']}|{form['version']}": form for form in forms}
    responses = of_type(documents, "QuestionnaireResponse")
    assert {response["questionnaire"] for response in responses} == set(by_canonical)
    for response in responses:
        assert validate(by_canonical[response["questionnaire"]], response) == []


def test_codes_of_the_forms_are_those_of_the_rulebook(documents: list[dict[str, Any]]) -> None:
    table = load_rulebook(schemas_dir()).warning_signs(date(2026, 11, 22))
    link_ids = {sign.link_id for column in table.columns for sign in column.signs}
    answered = {sign["linkId"] for form in of_type(documents, "QuestionnaireResponse") for sign in signs(form)}
    assert answered == link_ids


def signs(form: dict[str, Any]) -> list[dict[str, Any]]:
    """The answered signs of a warning-sign form; none in a form of another kind."""
    groups = form["item"] if "/warning-signs|" in form["questionnaire"] else []
    return [sign for group in groups for sign in group.get("item", [])]
