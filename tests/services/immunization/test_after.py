"""After a dose: a reaction is reported in time, a withdrawn lot finds its children."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from tests.services.forms.filled import stored
from tests.services.immunization.vaccinating import LOT, child_with_due, screened
from tests.town import caller_named

from healthrec import errors
from healthrec.services.context import Services
from healthrec.services.immunization.aefi import Report, mark_reported, new_report, report, reports
from healthrec.services.immunization.answered import answered
from healthrec.services.immunization.give_dose import give_dose
from healthrec.services.immunization.withdrawn import given_from

TOLD = {
    "reaction.date": ["2026-11-21"],
    "reaction.found-date": ["2026-11-21"],
    "reaction.found-time": ["09:30"],
    "reaction.course": ["接种部位红肿"],
    "reaction.hospital": ["no"],
    "report.grave": ["none"],
    "report.form": ["routine"],
    "report.obtained": ["passive"],
    "report.phone": ["0571-00000000"],
}
FOUND = datetime.fromisoformat("2026-11-21T09:30:00+08:00")


def _reported(services: Services, child: str, **changes: str) -> Report:
    nurse = caller_named(services, "vaccinator")
    dose = new_report(services, nurse, child).doses[0].id
    fields = TOLD | {f"report.{name}": [text] for name, text in changes.items()}
    report(services, nurse, child, fields, [dose])
    return reports(services, nurse)[0]


def test_a_reaction_is_kept_unclassified_with_its_dose_and_its_clock(town_services: Services) -> None:
    nurse, (child, _) = caller_named(town_services, "vaccinator"), child_with_due(town_services)
    dose = new_report(town_services, nurse, child).doses[0].id
    form = report(town_services, nurse, child, TOLD, [dose, "another"], command_id="a1")
    assert report(town_services, nurse, child, TOLD, [dose], command_id="a1") == form
    (found,) = reports(town_services, nurse)
    assert (found.doses, found.form_id, found.due) == ((dose,), form, FOUND + timedelta(hours=48))
    event = stored(town_services, "AdverseEvent", found.id)
    assert (event["event"]["coding"][0]["code"], event["date"]) == ("unclassified", "2026-11-21")
    assert answered(town_services, nurse, child, form).response["id"] == form
    mark_reported(town_services, nurse, found.id, found.version)
    assert reports(town_services, nurse)[0].reported is not None


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("grave", "hours"), [("none", 48), ("death", 2), ("disability", 2), ("cluster", 2), ("concern", 2)]
)
def test_what_is_grave_has_two_hours(town_services: Services, grave: str, hours: int) -> None:
    found = _reported(town_services, child_with_due(town_services)[0], grave=grave)
    assert (found.due, found.grave) == (FOUND + timedelta(hours=hours), hours == 2)
    assert not found.is_late(found.due)
    assert found.is_late(found.due + timedelta(seconds=1))


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("changes", "doses", "field"),
    [
        ({}, [], "doses"),
        ({"reaction.found-date": [""]}, None, "reaction.found-date"),
        ({"reaction.found-date": ["2026-11-23"]}, None, "reaction.found-date"),
        ({"reaction.found-time": ["25:00"]}, None, "reaction.found-time"),
        ({"reaction.course": [""]}, None, "reaction.course"),
    ],
)
def test_what_is_missing_is_named_by_its_field(
    shared_services: Services, changes: dict[str, list[str]], doses: list[str] | None, field: str
) -> None:
    nurse, (child, _) = caller_named(shared_services, "vaccinator"), child_with_due(shared_services)
    all_doses = [one.id for one in new_report(shared_services, nurse, child).doses]
    with pytest.raises(errors.Refused) as refused:
        report(shared_services, nurse, child, TOLD | changes, all_doses if doses is None else doses)
    assert field in [one.expression for one in refused.value.issues]


@pytest.mark.one_database
def test_a_withdrawn_lot_finds_the_children_however_it_is_typed(town_services: Services) -> None:
    nurse, (child, due) = caller_named(town_services, "vaccinator"), child_with_due(town_services)
    screened(town_services, child)
    give_dose(town_services, nurse, child, LOT | {"vaccine": due.vaccine, "lot": "ZZ-2026A"})
    for typed in ("ZZ-2026A", "zz-2", "ＺＺ-2026"):
        (found,) = given_from(town_services, nurse, typed)
        assert (found.child_id, found.vaccine, found.lot) == (child, due.vaccine, "ZZ-2026A")
    for typed in ("", "ZZ", "2026A", "ZZ-2026B"):
        assert given_from(town_services, nurse, typed) == ()
    with pytest.raises(errors.NotAllowed):
        given_from(town_services, caller_named(town_services, "nurse"), "ZZ-2026A")


@pytest.mark.one_database
def test_a_nursery_reads_no_report_and_no_health_questions(shared_services: Services) -> None:
    child, _ = child_with_due(shared_services)
    form, nurse = screened(shared_services, child), caller_named(shared_services, "nurse")
    assert reports(shared_services, nurse) == ()
    for step in (
        lambda: new_report(shared_services, nurse, child),
        lambda: answered(shared_services, nurse, child, form),
        lambda: mark_reported(shared_services, nurse, "unknown", 1),
    ):
        with pytest.raises((errors.NotFound, errors.NotAllowed)):
            step()
