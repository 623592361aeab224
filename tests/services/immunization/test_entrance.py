"""The entrance check between clinic and nursery: results here, reasons there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from tests.services.forms.filled import stored
from tests.town import Clients, caller_named

from healthrec import errors
from healthrec.fhir.json import parse
from healthrec.services.context import Services, operator
from healthrec.services.immunization.entrance import entrances, record_check, to_assess, verify_dose
from healthrec.services.immunization.record_dose import mark_mistaken, record_dose, show_doses, writable_vaccines
from healthrec.services.record.write import Change, apply
from healthrec.services.screening.children import child_for
from healthrec.store import children, compartment

RESULT = {"check.evidence": ["both"], "check.result": ["complete"]}


def newcomer(services: Services) -> str:
    """A child of the vaccination nurse and of the nursery's health worker, enrolled ten days ago."""
    nurse, carer = caller_named(services, "vaccinator"), caller_named(services, "nurse")
    with services.database.read() as connection:
        mine = [
            {row.id for row in children.all_of(connection, one.viewer, ("", 0), True, 100)} for one in (nurse, carer)
        ]
    both = sorted(mine[0] & mine[1])
    child = next(one for one in both if len(show_doses(services, nurse, one).doses.rows) > 4)
    _enrol(services, child, services.today() - timedelta(days=10))
    return child


def _enrol(services: Services, child: str, since: date) -> None:
    """Let the child's enrolment begin on that day."""
    change_enrolment(services, child, lambda _: {"period": {"start": since.isoformat()}})


