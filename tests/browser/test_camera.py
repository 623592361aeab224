"""A code read by the camera for real: Chromium's fake camera shows a film, the page's own decoder reads it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from numpy import uint8
from numpy.typing import NDArray
from playwright.sync_api import Page, expect, sync_playwright
from tests.browser.camera_film import code_128, data_matrix, film, qr
from tests.conftest import absent
from tests.services.immunization.vaccinating import child_with_due, screened

from healthrec.demo.load import PASSWORD
from healthrec.services.context import Services

pytestmark = [pytest.mark.browser, pytest.mark.one_database]

TRACE = "81234567000000000077"
ELEMENTS = "01069012345678921727053110B7"


@pytest.mark.parametrize(
    ("picture", "code", "lot"),
    [
        (code_128(TRACE), TRACE, ""),
        (qr(TRACE), TRACE, ""),
        (data_matrix(TRACE), TRACE, ""),
        (qr(ELEMENTS), ELEMENTS, "B7"),
    ],
    ids=["Code 128", "QR", "DataMatrix", "QR with GS1 elements"],
)
def test_the_camera_reads_what_lies_before_it(
    town_services: Services, live_server: str, tmp_path: Path, picture: NDArray[uint8], code: str, lot: str
) -> None:
    child, _ = child_with_due(town_services)
    screened(town_services, child)
    shown, complaints = film(picture, tmp_path / "film.y4m"), list[str]()
    with sync_playwright() as playwright:
        page = playwright.chromium.launch(
            executable_path=chromium(),
            args=["--no-sandbox", "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
                  f"--use-file-for-fake-video-capture={shown}"],
        ).new_page(base_url=live_server, locale="zh-CN")  # fmt: skip
        page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
        sign_in(page)
        page.goto(f"/children/{child}/vaccinate")
        page.get_by_role("button", name="用摄像头扫码").click()
        expect(page.locator("#trace")).to_have_value(code, timeout=20_000)
        expect(page.locator("#lot")).to_have_value(lot)
        page.context.browser.close()  # type: ignore[union-attr]
    assert complaints == []


def sign_in(page: Page) -> None:
    page.goto("/login")
    page.fill("#username", "vaccinator")
    page.fill("#password", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(lambda url: "/login" not in url)


def chromium() -> str:
    """Debian's own, or the first that is on the path."""
    path = next((found for name in ("chromium", "google-chrome", "chrome") if (found := shutil.which(name))), None)
    if path is None:
        absent("no Chromium was found")
    return str(path)
