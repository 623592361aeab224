"""Bundles joined from stored text: the documents in them are never parsed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from json import dumps

from healthrec.services import instants
from healthrec.services.record.read import Document

Links = Sequence[tuple[str, str]]


def searchset(
    base: str,
    matches: Iterable[Document],
    included: Iterable[Document],
    links: Links,
    total: int | None,
    outcome: str = "",
) -> str:
    """A page of search results; `outcome` is an OperationOutcome about what was left out of the question."""
    entries = [_entry(base, document, "match") for document in matches]
    entries += [_entry(base, document, "include") for document in included]
    if outcome:
        entries.append(f'{{"resource":{outcome},"search":{{"mode":"outcome"}}}}')
    return _bundle("searchset", entries, links, total)


def history(base: str, documents: Iterable[Document], links: Links, total: int | None) -> str:
    """Versions newest first, with what was done to make each."""
    entries = []
    for document in documents:
        reference = f"{document.type}/{document.id}"
        body = f'"resource":{document.body},' if document.body else ""
        method = document.method or "PUT"
        url = document.type if method == "POST" else reference
        status = {"POST": "201", "DELETE": "204"}.get(method, "200" if document.version > 1 else "201")
        entries.append(
            f'{{"fullUrl":"{base}/{reference}",{body}"request":{{"method":"{method}","url":"{url}"}},'
            f'"response":{{"status":"{status}","etag":"W/\\"{document.version}\\"",'
            f'"lastModified":"{instants.text(document.updated)}"}}}}'
        )
    return _bundle("history", entries, links, total)


def responses(type_: str, entries: Iterable[str]) -> str:
    """The answer to a batch or transaction."""
    return _bundle(type_, list(entries), (), None)


def _entry(base: str, document: Document, mode: str) -> str:
    url = f"{base}/{document.type}/{document.id}"
    return f'{{"fullUrl":"{url}","resource":{document.body},"search":{{"mode":"{mode}"}}}}'


def _bundle(type_: str, entries: Sequence[str], links: Links, total: int | None) -> str:
    parts = [f'{{"resourceType":"Bundle","type":"{type_}"']
    if total is not None:
        parts.append(f'"total":{total}')
    if links:
        joined = ",".join(f'{{"relation":"{relation}","url":{dumps(url)}}}' for relation, url in links)
        parts.append(f'"link":[{joined}]')
    if entries:
        parts.append(f'"entry":[{",".join(entries)}]')
    return ",".join(parts) + "}"
