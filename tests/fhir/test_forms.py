from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from healthrec.errors import Refused
from healthrec.fhir import form_items as items
from healthrec.fhir import forms
from healthrec.fhir.json import parse
from healthrec.fhir.validation import check

SCHEMAS = Path(__file__).parents[2] / "schemas"
FORMS = sorted(path.stem for path in (SCHEMAS / "questionnaires").glob("*.json"))


def form(name: str) -> dict[str, Any]:
    return parse((SCHEMAS / "questionnaires" / f"{name}.json").read_bytes())


def question(type: str, **more: Any) -> dict[str, Any]:
    item = {"linkId": "q", "text": "?", "type": type} | more
    return {"resourceType": "Questionnaire", "url": "urn:q", "version": "1", "status": "active", "item": [item]}


def answered(*answers: dict[str, Any], **more: Any) -> dict[str, Any]:
    item = {"linkId": "q", "answer": list(answers)}
    response = {"resourceType": "QuestionnaireResponse", "questionnaire": "urn:q|1", "status": "completed"}
    return response | {"item": [item] if answers else []} | more


def problems(questionnaire: dict[str, Any], response: dict[str, Any]) -> list[tuple[str, str]]:
    return [(issue.key, issue.expression) for issue in forms.validate(questionnaire, response)]


LIMITS = [
    {"url": items.MIN_VALUE, "valueInteger": 0},
    {"url": items.MAX_VALUE, "valueInteger": 10},
]
OPTIONS = [{"valueCoding": {"system": "urn:s", "code": code, "display": code.upper()}} for code in "ab"]


@pytest.mark.parametrize(
    ("asked", "response", "expected"),
    [
        (question("string"), answered(), []),
        (question("string", required=True), answered(), ["form.answer-needed"]),
        (question("string", required=True), answered(status="in-progress"), []),
        (question("string", maxLength=2), answered({"valueString": "ab"}), []),
        (question("string", maxLength=2), answered({"valueString": "abc"}), ["form.too-long"]),
        (question("string"), answered({"valueInteger": 1}), ["form.wrong-type"]),
        (question("string"), answered({"valueString": "a"}, {"valueString": "b"}), ["form.too-many-answers"]),
        (question("string", repeats=True), answered({"valueString": "a"}, {"valueString": "b"}), []),
        (question("integer", extension=LIMITS), answered({"valueInteger": -1}), ["form.too-low"]),
        (question("integer", extension=LIMITS), answered({"valueInteger": 0}), []),
        (question("integer", extension=LIMITS), answered({"valueInteger": 10}), []),
        (question("integer", extension=LIMITS), answered({"valueInteger": 11}), ["form.too-high"]),
        (question("choice", answerOption=OPTIONS), answered({"valueCoding": {"system": "urn:s", "code": "a"}}), []),
        (
            question("choice", answerOption=OPTIONS),
            answered({"valueCoding": {"system": "urn:s", "code": "c"}}),
            ["form.not-an-option"],
        ),
        (
            question("choice", answerOption=OPTIONS),
            answered({"valueCoding": {"system": "urn:other", "code": "a"}}),
            ["form.not-an-option"],
        ),
        (question("open-choice", answerOption=OPTIONS), answered({"valueString": "other"}), []),
        (question("display"), answered({"valueString": "x"}), ["form.no-answer-here"]),
        (question("string"), answered(questionnaire="urn:q|2"), ["form.other-questionnaire"]),
        (question("string"), answered(item=[{"linkId": "z"}]), ["form.unknown-item"]),
        (question("string"), answered(item=[{"linkId": "q"}, {"linkId": "q"}]), ["form.twice"]),
    ],
)
def test_answers_are_held_to_the_question(asked: dict[str, Any], response: dict[str, Any], expected: list[str]) -> None:
    assert [key for key, _ in problems(asked, response)] == expected


@pytest.mark.parametrize(
    ("condition", "given", "open"),
    [
        ({"operator": "=", "answerInteger": 3}, 3, True),
        ({"operator": "=", "answerInteger": 3}, 4, False),
        ({"operator": "!=", "answerInteger": 3}, 4, True),
        ({"operator": ">", "answerInteger": 3}, 3, False),
        ({"operator": ">=", "answerInteger": 3}, 3, True),
        ({"operator": "<", "answerInteger": 3}, 2, True),
        ({"operator": "<=", "answerInteger": 3}, 4, False),
        ({"operator": "exists", "answerBoolean": True}, 1, True),
        ({"operator": "exists", "answerBoolean": True}, None, False),
        ({"operator": "exists", "answerBoolean": False}, None, True),
        ({"operator": "=", "answerInteger": 3}, None, False),
    ],
)
def test_a_condition_opens_an_item(condition: dict[str, Any], given: int | None, open: bool) -> None:
    item = {"linkId": "b", "type": "string", "enableWhen": [{"question": "a"} | condition]}
    assert items.is_enabled(item, {"a": [] if given is None else [given]}) is open


