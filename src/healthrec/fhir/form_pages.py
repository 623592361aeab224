"""A form as a page value that a template draws, and the way back from posted fields to a QuestionnaireResponse."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from healthrec.errors import Issue, Refused
from healthrec.fhir import form_items as items
from healthrec.fhir.form_items import Condition, Item
from healthrec.fhir.primitives import is_valid

Fields = Mapping[str, Sequence[str]]
"""linkId -> the texts of its inputs, as a browser posts them."""


@dataclass(frozen=True, slots=True)
class FormOption:
    """`value` is what the input posts (the code, or the text of a string option)."""

    value: str
    label: str
    selected: bool


@dataclass(frozen=True, slots=True)
class FormItem:
    """One group, question or line of text. The input's name is `link_id`. `kind` is the Questionnaire item type.

    `shown_when` are the conditions for showing it (all, or any when `shown_when_any`); `shown` is their answer for the
    values at hand, so that the page is right without JavaScript.
    """

    link_id: str
    kind: str
    text: str
    help: str = ""
    prefix: str = ""
    required: bool = False
    repeats: bool = False
    read_only: bool = False
    options: tuple[FormOption, ...] = ()
    values: tuple[str, ...] = ()
    unit: str = ""
    minimum: str = ""
    maximum: str = ""
    max_length: int | None = None
    shown_when: tuple[Condition, ...] = ()
    shown_when_any: bool = False
    shown: bool = True
    items: tuple[FormItem, ...] = ()

    @property
    def value(self) -> str:
        """The first value, "" when there is none."""
        return self.values[0] if self.values else ""


@dataclass(frozen=True, slots=True)
class FormPage:
    """A whole form in one language; `questionnaire` is url|version."""

    questionnaire: str
    title: str
    description: str
    language: str
    items: tuple[FormItem, ...]


def render_model(questionnaire: Mapping[str, Any], language: str, answers: Fields | None = None) -> FormPage:
    """The form filled with texts: posted fields, a draft, or `fields_from_response`; None is a new form with its initial
    values."""
    fields = _initial(questionnaire) if answers is None else answers
    known = _plain_answers(questionnaire, fields)
    return FormPage(
        questionnaire=items.canonical(questionnaire),
        title=items.words(questionnaire, "title", language),
        description=items.words(questionnaire, "description", language),
        language=language,
        items=_page_items(questionnaire.get("item", ()), language, fields, known),
    )


def response_from_fields(questionnaire: Mapping[str, Any], fields: Fields) -> dict[str, Any]:
    """A `completed` QuestionnaireResponse without subject, author or time, which the caller adds.

    Blank fields and items that the answers do not open are left out; unknown fields are not looked at. Full-width
    digits are read. Raises Refused with every text that is no value of its type, linkId as the expression.
    """
    issues: list[Issue] = []
    known = _plain_answers(questionnaire, fields)
    given = _response_items(questionnaire.get("item", ()), fields, known, issues)
    if issues:
        raise Refused(*issues)
    response = {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": items.canonical(questionnaire),
        "status": "completed",
    }
    return response | ({"item": given} if given else {})


def fields_from_response(response: Mapping[str, Any]) -> dict[str, list[str]]:
    """The texts that the inputs of a form showed when this response was given."""
    return {link_id: [_text(value) for value in values] for link_id, values in items.answers_of(response).items()}


def _page_items(asked: Sequence[Item], language: str, fields: Fields, known: items.Answers) -> tuple[FormItem, ...]:
    return tuple(_page_item(item, language, fields, known) for item in asked if not items.is_help(item))


def _page_item(item: Item, language: str, fields: Fields, known: items.Answers) -> FormItem:
    given = tuple(_texts(item, fields))
    children = item.get("item", ())
    unit = items.extension(item, items.UNIT) or {}
    return FormItem(
        link_id=item["linkId"],
        kind=item["type"],
        text=items.words(item, "text", language),
        help=" ".join(items.words(child, "text", language) for child in children if items.is_help(child)),
        prefix=item.get("prefix", ""),
        required=bool(item.get("required")),
        repeats=bool(item.get("repeats")),
        read_only=bool(item.get("readOnly")),
        options=tuple(_option(option, language, given) for option in item.get("answerOption", ())),
        values=given,
        unit=unit.get("display") or unit.get("code", ""),
        minimum=_text(items.extension(item, items.MIN_VALUE)),
        maximum=_text(items.extension(item, items.MAX_VALUE)),
        max_length=item.get("maxLength"),
        shown_when=items.conditions(item),
        shown_when_any=item.get("enableBehavior") == "any",
        shown=items.is_enabled(item, known),
        items=_page_items(children, language, fields, known),
    )


def _option(option: Mapping[str, Any], language: str, given: Sequence[str]) -> FormOption:
    value = items.value_of(option)
    text = _text(items.plain(value))
    label = items.words(value, "display", language) if isinstance(value, Mapping) else text
    return FormOption(text, label or text, text in given)


def _texts(item: Item, fields: Fields) -> list[str]:
    raw = fields.get(item["linkId"], ())
    return [text.strip() for text in ([raw] if isinstance(raw, str) else raw) if text.strip()]


def _initial(questionnaire: Mapping[str, Any]) -> dict[str, list[str]]:
    return {
        item["linkId"]: [_text(items.plain(items.value_of(initial))) for initial in item["initial"]]
        for item in items.walk(questionnaire.get("item", ()))
        if "initial" in item
    }


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _plain_answers(questionnaire: Mapping[str, Any], fields: Fields) -> dict[str, list[Any]]:
    """What the conditions compare: read values; a text that cannot be read answers nothing."""
    ignored: list[Issue] = []
    found: dict[str, list[Any]] = {}
    for item in items.walk(questionnaire.get("item", ())):
        read = [_answer(item, text, ignored) for text in _texts(item, fields)]
        found[item["linkId"]] = [items.plain(items.value_of(answer)) for answer in read if answer]
    return found


def _response_items(
    asked: Sequence[Item], fields: Fields, known: items.Answers, issues: list[Issue]
) -> list[dict[str, Any]]:
    found = []
    for item in asked:
        if item["type"] == "display" or not items.is_enabled(item, known):
            continue
        inner = _response_items(item.get("item", ()), fields, known, issues)
        answers = [_answer(item, text, issues) for text in _texts(item, fields)] if item["type"] != "group" else []
        given = [answer for answer in answers if answer]
        if item["type"] == "group" and inner:
            found.append({"linkId": item["linkId"], "item": inner})
        elif given:
            given[0] |= {"item": inner} if inner else {}
            found.append({"linkId": item["linkId"], "answer": given})
    return found


def _answer(item: Item, text: str, issues: list[Issue]) -> dict[str, Any] | None:
    """The answer element of one text, or None with an issue."""
    kind = item["type"]
    try:
        value = _READERS.get(kind, _as_text)(item, text)
    except (ValueError, InvalidOperation):
        issues.append(Issue("value", f"form.bad-{kind}", item["linkId"], {}))
        return None
    name = "valueString" if isinstance(value, str) and "choice" in kind else items.VALUE_ELEMENT[kind]
    return {name: value}


def _narrow(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def _as_text(_: Item, text: str) -> Any:
    return text


def _as_boolean(_: Item, text: str) -> Any:
    return {"true": True, "on": True, "false": False}.get(text) if text in ("true", "on", "false") else _fail()


def _as_integer(_: Item, text: str) -> Any:
    digits = _narrow(text)
    return int(digits) if is_valid("integer", int(digits)) else _fail()


def _as_decimal(_: Item, text: str) -> Any:
    number = Decimal(_narrow(text).replace("。", "."))
    return number if is_valid("decimal", number) else _fail()


def _as_date(item: Item, text: str) -> Any:
    day = _narrow(text).replace("/", "-")
    return day if is_valid(item["type"], day) and (item["type"] != "date" or len(day) == 10) else _fail()


def _as_choice(item: Item, text: str) -> Any:
    for option in item.get("answerOption", ()):
        value = items.value_of(option)
        if _text(items.plain(value)) == text:
            if isinstance(value, Mapping):
                return {name: part for name, part in value.items() if not name.startswith("_")}
            return value
    return text if item["type"] == "open-choice" else _fail()


def _as_quantity(item: Item, text: str) -> Any:
    unit = items.extension(item, items.UNIT) or {}
    parts = {"unit": unit.get("display"), "system": unit.get("system"), "code": unit.get("code")}
    return {"value": _as_decimal(item, text)} | {name: part for name, part in parts.items() if part}


def _fail() -> Any:
    raise ValueError


_READERS = {
    "boolean": _as_boolean,
    "integer": _as_integer,
    "decimal": _as_decimal,
    "date": _as_date,
    "dateTime": _as_date,
    "choice": _as_choice,
    "open-choice": _as_choice,
    "quantity": _as_quantity,
}
