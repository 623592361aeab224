"""Names and papers: invented, of every sort that forms and fonts stumble over, and nobody's."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from healthrec.demo.numbers import id_number, resource_id
from healthrec.demo.town import Town, town
from healthrec.domain.identifiers import read_identifier


@pytest.fixture(scope="module")
def demo() -> Town:
    return town()


@pytest.fixture(scope="module")
def patients(demo: Town) -> list[dict[str, Any]]:
    return [next(demo.child(index).documents()) for index in range(demo.children)]


def papers(patient: dict[str, Any]) -> dict[str, str]:
    return {found["system"].rpartition("/")[2]: found["value"] for found in patient.get("identifier", [])}


def test_every_id_number_is_of_the_unreal_area_with_its_check_digit(patients: list[dict[str, Any]]) -> None:
    numbers = [(patient, papers(patient).get("cn-resident-id")) for patient in patients]
    seen = [number for _, number in numbers if number]
    assert len(seen) == len(set(seen)) > 200
    for patient, number in numbers:
        if number:
            read = read_identifier(number, "resident-id")
            assert read.sound and read.notes == ("area-training",)
            assert (read.birth_date, read.sex) == (date.fromisoformat(patient["birthDate"]), patient["gender"])


def test_id_numbers_stay_unique_in_a_large_town() -> None:
    large = town(30_000)
    plans = [large.plan(index) for index in range(30_000)]
    assert len({id_number(plan.born, plan.order, plan.sex) for plan in plans}) == 30_000


def test_other_papers_and_none_yet_occur_and_have_the_right_shape(patients: list[dict[str, Any]]) -> None:
    kinds = {kind for patient in patients for kind in papers(patient)}
    assert kinds == {"cn-resident-id", "passport", "travel-permit", "birth-certificate"}
    for patient in patients:
        for kind, number in papers(patient).items():
            read = read_identifier(number)
            assert (read.kind, read.sound) == (kind.removeprefix("cn-"), True)
    without = [patient for patient in patients if "identifier" not in patient]
    assert without
    reasons = {patient["extension"][0]["valueCode"] for patient in without}
    assert "not-yet-registered" in reasons
    assert reasons <= {"not-yet-registered", "not-brought", "unknown", "refused"}


def test_rare_compound_and_minority_names_occur(patients: list[dict[str, Any]]) -> None:
    names = [patient["name"][0]["text"] for patient in patients]
    for wanted in ("𬭸", "㛃", "犇", "·", "欧阳"):
        assert any(wanted in name for name in names), wanted


def test_some_children_had_another_name_after_birth(patients: list[dict[str, Any]]) -> None:
    renamed = [patient["name"] for patient in patients if len(patient["name"]) > 1]
    assert renamed
    for official, old in renamed:
        assert official["use"] == "official"
        assert "之" in old["text"] and old["period"]["end"]


def test_twins_share_birth_and_mother_and_differ_by_one_character(demo: Town) -> None:
    pairs = [(demo.child(index), demo.child(index + 1)) for index in range(10, 300, 50)]
    for first, second in pairs:
        assert (first.plan.birth_order, second.plan.birth_order) == (1, 2)
        assert first.plan.born == second.plan.born
        assert first.guardians == second.guardians
        assert first.guardian_id("MTH") != second.guardian_id("MTH")
        letters = zip(first.name.official, second.name.official, strict=True)
        assert sum(one != other for one, other in letters) == 1


def test_phones_begin_with_a_prefix_that_is_not_given_out(demo: Town) -> None:
    phones = {phone for index in range(300) for _, _, phone in demo.child(index).guardians}
    assert all(len(phone) == 11 and phone.startswith("129") for phone in phones)


def test_ids_are_uuids_of_version_5() -> None:
    id = resource_id(1, "a", 2)
    assert id == resource_id(1, "a", 2) != resource_id(2, "a", 2)
    assert [len(part) for part in id.split("-")] == [8, 4, 4, 4, 12]
    assert id[14] == "5" and id[19] in "89ab"


def test_every_kind_of_course_occurs(demo: Town) -> None:
    plans = [demo.plan(index) for index in range(300)]
    assert {plan.kind for plan in plans} == {"healthy", "small", "heavy", "faltering"}
    assert any(plan.gestation_days < 224 for plan in plans)
    assert sum(plan.moved_in is not None for plan in plans) > 10


def test_nothing_is_known_of_a_newcomer_from_before_the_move(demo: Town) -> None:
    newcomers = [demo.child(index) for index in range(300) if demo.plan(index).moved_in]
    for life in newcomers:
        days = [d.get("effectiveDateTime") or d.get("occurrenceDateTime") for d in life.documents()]
        assert min(filter(None, days), default="9999") >= str(life.plan.moved_in)
