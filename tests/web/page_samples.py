"""A value for everything that every page template names, in Chinese or in English, so that each can be rendered and looked at."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from tests.web.page_frame import NOW, Say, frame, said_in
from tests.web.page_samples_child import child
from tests.web.page_samples_due import due
from tests.web.page_samples_vaccines import vaccines
from tests.web.page_samples_work import admin, forms, imports

from healthrec.web.rendering import FormValues
from healthrec.wording import Translator


def samples(translator: Translator) -> Mapping[str, Mapping[str, Any]]:
    """Context by template name; names ending in ``#word`` are further states of the same template."""
    say = said_in(translator)
    return {
        **_doors(translator, say),
        **_lists(translator, say),
        **child(translator, say),
        **vaccines(translator, say),
        **due(translator, say),
        **forms(translator, say),
        **imports(translator, say),
        **admin(translator, say),
    }


def _doors(t: Translator, say: Say) -> dict[str, dict[str, Any]]:
    outside = frame(t, caller=None, rooms=(), room=None, search=False)
    account = {
        "username": "doctor",
        "password": "demo-7342",
        "role": "doctor",
        "organization": say("青溪中心", "Qingxi"),
    }
    return {
        "login.html": {
            "frame": outside,
            "values": FormValues(),
            "errors": FormValues(),
            "next": "/",
            "demo_accounts": [account] * 3,
        },
        "login.html#refused": {
            "frame": outside,
            "values": FormValues(username="doctor"),
            "errors": FormValues(password=t.message("access.wrong-password")),
            "next": "/",
            "demo_accounts": [],
        },
        "totp.html": {
            "action": "/login/code",
            "frame": outside,
            "errors": FormValues(),
            "next": "/",
            "setup": {
                "secret": "JBSWY3DPEHPK3PXP",
                "qr_svg": "<svg viewBox='0 0 9 9'><rect width='9' height='9'/></svg>",
            },
        },
        "totp.html#later": {
            "action": "/login/code",
            "frame": outside,
            "errors": FormValues(),
            "next": "/",
            "setup": None,
        },
        "password_change.html": {"frame": frame(t), "errors": FormValues(), "first": True, "minimum": 12, "next": "/"},
        "install_ca.html": {"frame": outside, "fingerprint": "AB:CD:EF"},
        "error.html": {"frame": frame(t), "status": 404, "sentences": [t.message("record.not-found")]},
        "error.html#fault": {"frame": outside, "status": 500, "sentences": [], "reference": "5f2c"},
    }


def _row(say: Say, zh: str, en: str, **changes: Any) -> dict[str, Any]:
    return {
        "who": say(zh, en),
        "href": "/children/1",
        "badge": "",
        "detail": say("1岁8个月 · 小鹿班", "1 year 8 months · Fawns"),
        "why": say("体重年龄别 −2.3 SD，比上次下降", "weight for age −2.3 SD, lower than last time"),
        "due": say("今天到期", "due today"),
        "status": say("待完成", "due"),
        "tone": "waiting",
        "verb": say("记录测量", "Measure"),
        "verb_href": "/children/1/measure",
        "call": say("2026年11月1日联系：没有联系上", "called on 1 Nov 2026: not reached"),
        "contact_href": "/children/1/contacts/growth?back=/",
    } | changes


