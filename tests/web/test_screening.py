"""Warning signs and referrals as pages."""

from __future__ import annotations

import re
from contextlib import suppress

from tests.services.forms.filled import child_with_table
from tests.town import caller_named
from tests.web.visitor import signed_in, words

from healthrec import errors
from healthrec.services.context import Services
from healthrec.services.screening.record_signs import proposal_id, record_signs


def test_a_nurse_answers_the_table_and_is_told_what_is_missing(town_services: Services) -> None:
    child, signs = child_with_table(town_services, caller_named(town_services, "nurse"))
    address = f"/children/{child}/warning-signs"
    with signed_in(town_services, "nurse") as nurse:
        page = nurse.get(address)
        assert page.text.count('type="radio"') == 16
        today = {"day": town_services.today().isoformat()}
        missing = nurse.send(page, today | {signs[0]: "present"}, address)
        assert missing.status_code == 422
        assert words(missing).count("请填写这一项") >= 3
        saved = nurse.send(
            missing, today | {sign: "present" if sign == signs[0] else "absent" for sign in signs}, address
        )
        assert saved.headers["location"] == f"/children/{child}#warnings"


def test_the_doctor_refers_what_was_proposed(town_services: Services) -> None:
    caller = caller_named(town_services, "doctor")
    child, signs = child_with_table(town_services, caller)
    answers = {sign: ["present"] for sign in signs}
    address = f"/referrals/{proposal_id(record_signs(town_services, caller, child, town_services.today(), answers))}"
    with signed_in(town_services, "doctor") as doctor:
        page = doctor.get(address)
        hospital = re.search(r'<option value="([^"]+)">', page.text)
        assert hospital
        nothing = doctor.send(page, {"do": "accept", "hospital": ""}, address)
        assert "请选择转往的医院" in words(nothing)
        done = doctor.follow(doctor.send(page, {"do": "accept", "hospital": hospital[1]}, address))
        assert "已转诊" in words(done)
        assert "同意转诊" not in words(done)
        late = doctor.send(page, {"do": "decline", "reason": "改主意", "command_id": "another"}, address)
        assert late.status_code in (409, 412, 422)
        assert doctor.get("/referrals/none").status_code == 404


def test_a_clear_table_never_reads_as_normal_or_passed(town_services: Services) -> None:
    doctor_caller = caller_named(town_services, "doctor")
    child, signs = child_with_table(town_services, doctor_caller)
    id_ = record_signs(town_services, doctor_caller, child, town_services.today(), {sign: ["absent"] for sign in signs})
    with signed_in(town_services, "doctor") as doctor:
        page = doctor.get(f"/children/{child}/forms/{id_}")
        assert "本次未发现预警征象" in words(page)
        assert not re.search("正常|通过", words(page))
        assert doctor.get(f"/children/other/forms/{id_}").status_code == 404
        amend = doctor.get(f"/children/{child}/forms/{id_}/amend")
        action = f"/children/{child}/forms/{id_}/amend"
        answers = dict.fromkeys(signs, "not-known")
        assert "未做或不详" in words(doctor.follow(doctor.send(amend, answers, action)))


def test_a_parent_reads_words_for_families(town_services: Services) -> None:
    child, signs = child_with_table(town_services, caller_named(town_services, "parent"))
    id_ = _answered_by_its_doctor(town_services, child, signs)
    with signed_in(town_services, "parent") as visitor:
        text = words(visitor.get(f"/children/{child}/forms/{id_}"))
        assert "这次没有发现需要留意的信号" in text
        assert "预警" not in text.replace("warning-signs", "")
        assert visitor.get(f"/children/{child}/warning-signs").status_code == 403


def test_another_day_with_another_table_is_asked_again(town_services: Services) -> None:
    doctor_caller = caller_named(town_services, "doctor")
    child, signs = child_with_table(town_services, doctor_caller)
    address = f"/children/{child}/warning-signs"
    with signed_in(town_services, "doctor") as doctor:
        page = doctor.get(address)
        answers = dict.fromkeys(signs, "absent")
        ahead = doctor.send(page, answers | {"day": "2027-01-01"}, address)
        assert "还没到" in words(ahead)
        unread = doctor.send(page, answers | {"day": "昨天吧"}, address)
        assert unread.status_code == 422


def _answered_by_its_doctor(services: Services, child: str, signs: list[str]) -> str:
    answers = {sign: ["absent"] for sign in signs}
    for username in ("doctor", "doctor2"):
        with suppress(errors.NotFound):
            return record_signs(services, caller_named(services, username), child, services.today(), answers)
    raise AssertionError("every child of the town has a doctor")
