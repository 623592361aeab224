"""/admin/assignments: which health guide serves which nursery."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from healthrec import errors
from healthrec.services.admin import assignments as services
from healthrec.services.admin.assignments import Assignment, Covered
from healthrec.services.admin.staff import RoleWanted
from healthrec.web.kit import Posting, Visit, Visiting, go
from healthrec.web.rendering import FormValues
from healthrec.web.routes.admin_parts import (
    admin_page,
    day_typed,
    named,
    option,
    pages,
    problems,
    role_shown,
    typed,
)

router = APIRouter()

_LIST = "/admin/assignments"
_FIELDS = ("nursery", "guide", "start", "end")


@router.get(_LIST)
def assignments(visit: Visiting, q: str = "", only: str = "", after: str = "") -> Response:
    word, unguided = q.strip()[:60], only == "without"
    found = services.coverage(visit.services, visit.caller, word=word, unguided=unguided, after=after)
    return admin_page(
        visit,
        "assignments.html",
        "assignments",
        q=word,
        unguided=unguided,
        without=found.without,
        without_href=f"{_LIST}?only=without",
        all_href=_LIST,
        rows=[_row(one, visit) for one in found.rows],
        pages=pages(_LIST, found.after, q=word, only=only),
    )


@router.get(f"{_LIST}/new")
def new(visit: Visiting, nursery: str = "") -> Response:
    values = FormValues(nursery=nursery, start=visit.services.today().isoformat())
    return _form(visit, values, FormValues())


@router.post(f"{_LIST}/new")
def assign(posted: Posting) -> Response:
    visit, values = posted.visit, typed(posted, _FIELDS)
    try:
        days = day_typed(posted, "start"), day_typed(posted, "end")
        wanted = RoleWanted("guide", values["nursery"], *days)
        services.assign(visit.services, visit.caller, values["guide"], wanted, command_id=posted.command_id)
    except (errors.Refused, errors.Conflict) as error:
        return _form(visit, values, problems(visit, error, _FIELDS))
    return go(_LIST, "admin.saved")


def _form(visit: Visit, values: FormValues, wrong: FormValues) -> Response:
    found = services.candidates(visit.services, visit.caller)
    return admin_page(
        visit,
        "assignment_form.html",
        "assignments",
        status=422 if wrong else 200,
        action=f"{_LIST}/new",
        back_href=_LIST,
        errors=wrong,
        values=values,
        guides=[{"value": id_, "text": name} for id_, name in found.guides],
        nurseries=[option(one, visit.words) for one in found.nurseries],
    )


def _row(one: Covered, visit: Visit) -> dict[str, Any]:
    today = visit.services.today().toordinal()
    guides = [_guide(row, today, visit) for row in one.assignments]
    return {
        "nursery": named(one.nursery, visit.words),
        "href": f"/admin/organizations/{one.nursery.id}",
        "add_href": f"{_LIST}/new?nursery={one.nursery.id}",
        "guides": guides,
        "covered": any(guide["state"] == "active" for guide in guides),
    }


def _guide(row: Assignment, today: int, visit: Visit) -> dict[str, Any]:
    shown = role_shown(row.row, today, visit.words)
    return shown | {"name": row.guide, "overlaps": row.overlaps, "href": f"/admin/roles/{row.id}"}
