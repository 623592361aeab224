"""Dates of what is due: made by the write that changes them, the same after a rebuild, kept from who may not know."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from tests import immds
from tests.documents import BASE, concept
from tests.town import caller_named

from healthrec.domain.access import BIT
from healthrec.domain.due import ALL, ENTRANCE
from healthrec.fhir.json import parse
from healthrec.services.admin.configure import configure
from healthrec.services.context import Services, operator
from healthrec.services.immunization.facts import told
from healthrec.services.immunization.keep_dates import keep_dates, keep_some
from healthrec.services.operations.rebuild import rebuild_all, rebuild_child
from healthrec.services.record.write import Change, apply
from healthrec.services.screening.children import child_for
from healthrec.settings import Settings
from healthrec.store import children, due, resources
from healthrec.store.access import FOREVER
from healthrec.store.tables import due_item

pytestmark = pytest.mark.one_database
TODAY = date(2026, 11, 22).toordinal()
Rows = dict[tuple[str, int], Any]


def a_child(services: Services, place: int = 0) -> str:
    """A child of the vaccination nurse's panel who is older than eight months."""
    nurse = caller_named(services, "vaccinator")
    with services.database.read() as connection:
        rows = children.all_of(connection, nurse.viewer, ("", 0), True, 100)
    return [row.id for row in rows if row.birth_day < TODAY - 250][place]


def kept(services: Services, id_: str) -> Rows:
    """The child's rows by antigen and class."""
    with services.database.read() as connection:
        key = resources.find(connection, "Patient", id_).key
        found = connection.execute(select(due_item).where(due_item.c.child == key)).all()
    return {(row.antigen, row.access_bit): row for row in found}


def write(services: Services, document: immds.Document, id_: str = "", version: int | None = None) -> None:
    method = "PUT" if id_ else "POST"
    apply(services, operator(services), [Change(method, document["resourceType"], document, id_, version)])


def about(document: immds.Document, child: str) -> immds.Document:
    who = "patient" if document["resourceType"] == "Immunization" else "subject"
    return {name: value for name, value in document.items() if name != "id"} | {who: {"reference": f"Patient/{child}"}}


def test_rows_hold_what_the_forecast_says_for_every_antigen(town_services: Services) -> None:
    child, nurse = a_child(town_services), caller_named(town_services, "vaccinator")
    with town_services.database.read() as connection:
        found = told(town_services, connection, nurse, child_for(connection, nurse, child), date(2026, 11, 22))
    rows = kept(town_services, child)
    assert set(rows) == {(one.antigen, BIT["immunization"]) for one in found.course.forecasts} | {
        (ALL, BIT["immunization"]), (ENTRANCE, BIT["care"])
    }  # fmt: skip
    for one in found.course.forecasts:
        row = rows[one.antigen, BIT["immunization"]]
        dates = [day.toordinal() if day else None for day in (one.earliest, one.recommended, one.past_due, one.latest)]
        assert [row.earliest, row.recommended, row.past_due, row.latest] == dates
        assert (row.number, row.vaccine, bool(row.complete)) == (one.number, one.vaccine, one.complete)


def test_a_dose_and_its_correction_move_the_dates_at_once(town_services: Services) -> None:
    child, flu = a_child(town_services), ("flu", BIT["immunization"])
    assert flu not in kept(town_services, child)
    dose = about(immds.dose("x", concept(immds.VACCINE, "IIV4"), "2026-11-20"), child)
    write(town_services, dose)
    row = kept(town_services, child)[flu]
    assert (row.last_given, row.programme) == (TODAY - 2, 0)
    (given,) = [one for one in _doses(town_services, child) if one["vaccineCode"] == dose["vaccineCode"]]
    wrong = {name: value for name, value in given.items() if name != "meta"} | {"status": "entered-in-error"}
    write(town_services, wrong, given["id"], 1)
    assert flu not in kept(town_services, child)


