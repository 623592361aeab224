"""/board and /visits: which quarter's visit was made at which nursery, and the form it is written with."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.responses import Response

from healthrec import errors
from healthrec.domain.duties import Quarter
from healthrec.errors import HealthrecError
from healthrec.fhir.form_pages import render_model
from healthrec.services.duties.board import Board, Cell, Row, board
from healthrec.services.duties.quarters import quarter_of, text_of
from healthrec.services.duties.record_visit import amend_visit, record_visit
from healthrec.services.duties.visits import Visit as GuideVisit
from healthrec.services.duties.visits import VisitForm, new_visit, show_visit, visit_of, visit_to_amend
from healthrec.services.forms.drafts import keep_draft
from healthrec.services.forms.submit import form_of
from healthrec.web.kit import Posted, Posting, Visit, Visiting, go, show
from healthrec.web.routes import forms
from healthrec.wording import Translator

router = APIRouter()


@router.get("/board")
def page(visit: Visiting, quarter: str = "", state: str = "", page: int = 1) -> Response:
    chosen = quarter_of(quarter) if quarter else None
    found = board(visit.services, visit.caller, chosen=chosen, state=state, page=page)
    words = visit.words
    return show(
        visit,
        "board.html",
        room="board",
        title=words.gettext("健康指导员季度指导"),
        hint=words.gettext("每所托育机构每季度至少一次到园指导"),
        quarters=[{"text": _quarter(one, words), "now": one == found.quarters[0]} for one in found.quarters],
        rows=[_row(one, words) for one in found.rows],
        totals=_totals(found, state),
        filters=_filters(found, state, words) if found.nurseries else [],
        pages=_pages(found, state, words),
    )


@router.get("/visits")
def find(visit: Visiting, nursery: str, quarter: str) -> Response:
    found = visit_of(visit.services, visit.caller, nursery, quarter_of(quarter))
    if found:
        return go(f"/visits/{found}")
    return go("/visits/new?" + urlencode({"nursery": nursery, "quarter": quarter}))


@router.get("/visits/new")
def new(visit: Visiting, nursery: str, quarter: str) -> Response:
    form = new_visit(visit.services, visit.caller, nursery, quarter_of(quarter))
    return _form(visit, form, form.fields)


@router.post("/visits/new")
def save(posted: Posting, nursery: str, quarter: str) -> Response:
    visit, answers, wanted = posted.visit, forms.answers_in(posted), quarter_of(quarter)
    form = new_visit(visit.services, visit.caller, nursery, wanted)
    if forms.wants_draft(posted):
        return _aside(posted, form)
    command = posted.fields.get("command_id", "")
    try:
        id_ = record_visit(visit.services, visit.caller, nursery, wanted, answers, command_id=posted.command_id)
    except (errors.Refused, errors.Conflict) as error:
        return _form(visit, form, answers, error, command)
    return go(f"/visits/{id_}", "duty.saved")


@router.get("/visits/{id_}")
def finished(visit: Visiting, id_: str) -> Response:
    found = show_visit(visit.services, visit.caller, id_, visit.words.language)
    amend_href = f"/visits/{id_}/amend" if found.may_amend else ""
    return show(visit, "form_answers.html", room="board", amend_href=amend_href, **_finished(found, visit.words))


@router.get("/visits/{id_}/amend")
def amend(visit: Visiting, id_: str) -> Response:
    form = visit_to_amend(visit.services, visit.caller, id_)
    return _form(visit, form, form.fields)


@router.post("/visits/{id_}/amend")
def save_amended(posted: Posting, id_: str) -> Response:
    visit, answers = posted.visit, forms.answers_in(posted)
    form = visit_to_amend(visit.services, visit.caller, id_)
    if forms.wants_draft(posted):
        return _aside(posted, form)
    command, base = posted.fields.get("command_id", ""), forms.base_in(posted)
    try:
        amend_visit(visit.services, visit.caller, id_, answers, base or 0, command_id=posted.command_id)
    except (errors.Refused, errors.Conflict) as error:
        return _form(visit, form, answers, error, command)
    return go(f"/visits/{id_}", "form.amended")


def _finished(found: GuideVisit, words: Translator) -> dict[str, Any]:
    return {
        "title": found.page.title,
        "subject": f"{_name(found, words)} · {_quarter(found.quarter, words)}",
        "child": None,
        "back_href": "/board",
        "back_text": words.gettext("返回指导任务"),
        "groups": forms.answered_groups(found.page, words),
        "day": found.day,
        "late_since": found.late_since,
        "version": found.page.questionnaire.rpartition("/")[2],
        "versions": forms.version_rows(found.versions),
        "conclusion": None,
    }


def _aside(posted: Posted, form: VisitForm) -> Response:
    saved = keep_draft(posted.visit.services, posted.visit.caller, form.about, forms.answers_in(posted))
    if posted.fields.get("do") == "draft":
        return go("/board", "form.draft-kept")
    return forms.kept_part(posted.visit, saved)


def _form(
    visit: Visit,
    form: VisitForm,
    answers: dict[str, list[str]],
    error: HealthrecError | None = None,
    command_id: str = "",
) -> Response:
    words = visit.words
    place = form.nursery.name_en if words.language == "en" else form.nursery.name
    new_address = "/visits/new?" + urlencode({"nursery": form.nursery.id, "quarter": text_of(form.quarter)})
    return forms.form_page(
        visit,
        render_model(form_of(visit.services, form.questionnaire), words.language, answers),
        room="board",
        subject=f"{place} · {_quarter(form.quarter, words)}",
        action=new_address if form.base is None else f"/visits/{form.response_id}/amend",
        back=("/board", words.gettext("返回指导任务")),
        hidden_values={} if form.base is None else {"base": str(form.base)},
        draft=form.draft if error is None else None,
        error=error,
        command_id=command_id,
    )


def _quarter(quarter: Quarter, words: Translator) -> str:
    return words.quarter(quarter.year, quarter.number)


def _name(found: GuideVisit, words: Translator) -> str:
    return found.nursery.name_en if words.language == "en" else found.nursery.name


def _row(row: Row, words: Translator) -> dict[str, object]:
    name = row.name_en if words.language == "en" else row.name
    return {"name": name, "href": "", "guide": row.guide, "cells": [_cell(row.id, cell) for cell in row.cells]}


def _cell(nursery: str, cell: Cell) -> dict[str, object]:
    query = urlencode({"nursery": nursery, "quarter": text_of(cell.quarter)})
    href = f"/visits?{query}" if cell.done_on else f"/visits/new?{query}" if cell.may_fill else ""
    return {
        "state": cell.state,
        "href": href,
        "date": cell.done_on or (cell.due_on if cell.state in ("due", "late") else None),
    }


def _address(found: Board, state: str, **changes: object) -> str:
    values = {"quarter": text_of(found.chosen), "state": state} | {name: str(value) for name, value in changes.items()}
    return "/board?" + urlencode({name: value for name, value in values.items() if value})


def _totals(found: Board, state: str) -> list[dict[str, object]]:
    return [
        {"state": name, "count": count, "href": _address(found, "" if name == state else name), "on": name == state}
        for name, count in found.totals
    ]


def _filters(found: Board, state: str, words: Translator) -> list[dict[str, object]]:
    return [
        {
            "text": _quarter(one, words),
            "href": _address(found, state, quarter=text_of(one)),
            "on": one == found.chosen,
            "count": None,
        }
        for one in found.quarters
    ]


def _pages(found: Board, state: str, words: Translator) -> dict[str, str]:
    return {
        "previous_href": _address(found, state, page=found.page - 1) if found.page > 1 else "",
        "next_href": _address(found, state, page=found.page + 1) if found.page < found.pages else "",
        "text": words.gettext("第 {page} 页，共 {pages} 页").format(page=found.page, pages=found.pages),
    }
