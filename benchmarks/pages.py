"""Every GET page, enumerated from the route table, at many children: server time of each as each role.

`python -m benchmarks.pages fill --children 100000` makes the database (children with a thin record: who they are, where they
belong, two measuring days, one dose); `measure` asks every page of it and writes benchmarks/results/pages.md.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import sys
import time
from collections.abc import Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import httpx

from benchmarks.__main__ import machine
from healthrec.app import create_app
from healthrec.demo.load import PASSWORD, add_accounts
from healthrec.demo.town import Town, town
from healthrec.http.serving import keep_for_good
from healthrec.services.accounts.demo_accounts import ONE_OF_EACH
from healthrec.services.context import Services, operator
from healthrec.services.opening import opened
from healthrec.services.publishing import publish_forms
from healthrec.services.record.write import Change, apply
from healthrec.settings import Settings
from healthrec.web.routes import ROUTERS

TODAY = date(2026, 11, 22)
_ALWAYS = frozenset({"Patient", "RelatedPerson", "EpisodeOfCare", "ServiceRequest"})
_ADDRESSES, _TIMES = 12, 24
"""Of one page so many addresses are asked, so many times in all: with half as many times the 95th percentile would be the maximum."""


def fill(url: str, children: int) -> None:
    """Load the town with thin records."""
    with opened(_settings(url)) as services:
        place = town(children, today=TODAY)
        caller, done = operator(services), 0
        documents = _thin(place)
        while part := list(islice(documents, 2000)):
            changes = [Change("PUT", one["resourceType"], one, one["id"], checked=True) for one in part]
            apply(services, caller, changes, reason="benchmark")
            done += len(part)
            print(f"\r{done:,} resources", end="", flush=True)
        add_accounts(services, place)
        publish_forms(services)


def measure(url: str) -> str:
    """A line for each role and page: median and p95 of the server's time in ms, worst last."""
    with opened(_settings(url)) as services:
        keep_for_good()
        rows = [row for role in ONE_OF_EACH for row in asyncio.run(_as_role(services, role))]
    rows.sort(key=lambda row: row[3])
    lines = [
        f"# Pages, {date.today().isoformat()}",
        "",
        f"{machine()}. Each GET page of the route table that a role may open, {_TIMES} times; aim p95 ≤ 50 ms.",
        "",
        "| role | page | median ms | p95 ms | over the aim |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {role} | {page} | {mid:.1f} | {high:.1f} | {'yes' if high > 50 else ''} |" for role, page, mid, high in rows
    ]
    return "\n".join(lines) + "\n"


def _settings(url: str) -> Settings:
    return Settings(database_url=url, today=TODAY, secret_key="benchmark-" + "x" * 30, demo=True)


def _thin(place: Town) -> Iterator[dict[str, Any]]:
    yield from place.institution_documents()
    for number in range(place.children):
        documents = list(place.child(number).documents())
        days = sorted({one["effectiveDateTime"] for one in documents if one["resourceType"] == "Observation"})[-2:]
        dose = next((one["id"] for one in documents if one["resourceType"] == "Immunization"), "")
        for one in documents:
            measured = one["resourceType"] == "Observation" and one["effectiveDateTime"] in days
            if one["resourceType"] in _ALWAYS or measured or one["id"] == dose:
                yield {name: part for name, part in one.items() if name != "supportingInfo"}


async def _as_role(services: Services, role: str) -> list[tuple[str, str, float, float]]:
    transport = httpx.ASGITransport(app=create_app(services))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as browser:
        await browser.post("/login", data={"username": role, "password": PASSWORD})
        found = await _linked(browser)
        return [
            row for page, addresses in sorted(found.items()) if (row := await _timed(browser, role, page, addresses))
        ]


async def _linked(browser: httpx.AsyncClient) -> dict[str, list[str]]:
    """Addresses by route: those of the table without parameters, and what pages link to for those with."""
    patterns = [route.path for router in ROUTERS for route in router.routes if "GET" in getattr(route, "methods", ())]
    found = {pattern: [pattern] for pattern in patterns if "{" not in pattern}
    waiting, seen = [*found, "/children?q=w"], set[str]()
    while waiting and len(seen) < 150:
        address = waiting.pop(0)
        if address in seen:
            continue
        seen.add(address)
        reply = await browser.get(address)
        for link in re.findall(r'href="(/[^"#]*)', reply.text):
            plain = link.replace("&amp;", "&")
            pattern = next((one for one in patterns if _fits(one, plain.partition("?")[0])), "")
            known = found.setdefault(pattern, []) if pattern else []
            if pattern and plain not in known and len(known) < _ADDRESSES:
                known.append(plain)
                waiting.append(plain)
    return found


def _fits(pattern: str, path: str) -> bool:
    return re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", pattern), path) is not None


async def _timed(
    browser: httpx.AsyncClient, role: str, page: str, addresses: list[str]
) -> tuple[str, str, float, float] | None:
    times = []
    for number in range(_TIMES):
        begun = time.perf_counter()
        reply = await browser.get(addresses[number % len(addresses)])
        times.append((time.perf_counter() - begun) * 1000)
        if reply.status_code != 200:
            return None
    times.sort()
    return role, page, times[len(times) // 2], times[int(len(times) * 0.95)]


def main() -> None:
    """Fill or measure."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages", description=__doc__)
    parser.add_argument("what", choices=("fill", "measure"))
    parser.add_argument("--database-url", default="sqlite:///var/bench-pages.db")
    parser.add_argument("--children", type=int, default=100_000)
    options = parser.parse_args()
    if options.what == "fill":
        fill(options.database_url, options.children)
        return
    text = measure(options.database_url)
    print(text)
    (Path(__file__).parent / "results" / "pages.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
