"""The list of what is due, the contact log and the clinic's day as pages."""

from __future__ import annotations

import pytest
from tests.services.immunization.test_due_list import an_open_child
from tests.services.immunization.vaccinating import child_with_due
from tests.web.visitor import signed_in, words

from healthrec.services.context import Services

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_call_is_recorded_from_the_list_and_the_child_leaves_it(town_services: Services, language: str) -> None:
    child = an_open_child(town_services)
    to = f"/children/{child}/contacts/vaccination"
    with signed_in(town_services, "vaccinator", language) as browser:
        listed = browser.get("/due")
        assert f'href="{to}?back=/due"' in listed.text
        page = browser.get(f"{to}?back=/due")
        refused = browser.send(page, {"outcome": "later"}, to)
        assert (refused.status_code, 'href="#again_on"' in refused.text) == (422, True)
        sent = browser.send(refused, {"outcome": "agreed", "again_on": "2026-11-24"}, to)
        assert sent.headers["location"] == "/due"
        assert to not in browser.follow(sent).text
        assert to in browser.get("/due?show=waiting").text
        assert "2026" in words(browser.get("/sessions?on=2026-11-24"))


def test_the_third_call_in_vain_asks_on_the_page(town_services: Services) -> None:
    child = an_open_child(town_services)
    to = f"/children/{child}/contacts/vaccination"
    with signed_in(town_services, "vaccinator") as browser:
        for _ in range(2):
            browser.send(browser.get(to), {"outcome": "no-answer"}, to)
        asked = browser.send(browser.get(to), {"outcome": "no-answer"}, to)
        assert (asked.status_code, "是否已迁出" in words(asked)) == (422, True)
        assert browser.send(asked, {"outcome": "no-answer", "decided": "moved"}, to).status_code == 303
        assert "已迁出" in words(browser.get(to))


def test_a_way_back_leads_nowhere_else(town_services: Services) -> None:
    child, _ = child_with_due(town_services)
    to = f"/children/{child}/contacts/vaccination"
    with signed_in(town_services, "vaccinator") as browser:
        page = browser.get(f"{to}?back=https://elsewhere.example/")
        assert browser.send(page, {"outcome": "refused"}, to).headers["location"] == "/"


def test_a_nursery_reads_results_alone(town_services: Services) -> None:
    with signed_in(town_services, "nurse") as browser:
        said = words(browser.get("/due"))
        assert browser.get("/due?vaccine=mmr").status_code == 404
        assert browser.get("/sessions").status_code == 403
    assert "需要补种" in said
    assert [word for word in ("疫苗 第", "应种未种", "不宜接种", "乙肝") if word in said] == []


@pytest.mark.parametrize(
    ("address", "status"), [("/sessions?on=yesterday", 422), ("/sessions?on=2026-11-21", 422), ("/sessions", 200)]
)
def test_a_day_that_cannot_be_is_refused_on_the_page(shared_services: Services, address: str, status: int) -> None:
    with signed_in(shared_services, "vaccinator") as browser:
        assert browser.get(address).status_code == status


@pytest.mark.parametrize("username", ["doctor", "vaccinator"])
def test_the_first_page_counts_who_is_overdue_and_due(town_services: Services, username: str) -> None:
    child = an_open_child(town_services)
    with signed_in(town_services, username) as browser:
        page = browser.get("/")
    assert 'href="/due?show=late"' in page.text
    assert 'href="/due?show=due"' in page.text
    assert f"/children/{child}/contacts/vaccination?back=/" in page.text
