"""Family summaries: one child's, a class's, and how they went to the families."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from tests.town import Clients, caller_named

from healthrec.errors import NotAllowed, NotFound
from healthrec.services.children.find import find_children
from healthrec.services.children.record import open_record
from healthrec.services.context import Services
from healthrec.services.documents import batches, handover
from healthrec.services.documents.family_summary import preview, publish
from healthrec.services.documents.read import document_content


def _text(data: bytes, folder: Path) -> str:
    (folder / "a.pdf").write_bytes(data)
    done = subprocess.run(["pdftotext", str(folder / "a.pdf"), "-"], capture_output=True, check=True)
    return done.stdout.decode()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_summary_is_published_and_read_by_those_of_the_child(
    town_services: Services, tmp_path: Path, language: str
) -> None:
    doctor = caller_named(town_services, "doctor")
    parent = caller_named(town_services, "parent")
    child = find_children(town_services, parent, "").rows[0]
    document = publish(town_services, doctor, child.id, language, command_id="c")
    assert publish(town_services, doctor, child.id, language, command_id="c") == document
    content = document_content(town_services, parent, document)
    assert child.name in _text(content.data, tmp_path)
    for user in ("nurse", "doctor2", "head"):
        with pytest.raises(NotFound):
            document_content(town_services, caller_named(town_services, user), document)


def test_a_second_issue_of_the_quarter_replaces_the_first(town_services: Services) -> None:
    doctor = caller_named(town_services, "doctor")
    child = find_children(town_services, doctor, "").rows[0]
    assert preview(town_services, doctor, child.id, "zh").page.replaces == ""
    publish(town_services, doctor, child.id, "zh")
    assert preview(town_services, doctor, child.id, "zh").page.replaces
    publish(town_services, doctor, child.id, "zh")
    found = open_record(town_services, doctor, child.id).of("DocumentReference")
    assert sorted(one["status"] for one in found) == ["current", "superseded"]


def test_only_those_who_write_summaries_publish_one(town_services: Services) -> None:
    nurse = caller_named(town_services, "nurse")
    child = find_children(town_services, nurse, "").rows[0]
    with pytest.raises(NotAllowed):
        publish(town_services, nurse, child.id, "zh")


def test_the_binary_is_the_pdf_unless_json_is_asked_for(town_services: Services, api: Clients) -> None:
    doctor = caller_named(town_services, "doctor")
    child = find_children(town_services, doctor, "").rows[0]
    publish(town_services, doctor, child.id, "zh")
    reference = open_record(town_services, doctor, child.id).of("DocumentReference")[0]
    url = "/fhir/" + reference["content"][0]["attachment"]["url"]
    raw = api("doctor").get(url)
    assert raw.headers["content-type"] == "application/pdf"
    assert raw.content.startswith(b"%PDF")
    assert api("doctor").get(url, headers={"accept": "application/fhir+json"}).json()["resourceType"] == "Binary"
    assert api("nurse").get(url).status_code == 404


def test_the_pdf_has_the_class_of_its_document_not_of_the_child(town_services: Services, api: Clients) -> None:
    """It shows doses, which a nursery does not see: its nurse sees the child, and neither this Binary nor the paper."""
    doctor, parent = caller_named(town_services, "doctor"), caller_named(town_services, "parent")
    child = find_children(town_services, parent, "").rows[0]
    first = publish(town_services, doctor, child.id, "zh")
    publish(town_services, doctor, child.id, "zh")
    assert api("nurse").get(f"/fhir/Patient/{child.id}").status_code == 200
    for document in (first, *api("doctor").ids(f"DocumentReference?patient={child.id}&status=current")):
        reference = api("doctor").get(f"/fhir/DocumentReference/{document}").json()
        binary = reference["content"][0]["attachment"]["url"]
        for user in ("doctor", "vaccinator", "parent"):
            assert api(user).get(f"/fhir/{binary}").content.startswith(b"%PDF"), user
            assert document_content(town_services, caller_named(town_services, user), document).data.startswith(b"%PDF")
        for user in ("nurse", "guide", "carer", "parent2"):
            for address in (f"/fhir/{binary}", f"/fhir/{binary}/_history/1", f"/fhir/{binary}/_history"):
                assert api(user).get(address).status_code == 404, (user, address)
            with pytest.raises(NotFound):
                document_content(town_services, caller_named(town_services, user), document)


def test_a_document_does_not_open_a_binary_that_its_reader_may_not_see(town_services: Services, api: Clients) -> None:
    doctor, parent = caller_named(town_services, "doctor"), caller_named(town_services, "parent")
    child = find_children(town_services, parent, "").rows[0]
    publish(town_services, doctor, child.id, "zh")
    (summary,) = api("doctor").search(f"DocumentReference?patient={child.id}&status=current")
    kind = {"coding": [{"system": summary["type"]["coding"][0]["system"], "code": "growth-sheet"}]}
    looser = {"resourceType": "DocumentReference", "status": "current", "type": kind, "subject": summary["subject"]}
    made = api("doctor").post("/fhir/DocumentReference", json=looser | {"content": summary["content"]})
    assert made.status_code == 201
    assert api("nurse").get(f"/fhir/DocumentReference/{made.json()['id']}").status_code == 200
    with pytest.raises(NotFound):
        document_content(town_services, caller_named(town_services, "nurse"), made.json()["id"])


def test_a_class_gets_its_papers_once_even_when_a_worker_was_killed(town_services: Services) -> None:
    doctor = caller_named(town_services, "doctor")
    klass = handover.classes(town_services, doctor)[0]
    batch = batches.begin(town_services, doctor, klass.id, "zh", command_id="b")
    assert batches.begin(town_services, doctor, klass.id, "zh", command_id="b") == batch
    assert batches.unfinished(town_services) == [batch]
    batches.run(town_services, batch)
    batches.run(town_services, batch)
    assert batches.unfinished(town_services) == []
    found = handover.class_papers(town_services, doctor, klass.id)
    assert {paper.state for paper in found.papers} == {"ready"}
    assert found.progress is not None
    assert (found.progress.done, found.progress.running) == (klass.children, False)
    assert handover.merged(town_services, doctor, klass.id).startswith(b"%PDF")


def test_how_a_paper_went_is_recorded_and_taken_back_step_by_step(town_services: Services) -> None:
    doctor = caller_named(town_services, "doctor")
    klass = handover.classes(town_services, doctor)[0]
    batches.run(town_services, batches.begin(town_services, doctor, klass.id, "zh"))
    child = handover.class_papers(town_services, doctor, klass.id).papers[0].child.id

    def state() -> str:
        papers = handover.class_papers(town_services, doctor, klass.id).papers
        return next(paper.state for paper in papers if paper.child.id == child)

    assert handover.mark(town_services, doctor, klass.id, [child], "printed") == 1
    assert handover.mark(town_services, doctor, klass.id, [child], "handed-over") == 1
    assert state() == "handed-over"
    handover.undo(town_services, doctor, klass.id, child)
    assert state() == "printed"
    handover.undo(town_services, doctor, klass.id, child)
    assert state() == "ready"
    with pytest.raises(NotFound):
        handover.undo(town_services, doctor, klass.id, child)
