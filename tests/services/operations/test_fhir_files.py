"""Resources come in from files of many shapes, once, and go out as they are."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import settings_for

from healthrec.demo.load import load
from healthrec.demo.town import town
from healthrec.errors import Conflict, NotFound, Refused
from healthrec.services.context import Services
from healthrec.services.opening import opened
from healthrec.services.operations import reading_fhir
from healthrec.services.operations.export_fhir import export_fhir
from healthrec.services.operations.import_fhir import Outcome, Refusal, import_fhir
from healthrec.store import resources

PLACE = {"resourceType": "Organization", "id": "n1", "name": "托育园"}
PATIENT = {
    "resourceType": "Patient",
    "id": "p1",
    "name": [{"text": "测试"}],
    "gender": "male",
    "birthDate": "2025-01-02",
    "managingOrganization": {"reference": "Organization/n1"},
}
WEIGHT = (
    '{"resourceType":"Observation","id":"o1","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"29463-7"}]},'
    '"subject":{"reference":"Patient/p1"},"effectiveDateTime":"2026-01-02","valueQuantity":{"value":7.300,"unit":"kg",'
    '"system":"http://unitsofmeasure.org","code":"kg"}}'
)


def text(*documents: dict[str, Any] | str) -> str:
    """As NDJSON."""
    return "\n".join(one if isinstance(one, str) else json.dumps(one, ensure_ascii=False) for one in documents)


def numbers(outcome: Outcome) -> tuple[int, int, int, int]:
    """Read, written, same, refused."""
    return outcome.read, outcome.written, outcome.same, outcome.refused


def plain(file: Path) -> list[dict[str, Any]]:
    """The documents of an export without their meta, digits kept as text."""
    found = [json.loads(line, parse_float=str) for line in file.read_text("utf-8").splitlines()]
    return sorted(
        ({k: v for k, v in one.items() if k != "meta"} for one in found),
        key=lambda one: (one["resourceType"], one["id"]),
    )


def test_an_export_goes_into_an_empty_installation_and_comes_out_equal(services: Services, tmp_path: Path) -> None:
    load(services, town(3))
    count = export_fhir(services, tmp_path / "a.ndjson")
    with opened(settings_for(f"sqlite:///{tmp_path / 'copy.db'}")) as copy:
        assert numbers(import_fhir(copy, tmp_path / "a.ndjson")) == (count, count, 0, 0)
        assert numbers(import_fhir(copy, tmp_path / "a.ndjson")) == (count, 0, count, 0)
        export_fhir(copy, tmp_path / "b.ndjson")
    assert plain(tmp_path / "a.ndjson") == plain(tmp_path / "b.ndjson")


def test_digits_stay(services: Services, tmp_path: Path) -> None:
    (tmp_path / "in").write_text(text(PLACE, PATIENT, WEIGHT), "utf-8")
    import_fhir(services, tmp_path / "in")
    export_fhir(services, tmp_path / "out.ndjson.gz")
    assert '"value":7.300,' in gzip.decompress((tmp_path / "out.ndjson.gz").read_bytes()).decode()


def test_lines_may_refer_to_later_lines(services: Services, tmp_path: Path) -> None:
    (tmp_path / "in").write_text(text(WEIGHT, PATIENT, PLACE), "utf-8")
    assert numbers(import_fhir(services, tmp_path / "in")) == (3, 3, 0, 0)


def test_a_ring_of_references_goes_in_whole(services: Services, tmp_path: Path) -> None:
    one = {"resourceType": "Organization", "id": "a", "name": "甲", "partOf": {"reference": "Organization/b"}}
    other = {
        "resourceType": "Organization",
        "id": "b",
        "name": "乙",
        "endpoint": [],
        "partOf": {"reference": "Organization/a"},
    }
    other.pop("endpoint")
    (tmp_path / "in").write_text(text(one, PLACE, other), "utf-8")
    assert import_fhir(services, tmp_path / "in").refused in (0, 2)  # a ring of partOf may be refused, the rest is in
    with services.database.read() as connection:
        assert resources.find(connection, "Organization", "n1")


def test_what_is_refused_is_named_by_line_and_the_rest_goes_in(services: Services, tmp_path: Path) -> None:
    bad = [PATIENT | {"id": "p2", "gender": "bogus"}, "{not json", {"resourceType": "Nonsense"}, "[1]"]
    dangling = WEIGHT.replace("Patient/p1", "Patient/nobody").replace('"o1"', '"o2"')
    (tmp_path / "in").write_text("\ufeff" + text(PLACE, *bad, "", PATIENT, dangling, WEIGHT), "utf-8")
    refusals: list[Refusal] = []
    outcome = import_fhir(services, tmp_path / "in", refusals.append)
    assert numbers(outcome) == (8, 3, 0, 5)
    assert sorted(one.place for one in refusals) == ["line 2", "line 3", "line 4", "line 5", "line 8"]
    assert {one.reference for one in refusals} == {"", "Patient/p2", "Observation/o2"}
    assert all(one.issues for one in refusals)


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("zipped", [False, True])
def test_a_bundle_is_read_entry_by_entry(services: Services, tmp_path: Path, indent: int | None, zipped: bool) -> None:
    urn = "urn:uuid:0f6f1d2e-7a4b-4a53-9d0c-2f7f5f5b0001"
    patient = {k: v for k, v in PATIENT.items() if k != "id"}
    entries = [
        {"fullUrl": "http://elsewhere/o1", "resource": json.loads(WEIGHT) | {"subject": {"reference": urn}}},
        {"fullUrl": urn, "resource": patient, "request": {"method": "POST", "url": "Patient"}},
        {"resource": PLACE},
    ]
    bundle = {
        "resourceType": "Bundle",
        "type": "collection",
        "meta": {"tag": [{"code": '"}]{'}]},
        "entry": entries,
        "total": 3,
    }
    data = json.dumps(bundle, indent=indent, ensure_ascii=False).encode()
    (tmp_path / "in").write_bytes(gzip.compress(data) if zipped else data)
    assert numbers(import_fhir(services, tmp_path / "in")) == (3, 3, 0, 0)
    assert numbers(import_fhir(services, tmp_path / "in")) == (3, 0, 3, 0)
    with services.database.read() as connection:
        assert resources.find(connection, "Patient", urn.removeprefix("urn:uuid:"))


def test_entries_come_whole_out_of_small_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entries = [{"resource": {"a": '\\"]}[{' * 3, "b": [[{}], i]}} for i in range(50)]
    (tmp_path / "in").write_text(json.dumps({"entry": entries, "resourceType": "Bundle"}), "utf-8")
    monkeypatch.setattr(reading_fhir, "_PIECE", 5)
    assert [json.loads(piece.text) for piece in reading_fhir.entries(tmp_path / "in")] == entries


@pytest.mark.parametrize(
    "data",
    [b'{"resourceType":"Bundle","entry":[{"a":1}', gzip.compress(b"{}\n" * 9999, mtime=0)[:-20], b"\x1f\x8bjunk"],
    ids=["a bundle", "a cut gzip", "no gzip at all"],
)
def test_a_file_that_ends_too_early_is_refused(services: Services, tmp_path: Path, data: bytes) -> None:
    (tmp_path / "in").write_bytes(data)
    with pytest.raises(Refused):
        import_fhir(services, tmp_path / "in")


def test_content_without_an_id_is_known_when_it_comes_again(services: Services, tmp_path: Path) -> None:
    (tmp_path / "in").write_text(text({k: v for k, v in PLACE.items() if k != "id"}), "utf-8")
    assert numbers(import_fhir(services, tmp_path / "in")) == (1, 1, 0, 0)
    assert numbers(import_fhir(services, tmp_path / "in")) == (1, 0, 1, 0)


def test_one_child_goes_out_alone(services: Services, tmp_path: Path) -> None:
    small = town(2)
    load(services, small)
    export_fhir(services, tmp_path / "a.ndjson", small.child(1).id)
    found = plain(tmp_path / "a.ndjson")
    assert {one["id"] for one in found if one["resourceType"] == "Patient"} == {small.child(1).id}
    with pytest.raises(NotFound):
        export_fhir(services, tmp_path / "b.ndjson", "nobody")
    with pytest.raises(Conflict):
        export_fhir(services, tmp_path / "a.ndjson")
    assert [path.name for path in tmp_path.glob("*.part")] == []


def dose(id_: str, day: str, **more: Any) -> dict[str, Any]:
    code = {"coding": [{"system": "https://healthrec.example/fhir/CodeSystem/vaccine", "code": "Var"}]}
    patient = {"reference": "Patient/p1"}
    given = {"resourceType": "Immunization", "id": id_, "status": "completed", "vaccineCode": code, "patient": patient}
    return given | {"occurrenceDateTime": day, "primarySource": False} | more


def test_a_file_of_doses_is_held_against_the_record_and_may_come_again(services: Services, tmp_path: Path) -> None:
    first, second = tmp_path / "first.ndjson", tmp_path / "second.ndjson"
    first.write_text(text(PLACE, PATIENT, dose("d1", "2026-02-01"), dose("d2", "2026-02-20")), "utf-8")
    second.write_text(text(dose("e1", "2026-02-01"), dose("e2", "2026-02-21")), "utf-8")
    assert numbers(import_fhir(services, first)) == (4, 4, 0, 0)
    told: list[Refusal] = []
    assert numbers(import_fhir(services, second, told.append)) == (2, 1, 0, 1)
    assert [(one.reference, one.issues[0].expression) for one in told] == [("Immunization/e1", "Immunization/d1")]
    for _ in range(2):
        with services.database.read() as connection:
            rows = {id_: resources.find(connection, "Immunization", id_) for id_ in ("d1", "d2", "e2")}
        bodies = {id_: json.loads(row.body) for id_, row in rows.items() if row and row.body}
        marked = {id_: one["extension"][0]["valueReference"] for id_, one in bodies.items() if "extension" in one}
        assert marked == {"e2": {"reference": "Immunization/d2"}}
        assert [row.version for row in rows.values() if row] == [1, 1, 1]
        import_fhir(services, second)
