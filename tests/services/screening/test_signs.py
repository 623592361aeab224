"""The table of the child's age, its Observation, and the referral that one sign present proposes."""

from __future__ import annotations

from datetime import date

import pytest
from tests.services.forms.filled import child_with_table, exists, stored
from tests.town import caller_named

from healthrec import errors
from healthrec.fhir.forms import extracted_id
from healthrec.services.context import Services
from healthrec.services.screening.decide_referral import accept, decline, order_id, show_proposal
from healthrec.services.screening.record_signs import amend_signs, new_signs, proposal_id, record_signs
from healthrec.services.screening.show_screening import show_screening
from healthrec.store import duties
from healthrec.store.projections import organization_row


def _answers(signs: list[str], *codes: str) -> dict[str, list[str]]:
    given = [*codes, *["absent"] * len(signs)]
    return {sign: [given[at]] for at, sign in enumerate(signs)}


def _observation(services: Services, id_: str, signs: list[str]) -> dict[str, object]:
    return stored(services, "Observation", extracted_id(id_, signs[0].partition(".")[0]))


@pytest.mark.parametrize("username", ["doctor", "guide", "nurse"])
def test_answers_become_a_response_and_one_observation(town_services: Services, username: str) -> None:
    caller = caller_named(town_services, username)
    child, signs = child_with_table(town_services, caller)
    id_ = record_signs(town_services, caller, child, town_services.today(), _answers(signs), command_id="c1")
    observation = _observation(town_services, id_, signs)
    assert observation["derivedFrom"] == [{"reference": f"QuestionnaireResponse/{id_}"}]
    assert len(observation["component"]) == len(signs)  # type: ignore[arg-type]
    assert not exists(town_services, "ServiceRequest", proposal_id(id_))
    assert show_screening(town_services, caller, id_).screening.outcome == "none-found"


def test_a_sign_that_is_present_proposes_a_referral_for_the_doctor(town_services: Services) -> None:
    nurse = caller_named(town_services, "nurse")
    child, signs = child_with_table(town_services, nurse)
    id_ = record_signs(town_services, nurse, child, town_services.today(), _answers(signs, "present", "not-known"))
    request = stored(town_services, "ServiceRequest", proposal_id(id_))
    assert (request["status"], request["intent"]) == ("draft", "proposal")
    assert [one["coding"][0]["code"] for one in request["reasonCode"]] == [signs[0]]
    shown = show_screening(town_services, nurse, id_).screening
    assert (shown.outcome, shown.unanswered, shown.referral) == ("sign-found", 1, "draft")
    assert [sign.link_id for sign in shown.present] == [signs[0]]


def test_a_sign_left_without_an_answer_is_asked_for(town_services: Services) -> None:
    nurse = caller_named(town_services, "nurse")
    child, signs = child_with_table(town_services, nurse)
    with pytest.raises(errors.Refused) as refused:
        record_signs(town_services, nurse, child, town_services.today(), {signs[0]: ["absent"]})
    assert [issue.expression for issue in refused.value.issues] == signs[1:]


def test_an_amendment_re_extracts_and_takes_back_a_proposal_that_nobody_decided_on(town_services: Services) -> None:
    nurse = caller_named(town_services, "nurse")
    child, signs = child_with_table(town_services, nurse)
    id_ = record_signs(town_services, nurse, child, town_services.today(), _answers(signs, "present"))
    amend_signs(town_services, nurse, id_, _answers(signs), 1)
    observation = _observation(town_services, id_, signs)
    assert (observation["status"], observation["meta"]["versionId"]) == ("amended", "2")  # type: ignore[index]
    assert stored(town_services, "ServiceRequest", proposal_id(id_))["status"] == "entered-in-error"
    amend_signs(town_services, nurse, id_, _answers(signs, "absent", "present"), 2)
    again = stored(town_services, "ServiceRequest", proposal_id(id_))
    assert (again["status"], again["reasonCode"][0]["coding"][0]["code"]) == ("draft", signs[1])
    with pytest.raises(errors.Stale):
        amend_signs(town_services, nurse, id_, _answers(signs), 2)