def _doses(services: Services, child: str) -> list[dict[str, Any]]:
    with services.database.read() as connection:
        key = resources.find(connection, "Patient", child).key
        return [parse(one.body.encode()) for one in due.sources(connection, key) if one.type == "Immunization"]


@pytest.mark.parametrize("as_observation", [False, True])
def test_what_is_told_of_the_child_moves_them_whichever_way_it_is_told(
    town_services: Services, as_observation: bool
) -> None:
    child = a_child(town_services)
    before = kept(town_services, child)["hepb", BIT["immunization"]].doses
    told_so = about(immds.condition("mother-hbsag-positive"), child)
    weight = about(immds.observation("8339-4", 1900, "g"), child)
    if as_observation:
        value = concept(immds.CONDITION, "mother-hbsag-positive")
        told_so = about(immds.observation("75410-1", 1, "1"), child) | {"valueCodeableConcept": value}
        del told_so["valueQuantity"]
    write(town_services, told_so)
    write(town_services, weight | {"effectiveDateTime": "2026-01-01"})
    assert (before, kept(town_services, child)["hepb", BIT["maternal"]].doses) == (3, 4)


def test_a_birth_date_put_right_moves_them_and_one_without_a_day_leaves_none(town_services: Services) -> None:
    child = a_child(town_services)
    before = kept(town_services, child)["hpv" if ("hpv", 4) in kept(town_services, child) else "men", 4]
    with town_services.database.read() as connection:
        row = resources.find(connection, "Patient", child)
    document = parse((row.body or "").encode())
    write(town_services, document | {"birthDate": "2020-01"}, child, row.version)
    assert kept(town_services, child) == {}
    write(town_services, document, child, row.version + 1)
    assert kept(town_services, child)[before.antigen, 4] == before


def test_a_growth_measurement_leaves_the_rows_alone(town_services: Services) -> None:
    child = a_child(town_services)
    with town_services.database.write() as connection:
        key = resources.find(connection, "Patient", child).key
        connection.execute(update(due_item).where(due_item.c.child == key).values(rules="old"))
    weight = about(immds.observation("29463-7", 11, "kg"), child) | {"effectiveDateTime": "2026-11-20"}
    write(town_services, weight)
    assert {row.rules for row in kept(town_services, child).values()} == {"old"}


def test_a_nurse_who_may_not_know_is_told_to_ask_the_doctor_of_every_open_dose(town_services: Services) -> None:
    child = a_child(town_services)
    write(town_services, about(immds.condition("hiv-infected", "2026-01-01"), child))
    rows = kept(town_services, child)
    full = {antigen: row for (antigen, bit), row in rows.items() if bit == BIT["restricted"]}
    shown = {antigen: row for (antigen, bit), row in rows.items() if bit == BIT["immunization"]}
    assert set(full) == set(shown)
    assert "doctor" not in {row.held for row in full.values()}
    open_rows = [row for row in shown.values() if not row.complete]
    assert {(row.held, row.held_why, row.due_from, row.masked) for row in open_rows} == {("doctor", "", FOREVER, 1)}
    assert {row.masked for row in full.values()} == {0}


def test_a_nursery_gets_one_row_that_is_the_same_whatever_the_mother_has(town_services: Services) -> None:
    child = a_child(town_services)
    plain = kept(town_services, child)[ENTRANCE, BIT["care"]]
    write(town_services, about(immds.condition("mother-hbsag-positive"), child))
    row = kept(town_services, child)[ENTRANCE, BIT["care"]]
    assert [bit for _, bit in kept(town_services, child) if bit == BIT["care"]] == [BIT["care"]]
    assert (row.vaccine, row.number, row.earliest, row.last_given, row.held_why) == ("", None, None, None, "")
    assert row.late_from == plain.late_from


