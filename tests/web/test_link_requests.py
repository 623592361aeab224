"""A nursery asks to be linked with a child whose record is elsewhere; who answers for it accepts or declines."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tests.services.imports.files import child as row
from tests.services.imports.files import nurse, rehearsed, sheet
from tests.town import caller_named, the_town
from tests.web.visitor import Visitor, signed_in, words

from healthrec import errors
from healthrec.services.context import Services
from healthrec.services.imports.save import save
from healthrec.services.linking import decide
from healthrec.services.linking.ask import ask_for_row
from healthrec.store.tables import audit_event, link_request

pytestmark = pytest.mark.one_database

LOOKED_UP = {"kind": "resident-id", "name": "张小树", "birth_date": "2024-05-06", "class_name": "彩虹班"}


def elsewhere(services: Services) -> str:
    """A child of the other nursery; his number."""
    other, place = nurse(services, "nurse2")
    id_, _ = rehearsed(services, other, place, sheet(row("张小树")))
    save(services, other, id_, 60)
    return row("张小树")[3]


def requests(services: Services) -> list[Any]:
    with services.database.read() as connection:
        return list(connection.execute(link_request.select()))


def asked(visitor: Visitor, number: str, **more: str) -> str:
    page = visitor.get("/link-requests")
    return words(visitor.follow(visitor.send(page, LOOKED_UP | {"identifier": number} | more, "/link-requests")))


def decision(visitor: Visitor) -> str:
    """The address of the request that waits on the first page."""
    return re.findall(r'href="(/link-requests/\d+)"', visitor.get("/").text)[0]


def test_the_nursery_where_the_child_is_lets_the_next_one_in(town_services: Services) -> None:
    number = elsewhere(town_services)
    with signed_in(town_services, "nurse") as ours, signed_in(town_services, "nurse2") as theirs:
        assert "等待同意" in asked(ours, number)
        address = decision(theirs)
        page = theirs.get(address)
        assert all(word in words(page) for word in ("张小树", "彩虹班", "等待同意"))
        refused = theirs.send(page, {"do": "accept"}, address)
        assert (refused.status_code, "须监护人知道并同意" in words(refused)) == (422, True)
        done = theirs.send(page, {"do": "accept", "agreed": "1"}, address)
        assert "已同意关联" in words(theirs.follow(done))
        assert theirs.get(address).status_code == 404, "he is no longer theirs"
        listed = ours.get("/link-requests")
        assert "已同意" in words(listed)
        (child,) = re.findall(r'href="(/children/[0-9a-f-]{36})"', listed.text)
        assert "张小树" in words(ours.get(child))
        caller, place = nurse(town_services)
        _, (again,) = rehearsed(town_services, caller, place, sheet(row("张小树", class_name="")))
        assert again.state == "same"


def test_a_refusal_says_why_and_opens_nothing(town_services: Services) -> None:
    number = elsewhere(town_services)
    with signed_in(town_services, "nurse") as ours, signed_in(town_services, "nurse2") as theirs:
        asked(ours, number)
        address = decision(theirs)
        page = theirs.get(address)
        assert theirs.send(page, {"do": "decline", "reason": " "}, address).status_code == 422
        declined = {"do": "decline", "reason": "孩子没有转走"}
        for _ in range(2):  # a double click
            assert theirs.send(page, declined, address).status_code == 303
        late = theirs.send(page, {"do": "accept", "agreed": "1"}, address)
        assert "已有人答复" in words(late)
        assert "孩子没有转走" in words(ours.get("/link-requests"))
        assert 'href="/children/' not in ours.get("/link-requests").text.split("<main", 1)[1].split("<form", 1)[0]


def test_a_row_of_a_roster_is_asked_for_from_its_review(town_services: Services) -> None:
    elsewhere(town_services)
    caller, place = nurse(town_services)
    batch, (blocked,) = rehearsed(town_services, caller, place, sheet(row("张小树")))
    assert blocked.state == "blocked"
    with signed_in(town_services, "nurse") as ours:
        review = ours.get(f"/import/{batch}")
        told = ours.follow(ours.send(review, {"do": "link-0"}, f"/import/{batch}"))
        assert "已请求关联" in words(told)
        assert "彩虹班" in words(told)
    (found,) = requests(town_services)
    assert found.child_name == "张小树"
    with town_services.database.read() as connection:
        told = [one for one in connection.execute(audit_event.select()) if one.entity.startswith("link-request/")]
    assert [(one.action, one.child) for one in told] == [("create", found.child)]


@pytest.mark.parametrize("position", [1, 7])
def test_a_row_of_which_nobody_was_told_is_not_asked_for(town_services: Services, position: int) -> None:
    elsewhere(town_services)
    caller, place = nurse(town_services)
    batch, _ = rehearsed(town_services, caller, place, sheet(row("张小树"), row("李小海", sequence="003")))
    with pytest.raises(errors.NotFound):
        ask_for_row(town_services, caller, batch, position)


def test_asking_twice_is_one_request_and_a_wrong_name_is_none(town_services: Services) -> None:
    number = elsewhere(town_services)
    with signed_in(town_services, "nurse") as ours:
        page = ours.get("/link-requests")
        wrong = ours.send(page, LOOKED_UP | {"identifier": number, "name": "王大海"}, "/link-requests")
        assert "没有三项都一致" in words(wrong)
        asked(ours, number)
        asked(ours, number, command_id="another")
        assert ours.send(page, {}, "/link-requests").status_code == 422
    assert len(requests(town_services)) == 1


def test_a_child_in_sight_is_simply_opened(town_services: Services) -> None:
    caller, place = nurse(town_services)
    id_, _ = rehearsed(town_services, caller, place, sheet(row("张小树")))
    save(town_services, caller, id_, 60)
    with signed_in(town_services, "nurse") as ours:
        page = ours.get("/link-requests")
        answer = ours.send(page, LOOKED_UP | {"identifier": row("张小树")[3]}, "/link-requests")
        assert answer.headers["location"].startswith("/children/")
    assert requests(town_services) == []


@pytest.mark.parametrize("user", ["doctor", "parent", "carer", "head", "guide", "admin", "vaccinator"])
def test_only_who_brings_children_in_asks(shared_services: Services, user: str) -> None:
    with signed_in(shared_services, user) as visitor:
        assert visitor.get("/link-requests").status_code == 403


def test_only_who_answers_for_the_record_decides(town_services: Services) -> None:
    number = elsewhere(town_services)
    with signed_in(town_services, "nurse") as ours:
        asked(ours, number)
    (found,) = requests(town_services)
    for user in ("nurse", "doctor", "admin", "auditor"):
        with pytest.raises(errors.NotFound):
            decide.request_page(town_services, caller_named(town_services, user), found.key)
    with pytest.raises(errors.NotFound):
        decide.accept(town_services, caller_named(town_services, "nurse"), found.key, True)


def test_the_doctor_of_the_panel_decides_from_the_worklist(town_services: Services) -> None:
    patient = next(one for one in the_town().demo_child.documents() if one["resourceType"] == "Patient")
    known = {"identifier": patient["identifier"][0]["value"], "birth_date": patient["birthDate"]}
    with signed_in(town_services, "doctor") as doctor, signed_in(town_services, "nurse2") as theirs:
        sought = LOOKED_UP | known | {"name": patient["name"][0]["text"]}
        theirs.follow(theirs.send(theirs.get("/link-requests"), sought, "/link-requests"))
        assert theirs.get(f"/children/{patient['id']}").status_code == 404
        address = decision(doctor)
        done = doctor.send(doctor.get(address), {"do": "accept", "agreed": "1"}, address)
        assert "已同意关联" in words(doctor.follow(done))
        assert theirs.get(f"/children/{patient['id']}").status_code == 200
        assert doctor.get(f"/children/{patient['id']}").status_code == 200, "he stays in the panel"
    with signed_in(town_services, "nurse") as left:
        assert left.get(f"/children/{patient['id']}").status_code == 404
