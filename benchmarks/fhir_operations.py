"""The FHIR operations at 1 and 8 clients and two sizes of database, beside a yardstick run in turn with ours.

All servers stand at once and each operation goes round them several times, so that a machine that is slower for a minute
is slower for all of them. Reads come before writes and ids are drawn from the whole database, else the faster server
punishes itself.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from statistics import median

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
    running: Sequence[Running], clients: Sequence[int], seconds: int, rounds: int
) -> Iterator[tuple[Running, int, str, Measured]]:
    """(server, clients, operation, figures over `rounds` turns of `seconds` each)."""
    for operation in OPERATIONS:
        asked = {server: requests_for(operation, server.size) for server in running}
        for server in running:
            run(server, asked[server][:200], 1, 1)
        for count in clients:
            turns: dict[Running, list[Measured]] = {server: [] for server in running}
            for _ in range(rounds):
                for server, done in turns.items():
                    done.append(run(server, asked[server], count, seconds))
                    asked[server] = _turned(asked[server], done[-1].requests)
            for server, done in turns.items():
                yield server, count, operation, _together(done)


def _turned(requests: Requests, sent: int) -> Requests:
    """The next turn goes on where this one ended, so that nothing is created twice."""
    begin = sent % len(requests)
    return requests[begin:] + requests[:begin]


def _together(turns: list[Measured]) -> Measured:
    requests = sum(one.requests for one in turns)
    return Measured(
        requests=requests,
        per_second=sum(one.per_second for one in turns) / len(turns),
        p50=median(one.p50 for one in turns),
        p95=median(one.p95 for one in turns),
        cpu=sum(one.cpu * one.requests for one in turns) / max(requests, 1),
        failed=sum(one.failed for one in turns),
    )


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
