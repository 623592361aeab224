"""The frame of sample pages, their day, and a way to say a thing in the language of the page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from healthrec.web.rendering import Caller, Frame
from healthrec.wording import Translator

TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 14, 5, tzinfo=UTC)
Say = Callable[[str, str], str]


def frame(translator: Translator, **changes: Any) -> Frame:
    say = said_in(translator)
    caller = Caller(say("周晓梅", "Zhou Xiaomei"), "doctor", say("青溪社区卫生服务中心", "Qingxi Health Centre"))
    values: dict[str, Any] = {
        "today": TODAY,
        "path": "/",
        "csrf": "token",
        "caller": caller,
        "rooms": ("home", "children", "board", "handover", "import"),
        "room": "home",
        "search": True,
        "training_day": TODAY,
        "demo": True,
        "flash": None,
    }
    return Frame(**(values | changes))


def said_in(translator: Translator) -> Say:
    return lambda zh, en: zh if translator.language == "zh" else en
