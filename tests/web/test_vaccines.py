"""The vaccine card as a page: who may open it, and in whose words."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select
from tests.services.immunization.vaccinating import LOT, WELL, child_with_due
from tests.town import caller_named
from tests.web.visitor import signed_in, words

from healthrec.services.context import Services
from healthrec.store import children
from healthrec.store.tables import audit_event

pytestmark = pytest.mark.one_database


def own_child(services: Services, username: str) -> str:
    """Some child of that sign-in."""
    with services.database.read() as connection:
        viewer = caller_named(services, username).viewer
        return children.all_of(connection, viewer, ("", 0), True, 1)[0].id


@pytest.mark.parametrize("username", ["vaccinator", "doctor"])
def test_staff_open_the_card_from_the_child_and_read_rules(shared_services: Services, username: str) -> None:
    child = own_child(shared_services, username)
    with signed_in(shared_services, username) as browser:
        assert f'href="/children/{child}/vaccines"' in browser.get(f"/children/{child}").text
        said = words(browser.get(f"/children/{child}/vaccines"))
    assert "2026 版程序" in said
    assert "尚未与原文核对" in said
    assert "规则" in said


def test_a_guardian_reads_the_own_words_and_no_rule(shared_services: Services) -> None:
    with signed_in(shared_services, "parent") as browser:
        said = words(browser.get(f"/children/{own_child(shared_services, 'parent')}/vaccines"))
    assert "已打" in said
    assert [word for word in ("规则", "应种未种", "不计入", "本机构接种") if word in said] == []


@pytest.mark.parametrize("username", ["nurse", "guide", "carer"])
def test_who_may_not_see_doses_finds_no_card(shared_services: Services, username: str) -> None:
    with signed_in(shared_services, username) as browser:
        assert browser.get(f"/children/{own_child(shared_services, username)}/vaccines").status_code == 404


def test_every_look_at_a_card_is_in_the_audit(shared_services: Services) -> None:
    child = own_child(shared_services, "vaccinator")
    entity = f"page:/children/{child}/vaccines"
    wanted = select(audit_event.c.action, audit_event.c.outcome).where(audit_event.c.entity == entity)
    with signed_in(shared_services, "vaccinator") as browser:
        browser.get(f"/children/{child}/vaccines")
    with shared_services.database.read() as connection:
        assert ("view", "success") in {tuple(found) for found in connection.execute(wanted)}


def test_a_dose_is_scanned_recorded_watched_and_left(town_services: Services) -> None:
    child, due = child_with_due(town_services)
    page, questions = f"/children/{child}/vaccinate", f"/children/{child}/vaccinate/screening"
    with signed_in(town_services, "vaccinator") as nurse:
        assert "健康询问与知情同意" in words(nurse.get(page))
        half = nurse.send(nurse.get(questions), WELL | {"consent.name": ""}, questions)
        assert half.status_code == 422
        ready = nurse.follow(nurse.send(half, WELL, questions))
        assert str(ready.url).endswith("/vaccinate")
        unread = nurse.send(ready, {"trace": "？", "do": "scan"}, page)
        assert "认不出这个码" in words(unread)
        code = "01069012345678921727053110B7"
        read = nurse.send(ready, {"trace": code, "do": "scan", "vaccine": due.vaccine}, page)
        assert 'value="B7"' in read.text
        fields = LOT | {"vaccine": due.vaccine, "trace": code}
        given = nurse.follow(nurse.send(ready, fields, page))
        assert "请留观30分钟" in words(given)
        watching = nurse.get("/vaccinations")
        assert re.search("还有 (30|29) 分钟", words(watching))
        gone = nurse.follow(nurse.send(watching, {"ending": "left"}, f"/vaccinations/{child}"))
        assert "离开" in words(gone)
        assert "BCG" in nurse.get(page).text
        doubt = nurse.send(nurse.get(page), fields | {"vaccine": "BCG"}, page)
        assert "按程序不计入" in words(doubt)


def test_a_dose_not_given_shows_on_the_card_with_its_reason(town_services: Services) -> None:
    child, due = child_with_due(town_services)
    page = f"/children/{child}/vaccinate"
    with signed_in(town_services, "vaccinator") as nurse:
        assert "请选择原因" in words(nurse.send(nurse.get(page), {"held": due.vaccine}, f"{page}/held"))
        held = {"held": due.vaccine, "held_reason": "out-of-stock"}
        assert "疫苗暂缺" in words(nurse.follow(nurse.send(nurse.get(page), held, f"{page}/held")))
