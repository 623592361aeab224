"""Serves /fhir for every type of the house: one generic router, one file per FHIR interaction.

Reads run on the event loop with a connection that is held; their reply waits for the committed audit row. Writes run in
a worker thread, short ones on SQLite at once. https://hl7.org/fhir/R4/http.html
"""

from __future__ import annotations

import logging
import re
import traceback

from healthrec import errors
from healthrec.api import problems
from healthrec.api.call import Call
from healthrec.api.interactions import (
    audit_events,
    batch,
    create,
    definitions,
    delete,
    everything,
    growth,
    history,
    immds_forecast,
    immunization_forecast,
    metadata,
    read,
    search,
    update,
    vread,
)
from healthrec.api.kit import Interaction, Kit
from healthrec.api.media import check_accept, check_content
from healthrec.errors import Issue
from healthrec.fhir.primitives import is_valid
from healthrec.fhir.types import KINDS
from healthrec.http.reply import Receive, Reply, Scope, Send, read_body, send_reply
from healthrec.services.accounts.identify import Identities
from healthrec.services.context import Caller, Services
from healthrec.services.record.transaction import CREATED_IF_NONE_EXISTS

Headers = dict[bytes, bytes]

_BODY_LIMIT = 8_000_000
_CONDITIONS = (b"if-none-exist", b"if-none-match", b"if-modified-since", b"if-unmodified-since")
_CREATED_IF_NONE_EXISTS = {(type_,) for type_ in CREATED_IF_NONE_EXISTS}
_HOST = re.compile(r"[A-Za-z0-9._-]+(:\d{1,5})?|\[[0-9a-fA-F:.]+\](:\d{1,5})?")
_log = logging.getLogger(__name__)


class FhirApi:
    """The ASGI application behind /fhir."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._kit = Kit(services, route)
        self._identities = Identities(services)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        try:
            reply = await self._answer(scope, receive, headers)
        except Exception as error:  # noqa: BLE001 - a fault of ours: told without internals
            _log.error("fault while answering %s: %s\n%s", scope["method"], type(error).__name__, _frames(error))
            reply = problems.fault(headers)
        await send_reply(send, reply, head=scope["method"] == "HEAD")

    async def _answer(self, scope: Scope, receive: Receive, headers: Headers) -> Reply:
        caller: Caller | None = None
        try:
            segments, asked = _segments(scope), _asked(scope, headers)
            base = _public(self._services) or asked
            check_accept(headers)
            if segments == ("metadata",) and scope["method"] in ("GET", "HEAD"):
                return await metadata.interact(self._kit, base)
            caller = self._caller(scope, headers)
            body = b""
            if scope["method"] in ("POST", "PUT", "PATCH"):
                check_content(headers, is_form=segments[-1:] == ("_search",))
                body = await read_body(receive, _BODY_LIMIT)
            query = scope["query_string"].decode("utf-8", "replace")
            call = Call(scope["method"], segments, query, headers, body, caller, base, asked)
            return await route(call)(self._kit, call)
        except errors.HealthrecError as error:
            return await problems.refusal(self._kit, error, scope, headers, caller)

    def _caller(self, scope: Scope, headers: dict[bytes, bytes]) -> Caller:
        kind, _, bearer = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
        if kind.lower() != "bearer":
            raise errors.SignInNeeded
        address = scope["client"][0] if scope.get("client") else ""
        return self._identities.by_token(self._kit.connection(), bearer.strip(), address)


def route(call: Call) -> Interaction:
    """The interaction that method and path name. A condition that we would not keep is refused, never left out."""
    method = "GET" if call.method == "HEAD" else call.method
    if len(call.segments) > 1 and call.segments[1] != "_search" and not is_valid("id", call.segments[1]):
        raise errors.NotFound()
    kept = [b"if-none-exist"] if method == "POST" and call.segments in _CREATED_IF_NONE_EXISTS else []
    if method != "GET" and (ignored := [name for name in _CONDITIONS if name in call.headers and name not in kept]):
        name = ignored[0].decode().title()
        raise errors.Refused(Issue("not-supported", "fhir.no-conditional", name, {"found": name}))
    match (method, *call.segments):
        case ("POST",):
            return batch.interact
        case ("POST", "$immds-forecast"):
            return immds_forecast.interact
        case ("GET", "AuditEvent"):
            return audit_events.interact
        case ("GET", type_) if type_ in KINDS:
            return search.interact
        case ("POST", type_) if type_ in KINDS:
            return create.interact
        case ("POST", type_, "_search") if type_ in KINDS:
            return search.interact
        case ("GET", "Patient", _, "$everything"):
            return everything.interact
        case ("GET" | "POST", "Patient", _, "$growth"):
            return growth.interact
        case ("GET" | "POST", "Patient", _, "$immunization-forecast"):
            return immunization_forecast.interact
        case ("GET", "OperationDefinition", _):
            return definitions.interact
        case ("GET", type_, _) if type_ in KINDS:
            return read.interact
        case ("PUT", type_, _) if type_ in KINDS:
            return update.interact
        case ("DELETE", type_, _) if type_ in KINDS:
            return delete.interact
        case ("GET", type_, _, "_history") if type_ in KINDS:
            return history.interact
        case ("GET", type_, _, "_history", _) if type_ in KINDS:
            return vread.interact
    raise errors.Refused(Issue("not-supported", "fhir.no-such-interaction", "", {"found": call.method[:10]}))


def _segments(scope: Scope) -> tuple[str, ...]:
    root = scope.get("root_path", "")
    path = scope["path"].removeprefix(root) if root else scope["path"]
    return tuple(part for part in path.removeprefix("/fhir").split("/") if part)


def _public(services: Services) -> str:
    address = services.settings.public_url.rstrip("/")
    return f"{address}/fhir" if address else ""


def _asked(scope: Scope, headers: Headers) -> str:
    host = headers.get(b"host", b"").decode("latin-1")
    host = host if _HOST.fullmatch(host) else "127.0.0.1"
    return f"{scope.get('scheme', 'http')}://{host}/fhir"


def _frames(error: Exception) -> str:
    """Where it happened. The message is left out: a driver's message may repeat a name."""
    return "".join(traceback.format_tb(error.__traceback__))
