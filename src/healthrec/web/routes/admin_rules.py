"""/admin/rules: what an organisation chose among rules, and what it takes from above."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from healthrec import errors
from healthrec.services.admin import configure as services
from healthrec.services.admin.configure import RulesPage, Standing
from healthrec.services.choices import CHOICES, NOBODY
from healthrec.store.admin import PlaceRow
from healthrec.web.kit import Posted, Posting, Visit, Visiting, go
from healthrec.web.rendering import FormValues
from healthrec.web.routes.admin_parts import admin_page, named, problems
from healthrec.web.routes.admin_words import choice_words, value_words

router = APIRouter()

_LIST = "/admin/rules"
_OWN = "own"
"""What the list of roles says when it is made here; without it the list of the organisation above holds."""


@router.get(_LIST)
def rules(visit: Visiting) -> Response:
    return _page(visit, services.rules_page(visit.services, visit.caller), FormValues())


@router.get(f"{_LIST}/{{id_}}")
def rules_of(visit: Visiting, id_: str) -> Response:
    return _page(visit, services.rules_page(visit.services, visit.caller, id_), FormValues())


@router.post(f"{_LIST}/{{id_}}")
def configure(posted: Posting, id_: str) -> Response:
    visit = posted.visit
    try:
        changed = services.configure(visit.services, visit.caller, id_, _wanted(posted))
    except errors.Refused as error:
        page = services.rules_page(visit.services, visit.caller, id_)
        return _page(visit, page, problems(visit, error, tuple(CHOICES)))
    return go(f"{_LIST}/{id_}", "admin.saved" if changed else "admin.unchanged", "done" if changed else "note")


def _wanted(posted: Posted) -> dict[str, str]:
    """A choice that the form does not name stays as it is."""
    wanted: dict[str, str] = {}
    for name, one in CHOICES.items():
        if not one.many and name in posted.fields:
            wanted[name] = posted.fields[name]
        elif one.many and f"{name}-mode" in posted.fields:
            ticked = [code for code in one.options if code in posted.lists.get(name, ())]
            own = posted.fields[f"{name}-mode"] == _OWN
            wanted[name] = (",".join(ticked) or NOBODY) if own else ""
    return wanted


def _page(visit: Visit, page: RulesPage, wrong: FormValues) -> Response:
    return admin_page(
        visit,
        "rules.html",
        "rules",
        status=422 if wrong else 200,
        action=f"{_LIST}/{page.place.id}",
        organization={"name": named(page.place, visit.words), "href": f"/admin/organizations/{page.place.id}"},
        organizations=[_chip(one, page.place, visit) for one in (*reversed(page.above), page.place)],
        errors=wrong,
        rules=[_rule(one, visit) for one in page.standing],
    )


def _chip(one: PlaceRow, here: PlaceRow, visit: Visit) -> dict[str, Any]:
    return {"text": named(one, visit.words), "href": f"{_LIST}/{one.id}", "on": one.key == here.key, "count": None}


def _rule(one: Standing, visit: Visit) -> dict[str, Any]:
    words, choice = visit.words, one.choice
    label, hint = choice_words(choice.name, words)
    origin = one.origin[1 if words.language == "en" else 0] or words.gettext("系统默认")
    return {
        "key": choice.name,
        "label": label,
        "hint": hint,
        "options": [{"value": code, "text": value_words(choice, code, words)} for code in choice.options],
        "value": one.own,
        "values": one.own.split(",") if choice.many else [],
        "many": choice.many,
        "inherited": value_words(choice, one.inherited, words),
        "inherited_from": origin,
        "source": words.gettext(choice.source),
    }
