"""The quick form takes nothing that the R4B model refuses."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from tests.fhir.examples import observation, patient
from tests.fhir.test_robustness import RICH, anything

from healthrec.demo.town import town
from healthrec.fhir.second_opinion import _quick_form, of_model, second_opinion
from healthrec.fhir.shape import RESOURCE, model, shape
from healthrec.fhir.types import KINDS
from healthrec.fhir.validation import check

TOWN = {one["resourceType"]: one for one in town(12).resources()}
SAMPLES = [*RICH, observation(), patient(), *TOWN.values()]


def all_shapes() -> set[str]:
    found, todo = set[str](), {*KINDS, "Extension"}
    while todo:
        name = todo.pop()
        found.add(name)
        kinds = {one.kind for one in shape(name).elements.values() if not one.primitive} - {RESOURCE}
        todo |= kinds - found
    return found


def test_the_walk_knows_every_required_element_and_choice_that_the_model_checks_in_python() -> None:
    for name in all_shapes():
        form, of_fhir = shape(name), model(name)
        aliases = {field: info.alias for field, info in of_fhir.model_fields.items()}
        required = {element for element, _ in of_fhir.get_required_fields(None)}
        assert required <= set(form.required), name
        choices = {key: {aliases[one] for one in names} for key, names in of_fhir.get_one_of_many_fields(None).items()}
        assert {key: set(names) for key, names in form.choices.items()} == choices, name


def quickly(resource: dict[str, Any]) -> bool:
    try:
        _quick_form(resource["resourceType"]).validate_python(resource)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("resource", TOWN.values(), ids=TOWN.keys())
def test_what_the_demo_town_writes_needs_the_quick_form_alone(resource: dict[str, Any]) -> None:
    assert quickly(resource) and of_model(resource, resource["resourceType"]) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"status": None, "_status": {"id": "no-extension"}},
        {"contained": [{"resourceType": "Device", "id": "d"}]},
        {"_effectiveDateTime": {"extension": [{"url": "urn:x", "valueCode": "x"}]}},
    ],
)
def test_what_the_quick_form_leaves_out_goes_to_the_model(changes: dict[str, Any]) -> None:
    resource = observation(**changes)
    assert not quickly(resource)
    assert second_opinion(resource, "Observation") == of_model(resource, "Observation")


@given(st.data())
def test_the_quick_form_never_takes_what_walk_and_model_together_refuse(data: st.DataObject) -> None:
    resource = copy.deepcopy(data.draw(st.sampled_from(SAMPLES)))
    node: Any = resource
    while isinstance(node, dict | list) and node:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(node[key], dict | list) or data.draw(st.booleans()):
            node[key] = data.draw(anything)
            break
        node = node[key]
    if check(resource, second_opinion=False) == []:
        name = resource["resourceType"]
        assert second_opinion(resource, name) == of_model(resource, name)
