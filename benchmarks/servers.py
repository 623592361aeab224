"""The servers under measurement, each started as its users start it, and how to fill it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks import population
from healthrec.crypto.tokens import lookup_hash, new_token
from healthrec.services.context import Services, operator
from healthrec.services.opening import opened
from healthrec.services.record.write import Change, apply
from healthrec.settings import Settings
from healthrec.store import accounts, resources

SECRET = "benchmark-" + "x" * 30
_BASE = "https://healthrec.example/fhir/"


@dataclass(frozen=True, slots=True, eq=False)
class Running:
    """A started server: how many resources it holds, where it listens, what to send along, its processes."""

    name: str
    size: int
    base: str
    headers: dict[str, str]
    pid: int
    database_processes: bool = False


@contextmanager
def healthrec(name: str, url: str, size: int) -> Iterator[Running]:
    """healthrec on a database that is filled first."""
    token = _fill(url, size)
    port = free_port()
    command = [sys.executable, "-m", "healthrec", "serve", "--port", str(port), "--database-url", url]
    environment = os.environ | {"HEALTHREC_SECRET_KEY": SECRET, "HEALTHREC_TODAY": "2026-11-22"}
    with _process(command, environment, f"http://127.0.0.1:{port}/healthz") as pid:
        headers = {"Authorization": f"Bearer {token}"}
        yield Running(name, size, f"http://127.0.0.1:{port}/fhir", headers, pid, url.startswith("postgresql"))


@contextmanager
def sekmet(program: Path, folder: Path, size: int) -> Iterator[Running]:
    """The yardstick: the PyPI package sekmet-fhir with its traffic log off, filled over HTTP."""
    port = free_port()
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "settings.yaml"
    base = f"http://127.0.0.1:{port}/fhir"
    config.write_text(
        json.dumps(
            {
                "data_dir": str(folder),
                "db_path": str(folder / "sekmet.db"),
                "port": port,
                "base_url": base,
                "log_inbound": False,
            }
        )
    )
    command = [str(program), "serve", "--config", str(config), "--port", str(port), "--host", "127.0.0.1"]
    with _process(command, dict(os.environ), f"{base}/metadata") as pid:
        _fill_over_http(base, size)
        yield Running("sekmet", size, base, {}, pid)


def _fill(url: str, size: int) -> str:
    settings = Settings(database_url=url, secret_key=SECRET, today="2026-11-22")  # type: ignore[arg-type]
    with opened(settings) as services:
        caller = operator(services)
        changes = (Change("PUT", one["resourceType"], one, one["id"], checked=True) for one in _with_access(size))
        while part := list(islice(changes, 1500)):
            apply(services, caller, part, reason="benchmark")
        _settle(services)
        return _token(services)


def _settle(services: Services) -> None:
    """PostgreSQL tidies up for minutes after so many rows, on the processors that are measured: have it done before."""
    if services.database.kind == "postgresql":
        services.database.hold().exec_driver_sql("VACUUM ANALYZE")


def _with_access(size: int) -> Iterator[dict[str, Any]]:
    """The population, managed by one centre, so that the access filter has its work to do."""
    yield {
        "resourceType": "Organization",
        "id": "centre",
        "active": True,
        "type": [{"coding": [{"system": f"{_BASE}CodeSystem/organization-type", "code": "health-centre"}]}],
        "name": "测试中心",
    }
    yield {"resourceType": "Practitioner", "id": "doctor", "active": True, "name": [{"text": "测试医生"}]}
    yield {
        "resourceType": "PractitionerRole",
        "id": "role",
        "active": True,
        "practitioner": {"reference": "Practitioner/doctor"},
        "organization": {"reference": "Organization/centre"},
        "code": [{"coding": [{"system": f"{_BASE}CodeSystem/role", "code": "doctor"}]}],
    }
    for one in population.everything(size):
        yield one
        if one["resourceType"] == "Patient":
            yield {
                "resourceType": "EpisodeOfCare",
                "id": f"{one['id']}-panel",
                "status": "active",
                "type": [{"coding": [{"system": f"{_BASE}CodeSystem/episode-type", "code": "health-management"}]}],
                "patient": {"reference": f"Patient/{one['id']}"},
                "managingOrganization": {"reference": "Organization/centre"},
                "period": {"start": "2024-01-01"},
            }


def _token(services: Services) -> str:
    token = new_token("hrt")
    with services.database.write() as connection:
        keys = services.database.keys
        person = resources.find(connection, "Practitioner", "doctor")
        centre = resources.find(connection, "Organization", "centre")
        assert person is not None
        assert centre is not None
        account = keys.take()
        row = accounts.new_row(
            account,
            "bench",
            "doctor",
            person=person.key,
            organization=centre.key,
            password_hash="",
            created=services.now(),
        )
        accounts.put_account(connection, row)
        year = 366 * 86_400 * 1_000_000
        accounts.put_token(
            connection,
            {
                "hash": lookup_hash(token),
                "account": account,
                "name": "bench",
                "created": services.now(),
                "expires": services.now() + year,
            },
        )
    return token


def _fill_over_http(base: str, size: int) -> None:
    entries = (
        {"resource": one, "request": {"method": "PUT", "url": f"{one['resourceType']}/{one['id']}"}}
        for one in population.everything(size)
    )
    while part := list(islice(entries, 200)):
        body = json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": part}).encode()
        request = urllib.request.Request(base, body, {"Content-Type": "application/fhir+json"})
        with urllib.request.urlopen(request, timeout=300) as reply:
            reply.read()


@contextmanager
def _process(command: list[str], environment: dict[str, str], ready: str) -> Iterator[int]:
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(ready, process)
        yield process.pid
    finally:
        process.terminate()
        process.wait(timeout=60)


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            with urllib.request.urlopen(address, timeout=5) as reply:
                reply.read()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"no answer from {address}")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
