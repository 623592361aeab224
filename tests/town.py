"""A small demo town for tests: loaded once per run into a template, copied for each test, and asked through the API."""

from __future__ import annotations

import asyncio
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from healthrec.app import create_app
from healthrec.crypto.tokens import lookup_hash, new_token
from healthrec.demo.load import load
from healthrec.demo.town import Town, town
from healthrec.services.accounts.identify import caller_of
from healthrec.services.context import Caller, Services
from healthrec.services.opening import opened
from healthrec.settings import Settings
from healthrec.store import accounts

CHILDREN = 24
TODAY = date(2026, 11, 22)


@cache
def the_town() -> Town:
    """The generator of the very town that the template holds."""
    return town(CHILDREN, today=TODAY)


def install(settings: Settings) -> None:
    """Make the empty database of these settings an installation."""
    with opened(settings):
        pass


def fill(settings: Settings) -> None:
    """Load the town into the empty database of these settings."""
    with opened(settings) as services:
        load(services, the_town())


def copy_database(template: Path, target: Path) -> None:
    """A copy of a closed SQLite database."""
    shutil.copyfile(template, target)


def caller_named(services: Services, username: str) -> Caller:
    """Who signs in by this name, as the services know him."""
    with services.database.read() as connection:
        row = accounts.by_username(connection, username)
        return caller_of(connection, services, row, "127.0.0.1")


def bearer_for(services: Services, username: str) -> str:
    """A fresh token of this account."""
    secret, now = new_token("hrt"), services.now()
    with services.database.write() as connection:
        account = accounts.by_username(connection, username)
        row = {"hash": lookup_hash(secret), "account": account.key, "name": "test", "created": now}
        accounts.put_token(connection, row | {"expires": now + 3_600_000_000})
    return secret


class Client:
    """The application without a socket, for one sign-in ("" for nobody). Answers are httpx responses."""

    def __init__(self, runner: asyncio.Runner, app: Any, token: str) -> None:
        self._runner = runner
        headers = {"authorization": f"Bearer {token}"} if token else {}
        transport = httpx.ASGITransport(app=app)
        self._http = httpx.AsyncClient(transport=transport, base_url="http://clinic.test", headers=headers)

    def request(self, method: str, url: str, **values: Any) -> httpx.Response:
        return self._runner.run(self._http.request(method, url, **values))

    def get(self, url: str, **values: Any) -> httpx.Response:
        return self.request("GET", url, **values)

    def head(self, url: str, **values: Any) -> httpx.Response:
        return self.request("HEAD", url, **values)

    def post(self, url: str, **values: Any) -> httpx.Response:
        return self.request("POST", url, **values)

    def put(self, url: str, **values: Any) -> httpx.Response:
        return self.request("PUT", url, **values)

    def delete(self, url: str, **values: Any) -> httpx.Response:
        return self.request("DELETE", url, **values)

    def together(self, requests: list[tuple[str, str, dict[str, Any]]]) -> list[httpx.Response]:
        """Send them all at once."""

        async def send() -> list[httpx.Response]:
            return await asyncio.gather(*(self._http.request(method, url, **more) for method, url, more in requests))

        return self._runner.run(send())

    def search(self, query: str) -> list[dict[str, Any]]:
        """The matches of a search; it must succeed."""
        answer = self.get(f"/fhir/{query}")
        assert answer.status_code == 200, answer.text
        entries = answer.json().get("entry", [])
        return [entry["resource"] for entry in entries if entry["search"]["mode"] == "match"]

    def ids(self, query: str) -> set[str]:
        """The ids of the matches."""
        return {resource["id"] for resource in self.search(query)}


class Clients:
    """Clients by sign-in, on one loop."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self._runner = asyncio.Runner()
        self._app = create_app(services)
        self._known: dict[str, Client] = {}

    def __call__(self, username: str = "") -> Client:
        if username not in self._known:
            token = bearer_for(self.services, username) if username else ""
            self._known[username] = Client(self._runner, self._app, token)
        return self._known[username]

    def close(self) -> None:
        self._runner.close()


@contextmanager
def serving(services: Services) -> Iterator[str]:
    """The address of a server on a free port, for as long as the block runs."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(create_app(services), log_level="error", access_log=False, ws="none")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(timeout=10)
