"""Recording a measurement in the browser: the plain case, a slip put right by one tap, a second reading, a correction."""

from __future__ import annotations

import re
from datetime import timedelta

import httpx
import pytest
from tests.town import TODAY, caller_named, the_town
from tests.web.visitor import Visitor, signed_in, words

from healthrec.services.children.find import find_children
from healthrec.services.children.places import performers
from healthrec.services.children.record import open_record
from healthrec.services.context import Services, operator
from healthrec.services.growth.day import Day, on_day
from healthrec.services.growth.instruments import instrument_document
from healthrec.services.growth.over_time import growth_over_time
from healthrec.services.record.write import Change, apply

pytestmark = pytest.mark.one_database

DAY = TODAY.isoformat()


def somebody(services: Services) -> tuple[str, float]:
    """A child of the doctor who was weighed, but not today; and the last weight [kg]."""
    doctor = caller_named(services, "doctor")
    for row in find_children(services, doctor, "").rows:
        record = open_record(services, doctor, row.id)
        weights = [fact for fact in record.measured() if fact.code == "29463-7"]
        if weights and not on_day(record, TODAY).facts and row.birth and row.birth < TODAY - timedelta(400):
            return row.id, float(weights[-1].value)
    raise AssertionError("the town has no such child")


def today(services: Services, child: str) -> Day:
    return on_day(open_record(services, caller_named(services, "doctor"), child), TODAY)


def sent(visitor: Visitor, child: str, **fields: str) -> httpx.Response:
    """The form of today, filled in."""
    address = f"/children/{child}/measure"
    return visitor.send(visitor.get(address), {"date": DAY} | fields, address)


def test_weight_height_save_is_enough(town_services: Services) -> None:
    child, weight = somebody(town_services)
    with signed_in(town_services, "doctor") as doctor:
        page = doctor.follow(sent(doctor, child, weight=f"{weight:.2f}", posture="standing", length=""))
        assert "测量已保存" in page.text
    assert today(town_services, child).facts["weight"].written[0] == f"{weight:.2f}"


def test_what_was_written_in_jin_is_put_right_by_one_tap(town_services: Services) -> None:
    child, weight = somebody(town_services)
    with signed_in(town_services, "doctor") as doctor:
        answer = sent(doctor, child, weight=f"{weight * 2:.1f}")
        assert "是不是按市斤写的" in words(answer)
        use = re.search(r'name="use" value="(weight:[\d.]+)"', answer.text)
        assert use and "数值无误，保存" in words(answer)
        saved = doctor.send(answer, {"use": use[1]}, f"/children/{child}/measure")
        assert saved.status_code == 303
    assert float(today(town_services, child).facts["weight"].value) == pytest.approx(weight, abs=0.06)


def test_grams_in_the_box_for_kilograms_are_put_right_on_the_form_itself(town_services: Services) -> None:
    child, weight = somebody(town_services)
    with signed_in(town_services, "doctor") as doctor:
        answer = sent(doctor, child, weight=f"{weight * 1000:.0f}")
        assert answer.status_code == 422
        use = re.search(r'name="use" value="(weight:[\d.]+)"', answer.text)
        assert use
        assert doctor.send(answer, {"use": use[1], "date": DAY}, f"/children/{child}/measure").status_code == 303


def test_a_second_reading_answers_the_question(town_services: Services) -> None:
    child, weight = somebody(town_services)
    low = f"{weight * 0.8:.2f}"
    with signed_in(town_services, "doctor") as doctor:
        answer = sent(doctor, child, weight=low)
        assert 'name="weight_2"' in answer.text
        again = doctor.send(answer, {"reason": "", "reason_text": ""}, f"/children/{child}/measure")
        assert "请说明原因" in words(again)
        saved = doctor.send(again, {"weight_2": low}, f"/children/{child}/measure")
        assert saved.status_code == 303
    taking = today(town_services, child).takings["weight"]
    assert (taking.reason, len(taking.readings)) == ("remeasured", 2)


