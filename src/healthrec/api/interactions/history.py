"""GET /Type/id/_history — https://hl7.org/fhir/R4/http.html#history"""

from __future__ import annotations

from healthrec import errors
from healthrec.api import bundles
from healthrec.api.call import Call, json_reply
from healthrec.api.kit import Kit
from healthrec.errors import Issue
from healthrec.http.reply import Reply
from healthrec.services.record.read import history
from healthrec.services.record.trace import harmless

_MOST = 200
_NEWEST = 2**31 - 1


async def interact(kit: Kit, call: Call) -> Reply:
    """Versions newest first; `next` goes on below the last one shown, so new versions never shift a page."""
    type_, id_, _ = call.segments
    parameters = only(dict(call.parameters()), "_count", "_before")
    count = min(number(parameters, "_count", 50), _MOST)
    before = number(parameters, "_before", _NEWEST)
    shown = history(kit.services, kit.connection(), call.caller, type_, id_, before, count + 1)
    documents = (await kit.shown(shown))[: count + 1]
    page = documents[:count]
    address = f"{call.base}/{type_}/{id_}/_history"
    links = [("self", address)]
    if len(documents) > count and page:
        links.append(("next", f"{address}?_count={count}&_before={page[-1].version}"))
    total = page[0].version if before == _NEWEST and page else None
    return json_reply(bundles.history(call.base, page, links, total))


def only(parameters: dict[str, str], *known: str) -> dict[str, str]:
    """The parameters; Refused where one would narrow the answer in a way that is not done here."""
    unknown = sorted(parameters.keys() - {*known, "_format", "_pretty"})
    if unknown:
        params = {"found": harmless(unknown[0][:40]), "allowed": ", ".join(known)}
        raise errors.Refused(Issue("not-supported", "search.unknown-parameter", harmless(unknown[0][:40]), params))
    return parameters


def number(parameters: dict[str, str], name: str, default: int) -> int:
    """A parameter that must be a plain number. Raises Refused."""
    text = parameters.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) < 11):
        raise errors.Refused(Issue("value", "search.bad-number", name, {"found": harmless(text[:40])}))
    return int(text)
