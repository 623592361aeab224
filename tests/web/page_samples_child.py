"""Values for the pages about one child."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from tests.web.page_frame import NOW, TODAY, Say, frame

from healthrec.web.rendering import Flash, FormValues
from healthrec.wording import Translator

CHART = (
    '<svg viewBox="0 0 720 260" role="img" aria-label="chart"><rect width="720" height="260" fill="#fbfaf7"/>'
    + "".join(
        f'<path d="M40 {200 - 20 * i} C 240 {150 - 24 * i}, 460 {120 - 25 * i}, 680 {100 - 26 * i}" fill="none" stroke="#0f6b62" stroke-opacity=".5" stroke-dasharray="{6 if i != 1 else 0}"/>'
        for i in range(3)
    )
    + '<circle cx="300" cy="130" r="5" fill="#1d2b2a"/><circle cx="470" cy="106" r="5" fill="#1d2b2a"/></svg>'
)


def child(t: Translator, say: Say) -> dict[str, dict[str, Any]]:
    head = {
        "name": say("陈安然", "Chen Anran"),
        "href": "/children/1",
        "badge": say("双胞胎·老大", "twin · first"),
        "sex": "male",
        "birth_date": date(2025, 3, 8),
        "place": say("小青蛙托育园 · 小鹿班", "Froglets · Fawns"),
    }
    full = head | {
        "former_names": [say("林小宝之子", "son of Lin Xiaobao")],
        "centre": say("青溪社区卫生服务中心", "Qingxi Health Centre"),
        "guide": say("林静", "Lin Jing"),
        "identifier": "899999********123X",
        "identifier_kind": "cn-resident-id",
        "identifier_absent": "",
        "guardians": [{"name": say("林小宝", "Lin Xiaobao"), "relationship": "MTH", "phone": "138****0001"}],
        "notices": [
            {
                "tone": "attention",
                "text": say("鸡蛋过敏：立即联系家长", "egg allergy: call the family at once"),
                "href": "",
            },
            {"tone": "note", "text": say("已转诊", "referred"), "href": "/referrals/1"},
        ],
    }
    why = {
        "title": say("年龄别体重 9.10 kg 的评价", "Weight for age: 9.10 kg"),
        "conclusion": say("低于 −2 SD 且不低于 −3 SD：低体重", "Below −2 SD, not below −3 SD: underweight"),
        "rule": "WS/T 423-2022",
        "parts": [
            {
                "heading": say("谁，什么时候", "Who and when"),
                "steps": [{"label": say("实际年龄", "Age"), "value": say("20个月", "20 months")}],
            },
            {"heading": say("结果", "Result"), "steps": [{"label": "Z", "value": "−2.31"}]},
        ],
        "read": {"caption": say("查到的行", "Rows read"), "headings": ["", "0 SD"], "rows": [["20", "11.2"]]},
        "source": say("表3 营养状况评价", "table 3"),
    }
    plain = {"title": why["title"], "conclusion": say("在正常范围。", "In the normal range.")}
    plain |= {"rule": "WS/T 423-2022", "parts": [], "read": None, "source": ""}
    asked = {
        "nursery": say("小青蛙托育园", "Froglets"),
        "class_name": say("小鹿班", "Fawns"),
        "day": TODAY,
        "state": "asked",
        "tone": "waiting",
        "reason": "",
    }
    return {
        "child.html": {
            "frame": frame(t, room="children", flash=Flash("done", say("测量已保存。", "The measurement is saved."))),
            "child": full,
            "actions": {
                "measure": "/m",
                "warning_signs": "/w",
                "dose": "/v",
                "give": "/children/1/vaccinate",
                "summary": "/s",
                "audit": "/a",
                "guardians": "/g",
                "delegations": "/d",
            },
            "command_id": "c1",
            "family": False,
            **_sections(say),
        },
        "child.html#bare": {
            "frame": frame(t, room="children"),
            "child": full
            | {
                "former_names": [],
                "identifier": "",
                "identifier_absent": "not-yet-registered",
                "guardians": [],
                "notices": [],
                "badge": "",
                "centre": "",
                "place": "",
            },
            "actions": FormValues(),
            "command_id": "c1",
            "family": False,
            "growth": {"rows": [], "box": {"standard": ""}},
            "change": {"now": [], "earlier": [], "steps": [], "plain": ""},
            "warnings": {"rows": [], "due": ""},
            "doses": {"rows": [], "note": ""},
            "visits": {"rows": []},
            "documents": {"rows": [], "make_language": ""},
        },
        "child.html#family": {
            "frame": frame(t, room="children"),
            "child": full,
            "actions": FormValues(audit="/a"),
            "command_id": "c1",
            "family": True,
            **_sections(say),
        },
        "delegations.html": {
            "frame": frame(t, room="home"),
            "child": head,
            "command_id": "c1",
            "errors": FormValues(),
            "new_href": "/d/new",
            "rows": [
                {
                    "name": say("何婆婆", "Grandma He"),
                    "relationship": "GRPRN",
                    "classes": [t.term("delegation-class", one) for one in ("care", "clinical")],
                    "start": TODAY,
                    "last": date(2027, 6, 30),
                    "state": state,
                    "given_by": say("林小宝", "Lin Xiaobao"),
                    "usernames": ["jz123456"],
                    "end_href": f"/d/{state}" if state != "ended" else "",
                    "version": 1,
                }
                for state in ("active", "coming", "ended")
            ],
        },
        "link_request.html": {
            "frame": frame(t, room="children"),
            "child": head,
            "action": "/l/1",
            "command_id": "c1",
            "values": FormValues(),
            "errors": FormValues(agreed=t.message("link.guardian-needed")),
            "request": asked,
        },
        "link_request.html#answered": {
            "frame": frame(t, room="children"),
            "child": head,
            "action": "/l/1",
            "command_id": "c1",
            "values": FormValues(),
            "errors": FormValues(),
            "request": asked | {"state": "declined", "reason": say("已转走", "moved away")},
        },
        "link_requests.html": {
            "frame": frame(t, room="children"),
            "command_id": "c1",
            "values": FormValues(organization="n1"),
            "errors": FormValues(),
            "kinds": [{"value": "passport", "text": t.term("identifier", "passport")}],
            "organizations": [{"value": "n1", "text": say("小青蛙托育园", "Froglets")}],
            "rows": [
                asked | {"name": say("陈安然", "Chen Anran"), "href": ""},
                asked | {"name": say("陈安然", "Chen Anran"), "href": "/children/1", "state": "accepted"},
            ],
        },
        "delegations.html#nobody": {
            "frame": frame(t, room="home"),
            "child": head,
            "command_id": "c1",
            "errors": FormValues({"": say("已被他人修改", "changed meanwhile")}),
            "new_href": "/d/new",
            "rows": [],
        },
        "delegation_form.html": _delegating(t, head, guardians=[]),
        "delegation_form.html#doctor": _delegating(
            t, head, guardians=[{"value": "g1", "text": say("林小宝", "Lin Xiaobao")}]
        ),
        "dose.html": {
            "frame": frame(t, room="children"),
            "child": head,
            "action": "/children/1/doses",
            "command_id": "c1",
            "values": FormValues(),
            "errors": FormValues(),
            "vaccines": [{"value": code, "text": t.term("vaccine", code)} for code in ("HepB", "MMR")],
            "sources": ("given-here", "certificate"),
            "photos_href": "/children/1/certificate",
        },
        "why_number.html": {"frame": frame(t), "child": head, "why": why},
        "why_number.html#family": {"frame": frame(t), "child": head, "why": plain},
        "growth.html": {
            "frame": frame(t),
            "child": head,
            "family": False,
            "box": _chart_box(say),
            "change": {"now": [], "earlier": [], "steps": [], "plain": ""},
        },
        "growth.html#family": {
            "frame": frame(t),
            "child": head,
            "family": True,
            "box": _chart_box(say),
            "change": {"now": [], "earlier": [], "steps": [], "plain": ""},
        },
        "growth.html#nothing": {
            "frame": frame(t),
            "child": head,
            "family": False,
            "box": {"rows": [], "standard": ""},
            "change": {"now": [], "earlier": [], "steps": [], "plain": ""},
        },
        "audit_child.html": {
            "frame": frame(t),
            "child": head,
            "filters": [],
            "pages": {"previous_href": "", "next_href": "", "text": ""},
            "rows": [
                {
                    "when": NOW,
                    "who": say("周晓梅", "Zhou Xiaomei"),
                    "role": "doctor",
                    "organization": say("青溪中心", "Qingxi"),
                    "action": "read",
                    "what": say("档案首页", "record"),
                    "basis": "panel",
                    "reason": "",
                    "marked": False,
                },
                {
                    "when": NOW,
                    "who": say("吴越", "Wu Yue"),
                    "role": "doctor",
                    "organization": say("南山中心", "Nanshan"),
                    "action": "break-glass",
                    "what": say("档案首页", "record"),
                    "basis": "break-glass",
                    "reason": say("高热惊厥", "febrile seizure"),
                    "marked": True,
                },
            ],
        },
        "summary.html": {
            "frame": frame(t, room="children"),
            "child": head,
            "page": _summary(say),
            "chosen": t.language,
            "choices": [{"text": t.term("language", "zh"), "href": "?language=zh", "on": True, "count": None}],
            "action": "/children/1/summary",
            "command_id": "c1",
        },
        "measuring.html": {
            "frame": frame(t),
            "person": say("王莉", "Wang Li"),
            "own": False,
            "basis": say("通行说法", "as cited"),
            "told": True,
            "since": date(2025, 11, 22),
            "digits": [
                {
                    "measure": say("体重", "weight"),
                    "total": 60,
                    "sentence": say("末位常是 5。", "The last digit is often 5."),
                    "grade": say("偏好明显", "marked preference"),
                    "tone": "attention",
                    "digits": [{"digit": digit, "count": 6, "most": 12} for digit in range(10)],
                }
            ],
            "repeated": [{"measure": say("体重", "weight"), "sentence": say("2 次。", "2 of them.")}],
            "staff": [{"href": "/measuring/1", "text": say("李红", "Li Hong")}],
        },
        "measure.html": _measure(t, say, head),
        "measure.html#errors": _measure(t, say, head)
        | {
            "errors": FormValues(
                weight=say("体重 91 kg 不可能，是否漏了小数点？", "91 kg is not possible; is a decimal point missing?")
            ),
            "values": FormValues(weight="91", date="2026-11-21", weight_2="9.2"),
            "repairs": [{"value": "weight:9.1", "text": say("改为 9.1 kg 并保存", "Change to 9.1 kg and save")}],
            "instruments": {"weight": [{"value": "Device/1", "text": "A"}]},
            "replaced": [{"label": say("体重", "Weight"), "value": "9.0 kg", "who": ""}],
        },
        "measure.html#confirm": _measure(t, say, head)
        | {
            "values": FormValues(weight="7.1", date="2026-11-21"),
            "implausible": [
                {
                    "field": "weight",
                    "label": say("体重", "Weight"),
                    "entered": "7.10 kg",
                    "why": say("比上次轻 2.0 kg，约 −4.6 SD", "2.0 kg less than last time, about −4.6 SD"),
                    "box": "weight_2",
                    "repairs": [
                        {"value": "weight:9.1", "text": say("改为 9.1 kg 并保存", "Change to 9.1 kg and save")}
                    ],
                }
            ],
            "reasons": [
                {"value": "remeasured", "text": say("已重新测量，数值相同", "measured again, same value"), "hint": ""},
                {"value": "ill", "text": say("近期患病", "recent illness"), "hint": ""},
                {"value": "other", "text": say("其他", "other"), "hint": say("请在下面说明", "please say below")},
            ],
        },
    }


def _measure(t: Translator, say: Say, head: dict[str, Any]) -> dict[str, Any]:
    return {
        "frame": frame(t, room="children"),
        "child": head,
        "action": "/children/1/measure",
        "command_id": "c1",
        "values": FormValues(date="2026-11-21"),
        "errors": FormValues(),
        "previous": FormValues(weight=say("上次 9.10 kg，2026年8月20日", "last time 9.10 kg, 20 Aug 2026")),
        "suggested_posture": "lying",
        "names": ("date", "weight"),
        "implausible": [],
        "basis": {"limits": say("本系统规则", "own rule"), "readings": say("通行说法", "as cited")},
        "repairs": [],
        "reasons": [],
        "clothing": [{"value": "bare", "text": say("裸重", "None"), "hint": ""}],
        "states": [{"value": "calm", "text": say("安静", "Calm"), "hint": ""}],
        "instruments": {},
        "replaced": [],
    }


def _chart_box(say: Say) -> dict[str, Any]:
    def option(zh: str, en: str, on: bool) -> dict[str, Any]:
        return {"text": say(zh, en), "href": "?chart=w", "on": on, "count": None}

    charts = (option("年龄别体重", "Weight for age", True), option("年龄别身长", "Length for age", False))
    layers = (option("标准曲线", "Curves", True), option("矫正月龄", "Corrected age", False))
    return {
        "controls": [
            {"key": "chart", "label": say("看什么", "Show"), "options": charts, "many": False},
            {"key": "layers", "label": say("图层", "Layers"), "options": layers, "many": True},
        ],
        "wide": CHART,
        "narrow": CHART,
        "clinician": say("体重在 −1 SD 附近。", "Weight runs near −1 SD."),
        "plain": say("一共量过2次。", "Measured twice."),
        "headings": [say("日期", "Date"), say("年龄", "Age"), say("测量值", "Value")],
        "rows": [{"cells": ["2026", "20", ""], "why_href": "/why"}, {"cells": ["2025", "8", "7.2"], "why_href": ""}],
        "standard": "WS/T 423-2022",
        "more_href": "/children/1/growth",
    }


def _sections(say: Say) -> dict[str, Any]:
    latest = [
        {
            "measure": m,
            "value": Decimal(v),
            "unit": u,
            "date": TODAY,
            "level": level,
            "nutrition": n,
            "tone": tone,
            "z": "−2.31",
            "why_href": "/why",
        }
        for m, v, u, level, n, tone in (
            ("weight", "9.10", "kg", "lower", "underweight", "attention"),
            ("length", "80.2", "cm", "lower-middle", "normal", "done"),
            ("head", "46.5", "cm", "middle", "", "neutral"),
        )
    ]
    growth_row = {
        "date": TODAY,
        "age": say("1岁8个月", "1 year 8 months"),
        "cells": ["9.10", "80.2", ""],
        "tags": [{"text": say("需复测", "measure again"), "tone": "attention"}],
        "why_href": "",
        "edit_href": "/measure?day=2026-11-21",
        "note": say("哭闹", "crying"),
    }
    fell = {
        "title": say("跨过主百分位线", "Main percentile lines crossed"),
        "grade": say("请医生看", "for a doctor to see"),
        "tone": "attention",
        "sentence": say("向下跨过 2 条主百分位线。", "Fell across 2 main percentile lines."),
        "day": TODAY,
        "rule": "growth-change|2026.1",
        "source": "NG75",
        "basis": say("原文已核对", "text seen"),
    }
    step = {
        "measure": say("体重", "Weight"),
        "period": say("2026年8月20日至2026年11月21日", "20 Aug 2026 to 21 Nov 2026"),
        "gain": "+0.2 kg",
        "z_change": "−0.81",
    }
    plain = say("请按约好的日子再量一次。", "Please come to be measured again as agreed.")
    return {
        "change": {"now": [fell], "earlier": [fell], "steps": [step], "plain": plain},
        "growth": {
            "latest": latest,
            "box": _chart_box(say),
            "columns": [say("体重 kg", "Weight kg"), say("身长 cm", "Length cm"), say("头围 cm", "Head cm")],
            "rows": [growth_row, growth_row | {"date": date(2026, 8, 20), "tags": [], "note": ""}],
        },
        "warnings": {
            "rows": [
                {
                    "date": TODAY,
                    "age_code": "M18",
                    "found": 1,
                    "unanswered": 1,
                    "signs": [say("不会独走", "does not walk alone")],
                    "referral": "draft",
                    "href": "/q/1",
                },
                {
                    "date": date(2026, 3, 1),
                    "age_code": "M12",
                    "found": 0,
                    "unanswered": 0,
                    "signs": [],
                    "referral": "",
                    "href": "/q/2",
                },
            ],
            "due": say("现在可做 18 月龄筛查", "the screening at 18 months can be done now"),
        },
        "doses": {
            "rows": [
                {"date": date(2025, 3, 8), "vaccine": "HepB", "dose": 1, "product": "", "place": "", "state": "done"},
                {
                    "date": date(2025, 11, 20),
                    "vaccine": "MMR",
                    "dose": 1,
                    "product": "",
                    "place": "",
                    "state": "to-verify",
                },
            ],
            "note": "",
        },
        "visits": {
            "rows": [
                {"date": TODAY, "kind": "check-up", "place": say("青溪中心", "Qingxi"), "text": "", "href": "/e/1"}
            ]
        },
        "documents": {
            "rows": [
                {
                    "date": NOW,
                    "kind": "family-summary",
                    "number": "2026-0042",
                    "language": "zh",
                    "href": "/d/1",
                    "handover": "handed-over",
                    "replaced": False,
                }
            ],
            "make_language": "en",
        },
    }


def _summary(say: Say) -> dict[str, Any]:
    sentence = say("在正常范围。", "In the normal range.")
    row = {"topic": say("体重", "weight"), "value": "8.35 kg", "action": "keep", "sentence": sentence}
    return {
        "replaces": say("2026年11月20日", "20 Nov 2026"),
        "first_thing": {"what": say("带孩子来复测体重", "Please come again"), "until": "", "where": "", "bring": ""},
        "looked_at": [say("量了体重。", "Weight was measured.")],
        "measurements": [row, row | {"action": "none", "value": ""}],
        "warning_signs": row | {"action": "see"},
        "steps": [{"when": say("12月20日", "20 Dec"), "what": say("来复测。", "Come again.")}],
    }


def _delegating(t: Translator, head: dict[str, Any], guardians: list[dict[str, str]]) -> dict[str, Any]:
    term = t.term
    return {
        "frame": frame(t, room="children"),
        "child": head,
        "action": "/d/new",
        "back_href": "/d",
        "command_id": "c1",
        "values": FormValues(classes=("clinical",)),
        "errors": FormValues(name=t.message("delegation.name-needed")),
        "relationships": [{"value": "GRPRN", "text": term("delegate-relationship", "GRPRN")}],
        "classes": [
            {"value": one, "text": term("delegation-class", one), "hint": ""} for one in ("immunization", "clinical")
        ],
        "guardians": guardians,
        "latest": date(2027, 11, 21),
    }