def _proposed(services: Services) -> tuple[str, str]:
    doctor = caller_named(services, "doctor")
    child, signs = child_with_table(services, doctor)
    id_ = record_signs(services, doctor, child, services.today(), _answers(signs, "present"))
    return proposal_id(id_), id_


def _hospital(services: Services) -> str:
    with services.database.read() as connection:
        return duties.hospitals(connection)[0].id


def test_the_doctor_orders_the_referral_at_a_hospital_once(town_services: Services) -> None:
    doctor = caller_named(town_services, "doctor")
    proposal, response = _proposed(town_services)
    waiting = show_proposal(town_services, doctor, proposal)
    assert waiting.may_decide
    assert waiting.hospitals
    hospital = _hospital(town_services)
    order = accept(town_services, doctor, proposal, hospital, waiting.version, command_id="a1")
    assert (
        accept(town_services, doctor, proposal, hospital, waiting.version, command_id="a1")
        == order
        == order_id(proposal)
    )
    written = stored(town_services, "ServiceRequest", order)
    assert (written["status"], written["intent"]) == ("active", "order")
    assert written["basedOn"] == [{"reference": f"ServiceRequest/{proposal}"}]
    assert written["performer"] == [{"reference": f"Organization/{hospital}"}]
    decided = show_proposal(town_services, doctor, proposal)
    assert (decided.status, decided.may_decide) == ("active", False)
    assert decided.hospital is not None and decided.hospital.id == hospital
    with pytest.raises(errors.Conflict):
        decline(town_services, doctor, proposal, "改变主意", waiting.version)
    assert show_screening(town_services, doctor, response).screening.referral == "active"


def test_the_doctor_declines_with_a_reason_and_only_with_one(town_services: Services) -> None:
    doctor = caller_named(town_services, "doctor")
    proposal, _ = _proposed(town_services)
    with pytest.raises(errors.Refused):
        decline(town_services, doctor, proposal, "  ", 1)
    decline(town_services, doctor, proposal, "复查时已会做", 1)
    shown = show_proposal(town_services, doctor, proposal)
    assert (shown.status, shown.decided_note, shown.may_decide) == ("revoked", "复查时已会做", False)


def test_a_hospital_that_is_none_is_refused(town_services: Services) -> None:
    doctor = caller_named(town_services, "doctor")
    proposal, _ = _proposed(town_services)
    with pytest.raises(errors.Refused) as refused:
        accept(town_services, doctor, proposal, "nowhere", 1)
    assert refused.value.issues[0].expression == "hospital"


def test_nurse_and_guide_see_a_proposal_but_do_not_decide(town_services: Services) -> None:
    nurse = caller_named(town_services, "nurse")
    child, signs = child_with_table(town_services, nurse)
    id_ = record_signs(town_services, nurse, child, town_services.today(), _answers(signs, "present"))
    assert not show_proposal(town_services, nurse, proposal_id(id_)).may_decide
    with pytest.raises(errors.NotAllowed):
        accept(town_services, nurse, proposal_id(id_), _hospital(town_services), 1)


def test_a_day_before_birth_or_ahead_has_no_table(town_services: Services) -> None:
    doctor = caller_named(town_services, "doctor")
    child, _ = child_with_table(town_services, doctor)
    for day in (date(2001, 1, 1), date(2027, 1, 1)):
        with pytest.raises(errors.Refused):
            new_signs(town_services, doctor, child, day)


def test_carer_and_head_get_no_table(town_services: Services) -> None:
    child, _ = child_with_table(town_services, caller_named(town_services, "doctor"))
    for username in ("carer", "head", "district"):
        with pytest.raises((errors.NotFound, errors.NotAllowed)):
            new_signs(town_services, caller_named(town_services, username), child)


def test_the_hospitals_are_hospitals(town_services: Services) -> None:
    with town_services.database.read() as connection:
        found = duties.hospitals(connection)
        assert {organization_row(connection, one.key).kind for one in found} == {"hospital"}
