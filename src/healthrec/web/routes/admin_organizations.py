"""/admin/organizations: the tree, one organisation, adding, changing and closing it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from healthrec import errors
from healthrec.services.admin import organizations as services
from healthrec.services.admin.documents import PlaceFields
from healthrec.services.admin.instruments import KEEPS
from healthrec.services.admin.organizations import PARENTS, PlacePage
from healthrec.store.admin import PlaceRow
from healthrec.web.kit import Posted, Posting, Visit, Visiting, go
from healthrec.web.rendering import FormValues
from healthrec.web.routes.admin_parts import (
    admin_page,
    named,
    option,
    pages,
    problems,
    role_shown,
    typed,
    version_typed,
)

router = APIRouter()

_LIST = "/admin/organizations"
_FIELDS = ("name", "english", "type", "parent", "code", "phone", "address")


@router.get(_LIST)
def organizations(visit: Visiting, q: str = "", kind: str = "", after: str = "") -> Response:
    kind, word = kind if kind in PARENTS else "", q.strip()[:60]
    found = services.list_organizations(visit.services, visit.caller, kind=kind, word=word, after=after)
    return admin_page(
        visit,
        "organizations.html",
        "organizations",
        add_href=f"{_LIST}/new",
        q=word,
        kind=kind,
        kinds=[code for code in PARENTS if code != "class"],
        rows=[_row(one, visit) for one in found.rows],
        pages=pages(_LIST, found.after, q=word, kind=kind),
    )


@router.get(f"{_LIST}/new")
def new(visit: Visiting, kind: str = "", parent: str = "") -> Response:
    values = FormValues(type=kind if kind in PARENTS else "", parent=parent)
    return _form(visit, values, FormValues())


@router.post(f"{_LIST}/new")
def add(posted: Posting) -> Response:
    visit, values = posted.visit, typed(posted, _FIELDS)
    try:
        id_ = services.add_organization(
            visit.services, visit.caller, PlaceFields(**values), command_id=posted.command_id
        )
    except (errors.Refused, errors.Conflict) as error:
        return _form(visit, values, problems(visit, error, _FIELDS), posted)
    return go(f"{_LIST}/{id_}", "admin.saved")


@router.get(f"{_LIST}/{{id_}}")
def organization(visit: Visiting, id_: str) -> Response:
    return _place(visit, services.organization_page(visit.services, visit.caller, id_))


@router.post(f"{_LIST}/{{id_}}")
def change(posted: Posting, id_: str) -> Response:
    visit, values = posted.visit, typed(posted, _FIELDS)
    fields, version = PlaceFields(**values), version_typed(posted)
    try:
        services.change_organization(visit.services, visit.caller, id_, fields, version, command_id=posted.command_id)
    except (errors.Refused, errors.Conflict) as error:
        page = services.organization_page(visit.services, visit.caller, id_)
        return _place(visit, page, values, problems(visit, error, _FIELDS))
    return go(f"{_LIST}/{id_}", "admin.saved")


@router.get(f"{_LIST}/{{id_}}/close")
def closing(visit: Visiting, id_: str) -> Response:
    return _closing(visit, services.organization_page(visit.services, visit.caller, id_), FormValues())


@router.post(f"{_LIST}/{{id_}}/active")
def set_active(posted: Posting, id_: str) -> Response:
    visit, active = posted.visit, posted.fields.get("active") == "1"
    try:
        services.set_active(
            visit.services, visit.caller, id_, active, version_typed(posted), command_id=posted.command_id
        )
    except (errors.Refused, errors.Conflict) as error:
        page = services.organization_page(visit.services, visit.caller, id_)
        return _closing(visit, page, problems(visit, error, ()))
    return go(f"{_LIST}/{id_}", "admin.opened" if active else "admin.closed")


def _form(visit: Visit, values: FormValues, wrong: FormValues, posted: Posted | None = None) -> Response:
    parents = services.parents_for(visit.services, visit.caller, values["type"])
    more: dict[str, Any] = {"command_id": posted.fields.get("command_id", "")} if posted else {}
    return admin_page(
        visit,
        "organization_form.html",
        "organizations",
        status=422 if wrong else 200,
        action=f"{_LIST}/new",
        back_href=_LIST,
        errors=wrong,
        values=values,
        types=list(PARENTS),
        parents=[option(one, visit.words) for one in parents],
        **more,
    )


def _place(
    visit: Visit, page: PlacePage, values: FormValues | None = None, wrong: FormValues | None = None
) -> Response:
    fields, words, today = page.fields, visit.words, visit.services.today().toordinal()
    standing = FormValues({name: getattr(fields, name) for name in _FIELDS})
    parents = services.parents_for(visit.services, visit.caller, page.row.kind)
    staff = [
        role_shown(one, today, words)
        | {"name": page.names[one.person][0], "href": f"/admin/staff/{page.names[one.person][1]}"}
        for one in page.staff
        if one.person in page.names
    ]
    return admin_page(
        visit,
        "organization.html",
        "organizations",
        status=422 if wrong else 200,
        action=f"{_LIST}/{page.row.id}",
        organization=_row(page.row, visit),
        version=page.version,
        errors=wrong or FormValues(),
        values=FormValues((values or standing) | {"type": page.row.kind}),
        parents=[option(one, words) for one in parents if one.key != page.row.key],
        classes=[_row(one, visit) for one in page.parts],
        add_class_href=f"{_LIST}/new?kind=class&parent={page.row.id}" if page.row.kind == "nursery" else "",
        staff=staff,
        staff_href=f"/admin/staff?at={page.row.id}",
        rules_href=f"/admin/rules/{page.row.id}" if page.row.kind != "class" else "",
        instruments_href=f"{_LIST}/{page.row.id}/instruments" if page.row.kind in KEEPS else "",
    )


def _closing(visit: Visit, page: PlacePage, wrong: FormValues) -> Response:
    address = f"{_LIST}/{page.row.id}"
    return admin_page(
        visit,
        "organization_close.html",
        "organizations",
        status=422 if wrong else 200,
        organization=_row(page.row, visit),
        action=f"{address}/active",
        version=page.version,
        back_href=address,
        errors=wrong,
    )


def _row(row: PlaceRow, visit: Visit) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": named(row, visit.words),
        "english": row.name_en if visit.words.language == "zh" and row.name_en != row.name else "",
        "type": row.kind,
        "above": (row.above_en if visit.words.language == "en" else row.above) if row.parent else "",
        "depth": 2 if row.kind == "class" else 1 if row.parent else 0,
        "href": f"{_LIST}/{row.id}",
        "close_href": f"{_LIST}/{row.id}/close",
        "state": "active" if row.active else "ended",
    }
