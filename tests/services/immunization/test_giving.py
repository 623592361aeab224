"""Giving a dose: questions first, then the dose once, and the half hour after it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from tests.services.forms.filled import stored
from tests.services.immunization.vaccinating import LOT, WELL, child_with_due, screened
from tests.town import caller_named

from healthrec import errors
from healthrec.services.context import Caller, Services
from healthrec.services.immunization.facts import told
from healthrec.services.immunization.give_dose import filled_by_scan, give_dose, hold_dose, to_give
from healthrec.services.immunization.observation import end_observation, watched_today
from healthrec.services.immunization.record_dose import child_to_vaccinate, show_doses
from healthrec.services.immunization.screening import record_screening
from healthrec.services.screening.children import child_for
from healthrec.store import choices

NURSE = "vaccinator"


def _not_given(services: Services, child: str) -> list[tuple[str, str]]:
    who = caller_named(services, NURSE)
    with services.database.read() as connection:
        found = told(services, connection, who, child_for(connection, who, child), services.today())
    held = [one for one in found.documents.values() if one["status"] == "not-done"]
    return [(one["vaccineCode"]["coding"][0]["code"], one["statusReason"]["coding"][0]["code"]) for one in held]


def test_a_dose_is_given_after_todays_questions_and_says_how(town_services: Services) -> None:
    nurse, (child, due) = caller_named(town_services, NURSE), child_with_due(town_services)
    fields = LOT | {"vaccine": due.vaccine}
    with pytest.raises(errors.Refused) as first:
        give_dose(town_services, nurse, child, fields)
    assert first.value.issues[0].key == "vaccinate.screen-first"
    response = screened(town_services, child)
    given = give_dose(town_services, nurse, child, fields, command_id="g1")
    assert give_dose(town_services, nurse, child, fields, command_id="g1") == given
    dose = stored(town_services, "Immunization", given.id)
    assert dose["extension"][0]["valueReference"]["reference"] == f"QuestionnaireResponse/{response}"
    assert (dose["lotNumber"], dose["expirationDate"], dose["route"]["coding"][0]["code"]) == (
        "A2026",
        "2027-05-31",
        "IM",
    )
    assert (str(dose["doseQuantity"]["value"]), dose["doseQuantity"]["code"]) == ("0.5", "mL")
    assert dose["protocolApplied"][0]["doseNumberPositiveInt"] == due.number
    assert [one["actor"]["reference"].partition("/")[0] for one in dose["performer"]] == [
        "Practitioner",
        "Organization",
    ]


def test_two_nurses_who_record_the_same_dose_make_one(town_services: Services) -> None:
    (child, due), doctor = child_with_due(town_services), caller_named(town_services, "doctor")
    screened(town_services, child)
    fields = LOT | {"vaccine": due.vaccine}
    give_dose(town_services, caller_named(town_services, NURSE), child, fields, command_id="one")
    again = give_dose(town_services, doctor, child, fields, command_id="two")
    assert (again.id, [one.reasons[0].code for one in again.doubts]) == ("", ["duplicate"])
    with pytest.raises(errors.Refused) as refused:
        give_dose(town_services, doctor, child, fields | {"confirmed": "1", "reason": "又一剂"}, command_id="two")
    assert refused.value.issues[0].key == "dose.already-recorded"


def test_two_nurses_who_record_the_same_dose_at_once_make_one(town_services: Services) -> None:
    child, due = child_with_due(town_services)
    screened(town_services, child)
    callers = [caller_named(town_services, name) for name in (NURSE, "doctor")]
    fields = LOT | {"vaccine": due.vaccine, "confirmed": "1", "reason": "核对过"}
    ready = Barrier(len(callers))

    def give(caller: Caller) -> str:
        ready.wait()
        try:
            return give_dose(town_services, caller, child, fields, command_id=caller.username).id
        except errors.Refused as refused:
            return refused.issues[0].key

    with ThreadPoolExecutor(len(callers)) as pool:
        answers = list(pool.map(give, callers))
    assert sorted(answer == "dose.already-recorded" for answer in answers) == [False, True]
    rows = show_doses(town_services, callers[0], child).doses.rows
    assert sum(row.vaccine == due.vaccine and row.date == town_services.today() for row in rows) == 1


def test_a_dose_that_would_not_count_is_recorded_only_with_a_reason(town_services: Services) -> None:
    nurse, (child, _) = caller_named(town_services, NURSE), child_with_due(town_services)
    screened(town_services, child)
    fields = LOT | {"vaccine": "BCG", "amount": "", "route": ""}
    doubted = give_dose(town_services, nurse, child, fields)
    assert (doubted.id, [one.status for one in doubted.doubts]) == ("", ["extraneous"])
    assert give_dose(town_services, nurse, child, fields | {"confirmed": "1"}) == doubted
    given = give_dose(town_services, nurse, child, fields | {"confirmed": "1", "reason": "医生要求"})
    dose = stored(town_services, "Immunization", given.id)
    assert (dose["note"][0]["text"], dose["route"]["coding"][0]["code"]) == ("医生要求", "IDINJ")
    assert "protocolApplied" not in dose


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("changes", "field", "key"),
    [
        ({"vaccine": ""}, "vaccine", "dose.vaccine-needed"),
        ({"lot": ""}, "lot", "vaccinate.lot-needed"),
        ({"lot": "x" * 41}, "lot", "form.too-long"),
        ({"expiry": ""}, "expiry", "vaccinate.expiry-needed"),
        ({"expiry": "2026-11-21"}, "expiry", "vaccinate.expired"),
        ({"amount": "一支"}, "amount", "vaccinate.amount-needed"),
        ({"route": "nose"}, "route", "vaccinate.route-needed"),
        ({"site": ""}, "site", "vaccinate.site-needed"),
    ],
)
def test_what_is_missing_or_expired_is_named_by_its_field(
    shared_services: Services, changes: dict[str, str], field: str, key: str
) -> None:
    nurse, (child, due) = caller_named(shared_services, NURSE), child_with_due(shared_services, place=1)
    screened(shared_services, child)
    with pytest.raises(errors.Refused) as refused:
        give_dose(shared_services, nurse, child, LOT | {"vaccine": due.vaccine} | changes)
    assert [(one.expression, one.key) for one in refused.value.issues] == [(field, key)]


@pytest.mark.one_database
def test_on_its_last_day_a_lot_is_still_good_and_later_it_is_offered_again(town_services: Services) -> None:
    nurse = caller_named(town_services, NURSE)
    (child, due), (other, _) = child_with_due(town_services), child_with_due(town_services, place=1)
    screened(town_services, child)
    fields = LOT | {"vaccine": due.vaccine, "trace": "81234567000000000001", "expiry": "2026-11-22"}
    assert give_dose(town_services, nurse, child, fields).id
    found = to_give(town_services, nurse, other)
    assert [(one.vaccine, one.lot, one.product) for one in found.lots] == [(due.vaccine, "A2026", "8123456")]
    filled = filled_by_scan(found, {"trace": "81234567000000000077"})
    assert (filled["vaccine"], filled["lot"], filled["expiry"], filled["maker"]) == (
        due.vaccine,
        "A2026",
        "2026-11-22",
        "北生所",
    )
    screened(town_services, other)
    chosen = {"open_lot": found.lots[0].value, "site": "left-arm", "amount": "0.5 ml", "route": "IM"}
    given = give_dose(town_services, nurse, other, chosen | {"confirmed": "1", "reason": "核对过"})
    assert stored(town_services, "Immunization", given.id)["lotNumber"] == "A2026"


@pytest.mark.one_database
def test_a_code_that_cannot_be_read_or_is_of_no_open_lot_fills_what_it_says(shared_services: Services) -> None:
    child, _ = child_with_due(shared_services)
    found = replace(to_give(shared_services, caller_named(shared_services, NURSE), child), lots=())
    read = filled_by_scan(found, {"trace": "01069012345678921727053110B7"})
    assert (read["lot"], read["expiry"], "vaccine" in read) == ("B7", "2027-05-31", False)
    with pytest.raises(errors.Refused):
        filled_by_scan(found, {"trace": "麻腮风"})


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"consent.given": ["refused"]}, "decision.outcome"),
        ({"decision.checked": ["three", "seven"]}, "decision.checked"),
        ({"health.unwell": ["yes"]}, "health.note"),
        ({"health.allergy": ["not-known"]}, "health.note"),
        ({"health.temperature": ["37.3"]}, "health.note"),
        ({"decision.outcome": ["postpone"]}, "decision.advice"),
    ],
)
def test_answers_that_speak_against_the_decision_ask_for_a_word(
    shared_services: Services, changes: dict[str, list[str]], field: str
) -> None:
    child, _ = child_with_due(shared_services)
    with pytest.raises(errors.Refused) as refused:
        record_screening(shared_services, caller_named(shared_services, NURSE), child, WELL | changes, [])
    assert [one.expression for one in refused.value.issues] == [field]


def test_a_postponed_visit_keeps_what_was_not_given_and_why(town_services: Services) -> None:
    nurse, (child, due) = caller_named(town_services, NURSE), child_with_due(town_services)
    later = WELL | {
        "decision.outcome": ["postpone"],
        "decision.advice": ["退热一周后再来"],
        "health.temperature": ["38"],
    }
    assert (
        record_screening(town_services, nurse, child, later, [due.vaccine, "Unheard"], command_id="s1")[1] == "postpone"
    )
    record_screening(town_services, nurse, child, later, [due.vaccine], command_id="s1")
    assert _not_given(town_services, child) == [(due.vaccine, "ill")]
    assert to_give(town_services, nurse, child).screening == ""
    refused = later | {"consent.given": ["refused"]}
    record_screening(town_services, nurse, child, refused, [due.vaccine])
    assert _not_given(town_services, child)[-1] == (due.vaccine, "refused")


@pytest.mark.one_database
def test_a_vaccine_out_of_stock_is_noted_without_questions(town_services: Services) -> None:
    nurse, (child, due) = caller_named(town_services, NURSE), child_with_due(town_services)
    hold_dose(town_services, nurse, child, due.vaccine, "out-of-stock")
    assert _not_given(town_services, child) == [(due.vaccine, "out-of-stock")]
    with pytest.raises(errors.Refused) as refused:
        hold_dose(town_services, nurse, child, "", "")
    assert [one.expression for one in refused.value.issues] == ["held", "held_reason"]


def test_the_half_hour_ends_once_with_leaving_or_without_having_been_observed(town_services: Services) -> None:
    nurse, (child, due) = caller_named(town_services, NURSE), child_with_due(town_services)
    with pytest.raises(errors.NotFound):
        end_observation(town_services, nurse, child, "left")
    screened(town_services, child)
    give_dose(town_services, nurse, child, LOT | {"vaccine": due.vaccine})
    (watched,) = watched_today(town_services, nurse)
    assert (watched.vaccines, watched.ending) == ((due.vaccine,), "")
    assert (watched.until - watched.since).total_seconds() == 1800
    with pytest.raises(errors.Refused):
        end_observation(town_services, nurse, child, "slept")
    id_ = end_observation(town_services, nurse, child, "not-observed")
    assert end_observation(town_services, nurse, child, "left") == id_
    assert [one.ending for one in watched_today(town_services, nurse)] == ["left"]


@pytest.mark.one_database
def test_where_doses_come_from_the_province_none_is_recorded_here(town_services: Services) -> None:
    nurse, (child, due) = caller_named(town_services, NURSE), child_with_due(town_services)
    with town_services.database.write() as connection:
        choices.put(connection, nurse.organization, "dose-origin", "province")
    for refused in (
        lambda: to_give(town_services, nurse, child),
        lambda: give_dose(town_services, nurse, child, LOT | {"vaccine": due.vaccine}),
        lambda: record_screening(town_services, nurse, child, WELL, []),
    ):
        with pytest.raises(errors.NotAllowed) as problem:
            refused()
        assert problem.value.issues[0].key == "vaccinate.from-province-never"
    assert "given-here" not in child_to_vaccinate(town_services, nurse, child)[1]


@pytest.mark.one_database
@pytest.mark.parametrize("username", ["nurse", "guide", "parent", "carer"])
def test_who_gives_no_doses_comes_no_further(shared_services: Services, username: str) -> None:
    child, _ = child_with_due(shared_services)
    with pytest.raises((errors.NotFound, errors.NotAllowed)):
        to_give(shared_services, caller_named(shared_services, username), child)
