"""What waits for the health worker of a nursery."""

from __future__ import annotations

from datetime import date

from healthrec.domain.measuring import Band, next_measuring
from healthrec.pages.home import Home, Row, group, tally
from healthrec.services.context import Caller, Services
from healthrec.services.worklists.rows import LOOK_BACK_DAYS, calling, child_row, link, one_each, shown, worry
from healthrec.store import worklists
from healthrec.store.worklists import Member
from healthrec.wording import Translator


def nurse(services: Services, caller: Caller, words: Translator) -> Home:
    """What waits in a nursery: who is to be measured, growth to look at, newcomers."""
    today = services.today()
    bands, new_days = _intervals(services)
    with services.database.read() as connection:
        members = worklists.members(connection, caller.viewer)
        asked = worklists.asked_links(connection, caller.viewer, True)
        worried = one_each(worklists.worries(connection, caller.viewer, True, today.toordinal() - LOOK_BACK_DAYS))
        to_look = calling(services, connection, caller, "growth", worried, words)
    due = sorted((day, one) for one in members if (day := _due(one, bands)) <= today)
    fresh = [one for one in members if one.since > today.toordinal() - new_days]
    shown(services, caller, [*(one for _, one in due[:8]), *fresh[:8], *worried[:8], *asked[:8]])
    rows = [_to_measure(one, day, today, words) for day, one in due]
    growth = [to_look.beside(worry(one, today, words), one.key, today, words) for one in worried]
    newcomers = [_newcomer(one, today, words) for one in fresh]
    later = min((_due(one, bands) for one in members if _due(one, bands) > today), default=None)
    links = [link(one, today, words) for one in asked]
    return Home(
        tallies=(
            tally("到期未测量", len(rows), "attention", words, "#group-measure"),
            tally("生长需要看一看", len(growth), "attention", words, "#group-growth"),
            tally("新入托", len(newcomers), "waiting", words, "#group-new"),
            tally("在托儿童", len(members), "ready", words, "/children"),
        ),
        groups=(
            *([group("links", "请求关联", links, "", words)] if links else []),
            group("measure", "该测量了", rows, "都测过了。", words, "/children"),
            group("growth", "生长需要看一看", growth, "近一年的测量里没有需要看一看的。", words, rate=to_look.rate),
            group("new", "新入托的儿童", newcomers, "近期没有新入托的儿童。", words),
        ),
        next_text=words.gettext("下一次测量：{date}").format(date=words.date(later)) if later else "",
    )


def _to_measure(one: Member, day: date, today: date, words: Translator) -> Row:
    last = words.gettext("上次 {date}").format(date=words.date(date.fromordinal(one.measured))) if one.measured else ""
    late = words.gettext("已过{n}天").format(n=(today - day).days) if day < today else words.gettext("今天到期")
    href = f"/children/{one.id}/measure"
    return child_row(
        one, "", words.gettext("记录测量"), href, today, words, why=last or words.gettext("还没有测过"), due=late
    )


def _newcomer(one: Member, today: date, words: Translator) -> Row:
    why = words.gettext("{date}入托").format(date=words.date(date.fromordinal(one.since)))
    return child_row(one, "", words.gettext("打开档案"), f"/children/{one.id}", today, words, why=why)


def _due(one: Member, bands: tuple[Band, ...]) -> date:
    last = date.fromordinal(one.measured) if one.measured else None
    return next_measuring(bands, date.fromordinal(one.birth_day or 1), last, date.fromordinal(one.since))


def _intervals(services: Services) -> tuple[tuple[Band, ...], int]:
    sets = services.rulebook.of_kind("measuring-intervals")
    content = max((one for one in sets if one.effective <= services.today()), key=lambda one: one.effective).content
    bands = tuple(sorted(Band(one["from_months"], one["every_months"]) for one in content["bands"]))
    return bands, int(content["new_within_days"])
