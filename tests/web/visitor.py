"""A browser without a screen: signs in, follows forms with their guard fields, reads what a page says."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from html import unescape

import httpx

from healthrec.app import create_app
from healthrec.demo.load import PASSWORD
from healthrec.services.context import Services

_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


class Visitor:
    """One user with his cookies, on a loop of his own."""

    def __init__(self, services: Services, runner: asyncio.Runner, language: str) -> None:
        self._runner = runner
        transport = httpx.ASGITransport(app=create_app(services))
        self._client = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1")
        self._client.cookies.set("hr_language", language)

    def sign_in(self, username: str) -> None:
        """Through the sign-in page."""
        headers = {"origin": "http://127.0.0.1", "sec-fetch-site": "same-origin"}
        answer = self._post("/login", {"username": username, "password": PASSWORD}, headers)
        assert answer.status_code == 303, answer.text[:2000]

    def get(self, address: str) -> httpx.Response:
        """The page, redirects followed."""
        return self._runner.run(self._client.get(address, follow_redirects=True))

    def send(
        self,
        page: httpx.Response,
        fields: Mapping[str, str | Sequence[str]],
        to: str,
        *,
        instead: str = "",
        **headers: str,
    ) -> httpx.Response:
        """Post `fields` with the hidden ones of the form on `page` whose action is `to`, `instead` to another address; not
        followed."""
        form = page.text.split(f'action="{to}"', 1)[1].split("</form>", 1)[0]
        hidden = {name: unescape(value) for name, value in _HIDDEN.findall(form)}
        data = hidden | {name: value if isinstance(value, str) else list(value) for name, value in fields.items()}
        return self._post(instead or unescape(to), data, headers)

    def send_file(self, page: httpx.Response, files: Mapping[str, tuple[str, bytes]], to: str) -> httpx.Response:
        """Post files with the hidden fields of the form on `page` whose action is `to`; not followed."""
        form = page.text.split(f'action="{to}"', 1)[1].split("</form>", 1)[0]
        hidden = {name: unescape(value) for name, value in _HIDDEN.findall(form)}
        return self._runner.run(self._client.post(to, data=hidden, files=dict(files)))

    def follow(self, answer: httpx.Response) -> httpx.Response:
        """Where a redirect leads."""
        assert answer.status_code == 303, (answer.status_code, words(answer))
        return self.get(answer.headers["location"].partition("#")[0])

    def close(self) -> None:
        """Give the client back."""
        self._runner.run(self._client.aclose())

    def _post(self, address: str, data: Mapping[str, object], headers: Mapping[str, str]) -> httpx.Response:
        return self._runner.run(self._client.post(address, data=dict(data), headers=dict(headers)))


@contextmanager
def signed_in(services: Services, username: str, language: str = "zh") -> Iterator[Visitor]:
    """A visitor who came through the sign-in page."""
    with asyncio.Runner() as runner:
        visitor = Visitor(services, runner, language)
        visitor.sign_in(username)
        yield visitor
        visitor.close()


def words(page: httpx.Response) -> str:
    """What a reader sees of the main part."""
    main = page.text.split("<main", 1)[1].split("</main>", 1)[0]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", main)))
