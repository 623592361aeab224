"""What vaccination costs an installation: the CPU of keeping a child's due dates, which every write of a dose pays, and the
server's time for the page of the vaccine card, aim 30 ms. In a fresh database with whole records of demo children.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from statistics import median

import httpx

from healthrec.app import create_app
from healthrec.demo.load import PASSWORD, add_accounts
from healthrec.demo.town import town
from healthrec.services.context import Services, operator
from healthrec.services.opening import opened
from healthrec.services.projections import due as projection
from healthrec.services.publishing import publish_forms
from healthrec.services.record.write import Change, apply
from healthrec.settings import Settings
from healthrec.store import due

TODAY = date(2026, 11, 22)
CHILDREN = 60
_ROUNDS = 5


def measure() -> tuple[float, float, float, float]:
    """(CPU seconds of keeping one child's dates; seconds of the card page, of every child in turn: median, 95th percentile, and
    the median of CPU)."""
    with _filled() as (services, ids):
        return _keeping(services), *asyncio.run(_pages(services, ids))


@contextmanager
def _filled() -> Iterator[tuple[Services, list[str]]]:
    """A database of demo children, and their ids."""
    with tempfile.TemporaryDirectory() as name:
        url = f"sqlite:///{Path(name) / 'bench.db'}"
        with opened(Settings(database_url=url, today=TODAY, secret_key="benchmark-" + "x" * 30, demo=True)) as services:
            place = town(CHILDREN, today=TODAY)
            written = [*place.institution_documents()]
            for number in range(CHILDREN):
                written += place.child(number).documents()
            changes = [Change("PUT", one["resourceType"], one, one["id"], checked=True) for one in written]
            apply(services, operator(services), changes, reason="benchmark")
            add_accounts(services, place)
            publish_forms(services)
            yield services, [one["id"] for one in written if one["resourceType"] == "Patient"]


def _keeping(services: Services) -> float:
    times = []
    for _ in range(_ROUNDS):
        with services.database.write() as connection:
            keys = due.run_out(connection, TODAY.toordinal(), "none", 0, CHILDREN)
            begun = time.process_time()
            for key in keys:
                projection.remake(connection, services, key)
            times.append((time.process_time() - begun) / len(keys))
    return median(times)


async def _pages(services: Services, ids: list[str]) -> tuple[float, float, float]:
    transport = httpx.ASGITransport(app=create_app(services))
    times, processor = [], []
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as browser:
        await browser.post("/login", data={"username": "vaccinator", "password": PASSWORD})
        for id_ in ids * _ROUNDS:
            begun, begun_cpu = time.perf_counter(), time.process_time()
            reply = await browser.get(f"/children/{id_}/vaccines")
            if reply.status_code == httpx.codes.OK:
                times.append(time.perf_counter() - begun)
                processor.append(time.process_time() - begun_cpu)
    times.sort()
    return median(times), times[int(len(times) * 0.95)], median(processor)
