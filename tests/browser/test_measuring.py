"""Measuring on a phone with one hand: the plain case in three fields, and a slip of the unit put right by one tap."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import PHONE
from tests.town import TODAY, caller_named

from healthrec.services.children.find import find_children
from healthrec.services.children.record import open_record
from healthrec.services.context import Services

pytestmark = [pytest.mark.browser, pytest.mark.one_database]


def test_a_nurse_writes_jin_and_one_tap_puts_it_right(town_services: Services, visitor: Callable[..., Page]) -> None:
    child, weight = _weighed(town_services)
    page = visitor("nurse", PHONE)
    page.goto(f"/children/{child}/measure")
    page.fill("#weight", f"{weight * 2:.1f}")
    expect(page.locator("[data-after=weight]")).to_contain_text("上次")
    page.get_by_role("button", name="保存").click()
    expect(page.locator(".why").first).to_contain_text("是不是按市斤写的")
    repair = page.get_by_role("button", name="改为")
    box = repair.bounding_box()
    assert box and box["height"] >= 44 and box["x"] + box["width"] <= PHONE[0]
    repair.click()
    expect(page.locator(".notice-done")).to_contain_text("测量已保存")
    expect(page.locator(".latest .value").first).to_contain_text(f"{weight:.1f}")


def _weighed(services: Services) -> tuple[str, float]:
    """A child of the nurse past its first year, and its last weight [kg]."""
    nurse = caller_named(services, "nurse")
    for row in find_children(services, nurse, "").rows:
        weights = [fact for fact in open_record(services, nurse, row.id).measured() if fact.code == "29463-7"]
        if weights and row.birth and row.birth < TODAY - timedelta(400) and weights[-1].day != TODAY:
            return row.id, round(float(weights[-1].value) + 0.2, 1)
    raise AssertionError("the town has no such child")
