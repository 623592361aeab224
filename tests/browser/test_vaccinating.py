"""A dose in three acts: the scanner, the place of the injection, Enter. And the code by the camera, where a browser can."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import DESKTOP, PHONE
from tests.services.immunization.vaccinating import LOT, child_with_due, screened
from tests.town import caller_named

from healthrec.services.context import Services
from healthrec.services.immunization.give_dose import give_dose
from healthrec.services.immunization.record_dose import show_doses

pytestmark = [pytest.mark.browser, pytest.mark.one_database]

CODE = "81234567000000000077"
# A camera that shows a grey picture, and a browser that finds a code in whatever it sees.
CAMERA = """
window.BarcodeDetector = class {
  static async getSupportedFormats() { return ["code_128", "data_matrix", "qr_code"]; }
  constructor({ formats }) { window.askedFormats = formats; }
  async detect() { return [{ rawValue: "%s" }]; }
};
navigator.mediaDevices.getUserMedia = async () => {
  const picture = document.createElement("canvas"), pen = picture.getContext("2d");
  setInterval(() => pen.fillRect(0, 0, picture.width, picture.height), 50);
  return picture.captureStream();
};
"""
REFUSED = "navigator.mediaDevices.getUserMedia = async () => { throw new Error('no') };"


@pytest.fixture
def child(town_services: Services) -> str:
    """A child who was asked today, for a vaccine of which a lot is open: another child was given from it."""
    nurse = caller_named(town_services, "vaccinator")
    (child, due), (other, _) = child_with_due(town_services), child_with_due(town_services, place=1)
    screened(town_services, other)
    fields = LOT | {"vaccine": due.vaccine, "trace": "81234567000000000001", "confirmed": "1", "reason": "核对过"}
    assert give_dose(town_services, nurse, other, fields).id
    screened(town_services, child)
    return child


def given(services: Services, child: str) -> int:
    return len(show_doses(services, caller_named(services, "vaccinator"), child).doses.rows)


def test_a_dose_is_scanner_site_and_enter(town_services: Services, visitor: Callable[..., Page], child: str) -> None:
    before = given(town_services, child)
    page = visitor("vaccinator", DESKTOP)
    page.goto(f"/children/{child}")
    page.locator("main").get_by_role("link", name="接种", exact=True).click()
    expect(page.locator("#trace")).to_be_focused()
    page.keyboard.type(CODE)  # the scanner types the code
    page.keyboard.press("Enter")  # and ends it with Enter
    expect(page.locator("#lot")).to_have_value("A2026")
    expect(page.locator("#expiry")).to_have_value("2027-05-31")
    expect(page.locator("#site")).to_be_focused()
    page.keyboard.press("Space")  # 1: the site
    page.keyboard.press("Enter")  # 2: record
    expect(page.locator(".notice-done")).to_contain_text("请留观30分钟")
    assert given(town_services, child) == before + 1
    page.goto("/vaccinations")
    row = page.locator(".worklist li").filter(has_text="还有").first
    expect(row.locator("[data-minutes]")).to_have_text("30")
    for name in ("离开", "未留观"):
        expect(row.get_by_role("button", name=name)).to_be_visible()


def test_the_camera_fills_the_code_on_a_phone(
    town_services: Services, visitor: Callable[..., Page], child: str
) -> None:
    page = visitor("vaccinator", PHONE)
    page.add_init_script(CAMERA % CODE)
    page.goto(f"/children/{child}/vaccinate")
    start = page.get_by_role("button", name="用摄像头扫码")
    box = start.bounding_box()
    assert box and box["height"] >= 44 and box["x"] + box["width"] <= PHONE[0]
    start.click()
    expect(page.locator("#lot")).to_have_value("A2026")
    expect(page.locator("#trace")).to_have_value(CODE)


def test_a_camera_that_stays_closed_is_told(visitor: Callable[..., Page], child: str) -> None:
    page = visitor("vaccinator", PHONE)
    page.add_init_script(CAMERA % CODE + REFUSED)
    page.goto(f"/children/{child}/vaccinate")
    page.get_by_role("button", name="用摄像头扫码").click()
    expect(page.get_by_text("摄像头没有打开")).to_be_visible()
    expect(page.locator("video")).to_be_hidden()


def test_where_no_camera_can_be_opened_no_button_promises_one(visitor: Callable[..., Page], child: str) -> None:
    page = visitor("vaccinator", PHONE)
    page.add_init_script("Object.defineProperty(navigator, 'mediaDevices', { value: undefined })")
    page.goto(f"/children/{child}/vaccinate")
    expect(page.get_by_text("这里不能打开摄像头")).to_be_visible()
    expect(page.get_by_role("button", name="用摄像头扫码")).to_be_hidden()
