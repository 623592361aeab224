"""/admin/staff and /admin/roles: people of the house, and their dated roles."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from healthrec import errors
from healthrec.services.admin import staff as services
from healthrec.services.admin.staff import STAFF_ROLES, Person, RoleWanted
from healthrec.store.admin import PlaceRow
from healthrec.web.kit import Posted, Posting, Visit, Visiting, go
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
    version_typed,
)

router = APIRouter()

_LIST = "/admin/staff"
_PERSON = ("name", "phone")
_ROLE = ("role", "organization", "start", "end")


@router.get(_LIST)
def staff(visit: Visiting, q: str = "", at: str = "", after: str = "") -> Response:
    word = q.strip()[:60]
    found = services.list_staff(visit.services, visit.caller, word=word, at=at, after=after)
    kept = f"?at={found.at.id}" if found.at else ""
    return admin_page(
        visit,
        "staff.html",
        "staff",
        add_href=f"{_LIST}/new{kept}",
        q=word,
        at={"id": found.at.id, "name": named(found.at, visit.words)} if found.at else None,
        rows=[_row(one, visit, kept) for one in found.rows],
        pages=pages(_LIST, found.after, q=word, at=at),
    )


@router.get(f"{_LIST}/new")
def new(visit: Visiting, at: str = "") -> Response:
    values = FormValues(start=visit.services.today().isoformat(), organization=at)
    return _new(visit, values, FormValues(), at)


@router.post(f"{_LIST}/new")
def add(posted: Posting) -> Response:
    visit, values = posted.visit, typed(posted, (*_PERSON, *_ROLE))
    try:
        wanted = _wanted(posted, values)
        id_ = services.add_person(
            visit.services, visit.caller, values["name"], values["phone"], wanted, command_id=posted.command_id
        )
    except (errors.Refused, errors.Conflict) as error:
        return _new(visit, values, problems(visit, error, (*_PERSON, *_ROLE)), values["organization"])
    return go(f"{_LIST}/{id_}", "admin.saved")


@router.get(f"{_LIST}/{{id_}}")
def person(visit: Visiting, id_: str, at: str = "") -> Response:
    return _person(visit, id_, at)


@router.post(f"{_LIST}/{{id_}}")
def change(posted: Posting, id_: str) -> Response:
    visit, values = posted.visit, typed(posted, _PERSON)
    try:
        services.change_person(
            visit.services,
            visit.caller,
            id_,
            values["name"],
            values["phone"],
            version_typed(posted),
            command_id=posted.command_id,
        )
    except (errors.Refused, errors.Conflict) as error:
        return _person(visit, id_, "", values, problems(visit, error, _PERSON))
    return go(f"{_LIST}/{id_}", "admin.saved")


@router.post(f"{_LIST}/{{id_}}/roles")
def add_role(posted: Posting, id_: str) -> Response:
    visit, values = posted.visit, typed(posted, _ROLE)
    try:
        services.add_role(visit.services, visit.caller, id_, _wanted(posted, values), command_id=posted.command_id)
    except (errors.Refused, errors.Conflict) as error:
        return _person(visit, id_, values["organization"], values, problems(visit, error, _ROLE))
    return go(f"{_LIST}/{id_}", "admin.saved")


@router.get("/admin/roles/{id_}")
def role(visit: Visiting, id_: str) -> Response:
    return _role(visit, id_, FormValues())


@router.post("/admin/roles/{id_}/end")
def end_role(posted: Posting, id_: str) -> Response:
    return _end(posted, id_, reopen=False)


@router.post("/admin/roles/{id_}/reopen")
def reopen_role(posted: Posting, id_: str) -> Response:
    return _end(posted, id_, reopen=True)


def _end(posted: Posted, id_: str, *, reopen: bool) -> Response:
    visit = posted.visit
    try:
        last = None if reopen else day_typed(posted, "end")
        if last is None and not reopen:
            raise errors.Refused(errors.Issue("required", "admin.end-needed", "end"))
        services.end_role(visit.services, visit.caller, id_, last, version_typed(posted), command_id=posted.command_id)
    except (errors.Refused, errors.Conflict) as error:
        return _role(visit, id_, problems(visit, error, ("end",)), posted.fields.get("end", ""))
    page = services.role_page(visit.services, visit.caller, id_)
    return go(f"{_LIST}/{page.person}", "admin.role-opened" if reopen else "admin.role-ended")


def _role(visit: Visit, id_: str, wrong: FormValues, end: str = "") -> Response:
    page = services.role_page(visit.services, visit.caller, id_)
    day = page.end or visit.services.today()
    return admin_page(
        visit,
        "role.html",
        "staff",
        status=422 if wrong else 200,
        person={"name": page.person_name, "href": f"{_LIST}/{page.person}"},
        role={
            "role": page.role,
            "organization": named(page.place, visit.words),
            "start": page.start,
            "end": page.end,
        },
        version=page.version,
        action=f"/admin/roles/{id_}/end",
        reopen_href=f"/admin/roles/{id_}/reopen" if page.end else "",
        errors=wrong,
        values=FormValues(end=end or day.isoformat()),
    )


def _wanted(posted: Posted, values: FormValues) -> RoleWanted:
    return RoleWanted(values["role"], values["organization"], day_typed(posted, "start"), day_typed(posted, "end"))


def _new(visit: Visit, values: FormValues, wrong: FormValues, at: str) -> Response:
    places = services.places_for_staff(visit.services, visit.caller, at)
    return admin_page(
        visit,
        "staff_form.html",
        "staff",
        status=422 if wrong else 200,
        new=True,
        action=f"{_LIST}/new",
        back_href=f"{_LIST}?at={at}" if at else _LIST,
        errors=wrong,
        values=values,
        **_options(visit, places),
    )


def _person(
    visit: Visit, id_: str, at: str, values: FormValues | None = None, wrong: FormValues | None = None
) -> Response:
    page = services.person_page(visit.services, visit.caller, id_, at)
    today = visit.services.today()
    standing = FormValues(name=page.person.name, phone=page.phone, start=today.isoformat(), organization=at)
    roles = [
        role_shown(one, today.toordinal(), visit.words) | {"href": f"/admin/roles/{page.role_ids[one.source]}"}
        for one in page.person.roles
    ]
    accounts = [
        {"username": name, "locked": bool(locked), "href": f"/admin/accounts/{key}"}
        for key, name, locked in page.person.accounts
    ]
    return admin_page(
        visit,
        "staff_person.html",
        "staff",
        status=422 if wrong else 200,
        action=f"{_LIST}/{id_}",
        role_action=f"{_LIST}/{id_}/roles",
        back_href=f"{_LIST}?at={at}" if at else _LIST,
        name=page.person.name,
        version=page.version,
        errors=wrong or FormValues(),
        values=FormValues(standing | (values or {})),
        roles=roles,
        accounts=accounts,
        add_account_href=f"/admin/accounts/new?person={id_}",
        **_options(visit, page.places),
    )


def _options(visit: Visit, places: tuple[PlaceRow, ...] | list[PlaceRow]) -> dict[str, Any]:
    return {
        "role_options": [{"value": code, "text": visit.words.term("role", code)} for code in STAFF_ROLES],
        "organization_options": [option(one, visit.words) for one in places if one.active],
    }


def _row(one: Person, visit: Visit, kept: str) -> dict[str, Any]:
    today = visit.services.today().toordinal()
    return {
        "name": one.name,
        "href": f"{_LIST}/{one.id}{kept}",
        "roles": [role_shown(role, today, visit.words) for role in one.roles[:6]],
        "account": visit.words.listed([name for _, name, _ in one.accounts]),
        "state": "active" if one.active_on(today) else "ended",
    }
