"""Forms as data: checking a QuestionnaireResponse against its Questionnaire, and what is extracted from it.

Extraction follows the observation-based way of HL7's Structured Data Capture: an item with `code` and the extension
sdc-questionnaire-observationExtract becomes an Observation; inside such a group, items marked `component` become its
components.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid5

from healthrec.errors import Issue, IssueCode
from healthrec.fhir import form_items as items
from healthrec.fhir.form_items import Answers, Item
from healthrec.fhir.form_pages import (
    FormItem,
    FormOption,
    FormPage,
    fields_from_response,
    render_model,
    response_from_fields,
)
from healthrec.fhir.types import BASE

__all__ = [
    "FormItem",
    "FormOption",
    "FormPage",
    "extract",
    "extracted_id",
    "fields_from_response",
    "render_model",
    "response_from_fields",
    "validate",
]

Resource = dict[str, Any]

_SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/"
OBSERVATION_EXTRACT = f"{_SDC}sdc-questionnaire-observationExtract"
EXTRACT_CATEGORY = f"{_SDC}sdc-questionnaire-observation-extract-category"
_NAMESPACE = uuid5(UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8"), f"{BASE}extracted")


def validate(questionnaire: Mapping[str, Any], response: Mapping[str, Any]) -> list[Issue]:
    """Every issue of a response, each with the linkId as its expression. Required answers are asked for only when the
    response is not `in-progress`. The response's FHIR shape is `validation.check`'s business."""
    if response.get("questionnaire") != items.canonical(questionnaire):
        params = {"found": response.get("questionnaire", ""), "allowed": items.canonical(questionnaire)}
        return [Issue("value", "form.other-questionnaire", "questionnaire", params)]
    check = _Check(items.answers_of(response), complete=response.get("status") != "in-progress")
    check.level(questionnaire.get("item", ()), response.get("item", ()))
    return check.issues


def extract(questionnaire: Mapping[str, Any], response: Mapping[str, Any]) -> list[Resource]:
    """The Observations of a response that has an id: deterministic ids (uuid5 of response id and linkId), `derivedFrom`
    the response, subject, encounter, author and time taken from it. A response entered in error gives them as such."""
    answers = _answers(response)
    marked = [
        item
        for item in items.walk(questionnaire.get("item", ()))
        if items.extension(item, OBSERVATION_EXTRACT) is True and item.get("code")
    ]
    return [observation for item in marked for observation in _observations(item, answers, response)]


def extracted_id(response_id: str, link_id: str, index: int = 0) -> str:
    """The id of what is extracted from one answer: the same for every version of the response."""
    return str(uuid5(_NAMESPACE, f"{response_id}|{link_id}" + (f"|{index}" if index else "")))


class _Check:
    """One pass over questionnaire and response side by side."""

    def __init__(self, answers: Answers, complete: bool) -> None:
        self.issues: list[Issue] = []
        self._answers = answers
        self._complete = complete

    def level(self, asked: Sequence[Item], given: Sequence[Item]) -> None:
        known = {item["linkId"] for item in asked}
        for one in given:
            if one["linkId"] not in known:
                self._add("not-found", "form.unknown-item", one["linkId"][:64])
        for item in asked:
            self._item(item, [one for one in given if one["linkId"] == item["linkId"]])

    def _item(self, item: Item, given: Sequence[Item]) -> None:
        link_id, kind = item["linkId"], item["type"]
        answers = [answer for one in given for answer in one.get("answer", ())]
        if not items.is_enabled(item, self._answers):
            if given:
                self._add("business-rule", "form.not-asked", link_id)
            return
        if kind == "display" or (kind == "group" and answers):
            if given:
                self._add("structure", "form.no-answer-here", link_id)
            return
        if len(given) > 1 and not (kind == "group" and item.get("repeats")):
            self._add("structure", "form.twice", link_id)
        for one in given if kind == "group" else ():
            self.level(item.get("item", ()), one.get("item", ()))
        if kind == "group":
            self._missing_group(item, given)
        else:
            self._question(item, answers)

    def _missing_group(self, item: Item, given: Sequence[Item]) -> None:
        if not given and self._complete:
            self.level(item.get("item", ()), ())

    def _question(self, item: Item, answers: Sequence[Item]) -> None:
        link_id = item["linkId"]
        least = items.extension(item, items.MIN_OCCURS) or int(bool(item.get("required")))
        most = items.extension(item, items.MAX_OCCURS) if item.get("repeats") else 1
        if len(answers) < least and self._complete:
            self._add("required", "form.answer-needed", link_id)
        if most is not None and len(answers) > most:
            self._add("structure", "form.too-many-answers", link_id, found=len(answers), allowed=most)
        for answer in answers:
            self._answer(item, answer)
            self.level(item.get("item", ()), answer.get("item", ()))

    def _answer(self, item: Item, answer: Mapping[str, Any]) -> None:
        kind, link_id = item["type"], item["linkId"]
        element = next((name for name in answer if name.startswith("value")), "")
        allowed = {items.VALUE_ELEMENT[kind]} | ({"valueString"} if kind in ("open-choice", "choice") else set())
        if element not in allowed:
            self._add("structure", "form.wrong-type", link_id, found=element.removeprefix("value"), allowed=kind)
        elif kind == "choice":
            self._choice(item, answer[element])
        else:
            self._limits(item, items.plain(answer[element]))

    def _choice(self, item: Item, value: Any) -> None:
        options = [items.value_of(option) for option in item.get("answerOption", ())]
        if options and not any(_same_option(value, option) for option in options):
            allowed = ", ".join(str(items.plain(option)) for option in options)
            self._add(
                "code-invalid", "form.not-an-option", item["linkId"], found=str(items.plain(value)), allowed=allowed
            )

    def _limits(self, item: Item, value: Any) -> None:
        low, high = items.extension(item, items.MIN_VALUE), items.extension(item, items.MAX_VALUE)
        if low is not None and value < low:
            self._add("value", "form.too-low", item["linkId"], found=str(value), allowed=str(low))
        if high is not None and value > high:
            self._add("value", "form.too-high", item["linkId"], found=str(value), allowed=str(high))
        longest = item.get("maxLength")
        if longest and isinstance(value, str) and len(value) > longest:
            self._add("too-long", "form.too-long", item["linkId"], found=len(value), allowed=longest)

    def _add(self, code: IssueCode, key: str, link_id: str, **params: Any) -> None:
        self.issues.append(Issue(code, key, link_id, params))


def _same_option(value: Any, option: Any) -> bool:
    if isinstance(value, Mapping) and isinstance(option, Mapping):
        return (value.get("system"), value.get("code")) == (option.get("system"), option.get("code"))
    return bool(value == option)


def _answers(response: Mapping[str, Any]) -> dict[str, list[Item]]:
    """The answers by linkId over the whole response (repeated groups together)."""
    found: dict[str, list[Item]] = {}
    todo = list(response.get("item", ()))
    while todo:
        one = todo.pop(0)
        answers = one.get("answer", ())
        found.setdefault(one["linkId"], []).extend(answers)
        todo += [*one.get("item", ()), *(inner for answer in answers for inner in answer.get("item", ()))]
    return found


def _observations(item: Item, answers: Mapping[str, list[Item]], response: Mapping[str, Any]) -> list[Resource]:
    if item["type"] == "group":
        components = [part for child in items.walk(item.get("item", ())) for part in _components(child, answers)]
        return [_observation(item, response, 0, {"component": components})] if components else []
    return [
        _observation(item, response, index, _value(item, answer))
        for index, answer in enumerate(answers.get(item["linkId"], ()))
    ]


def _components(item: Item, answers: Mapping[str, list[Item]]) -> list[Resource]:
    if items.extension(item, OBSERVATION_EXTRACT) != "component":
        return []
    return [{"code": _concept(item)} | _value(item, answer) for answer in answers.get(item["linkId"], ())]


def _observation(item: Item, response: Mapping[str, Any], index: int, content: Resource) -> Resource:
    wrong = response["status"] == "entered-in-error"
    observation: Resource = {
        "resourceType": "Observation",
        "id": extracted_id(response["id"], item["linkId"], index),
        "status": "entered-in-error" if wrong else "amended" if response["status"] == "amended" else "final",
    }
    category = items.extension(item, EXTRACT_CATEGORY)
    if category:
        observation["category"] = [category]
    observation["code"] = _concept(item)
    for element, source in (("subject", "subject"), ("encounter", "encounter"), ("effectiveDateTime", "authored")):
        if source in response:
            observation[element] = response[source]
    if "author" in response:
        observation["performer"] = [response["author"]]
    components = content.pop("component", None)
    observation |= content | {"derivedFrom": [{"reference": f"QuestionnaireResponse/{response['id']}"}]}
    return observation | ({"component": components} if components else {})


def _concept(item: Item) -> Resource:
    return {"coding": list(item["code"])} | ({"text": item["text"]} if item.get("text") else {})


def _value(item: Item, answer: Mapping[str, Any]) -> Resource:
    name, value = next((name, value) for name, value in answer.items() if name.startswith("value"))
    if name == "valueCoding":
        return {"valueCodeableConcept": {"coding": [value]}}
    if name == "valueDate":
        return {"valueDateTime": value}
    if name == "valueDecimal" or (name == "valueInteger" and items.extension(item, items.UNIT)):
        unit = items.extension(item, items.UNIT) or {}
        parts = {"unit": unit.get("display"), "system": unit.get("system"), "code": unit.get("code")}
        return {"valueQuantity": {"value": value} | {part: text for part, text in parts.items() if text}}
    return {name: value}
