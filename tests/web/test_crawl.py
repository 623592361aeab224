"""Every page as every role, followed from link to link: no fault, and only the language that was asked for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path

import pytest
from sqlalchemy import event
from tests.conftest import settings_for
from tests.web.visitor import signed_in

from healthrec.services.accounts.demo_accounts import ONE_OF_EACH
from healthrec.services.context import Services
from healthrec.services.opening import opened
from healthrec.store.tables import resource_version

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_CHOICES = re.compile(r"(/growth\?)\S+&\S+|(\{id\}\?chart=)\S+")
"""Charts on which several choices were made, or one on the child's own page: they are too many to follow them all."""
_HAN = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]+")
_SENTENCE = re.compile(r"(?<![\w/.])[A-Za-z][a-z]+(?: [a-z]{2,}){2,}")
_EACH_KIND = 2
_SHORT = {"account", "session", "token", "organization", "break_glass", "anon"}
"""Tables that stay short however many children there are, and what a statement itself has put together."""
_SAID_IN_BOTH = {"中文", "医育健康档案"}
"""The name of the language on its own switch, and of the product."""


class _Page(HTMLParser):
    """The words that a page shows or says to a screen reader, and where its links go."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self._hidden = 0
        self._foreign = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._hidden += tag in ("script", "style")
        if tag == "a" and given.get("href"):
            self.links.append(str(given["href"]))
        self.words += [str(given[name]) for name in ("title", "placeholder", "aria-label", "alt") if given.get(name)]

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._hidden and data.strip():
            self.words.append(data.strip())


@pytest.fixture(scope="module")
def town(template: Callable[[str, str], Path | str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """A copy of the town for this file; pages are only read."""
    path = tmp_path_factory.mktemp("crawl") / "town.db"
    path.write_bytes(Path(template("town", "sqlite")).read_bytes())
    with opened(settings_for(f"sqlite:///{path}", demo=True)) as parts:
        yield parts


@pytest.fixture(scope="module")
def data_words(town: Services) -> frozenset[str]:
    """Every run of Chinese characters that is a name or was written by somebody: in the record, in sources of rules."""
    with town.database.read() as connection:
        bodies = connection.execute(resource_version.select()).all()
    sources = [source for rules in town.rulebook.sets for source in rules.content.get("source", ())]
    return frozenset(found for text in [*sources, *(row.body or "" for row in bodies)] for found in _HAN.findall(text))


@pytest.mark.parametrize("role", ONE_OF_EACH)
def test_no_link_leads_to_a_fault_or_a_look_through_all_and_chinese_pages_hold_no_english_sentence(
    town: Services, role: str
) -> None:
    with _asked_of(town) as asked:
        pages = _crawl(town, role, "zh")
    assert len(asked) > 20
    assert {one for statement in list(asked) for one in _looks_through(town, statement)} == set()
    assert len(pages) >= 2
    assert {address: status for address, (status, _) in pages.items() if status >= 400} == {}
    sources = {source for rules in town.rulebook.of_kind("growth-standard") for source in rules.source}
    words = {one for one in _words(pages, "language=en") if one.partition(": ")[2] not in sources}
    assert {one for one in words if _SENTENCE.search(one.partition(": ")[2])} == set()


@pytest.mark.parametrize("role", ONE_OF_EACH)
def test_english_pages_hold_no_chinese_outside_names_and_data(
    town: Services, data_words: frozenset[str], role: str
) -> None:
    pages = _crawl(town, role, "en")
    words = _words(pages, "language=zh")
    assert {one for one in words if any(not _is_data(run, data_words) for run in _HAN.findall(one))} == set()


@contextmanager
def _asked_of(services: Services) -> Iterator[set[str]]:
    """The statements that pages ask, with their values; those of the thread that seals the audit go on coming in."""
    asked: set[str] = set()
    noting = {
        "checkout": lambda connection, *_: connection.set_trace_callback(asked.add),
        "checkin": lambda connection, *_: connection.set_trace_callback(None),
    }
    for name, note in noting.items():
        event.listen(services.database.engine, name, note)
    yield asked
    for name, note in noting.items():
        event.remove(services.database.engine, name, note)


def _looks_through(services: Services, statement: str) -> list[str]:
    """The tables that grow with the children and that SQLite would read from end to end for this."""
    if not statement.startswith(("SELECT", "UPDATE", "DELETE")):
        return []
    with services.database.read() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}").all()
    scanned = [found for row in plan if (found := re.fullmatch(r"SCAN (\w+?)(_\d+)?", row[3]))]
    return [found[1] for found in scanned if found[1] not in _SHORT]


def _words(pages: dict[str, tuple[int, str]], other: str) -> set[str]:
    """What is said on each page, but for those that show a document in the other language on purpose."""
    shown = {address: text for address, (_, text) in pages.items() if other not in address}
    return {f"{address}: {one}" for address, text in shown.items() for one in _Page(text).words}


def _is_data(run: str, data_words: frozenset[str]) -> bool:
    return run in _SAID_IN_BOTH or any(run in word or word in run for word in data_words)


def _crawl(services: Services, role: str, language: str) -> dict[str, tuple[int, str]]:
    with signed_in(services, role, language) as browser:
        seen: dict[str, tuple[int, str]] = {}
        kinds: Counter[str] = Counter()
        waiting = ["/"]
        while waiting:
            address = waiting.pop(0)
            kind = _CHOICES.sub(r"\1\2several", _DAY.sub("{day}", _ID.sub("{id}", address)))
            if address in seen or kinds[kind] >= _EACH_KIND:
                continue
            kinds[kind] += 1
            reply = browser.get(address)
            html = reply.headers.get("content-type", "").startswith("text/html")
            seen[address] = (reply.status_code, reply.text if html else "")
            waiting += [link.partition("#")[0] for link in _Page(seen[address][1]).links if link.startswith("/")]
        return seen
