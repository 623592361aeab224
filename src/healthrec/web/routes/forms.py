"""What every page with a Questionnaire shares: the form as its template draws it, the answers that came back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import uuid4

from fastapi.responses import Response

from healthrec.errors import HealthrecError
from healthrec.fhir.form_pages import FormItem, FormPage
from healthrec.services.forms.drafts import Kept
from healthrec.services.forms.versions import Version
from healthrec.web.kit import Posted, Visit, partial, show, wants_part
from healthrec.web.rendering import FormValues, Room
from healthrec.wording import Translator

Answers = dict[str, list[str]]


def form_page(
    visit: Visit,
    page: FormPage,
    *,
    room: Room,
    subject: str,
    action: str,
    back: tuple[str, str],
    hidden_values: dict[str, str],
    draft: Kept | None = None,
    error: HealthrecError | None = None,
    command_id: str = "",
    extra: Sequence[dict[str, Any]] = (),
    drafts: bool = True,
) -> Response:
    """The form to fill in. `extra` are questions of the page that stand before those of the Questionnaire; `drafts`: what
    is typed may be put aside."""
    errors = errors_of(error, visit.words)
    first = [{"link_id": "page", "text": "", "help": "", "items": [_with_error(item, errors) for item in extra]}]
    groups = [_group(item, errors) for item in page.items if item.kind == "group" and item.shown]
    known = {item["link_id"] for item in extra} | {one.link_id for item in page.items for one in _questions(item)}
    form = {
        "title": page.title,
        "subject": subject,
        "description": page.description,
        "version": page.questionnaire.rpartition("/")[2],
        "submit": "",
        "errors": FormValues({name if name in known else "": text for name, text in errors.items()}),
        "groups": (first if extra else []) + groups,
    }
    return show(
        visit,
        "form.html",
        room=room,
        status=422 if error else 200,
        back_href=back[0],
        back_text=back[1],
        action=action,
        command_id=command_id or str(uuid4()),
        hidden_values=hidden_values,
        form=form,
        drafts=drafts,
        draft_saved=draft.saved if draft else None,
    )


def kept_part(visit: Visit, saved: object) -> Response:
    """What stands under a form after it was put aside by itself."""
    return partial(visit, "partials/draft_kept.html", saved=saved)


def errors_of(error: HealthrecError | None, words: Translator) -> FormValues:
    """The sentence for each field that is wrong."""
    if error is None:
        return FormValues()
    found = FormValues()
    for issue in error.issues:
        found.setdefault(issue.expression, words.message(issue.key, **issue.params))
    return found


def answers_in(posted: Posted) -> Answers:
    """The posted texts by linkId; what guards the form is left out."""
    guards = ("csrf", "command_id", "questionnaire", "base", "do")
    return {name: list(texts) for name, texts in posted.lists.items() if name not in guards}


def wants_draft(posted: Posted) -> bool:
    """Whether the form is to be put aside, by its button or by itself, rather than sent."""
    return posted.fields.get("do") == "draft" or wants_part(posted.visit.request)


def base_in(posted: Posted) -> int | None:
    """The version that an amendment edits."""
    text = posted.fields.get("base", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None


def answered_groups(page: FormPage, words: Translator) -> list[dict[str, Any]]:
    """The answers of a finished form: groups with (question, answer, unit)."""
    groups = [(item, list(_questions(item))) for item in page.items if item.shown]
    return [
        {"text": group.text if group.kind == "group" else "", "rows": [_answered(item, words) for item in questions]}
        for group, questions in groups
        if questions
    ]


def version_rows(versions: Sequence[Version]) -> list[dict[str, Any]]:
    """Who wrote which version, for the template."""
    return [asdict(version) for version in versions]


def _questions(item: FormItem) -> Iterator[FormItem]:
    if item.kind not in ("group", "display") and item.shown:
        yield item
    for inner in item.items:
        yield from _questions(inner)


def _answered(item: FormItem, words: Translator) -> dict[str, Any]:
    chosen = [option.label for option in item.options if option.selected]
    if item.kind == "date":
        chosen = [words.date(date.fromisoformat(text)) for text in item.values]
    return {"label": item.text, "values": chosen or list(item.values), "kind": item.kind, "unit": item.unit}


def _group(group: FormItem, errors: FormValues) -> dict[str, Any]:
    items = [_item(item, errors) for item in group.items if item.shown]
    return {"link_id": group.link_id, "text": group.text, "help": group.help, "items": items}


def _item(item: FormItem, errors: FormValues) -> dict[str, Any]:
    return {
        "link_id": item.link_id,
        "text": item.text,
        "type": item.kind,
        "options": [{"value": one.value, "text": one.label, "hint": ""} for one in item.options],
        "required": item.required,
        "help": item.help,
        "value": list(item.values) if item.repeats else item.value,
        "error": errors[item.link_id],
        "repeats": item.repeats,
        "unit": item.unit,
    }


def _with_error(item: dict[str, Any], errors: FormValues) -> dict[str, Any]:
    return item | {"error": errors[item["link_id"]]}
