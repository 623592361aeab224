"""How the guides' visits of this quarter stand, for guides, heads of nurseries and the district."""

from __future__ import annotations

from healthrec.domain.duties import Quarter
from healthrec.pages.home import Home, Row, Tally, group, tally
from healthrec.services.context import Caller, Services
from healthrec.services.duties.board import Board, Cell, board
from healthrec.services.duties.board import Row as Nursery
from healthrec.services.duties.quarters import text_of
from healthrec.wording import Translator

_TONES = {"late": "stop", "missing": "stop", "due": "waiting"}
_URGENCY = ("stop", "waiting", "neutral")


def visits(services: Services, caller: Caller, words: Translator) -> Home:
    """The nurseries that were not visited this quarter, the late ones first."""
    found, quarter = board(services, caller), Quarter.of(services.today())
    cells = [(row, next(cell for cell in row.cells if cell.quarter == quarter)) for row in found.rows]
    waiting = [_waiting(row, cell, words) for row, cell in cells if cell.done_on is None]
    waiting.sort(key=lambda row: _URGENCY.index(row.tone))
    address = f"/board?quarter={text_of(quarter)}"
    empty = "本季度都已完成。" if found.nurseries else "还没有安排给您的机构。"
    return Home(
        tallies=_tallies(found, address, words),
        groups=(group("visits", "本季度的实地指导", waiting, empty, words, address if found.nurseries else ""),),
    )


def _tallies(found: Board, address: str, words: Translator) -> tuple[Tally, ...]:
    totals = dict(found.totals)
    done = sum(totals.get(state, 0) for state in ("done", "done-late"))
    return (
        tally("本季度未指导", found.nurseries - done, "attention", words, address),
        tally("已超期", totals.get("late", 0), "stop", words, f"{address}&state=late"),
        tally("本季度已完成", done, "ready", words, address),
        tally("所托育机构", found.nurseries, "ready", words, "/board"),
    )


def _waiting(row: Nursery, cell: Cell, words: Translator) -> Row:
    text = text_of(cell.quarter)
    fill = f"/visits/new?nursery={row.id}&quarter={text}"
    return Row(
        who=row.name_en if words.language == "en" else row.name,
        href=f"/board?quarter={text}",
        why=words.gettext("指导员：{name}").format(name=row.guide) if row.guide else words.gettext("还没有指导员"),
        verb=words.gettext("填写指导记录") if cell.may_fill else words.gettext("查看"),
        verb_href=fill if cell.may_fill else f"/board?quarter={text}",
        due=words.gettext("{date}到期").format(date=words.date(cell.due_on)) if cell.due_on else "",
        status=words.term("duty-state", cell.state),
        tone=_TONES.get(cell.state, "neutral"),
    )
