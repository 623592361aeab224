"""/admin: the door of administration, and what was changed there. Its rooms are in `admin_*`."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from healthrec.services.admin.changes import list_changes
from healthrec.web.kit import Visiting, go
from healthrec.web.routes import (
    admin_accounts,
    admin_assignments,
    admin_instruments,
    admin_organizations,
    admin_rules,
    admin_staff,
)
from healthrec.web.routes.admin_parts import admin_page, pages
from healthrec.web.routes.admin_words import change_shown

router = APIRouter()


@router.get("/admin")
def admin(visit: Visiting) -> Response:
    return go("/admin/organizations")


@router.get("/admin/changes")
def changes(visit: Visiting, after: int = 0) -> Response:
    found = list_changes(visit.services, visit.caller, before=after)
    rows = [change_shown(one, visit) for one in found.rows]
    return admin_page(visit, "changes.html", "changes", rows=rows, pages=pages("/admin/changes", found.before))


for _room in (admin_organizations, admin_instruments, admin_staff, admin_assignments, admin_accounts, admin_rules):
    router.include_router(_room.router)
