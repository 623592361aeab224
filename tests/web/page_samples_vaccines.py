"""Values for the pages about vaccines."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.pages.vaccinated import AT_BIRTH, card
from tests.web.page_frame import Say, frame

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
    shown = {"frame": frame(t, room="children"), "child": head, "doses_href": "/children/1/doses"}
    return {
        "vaccine_card.html": shown | {"card": card(given, refused=refused, words=t), "family": False},
        "vaccine_card.html#family": shown | {"card": card(given, words=t, family=True), "family": True},
    }
