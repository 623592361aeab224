"""/entrance/statistics: the table of a nursery year's entrance checks, on screen, on paper and as a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from fastapi import APIRouter
from fastapi.responses import Response

from healthrec.domain.entrance import Counts
from healthrec.pages.child_list import place_words
from healthrec.services.immunization.entrance import Statistics, statistics
from healthrec.sheets import OutSheet, write_xlsx
from healthrec.sheets.write import OutRow
from healthrec.web.kit import Visit, Visiting, show

router = APIRouter()

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_COLUMNS = tuple(field.name for field in fields(Counts))


@router.get("/entrance/statistics")
def table(visit: Visiting) -> Response:
    found = statistics(visit.services, visit.caller)
    return show(
        visit,
        "entrance_statistics.html",
        room="entrance",
        since=found.since,
        until=found.until,
        columns=_headings(visit),
        lines=[{"place": place, "counts": counts} for place, counts in _lines(found, visit)],
        total=_numbers(found.total),
        organization=visit.caller.organization and _heading(found, visit),
    )


@router.get("/entrance/statistics.xlsx")
def spreadsheet(visit: Visiting) -> Response:
    found, words = statistics(visit.services, visit.caller, file=True), visit.words
    rows: list[OutRow] = [[place, *counts] for place, counts in _lines(found, visit)]
    rows.append([words.gettext("合计"), *_numbers(found.total)])
    headings = [words.gettext("托育机构·班级"), *_headings(visit)]
    name = words.gettext("入托查验统计")
    data = write_xlsx([OutSheet(name, headings, rows, widths=[40, *[12] * len(_COLUMNS)])])
    headers = {"content-disposition": f'attachment; filename="entrance-{found.until.isoformat()}.xlsx"'}
    return Response(data, media_type=_XLSX, headers=headers)


def _headings(visit: Visit) -> list[str]:
    return [visit.words.term("entrance-count", name) for name in _COLUMNS]


def _numbers(counts: Counts) -> list[int]:
    return [getattr(counts, name) for name in _COLUMNS]


def _lines(found: Statistics, visit: Visit) -> Iterator[tuple[str, list[int]]]:
    for one, counts in found.lines:
        names = (one.place, one.place_en), (one.parent, one.parent_en)
        yield place_words(*names, visit.words), _numbers(counts)


def _heading(found: Statistics, visit: Visit) -> str:
    """The nursery, where all lines are of one."""
    names = {(one.parent or one.place, one.parent_en or one.place_en) for one, _ in found.lines}
    zh, en = names.pop() if len(names) == 1 else ("", "")
    return en if visit.words.language == "en" and en else zh
