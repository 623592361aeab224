"""A guardian lets somebody of the family see the record, as far and as long as he says, and takes it back."""

from __future__ import annotations

import re
from html import unescape

import pytest
from tests.town import Clients, the_town
from tests.web.visitor import Visitor, signed_in, words

from healthrec.services.context import Services
from healthrec.store import accounts
from healthrec.store.tables import audit_event

TOWN = the_town()
CHILD = TOWN.demo_child.id
PAGE = f"/children/{CHILD}/delegations"
GRANDMOTHER = {"name": "何婆婆", "relationship": "GRPRN", "last": "2026年12月31日", "classes": ["immunization"]}

pytestmark = pytest.mark.one_database


def given(visitor: Visitor, **more: str | list[str]) -> str:
    """The user name of the new delegate."""
    form = visitor.get(f"{PAGE}/new")
    slip = visitor.send(form, GRANDMOTHER | more, f"{PAGE}/new")
    assert slip.status_code == 200, words(slip)
    assert slip.headers["cache-control"] == "no-store"
    found = re.search(r"jz\d{6}", slip.text)
    assert found is not None
    return found[0]


def ended(visitor: Visitor) -> str:
    page = visitor.get(PAGE)
    action = next(one for one in re.findall(r'action="([^"]+)"', page.text) if one.endswith("/end"))
    return words(visitor.follow(visitor.send(page, {}, action)))


def test_a_guardian_lets_the_grandmother_look_and_takes_it_back(api: Clients) -> None:
    services = api.services
    with signed_in(services, "parent") as parent:
        assert PAGE in parent.get(f"/children/{CHILD}").text
        username = given(parent)
        listed = words(parent.get(PAGE))
        assert all(word in listed for word in ("何婆婆", "可以查看", "预防接种", username, "2026年12月31日"))
        grandmother = api(username)
        assert grandmother.ids("Patient") == {CHILD}
        assert grandmother.ids("Immunization")
        assert grandmother.ids("Encounter") == set(), "visits were not ticked"
        assert "已收回" in ended(parent)
        assert grandmother.ids("Patient") == set()
        assert "已结束" in words(parent.get(PAGE))
    with services.database.read() as connection:
        told = [row.reason for row in connection.execute(audit_event.select()) if row.entity.startswith("account/")]
    assert "delegate-account" in told


def test_a_delegate_reads_what_was_ticked_changes_nothing_and_is_not_told_of_the_rest(town_services: Services) -> None:
    with signed_in(town_services, "parent") as parent:
        username = given(parent, classes=[])
    with_demo_password(town_services, username)
    with signed_in(town_services, username) as grandmother:
        assert f"/children/{CHILD}" in grandmother.get("/").text
        page = grandmother.get(f"/children/{CHILD}")
        assert page.status_code == 200
        assert 'id="growth"' in page.text
        for closed in ('id="doses"', 'id="visits"', 'id="documents"', "/access", "/delegations", "/measure"):
            assert closed not in page.text
        for address in (PAGE, f"{PAGE}/new", f"/children/{CHILD}/access", f"/children/{CHILD}/guardians"):
            assert grandmother.get(address).status_code == 403


def test_a_doctor_enters_it_with_the_guardians_signature_only(town_services: Services) -> None:
    with signed_in(town_services, "doctor") as doctor:
        form = doctor.get(f"{PAGE}/new")
        refused = doctor.send(form, GRANDMOTHER, f"{PAGE}/new")
        assert refused.status_code == 422
        assert {"#guardian", "#signed"} <= set(re.findall(r'href="(#\w+)"', refused.text))
        assert 'value="何婆婆"' in refused.text
        guardian = unescape(form.text).split('id="guardian"', 1)[1].split('<option value="', 2)[2].split('"', 1)[0]
        given(doctor, guardian=guardian, signed="1")
        assert TOWN.demo_child.guardians[0][1] in words(doctor.get(PAGE))
        assert "已收回" in ended(doctor)


def test_an_account_of_another_child_is_used_again(api: Clients) -> None:
    services = api.services
    with signed_in(services, "parent") as parent, signed_in(services, "parent2") as other:
        username = given(parent)
        there = TOWN.second_demo_child.id
        address = f"/children/{there}/delegations/new"
        for wrong in ("jz000000", "parent", "nurse"):
            refused = other.send(other.get(address), GRANDMOTHER | {"username": wrong}, address)
            assert refused.status_code == 422
        done = other.send(other.get(address), GRANDMOTHER | {"username": username.upper()}, address)
        assert "已让家人查看" in words(other.follow(done))
    assert api(username).ids("Patient") == {CHILD, there}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "),
        ("name", "何" * 51),
        ("relationship", ""),
        ("relationship", "MTH"),
        ("last", ""),
        ("last", "2026-11-21"),
        ("last", "2027-11-23"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(shared_services: Services, field: str, value: str) -> None:
    with signed_in(shared_services, "parent") as parent:
        answer = parent.send(parent.get(f"{PAGE}/new"), GRANDMOTHER | {field: value}, f"{PAGE}/new")
        assert answer.status_code == 422
        assert f'href="#{field}"' in answer.text


@pytest.mark.parametrize("last", ["2026-11-22", "2027-11-22"])
def test_a_delegation_lasts_from_a_day_to_a_year(shared_services: Services, last: str) -> None:
    with signed_in(shared_services, "parent") as parent:
        given(parent, last=last)


@pytest.mark.parametrize(
    ("user", "status"), [("parent2", 404), ("doctor2", 404), ("nurse", 403), ("carer", 403), ("guide", 403)]
)
def test_others_let_nobody_in(shared_services: Services, user: str, status: int) -> None:
    with signed_in(shared_services, user) as visitor:
        assert visitor.get(PAGE).status_code == status


def test_a_double_click_makes_one_delegation_and_says_the_same(town_services: Services) -> None:
    with signed_in(town_services, "parent") as parent:
        form = parent.get(f"{PAGE}/new")
        slips = [words(parent.send(form, GRANDMOTHER, f"{PAGE}/new")) for _ in range(2)]
        assert slips[0] == slips[1]
        assert words(parent.get(PAGE)).count("何婆婆") == 2  # its line, and the word of its button
        page = parent.get(PAGE)
        action = next(one for one in re.findall(r'action="([^"]+)"', page.text) if one.endswith("/end"))
        assert [parent.send(page, {}, action).status_code for _ in range(2)] == [303, 303]


def with_demo_password(services: Services, username: str) -> None:
    """The password of the demo, as the delegate would have set one of his own."""
    with services.database.write() as connection:
        mine, demo = accounts.by_username(connection, username), accounts.by_username(connection, "parent")
        accounts.change_account(connection, mine.key, password_hash=demo.password_hash, must_change=0)
