"""/children/{id}/guardians: how a child's guardians sign in; made by the nurse or doctor."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from fastapi import APIRouter
from fastapi.responses import Response

from healthrec import errors
from healthrec.services.accounts.issuing import Issued
from healthrec.services.admin import link_guardian as services
from healthrec.services.admin.documents import name_of, phone_of
from healthrec.services.admin.link_guardian import Guardian
from healthrec.services.children.page import head
from healthrec.web.kit import Posting, Visit, Visiting, go, show
from healthrec.web.rendering import FormValues
from healthrec.web.routes.admin_parts import problems
from healthrec.web.routes.children import room_of

router = APIRouter()

_PAGE = "/children/{id_}/guardians"


@router.get(_PAGE)
def guardians(visit: Visiting, id_: str) -> Response:
    return _page(visit, id_, FormValues())


@router.post(f"{_PAGE}/{{guardian}}/account")
def create(posted: Posting, id_: str, guardian: str) -> Response:
    visit = posted.visit
    try:
        issued = services.create_guardian_account(
            visit.services, visit.caller, id_, guardian, command_id=posted.command_id
        )
    except errors.Conflict as error:
        return _page(visit, id_, problems(visit, error, ()))
    return slip(visit, f"/children/{id_}/guardians", issued)


@router.post(f"{_PAGE}/{{guardian}}/link")
def link(posted: Posting, id_: str, guardian: str) -> Response:
    visit, username = posted.visit, posted.fields.get("username", "")[:60]
    try:
        services.link_account(visit.services, visit.caller, id_, guardian, username)
    except errors.Refused as error:
        return _page(visit, id_, problems(visit, error, ()))
    return go(f"/children/{id_}/guardians", "guardian.linked")


@router.post(f"{_PAGE}/{{guardian}}/{{account}}/unlink")
def unlink(posted: Posting, id_: str, guardian: str, account: int) -> Response:
    visit = posted.visit
    services.unlink_account(visit.services, visit.caller, id_, guardian, account, command_id=posted.command_id)
    return go(f"/children/{id_}/guardians", "guardian.unlinked")


@router.post(f"{_PAGE}/{{guardian}}/{{account}}/password")
def reissue(posted: Posting, id_: str, guardian: str, account: int) -> Response:
    visit = posted.visit
    issued = services.reissue_password(
        visit.services, visit.caller, id_, guardian, account, command_id=posted.command_id
    )
    return slip(visit, f"/children/{id_}/guardians", issued)


def _page(visit: Visit, id_: str, wrong: FormValues) -> Response:
    found = services.guardians(visit.services, visit.caller, id_)
    return show(
        visit,
        "guardians.html",
        room=room_of(visit),
        status=422 if wrong else 200,
        child=head(found.record, visit.words),
        command_id=str(uuid4()),
        errors=wrong,
        guardians=[_row(one, f"/children/{id_}/guardians/{one.id}") for one in found.rows],
    )


def slip(visit: Visit, back_href: str, issued: Issued) -> Response:
    """A first password of somebody of the family, shown this once."""
    return show(
        visit,
        "guardian_slip.html",
        room=room_of(visit),
        username=issued.username,
        password=issued.password,
        token="",
        sign_in=f"{visit.services.settings.public_url or str(visit.request.base_url).rstrip('/')}/login",
        back_href=back_href,
    )


def _row(one: Guardian, base: str) -> dict[str, Any]:
    codings = [coding for kind in one.document.get("relationship", ()) for coding in kind.get("coding", ())]
    return {
        "name": name_of(one.document),
        "relationship": str(codings[0].get("code", "")) if codings else "",
        "phone": phone_of(one.document),
        "active": bool(one.document.get("active", True)),
        "base": base,
        "accounts": [
            {
                "username": row.username,
                "state": "locked" if row.locked else "active",
                "first": bool(row.must_change),
                "unlink_href": f"{base}/{row.key}/unlink",
                "password_href": f"{base}/{row.key}/password",
            }
            for row in one.accounts
        ],
    }
