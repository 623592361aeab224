"""A reply as bytes, sent straight to the ASGI server; and the status for each kind of refusal, chosen once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

from healthrec import errors

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_STATUS: tuple[tuple[type[errors.HealthrecError], int], ...] = (
    (errors.NotFound, 404),
    (errors.Gone, 410),
    (errors.NotAllowed, 403),
    (errors.SignInNeeded, 401),
    (errors.Stale, 412),
    (errors.VersionNeeded, 428),
    (errors.Throttled, 429),
    (errors.TooLarge, 413),
    (errors.WrongMedia, 415),
    (errors.NotAcceptable, 406),
    (errors.Conflict, 409),
)
_BY_CODE = {"business-rule": 422, "invariant": 422, "value": 422, "code-invalid": 422, "not-supported": 400}


@dataclass(frozen=True, slots=True)
class Reply:
    """Status, header pairs (lower-case names) and the whole body."""

    status: int
    body: bytes
    headers: tuple[tuple[bytes, bytes], ...] = ()


async def send_reply(send: Send, reply: Reply, *, head: bool = False) -> None:
    """Send it; for HEAD the same headers without the body."""
    headers = [*reply.headers, (b"content-length", str(len(reply.body)).encode())]
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if head else reply.body})


def status_of(error: errors.HealthrecError) -> int:
    """The HTTP status of a refusal: by its class, else by the first issue's code."""
    for kind, status in _STATUS:
        if isinstance(error, kind):
            return status
    return _BY_CODE.get(error.issues[0].code, 400) if error.issues else 400


async def read_body(receive: Receive, limit: int) -> bytes:
    """The request body; raises TooLarge beyond `limit` bytes without reading on."""
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return b""
        part = message.get("body", b"")
        size += len(part)
        if size > limit:
            raise errors.TooLarge(errors.Issue("too-long", "fhir.body-too-large", params={"limit": limit}))
        parts.append(part)
        if not message.get("more_body"):
            return b"".join(parts)
