from __future__ import annotations

from typing import Any

import pytest
from tests.fhir.examples import observation, patient

from healthrec.fhir.shape import shape
from healthrec.fhir.types import KINDS, TYPE_NUMBER, TYPES, child_ids, entered_in_error


def test_the_house_keeps_fifty_one_types() -> None:
    assert len(TYPES) == len(set(TYPES)) == 51


def test_the_number_of_a_type_never_changes() -> None:
    assert (TYPE_NUMBER["Patient"], TYPE_NUMBER["Observation"], TYPE_NUMBER["Subscription"]) == (1, 10, 51)


@pytest.mark.parametrize("name", TYPES)
def test_the_named_elements_exist(name: str) -> None:
    kind, elements = KINDS[name], shape(name).elements
    assert kind.child in ("", *elements)
    assert kind.error_element in ("", *elements)
    if kind.error_element and elements[kind.error_element].codes:
        assert "entered-in-error" in (elements[kind.error_element].codes or ())


@pytest.mark.parametrize("name", [name for name in TYPES if not KINDS[name].error_element])
def test_a_type_without_error_element_has_no_such_status(name: str) -> None:
    status = shape(name).elements.get("status")
    assert status is None or "entered-in-error" not in (status.codes or ())


@pytest.mark.parametrize(
    ("resource", "ids"),
    [
        (patient(), ("1",)),
        (patient(id=None), ()),
        (observation(), ("1",)),
        (observation(subject={"reference": "Group/g"}), ()),
        (observation(subject={"reference": "urn:uuid:x"}), ()),
        (observation(subject=None), ()),
        ({"resourceType": "Task", "for": {"reference": "Patient/7/_history/1"}}, ("7",)),
        ({"resourceType": "Task", "for": {"reference": "Organization/7"}}, ()),
        ({"resourceType": "Organization"}, ()),
        (
            {
                "resourceType": "Appointment",
                "participant": [
                    {"actor": {"reference": "Patient/a"}},
                    {"actor": {"reference": "Practitioner/b"}},
                    {"type": []},
                ],
            },
            ("a",),
        ),
    ],
)
def test_the_child_is_named_by_its_element(resource: dict[str, Any], ids: tuple[str, ...]) -> None:
    assert child_ids(resource) == ids


def test_a_mistake_says_so() -> None:
    wrong = {"coding": [{"code": "entered-in-error"}]}
    assert entered_in_error(observation(status="entered-in-error"))
    assert not entered_in_error(observation())
    assert entered_in_error({"resourceType": "Condition", "verificationStatus": wrong})
    assert not entered_in_error({"resourceType": "Condition"})
    assert not entered_in_error(patient())
