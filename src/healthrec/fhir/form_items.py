"""Reading a Questionnaire: its items, their words in a language, their options, limits and conditions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

_STRUCTURE = "http://hl7.org/fhir/StructureDefinition/"
TRANSLATION = f"{_STRUCTURE}translation"
MIN_VALUE = f"{_STRUCTURE}minValue"
MAX_VALUE = f"{_STRUCTURE}maxValue"
MIN_OCCURS = f"{_STRUCTURE}questionnaire-minOccurs"
MAX_OCCURS = f"{_STRUCTURE}questionnaire-maxOccurs"
ITEM_CONTROL = f"{_STRUCTURE}questionnaire-itemControl"
UNIT = f"{_STRUCTURE}questionnaire-unit"

Item = Mapping[str, Any]
Answers = Mapping[str, Sequence[Any]]
"""linkId -> the plain values answered: code or text, number, boolean, date text."""

VALUE_ELEMENT = {
    "boolean": "valueBoolean", "decimal": "valueDecimal", "integer": "valueInteger", "date": "valueDate",
    "dateTime": "valueDateTime", "time": "valueTime", "string": "valueString", "text": "valueString",
    "url": "valueUri", "choice": "valueCoding", "open-choice": "valueCoding", "attachment": "valueAttachment",
    "reference": "valueReference", "quantity": "valueQuantity",
}  # fmt: skip
"""The answer element of each question type."""


@dataclass(frozen=True, slots=True)
class Condition:
    """enableWhen: the answer of `link_id` compared with `value` (a code, number, boolean or date text)."""

    link_id: str
    operator: str
    value: Any


def canonical(questionnaire: Mapping[str, Any]) -> str:
    """url|version: what a response pins."""
    version = questionnaire.get("version")
    return f"{questionnaire['url']}|{version}" if version else str(questionnaire["url"])


def walk(items: Sequence[Item]) -> Iterator[Item]:
    """Every item, a parent before its children."""
    for item in items:
        yield item
        yield from walk(item.get("item", ()))


def words(element: Mapping[str, Any], name: str, language: str) -> str:
    """The text of `element.name` in a language by the standard translation extension, else as written."""
    for extension in element.get(f"_{name}", {}).get("extension", ()):
        if extension["url"] == TRANSLATION:
            parts = {part["url"]: value_of(part) for part in extension["extension"]}
            if str(parts.get("lang", "")).split("-")[0] == language.split("-")[0].split("_")[0]:
                return str(parts["content"])
    return str(element.get(name, ""))


def extension(item: Mapping[str, Any], url: str) -> Any:
    """The value of an extension, or None."""
    return next((value_of(one) for one in item.get("extension", ()) if one["url"] == url), None)


def value_of(holder: Mapping[str, Any]) -> Any:
    """The value[x] of an extension, answer or option; None without one."""
    return next((value for name, value in holder.items() if name.startswith("value")), None)


def plain(value: Any) -> Any:
    """A value that compares with ==: the code of a Coding, the number of a Quantity, else itself."""
    if isinstance(value, Mapping):
        return value.get("code") if "value" not in value else value["value"]
    return value


def is_help(item: Item) -> bool:
    """A display item that explains its parent."""
    control = extension(item, ITEM_CONTROL) if item["type"] == "display" else None
    return control is not None and any(coding.get("code") == "help" for coding in control["coding"])


def conditions(item: Item) -> tuple[Condition, ...]:
    """The item's enableWhen."""
    return tuple(
        Condition(one["question"], one["operator"], plain(next(v for k, v in one.items() if k.startswith("answer"))))
        for one in item.get("enableWhen", ())
    )


def is_enabled(item: Item, answers: Answers) -> bool:
    """Whether the answers given so far open the item (enableBehavior: any, or all)."""
    tests = [_holds(condition, answers.get(condition.link_id, ())) for condition in conditions(item)]
    return not tests or (any(tests) if item.get("enableBehavior") == "any" else all(tests))


def answers_of(response: Mapping[str, Any]) -> dict[str, list[Any]]:
    """linkId -> plain values of a QuestionnaireResponse, over all groups and nested answers."""
    found: dict[str, list[Any]] = {}
    todo = list(response.get("item", ()))
    while todo:
        item = todo.pop(0)
        for answer in item.get("answer", ()):
            found.setdefault(item["linkId"], []).append(plain(value_of(answer)))
            todo += answer.get("item", ())
        todo += item.get("item", ())
    return found


def _holds(condition: Condition, given: Sequence[Any]) -> bool:
    if condition.operator == "exists":
        return bool(given) is bool(condition.value)
    return any(_compare(one, condition.operator, condition.value) for one in given)


def _compare(given: Any, operator: str, wanted: Any) -> bool:
    if operator in ("=", "!="):
        return bool((given == wanted) == (operator == "="))
    same = isinstance(given, str) == isinstance(wanted, str)
    if not same or not isinstance(given, str | int | float | Decimal):
        return False
    return bool({">": given > wanted, "<": given < wanted, ">=": given >= wanted, "<=": given <= wanted}[operator])
