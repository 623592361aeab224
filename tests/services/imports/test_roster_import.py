"""A roster on its way into the record and back: nothing unseen, nothing twice, nothing of another's lost."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text
from tests.services.imports.files import ROSTER, child, codes, nurse, rehearsed, sheet, states
from tests.town import caller_named

from healthrec import errors
from healthrec.services.context import Services, operator
from healthrec.services.imports import batches
from healthrec.services.imports import save as saving
from healthrec.services.imports.problems_file import problems_file
from healthrec.services.imports.review import Decision, decide, page
from healthrec.services.imports.save import save
from healthrec.services.imports.undo import kept, undo
from healthrec.services.imports.whole import import_file
from healthrec.services.record.write import Change, apply
from healthrec.sheets import read_workbook
from healthrec.store import resources


def count(services: Services, table: str = "child") -> int:
    with services.database.read() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def live(services: Services, type_: str, child_key: int) -> list[dict[str, Any]]:
    """What stands in a child's record now."""
    with services.database.read() as connection:
        keys = connection.execute(
            text("SELECT key FROM resource WHERE child = :child AND deleted = 0 ORDER BY key"), {"child": child_key}
        ).scalars()
        bodies = [resources.find_by_key(connection, key)[1].body for key in keys.all()]  # type: ignore[index]
    return [one for body in bodies if (one := json.loads(body or "{}"))["resourceType"] == type_]


def key_of(services: Services, id_: str) -> int:
    with services.database.read() as connection:
        return resources.find(connection, "Patient", id_).key  # type: ignore[union-attr]


def saved_keys(services: Services, batch_id: str) -> list[int]:
    with services.database.read() as connection:
        rows = connection.execute(
            text("SELECT child FROM batch_item WHERE batch = :id ORDER BY position"), {"id": batch_id}
        )
        return list(rows.scalars())


def test_a_dry_run_writes_nothing_into_the_record(town_services: Services) -> None:
    caller, place = nurse(town_services)
    before = count(town_services, "resource_version")
    rehearsed(town_services, caller, place, ROSTER.read_bytes())
    assert count(town_services, "resource_version") == before


def test_the_sample_roster_goes_in_and_comes_out_again(town_services: Services) -> None:
    caller, place = nurse(town_services)
    before = count(town_services)
    id_, rows = rehearsed(town_services, caller, place, ROSTER.read_bytes())
    assert states(rows) == {"ready": 51}
    assert save(town_services, caller, id_, 60).done == 51
    assert count(town_services) == before + 51
    assert undo(town_services, caller, id_, 60).finished
    assert count(town_services) == before
    again, rows = rehearsed(town_services, caller, place, ROSTER.read_bytes())
    assert states(rows) == {"ready": 51}
    assert save(town_services, caller, again, 60).done == 51


def test_a_row_becomes_patient_guardian_enrolment_and_allergy(town_services: Services) -> None:
    caller, place = nurse(town_services)
    id_, _ = rehearsed(town_services, caller, place, sheet([*child("张小树"), "12.5", "88.0", "2026-11-02"]))
    save(town_services, caller, id_, 60)
    (key,) = saved_keys(town_services, id_)
    (patient,) = live(town_services, "Patient", key)
    assert patient["name"] == [{"use": "official", "text": "张小树"}]
    assert patient["identifier"][0]["value"].startswith("899999")
    (guardian,) = live(town_services, "RelatedPerson", key)
    assert guardian["relationship"][0]["coding"][0]["code"] == "FTH"
    assert guardian["telecom"][0]["value"] == "13800000001"
    (stay,) = live(town_services, "EpisodeOfCare", key)
    assert (stay["status"], stay["period"]) == ("active", {"start": "2026-09-01"})
    (allergy,) = live(town_services, "AllergyIntolerance", key)
    assert allergy["code"] == {"text": "花生"}
    weight, height = live(town_services, "Observation", key)
    assert weight["valueQuantity"]["value"] == 12.5
    assert height["code"]["coding"][0]["code"] == "8302-2"


