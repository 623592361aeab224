"""What came of calling a family, as a row of any list says it, and how many came afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from healthrec.wording import Translator


@dataclass(frozen=True, slots=True)
class Call:
    """The last contact: what came of it, when, until when to wait, and so many in vain one after the other."""

    outcome: str
    day: date
    again_on: date | None
    in_vain: int


def call_shown(call: Call, today: date, words: Translator) -> str:
    """11月12日：没有人接（连续第2次）; 11月12日：同意来，约在11月20日，还没有来."""
    outcome = words.term("contact-outcome", call.outcome)
    said = words.gettext("{day}联系：{outcome}").format(day=words.date(call.day), outcome=outcome)
    if call.again_on is not None:
        past = call.again_on <= today
        text = words.gettext("约在{day}，还没有记录") if past else words.gettext("约在{day}")
        return words.listed([said, text.format(day=words.date(call.again_on))])
    if call.in_vain > 1:
        return words.listed([said, words.gettext("连续第{n}次没有联系上").format(n=call.in_vain)])
    return said


def rate_shown(list_: str, called: int, came: int, words: Translator) -> str:
    """近90天联系了40名，其中31名之后接种了（78%）; "" where nobody was called."""
    if not called:
        return ""
    return words.message(f"came-back.{list_}", called=called, came=came, rate=round(100 * came / called))
