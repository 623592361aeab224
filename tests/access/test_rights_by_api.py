"""Every sign-in against every kind of document: the API shows just what the rules as plain functions say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any
from unittest.mock import patch

import pytest
from tests.access import canary
from tests.domain import access_town
from tests.domain.access_town import RIGHTS, Person
from tests.town import TODAY, Clients, the_town

from healthrec.domain.access import (
    AccessFact,
    Enrolment,
    Guardianship,
    GuideAssignment,
    Institution,
    PanelMembership,
    Place,
    Referral,
    RoleHeld,
    Span,
)
from healthrec.domain.access.principals import districts_above, institution_of

TOWN = the_town()
USERS = [account.user for account in TOWN.accounts()]
OWN, OTHER = TOWN.demo_child.id, TOWN.second_demo_child.id
PLACES = TOWN.institutions.nurseries[0].organization.id, TOWN.institutions.nurseries[1].organization.id
DOCUMENTS = list(TOWN.resources()) + canary.about(OWN, PLACES[0], "own") + canary.about(OTHER, PLACES[1], "other")


@pytest.fixture(scope="module")
def town(shared_api: Clients) -> Iterator[Clients]:
    canary.put(shared_api.services, canary.about(OWN, PLACES[0], "own") + canary.about(OTHER, PLACES[1], "other"))
    yield shared_api


@pytest.mark.parametrize("user", USERS)
def test_each_sign_in_reads_and_finds_exactly_what_the_rules_open(town: Clients, user: str) -> None:
    client, expected = town(user), _expected(user)
    for type_ in sorted({document["resourceType"] for document in DOCUMENTS}):
        ours = {document["id"] for document in DOCUMENTS if document["resourceType"] == type_}
        assert client.ids(f"{type_}?_count=1000") & ours == {id_ for kind, id_ in expected if kind == type_}, type_
    sample = canary.about(OWN, PLACES[0], "own") + canary.about(OTHER, PLACES[1], "other") + DOCUMENTS[::29]
    for document in sample:
        name = (document["resourceType"], document["id"])
        for path in ("", "/_history", "/_history/1"):
            status = client.get(f"/fhir/{name[0]}/{name[1]}{path}").status_code
            assert status == (200 if name in expected else 404), (name, path)
        assert client.head(f"/fhir/{name[0]}/{name[1]}").status_code == (200 if name in expected else 404)


@pytest.mark.parametrize("user", USERS)
def test_everything_of_a_child_holds_what_the_rules_open(town: Clients, user: str) -> None:
    expected = _expected(user)
    for child in (OWN, OTHER):
        answer = town(user).get(f"/fhir/Patient/{child}/$everything?_count=1000")
        assert (answer.status_code == 200) == (("Patient", child) in expected)
        if answer.status_code == 200:
            shown = {(one["resource"]["resourceType"], one["resource"]["id"]) for one in answer.json()["entry"]}
            assert shown == {name for name in expected if _child_of(name) == child}


@pytest.mark.parametrize("user", USERS)
def test_each_sign_in_writes_only_kinds_that_the_rules_let_its_role_write(town: Clients, user: str) -> None:
    from tests.documents import sent

    role = next(account.role for account in TOWN.accounts() if account.user == user)
    mine = OWN if ("Patient", OWN) in _expected(user) else OTHER
    for document in canary.about(mine, PLACES[mine != OWN], "new"):
        fresh = {name: value for name, value in document.items() if name != "id"}
        if fresh["resourceType"] == "Immunization":
            fresh["occurrenceDateTime"] = f"2026-09-{USERS.index(user) + 1:02}"
        allowed = RIGHTS.may_write(role, "create", fresh)  # type: ignore[arg-type]
        status = town(user).post(f"/fhir/{fresh['resourceType']}", **sent(fresh)).status_code
        assert status != 201 or allowed, (fresh["resourceType"], status)
        reachable = ("Patient", mine) in _expected(user)
        if allowed and reachable and _is_about_a_child(fresh):
            assert status == 201 or not _sees_class(user, fresh), (fresh["resourceType"], status)


def _is_about_a_child(document: dict[str, Any]) -> bool:
    return "subject" in document or "patient" in document


def _sees_class(user: str, document: dict[str, Any]) -> bool:
    return ("Patient", OWN if user in _seers(OWN) else OTHER) in _expected(user) and _sees(user, document)


def _seers(child: str) -> list[str]:
    return [user for user in USERS if ("Patient", child) in _expected(user)]


_KNOWN: dict[str, set[tuple[str, str]]] = {}


def _expected(user: str) -> set[tuple[str, str]]:
    if user not in _KNOWN:
        _KNOWN[user] = {(one["resourceType"], one["id"]) for one in DOCUMENTS if _sees(user, one)}
    return _KNOWN[user]


def _child_of(name: tuple[str, str]) -> str:
    document = next(one for one in DOCUMENTS if (one["resourceType"], one["id"]) == name)
    return name[1] if name[0] == "Patient" else _scope(document).removeprefix("child:")


def _sees(user: str, document: dict[str, Any]) -> bool:
    with patch.object(access_town, "TREE", _tree()):
        return access_town.sees(_person(user), document, _scope(document), day=TODAY, facts=_facts())


def _scope(document: dict[str, Any]) -> str:
    """Written again from the text of the rules: the child, else the institution, else the open directory."""
    if document["resourceType"] == "Patient":
        return f"child:{document['id']}"
    for element in ("subject", "patient", "for", "serviceProvider", "managingEntity"):
        kind, _, id_ = document.get(element, {}).get("reference", "").partition("/")
        if kind == "Patient":
            return f"child:{id_}"
        if kind == "Organization":
            return f"organization:{id_}"
    return "anywhere"


@cache
def _person(user: str) -> Person:
    account = next(one for one in TOWN.accounts() if one.user == user)
    id_ = account.person.partition("/")[2]
    if account.role == "parent":
        return Person(guardian=(id_,))
    held = [one for one in TOWN.institutions.staff if one.id == id_ and one.left_years_ago is None]
    return Person(tuple(RoleHeld(one.role, one.place, Span(date.min)) for one in held), id_)  # type: ignore[arg-type]


_MADE: dict[str, Any] = {}


def _tree() -> dict[str, Place]:
    if "tree" not in _MADE:
        _MADE["tree"] = {place.id: Place(place.kind, place.parent) for place in TOWN.institutions.organizations()}
    return _MADE["tree"]  # type: ignore[no-any-return]


def _facts() -> tuple[AccessFact, ...]:
    if "facts" not in _MADE:
        _MADE["facts"] = tuple(_all_facts())
    return _MADE["facts"]  # type: ignore[no-any-return]


def _all_facts() -> Iterator[AccessFact]:
    tree = _tree()
    for place in tree:
        yield Institution(place, institution_of(place, tree), districts_above(place, tree), Span(date.min))
    for one in TOWN.institutions.staff:
        if one.role == "guide" and one.left_years_ago is None:
            yield GuideAssignment(one.place, Span(date.min))
    for document in DOCUMENTS:
        yield from _fact_of(document, tree)


def _fact_of(document: dict[str, Any], tree: dict[str, Place]) -> Iterator[AccessFact]:
    kind = document["resourceType"]
    if kind == "RelatedPerson":
        yield Guardianship(document["patient"]["reference"][8:], document["id"], Span(date.min))
    if kind == "EpisodeOfCare":
        child, unit = document["patient"]["reference"][8:], document["managingOrganization"]["reference"][13:]
        end = document["period"].get("end")
        span = Span.of_period(date.fromisoformat(document["period"]["start"]), date.fromisoformat(end) if end else None)
        nursery = document["type"][0]["coding"][0]["code"] == "nursery-enrolment"
        yield (
            Enrolment(child, unit, institution_of(unit, tree), span) if nursery else PanelMembership(child, unit, span)
        )
    if kind == "ServiceRequest" and document["status"] == "active" and document["intent"] == "order":
        yield Referral(document["subject"]["reference"][8:], document["performer"][0]["reference"][13:], Span(date.min))
