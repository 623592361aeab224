"""/due: who is due or overdue, with filters in the address."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.responses import Response

from healthrec.pages.child_list import place_words, twin_badge
from healthrec.pages.contact_words import Call, rate_shown
from healthrec.pages.due_list import TONES, count_shown, need_shown
from healthrec.services.contacts.on_lists import call_of
from healthrec.services.immunization import due_list as lists
from healthrec.services.immunization.due_list import OPEN, DueChild, DueList, Filters
from healthrec.services.immunization.needs import needs_on
from healthrec.store.due_lists import BUCKETS, MOST, Listed
from healthrec.web.kit import Visit, Visiting, show
from healthrec.web.routes.contacts import beside

router = APIRouter()


@router.get("/due")
def due(visit: Visiting, vaccine: str = "", at: str = "", after: str = "") -> Response:
    asked = Filters(vaccine, at, visit.request.query_params.get("show", "") or "open", after)
    found = lists.due_list(visit.services, visit.caller, asked)
    return show(visit, "due.html", room="due", asked=asked, **_shown(found, asked, visit))


def _shown(found: DueList, asked: Filters, visit: Visit) -> dict[str, Any]:
    todo = sum(found.counts.get(name, 0) for name in OPEN)
    return {
        "plain": found.plain,
        "buckets": _buckets(found, asked, visit),
        "todo": count_shown(todo, MOST, found.exact),
        "vaccines": [{"value": one, "text": visit.words.term("antigen", one)} for one in found.vaccines],
        "places": _places(found, visit),
        "nowhere": {"count": found.nowhere, "href": _href(asked, at="none", after="")} if found.nowhere else None,
        "rate": rate_shown(lists.VACCINATION, found.called, found.came, visit.words),
        "rows": [_row(one, found, visit) for one in found.rows],
        "pages": {
            "previous_href": _href(asked, after="") if asked.after else "",
            "next_href": _href(asked, after=found.after) if found.after else "",
            "text": "",
        },
    }


def _href(asked: Filters, **changed: str) -> str:
    wanted = {"vaccine": asked.vaccine, "at": asked.at, "show": asked.show, "after": asked.after} | changed
    query = {name: value for name, value in wanted.items() if value and (name, value) != ("show", "open")}
    return f"/due?{urlencode(query)}" if query else "/due"


def _buckets(found: DueList, asked: Filters, visit: Visit) -> list[dict[str, Any]]:
    """To be done first, then whatever keeps a child from it: each that is not empty, with its count and its way in."""
    group = "due-bucket-plain" if found.plain else "due-bucket"
    return [
        {
            "text": visit.words.term(group, name),
            "count": count_shown(found.counts.get(name, 0), MOST, found.exact),
            "tone": TONES[name],
            "href": _href(asked, show=name, after=""),
            "on": asked.show == name,
            "open": name in OPEN,
        }
        for name in BUCKETS
        if found.counts.get(name, 0) or asked.show == name or name == "late"
    ]


def _places(found: DueList, visit: Visit) -> list[dict[str, str]]:
    english = visit.words.language == "en"
    names = [(one, one.name_en if english else one.name) for one in found.places]
    return [
        {"value": one.id, "text": f"　{name}" if one.kind == "class" and not found.plain else name}
        for one, name in names
    ]


def _row(one: DueChild, found: DueList, visit: Visit) -> dict[str, Any]:
    words, today, child = visit.words, visit.services.today(), one.row
    place = one.place
    base = f"/children/{child.id}"
    return {
        "name": child.name,
        "href": base if found.plain else f"{base}/vaccines",
        "badge": twin_badge(child.birth_order, words),
        "birth_date": date.fromordinal(child.birth_day) if child.birth_day else None,
        "place": place_words((place.name, place.name_en), (place.parent, place.parent_en), words) if place else "",
        "tag": words.term("due-bucket-plain" if found.plain else "due-bucket", one.standing),
        "tone": TONES[one.standing],
        "needs": [need_shown(need, today, words) for need in needs_on(one.items, today)],
    } | beside(_call(one.listed), child.id, lists.contact_list(visit.caller), visit)


def _call(listed: Listed) -> Call | None:
    if listed.outcome is None or listed.called_on is None:
        return None
    return call_of(listed.outcome, listed.called_on, listed.again_on, listed.failures)
