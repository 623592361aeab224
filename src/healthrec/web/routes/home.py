"""/: what waits for whoever has signed in."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from healthrec.services.worklists.home import home
from healthrec.web.kit import Visiting, show

router = APIRouter()


@router.get("/")
def page(visit: Visiting) -> Response:
    found = home(visit.services, visit.caller, visit.words)
    return show(visit, "home.html", room="home", tallies=found.tallies, groups=found.groups, next_text=found.next_text)
