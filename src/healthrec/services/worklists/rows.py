"""Rows of the first page that more than one role shares: a child that waits, growth to look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from healthrec.pages.child_list import twin_badge
from healthrec.pages.contact_words import Call, call_shown, rate_shown
from healthrec.pages.growth_findings import TERMS
from healthrec.pages.home import SHOWN, Row
from healthrec.services.contacts.on_lists import last_calls, rate
from healthrec.services.context import Caller, Services
from healthrec.store.children import ChildRow
from healthrec.store.engine import Connection
from healthrec.store.worklists import Member, Waiting
from healthrec.wording import Translator

LOOK_BACK_DAYS = 365


def child_row(
    one: Waiting | Member | ChildRow,
    detail: str,
    verb: str,
    verb_href: str,
    today: date,
    words: Translator,
    *,
    why: str = "",
    due: str = "",
    status: str = "",
    tone: str = "neutral",
) -> Row:
    """A child with what there is to do about it."""
    birth = date.fromordinal(one.birth_day) if one.birth_day else today
    about = " · ".join(part for part in (words.term("sex-child", one.sex), words.age(birth, today), detail) if part)
    return Row(
        who=one.name,
        href=f"/children/{one.id}",
        why=why,
        verb=verb,
        verb_href=verb_href,
        badge=twin_badge(one.birth_order, words),
        detail=about,
        due=due,
        status=status,
        tone=tone,
    )


def worry(one: Waiting, today: date, words: Translator) -> Row:
    """Growth that asks for a look, with the way to its chart."""
    indicator = TERMS.get(one.link, "")
    why = words.gettext("{indicator}：{date}测量").format(
        indicator=words.term("indicator", indicator), date=words.date(date.fromordinal(one.day))
    )
    tone = "stop" if one.what.startswith("severe") else "attention"
    href = f"/children/{one.id}?chart={one.link}#growth"
    return child_row(
        one,
        "",
        words.gettext("看曲线"),
        href,
        today,
        words,
        why=why,
        status=words.term("nutrition", one.what),
        tone=tone,
    )


def link(one: Waiting, today: date, words: Translator) -> Row:
    """Another nursery asks to be linked with the child."""
    nursery = one.more if words.language == "en" else one.what
    why = words.gettext("{nursery}请求关联，等了{n}天").format(nursery=nursery, n=today.toordinal() - one.day)
    return child_row(one, "", words.gettext("决定"), f"/link-requests/{one.link}", today, words, why=why)


def one_each(found: list[Waiting]) -> list[Waiting]:
    """One row for each child: of several indicators the most severe."""
    by_child: dict[int, Waiting] = {}
    for one in found:
        known = by_child.get(one.key)
        if known is None or (one.what.startswith("severe") and not known.what.startswith("severe")):
            by_child[one.key] = one
    return sorted(by_child.values(), key=lambda one: (not one.what.startswith("severe"), -one.day))


@dataclass(frozen=True, slots=True)
class Calling:
    """The contact log beside the rows of a list: its code, the last calls by child, and the rate in words."""

    list: str
    calls: Mapping[int, Call]
    rate: str

    def beside(self, row: Row, key: int, today: date, words: Translator) -> Row:
        """The row with the last contact and the way to note the next."""
        call = self.calls.get(key)
        said = call_shown(call, today, words) if call else ""
        return replace(row, call=said, contact_href=f"{row.href}/contacts/{self.list}?back=/")


def calling(
    services: Services, connection: Connection, caller: Caller, list_: str, found: Sequence[Waiting], words: Translator
) -> Calling:
    """The log of a list beside the rows that a first page shows of it."""
    calls = last_calls(connection, caller, list_, [one.key for one in found[:SHOWN]])
    return Calling(list_, calls, rate_shown(list_, *rate(services, connection, caller, list_), words))


def shown(services: Services, caller: Caller, found: Sequence[Member | Waiting]) -> None:
    """Audit the children that the page names."""
    keys = tuple({one.key for one in found})
    services.committer.commit(caller.audit(services, "search", "page:/", count=len(keys), children=keys))
