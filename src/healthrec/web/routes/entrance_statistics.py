"""/entrance/statistics: the table of entrance checks by nursery and period, on screen, on paper and as a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.responses import Response

from healthrec.domain.entrance_statistics import FIGURES, LEFT_OUT, Counts
from healthrec.pages.child_list import place_words, twin_badge
from healthrec.services.duties.quarters import quarter_of
from healthrec.services.immunization.entrance_statistics import (
    Asked,
    Behind,
    Line,
    Statistics,
    children_behind,
    periods,
    statistics,
)
from healthrec.sheets import OutSheet, write_xlsx
from healthrec.sheets.write import OutRow
from healthrec.store.entrance_statistics import Place
from healthrec.web.kit import Visit, Visiting, show
from healthrec.wording import Translator

router = APIRouter()

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_GROUPS = (("entering", 3), ("checking", 3), ("result", 5), ("catching-up", 6), ("term", 1))
"""Columns that stand under one heading, in the order of the figures."""


@router.get("/entrance/statistics")
def table(visit: Visiting, period: str = "", nursery: str = "") -> Response:
    asked = Asked(period, nursery)
    found = statistics(visit.services, visit.caller, asked)
    return show(visit, "entrance_statistics.html", room="entrance", found=found, asked=asked, **_table(found, visit))


@router.get("/entrance/statistics/children")
def behind(visit: Visiting, figure: str, place: str = "", period: str = "", nursery: str = "") -> Response:
    asked = Asked(period, nursery)
    found, words = children_behind(visit.services, visit.caller, asked, figure, place), visit.words
    return show(
        visit,
        "entrance_behind.html",
        room="entrance",
        title=words.term("entrance-count", figure),
        period=_title(found.statistics, words),
        rows=[_row(one, visit) for one in found.rows],
        withheld=found.hidden,
        back_href=f"/entrance/statistics{_query(asked)}",
    )


@router.get("/entrance/statistics.xlsx")
def spreadsheet(visit: Visiting, period: str = "", nursery: str = "") -> Response:
    found, words = statistics(visit.services, visit.caller, Asked(period, nursery), file=True), visit.words
    rows: list[OutRow] = [[_name(line.place, words), *_numbers(line.counts)] for line in found.lines]
    rows.append([words.gettext("合计"), *_numbers(found.total)])
    headings = [_first_heading(found, words), *_headings(visit)]
    name, title = words.gettext("入托查验统计"), _title(found, words)
    notes: list[OutRow] = [[words.gettext("统计期"), title], [words.gettext("统计至"), found.until]]
    notes += [[words.term("entrance-left-out", why), found.left_out[why]] for why in _left_out(found)]
    told = OutSheet(words.gettext("说明"), [words.gettext("项目"), words.gettext("内容")], notes, widths=[48, 40])
    data = write_xlsx([OutSheet(name, headings, rows, widths=[40, *[12] * len(FIGURES)]), told])
    headers = {"content-disposition": f'attachment; filename="entrance-{found.text}.xlsx"'}
    return Response(data, media_type=_XLSX, headers=headers)


def _table(found: Statistics, visit: Visit) -> dict[str, Any]:
    words, named = visit.words, frozenset(name for line in found.lines for name in line.named)
    return {
        "title": _title(found, words),
        "groups": [(words.term("entrance-figures", code), span) for code, span in _GROUPS],
        "columns": _headings(visit),
        "lines": [_line(line, found, visit) for line in found.lines],
        "total": _cells(found.total, named, found, ""),
        "left_out": [(words.term("entrance-left-out", why), found.left_out[why]) for why in _left_out(found)],
        "periods": _periods(visit, found),
        "file_href": f"/entrance/statistics.xlsx{_query(_asked(found))}",
    }


def _asked(found: Statistics) -> Asked:
    """What gives this very table again."""
    return Asked(found.text, found.nursery.id if found.nursery and found.nurseries > 1 else "")


def _headings(visit: Visit) -> list[str]:
    return [visit.words.term("entrance-count", name) for name in FIGURES]


def _numbers(counts: Counts) -> list[int]:
    return [getattr(counts, name) for name in FIGURES]


def _left_out(found: Statistics) -> Iterator[Any]:
    return (why for why in LEFT_OUT if found.left_out.get(why))


def _first_heading(found: Statistics, words: Translator) -> str:
    return words.gettext("班级（入托时）") if found.nursery else words.gettext("托育机构")


def _name(place: Place, words: Translator) -> str:
    return place.name_en if words.language == "en" and place.name_en else place.name


def _title(found: Statistics, words: Translator) -> str:
    """2026–2027 · 小青蛙托育园."""
    return " · ".join((_period_name(found.text, words), *([_name(found.nursery, words)] if found.nursery else [])))


def _period_name(text: str, words: Translator) -> str:
    if "-" in text:
        quarter = quarter_of(text)
        return words.quarter(quarter.year, quarter.number)
    return words.gettext("{first}–{last}托育年度").format(first=text, last=int(text) + 1)


def _periods(visit: Visit, found: Statistics) -> list[dict[str, Any]]:
    years, quarters = periods(visit.services)
    offered = [*years, *quarters, *([found.text] if found.text not in (*years, *quarters) else [])]
    return [{"value": one, "text": _period_name(one, visit.words), "on": one == found.text} for one in offered]


def _query(asked: Asked, **more: str) -> str:
    wanted = {"period": asked.period, "nursery": asked.nursery} | more
    query = {name: value for name, value in wanted.items() if value}
    return f"?{urlencode(query)}" if query else ""


def _line(line: Line, found: Statistics, visit: Visit) -> dict[str, Any]:
    opens = "" if found.nursery else f"/entrance/statistics{_query(Asked(found.text, line.place.id))}"
    return {
        "place": _name(line.place, visit.words),
        "href": opens,
        "cells": _cells(line.counts, line.named, found, line.place.id),
    }


def _cells(counts: Counts, named: frozenset[str], found: Statistics, place: str) -> list[dict[str, Any]]:
    """Each figure, with the way to its children where the caller may see one of them."""
    asked = _asked(found)
    return [
        {
            "count": getattr(counts, name),
            "href": f"/entrance/statistics/children{_query(asked, figure=name, place=place)}" if name in named else "",
        }
        for name in FIGURES
    ]


def _row(one: Behind, visit: Visit) -> dict[str, Any]:
    words, child = visit.words, one.row
    nursery = () if one.place == one.nursery else (one.nursery.name, one.nursery.name_en)
    return {
        "name": child.name,
        "href": f"/children/{child.id}",
        "badge": twin_badge(child.birth_order, words),
        "birth_date": date.fromordinal(child.birth_day) if child.birth_day else None,
        "place": place_words((one.place.name, one.place.name_en), nursery or ("", ""), words),
        "entered": one.entered,
        "standing": one.standing,
    }