def test_readings_that_do_not_agree_ask_for_a_third_beside_their_value(town_services: Services) -> None:
    child, weight = somebody(town_services)
    with signed_in(town_services, "doctor") as doctor:
        answer = sent(doctor, child, weight=f"{weight:.2f}", weight_2=f"{weight + 0.5:.2f}")
        assert "请量第三次" in words(answer)
        saved = doctor.send(answer, {"weight_3": f"{weight + 0.02:.2f}"}, f"/children/{child}/measure")
        assert saved.status_code == 303
    assert today(town_services, child).facts["weight"].written[0] == f"{weight + 0.02:.2f}"


def test_a_correction_shows_what_stood_there_and_how_it_was_taken(town_services: Services) -> None:
    child, weight = somebody(town_services)
    address = f"/children/{child}/measure"
    with signed_in(town_services, "doctor") as doctor:
        sent(doctor, child, weight=f"{weight:.2f}", clothing="light", state="calm", note="刚睡醒")
        page = doctor.get(f"{address}?day={DAY}")
        assert re.search(r'value="light" checked', page.text)
        fields = {"date": DAY, "weight": f"{weight + 0.05:.2f}", "clothing": "light", "state": "calm"}
        assert doctor.send(page, fields, address).status_code == 303
        corrected = words(doctor.get(f"{address}?day={DAY}"))
        assert "以前的值" in corrected
        assert f"{weight:.2f}" in corrected


def test_a_fall_is_told_to_staff_with_its_rule_and_to_the_family_in_plain_words(town_services: Services) -> None:
    child = the_town().demo_child.id
    record = open_record(town_services, caller_named(town_services, "doctor"), child)
    weight = [float(fact.value) for fact in record.measured() if fact.code == "29463-7"][-1]
    with signed_in(town_services, "doctor") as doctor:
        answer = sent(doctor, child, weight=f"{weight * 0.75:.2f}")
        doctor.send(answer, {"reason": "ill"}, f"/children/{child}/measure")
        page = words(doctor.get(f"/children/{child}"))
        assert "生长变化" in page
        assert "年龄别体重向下跨过" in page
        assert "通行说法，未见原文" in page
        assert "近期患病或喂养困难" in page
    with signed_in(town_services, "parent") as parent:
        page = words(parent.get(f"/children/{child}"))
        assert "请带孩子让医生看看" in page
        assert "生长变化" not in page
        assert "百分位线" not in page
        assert "近期患病" not in page


def test_an_arm_is_typed_kept_shown_and_judged_by_the_standard_that_has_it(town_services: Services) -> None:
    child, weight = somebody(town_services)
    with signed_in(town_services, "doctor") as doctor:
        sent(doctor, child, weight=f"{weight:.2f}", arm="15.2")
        assert today(town_services, child).facts["arm"].written == ("15.2", "cm")
        assert "上臂围 15.2" in words(doctor.get(f"/children/{child}"))
        assert "上臂围" in words(doctor.get(f"/children/{child}/growth?standard=who-2006&chart=acfa"))
    found = growth_over_time(town_services, caller_named(town_services, "doctor"), child, standard="who-2006")
    arms = [one for _, judged in found.measured for one in judged if one.finding.indicator == "acfa"]
    assert [(one.finding.value, len(one.sources)) for one in arms] == [(15.2, 1)]


def test_the_instrument_of_the_house_is_offered_and_remembered(town_services: Services) -> None:
    child, weight = somebody(town_services)
    doctor_caller = caller_named(town_services, "doctor")
    with town_services.database.read() as connection:
        place = performers(connection, doctor_caller)[1]["reference"]
    device = instrument_document(place.partition("/")[2], "scale", "婴儿秤 3 号")
    retired = device | {"status": "inactive", "deviceName": [{"name": "旧秤", "type": "user-friendly-name"}]}
    (scale, _) = apply(
        town_services, operator(town_services), [Change("POST", "Device", one) for one in (device, retired)]
    )
    with signed_in(town_services, "doctor") as doctor:
        page = doctor.get(f"/children/{child}/measure")
        assert "婴儿秤 3 号" in page.text
        assert "旧秤" not in page.text
        sent(doctor, child, weight=f"{weight:.2f}", device_weight=scale.reference)
        assert re.search(rf'value="{scale.reference}" selected', doctor.get(f"/children/{child}/measure").text)
    assert today(town_services, child).takings["weight"].device == scale.reference