def test_values_without_a_day_stay_out_unless_one_day_is_given(town_services: Services) -> None:
    caller, place = nurse(town_services)
    data = sheet([*child("张小树"), "12.5", "88.0"])
    _, rows = rehearsed(town_services, caller, place, data)
    assert rows[0].values == []
    _, rows = rehearsed(town_services, caller, place, data, measured_on=date(2026, 11, 1))
    assert [value[0] for value in rows[0].values] == ["weight", "height"]


def test_a_missing_class_is_added_once_and_goes_with_the_undo(town_services: Services) -> None:
    caller, place = nurse(town_services)
    before = count(town_services, "organization")
    id_, _ = rehearsed(town_services, caller, place, sheet(child("张小树"), child("李小树", sequence="003")))
    assert batches.get(town_services, caller, id_).detail.new_classes == ["彩虹班"]
    save(town_services, caller, id_, 60)
    assert count(town_services, "organization") == before + 1
    undo(town_services, caller, id_, 60)
    assert count(town_services, "organization") == before


def test_without_new_classes_children_are_enrolled_in_the_nursery(town_services: Services) -> None:
    caller, place = nurse(town_services)
    id_, rows = rehearsed(town_services, caller, place, sheet(child("张小树")))
    decide(town_services, caller, id_, {0: Decision(take=True)}, add_classes=False)
    save(town_services, caller, id_, 60)
    (stay,) = live(town_services, "EpisodeOfCare", saved_keys(town_services, id_)[0])
    assert stay["managingOrganization"] == {"reference": f"Organization/{place}"}
    assert rows[0].state == "ready"


def test_twins_are_two_children(town_services: Services) -> None:
    caller, place = nurse(town_services)
    data = sheet(child("欧阳子涵", sequence="001"), child("欧阳子晗", sequence="003"))
    _, rows = rehearsed(town_services, caller, place, data)
    assert states(rows) == {"ready": 2}
    assert "roster.repeat-likely-twins" in codes(rows[1])


def test_a_look_alike_on_record_waits_for_a_person(town_services: Services) -> None:
    caller, place = nurse(town_services)
    first, _ = rehearsed(town_services, caller, place, sheet(child("欧阳子涵")))
    save(town_services, caller, first, 60)
    second, rows = rehearsed(
        town_services, caller, place, sheet(child("欧阳子晗", sequence="003", phone="13900000009"))
    )
    assert states(rows) == {"ask": 1}
    assert save(town_services, caller, second, 60).done == 0
    third, rows = rehearsed(town_services, caller, place, sheet(child("欧阳子晗", sequence="003", phone="13900000009")))
    decide(town_services, caller, third, {0: Decision(choice="new")})
    assert save(town_services, caller, third, 60).done == 1


def test_the_same_child_moves_to_the_class_and_an_undo_moves_him_back(town_services: Services) -> None:
    caller, place = nurse(town_services)
    first, _ = rehearsed(town_services, caller, place, sheet(child("张小树")))
    save(town_services, caller, first, 60)
    (key,) = saved_keys(town_services, first)
    second, rows = rehearsed(town_services, caller, place, sheet(child("张小树", class_name="白云班")))
    assert "import.moves-class" in codes(rows[0])
    assert rows[0].state == "look"
    save(town_services, caller, second, 60)
    assert saved_keys(town_services, second) == [key]
    old, new = live(town_services, "EpisodeOfCare", key)
    assert (old["status"], old["period"]["end"]) == ("finished", "2026-11-21")
    assert (new["status"], new["period"]["start"]) == ("active", "2026-11-22")
    undo(town_services, caller, second, 60)
    old, new = live(town_services, "EpisodeOfCare", key)
    assert (old["status"], old["period"], new["status"]) == ("active", {"start": "2026-09-01"}, "entered-in-error")


def test_a_child_already_in_the_class_is_left_alone(town_services: Services) -> None:
    caller, place = nurse(town_services)
    first, _ = rehearsed(town_services, caller, place, sheet(child("张小树")))
    save(town_services, caller, first, 60)
    _, rows = rehearsed(town_services, caller, place, sheet(child("张小树")))
    assert states(rows) == {"same": 1}


