"""Values for the pages about vaccines."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.pages.vaccinated import AT_BIRTH, card
from tests.web.page_frame import NOW, Say, frame

from healthrec.web.rendering import FormValues
from healthrec.wording import Translator


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
    shown = {"frame": frame(t, room="children"), "child": head, "doses_href": "/children/1/doses", "give_href": ""}
    due = [{"value": "MMR", "text": say("麻腮风疫苗 第1剂", "MMR dose 1"), "state": "overdue"}]
    lot = {"value": "MMR|A1||", "text": say("麻腮风疫苗", "MMR"), "hint": "A1"}
    giving: dict[str, Any] = {
        "frame": frame(t, room="children"),
        "child": head,
        "base": "/children/1",
        "screened": True,
        "due": due,
        "lots": [lot],
        "vaccines": [{"value": "MMR", "text": say("麻腮风疫苗", "MMR")}],
        "sites": ("left-arm",),
        "reasons": ("ill",),
        "values": FormValues(),
        "errors": FormValues(),
        "doubts": [],
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
        "ending": "",
    }
    watching: dict[str, Any] = {
        "frame": frame(t, room="vaccinations"),
        "rows": [watched, watched | {"left": 0, "action": "/vaccinations/2"}, watched | {"ending": "left"}],
        "endings": ("left", "not-observed", "reaction"),
        "errors": FormValues(),
        "command_id": "c1",
    }
    return {
        "vaccinate.html": giving,
        "vaccinate.html#doubtful": giving | doubtful,
        "vaccinate.html#first": giving | {"screened": False, "due": [], "lots": []},
        "vaccinations.html": watching,
        "vaccinations.html#nobody": watching | {"rows": []},
        "vaccine_card.html": shown | {"card": card(given, refused=refused, words=t), "family": False},
        "vaccine_card.html#family": shown | {"card": card(given, words=t, family=True), "family": True},
    }
