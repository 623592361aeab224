"""Imports as their pages show them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from healthrec.pages.vaccine_words import dose_title, vaccine_title
from healthrec.services.imports.allowed import Nursery
from healthrec.services.imports.batches import Batch
from healthrec.services.imports.reading import Columns
from healthrec.services.imports.review import Candidate, Page, Waiting
from healthrec.services.imports.rows import TAKEN, Row
from healthrec.services.imports.undo import Kept
from healthrec.services.imports.words import sentence
from healthrec.services.linking.ask import TOLD
from healthrec.web.kit import Visit
from healthrec.wording import Translator

_TONES = {
    "ready": "ready",
    "look": "waiting",
    "ask": "attention",
    "blocked": "stop",
    "out": "neutral",
    "same": "neutral",
    "saved": "done",
    "kept": "attention",
    "undone": "neutral",
}
_BATCH_TONES = {"saved": "done", "undone": "neutral"}
_SEVERITIES = {"error": "stop", "warning": "attention", "note": "neutral"}
_REVIEWED = ("ready", "look", "ask", "blocked", "same", "out")


def list_row(batch: Batch, visit: Visit) -> dict[str, Any]:
    """One import in the list."""
    words = visit.words
    counts = [f"{words.term('import-row', state)} {n}" for state in _TONES if (n := batch.counts.get(state))]
    return {
        "href": f"/import/{batch.id}",
        "file": batch.detail.file,
        "kind": batch.kind,
        "organization": _name(batch.nursery, words),
        "who": batch.who,
        "when": _moment(batch.created, visit),
        "status": words.term("import-state", batch.state),
        "tone": _BATCH_TONES.get(batch.state, "waiting"),
        "counts": words.listed(counts),
    }


def list_pages(found: Sequence[Batch]) -> dict[str, str]:
    """Links to older imports."""
    older = f"/import?before={found[-1].created}" if len(found) >= 30 else ""
    return {"previous_href": "", "next_href": older, "text": ""}


def upload(kinds: Sequence[str], places: Sequence[Nursery], visit: Visit) -> dict[str, Any]:
    """What the upload form offers."""
    words = visit.words
    hints = {
        "roster": words.gettext("儿童、家长、班级"),
        "measurements": words.gettext("体重、身长、头围"),
        "doses": words.gettext("每行一剂：姓名、出生日期或证件号码、疫苗、接种日期"),
    }
    templates = {
        "roster": words.gettext("花名册模板"),
        "measurements": words.gettext("测量登记模板"),
        "doses": words.gettext("接种记录模板"),
    }
    return {
        "kinds": [
            {"value": kind, "text": words.term("document", kind)[:1].upper() + words.term("document", kind)[1:]}
            | {"hint": hints[kind]}
            for kind in kinds
        ],
        "place_label": words.gettext("接种单位") if kinds == ("doses",) else words.gettext("托育机构"),
        "action": "/import/new",
        "command_id": "",
        "organizations": [{"value": place.id, "text": _name(place, words)} for place in places],
        "templates": [
            {"href": f"/import/template.xlsx?kind={kind}", "text": text}
            for kind, text in templates.items()
            if kind in kinds
        ],
    }


def columns(found: Columns, id_: str, visit: Visit, command_id: str) -> dict[str, Any]:
    """The columns page."""
    at = 0 if visit.words.language == "zh" else 1
    return {
        "action": f"/import/{id_}/columns",
        "command_id": command_id,
        "file": found.detail.file,
        "not_read": found.detail.hidden,
        "values": {"measured_on": found.detail.measured_on},
        "measured": found.kind != "doses",
        "fields": [{"value": field, "text": names[at]} for field, *names in found.fields],
        "sheets": [
            {"name": sheet.name, "key": number, "take": sheet.take, "header_row": sheet.heading_row}
            for number, sheet in enumerate(found.sheets)
        ],
        "columns": [
            {
                "key": number,
                "heading": one.heading,
                "samples": one.samples,
                "field": one.field,
                "sheets": one.sheets,
            }
            for number, one in enumerate(found.columns)
        ],
    }


def review(found: Page, state: str, visit: Visit, command_id: str) -> dict[str, Any]:
    """The review page."""
    batch, words = found.batch, visit.words
    href = f"/import/{batch.id}"
    counts = batch.counts
    left = sum(counts.get(one, 0) for one in ("blocked", "ask", "out"))
    return {
        "action": href,
        "command_id": command_id,
        "errors": {},
        "file": batch.detail.file,
        "map_href": f"{href}/columns",
        "problems_href": f"{href}/problems.xlsx" if left else "",
        "counts": [
            _tally(one, counts.get(one, 0), f"{href}?state={one}", words) for one in _REVIEWED if counts.get(one)
        ],
        "filters": _filters(batch, state, words),
        "notes": _notes(batch, words),
        "new_classes": batch.detail.new_classes,
        "add_classes": batch.detail.add_classes,
        "rows": [_row(row, batch, found.candidates, words) for row in found.rows],
        "pages": _pages(found, state, words),
        "savable": any(counts.get(one) for one in (*TAKEN, "ask", "out")),
        "ready": sum(counts.get(one, 0) for one in TAKEN),
        "fixes": any(row.verdict.meant and not row.fixed for row in found.rows),
        "reasons": any(row.waits_for_reason and row.state == "ask" for row in found.rows),
    }


def progress(batch: Batch, visit: Visit, command_id: str) -> dict[str, Any]:
    """The page between two steps of saving or undoing."""
    words, counts = visit.words, batch.counts
    saving = batch.state == "reviewed"
    done = counts.get("saved", 0) if saving else counts.get("undone", 0) + counts.get("kept", 0)
    waiting = sum(counts.get(one, 0) for one in TAKEN) if saving else counts.get("saved", 0)
    return {
        "action": f"/import/{batch.id}/{'save' if saving else 'undo'}",
        "command_id": command_id,
        "file": batch.detail.file,
        "title": words.gettext("正在保存") if saving else words.gettext("正在撤销"),
        "go_on": words.gettext("继续保存") if saving else words.gettext("继续撤销"),
        "done": done,
        "total": done + waiting,
    }


def done(
    batch: Batch, kept: Sequence[Kept], waiting: Sequence[Waiting], visit: Visit, command_id: str
) -> dict[str, Any]:
    """The page of a finished import."""
    words = visit.words
    undone = batch.state == "undone"
    left = any(batch.counts.get(one) for one in ("blocked", "ask", "out"))
    return {
        "waiting": [_waiting(one, words) for one in waiting],
        "action": f"/import/{batch.id}/undo",
        "command_id": command_id,
        "file": batch.detail.file,
        "when": _moment(batch.created, visit),
        "who": batch.who,
        "counts": [_tally(one, n, "", words) for one in _TONES if (n := batch.counts.get(one))],
        "undone": _moment(batch.detail.finished, visit) if undone else None,
        "can_undo": batch.state == "saved",
        "kept": [_kept(one, visit) for one in kept],
        "rows_href": "/children",
        "problems_href": f"/import/{batch.id}/problems.xlsx" if left and not undone else "",
    }


def _row(row: Row, batch: Batch, candidates: Any, words: Translator) -> dict[str, Any]:
    offered = [one["id"] for one in row.candidates if one["id"] in candidates]
    choosing = bool(offered) and (row.asks or batch.kind == "roster") and not row.blocked
    return {
        "key": row.position,
        "place": _place(row),
        "ask_link": any(problem["code"] == TOLD for problem in row.problems),
        "name": row.data["name"],
        "summary": _summary(row, words),
        "status": words.term("import-row", row.state),
        "tone": _TONES[row.state],
        "take": None if choosing or row.state in ("blocked", "same") else row.take,
        "problems": [_problem(one, words) for one in row.told],
        "lookalikes": [_lookalike(candidates[id_], words) for id_ in offered] if choosing else [],
        "another": batch.kind == "roster",
        "choice": row.choice if row.take else "out",
        "fix": words.listed([_value(measure, value, words) for measure, value, _ in row.verdict.meant]),
        "fixed": row.fixed,
        "reason": (row.reason or row.data["remarks"]) if row.implausible and row.state != "blocked" else None,
    }


def _place(row: Row) -> str:
    return f"{row.sheet} · {row.line}"


def _summary(row: Row, words: Translator) -> str:
    data = row.data
    if "vaccine" in data:
        return _dose_summary(data, words)
    sex = words.term("sex", data["sex"]) if data["sex"] in ("male", "female") else ""
    born = words.date(date.fromisoformat(data["born"])) if data["born"] else ""
    values = [_value(measure, value, words) for measure, value, _ in row.values]
    day = words.date(date.fromisoformat(row.values[0][2])) if values else ""
    people = words.listed([name for name, *_ in data.get("guardians", ()) if name])
    allergies = words.gettext("过敏：") + words.listed(data["allergies"]) if data.get("allergies") else ""
    remarks = words.gettext("备注：{remarks}").format(remarks=data["remarks"]) if data.get("remarks") else ""
    return " · ".join(part for part in (sex, born, data["class"], people, allergies, day, *values, remarks) if part)


def _dose_summary(data: dict[str, Any], words: Translator) -> str:
    """What is known of the dose, and what is not."""
    unknown = words.gettext("不详")
    born, day = (words.date(date.fromisoformat(data[name])) if data[name] else "" for name in ("born", "day"))
    vaccine = vaccine_title(data["vaccine"], words) if data["vaccine"] else data["product"] or vaccine_title("", words)
    number = dose_title(data["number"], words) if data["number"] else words.gettext("剂次") + unknown
    lot = f"{words.gettext('批号')} {data['lot'] or unknown}"
    return " · ".join(part for part in (born, vaccine, number, day, lot, data["maker"], data["place"]) if part)


def _value(measure: str, value: str, words: Translator) -> str:
    unit = "kg" if measure == "weight" else "cm"
    return f"{words.term('measure', measure)} {words.quantity(Decimal(value), unit)}"


def _problem(problem: dict[str, Any], words: Translator) -> dict[str, str]:
    cell = str(problem["cell"]).rpartition("!")[2]
    return {"cell": cell, "text": sentence(words, problem), "tone": _SEVERITIES[problem["severity"]]}


def _lookalike(one: Candidate, words: Translator) -> dict[str, str]:
    at = 0 if words.language == "zh" else 1
    sex = words.term("sex", one.sex) if one.sex in ("male", "female") else ""
    born = words.date(one.birth_date) if one.birth_date else ""
    parts = (one.name, sex, born, one.place[at])
    return {"href": f"/children/{one.id}", "text": " · ".join(part for part in parts if part), "value": one.id}


def _tally(state: str, count: int, href: str, words: Translator) -> dict[str, Any]:
    tone = _TONES[state].replace("done", "ready")
    return {"text": words.term("import-row", state), "count": count, "tone": tone, "href": href}


def _filters(batch: Batch, state: str, words: Translator) -> list[dict[str, Any]]:
    href = f"/import/{batch.id}"
    everything = {"text": words.gettext("全部"), "href": href, "on": not state, "count": batch.total}
    some = [
        {
            "text": words.term("import-row", one),
            "href": f"{href}?state={one}",
            "on": state == one,
            "count": batch.counts[one],
        }
        for one in _REVIEWED
        if batch.counts.get(one)
    ]
    return [everything, *some] if len(some) > 1 else []


def _notes(batch: Batch, words: Translator) -> list[dict[str, str]]:
    detail = batch.detail
    told = [{"tone": _SEVERITIES[one["severity"]], "text": _about(one, words)} for one in detail.problems]
    left = [
        {"tone": "neutral", "text": f"{one['cell']} {words.message('roster.skipped-' + one['reason'])}"}
        for one in detail.skipped
    ]
    return told + left


def _about(problem: dict[str, Any], words: Translator) -> str:
    return f"{problem['cell']} {sentence(words, problem)}".strip()


def _pages(found: Page, state: str, words: Translator) -> dict[str, str]:
    base = f"/import/{found.batch.id}?state={state}&after="
    more, back = found.next_after, found.previous_after
    return {
        "previous_href": "" if back is None else f"{base}{back}",
        "next_href": "" if more is None else f"{base}{more}",
        "text": f"{found.rows[0].position + 1}–{found.rows[-1].position + 1}" if found.rows else "",
    }


def _waiting(one: Waiting, words: Translator) -> dict[str, str]:
    what = f"{vaccine_title(one.vaccine, words)} · {words.date(one.day)}"
    return {"name": one.name, "href": f"/children/{one.child_id}/vaccines", "reason": what}


def _kept(one: Kept, visit: Visit) -> dict[str, str]:
    words = visit.words
    what = words.gettext("导入后又改过")
    when = words.moment(_moment(one.updated, visit))
    return {
        "name": one.child_name or one.type,
        "href": f"/children/{one.child_id}" if one.child_id else "",
        "reason": " · ".join(part for part in (what, when, one.who) if part),
    }


def _name(place: Nursery, words: Translator) -> str:
    return place.name if words.language == "zh" else place.name_en or place.name


def _moment(microseconds: int, visit: Visit) -> datetime:
    return datetime.fromtimestamp(microseconds / 1_000_000, UTC).astimezone(ZoneInfo(visit.services.settings.zone))