def test_a_child_known_elsewhere_is_told_only_when_name_and_birth_date_agree(town_services: Services) -> None:
    other, there = nurse(town_services, "nurse2")
    id_, _ = rehearsed(town_services, other, there, sheet(child("张小树")))
    save(town_services, other, id_, 60)
    caller, place = nurse(town_services)
    _, (row,) = rehearsed(town_services, caller, place, sheet(child("张小树")))
    assert (row.state, codes(row), row.candidates) == ("blocked", {"import.known-elsewhere"}, [])
    wrong = child("王大海")
    _, (row,) = rehearsed(town_services, caller, place, sheet(wrong))
    assert (row.state, codes(row)) == ("blocked", {"import.number-not-accepted"})
    with town_services.database.read() as connection:
        looked = connection.execute(text("SELECT count(*) FROM audit_event WHERE action = 'look-up'")).scalar_one()
    assert looked == 2


def test_bad_rows_are_named_by_cell_and_good_ones_go_in(town_services: Services) -> None:
    caller, place = nurse(town_services)
    wrong_digit = child("李小树", sequence="003")
    wrong_digit[3] = wrong_digit[3][:-1] + ("0" if wrong_digit[3][-1] != "0" else "1")
    unborn = child("王小树", born="2027-01-01", sequence="005")
    id_, rows = rehearsed(town_services, caller, place, sheet(child("张小树"), wrong_digit, unborn))
    assert [row.state for row in rows] == ["ready", "blocked", "blocked"]
    assert ("名单!D3", "roster.id-check-digit") in {(one["cell"], one["code"]) for one in rows[1].problems}
    assert save(town_services, caller, id_, 60).done == 1
    book = read_workbook(problems_file(town_services, caller, id_), "problems.xlsx")
    assert [row[0] for row in book.sheets[0].rows] == ["姓名", "李小树", "王小树"]
    assert "D3" in str(book.sheets[0].rows[1][-1])


def test_what_was_changed_since_stays_and_is_listed(town_services: Services) -> None:
    caller, place = nurse(town_services)
    id_, _ = rehearsed(town_services, caller, place, sheet(child("张小树"), child("李小海", sequence="003")))
    save(town_services, caller, id_, 60)
    changed, untouched = saved_keys(town_services, id_)
    (patient,) = live(town_services, "Patient", changed)
    named = {**patient, "name": [{"use": "official", "text": "张小林"}]}
    apply(town_services, caller, [Change("PUT", "Patient", named, patient["id"], 1)])
    assert [(one.child_name, one.type) for one in kept(town_services, caller, id_)] == [("张小林", "Patient")]
    assert kept(town_services, caller, id_)[0].who
    undo(town_services, caller, id_, 60)
    assert batches.get(town_services, caller, id_).counts == {"kept": 1, "undone": 1}
    assert live(town_services, "Patient", changed)
    assert live(town_services, "EpisodeOfCare", changed)[0]["status"] == "active"
    assert not live(town_services, "Patient", untouched)


def test_a_child_on_whom_others_built_stays(town_services: Services) -> None:
    caller, place = nurse(town_services)
    id_, _ = rehearsed(town_services, caller, place, sheet(child("张小树")))
    save(town_services, caller, id_, 60)
    (key,) = saved_keys(town_services, id_)
    (patient,) = live(town_services, "Patient", key)
    guardian = {"resourceType": "RelatedPerson", "patient": {"reference": f"Patient/{patient['id']}"}}
    apply(town_services, caller, [Change("POST", "RelatedPerson", guardian)])
    undo(town_services, caller, id_, 60)
    assert len(live(town_services, "RelatedPerson", key)) == 2


