"""A dose is written down once, with where it is known from; a mistake stays, marked."""

from __future__ import annotations

from datetime import date

import pytest
from tests.services.forms.filled import child_with_table, stored
from tests.town import caller_named

from healthrec import errors
from healthrec.fhir.facts import CVX, VACCINE
from healthrec.services.context import Services
from healthrec.services.immunization.doses import doses_part
from healthrec.services.immunization.record_dose import (
    child_to_vaccinate,
    mark_mistaken,
    read_dose,
    record_dose,
    show_doses,
)
from healthrec.services.immunization.vaccines import code_system, vaccine_name, vaccines
from healthrec.wording.terms import TERMS

BORN, TODAY = date(2025, 3, 8), date(2026, 11, 22)
GOOD = {"vaccine": "Var", "date": "2026年3月9日", "dose": "１", "source": "given-here"}


def _child(services: Services, username: str) -> str:
    return child_with_table(services, caller_named(services, username))[0]


def test_a_dose_given_here_is_listed_with_its_source(town_services: Services) -> None:
    vaccinator = caller_named(town_services, "vaccinator")
    child = _child(town_services, "vaccinator")
    id_ = record_dose(town_services, vaccinator, child, GOOD | {"date": "2026-11-20", "lot": "A7"}, command_id="d1")
    assert record_dose(town_services, vaccinator, child, GOOD | {"date": "2026-11-20"}, command_id="d1") == id_
    dose = stored(town_services, "Immunization", id_)
    assert (dose["primarySource"], dose["lotNumber"]) == (True, "A7")
    assert [coding["system"] for coding in dose["vaccineCode"]["coding"]] == [VACCINE, CVX]
    row = next(row for row in show_doses(town_services, vaccinator, child).doses.rows if row.id == id_)
    assert (row.vaccine, row.dose, row.source, row.state) == ("Var", 1, "given-here", "done")


def test_the_same_vaccine_twice_on_one_day_is_refused_in_words(town_services: Services) -> None:
    doctor, child = caller_named(town_services, "doctor"), _child(town_services, "doctor")
    record_dose(town_services, doctor, child, GOOD | {"date": "2026-11-20"})
    with pytest.raises(errors.Refused) as refused:
        record_dose(town_services, doctor, child, GOOD | {"date": "2026-11-20", "dose": "2", "source": "told"})
    assert refused.value.issues[0].key == "dose.already-recorded"
    record_dose(town_services, doctor, child, GOOD | {"date": "2026-11-21", "dose": "2"})


@pytest.mark.parametrize(
    ("source", "origin"), [("certificate", "record"), ("told", "recall"), ("other-system", "provider")]
)
def test_what_was_not_given_here_says_where_it_is_known_from(town_services: Services, source: str, origin: str) -> None:
    doctor, child = caller_named(town_services, "doctor"), _child(town_services, "doctor")
    id_ = record_dose(town_services, doctor, child, GOOD | {"date": "2026-11-20", "source": source, "place": "外地"})
    dose = stored(town_services, "Immunization", id_)
    assert dose["primarySource"] is False
    assert [coding["code"] for coding in dose["reportOrigin"]["coding"]] == [source, origin]
    row = next(row for row in doses_part([dose]).rows)
    assert (row.source, row.state, row.place) == (source, "to-verify", "外地")


def test_a_nurse_writes_what_she_reads_without_seeing_the_doses(town_services: Services) -> None:
    nurse, child = caller_named(town_services, "nurse"), _child(town_services, "nurse")
    with pytest.raises(errors.NotFound):
        show_doses(town_services, nurse, child)
    assert child_to_vaccinate(town_services, nurse, child)[1:] == (("certificate",), False)
    with pytest.raises(errors.Refused):
        record_dose(town_services, nurse, child, GOOD | {"date": "2026-11-20"})
    id_ = record_dose(town_services, nurse, child, GOOD | {"date": "2026-11-20", "source": "certificate"})
    with pytest.raises(errors.NotFound):
        mark_mistaken(town_services, nurse, id_, 1, "看错")


def test_a_mistake_stays_with_its_reason_and_leaves_the_list(town_services: Services) -> None:
    doctor, child = caller_named(town_services, "doctor"), _child(town_services, "doctor")
    id_ = record_dose(town_services, doctor, child, GOOD | {"date": "2026-11-20"})
    with pytest.raises(errors.Refused):
        mark_mistaken(town_services, doctor, id_, 1, " ")
    assert mark_mistaken(town_services, doctor, id_, 1, "写到了别的孩子名下") == child
    wrong = stored(town_services, "Immunization", id_)
    assert (wrong["status"], wrong["note"][0]["text"]) == ("entered-in-error", "写到了别的孩子名下")
    assert id_ not in {row.id for row in show_doses(town_services, doctor, child).doses.rows}
    record_dose(town_services, doctor, child, GOOD | {"date": "2026-11-20"})


def test_a_guide_records_no_dose(town_services: Services) -> None:
    with pytest.raises(errors.NotAllowed):
        child_to_vaccinate(town_services, caller_named(town_services, "guide"), _child(town_services, "guide"))


def test_dates_and_numbers_are_read_as_people_write_them() -> None:
    given = read_dose(GOOD, BORN, TODAY, ("given-here",), (GOOD["vaccine"],))
    assert (given.day, given.number) == (date(2026, 3, 9), 1)


@pytest.mark.parametrize(
    ("changes", "field", "key"),
    [
        ({"date": ""}, "date", "form.bad-date"),
        ({"date": "2026-02-30"}, "date", "form.bad-date"),
        ({"date": "2026-11-23"}, "date", "form.day-in-future"),
        ({"date": "2025-03-07"}, "date", "form.day-before-birth"),
        ({"vaccine": "Water"}, "vaccine", "dose.vaccine-needed"),
        ({"dose": "0"}, "dose", "dose.number-needed"),
        ({"dose": "10"}, "dose", "dose.number-needed"),
        ({"dose": "①"}, "dose", None),
        ({"source": "certificate"}, "source", "dose.source-needed"),
        ({"lot": "x" * 41}, "lot", "form.too-long"),
    ],
)
def test_what_is_wrong_is_named_by_its_field(changes: dict[str, str], field: str, key: str | None) -> None:
    if key is None:
        assert read_dose(GOOD | changes, BORN, TODAY, ("given-here",), (GOOD["vaccine"],)).number == 1
        return
    with pytest.raises(errors.Refused) as refused:
        read_dose(GOOD | changes, BORN, TODAY, ("given-here",), (GOOD["vaccine"],))
    assert [(issue.expression, issue.key) for issue in refused.value.issues] == [(field, key)]


def test_the_day_of_birth_and_today_are_days_for_a_dose() -> None:
    for day in (BORN, TODAY):
        assert read_dose(GOOD | {"date": day.isoformat()}, BORN, TODAY, ("given-here",), (GOOD["vaccine"],)).day == day


def test_the_list_of_vaccines_has_both_names_and_agrees_with_the_terms() -> None:
    assert len(vaccines()) == code_system()["count"] == len(code_system()["concept"])
    assert {code: (one.zh, one.en) for code, one in vaccines().items()} == {
        code: TERMS["vaccine"][code] for code in vaccines()
    }
    assert vaccine_name("HepB", "en") == "hepatitis B vaccine"
    assert vaccine_name("unheard", "zh") == "unheard"
