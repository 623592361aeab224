"""The vaccine card as a page: who may open it, and in whose words."""

from __future__ import annotations

import pytest
from sqlalchemy import select
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