def test_conditions_hold_all_or_any() -> None:
    conditions = [{"question": "a", "operator": "=", "answerInteger": n} for n in (1, 2)]
    item = {"linkId": "b", "type": "string", "enableWhen": conditions}
    assert not items.is_enabled(item | {"enableBehavior": "all"}, {"a": [1]})
    assert items.is_enabled(item | {"enableBehavior": "any"}, {"a": [1]})


# The forms of the house.


@pytest.mark.parametrize("name", FORMS)
def test_a_form_is_a_good_questionnaire(name: str) -> None:
    questionnaire = form(name)
    assert check(questionnaire) == []
    assert questionnaire["url"].endswith(f"/Questionnaire/{name}")


@pytest.mark.parametrize("name", FORMS)
def test_a_form_is_complete_in_both_languages(name: str) -> None:
    def texts(page_items: tuple[forms.FormItem, ...]) -> list[str]:
        return [
            text
            for item in page_items
            for text in (item.text, item.help, *(option.label for option in item.options), *texts(item.items))
        ]

    chinese, english = (forms.render_model(form(name), language) for language in ("zh", "en"))
    assert len(texts(chinese.items)) == len(texts(english.items))
    for text in (english.title, english.description, *texts(english.items)):
        assert text.isascii() or not any("\u3400" <= character <= "\u9fff" for character in text), text
    for text in (chinese.title, chinese.description, *filter(None, texts(chinese.items))):
        assert any("\u3400" <= character <= "\u9fff" for character in text), text


def test_the_warning_sign_form_says_what_the_rules_say() -> None:
    rules = yaml.safe_load((SCHEMAS / "screening" / "warning-signs.yaml").read_text(encoding="utf-8"))
    asked = {item["linkId"]: item for item in items.walk(form("warning-signs")["item"])}
    assert len(rules["columns"]) == 11
    for column in rules["columns"]:
        assert len(asked[column["code"]]["item"]) == len(column["signs"]) == 4
        for sign in column["signs"]:
            item = asked[sign["link_id"]]
            assert item["text"] == sign["zh"]
            assert items.words(item, "text", "en").casefold() == sign["en"].casefold()


SIGNS = {"M03.1": ["present"], "M03.2": ["absent"], "M03.3": ["not-done"], "M03.4": ["not-known"]}


def warning_signs(**more: Any) -> dict[str, Any]:
    response = forms.response_from_fields(form("warning-signs"), {"age": ["M03"]} | SIGNS)
    known = {
        "id": "r1",
        "subject": {"reference": "Patient/1"},
        "authored": "2024-01-05T10:00:00+08:00",
        "author": {"reference": "Practitioner/d1"},
    }
    return response | known | more


def test_the_age_opens_its_own_four_signs() -> None:
    page = forms.render_model(form("warning-signs"), "zh", {"age": ["M03"], "M03.1": ["present"]})
    assert [item.link_id for item in page.items if item.shown] == ["age", "M03"]
    [sign, *_] = page.items[1].items
    assert [option.value for option in sign.options if option.selected] == ["present"]
    assert page.items[2].shown_when == (items.Condition("age", "=", "M06"),)
    assert page.items[0].help.startswith("按本次体检")


def test_answers_of_a_closed_group_are_left_out_of_a_response_and_refused_in_one() -> None:
    response = forms.response_from_fields(form("warning-signs"), {"age": ["M03"], "M06.1": ["absent"]} | SIGNS)
    assert [item["linkId"] for item in response["item"]] == ["age", "M03"]
    response["item"].append({"linkId": "M06", "item": []})
    assert problems(form("warning-signs"), response) == [("form.not-asked", "M06")]


def test_every_sign_of_the_age_must_be_answered() -> None:
    response = forms.response_from_fields(form("warning-signs"), {"age": ["M03"], "M03.1": ["absent"]})
    assert [link_id for _, link_id in problems(form("warning-signs"), response)] == ["M03.2", "M03.3", "M03.4"]
    response = forms.response_from_fields(form("warning-signs"), {"age": ["M03"]})
    assert [link_id for _, link_id in problems(form("warning-signs"), response)] == list(SIGNS)
    assert problems(form("warning-signs"), forms.response_from_fields(form("warning-signs"), {})) == [
        ("form.answer-needed", "age")
    ]


