"""The FHIR operations at 1 and 8 clients and two sizes of database, beside a yardstick run in turn with ours.

Reads come before writes and ids are drawn from the whole database, else the faster server punishes itself.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

from benchmarks import population
from benchmarks.servers import Running
from benchmarks.wrk import Measured, run

NEW_DAYS = 6000
"""New measurements are spread over years: nobody is weighed twenty times on one day."""

Requests = list[tuple[str, str]]

OPERATIONS = ("read", "subject+code", "newest-first", "$everything", "create", "transaction of 20")


def requests_for(operation: str, size: int, count: int = 2000) -> Requests:
    """Paths and bodies, drawn with a fixed seed."""
    draw = random.Random(20261122)
    children = [draw.randrange(population.patients(size)) for _ in range(count)]
    return [_request(operation, child, draw) for child in children]


def measure(
    start: Callable[[int], AbstractContextManager[Running]], sizes: list[int], clients: list[int], seconds: int
) -> Iterator[tuple[str, int, int, str, Measured]]:
    """(server, size, clients, operation, figures)."""
    for size in sizes:
        with start(size) as server:
            for operation in OPERATIONS:
                requests = requests_for(operation, size)
                run(server, requests[:200], 1, 1)
                for count in clients:
                    yield server.name, size, count, operation, run(server, requests, count, seconds)


def _request(operation: str, child: int, draw: random.Random) -> tuple[str, str]:
    id_, number = population.patient_id(child), draw.randrange(population.OBSERVATIONS_EACH)
    search = f"/Observation?subject=Patient/{id_}&code=http://loinc.org|29463-7"
    match operation:
        case "read":
            return f"/Observation/{id_}-{number:03d}", ""
        case "subject+code":
            return search.replace("|", "%7C"), ""
        case "newest-first":
            return search.replace("|", "%7C") + "&_sort=-date&_count=1", ""
        case "$everything":
            return f"/Patient/{id_}/$everything", ""
        case "create":
            fresh = population.observation(
                child, population.OBSERVATIONS_EACH + draw.randrange(NEW_DAYS), with_id=False
            )
            return "/Observation", json.dumps(fresh)
    return "", population.transaction(child, draw.randrange(NEW_DAYS))