def _lists(t: Translator, say: Say) -> dict[str, dict[str, Any]]:
    tally = [
        {"text": say("逾期未测", "measurements past due"), "count": 7, "tone": "stop", "href": "/children?due=late"},
        {"text": say("本周到期", "due this week"), "count": 12, "tone": "attention", "href": "/children?due=week"},
        {"text": say("等待回报", "awaiting answer"), "count": 3, "tone": "waiting", "href": ""},
        {"text": say("本月已完成", "done this month"), "count": 46, "tone": "ready", "href": ""},
    ]
    twin = say("双胞胎·老大", "twin · first")
    groups = [
        {
            "key": "growth",
            "title": say("生长需要关注", "Growth to look at"),
            "count": 2,
            "rows": [
                _row(say, "陈安然", "Chen Anran", badge=twin, status=say("需复测", "measure again"), tone="attention"),
                _row(
                    say,
                    "艾力·买买提",
                    "Aili Maimaiti",
                    due="",
                    why=say("已 4 个月没有测量", "not measured for 4 months"),
                ),
            ],
            "more_href": "/children?growth=watch",
            "empty": "",
            "rate": t.message("came-back.growth", called=4, came=3, rate=75),
        },
        {
            "key": "visits",
            "title": say("实地指导", "Guide visits"),
            "count": 0,
            "rows": [],
            "more_href": "",
            "empty": say("本季度已全部完成；下次 2027年1月1日起", "All done this quarter; next from 1 Jan 2027"),
            "rate": "",
        },
    ]
    pages = {"previous_href": "", "next_href": "/children?after=9", "text": "1–50"}
    child_rows = [
        {
            "name": say("陈安然", "Chen Anran"),
            "href": "/children/1",
            "badge": twin,
            "sex": "male",
            "birth_date": date(2025, 3, 8),
            "place": say("小青蛙托育园 · 小鹿班", "Froglets · Fawns"),
            "status": say("应种未种", "past due"),
            "tone": "attention",
        },
        {
            "name": say("司徒思源", "Situ Siyuan"),
            "href": "/children/2",
            "badge": "",
            "sex": "female",
            "birth_date": date(2026, 11, 2),
            "place": "",
            "status": "",
            "tone": "neutral",
        },
    ]
    chip = [
        {"text": say("全部", "All"), "href": "/children", "on": True, "count": 300},
        {"text": say("小鹿班", "Fawns"), "href": "/children?class=1", "on": False, "count": None},
    ]
    search = {
        "frame": frame(t, room="children"),
        "q": "",
        "filters": chip,
        "break_glass_href": "/break-glass",
        "link_href": "/l",
    }
    results = {"rows": child_rows, "count_text": say("2 名儿童", "2 children"), "pages": pages}
    none = {"rows": [], "count_text": "", "pages": {"previous_href": "", "next_href": "", "text": ""}}
    states = ("done", "late", "missing", "due", "upcoming", "not-assigned")
    cells = [
        {
            "state": s,
            "href": "/visits/1" if s in states[:4] else "",
            "date": date(2026, 5, 6) if s in ("done", "late") else None,
        }
        for s in states
    ]
    return {
        "home.html": {"frame": frame(t), "tallies": tally, "groups": groups, "next_text": ""},
        "home.html#empty": {
            "frame": frame(t),
            "tallies": [],
            "groups": [],
            "next_text": say("下次：2026年12月15日", "next: 15 Dec 2026"),
        },
        "child_search.html": search | {"results": results},
        "child_search.html#nothing": search | {"q": "zzz", "results": none},
        "partials/child_results.html": {"frame": frame(t), "q": "", "results": none},
        "board.html": {
            "frame": frame(t, room="board"),
            "title": say("健康指导员实地指导", "Guide visits"),
            "hint": say("每个机构每季度至少一次", "at least once per nursery and quarter"),
            "quarters": [{"text": t.quarter(2025 + (i + 2) // 4, (i + 2) % 4 + 1), "now": i == 3} for i in range(6)],
            "rows": [
                {
                    "name": say("小青蛙托育园", "Froglets"),
                    "href": "/o/1",
                    "guide": say("林静", "Lin Jing"),
                    "cells": cells,
                },
                {"name": say("海棠托育园", "Begonia"), "href": "", "guide": "", "cells": cells[::-1]},
            ],
            "totals": [
                {"state": s, "count": i + 2, "href": "/board?state=" + s, "on": False}
                for i, s in enumerate(("missing", "due", "late", "done"))
            ],
            "filters": [],
            "pages": {"previous_href": "", "next_href": "/board?page=2", "text": "1 / 2"},
        },
        "handover.html": {
            "frame": frame(t, room="handover", path="/handover/1"),
            "action": "/handover/1",
            "command_id": "c1",
            "errors": FormValues(),
            "may_make": True,
            "rate": t.message("came-back.summary", called=4, came=3, rate=75),
            "klass": {"name": say("小鹿班", "Fawns"), "nursery": say("小青蛙托育园", "Froglets")},
            "choices": chip,
            "batch": {"done": 7, "total": 18, "running": True, "merged_href": "/handover/1.pdf"},
            "rows": [
                {
                    "id": str(i),
                    "child": say("陈安然", "Chen Anran"),
                    "href": "/children/1",
                    "badge": twin if i == 1 else "",
                    "state": s,
                    "pdf_href": "/d/1" if i < 4 else "",
                    "when": NOW if i < 3 else None,
                    "who": say("王莉", "Wang Li") if i < 2 else "",
                    "asks": s in ("ready", "printed"),
                    "call": say("2026年11月1日联系：没有联系上", "called on 1 Nov 2026: not reached") if i == 2 else "",
                    "contact_href": "/children/1/contacts/summary?back=/handover/1",
                }
                for i, s in enumerate(("handed-over", "printed", "ready", "replaced", "not-yet", "failed"))
            ],
        },
    }


__all__ = ["frame", "samples"]
