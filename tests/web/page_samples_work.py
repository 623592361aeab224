"""Values for forms, imports and administration."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.web.page_frame import NOW, Say, frame

from healthrec.web.rendering import FormValues
from healthrec.wording import Translator


def forms(t: Translator, say: Say) -> dict[str, dict[str, Any]]:
    def item(link_id: str, kind: str, zh: str, en: str, **changes: Any) -> dict[str, Any]:
        return {
            "link_id": link_id,
            "text": say(zh, en),
            "type": kind,
            "options": [],
            "required": True,
            "help": "",
            "value": "",
            "error": "",
            "repeats": False,
            "unit": "",
        } | changes

    answers = [
        {"value": c, "text": t.term("answer", c), "hint": ""} for c in ("absent", "present", "not-done", "not-known")
    ]
    form = {
        "title": say("健康指导员实地指导", "Guide's visit"),
        "subject": say("小青蛙托育园 · 2026年第4季度", "Froglets · Q4 2026"),
        "description": say("每个季度一次。", "Once a quarter."),
        "version": "guide-visit|1.0",
        "submit": "",
        "errors": FormValues(),
        "groups": [
            {
                "link_id": "a",
                "text": say("晨检与记录", "Morning check and records"),
                "help": say("查看本季度的登记。", "Look at the registers of this quarter."),
                "items": [
                    item("a.0", "display", "请在现场填写。", "Fill in on site."),
                    item("a.1", "date", "到访日期", "Date of visit", value="2026-11-21"),
                    item("a.2", "boolean", "晨检记录齐全", "Morning check register complete"),
                    item(
                        "a.3",
                        "choice",
                        "手部卫生",
                        "Hand hygiene",
                        options=answers,
                        value="absent",
                        help=say("看三个班", "look at three classes"),
                    ),
                    item(
                        "a.4",
                        "choice",
                        "查看了哪些登记",
                        "Registers seen",
                        options=answers,
                        repeats=True,
                        value=["absent"],
                        required=False,
                    ),
                    item(
                        "a.5",
                        "integer",
                        "在园儿童数",
                        "Children present",
                        error=say("请填写数字", "Please type a number"),
                    ),
                    item("a.6", "decimal", "午睡室温度", "Temperature of the nap room", unit="°C"),
                    item("a.7", "text", "发现的问题", "Findings", required=False),
                    item("a.8", "string", "接待人", "Received by"),
                    item("a.9", "choice", "楼层", "Floor", options=answers * 2),
                ],
            }
        ],
    }
    reasons = [
        {"value": "acute", "text": say("急诊救治", "emergency care"), "hint": ""},
        {"value": "other", "text": say("其他", "other"), "hint": ""},
    ]
    return {
        "form.html": {
            "frame": frame(t, room="board"),
            "back_href": "/board",
            "back_text": say("返回任务", "Back to the board"),
            "action": "/f",
            "command_id": "c1",
            "hidden_values": {"task": "1"},
            "form": form,
            "drafts": True,
            "draft_saved": NOW,
        },
        "partials/draft_kept.html": {"saved": NOW},
        **_answers(t, say),
        "break_glass.html": {
            "frame": frame(t, room="children"),
            "action": "/break-glass",
            "command_id": "c1",
            "errors": FormValues(),
            "values": FormValues(kind="cn-resident-id"),
            "kinds": [{"value": k, "text": t.term("identifier", k)} for k in ("cn-resident-id", "birth-certificate")],
            "reasons": reasons,
            "hours": 24,
            "recent": [
                {
                    "when": NOW,
                    "child": say("陈安然", "Chen Anran"),
                    "href": "/children/1",
                    "reason": say("急诊救治", "emergency care"),
                }
            ],
        },
    }


def _answers(t: Translator, say: Say) -> dict[str, dict[str, Any]]:
    child = {
        "name": say("陈安然", "Chen Anran"),
        "href": "/children/1",
        "badge": "",
        "sex": "male",
        "birth_date": date(2025, 3, 8),
        "place": say("小青蛙托育园", "Froglets"),
    }
    sign = {
        "label": say("不会独坐", "cannot sit alone"),
        "values": [t.term("answer", "present")],
        "kind": "choice",
        "unit": "",
    }
    count = {"label": say("人数", "Number"), "values": [], "kind": "integer", "unit": ""}
    answers = {
        "frame": frame(t, room="board"),
        "title": say("实地指导记录", "Visit record"),
        "subject": say("小青蛙托育园", "Froglets"),
        "child": None,
        "back_href": "/board",
        "back_text": say("返回", "Back"),
        "groups": [{"text": say("8月龄", "8 months"), "rows": [sign, count]}],
        "day": date(2026, 9, 30),
        "late_since": NOW,
        "version": "guide-visit|1.0",
        "versions": [{"number": 1, "written": NOW, "who": say("林静", "Lin Jing"), "status": "completed"}],
        "amend_href": "/visits/1/amend",
        "conclusion": None,
    }
    found = {
        "reader": "staff",
        "outcome": "sign-found",
        "unanswered": 1,
        "referral": "draft",
        "referral_href": "/referrals/1",
    }
    clear = {"reader": "family", "outcome": "none-found", "unanswered": 0, "referral": "", "referral_href": ""}
    referral = {
        "status": "draft",
        "day": date(2026, 11, 1),
        "by": say("林静", "Lin Jing"),
        "signs": [say("不会独坐", "cannot sit alone")],
        "reasons": [],
        "form_href": "/children/1/forms/1",
        "hospital": "",
        "note": "",
        "may_decide": True,
    }
    dose = {
        "id": "d1",
        "version": 1,
        "vaccine": t.term("vaccine", "MMR"),
        "dose": 1,
        "date": date(2026, 1, 5),
        "lot": "A1",
        "place": "",
        "source": "certificate",
        "state": "to-verify",
        "mistake_action": "/children/1/doses/d1/mistake",
    }
    post = {"frame": frame(t, room="children"), "child": child, "command_id": "c1", "errors": FormValues()}
    return {
        "form_answers.html": answers,
        "form_answers.html#signs": answers | {"child": child, "conclusion": found},
        "form_answers.html#family": answers | {"child": child, "conclusion": clear, "versions": []},
        "referral.html": post
        | {
            "action": "/referrals/1",
            "base": 1,
            "values": FormValues(),
            "referral": referral,
            "hospitals": [{"value": "h", "text": say("儿童医院", "Children's Hospital")}],
        },
        "doses.html": post | {"rows": [dose, dose | {"id": "d2"}], "new_href": "/new", "family": False},
        "doses.html#empty": post | {"rows": [], "new_href": "", "family": True},
    }


def imports(t: Translator, say: Say) -> dict[str, dict[str, Any]]:
    here = frame(t, room="import")
    post = {"frame": here, "action": "/import", "command_id": "c1", "errors": FormValues(), "file": "roster.xlsx"}
    pages = {"previous_href": "/p", "next_href": "", "text": "51–100"}
    counts = [
        {"text": say("可以导入", "ready"), "count": 38, "tone": "ready", "href": "?ready"},
        {"text": say("需要判断", "to decide"), "count": 2, "tone": "waiting", "href": "?decide"},
        {"text": say("有问题", "with problems"), "count": 3, "tone": "stop", "href": ""},
    ]
    row = {
        "key": "s1-4",
        "ask_link": True,
        "place": say("小鹿班 第 4 行", "Fawns, row 4"),
        "name": say("陈安然", "Chen Anran"),
        "summary": say("男 · 2025年3月8日", "male · 8 Mar 2025"),
        "status": say("可以导入", "ready"),
        "tone": "ready",
        "take": True,
        "problems": [],
        "lookalikes": [],
        "another": True,
        "choice": "",
        "fix": "",
        "fixed": False,
        "reason": None,
    }
    bad = row | {
        "name": "",
        "status": say("有问题", "problem"),
        "tone": "stop",
        "take": None,
        "problems": [{"cell": "C5", "text": say("出生日期在将来", "birth date in the future"), "tone": "stop"}],
    }
    twin = row | {
        "key": "s1-6",
        "ask_link": False,
        "status": say("需要判断", "to decide"),
        "tone": "waiting",
        "lookalikes": [
            {"href": "/children/1", "text": say("陈安然，2025年3月8日", "Chen Anran, 8 Mar 2025"), "value": "1"}
        ],
    }
    sheet = {"name": say("小鹿班", "Fawns"), "key": 0, "take": True, "header_row": 3}
    columns = [
        {
            "key": 0,
            "heading": say("宝宝姓名", "Baby name"),
            "samples": [say("陈安然", "Chen Anran")],
            "field": "name",
            "sheets": [sheet["name"]],
        },
        {"key": 1, "heading": "", "samples": [], "field": "", "sheets": []},
    ]
    return {
        "import/list.html": {
            "frame": here,
            "upload_href": "/import/new",
            "pages": pages,
            "rows": [
                {
                    "href": "/i/1",
                    "file": "roster.xlsx",
                    "kind": "roster",
                    "organization": say("小青蛙托育园", "Froglets"),
                    "who": say("王莉", "Wang Li"),
                    "when": NOW,
                    "status": say("待核对", "to review"),
                    "tone": "waiting",
                    "counts": say("43 行", "43 rows"),
                }
            ],
        },
        "import/upload.html": post
        | {
            "values": FormValues(kind="roster"),
            "kinds": [{"value": "roster", "text": say("花名册", "Roster"), "hint": ""}],
            "place_label": say("托育机构", "Nursery"),
            "organizations": [{"value": "1", "text": say("小青蛙托育园", "Froglets")}],
            "templates": [{"href": "/import/template.xlsx", "text": say("花名册模板", "Roster")}],
        },
        "import/map.html": post
        | {
            "fields": [{"value": "name", "text": say("姓名", "name")}],
            "sheets": [sheet],
            "columns": columns,
            "not_read": [say("隐藏", "hidden")],
            "values": FormValues(),
            "measured": True,
        },
        "import/progress.html": post
        | {
            "title": say("正在保存", "Saving"),
            "go_on": say("继续保存", "Go on saving"),
            "done": 200,
            "total": 1000,
        },
        "import/review.html": post
        | {
            "map_href": "/i/1/map",
            "problems_href": "/i/1/problems.xlsx",
            "notes": [{"tone": "neutral", "text": say("合计行，没有读取。", "A row of totals; left out.")}],
            "new_classes": [say("小鹿班", "Fawns")],
            "add_classes": True,
            "reasons": 1,
            "fixes": True,
            "savable": True,
            "counts": counts,
            "filters": [],
            "rows": [row, bad, twin, row | {"key": "s1-8", "reason": "", "fix": "12.5 kg"}],
            "pages": pages,
            "ready": 38,
        },
        "import/done.html": {
            "frame": here,
            "action": "/i/1/undo",
            "command_id": "c1",
            "file": "roster.xlsx",
            "when": NOW,
            "who": say("王莉", "Wang Li"),
            "counts": counts,
            "undone": None,
            "can_undo": True,
            "rows_href": "/children",
            "problems_href": "",
            "waiting": [{"name": say("陈安然", "Chen Anran"), "href": "/children/1/vaccines", "reason": "MMR"}],
            "kept": [
                {
                    "name": say("陈安然", "Chen Anran"),
                    "href": "/children/1",
                    "reason": say("导入后新增了测量", "measured since"),
                }
            ],
        },
    }


def admin(t: Translator, say: Say) -> dict[str, dict[str, Any]]:
    here = frame(t, room="admin", rooms=("admin",), search=False)
    pages = {"previous_href": "", "next_href": "", "text": ""}
    post = {
        "frame": here,
        "action": "/a",
        "command_id": "c1",
        "errors": FormValues(),
        "values": FormValues(name=say("海棠托育园", "Begonia"), username="wangli"),
    }
    options = [{"value": "1", "text": say("小青蛙托育园", "Froglets")}]
    role = {
        "role": "nurse",
        "organization": say("小青蛙托育园", "Froglets"),
        "start": date(2026, 9, 1),
        "end": None,
        "state": "active",
        "href": "/a/role",
    }
    account = {
        "username": "nurse",
        "person": "",
        "role": "nurse",
        "place": "",
        "last_seen": NOW,
        "state": "active",
        "totp": False,
        "href": "/c/1",
    }
    slip = {"username": "wangli", "password": "maple-otter", "token": "", "sign_in": "/login", "back_href": "/c"}
    change = {
        "when": NOW,
        "who": "admin",
        "role": "admin",
        "action": "update",
        "what": say("账号", "Account"),
        "reason": say("锁定", "Locked"),
        "href": "/c/1",
    }
    rule = {
        "key": "growth-method",
        "label": say("生长评价方法", "Growth evaluation"),
        "hint": "",
        "options": [{"value": "sd", "text": "SD"}],
        "many": False,
        "value": "sd",
        "values": ["sd"],
        "inherited": "SD",
        "inherited_from": say("青溪区", "Qingxi"),
        "source": "WS/T 423-2022",
    }
    org = {
        "name": say("青溪区卫生健康局", "Qingxi District"),
        "english": "Qingxi District",
        "type": "district-office",
        "depth": 0,
        "href": "/o",
        "state": "active",
        "above": "",
    }
    event = {
        "seq": 4211,
        "when": NOW,
        "who": "doctor",
        "role": "doctor",
        "action": "read",
        "what": "Patient",
        "child": "c7f1",
        "result": say("成功", "done"),
        "tone": "done",
    }
    chain = {"whole": True, "text": "", "checked": NOW, "running": False, "anchored": (4200, NOW), "damaged": False}
    audit = {"frame": here, "filters": [], "pages": pages, "rows": [event, event | {"child": "", "action": "refused"}]}
    return {
        "audit.html": audit | {"chain": chain | {"text": t.message("cli.audit-holds", number=4211)}},
        "audit.html#broken": audit
        | {"rows": [], "chain": chain | {"text": t.message("cli.audit-changed", number=17), "whole": False}},
        "audit.html#unknown": audit
        | {"rows": [], "chain": chain | {"checked": None, "anchored": None, "damaged": True, "running": True}},
        "admin/organizations.html": {
            "frame": here,
            "place": "organizations",
            "add_href": "/o/new",
            "q": "",
            "kind": "",
            "kinds": ["nursery", "hospital"],
            "pages": pages,
            "rows": [
                org,
                org | {"depth": 1, "type": "nursery", "above": say("青溪区卫生健康局", "Qingxi District")},
                org | {"depth": 2, "type": "class", "state": "ended"},
            ],
        },
        "admin/organizations.html#none": {
            "frame": here,
            "place": "organizations",
            "add_href": "/o/new",
            "q": "x",
            "kind": "nursery",
            "kinds": ["nursery"],
            "pages": pages,
            "rows": [],
        },
        "admin/organization_form.html": post
        | {"place": "organizations", "back_href": "/o", "parents": options, "types": ["nursery", "class"]},
        "admin/organization.html": post
        | {
            "place": "organizations",
            "version": 1,
            "parents": options,
            "organization": org | {"close_href": "/o/1/close"},
            "classes": [org],
            "add_class_href": "/o/new",
            "staff": [role | {"name": say("王莉", "Wang Li"), "href": "/s/1"}],
            "staff_href": "/s",
            "rules_href": "/r",
            "instruments_href": "/i",
        },
        "admin/instruments.html": post
        | {
            "place": "organizations",
            "organization": org | {"href": "/o/1"},
            "kinds": options,
            "rows": [
                {"kind": "scale", "name": say("婴儿秤 3 号", "Scale 3"), "in_use": used, "version": 1, "action": "/i/1"}
                for used in (True, False)
            ],
        },
        "admin/instruments.html#none": post
        | {"place": "organizations", "organization": org | {"href": "/o/1"}, "kinds": options, "rows": []},
        "admin/organization_close.html": post
        | {"place": "organizations", "version": 1, "organization": org, "back_href": "/o/1"},
        "admin/staff.html": {
            "frame": here,
            "place": "staff",
            "add_href": "/s/new",
            "q": "",
            "at": {"id": "o1", "name": say("小青蛙托育园", "Froglets")},
            "pages": pages,
            "rows": [
                {"name": say("王莉", "Wang Li"), "href": "/s/1", "roles": [role], "account": "nurse", "state": "active"}
            ],
        },
        "admin/staff_form.html": post
        | {
            "place": "staff",
            "new": True,
            "back_href": "/s",
            "role_options": options,
            "organization_options": options,
        },
        "admin/staff_person.html": post
        | {
            "place": "staff",
            "name": say("王莉", "Wang Li"),
            "role_action": "/s/1/roles",
            "version": 1,
            "back_href": "/s",
            "role_options": options,
            "organization_options": options,
            "roles": [role, role | {"state": "ended", "end": date(2026, 10, 1)}, role | {"state": "coming"}],
            "accounts": [{"username": "nurse", "locked": False, "href": "/c/1"}],
            "add_account_href": "/c/new",
        },
        "admin/role.html": post
        | {
            "place": "staff",
            "person": {"name": say("王莉", "Wang Li"), "href": "/s/1"},
            "role": role,
            "version": 1,
            "reopen_href": "/a/reopen",
        },
        "admin/accounts.html": {
            "frame": here,
            "place": "accounts",
            "add_href": "/c/new",
            "q": "",
            "role": "",
            "only": "",
            "roles": ["nurse", "doctor"],
            "pages": pages,
            "rows": [
                account | {"person": say("王莉", "Wang Li"), "place": say("小青蛙托育园", "Froglets")},
                account | {"username": "old", "role": "parent", "last_seen": None, "state": "locked", "totp": True},
            ],
        },
        "admin/account_form.html": post
        | {
            "place": "accounts",
            "back_href": "/c",
            "person": {"name": say("王莉", "Wang Li"), "id": "p1", "usernames": ["nurse"]},
            "role_options": options,
            "organization_options": options,
        },
        "admin/account.html": post
        | {
            "place": "accounts",
            "back_href": "/c",
            "address": "/c/1",
            "account": {
                "username": "nurse",
                "role": "nurse",
                "family": False,
                "person": say("王莉", "Wang Li"),
                "person_href": "/s/1",
                "place": say("小青蛙托育园", "Froglets"),
                "roles": [t.term("role", "nurse")],
                "role_options": [*options, {"value": "2", "text": "2"}],
                "locked": False,
                "resting": True,
                "first": True,
                "totp": "on",
                "created": NOW,
                "seen": NOW,
                "own": False,
                "machine": False,
            },
            "tokens": [{"name": "", "created": NOW, "expires": NOW, "revoke_href": "/c/1/t"}],
            "changes": [change],
        },
        "admin/account_slip.html": slip | {"frame": here, "place": "accounts"},
        "unsent.html": {"frame": here, "fields": [("weight", "12.3")], "page_href": "/children/1/measure"},
        "guardian_slip.html": slip | {"frame": here},
        "guardians.html": {
            "frame": here,
            "child": {
                "name": say("林小满", "Lin Xiaoman"),
                "href": "/children/1",
                "badge": "",
                "sex": "female",
                "birth_date": date(2025, 3, 1),
                "place": say("小青蛙托育园", "Froglets"),
            },
            "command_id": "c1",
            "errors": FormValues(),
            "guardians": [
                {
                    "name": say("林静", "Lin Jing"),
                    "relationship": "MTH",
                    "phone": "",
                    "active": True,
                    "base": "/g",
                    "accounts": [
                        {
                            "username": "jz123456",
                            "state": "active",
                            "first": True,
                            "unlink_href": "/g/u",
                            "password_href": "/g/p",
                        }
                    ],
                }
            ],
        },
        "admin/assignments.html": {
            "frame": here,
            "place": "assignments",
            "q": "",
            "unguided": False,
            "without": 2,
            "without_href": "/a?only=without",
            "all_href": "/a",
            "pages": pages,
            "rows": [
                {
                    "nursery": say("小青蛙托育园", "Froglets"),
                    "href": "/o/1",
                    "add_href": "/a/new",
                    "covered": True,
                    "guides": [role | {"name": say("林静", "Lin Jing"), "overlaps": True, "href": "/x"}],
                }
            ],
        },
        "admin/assignment_form.html": post
        | {"place": "assignments", "back_href": "/a", "guides": options, "nurseries": options},
        "admin/rules.html": post
        | {
            "place": "rules",
            "organization": {"name": say("小青蛙托育园", "Froglets"), "href": "/o/1"},
            "organizations": [{"text": say("小青蛙托育园", "Froglets"), "href": "/r", "on": True, "count": None}],
            "rules": [rule, rule | {"key": "second-factor-roles", "many": True}],
        },
        "admin/changes.html": {"frame": here, "place": "changes", "pages": pages, "rows": [change]},
    }
