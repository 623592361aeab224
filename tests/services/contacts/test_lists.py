"""One contact log for every list: the class of what a list tells, the last contact beside its rows, and who came afterwards."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import get_args

import pytest
from tests.documents import sent, weight
from tests.domain.access_town import RIGHTS
from tests.services.immunization.test_entrance import RESULT, newcomer
from tests.town import caller_named

from healthrec.domain.contacts import LISTS, CameBack
from healthrec.errors import NotAllowed
from healthrec.fhir.contact import ContactFact, communication_of
from healthrec.fhir.json import parse
from healthrec.services.contacts.on_lists import last_calls, rate
from healthrec.services.contacts.record_contact import contacts_with, record_contact
from healthrec.services.context import Services, operator
from healthrec.services.immunization.entrance import record_check
from healthrec.services.record.write import Change, apply
from healthrec.store import children
from healthrec.wording import translator
from healthrec.wording.terms import TERMS

OF_CARE = {"entrance", "referral", "growth", "summary", "number"}
OF_VACCINATION = {"vaccination", "aefi", "lot"}


def test_a_contact_has_the_class_of_what_its_list_tells() -> None:
    classes = {}
    for code in LISTS:
        fact = ContactFact(code, "agreed", "2026-11-22T10:00:00+08:00")
        classes[code] = RIGHTS.class_of(communication_of(fact, "c1", ""))
    assert {code for code, found in classes.items() if found == "care"} == OF_CARE
    assert {code for code, found in classes.items() if found == "immunization"} == OF_VACCINATION
    assert set(LISTS) == OF_CARE | OF_VACCINATION


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_list_has_its_name_and_every_rate_its_sentence(language: str) -> None:
    words = translator(language)
    for code, one in LISTS.items():
        assert code in TERMS["contact-list"]
        if one.came_back is not None:
            said = words.message(f"came-back.{code}", called=4, came=3, rate=75)
            assert "75%" in said
    assert {one.came_back for one in LISTS.values()} == {*get_args(CameBack), None}


def a_child(services: Services) -> tuple[str, int]:
    """(id, key) of a child of the doctor, the vaccination nurse and the nursery's health worker."""
    panels = []
    for username in ("doctor", "vaccinator", "nurse"):
        with services.database.read() as connection:
            rows = children.all_of(connection, caller_named(services, username).viewer, ("", 0), True, 100)
        panels.append({(row.id, row.key) for row in rows})
    return min(set.intersection(*panels))


def called_and_came(services: Services, list_: str, username: str = "doctor") -> tuple[int, int]:
    with services.database.read() as connection:
        return rate(services, connection, caller_named(services, username), list_)


@pytest.mark.parametrize("list_", sorted(LISTS))
def test_the_last_contact_of_each_list_stands_by_itself(town_services: Services, list_: str) -> None:
    child, key = a_child(town_services)
    doctor = caller_named(town_services, "doctor")
    before = len(contacts_with(town_services, doctor, child, list_).earlier)
    record_contact(town_services, doctor, child, list_, {"outcome": "later", "again_on": "2026-12-01"})
    record_contact(town_services, doctor, child, list_, {"outcome": "agreed", "again_on": "2026-12-02"})
    assert len(contacts_with(town_services, doctor, child, list_).earlier) == before + 2
    with town_services.database.read() as connection:
        call = last_calls(connection, doctor, list_, [key])[key]
        others = {code: last_calls(connection, doctor, code, [key]).get(key) for code in set(LISTS) - {list_}}
        to_nurse = last_calls(connection, caller_named(town_services, "nurse"), list_, [key])
    assert (call.outcome, call.again_on, call.in_vain) == ("agreed", date(2026, 12, 2), 0)
    assert date(2026, 12, 2) not in {one.again_on for one in others.values() if one}
    assert bool(to_nurse) is (list_ in OF_CARE)


@pytest.mark.one_database
@pytest.mark.parametrize("list_", sorted(OF_VACCINATION))
def test_a_nursery_writes_no_contact_about_vaccination(shared_services: Services, list_: str) -> None:
    child, _ = a_child(shared_services)
    with pytest.raises(NotAllowed):
        record_contact(shared_services, caller_named(shared_services, "nurse"), child, list_, {"outcome": "moved"})


@pytest.mark.parametrize("list_", ["growth", "referral"])
def test_who_was_called_and_measured_since_came_back(town_services: Services, list_: str) -> None:
    child, _ = a_child(town_services)
    doctor = caller_named(town_services, "doctor")
    before = called_and_came(town_services, list_)
    record_contact(town_services, doctor, child, list_, {"outcome": "no-answer"})
    called, came = called_and_came(town_services, list_)
    assert (called - before[0], came - before[1]) == (1, 0)
    measured = parse(sent(weight(child, "11.30", "2026-11-22"))["content"])
    apply(town_services, operator(town_services), [Change("POST", "Observation", measured)])
    assert called_and_came(town_services, list_)[1] - before[1] == 1


def test_a_paper_handed_over_since_counts_and_one_taken_back_does_not(town_services: Services) -> None:
    child, _ = a_child(town_services)
    doctor = caller_named(town_services, "doctor")
    record_contact(town_services, doctor, child, "summary", {"outcome": "agreed", "again_on": "2026-11-23"})
    called, came = called_and_came(town_services, "summary")
    handed = {
        "resourceType": "Communication",
        "id": "handed",
        "status": "completed",
        "medium": [
            {"coding": [{"system": "https://healthrec.example/fhir/CodeSystem/handover", "code": "handed-over"}]}
        ],
        "subject": {"reference": f"Patient/{child}"},
        "sent": "2026-11-22T00:30:00+08:00",
    }
    for status, more, base in (("completed", 1, None), ("entered-in-error", 0, 1)):
        change = Change("PUT", "Communication", handed | {"status": status}, "handed", base)
        apply(town_services, operator(town_services), [change])
        assert called_and_came(town_services, "summary") == (called, came + more)
    evening = handed | {"id": "before", "sent": "2026-11-21T23:59:00+08:00"}
    apply(town_services, operator(town_services), [Change("PUT", "Communication", evening, "before")])
    assert called_and_came(town_services, "summary") == (called, came)


@pytest.mark.one_database
def test_who_was_called_about_the_nursery_and_checked_since_came_back(town_services: Services) -> None:
    child, nurse = newcomer(town_services), caller_named(town_services, "nurse")
    record_contact(town_services, nurse, child, "entrance", {"outcome": "agreed", "again_on": "2026-11-25"})
    before = called_and_came(town_services, "entrance", "nurse")
    record_check(town_services, caller_named(town_services, "vaccinator"), child, RESULT)
    after = called_and_came(town_services, "entrance", "nurse")
    assert (after[0] - before[0], after[1] - before[1]) == (0, 1)


@pytest.mark.one_database
def test_a_number_on_record_counts_whenever_it_came_and_calls_of_long_ago_do_not(town_services: Services) -> None:
    child, _ = a_child(town_services)
    doctor = caller_named(town_services, "doctor")
    before = called_and_came(town_services, "number")
    record_contact(town_services, doctor, child, "number", {"outcome": "no-answer"})
    called = called_and_came(town_services, "number")
    assert called[0] - before[0] == 1
    numbered = called[1] - before[1]
    with town_services.database.read() as connection:
        assert numbered == bool(children.visible_row(connection, doctor.viewer, child).has_id_number)  # type: ignore[union-attr]
    later = replace(town_services, settings=town_services.settings.model_copy(update={"today": date(2027, 2, 21)}))
    assert called_and_came(later, "number")[0] == 0
    assert called_and_came(later, "aefi") == (0, 0)