def test_contraindications_are_of_the_class_that_a_vaccination_nurse_sees_and_hiv_is_not(
    town_services: Services,
) -> None:
    rights = town_services.rights
    for code, expected in (("anaphylaxis-to-vaccine", "immunization"), ("mother-hbsag-positive", "maternal"),
                           ("hiv-exposed", "restricted"), ("hiv-infected", "restricted")):  # fmt: skip
        for document in (
            about(immds.condition(code, vaccine="MMR"), "x"),
            {"resourceType": "Observation", "status": "final", "code": concept(f"{BASE}CodeSystem/immunization-condition", code)},
        ):  # fmt: skip
            assert rights.class_of(document) == expected
            assert rights.may_write("vaccinator", "create", document) == (expected != "restricted")


def test_a_rebuild_of_one_child_and_of_all_gives_the_same_rows(town_services: Services) -> None:
    child = a_child(town_services)
    write(town_services, about(immds.condition("hiv-exposed", "2026-01-01"), child))
    before = _everything(town_services)
    rebuild_child(town_services, child)
    assert _everything(town_services) == before
    rebuild_all(town_services)
    assert _everything(town_services) == before


def _everything(services: Services) -> list[Any]:
    with services.database.read() as connection:
        return sorted(map(tuple, connection.execute(select(due_item))), key=repr)


def on(services: Services, day: date) -> Services:
    """The same installation on another training day."""
    settings: Settings = services.settings.model_copy(update={"today": day})
    return replace(services, settings=settings)


def test_each_night_only_what_ran_out_is_made_anew_and_equals_a_rebuild_of_that_day(town_services: Services) -> None:
    assert keep_dates(town_services) == 0
    later = on(town_services, date(2027, 1, 20))
    with town_services.database.read() as connection:
        over = connection.execute(
            select(due_item.c.child).where(due_item.c.antigen == ALL, due_item.c.holds_until <= TODAY + 59)
        ).all()
    assert keep_dates(later) == len(over) > 0
    nightly = _everything(town_services)
    rebuild_all(later)
    assert _everything(town_services) == nightly
    assert keep_dates(later) == 0


def test_a_training_day_set_back_makes_all_anew(town_services: Services) -> None:
    before = _everything(town_services)
    later = on(town_services, date(2027, 3, 20))
    keep_dates(later)
    assert _everything(town_services) != before
    keep_dates(town_services)
    assert _everything(town_services) == before


def test_other_rules_and_rows_that_are_missing_are_made_anew(town_services: Services) -> None:
    before = _everything(town_services)
    with town_services.database.write() as connection:
        keys = connection.execute(select(due_item.c.child).distinct().limit(3)).scalars().all()
        connection.execute(update(due_item).where(due_item.c.child == keys[0]).values(rules="older"))
        connection.execute(due_item.delete().where(due_item.c.child == keys[1]))
    assert keep_dates(town_services) == 2
    assert _everything(town_services) == before


def test_a_reader_before_the_nights_work_does_not_wait_for_it(town_services: Services) -> None:
    later = on(town_services, date(2026, 11, 22) + timedelta(days=90))
    keep_some(later)
    made = _everything(town_services)
    assert keep_dates(later) == 0
    assert _everything(town_services) == made


def test_another_vaccine_chosen_has_the_children_of_the_place_looked_at_again(town_services: Services) -> None:
    nurse = caller_named(town_services, "vaccinator")
    with town_services.database.read() as connection:
        rows = children.all_of(connection, nurse.viewer, ("", 0), True, 100)
        keys = [row.key for row in rows]
        owner = connection.execute(select(due_item.c.owner).where(due_item.c.child == keys[0])).scalars().first()
        place = resources.find_by_key(connection, owner)
    assert place is not None
    wanted = select(due_item.c.vaccine).where(
        due_item.c.antigen == "je", due_item.c.complete == 0, due_item.c.owner == owner
    )

    def offered() -> set[str]:
        with town_services.database.read() as connection:
            return set(connection.execute(wanted).scalars())

    before = offered()
    configure(town_services, caller_named(town_services, "admin"), place[0], {"je-vaccine": "JE-I"})
    assert "JE-I" not in before
    assert "JE-I" in offered()
