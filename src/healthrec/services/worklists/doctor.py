"""What waits for a child health doctor."""

from __future__ import annotations

from datetime import date

from healthrec.pages.home import Home, Row, group, tally
from healthrec.services.context import Caller, Services
from healthrec.services.worklists.rows import LOOK_BACK_DAYS, calling, child_row, link, one_each, shown, worry
from healthrec.services.worklists.vaccination import vaccination
from healthrec.store import children, worklists
from healthrec.store.worklists import Waiting
from healthrec.wording import Translator

_NUMBER_AFTER_DAYS = 60


def doctor(services: Services, caller: Caller, words: Translator) -> Home:
    """What waits for a doctor: referrals to decide, growth to look at, numbers to add."""
    day = services.today().toordinal()
    with services.database.read() as connection:
        small = children.panel_size(connection, caller.viewer) <= children.SMALL_PANEL
        proposed = worklists.proposals(connection, caller.viewer, small)
        asked = worklists.asked_links(connection, caller.viewer, small)
        worried = one_each(worklists.worries(connection, caller.viewer, small, day - LOOK_BACK_DAYS))
        unnumbered = worklists.without_number(connection, caller.viewer, small, day - _NUMBER_AFTER_DAYS)
        lists = (("referral", proposed), ("growth", worried), ("number", unnumbered))
        to_refer, to_look, to_add = (calling(services, connection, caller, *one, words) for one in lists)
    shown(services, caller, [*proposed[:8], *asked[:8], *worried[:8], *unnumbered[:8]])
    today = services.today()
    referrals = [to_refer.beside(_proposal(one, today, words), one.key, today, words) for one in proposed]
    growth = [to_look.beside(worry(one, today, words), one.key, today, words) for one in worried]
    numbers = [to_add.beside(_number(one, today, words), one.key, today, words) for one in unnumbered]
    links = [link(one, today, words) for one in asked]
    tallies, to_vaccinate = vaccination(services, caller, words)
    return Home(
        tallies=(
            tally("转诊建议待处理", len(referrals), "stop", words, "#group-referrals"),
            tally("生长需要看一看", len(growth), "attention", words, "#group-growth"),
            *tallies,
            tally("缺身份证号", len(numbers), "waiting", words, "#group-numbers"),
        ),
        groups=(
            group("referrals", "转诊建议", referrals, "没有待处理的转诊建议。", words, rate=to_refer.rate),
            *([group("links", "请求关联", links, "", words)] if links else []),
            group("growth", "生长需要看一看", growth, "近一年的测量里没有需要看一看的。", words, rate=to_look.rate),
            to_vaccinate,
            group("numbers", "待补身份证号", numbers, "满两个月的儿童都有身份证号。", words, rate=to_add.rate),
        ),
    )


def _proposal(one: Waiting, today: date, words: Translator) -> Row:
    waited = (today.toordinal() - one.day) if one.day else 0
    why = words.gettext("预警征象筛查发现阳性条目，等了{n}天").format(n=waited)
    return child_row(one, "", words.gettext("决定是否转诊"), f"/referrals/{one.link}", today, words, why=why)


def _number(one: Waiting, today: date, words: Translator) -> Row:
    why = words.gettext("档案里还没有身份证号")
    return child_row(one, "", words.gettext("打开档案"), f"/children/{one.id}", today, words, why=why)