def test_saving_twice_and_after_an_interruption_makes_each_child_once(
    town_services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller, place = nurse(town_services)
    before = count(town_services)
    id_, _ = rehearsed(town_services, caller, place, ROSTER.read_bytes())
    monkeypatch.setattr(saving, "ROWS_AT_ONCE", 20)
    first = save(town_services, caller, id_, 0)
    assert (first.done, first.finished) == (20, False)
    assert save(town_services, caller, id_, 60).done == 51
    assert save(town_services, caller, id_, 60).done == 51
    assert count(town_services) == before + 51


def test_a_number_taken_meanwhile_spoils_only_its_row(town_services: Services) -> None:
    caller, place = nurse(town_services)
    id_, _ = rehearsed(town_services, caller, place, sheet(child("张小树"), child("李小海", sequence="003")))
    meanwhile, _ = rehearsed(town_services, caller, place, sheet(child("张小树")))
    save(town_services, caller, meanwhile, 60)
    assert save(town_services, caller, id_, 60).done == 1
    rows = page(town_services, caller, id_).rows
    assert [row.state for row in rows] == ["blocked", "saved"]
    assert "import.taken-meanwhile" in codes(rows[0])


def test_an_enrolment_that_has_not_begun_waits(town_services: Services) -> None:
    caller, place = nurse(town_services)
    later = child("张小树")
    later[8] = "2026-11-23"
    _, rows = rehearsed(town_services, caller, place, sheet(later))
    assert "import.enrolled-in-future" in codes(rows[0])
    assert rows[0].state == "blocked"


def test_only_who_holds_the_power_at_the_nursery_imports(town_services: Services) -> None:
    _, place = nurse(town_services)
    other, _ = nurse(town_services, "nurse2")
    with pytest.raises(errors.NotFound):
        batches.start(town_services, other, place, "roster", "x.xlsx", sheet(child("张小树")))
    for username in ("carer", "guide", "parent", "head", "doctor"):
        with pytest.raises(errors.NotAllowed):
            batches.start(
                town_services, caller_named(town_services, username), place, "roster", "x.xlsx", sheet(child("张小树"))
            )


def test_an_import_of_another_nursery_is_unknown(town_services: Services) -> None:
    caller, place = nurse(town_services)
    id_, _ = rehearsed(town_services, caller, place, sheet(child("张小树")))
    other, _ = nurse(town_services, "nurse2")
    with pytest.raises(errors.NotFound):
        page(town_services, other, id_)
    with pytest.raises(errors.NotFound):
        save(town_services, other, id_)


def test_a_dropped_file_is_gone(town_services: Services) -> None:
    caller, place = nurse(town_services)
    id_, _ = rehearsed(town_services, caller, place, sheet(child("张小树")))
    batches.drop(town_services, caller, id_)
    with pytest.raises(errors.NotFound):
        batches.get(town_services, caller, id_)
    with town_services.database.read() as connection:
        left = connection.execute(text("SELECT source FROM batch WHERE id = :id"), {"id": id_}).scalar()
    assert left is None


def test_a_file_that_is_no_spreadsheet_is_refused_with_a_reason(town_services: Services) -> None:
    caller, place = nurse(town_services)
    with pytest.raises(errors.Refused) as refusal:
        batches.start(town_services, caller, place, "roster", "x.xlsx", b"%PDF-1.7")
    assert refusal.value.issues[0].key == "sheet.not-a-spreadsheet"


def test_too_many_files_in_an_hour_are_a_search(town_services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    caller, place = nurse(town_services)
    monkeypatch.setattr(batches, "FILES_PER_HOUR", 1)
    rehearsed(town_services, caller, place, sheet(child("张小树")))
    with pytest.raises(errors.Throttled):
        rehearsed(town_services, caller, place, sheet(child("张小树")))


def test_the_operator_matches_exact_numbers_anywhere(town_services: Services) -> None:
    other, there = nurse(town_services, "nurse2")
    id_, _ = rehearsed(town_services, other, there, sheet(child("张小树")))
    save(town_services, other, id_, 60)
    (key,) = saved_keys(town_services, id_)
    _, place = nurse(town_services)
    outcome = import_file(town_services, operator(town_services), place, "roster", "x.xlsx", sheet(child("张小树")))
    assert outcome.refused == 0
    old, new = live(town_services, "EpisodeOfCare", key)
    assert (old["status"], new["status"]) == ("finished", "active")
    assert replace(outcome, saved=None).batch.counts == {"saved": 1}
