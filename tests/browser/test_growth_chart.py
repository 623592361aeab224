"""The growth chart in a browser: choices change the chart alone, points answer to keys, a phone has its own drawing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import PHONE
from tests.web.test_growth import measured_child

from healthrec.services.context import Services

pytestmark = [pytest.mark.browser, pytest.mark.one_database]
Visitor = Callable[..., Page]


def test_a_choice_changes_the_chart_and_the_address_and_keeps_the_place(
    town_services: Services, visitor: Visitor
) -> None:
    child, _ = measured_child(town_services, "doctor")
    page = visitor("doctor")
    page.goto(f"/children/{child}/growth")
    page.evaluate("window.stillHere = true")
    page.get_by_role("link", name="0–24个月").click()
    expect(page.locator("#chip-range-2")).to_have_attribute("aria-current", "true")
    assert page.url.endswith("?range=0-24")
    expect(page.locator("#chip-range-2")).to_be_focused()
    page.go_back()
    expect(page.locator("#chip-range-1")).to_have_attribute("aria-current", "true")
    assert page.evaluate("window.stillHere")


def test_arrows_go_from_point_to_point_and_enter_explains_one(town_services: Services, visitor: Visitor) -> None:
    child, day = measured_child(town_services, "doctor")
    page = visitor("doctor")
    page.goto(f"/children/{child}/growth")
    points = page.locator(".chart-wide a[aria-label]")
    assert page.locator('.chart-wide a[tabindex="0"]').count() == 1
    points.last.focus()
    page.keyboard.press("ArrowLeft")
    expect(points.nth(points.count() - 2)).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("怎么算的")
    assert page.url.endswith(f"/why/wfa/{day}")


def test_a_number_is_explained_in_its_place(town_services: Services, visitor: Visitor) -> None:
    child, _ = measured_child(town_services, "doctor")
    page = visitor("doctor")
    page.goto(f"/children/{child}/growth")
    page.locator("table a", has_text="怎么算的").first.click()
    expect(page.locator("#why-card")).to_contain_text("规则编号")
    assert page.url.endswith("/growth")


def test_a_phone_shows_a_drawing_of_its_own_and_paper_no_buttons(town_services: Services, visitor: Visitor) -> None:
    child, _ = measured_child(town_services, "parent")
    page = visitor("parent", PHONE)
    page.goto(f"/children/{child}/growth")
    expect(page.locator(".chart-narrow svg")).to_be_visible()
    expect(page.locator(".chart-wide svg")).to_be_hidden()
    page.emulate_media(media="print")
    expect(page.locator(".chart-wide svg")).to_be_visible()
    expect(page.locator(".chips").first).to_be_hidden()
