"""GET /Type?… and POST /Type/_search — https://hl7.org/fhir/R4/http.html#search"""

from __future__ import annotations

from urllib.parse import urlencode

from healthrec.api import bundles
from healthrec.api.call import Call, form_fields, json_reply
from healthrec.api.kit import Kit
from healthrec.errors import Issue, Refused
from healthrec.fhir.json import dump
from healthrec.fhir.outcome import operation_outcome
from healthrec.fhir.search_query import Handling, SearchQuery, parse_search
from healthrec.http.reply import Reply
from healthrec.services.record.search import Page, search
from healthrec.wording import translator


async def interact(kit: Kit, call: Call) -> Reply:
    """One page. `Prefer: handling=strict` refuses unknown parameters; else they are left out and named in an outcome."""
    parameters = call.parameters()
    if call.method == "POST":
        parameters += form_fields(call.body.decode("utf-8", "replace"))
    if any("\0" in name or "\0" in value for name, value in parameters):
        raise Refused(Issue("value", "fhir.bad-character"))
    cursor = dict(parameters).get("_cursor", "")
    asked = [(name, value) for name, value in parameters if name != "_cursor"]
    handling: Handling = "strict" if call.preference("handling") == "strict" else "lenient"
    query = parse_search(call.segments[0], asked, handling, call.base)
    page = search(kit.services, kit.connection(), call.caller, query, cursor)
    await kit.audited(page.audit)
    return json_reply(
        bundles.searchset(
            call.base, page.matches, page.included, _links(call, query, page), page.total, _left_out(query, page)
        )
    )


def _links(call: Call, query: SearchQuery, page: Page) -> list[tuple[str, str]]:
    address = f"{call.base}/{query.type}"
    asked = urlencode(query.applied)
    links = [("self", f"{address}?{asked}" if asked else address)]
    if page.next_cursor:
        links.append(("next", f"{address}?{asked}{'&' if asked else ''}_cursor={page.next_cursor}"))
    return links


def _left_out(query: SearchQuery, page: Page) -> str:
    issues = [Issue("not-supported", "search.ignored", name) for name in query.ignored]
    issues += [Issue("too-costly", "search.includes-cut", "_include")] if page.cut else []
    if not issues:
        return ""
    words = translator("en")
    return dump(operation_outcome(issues, lambda issue: words.message(issue.key), "warning"))
