"""One request to /fhir, taken apart once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from healthrec.errors import Issue, Refused
from healthrec.fhir.references import relative_references
from healthrec.fhir.types import KINDS
from healthrec.http.reply import Reply
from healthrec.services import instants
from healthrec.services.context import Caller
from healthrec.services.record.read import Document
from healthrec.services.record.write import parse

_MOST_FIELDS = 200
_PIECES = frozenset(name for name, kind in KINDS.items() if kind.clinical)
_SHORT = 20_000
FHIR_JSON = b"application/fhir+json; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Call:
    """What an interaction is given. `base` is the address of /fhir as the client knows it; `asked` the one that this request
    came to, which may be another when `public_url` is set."""

    method: str
    segments: tuple[str, ...]
    query: str
    headers: Mapping[bytes, bytes]
    body: bytes
    caller: Caller
    base: str
    asked: str = ""

    def document(self) -> dict[str, Any]:
        """The body, with references to this server's own address made relative. Raises Refused, TooLarge."""
        parsed = parse(self.body)
        bases = [base for base in dict.fromkeys((self.base, self.asked)) if base]
        # a backslash may hide an address: JSON lets a slash be escaped
        if b"\\" in self.body or any(base.encode() in self.body for base in bases):
            return relative_references(parsed, bases)
        return parsed

    def is_little(self) -> bool:
        """Whether this writes one short piece of a child's record, after which at most this child is judged anew."""
        return self.segments[0] in _PIECES and len(self.body) <= _SHORT

    def parameters(self) -> list[tuple[str, str]]:
        """Query parameters in order, blank values kept."""
        return form_fields(self.query)

    def command_id(self) -> str:
        """The client's own id of this write, "" when it gave none."""
        text = self.headers.get(b"x-command-id", b"").decode("latin-1").strip()
        if not re.fullmatch(r"[!-~]{0,64}", text):
            raise Refused(Issue("value", "fhir.bad-command-id", "X-Command-Id", {"allowed": 64}))
        return text

    def if_match(self) -> int | None:
        """The version named by If-Match, None when the header is not there."""
        value = self.headers.get(b"if-match")
        if value is None:
            return None
        digits = value.decode("latin-1").strip().removeprefix("W/").strip('"')
        if not (digits.isascii() and digits.isdigit() and len(digits) < 10):
            raise Refused(Issue("value", "fhir.bad-if-match", "If-Match", {"allowed": 'W/"1"'}))
        return int(digits)

    def if_none_exist(self) -> str:
        """The condition under which something is created, "" when there is none."""
        return self.headers.get(b"if-none-exist", b"").decode("latin-1").strip()

    def language(self) -> str:
        """The language of words in the answer: Chinese when the client asks for it, else English."""
        return language_of(self.headers)

    def preference(self, name: str) -> str:
        """The value of one part of the Prefer header, such as `return` or `handling`."""
        parts = self.headers.get(b"prefer", b"").decode("latin-1").replace(";", ",").split(",")
        pairs = dict(part.strip().partition("=")[::2] for part in parts)
        return pairs.get(name, "")


def language_of(headers: Mapping[bytes, bytes]) -> str:
    """ "zh" when the Accept-Language header begins so, else "en"."""
    return "zh" if headers.get(b"accept-language", b"").lower().startswith(b"zh") else "en"


def form_fields(text: str) -> list[tuple[str, str]]:
    """Names and values of a query or form. Raises Refused when they are too many."""
    try:
        return parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise Refused(Issue("too-costly", "search.too-long", params={"limit": _MOST_FIELDS})) from None


def document_reply(document: Document, *, status: int = 200, location: str = "") -> Reply:
    """One stored document with its ETag."""
    headers = [
        (b"content-type", FHIR_JSON),
        (b"etag", f'W/"{document.version}"'.encode()),
        (b"last-modified", instants.http_date(document.updated // 1_000_000 * 1_000_000).encode()),
    ]
    if location:
        headers.append((b"location", location.encode()))
    return Reply(status, (document.body or "").encode(), tuple(headers))


def json_reply(body: str | bytes, status: int = 200, *more: tuple[bytes, bytes]) -> Reply:
    """A FHIR document made here."""
    return Reply(status, body if isinstance(body, bytes) else body.encode(), ((b"content-type", FHIR_JSON), *more))
