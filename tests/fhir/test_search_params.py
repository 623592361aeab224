from __future__ import annotations

import pytest
from tests.fhir.examples import observation

from healthrec.fhir.search_params import PARAMS, param_code
from healthrec.fhir.search_rows import rows
from healthrec.fhir.shape import shape
from healthrec.fhir.types import TYPES


def test_every_type_has_its_parameters() -> None:
    assert set(PARAMS) == set(TYPES)
    assert "Foo" not in PARAMS


def test_no_two_parameters_share_a_code_by_accident() -> None:
    owners = [param for type in TYPES for param in PARAMS[type].values() if param.paths]
    assert len({param.code for param in owners}) == len(owners)
    assert all(1 < param.code < 2**31 for param in owners)


def test_codes_are_stable() -> None:
    assert PARAMS["Observation"]["code"].code == param_code("Observation", "code") == 1187855407


def test_patient_shares_the_rows_of_subject() -> None:
    subject, patient = PARAMS["Observation"]["subject"], PARAMS["Observation"]["patient"]
    assert patient.code == subject.code
    assert (patient.targets, patient.paths) == (("Patient",), ())


@pytest.mark.parametrize("type", TYPES)
def test_every_path_leads_to_an_element(type: str) -> None:
    for param in PARAMS[type].values():
        for path in param.paths:
            form = shape(type)
            for step in path.partition("?")[0].split("."):
                assert step in form.elements, f"{type}.{param.name}: {path}"
                element = form.elements[step]
                form = form if element.primitive else shape(element.kind)


@pytest.mark.parametrize("type", TYPES)
def test_targets_are_types_that_the_element_may_name(type: str) -> None:
    for param in PARAMS[type].values():
        assert set(param.targets) <= set(TYPES), f"{type}.{param.name}"
        for path in param.paths if param.targets else ():
            if path.startswith("extension?url="):
                continue  # ours: an extension may name any type
            form = shape(type)
            *parents, last = path.split(".")
            for step in parents:
                form = shape(form.elements[step].kind)
            allowed = form.elements[last].targets
            assert allowed is None or set(param.targets) <= allowed, f"{type}.{param.name}"


def test_the_plan_of_a_type_is_made_once() -> None:
    assert rows(observation()) == rows(observation())