def test_the_warning_signs_become_one_panel() -> None:
    response = warning_signs()
    assert check(response) == []
    assert problems(form("warning-signs"), response) == []
    [panel] = forms.extract(form("warning-signs"), response)
    assert check(panel) == []
    assert panel["id"] == forms.extracted_id("r1", "M03")
    assert panel["derivedFrom"] == [{"reference": "QuestionnaireResponse/r1"}]
    assert (panel["status"], panel["subject"]) == ("final", {"reference": "Patient/1"})
    answers = [
        (part["code"]["coding"][0]["code"], part["valueCodeableConcept"]["coding"][0]["code"])
        for part in panel["component"]
    ]
    assert answers == [(sign, answer) for sign, [answer] in SIGNS.items()]


def test_what_is_extracted_keeps_its_id_and_follows_the_status_of_its_form() -> None:
    [first] = forms.extract(form("warning-signs"), warning_signs())
    [again] = forms.extract(form("warning-signs"), warning_signs(status="amended"))
    [wrong] = forms.extract(form("warning-signs"), warning_signs(status="entered-in-error"))
    [other] = forms.extract(form("warning-signs"), warning_signs(id="r2"))
    assert first["id"] == again["id"] == wrong["id"] != other["id"]
    assert (again["status"], wrong["status"]) == ("amended", "entered-in-error")


def test_a_single_question_becomes_an_observation_with_its_unit() -> None:
    asked = question(
        "decimal",
        code=[{"system": "http://loinc.org", "code": "29463-7"}],
        extension=[
            {"url": forms.OBSERVATION_EXTRACT, "valueBoolean": True},
            {"url": items.UNIT, "valueCoding": {"system": "http://unitsofmeasure.org", "code": "kg", "display": "kg"}},
        ],
    )
    response = forms.response_from_fields(asked, {"q": ["７．30"]}) | {"id": "r1"}
    [weight] = forms.extract(asked, response)
    assert weight["valueQuantity"] == {
        "value": Decimal("7.30"),
        "unit": "kg",
        "system": "http://unitsofmeasure.org",
        "code": "kg",
    }
    assert check(weight) == []


VISIT = {
    "visit.date": ["2024-03-05"],
    "visit.topics": ["feeding", "growth"],
    "visit.looked-at": ["meals"],
    "children.concern-count": ["２"],
    "results.earlier-advice": ["none"],
    "results.findings": ["未发现问题"],
    "results.advice": ["多到户外活动"],
    "signatures.guide": ["confirmed"],
    "signatures.nursery-role": ["head"],
}


def test_a_guide_visit_goes_from_fields_to_a_response_and_back() -> None:
    questionnaire = form("guide-visit")
    response = forms.response_from_fields(questionnaire, VISIT | {"results.next-date": [" "], "csrf": ["x"]})
    assert problems(questionnaire, response) == []
    assert check(response) == []
    assert response["questionnaire"] == "https://healthrec.example/fhir/Questionnaire/guide-visit|1.0"
    assert forms.fields_from_response(response) == VISIT | {"children.concern-count": ["2"]}


@pytest.mark.parametrize(
    ("field", "text", "key"),
    [
        ("visit.date", "2024-02-30", "form.bad-date"),
        ("visit.date", "2024-02", "form.bad-date"),
        ("children.concern-count", "two", "form.bad-integer"),
        ("children.concern-count", "2.5", "form.bad-integer"),
        ("visit.topics", "football", "form.bad-choice"),
    ],
)
def test_a_field_that_cannot_be_read_is_named(field: str, text: str, key: str) -> None:
    with pytest.raises(Refused) as refused:
        forms.response_from_fields(form("guide-visit"), VISIT | {field: [text]})
    assert [(issue.key, issue.expression) for issue in refused.value.issues] == [(key, field)]


def test_a_page_keeps_what_was_typed_even_when_it_cannot_be_read() -> None:
    page = forms.render_model(form("guide-visit"), "en", {"children.concern-count": ["two"]})
    [count] = page.items[1].items
    assert (count.value, count.minimum, count.maximum, count.required) == ("two", "0", "500", True)


def test_initial_values_are_for_a_new_form_only() -> None:
    asked = question("choice", answerOption=OPTIONS, initial=[{"valueCoding": {"system": "urn:s", "code": "a"}}])
    assert forms.render_model(asked, "zh").items[0].value == "a"
    assert forms.render_model(asked, "zh", {}).items[0].value == ""
    assert "item" not in forms.response_from_fields(asked, {})
