"""Where doses come from: recorded here or imported from the province, and never both, whichever way they are written."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.town import Clients, caller_named

from healthrec.services.context import Services
from healthrec.services.immunization.observation import origin_here
from healthrec.store import children, choices

pytestmark = pytest.mark.one_database


def own_child(services: Services, username: str) -> str:
    """Some child of that sign-in."""
    with services.database.read() as connection:
        viewer = caller_named(services, username).viewer
        return children.all_of(connection, viewer, ("", 0), True, 1)[0].id


def dose(child: str, **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Immunization",
        "status": "completed",
        "vaccineCode": {"coding": [{"system": "https://healthrec.example/fhir/CodeSystem/vaccine", "code": "Var"}]},
        "patient": {"reference": f"Patient/{child}"},
        "occurrenceDateTime": "2026-11-20",
        "primarySource": True,
        **more,
    }


def test_the_demo_town_has_places_of_both_kinds(shared_services: Services) -> None:
    assert origin_here(shared_services, caller_named(shared_services, "vaccinator")).here
    assert not origin_here(shared_services, caller_named(shared_services, "vaccinator2")).here


def test_a_dose_given_here_is_refused_on_the_wire_where_doses_are_imported(api: Clients) -> None:
    ours, theirs = own_child(api.services, "vaccinator"), own_child(api.services, "vaccinator2")
    assert api("vaccinator").post("/fhir/Immunization", json=dose(ours)).status_code == 201
    refused = api("vaccinator2").post("/fhir/Immunization", json=dose(theirs))
    assert refused.status_code == 422
    assert "none is recorded as given here" in refused.text
    source = {"coding": [{"system": "https://healthrec.example/fhir/CodeSystem/dose-source", "code": "certificate"}]}
    told = api("vaccinator2").post("/fhir/Immunization", json=dose(theirs, primarySource=False, reportOrigin=source))
    assert told.status_code == 201
    claimed = told.json() | {"primarySource": True}
    address = f"/fhir/Immunization/{claimed['id']}"
    assert api("vaccinator2").put(address, json=claimed, headers={"if-match": 'W/"1"'}).status_code == 422


def test_a_dose_recorded_before_the_choice_changed_may_still_be_corrected(api: Clients) -> None:
    child, nurse = own_child(api.services, "vaccinator"), caller_named(api.services, "vaccinator")
    given = api("vaccinator").post("/fhir/Immunization", json=dose(child)).json()
    with api.services.database.write() as connection:
        choices.put(connection, nurse.organization, "dose-origin", "province")
    address = f"/fhir/Immunization/{given['id']}"
    put = api("vaccinator").put(address, json=given | {"lotNumber": "B2"}, headers={"if-match": 'W/"1"'})
    assert put.status_code == 200
    later = api("vaccinator").post("/fhir/Immunization", json=dose(child, occurrenceDateTime=str(date(2026, 10, 1))))
    assert later.status_code == 422
