"""Values for the pages about vaccines."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.pages.vaccinated import AT_BIRTH, card
from tests.web.page_frame import NOW, Say, frame

from healthrec.pages.dose_disputes import DisputeShown, Line, Outcome
from healthrec.web.rendering import FormValues
from healthrec.wording import Translator


def disputes(t: Translator) -> tuple[DisputeShown, ...]:
    """Two doses to be decided about; the second could be two doses."""
    lines = (Line(t.gettext("批号"), "A1", "A2", True), Line(t.gettext("剂次"), t.gettext("不详"), "1", False))
    outcome = Outcome(t.term("antigen", "mmr"), t.term("card-state", "due"), t.term("card-state", "complete"))
    sources = t.term("dose-source", "other-system"), t.term("dose-source", "certificate")
    return (
        DisputeShown("d1", sources, lines, (), may_be_two=False),
        DisputeShown("d2", sources, lines, (outcome,), may_be_two=True),
    )


def vaccines(t: Translator, say: Say) -> dict[str, dict[str, Any]]:
    head = {
        "name": say("陈安然", "Chen Anran"),
        "href": "/children/1",
        "badge": "",
        "sex": "male",
        "birth_date": date(2025, 3, 8),
        "place": say("小青蛙托育园 · 小鹿班", "Froglets · Fawns"),
    }
    given = [*AT_BIRTH, ("BCG", date(2025, 9, 1)), ("MMR", date(2025, 11, 1)), ("Var", date(2026, 4, 1))]
    refused = [("IPV", date(2025, 6, 1), "ill")]
    shown = {
        "frame": frame(t, room="children"),
        "child": head,
        "doses_href": "/children/1/doses",
        "give_href": "",
        "ask_doctor": True,
        "aefi_href": "",
        "origin": t.message("dose-origin.province", day=date(2026, 11, 20)),
        "disputes": (),
        "photos": [],
        "photos_href": "",
        "may_decide": False,
        "base": "/children/1/vaccines",
        "values": FormValues(),
        "errors": FormValues(),
        "command_id": "c1",
    }
    due = [{"value": "MMR", "text": say("麻腮风疫苗 第1剂", "MMR dose 1"), "state": "overdue"}]
    photo = {"href": "/documents/1", "day": date(2026, 11, 20), "doses": 2, "mistake_action": "/wrong"}
    photographed = {"photos": [photo], "photos_href": "/children/1/certificate"}
    keeping: dict[str, Any] = {
        "frame": frame(t, room="children"),
        "child": head,
        "action": "/children/1/certificate",
        "sees": True,
        "photos": [photo, photo | {"doses": 0}],
        "next_href": "/children/1/vaccines",
        "errors": FormValues(photo=t.message("photo.needed"), why=t.message("photo.reason-needed")),
        "command_id": "c1",
    }
    lot = {"value": "MMR|A1||", "text": say("麻腮风疫苗", "MMR"), "hint": "A1"}
    giving: dict[str, Any] = {
        "frame": frame(t, room="children"),
        "child": head,
        "base": "/children/1",
        "screened": "s1",
        "ask_doctor": True,
        "due": due,
        "lots": [lot],
        "vaccines": [{"value": "MMR", "text": say("麻腮风疫苗", "MMR")}],
        "sites": ("left-arm",),
        "reasons": ("ill",),
        "values": FormValues(),
        "errors": FormValues(),
        "doubts": [],
        "filled": False,
        "oral": False,
        "command_id": "c1",
    }
    doubtful = {
        "doubts": [t.message("dose-fault.too-young", day=date(2026, 12, 1))],
        "errors": FormValues(lot=t.message("vaccinate.lot-needed")),
    }
    watched = {
        "name": say("陈安然", "Chen Anran"),
        "href": "/children/1/vaccines",
        "action": "/vaccinations/1",
        "badge": "",
        "birth_date": date(2025, 3, 8),
        "vaccines": [say("麻腮风疫苗", "MMR")],
        "until": NOW,
        "left": 12,
        "left_seconds": 720,
        "ending": "",
    }
    watching: dict[str, Any] = {
        "frame": frame(t, room="vaccinations"),
        "rows": [
            watched,
            watched | {"left": 0, "left_seconds": -5, "action": "/vaccinations/2"},
            watched | {"ending": "left"},
        ],
        "endings": ("left", "not-observed", "reaction"),
        "here": True,
        "origin": t.message("dose-origin.here"),
        "errors": FormValues(),
        "command_id": "c1",
    }
    called = {
        "call": say("2026年11月1日联系：没有联系上", "called on 1 Nov 2026: not reached"),
        "contact_href": "/children/1/contacts/entrance?back=/",
    }
    entered = {
        "name": say("陈安然", "Chen Anran"),
        "href": "/children/1",
        "badge": "",
        "birth_date": date(2025, 3, 8),
        "place": say("小青蛙托育园 · 小鹿班", "Froglets · Fawns"),
        "since": date(2026, 10, 1),
        "standing": "not-checked",
        "checked": None,
        "due": date(2026, 10, 31),
        "late": True,
        "verb": say("查验", "Check"),
        "verb_href": "/children/1/entrance",
        "notice_href": "",
    } | called
    done = entered | {
        "standing": "complete",
        "checked": date(2026, 10, 9),
        "due": None,
        "late": False,
        "verb": "",
        "notice_href": "/n",
    }
    entering: dict[str, Any] = {
        "frame": frame(t, room="entrance"),
        "since": date(2026, 9, 1),
        "standing": "",
        "everybody": 2,
        "late": 1,
        "rate": t.message("came-back.entrance", called=4, came=3, rate=75),
        "counts": [{"code": "not-checked", "count": 1, "href": "/entrance?standing=not-checked"}],
        "rows": [entered, done],
    }
    cells = [{"count": 3, "href": "/entrance/statistics/children?figure=entered&place=n1"}, {"count": 2, "href": ""}]
    nursery = {"name": say("小青蛙托育园", "Froglets"), "id": "n1"}
    counted = {"text": "2026", "since": date(2026, 9, 1), "until": date(2026, 11, 22), "nursery": None, "whole": True}
    counting: dict[str, Any] = {
        "frame": frame(t, room="entrance"),
        "found": counted,
        "asked": {"period": "", "nursery": ""},
        "title": say("2026–2027托育年度", "Nursery year 2026–2027"),
        "periods": [{"value": "2026-4", "text": t.quarter(2026, 4), "on": True}],
        "groups": [(t.term("entrance-figures", "entering"), 2)],
        "columns": [t.term("entrance-count", "entered"), t.term("entrance-count", "checked")],
        "lines": [{"place": nursery["name"], "href": "/entrance/statistics?nursery=n1", "cells": cells}],
        "total": cells,
        "left_out": [(t.term("entrance-left-out", "class-changed"), 1)],
        "file_href": "/entrance/statistics.xlsx",
    }
    of_one = {"found": counted | {"nursery": nursery, "whole": False}, "asked": {"period": "", "nursery": "n1"}}
    behind: dict[str, Any] = {
        "frame": frame(t, room="entrance"),
        "title": t.term("entrance-count", "entered"),
        "period": say("2026–2027托育年度", "Nursery year 2026–2027"),
        "back_href": "/entrance/statistics",
        "withheld": 1,
        "rows": [
            entered | {"entered": date(2026, 10, 1)},
            done | {"entered": date(2026, 9, 1), "birth_date": None},
        ],
    }
    missing = {"text": say("麻腮风疫苗 第1剂", "MMR dose 1"), "by": date(2026, 3, 8)}
    unsure = {"id": "d1", "version": 1, "vaccine": say("卡介苗", "BCG"), "date": date(2025, 3, 8), "source": "told"}
    result = {"value": "complete", "text": say("已完成", "complete"), "hint": ""}
    assessing: dict[str, Any] = {
        "frame": frame(t, room="children"),
        "child": head,
        "base": "/children/1",
        "result": "complete",
        "without": "catch-up",
        "open": True,
        "disputed": ["catch-up"],
        "missing": [missing],
        "unsure": [unsure],
        "items": [
            {"name": "check.certificate", "text": say("编号", "Number"), "options": [], "required": False},
            {"name": "check.result", "text": say("结果", "Result"), "options": [result], "required": True},
        ],
        "values": FormValues(),
        "errors": FormValues({"check.result": t.message("entrance.verify-first")}),
        "command_id": "c1",
    }
    told_family = {
        "frame": frame(t, room="children"),
        "child": head,
        "plain": False,
        "missing": [missing],
        "until": date(2026, 12, 31),
        "given": date(2026, 11, 20),
        "base": "/children/1",
        "command_id": "c1",
    }
    report = {
        "name": say("陈安然", "Chen Anran"),
        "href": "/children/1/vaccines",
        "form_href": "/children/1/vaccination-forms/r1",
        "badge": "",
        "day": date(2026, 11, 20),
        "grave": True,
        "due": NOW,
        "reported": None,
        "late": True,
        "action": "/aefi/a1/reported",
        "version": 1,
    } | called
    told = report | {"reported": NOW, "late": False, "grave": False, "day": None, "form_href": ""}
    reporting: dict[str, Any] = {"frame": frame(t, room="vaccinations"), "rows": [report, told], "command_id": "c1"}
    from_lot = {
        "name": say("陈安然", "Chen Anran"),
        "href": "/children/1/vaccines",
        "badge": "",
        "vaccine": say("麻腮风疫苗", "MMR"),
        "lot": "A2026",
        "day": date(2026, 11, 20),
        "place": "",
    } | called
    lots: dict[str, Any] = {"frame": frame(t, room="vaccinations"), "lot": "A20", "rows": [from_lot], "shortest": 3}
    return {
        "aefi.html": reporting,
        "aefi.html#none": reporting | {"rows": []},
        "lots.html": lots,
        "lots.html#none": lots | {"rows": []},
        "lots.html#asking": lots | {"rows": [], "lot": ""},
        "entrance.html": entering,
        "entrance.html#nobody": entering | {"rows": [], "late": 0, "rate": ""},
        "entrance_statistics.html": counting,
        "entrance_statistics.html#nobody": counting | {"lines": [], "left_out": []},
        "entrance_statistics.html#one": counting | of_one,
        "entrance_behind.html": behind,
        "entrance_behind.html#nobody": behind | {"rows": [], "withheld": 0},
        "entrance_child.html": assessing,
        "entrance_child.html#clear": assessing
        | {"open": False, "disputed": [], "missing": [], "unsure": [], "errors": FormValues()},
        "entrance_notice.html": told_family,
        "entrance_notice.html#nothing": told_family | {"missing": [], "given": None},
        "entrance_notice.html#nursery": told_family | {"missing": [], "plain": True},
        "vaccinate.html": giving,
        "vaccinate.html#doubtful": giving | doubtful,
        "vaccinate.html#scanned": giving | {"filled": True},
        "vaccinate.html#swallowed": giving | {"filled": True, "oral": True},
        "vaccinate.html#first": giving | {"screened": "", "due": [], "lots": []},
        "vaccinations.html": watching,
        "vaccinations.html#nobody": watching | {"rows": []},
        "vaccinations.html#province": watching | {"rows": [], "here": False, "origin": shown["origin"]},
        "certificate.html": keeping,
        "certificate.html#none": keeping | {"photos": []},
        "certificate.html#nursery": keeping | {"photos": [], "sees": False},
        "vaccine_card.html#photos": shown
        | photographed
        | {"card": card(given, words=t), "family": False, "may_decide": True, "disputes": disputes(t)},
        "vaccine_card.html#no-photo": shown
        | photographed
        | {"photos": [], "card": card(given, words=t), "family": False, "disputes": disputes(t)},
        "vaccine_card.html": shown | {"card": card(given, refused=refused, words=t), "family": False},
        "vaccine_card.html#disputed": shown
        | {"card": card(given, words=t), "family": False, "may_decide": True, "disputes": disputes(t)}
        | {"values": FormValues(dispute="d2"), "errors": FormValues(reason=t.message("dose.why-needed"))},
        "vaccine_card.html#family": shown | {"card": card(given, words=t, family=True), "family": True},
    }
