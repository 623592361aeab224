from __future__ import annotations

from tests.fhir.examples import observation

from healthrec.fhir.references import Reference, references, replace_references

URN = "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"


def test_references_are_listed_with_their_paths() -> None:
    resource = observation(
        subject={"reference": "Patient/1/_history/2"},
        encounter={"reference": URN},
        performer=[{"reference": "Practitioner/n1"}, {"reference": "https://other.example/Practitioner/2"}],
        device={"reference": "#d"},
        hasMember=[{"display": "none"}],
    )
    assert list(references(resource)) == [
        Reference("Observation.subject", "Patient", "1"),
        Reference("Observation.performer[0]", "Practitioner", "n1"),
        Reference("Observation.encounter", "", URN),
    ]


def test_references_inside_contained_resources_are_listed() -> None:
    inner = {"resourceType": "Device", "id": "d", "patient": {"reference": "Patient/1"}}
    assert Reference("Observation.contained[0].patient", "Patient", "1") in list(
        references(observation(contained=[inner]))
    )


def test_placeholders_become_references_everywhere_but_in_full_urls() -> None:
    bundle = {
        "resourceType": "Bundle",
        "entry": [
            {"fullUrl": URN, "resource": {"text": {"div": f'<div><a href="{URN}">x</a></div>'}}},
            {"resource": observation(subject={"reference": URN})},
        ],
    }
    changed = replace_references(bundle, {URN: "Patient/9"})
    assert changed["entry"][0]["fullUrl"] == URN
    assert changed["entry"][0]["resource"]["text"]["div"] == '<div><a href="Patient/9">x</a></div>'
    assert changed["entry"][1]["resource"]["subject"] == {"reference": "Patient/9"}
    assert bundle["entry"][1]["resource"]["subject"] == {"reference": URN}  # type: ignore[index]
