"""/admin/accounts: the list, a new account, and one account with all that can be done to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from healthrec import errors
from healthrec.domain.access import ROLES
from healthrec.services.accounts import administer
from healthrec.services.accounts.administer import Wanted
from healthrec.services.accounts.stages import ASKED
from healthrec.services.admin import accounts as services
from healthrec.services.admin.accounts import FAMILY, AccountPage, Accounts
from healthrec.services.admin.organizations import parents_for
from healthrec.store.admin_accounts import AccountRow
from healthrec.web.kit import Posted, Posting, Visit, Visiting, go
from healthrec.web.rendering import FormValues
from healthrec.web.routes.admin_parts import admin_page, moment, option, pages, placed, problems, typed
from healthrec.web.routes.admin_words import change_shown

router = APIRouter()

_LIST = "/admin/accounts"
_FIELDS = ("username", "role", "person", "organization", "totp")
_WITHOUT_PERSON = ("admin", "auditor", "system")
_DO: Mapping[str, tuple[Callable[..., Any], str]] = {
    "lock": (administer.lock, "admin.account-locked"),
    "unlock": (administer.unlock, "admin.account-unlocked"),
    "second-factor": (administer.reset_second_factor, "admin.second-factor-reset"),
    "sign-out": (administer.revoke, "admin.signed-out"),
}


@router.get(_LIST)
def accounts(visit: Visiting, q: str = "", role: str = "", only: str = "", after: int = 0) -> Response:
    word, role = q.strip()[:60], role if role in ROLES else ""
    locked = {"locked": 1, "open": 0}.get(only, -1)
    found = services.list_accounts(visit.services, visit.caller, word=word, role=role, locked=locked, after=after)
    return admin_page(
        visit,
        "accounts.html",
        "accounts",
        add_href=f"{_LIST}/new",
        q=word,
        role=role,
        only=only if locked >= 0 else "",
        roles=list(ROLES),
        rows=[_row(one, found, visit) for one in found.rows],
        pages=pages(_LIST, found.after, q=word, role=role, only=only),
    )


@router.get(f"{_LIST}/new")
def new(visit: Visiting, person: str = "") -> Response:
    return _form(visit, FormValues(person=person), FormValues())


@router.post(f"{_LIST}/new")
def add(posted: Posting) -> Response:
    visit, values = posted.visit, typed(posted, _FIELDS)
    persons = (f"Practitioner/{values['person']}",) if values["person"] else ()
    wanted = Wanted(values["username"], values["role"], persons, values["organization"], bool(values["totp"]))
    try:
        if wanted.role in FAMILY:
            raise errors.Refused(errors.Issue("business-rule", "admin.families-at-the-child", "role"))
        key, issued = services.add_account(visit.services, visit.caller, wanted, command_id=posted.command_id)
    except (errors.Refused, errors.Conflict) as error:
        return _form(visit, values, problems(visit, error, _FIELDS))
    return _slip(visit, key, issued.username, password=issued.password)


@router.get(f"{_LIST}/{{key}}")
def account(visit: Visiting, key: int) -> Response:
    return _account(visit, key, FormValues())


@router.post(f"{_LIST}/{{key}}/password")
def reset_password(posted: Posting, key: int) -> Response:
    visit = posted.visit
    issued = services.change(visit.services, visit.caller, key, administer.reset_password, command_id=posted.command_id)
    return _slip(visit, key, issued.username, password=issued.password)


@router.post(f"{_LIST}/{{key}}/token")
def issue_token(posted: Posting, key: int) -> Response:
    visit, days = posted.visit, posted.fields.get("days", "").strip()
    count = int(days) if days.isascii() and days.isdigit() and len(days) < 6 else 0
    name = posted.fields.get("name", "").strip()[:60]
    try:
        what = partial(administer.issue_token, days=count, name=name, command_id=posted.command_id)
        bearer = services.change(visit.services, visit.caller, key, what)
    except errors.Refused as error:
        return _account(visit, key, problems(visit, error, ("days",)), days)
    page = services.account_page(visit.services, visit.caller, key)
    return _slip(visit, key, page.row.username, token=bearer)


@router.post(f"{_LIST}/{{key}}/token/{{token}}/revoke")
def revoke_token(posted: Posting, key: int, token: str) -> Response:
    visit = posted.visit
    services.revoke_token(visit.services, visit.caller, key, token, command_id=posted.command_id)
    return go(f"{_LIST}/{key}", "admin.token-revoked")


@router.post(f"{_LIST}/{{key}}/role")
def change_role(posted: Posting, key: int) -> Response:
    return _do(posted, key, administer.change_role, "admin.saved", posted.fields.get("role", ""))


@router.post(f"{_LIST}/{{key}}/ask-second-factor")
def ask_second_factor(posted: Posting, key: int) -> Response:
    return _do(posted, key, administer.ask_second_factor, "admin.saved", posted.fields.get("asked") == "1")


@router.post(f"{_LIST}/{{key}}/{{what}}")
def do(posted: Posting, key: int, what: str) -> Response:
    if what not in _DO:
        raise errors.NotFound("account")
    return _do(posted, key, *_DO[what])


def _do(posted: Posted, key: int, what: Callable[..., Any], flash: str, *more: Any) -> Response:
    visit = posted.visit
    try:
        services.change(visit.services, visit.caller, key, what, *more)
    except errors.Refused as error:
        return _account(visit, key, problems(visit, error, ("role",)))
    return go(f"{_LIST}/{key}", flash)


def _form(visit: Visit, values: FormValues, wrong: FormValues) -> Response:
    person = services.candidate(visit.services, visit.caller, values["person"]) if values["person"] else None
    codes = dict.fromkeys(one.role for one in person.roles) if person else dict.fromkeys(_WITHOUT_PERSON)
    places = [] if person else parents_for(visit.services, visit.caller)
    about = {"name": person.name, "id": person.id, "usernames": list(person.usernames)} if person else None
    return admin_page(
        visit,
        "account_form.html",
        "accounts",
        status=422 if wrong else 200,
        action=f"{_LIST}/new",
        back_href=f"/admin/staff/{person.id}" if person else _LIST,
        errors=wrong,
        values=values,
        person=about,
        role_options=[{"value": code, "text": visit.words.term("role", code)} for code in codes],
        organization_options=[option(one, visit.words) for one in places],
    )


def _slip(visit: Visit, key: int, username: str, *, password: str = "", token: str = "") -> Response:
    return admin_page(
        visit,
        "account_slip.html",
        "accounts",
        username=username,
        password=password,
        token=token,
        sign_in=f"{visit.services.settings.public_url or str(visit.request.base_url).rstrip('/')}/login",
        back_href=f"{_LIST}/{key}",
    )


def _account(visit: Visit, key: int, wrong: FormValues, days: str = "90") -> Response:
    page = services.account_page(visit.services, visit.caller, key)
    address = f"{_LIST}/{key}"
    return admin_page(
        visit,
        "account.html",
        "accounts",
        status=422 if wrong else 200,
        back_href=_LIST,
        address=address,
        errors=wrong,
        values=FormValues(days=days, role=page.row.role),
        account=_shown(page, visit),
        tokens=[
            {
                "name": one.name,
                "created": moment(visit, one.created),
                "expires": moment(visit, one.expires),
                "revoke_href": f"{address}/token/{services.token_name(one)}/revoke",
            }
            for one in page.tokens
        ],
        changes=[change_shown(one, visit) for one in page.changes],
    )


def _shown(page: AccountPage, visit: Visit) -> dict[str, Any]:
    row, words = page.row, visit.words
    held = dict.fromkeys(one.role for one in page.roles)
    return {
        "username": row.username,
        "role": row.role,
        "family": row.role in FAMILY,
        "person": page.person[1],
        "person_href": f"/admin/staff/{page.person[0]}" if page.person[0] else "",
        "place": row.place_en if words.language == "en" else row.place,
        "roles": [f"{words.term('role', one.role)} · {placed(one, words)}" for one in page.roles],
        "role_options": [{"value": code, "text": words.term("role", code)} for code in held],
        "locked": bool(row.locked),
        "resting": row.retry_at > visit.services.now(),
        "first": bool(row.must_change),
        "totp": {"": "off", ASKED: "asked"}.get(row.totp_secret, "on"),
        "created": moment(visit, row.created),
        "seen": moment(visit, page.seen) if page.seen else None,
        "own": page.own,
        "machine": row.role == "system",
    }


def _row(one: AccountRow, found: Accounts, visit: Visit) -> dict[str, Any]:
    seen = found.seen.get(one.key)
    return {
        "username": one.username,
        "person": found.names.get(one.person, "") if one.role not in FAMILY else "",
        "role": one.role,
        "place": one.place_en if visit.words.language == "en" else one.place,
        "last_seen": moment(visit, seen) if seen else None,
        "state": "locked" if one.locked else "active",
        "totp": one.totp_secret not in ("", ASKED),
        "href": f"{_LIST}/{one.key}",
    }