def change_enrolment(services: Services, child: str, changed: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Put what `changed` makes of it in place of the same parts of the child's enrolment in its nursery."""
    doctor = caller_named(services, "doctor")
    with services.database.read() as connection:
        key = child_for(connection, doctor, child).key
        found = compartment.of_types(connection, doctor.viewer, key, ("EpisodeOfCare",))
    for one in found:
        episode = parse(one.body.encode())
        if episode["type"][0]["coding"][0]["code"] == "nursery-enrolment" and episode["status"] == "active":
            other = episode | changed(episode)
            apply(services, operator(services), [Change("PUT", "EpisodeOfCare", other, one.id, one.version)])


HBIG = {"coding": [{"system": "https://healthrec.example/fhir/CodeSystem/vaccine", "code": "HBIG"}]}
MOTHER = {
    "coding": [
        {"system": "https://healthrec.example/fhir/CodeSystem/immunization-condition", "code": "mother-hbsag-positive"}
    ]
}


def _told_of_the_mother(services: Services, child: str) -> tuple[str, str]:
    """Ids of a dose of HBIG and of the mother's infection, as a vaccination nurse writes them."""
    about = {"reference": f"Patient/{child}"}
    born = show_doses(services, caller_named(services, "vaccinator"), child).child.birth.isoformat()
    dose = {
        "resourceType": "Immunization",
        "id": "hbig-1",
        "status": "completed",
        "vaccineCode": HBIG,
        "patient": about,
    }
    dose |= {"occurrenceDateTime": born, "primarySource": True}
    mother = {"resourceType": "Condition", "id": "mother-1", "code": MOTHER, "subject": about}
    changes = [Change("POST", one["resourceType"], one, one["id"]) for one in (dose, mother)]
    apply(services, caller_named(services, "vaccinator"), changes)
    return dose["id"], mother["id"]


@pytest.mark.one_database
def test_what_tells_of_the_mother_is_for_the_clinic_alone(api: Clients) -> None:
    child = newcomer(api.services)
    dose, mother = _told_of_the_mother(api.services, child)
    addresses = (f"/fhir/Immunization/{dose}", f"/fhir/Condition/{mother}")
    for user in ("vaccinator", "doctor"):
        assert [api(user).get(address).status_code for address in addresses] == [200, 200], user
    for user in ("nurse", "carer", "guide", "head", "parent", "specialist", "vaccinator2", "district"):
        assert [api(user).get(address).status_code for address in addresses] == [404, 404], user
        for query in (f"Immunization?patient=Patient/{child}&_id={dose}", f"Condition?_id={mother}"):
            assert api(user).get(f"/fhir/{query}").json().get("total", 0) == 0, (user, query)


@pytest.mark.one_database
def test_a_nurse_of_a_nursery_learns_nothing_by_writing_a_certificate_down(town_services: Services) -> None:
    child, nurse = newcomer(town_services), caller_named(town_services, "nurse")
    _told_of_the_mother(town_services, child)
    known = show_doses(town_services, caller_named(town_services, "vaccinator"), child).doses.rows
    bcg = next(row for row in known if row.vaccine == "BCG")
    paper = {"vaccine": "BCG", "date": bcg.date.isoformat(), "dose": "1", "source": "certificate"}
    assert record_dose(town_services, nurse, child, paper) == ""
    assert len(show_doses(town_services, caller_named(town_services, "vaccinator"), child).doses.rows) == len(known)
    for day in (bcg.date, bcg.date + timedelta(days=90)):
        with pytest.raises(errors.Refused) as refused:
            record_dose(town_services, nurse, child, paper | {"vaccine": "HBIG", "date": day.isoformat()})
        assert [one.key for one in refused.value.issues] == ["dose.vaccine-needed"]
    assert "HBIG" not in writable_vaccines(town_services, nurse)


@pytest.mark.one_database
def test_two_sources_that_differ_hold_the_result_back_until_somebody_decides(town_services: Services) -> None:
    child, nurse = newcomer(town_services), caller_named(town_services, "vaccinator")
    born, known = (
        show_doses(town_services, nurse, child).child.birth,
        show_doses(town_services, nurse, child).doses.rows,
    )
    assert any(row.vaccine == "IPV" and row.dose == 1 for row in known)
    assert to_assess(town_services, nurse, child).assessment.result == "complete"
    too_young = {"vaccine": "IPV", "date": str(born + timedelta(days=30)), "dose": "1", "source": "certificate"}
    record_dose(town_services, nurse, child, too_young)
    found = to_assess(town_services, nurse, child)
    assert (found.assessment.result, [one.result for one in found.disputed], found.open) == (
        "complete",
        ["catch-up"],
        True,
    )
    with pytest.raises(errors.Refused) as refused:
        record_check(town_services, nurse, child, RESULT)
    assert refused.value.issues[0].key == "entrance.verify-first"


def _standing(services: Services, username: str, child: str) -> tuple[str, date | None]:
    rows = entrances(services, caller_named(services, username)).rows
    (found,) = [one for one in rows if one.child.id == child]
    return found.entrance.standing, found.entrance.due


def test_a_newcomer_is_checked_within_thirty_days_and_the_nursery_reads_the_result(town_services: Services) -> None:
    child, nurse = newcomer(town_services), caller_named(town_services, "vaccinator")
    for username in ("vaccinator", "nurse"):
        assert _standing(town_services, username, child) == ("not-checked", date(2026, 12, 12))
    complete = to_assess(town_services, nurse, child).assessment.result == "complete"
    said = RESULT | {"check.result": ["complete" if complete else "catch-up"]}
    id_ = record_check(town_services, nurse, child, said, command_id="e1")
    assert record_check(town_services, nurse, child, said, command_id="e1") == id_
    assert _standing(town_services, "nurse", child)[0] == ("complete" if complete else "catch-up")
    assert stored(town_services, "QuestionnaireResponse", id_)["questionnaire"].endswith("entrance-check|1.0")


@pytest.mark.one_database
def test_a_missing_dose_asks_for_catch_up_and_december(town_services: Services) -> None:
    child, nurse = newcomer(town_services), caller_named(town_services, "vaccinator")
    for row in show_doses(town_services, nurse, child).doses.rows:
        if row.vaccine == "HepB":
            mark_mistaken(town_services, nurse, row.id, row.version, "没有打")
    found = to_assess(town_services, nurse, child)
    assert (found.assessment.result, found.open) == ("catch-up", False)
    assert "hepb" in [one.antigen for one in found.assessment.missing]
    with pytest.raises(errors.Refused) as refused:
        record_check(town_services, nurse, child, RESULT)
    assert refused.value.issues[0].key == "entrance.not-complete"
    record_check(town_services, nurse, child, RESULT | {"check.result": ["catch-up"]})
    assert _standing(town_services, "nurse", child) == ("catch-up", date(2026, 12, 31))


@pytest.mark.one_database
def test_a_paper_that_says_more_than_the_record_waits_to_be_verified(town_services: Services) -> None:
    child, nurse = newcomer(town_services), caller_named(town_services, "vaccinator")
    given = [row for row in show_doses(town_services, nurse, child).doses.rows if row.vaccine == "BCG"]
    assert to_assess(town_services, nurse, child).assessment.result == "complete"
    for row in given:
        mark_mistaken(town_services, nurse, row.id, row.version, "没有打")
        paper = {"vaccine": "BCG", "date": row.date.isoformat(), "dose": "1", "source": "certificate"}
        dose = record_dose(town_services, caller_named(town_services, "nurse"), child, paper)
    found = to_assess(town_services, nurse, child)
    assert [row.id for row in found.unsure] == [dose]
    assert (found.assessment.result, found.open) == ("complete", True)
    with pytest.raises(errors.Refused) as refused:
        record_check(town_services, nurse, child, RESULT)
    assert refused.value.issues[0].key == "entrance.verify-first"
    assert verify_dose(town_services, nurse, dose, found.unsure[0].version) == child
    assert to_assess(town_services, nurse, child).unsure == ()
    record_check(town_services, nurse, child, RESULT)
    assert _standing(town_services, "nurse", child)[0] == "complete"


@pytest.mark.one_database
def test_a_nursery_never_comes_to_the_reasons(shared_services: Services) -> None:
    child, nurse = newcomer(shared_services), caller_named(shared_services, "nurse")
    assert not entrances(shared_services, nurse).may_assess
    for step in (
        lambda: to_assess(shared_services, nurse, child),
        lambda: record_check(shared_services, nurse, child, RESULT),
        lambda: verify_dose(shared_services, nurse, "unknown", 1),
    ):
        with pytest.raises((errors.NotFound, errors.NotAllowed)):
            step()
    with pytest.raises(errors.NotAllowed):
        to_assess(shared_services, caller_named(shared_services, "parent"), parents_child(shared_services))


def parents_child(services: Services) -> str:
    """The parent's own child."""
    with services.database.read() as connection:
        return children.all_of(connection, caller_named(services, "parent").viewer, ("", 0), True, 1)[0].id
