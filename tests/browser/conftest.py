"""One Chromium for each file, gone before other tests run loops of their own; every page is a fresh visitor, and what the browser complains about fails the test."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from tests.conftest import absent

from healthrec.demo.load import PASSWORD

DESKTOP, PHONE = (1280, 900), (390, 844)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's own Chromium, or the first that is on the path."""
    path = next((found for name in ("chromium", "google-chrome", "chrome") if (found := shutil.which(name))), None)
    if path is None:
        absent("no Chromium was found")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def visitor(browser: Browser, live_server: str) -> Iterator[Callable[..., Page]]:
    """Gives a page on which that demo sign-in has just signed in."""
    pages: list[Page] = []
    complaints: list[str] = []

    def sign_in(user: str, size: tuple[int, int] = DESKTOP) -> Page:
        page = browser.new_page(viewport={"width": size[0], "height": size[1]}, locale="zh-CN", base_url=live_server)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if _is_complaint(said.type, said.text) else None)
        page.goto("/login")
        page.fill("#username", user)
        page.fill("#password", PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_url(lambda url: "/login" not in url)
        pages.append(page)
        return page

    yield sign_in
    for page in pages:
        page.close()
    assert complaints == []


def _is_complaint(kind: str, text: str) -> bool:
    """A refused form answers 422, which the browser calls an error and the page explains."""
    return kind in ("error", "warning") and "422" not in text
