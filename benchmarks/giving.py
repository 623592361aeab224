"""A dose from the child's page to "recorded", as a nurse gives it: what the hand does, and how long pages and people take.

Chromium drives the real pages of a real server. Actions are counted as they are made, page times are the browser's own. What a
person needs is not measured: it is estimated by the keystroke-level model from the operators below, and named so.
`python -m benchmarks.giving` writes benchmarks/results/giving.md.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path

from playwright.sync_api import Locator, Page, sync_playwright

from benchmarks.__main__ import machine
from benchmarks.servers import free_port
from healthrec.demo.load import PASSWORD, load
from healthrec.demo.town import town
from healthrec.services.accounts.identify import caller_of
from healthrec.services.context import Caller, Services
from healthrec.services.immunization.give_dose import give_dose
from healthrec.services.immunization.screening import new_screening, record_screening
from healthrec.services.opening import opened
from healthrec.settings import Settings
from healthrec.store import accounts, children

TODAY = date(2026, 11, 22)
RESULT = Path(__file__).parent / "results" / "giving.md"
LIMIT_S = 20.0

OPERATORS: dict[str, tuple[float, str]] = {
    "K": (0.28, "a key, average non-secretary typist"),
    "P": (1.10, "pointing at something with the mouse; the same is taken for aiming a scanner"),
    "B": (0.20, "a click: button down and up; the trigger of a scanner"),
    "H": (0.40, "the hand moves between keyboard, mouse and scanner"),
    "M": (1.35, "deciding what comes next, or comparing one thing with the box"),
}
"""Seconds. Card, Moran and Newell, The keystroke-level model for user performance time with interactive systems, Communications
of the ACM 23(7), 1980, 396-410."""

_WELL: dict[str, list[str]] = {
    "health.temperature": ["36.6"],
    **{
        f"health.{name}": ["no"]
        for name in ("unwell", "acute", "reaction", "allergy", "nervous", "immune", "blood", "vaccine", "household")
    },
    "consent.told": ["vaccine", "contraindications", "reactions", "observation"],
    "consent.given": ["agreed"],
    "consent.by": ["mother"],
    "consent.name": ["林小宝"],
    "decision.outcome": ["give"],
    "decision.checked": ["three", "seven", "one"],
}


@dataclass(frozen=True, slots=True)
class Ready:
    """A child who was asked today, a vaccine that is due, and the code on a box of its open lot."""

    child: str
    vaccine: str
    code: str


@dataclass(slots=True)
class Hand:
    """What one dose took: operators in order, acts by kind, and the page times of the browser in ms."""

    page: Page
    operators: str = ""
    taps: int = 0
    keys: int = 0
    scans: int = 0
    pages: int = 0
    server_ms: float = 0.0
    page_ms: float = 0.0
    scanner_ms: float = 0.0

    def tap(self, what: Locator, *, leads_on: bool = False) -> None:
        """Decide, point, click."""
        self.taps += 1
        self.operators += "MPB"
        self._act(what.click, leads_on)

    def press(self, key: str, *, leads_on: bool = False) -> None:
        """A key that the hand already lies on."""
        self.keys += 1
        self.operators += "K"
        self._act(lambda: self.page.keyboard.press(key), leads_on)

    def scan(self, code: str) -> None:
        """Reach for the scanner, aim, pull; it types the code and Enter; the hand goes back."""
        self.scans += 1
        self.operators += "HMPBH"
        begun = time.perf_counter()
        self.page.keyboard.type(code)
        self.scanner_ms += (time.perf_counter() - begun) * 1000
        self._act(lambda: self.page.keyboard.press("Enter"), True)

    def compare(self, times: int) -> None:
        """Look from the screen to the box, once for each thing compared."""
        self.operators += "M" * times

    def _act(self, act: Callable[[], None], leads_on: bool) -> None:
        if not leads_on:
            act()
            return
        with self.page.expect_navigation(wait_until="load"):
            act()
        told = self.page.evaluate("performance.getEntriesByType('navigation')[0].toJSON()")
        self.pages += 1
        self.server_ms += told["responseStart"] - told["requestStart"]
        self.page_ms += told["loadEventStart"] - told["startTime"]

    @property
    def human_s(self) -> float:
        """The estimate."""
        return sum(OPERATORS[one][0] for one in self.operators)


def by_scanner(hand: Hand, one: Ready) -> None:
    """Box under the scanner, compare, site, Enter."""
    _open(hand, one)
    hand.scan(one.code)
    hand.compare(3)  # vaccine, lot, expiry
    hand.press("Space")
    hand.press("Enter", leads_on=True)


def by_open_lot(hand: Hand, one: Ready) -> None:
    """The lot from the list of those open today, all by mouse or finger."""
    _open(hand, one)
    hand.tap(hand.page.locator(f"input[name=open_lot][value^='{one.vaccine}|'] + label").first)
    hand.compare(3)
    hand.tap(hand.page.locator("input[name=site] + label").first)
    hand.tap(hand.page.locator("button[value=save]"), leads_on=True)


def _open(hand: Hand, one: Ready) -> None:
    hand.page.goto(f"/children/{one.child}")
    hand.tap(hand.page.locator(f"a[href='/children/{one.child}/vaccinate']").first, leads_on=True)


WAYS: dict[str, Callable[[Hand, Ready], None]] = {
    "scanner and keyboard": by_scanner,
    "list of open lots, by tap": by_open_lot,
}


def measure(doses: int) -> dict[str, list[Hand]]:
    """Both ways, so many doses each, every one for another child."""
    with tempfile.TemporaryDirectory(prefix="healthrec-giving-") as folder:
        url = f"sqlite:///{folder}/giving.db"
        with opened(Settings(database_url=url, today=TODAY)) as services:
            load(services, town(200, today=TODAY))
            ready = _ready(services, doses * len(WAYS))
        with _serving(url) as address, sync_playwright() as playwright:
            page = _signed_in(playwright.chromium.launch(executable_path=_chromium(), args=["--no-sandbox"]), address)
            rest = iter(ready)
            return {name: [_done(page, way, one) for one in islice(rest, doses)] for name, way in WAYS.items()}


def _done(page: Page, way: Callable[[Hand, Ready], None], one: Ready) -> Hand:
    hand = Hand(page)
    way(hand, one)
    if page.locator(".notice-done").count() != 1:
        raise SystemExit(f"the dose was not recorded: {page.locator('main').inner_text()[:500]}")
    return hand


def _ready(services: Services, wanted: int) -> list[Ready]:
    nurse = _vaccinator(services)
    with services.database.read() as connection:
        ids = [row.id for row in children.all_of(connection, nurse.viewer, ("", 0), True, 200)]
    found, donors = [], iter(reversed(ids))
    for child in ids:
        form = new_screening(services, nurse, child)
        swallowed = {"bOPV"}
        vaccine = next((one.vaccine for one in form.due if one.vaccine not in swallowed), "")
        if not vaccine or len(found) == wanted:
            continue
        product = f"8{len(found):06d}"
        _open_lot(services, nurse, next(donors), vaccine, f"{product}{1:013d}", f"A{len(found):04d}")
        record_screening(services, nurse, child, _WELL, [])
        found.append(Ready(child, vaccine, f"{product}{2:013d}"))
    if len(found) < wanted:
        raise SystemExit(f"only {len(found)} children of this town are due")
    return found


def _open_lot(services: Services, nurse: Caller, donor: str, vaccine: str, code: str, lot: str) -> None:
    record_screening(services, nurse, donor, _WELL, [])
    fields = {"vaccine": vaccine, "lot": lot, "expiry": "2027-05-31", "maker": "北生所", "site": "left-arm"}
    how = {"amount": "0.5 ml", "route": "IM", "trace": code, "confirmed": "1", "reason": "benchmark"}
    give_dose(services, nurse, donor, fields | how)


def _vaccinator(services: Services) -> Caller:
    with services.database.read() as connection:
        return caller_of(connection, services, accounts.by_username(connection, "vaccinator"), "127.0.0.1")


@contextmanager
def _serving(url: str) -> Iterator[str]:
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "healthrec",
        "serve",
        "--port",
        str(port),
        "--database-url",
        url,
        "--no-request-log",
    ]
    server = subprocess.Popen(
        command, env=os.environ | {"HEALTHREC_TODAY": TODAY.isoformat()}, stdout=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/healthz")
        yield address
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait_for(address: str) -> None:
    for _ in range(200):
        try:
            urllib.request.urlopen(address, timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the server did not start")


def _signed_in(browser: object, address: str) -> Page:
    page: Page = browser.new_page(base_url=address, locale="zh-CN")  # type: ignore[attr-defined]
    page.goto("/login")
    page.fill("#username", "vaccinator")
    page.fill("#password", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(lambda url: "/login" not in url)
    return page


def _chromium() -> str:
    path = next((found for name in ("chromium", "google-chrome", "chrome") if (found := shutil.which(name))), None)
    if path is None:
        raise SystemExit("no Chromium was found")
    return path


def markdown(found: dict[str, list[Hand]]) -> str:
    """The table, the operators with their source, and what is not in it."""
    lines = [
        f"# A dose, from the child's page to recorded, {date.today().isoformat()}",
        "",
        f"{machine()}. {len(next(iter(found.values())))} doses each way; medians. Taps, keys and scans are counted, page times",
        "measured in Chromium; the person's time is an **estimate** by the keystroke-level model, not a measurement.",
        "",
        "| way | taps | keys | scans | pages | server ms | pages loaded ms | operators | person, estimated s | all, s | limit s |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for name, hands in found.items():
        one = hands[0]
        server, pages, scanner = (
            statistics.median(getattr(hand, what) for hand in hands) for what in ("server_ms", "page_ms", "scanner_ms")
        )
        whole = one.human_s + (pages + scanner) / 1000
        lines.append(
            f"| {name} | {one.taps} | {one.keys} | {one.scans} | {one.pages} | {server:.0f} | {pages:.0f} | {one.operators} "
            f"| {one.human_s:.1f} | {whole:.1f} | {LIMIT_S:.0f} |"
        )
    lines += ["", "Operators (Card, Moran and Newell, CACM 23(7), 1980, 396-410), in seconds:", ""]
    lines += [f"- {code} {seconds:.2f}: {what}" for code, (seconds, what) in OPERATORS.items()]
    lines += [
        "",
        "Health questions, consent and the three checks come before and are not in it, nor is the injection. The scanner's typing is",
        "the time that Chromium took to be typed at. Three comparisons with the box (vaccine, lot, expiry) are counted as one M each.",
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.giving", description=__doc__)
    parser.add_argument("--doses", type=int, default=5, help="each way")
    text = markdown(measure(parser.parse_args().doses))
    RESULT.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
