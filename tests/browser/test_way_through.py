"""A doctor's way through: home, find, child, measure, chart, the paper for the family, the class."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from tests.browser.conftest import DESKTOP, PHONE
from tests.town import caller_named

from healthrec.services.children.find import find_children
from healthrec.services.children.record import open_record
from healthrec.services.context import Services
from healthrec.services.documents import handover
from healthrec.store import children

pytestmark = [pytest.mark.browser, pytest.mark.one_database]
Visitor = Callable[..., Page]
FULL_WIDTH = {ord(str(digit)): chr(0xFF10 + digit) for digit in range(10)} | {ord("."): "．"}


def test_a_doctor_goes_from_the_worklist_to_the_paper_for_the_family(
    town_services: Services, visitor: Visitor, tmp_path: Path
) -> None:
    child, initials, weight = _somebody(town_services)
    page = visitor("doctor")
    expect(page.get_by_role("heading", level=1)).to_have_text("今日待办")
    page.goto("/children")
    page.fill("#q", initials)
    link = page.locator(f"#results a[href='/children/{child}']")
    link.click()
    page.get_by_role("link", name="记录测量").click()
    assert page.locator("[data-after=weight]").is_hidden()
    page.fill("#weight", f"{weight * 0.7:.1f}".translate(FULL_WIDTH))
    expect(page.locator("[data-after=weight]")).to_be_visible()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("请再看一眼")
    page.get_by_text("近期患病或喂养困难").click()
    page.get_by_role("button", name="数值无误，保存").click()
    expect(page.locator(".notice-done")).to_have_text("测量已保存。")
    expect(page.locator(".latest .value").first).to_contain_text(f"{weight * 0.7:.1f}")
    expect(page.locator(".chart-wide svg")).to_contain_text(f"{weight * 0.7:.1f}")
    page.locator("a", has_text="怎么算的").first.click()
    expect(page.locator("#why-card")).to_contain_text("WS/T 423-2022")
    page.get_by_role("link", name="家庭版小结（PDF）").click()
    page.get_by_role("button", name="发布").click()
    expect(page.locator(".notice-done")).to_have_text("家庭版小结已发布。")
    address = page.locator("#documents a[href^='/documents/']").first.get_attribute("href")
    answer = page.request.get(str(address))
    assert answer.headers["content-type"] == "application/pdf"
    (tmp_path / "summary.pdf").write_bytes(answer.body())
    text = subprocess.run(["pdftotext", str(tmp_path / "summary.pdf"), "-"], capture_output=True, check=True).stdout
    assert page.locator("h1").inner_text().split()[0] in text.decode()


def test_a_class_gets_its_papers_in_the_background(town_services: Services, visitor: Visitor) -> None:
    klass = handover.classes(town_services, caller_named(town_services, "doctor"))[0]
    page = visitor("doctor")
    page.goto(f"/handover/{klass.id}")
    page.get_by_role("button", name="生成全班小结").click()
    expect(page.get_by_role("link", name="PDF")).to_have_count(klass.children, timeout=30_000)
    page.reload()
    page.locator("input[name=child]").first.check()
    page.get_by_role("button", name="所选记为已打印").click()
    expect(page.locator(".worklist .tag", has_text="已打印")).to_have_count(1)
    page.get_by_role("button", name="撤销").click()
    expect(page.locator(".worklist .tag", has_text="已打印")).to_have_count(0)


def test_search_works_without_script(town_services: Services, visitor: Visitor) -> None:
    child, initials, _ = _somebody(town_services)
    page = visitor("doctor")
    html = page.request.get(f"/children?q={initials}").text()
    assert f"/children/{child}" in html
    assert "<!doctype html>" in html


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("user", ["doctor", "nurse", "parent"])
def test_main_pages_have_no_serious_barrier_and_fit_the_screen(
    town_services: Services, visitor: Visitor, user: str, size: tuple[int, int]
) -> None:
    child = find_children(town_services, caller_named(town_services, user), "").rows[0].id
    addresses = ["/", f"/children/{child}", f"/children/{child}/growth"]
    if user != "parent":
        addresses += ["/children", f"/children/{child}/measure", "/handover"]
    if user == "doctor":
        addresses.append(f"/children/{child}/summary")
    page = visitor(user, size)
    for address in addresses:
        page.goto(address)
        found = Axe().run(page).response["violations"]
        serious = [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")]
        assert serious == [], address
        wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wider <= 0, f"{address} is {wider} px too wide"


def _somebody(services: Services) -> tuple[str, str, float]:
    """(id, initials, last weight) of a child of the doctor who was weighed, not today, and is of a judged age."""
    doctor = caller_named(services, "doctor")
    for row in find_children(services, doctor, "").rows:
        record = open_record(services, doctor, row.id)
        weights = [fact for fact in record.measured() if fact.code == "29463-7"]
        if weights and row.birth and 400 < (services.today() - row.birth).days < 2300 and not row.look_alike:
            with services.database.read() as connection:
                keys = children.visible_row(connection, doctor.viewer, row.id)
            assert keys is not None
            return row.id, _initials(row.name), float(weights[-1].value)
    raise AssertionError("the town has no such child")


def _initials(name: str) -> str:
    from healthrec.fhir.names import pinyin_keys

    return pinyin_keys(name)[-1]
