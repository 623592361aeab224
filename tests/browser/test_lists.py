"""The lists and the vaccination pages: no barrier, nothing wider than the screen, in both languages; and all by keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from tests.browser.conftest import DESKTOP, PHONE
from tests.services.immunization.test_due_list import an_open_child
from tests.services.immunization.test_entrance import newcomer
from tests.services.immunization.test_entrance_statistics import needing_catch_up
from tests.services.immunization.vaccinating import screened
from tests.town import the_town

from healthrec.services.context import Services

pytestmark = [pytest.mark.browser, pytest.mark.one_database]
Visitor = Callable[..., Page]

STATISTICS = ["/entrance/statistics", "/entrance/statistics/children?figure=entered"]
PAGES = {
    "vaccinator": [
        "/", "/due", "/sessions", "/entrance", *STATISTICS, "/aefi", "/lots", "/vaccinations", "{child}/vaccines",
        "{child}/vaccinate", "{child}/vaccinate/screening", "{child}/aefi", "{child}/contacts/vaccination", "{new}/entrance",
        "{new}/entrance/notice",
    ],
    "nurse": ["/", "/due", "/entrance", *STATISTICS, "{new}/entrance/notice", "{new}/contacts/entrance", "/handover"],
    "doctor": ["/", "{child}/vaccines", "{child}/contacts/growth", "/handover"],
    "district": STATISTICS,
    "head": STATISTICS,
    "parent": ["/", "{own}", "{own}/growth", "{own}/vaccines"],
    "admin": ["/admin/organizations/{nursery}/instruments"],
}  # fmt: skip


@pytest.mark.parametrize(("size", "language"), [(DESKTOP, "en"), (PHONE, "zh")], ids=["desktop", "phone"])
@pytest.mark.parametrize("user", sorted(PAGES))
def test_no_page_has_a_barrier_or_is_wider_than_the_screen(
    town_services: Services, visitor: Visitor, user: str, size: tuple[int, int], language: str
) -> None:
    child, town = an_open_child(town_services), the_town()
    screened(town_services, child)
    known = {
        "child": f"/children/{child}",
        "new": f"/children/{needing_catch_up(town_services)}",
        "own": f"/children/{town.demo_child.id}",
        "nursery": town.institutions.nurseries[0].organization.id,
    }
    page = visitor(user, size)
    page.context.add_cookies([{"name": "hr_language", "value": language, "url": page.url}])
    for address in PAGES[user]:
        answer = page.goto(address.format(**known))
        assert answer is not None and answer.ok, address
        found = Axe().run(page).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == [], address
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0, address


def test_a_call_is_noted_by_keyboard_alone_and_stands_on_the_row(town_services: Services, visitor: Visitor) -> None:
    child = newcomer(town_services)
    page = visitor("nurse")
    page.goto("/entrance")
    row = page.locator("tr", has=page.locator(f"a[href='/children/{child}']"))
    _tab_to(page, f"a[href^='/children/{child}/contacts/entrance']")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("记录联系")
    _tab_to(page, "input[name=outcome]")
    page.keyboard.press("Space")  # the first: agreed to come
    _tab_to(page, "#again_on")
    page.keyboard.type("2026-12-01")
    page.keyboard.press("Enter")
    expect(page.locator(".notice-done")).to_contain_text("联系结果已记录")
    assert page.url.endswith("/entrance")
    expect(row).to_contain_text("约在2026年12月1日")


def test_a_figure_of_the_statistics_opens_by_keyboard(town_services: Services, visitor: Visitor) -> None:
    child = newcomer(town_services)
    page = visitor("nurse")
    page.goto("/entrance/statistics")
    _tab_to(page, "a[href*='figure=not_checked']")
    page.keyboard.press("Enter")
    expect(page.locator(f"a[href='/children/{child}']")).to_be_visible()


def _tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus lies on it."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"the keyboard does not come to {selector}")
