"""Whatever JSON comes, the answer is a list of issues, never an exception; and what is taken can be indexed."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fhir.examples import observation, patient

from healthrec.fhir.facts import measurement, patient_facts
from healthrec.fhir.json import dump, parse
from healthrec.fhir.references import references
from healthrec.fhir.search_rows import rows
from healthrec.fhir.types import child_ids, entered_in_error
from healthrec.fhir.validation import check

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.sampled_from(["2024-01-01", "Patient/1", "#x", "final", "http://unitsofmeasure.org", "kg", Decimal("1e400")])
)
names = st.sampled_from(
    ["code", "value", "system", "reference", "start", "end", "item", "extension", "url", "_x", "text"]
)
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3), max_leaves=8
)

RICH: list[dict[str, Any]] = [
    observation(
        component=[{"code": {"text": "x"}, "valueQuantity": {"value": 1, "unit": "x"}}],
        referenceRange=[{"low": {"value": 1, "unit": "x"}, "high": {"value": 2, "unit": "x"}}],
        contained=[{"resourceType": "Device", "id": "d"}],
        device={"reference": "#d"},
        effectiveDateTime=None,
        effectiveTiming={"event": ["2024-01-01"], "repeat": {"boundsPeriod": {"start": "2024"}}},
    ),
    patient(
        contact=[{"name": {"text": "x"}, "period": {"start": "2024", "end": "2025"}}],
        extension=[{"url": "urn:x", "valueQuantity": {"value": 1}}],
        name=[{"text": "x", "_text": {"extension": [{"url": "urn:x", "valueCode": "x"}]}}],
        meta={"tag": [{"code": "x"}], "profile": ["urn:x"]},
        text={"status": "generated", "div": "<div>x</div>"},
    ),
    {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [{"fullUrl": "urn:x", "resource": patient(), "request": {"method": "POST", "url": "Patient"}}],
    },
    {
        "resourceType": "Questionnaire",
        "status": "draft",
        "item": [{"linkId": "a", "type": "group", "item": [{"linkId": "b", "type": "date"}]}],
    },
    {
        "resourceType": "Condition",
        "clinicalStatus": {"coding": [{"code": "active"}]},
        "verificationStatus": {"coding": [{"code": "confirmed"}]},
        "subject": {"reference": "Patient/1"},
        "abatementString": "x",
    },
    {"resourceType": "Organization", "name": "x", "telecom": [{"system": "phone", "value": "1", "use": "home"}]},
    {
        "resourceType": "Appointment",
        "status": "booked",
        "start": "2024-01-01T00:00:00Z",
        "participant": [{"actor": {"reference": "Patient/1"}, "status": "accepted"}],
    },
    {"resourceType": "Task", "status": "draft", "intent": "order", "authoredOn": "2024", "lastModified": "2023"},
]


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return found + [place for key, inner in pairs for place in places(inner, (*path, key))]


@st.composite
def spoilt(draw: st.DrawFn) -> dict[str, Any]:
    resource = copy.deepcopy(draw(st.sampled_from(RICH)))
    *parents, last = draw(st.sampled_from(places(resource)))
    holder = resource
    for step in parents:
        holder = holder[step]
    holder[last] = draw(anything)
    return resource


@settings(max_examples=400, deadline=None)
@given(spoilt())
def test_a_spoilt_resource_gives_issues_or_rows(resource: dict[str, Any]) -> None:
    if check(resource):
        return
    rows(resource)
    list(references(resource))
    child_ids(resource)
    entered_in_error(resource)
    assert parse(dump(resource).encode()) == resource
    if resource["resourceType"] == "Observation":
        measurement(resource)
    if resource["resourceType"] == "Patient":
        patient_facts(resource)
