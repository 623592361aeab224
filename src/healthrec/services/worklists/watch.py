"""What waits for those who watch over the system: administrators and auditors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from healthrec.pages.home import Home, Row, group
from healthrec.services import instants
from healthrec.services.context import Caller, Services
from healthrec.store import worklists
from healthrec.wording import Translator

_REFUSALS_DAYS = 30


def admin(services: Services, caller: Caller, words: Translator) -> Home:
    """Accounts that are locked, new or under attack."""
    with services.database.read() as connection:
        found = worklists.accounts_to_look_at(connection)
    rows = [_account(one, words) for one in found]
    return Home(groups=(group("accounts", "要看一看的账号", rows, "没有锁定或待启用的账号。", words, "/admin"),))


def auditor(services: Services, caller: Caller, words: Translator) -> Home:
    """What was refused lately."""
    since = services.now() - _REFUSALS_DAYS * 86_400_000_000
    with services.database.read() as connection:
        found = worklists.refusals(connection, since)
        names = worklists.usernames(connection, sorted({one.account for one in found}))
    rows = [
        Row(
            who=names.get(one.account, words.gettext("未登录")),
            href="/audit",
            why=one.reason or one.entity,
            verb=words.gettext("看审计"),
            verb_href="/audit",
            detail=words.moment(instants.moment(one.recorded)),
            status=words.term("role", one.role) if one.role else "",
        )
        for one in found
    ]
    return Home(groups=(group("refusals", "近30天被拒绝的访问", rows, "近30天没有被拒绝的访问。", words, "/audit"),))


def _account(one: object, words: Translator) -> Row:
    row = cast(Mapping[str, object], one._mapping)  # type: ignore[attr-defined]
    state = "locked" if row["locked"] else "active"
    reasons = {"locked": "已锁定", "must_change": "还没有改初始密码", "failures": "多次密码错误"}
    why = next(words.gettext(text) for name, text in reasons.items() if row[name])
    return Row(
        who=str(row["username"]),
        href="/admin",
        why=why,
        verb=words.gettext("查看"),
        verb_href="/admin",
        detail=words.term("role", str(row["role"])),
        status=words.term("person-state", state) if row["locked"] else "",
        tone="stop",
    )
