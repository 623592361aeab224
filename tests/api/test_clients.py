"""Two public FHIR clients make their round trip against a real server: fhirpy, and SMART's fhirclient."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.documents import concept
from tests.town import the_town

CHILD = the_town().demo_child.id
DOCUMENT: dict[str, Any] = {
    "resourceType": "Observation",
    "status": "final",
    "code": concept("http://loinc.org", "29463-7"),
    "subject": {"reference": f"Patient/{CHILD}"},
    "effectiveDateTime": "2026-11-21",
    "valueQuantity": {"value": 8.25, "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg"},
}


@pytest.mark.one_database
def test_fhirpy_creates_reads_searches_and_deletes(live_server: str, bearer: Callable[[str], str]) -> None:
    from fhirpy import SyncFHIRClient
    from fhirpy.base.exceptions import OperationOutcome, ResourceNotFound

    client = SyncFHIRClient(f"{live_server}/fhir", authorization=f"Bearer {bearer('doctor')}")
    made = client.resource("Observation", **{name: value for name, value in DOCUMENT.items() if name != "resourceType"})
    made.save()
    assert made["meta"]["versionId"] == "1"
    read = client.reference("Observation", made.id).to_resource()
    assert read["valueQuantity"]["value"] == 8.25
    found = (
        client.resources("Observation")
        .search(subject=f"Patient/{CHILD}", code="29463-7", date="2026-11-21")
        .fetch_all()
    )
    assert made.id in [one.id for one in found]
    assert client.resources("Patient").search(_id=CHILD).count() == 1
    with pytest.raises(OperationOutcome):
        client.resource("Observation", status="nonsense").save()
    made.delete()
    with pytest.raises((ResourceNotFound, OperationOutcome)):
        client.reference("Observation", made.id).to_resource()


@pytest.mark.one_database
def test_fhirclient_reads_searches_and_writes(live_server: str, bearer: Callable[[str], str]) -> None:
    from fhirclient import client as smart
    from fhirclient.models.observation import Observation
    from fhirclient.models.patient import Patient

    session = smart.FHIRClient(settings={"app_id": "test", "api_base": f"{live_server}/fhir"})
    session.server.session.headers["Authorization"] = f"Bearer {bearer('doctor')}"
    child = Patient.read(CHILD, session.server)
    assert child.birthDate.isostring == the_town().demo_child.plan.born.isoformat()
    made = Observation(dict(DOCUMENT))
    answer = made.create(session.server)
    assert answer["meta"]["versionId"] == "1"
    found = Observation.where(struct={"subject": f"Patient/{CHILD}", "date": "2026-11-21"}).perform_resources_iter(
        session.server
    )
    assert answer["id"] in [one.id for one in found]
    edited = Observation.read(answer["id"], session.server)
    session.server.session.headers["If-Match"] = 'W/"1"'
    edited.valueQuantity.value = 8.35
    assert edited.update(session.server)["valueQuantity"]["value"] == 8.35
    del session.server.session.headers["If-Match"]
    Observation.read(answer["id"], session.server).delete()
    session.server.session.close()
