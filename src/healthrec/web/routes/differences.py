"""/differences: doses of which two sources tell otherwise, each with the way to where it is decided."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from healthrec.pages.child_list import twin_badge
from healthrec.pages.dose_disputes import side_words
from healthrec.pages.due_list import count_shown
from healthrec.services.immunization.card import side_of
from healthrec.services.immunization.differences import BUCKETS, MOST, Differences, Waiting, differences
from healthrec.web.kit import Visit, Visiting, show

router = APIRouter()


@router.get("/differences")
def page(visit: Visiting, after: int = 0) -> Response:
    asked = visit.request.query_params.get("show", "") or "open"
    found = differences(visit.services, visit.caller, asked, after)
    return show(
        visit,
        "differences.html",
        room="due",
        asked=asked,
        buckets=_buckets(found, asked, visit),
        rows=[_row(one, asked, visit) for one in found.rows],
        pages={
            "previous_href": f"/differences?show={asked}" if after else "",
            "next_href": f"/differences?show={asked}&after={found.after}" if found.after else "",
            "text": "",
        },
    )


def _buckets(found: Differences, asked: str, visit: Visit) -> list[dict[str, Any]]:
    return [
        {
            "text": visit.words.term("difference-bucket", name),
            "count": count_shown(found.counts[name], MOST, exact=False),
            "href": f"/differences?show={name}",
            "on": asked == name,
        }
        for name in BUCKETS
    ]


def _row(one: Waiting, asked: str, visit: Visit) -> dict[str, Any]:
    words, today, card = visit.words, visit.services.today(), f"/children/{one.row.child_id}/vaccines"
    return {
        "name": one.row.name,
        "badge": twin_badge(one.row.birth_order, words),
        "href": card,
        "decide_href": f"{card}#difference-{one.row.id}" if asked != "settled" else "",
        "sides": side_words(side_of(one.recorded), side_of(one.other), words),
        "since": one.since,
        "days": (today - one.since).days,
    }
