"""Values for the pages about who is due, who was called, and the clinic's day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from tests.web.page_frame import TODAY, Say, frame

from healthrec.domain.vials import PerVial
from healthrec.pages.contact_words import Call, call_shown, rate_shown
from healthrec.pages.dose_disputes import SideFact, side_words
from healthrec.pages.due_list import Need, need_shown, vial_rows
from healthrec.services.contacts.record_contact import Guardian
from healthrec.services.immunization.differences import BUCKETS
from healthrec.services.immunization.due_list import Filters
from healthrec.web.rendering import FormValues
from healthrec.wording import Translator

MMR = Need("MMR", 1, "due", date(2026, 9, 1))
VIALS = {
    "MMR": PerVial(1, chosen=False, sure=True),
    "BCG": PerVial(5, chosen=False, sure=False),
    "JE-L": PerVial(5, chosen=True, sure=True),
}


def due(t: Translator, say: Say) -> dict[str, dict[str, Any]]:
    needs = [
        Need("HepB", 3, "overdue", date(2026, 11, 1)),
        Need("JE-L", 1, "overdue", date(2024, 11, 1)),
        Need("MMR", 1, "due", date(2026, 9, 1)),
        Need("DTaP", 2, "due", TODAY),
        Need("BCG", 1, "conditional", date(2026, 9, 1), None, "ppd-negative"),
        Need("MMR", 2, "deferred", date(2026, 9, 1), date(2026, 12, 1), "immunoglobulin-given"),
        Need("JE-L", 1, "doctor", date(2026, 9, 1)),
    ]
    calls = (
        Call("agreed", date(2026, 11, 1), date(2026, 11, 20), 0),
        Call("later", date(2026, 11, 1), date(2026, 12, 20), 0),
        Call("no-answer", date(2026, 11, 1), None, 2),
        Call("refused", date(2026, 11, 1), None, 0),
    )
    who = {
        "name": say("陈安然", "Chen Anran"),
        "href": "/children/1/vaccines",
        "badge": "",
        "birth_date": date(2025, 3, 8),
        "place": say("小青蛙托育园 · 小鹿班", "Froglets · Fawns"),
        "needs": [need_shown(one, TODAY, t) for one in needs],
        "call": "",
        "contact_href": "/c",
    }
    rows = [
        who
        | {
            "tag": t.term("due-bucket", "late"),
            "tone": "attention",
            "call": call_shown(one, TODAY, t),
            "contact_href": "/c",
        }
        for one in calls
    ]
    late = {
        "text": t.term("due-bucket", "late"),
        "count": "4",
        "tone": "attention",
        "href": "/due",
        "on": False,
        "open": True,
    }
    moved = late | {"text": t.term("due-bucket", "moved"), "count": "99+", "on": True, "open": False}
    listed: dict[str, Any] = {
        "frame": frame(t, room="due"),
        "plain": False,
        "asked": Filters(vaccine="mmr", at="1"),
        "buckets": [late, moved],
        "todo": "4",
        "vaccines": [{"value": "mmr", "text": t.term("antigen", "mmr")}],
        "places": [{"value": "1", "text": say("小青蛙托育园", "Froglets")}],
        "nowhere": {"count": 3, "href": "/due?at=none"},
        "rate": rate_shown("vaccination", 40, 31, t),
        "rows": rows,
        "pages": {"previous_href": "", "next_href": "/due?after=1", "text": ""},
    }
    nursery = {"plain": True, "vaccines": [], "nowhere": None, "rate": "", "asked": Filters(show="late"), "rows": []}
    return {
        "due.html": listed,
        "due.html#nursery": listed | nursery,
        **_differences(t, who),
        **_contact(t, say),
        **_sessions(t, who),
    }


def _differences(t: Translator, who: dict[str, Any]) -> dict[str, dict[str, Any]]:
    recorded = SideFact("certificate", "Var", "", date(2026, 10, 12), 1, "A1", "", "")
    sides = (
        replace(recorded, source="other-system", day=TODAY, lot="B9"),
        replace(recorded, source="told", given=False),
    )
    rows = [
        {name: who[name] for name in ("name", "badge", "href")}
        | {"decide_href": href, "sides": side_words(recorded, side, t), "since": day, "days": (TODAY - day).days}
        for side, href, day in zip(sides, ("/c#d", ""), (date(2026, 11, 1), TODAY), strict=True)
    ]
    group = {"href": "/differences", "on": False}
    listed: dict[str, Any] = {
        "frame": frame(t, room="due"),
        "asked": "open",
        "buckets": [group | {"text": t.term("difference-bucket", one), "count": "2"} for one in BUCKETS],
        "rows": rows,
        "pages": {"previous_href": "", "next_href": "/differences?after=1", "text": ""},
    }
    nothing = {"rows": [], "pages": {"previous_href": "", "next_href": ""}}
    return {
        "differences.html": listed,
        "differences.html#none": listed | nothing,
        "differences.html#settled": listed | nothing | {"asked": "settled"},
    }


def _contact(t: Translator, say: Say) -> dict[str, dict[str, Any]]:
    head = {
        "name": say("陈安然", "Chen Anran"),
        "href": "/children/1",
        "badge": "",
        "sex": "male",
        "birth_date": date(2025, 3, 8),
        "place": "",
    }
    option = {"value": "agreed", "text": t.term("contact-outcome", "agreed"), "hint": ""}
    calling: dict[str, Any] = {
        "frame": frame(t, room="children"),
        "child": head,
        "list": "vaccination",
        "guardians": [
            Guardian(say("陈安", "Chen An"), "MTH", ("13900000000",)),
            Guardian(say("王一", "Wang Yi"), "", ()),
        ],
        "earlier": [{"day": date(2026, 11, 1), "outcome": "later", "again_on": date(2026, 11, 20), "note": ""}],
        "outcomes": [option],
        "decisions": [option | {"value": "lost", "text": t.term("contact-decision", "lost")}],
        "values": FormValues(),
        "errors": FormValues(decided=t.message("contact.decide", times=3)),
        "command_id": "c1",
    }
    return {"contact.html": calling, "contact.html#first": calling | {"guardians": [], "earlier": [], "decisions": []}}


def _sessions(t: Translator, who: dict[str, Any]) -> dict[str, dict[str, Any]]:
    day: dict[str, Any] = {
        "frame": frame(t, room="due"),
        "on": "2026-11-21",
        "day": TODAY,
        "errors": FormValues(),
        "days": [{"text": t.date(TODAY), "href": "/sessions", "on": True, "count": None}],
        "coming": [who],
        "others": [who | {"needs": []}],
        "more": True,
        "most": 150,
        "vials": vial_rows([[MMR] * 3], [[replace(MMR, vaccine=one)] for one in ("BCG", "JE-L", "Var")], VIALS, t),
    }
    nobody = {
        "coming": [],
        "others": [],
        "vials": [],
        "more": False,
        "errors": FormValues(on=t.message("session.day", days=90)),
    }
    return {"sessions.html": day, "sessions.html#nobody": day | nobody}
