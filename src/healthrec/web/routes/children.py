"""/children: find a child while typing, and the page of one child."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from fastapi import APIRouter
from fastapi.responses import Response

from healthrec.pages.child_list import place_words, twin_badge
from healthrec.services.accounts.powers import has
from healthrec.services.children import page as child_pages
from healthrec.services.children.find import FoundChild, FoundChildren, find_children, own_classes
from healthrec.web.kit import TYPE_COOKIE, Visit, Visiting, partial, show, wants_part
from healthrec.web.rendering import Room
from healthrec.wording import Translator

router = APIRouter()


@router.get("/children")
def search(visit: Visiting, q: str = "", after: str = "", klass: str = "") -> Response:
    question = q.strip()[:60]
    found = find_children(visit.services, visit.caller, question, after=after, klass=klass)
    results = _results(found, question, visit.words)
    if wants_part(visit.request):
        return partial(visit, "partials/child_results.html", q=question, results=results)
    context: dict[str, Any] = {
        "q": question,
        "results": results,
        "break_glass_href": "/break-glass" if has(visit.services, visit.caller, "break-glass") else "",
        "link_href": "/link-requests" if has(visit.services, visit.caller, "import-roster") else "",
    }
    return show(visit, "child_search.html", room="children", filters=_filters(visit, question, klass), **context)


@router.get("/children/{id_}")
def child(visit: Visiting, id_: str, chart: str = "") -> Response:
    large = wants_large(visit)
    page = child_pages.child_page(visit.services, visit.caller, id_, visit.words, chart=chart, large=large)
    parts = {name: getattr(page, name) for name in page.__slots__}
    return show(visit, "child.html", room=room_of(visit), command_id=str(uuid4()), **parts)


def wants_large(visit: Visit) -> bool:
    """Whether this browser was asked for large type."""
    return visit.request.cookies.get(TYPE_COOKIE) == "large"


def room_of(visit: Visit) -> Room:
    """A guardian comes to his child from the list of things to do."""
    return "home" if visit.caller.role in ("parent", "delegate") else "children"


def _filters(visit: Visit, question: str, klass: str) -> list[dict[str, object]]:
    found = own_classes(visit.services, visit.caller)
    one_nursery = len({one.nursery for one in found}) == 1
    everybody = {
        "text": visit.words.gettext("全部"),
        "href": "/children",
        "on": bool(question) or not klass,
        "count": None,
    }
    chips = [
        {
            "text": place_words(one.name, ("", "") if one_nursery else one.nursery, visit.words),
            "href": f"/children?klass={one.key}",
            "on": not question and klass == str(one.key),
            "count": one.children,
        }
        for one in found
    ]
    return [everybody, *chips] if chips else []


def _results(found: FoundChildren, question: str, words: Translator) -> dict[str, object]:
    more = "?" + urlencode({"q": question, "after": found.after}) if found.after else ""
    counted = words.ngettext("{n} 名儿童", "{n} 名儿童", len(found.rows)).format(n=len(found.rows))
    if found.more:
        counted = words.gettext("先列出 {n} 名，还有更多：可以再多写几个字").format(n=len(found.rows))
    pages = {"previous_href": "", "next_href": f"/children{more}" if more else "", "text": ""}
    return {"rows": [_row(one, words) for one in found.rows], "count_text": counted, "pages": pages}


def _row(one: FoundChild, words: Translator) -> dict[str, object]:
    place = one.place
    status = "同名或名字相近，请核对" if one.look_alike else "" if one.has_id_number else "无身份证号"
    return {
        "name": one.name,
        "href": f"/children/{one.id}",
        "badge": twin_badge(one.birth_order, words),
        "sex": one.sex,
        "birth_date": one.birth,
        "place": place_words((place.name, place.name_en), (place.parent, place.parent_en), words) if place else "",
        "status": words.gettext(status) if status else "",
        "tone": "attention" if one.look_alike else "neutral",
    }
