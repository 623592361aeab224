"""Doses as pages."""

from __future__ import annotations

import re

from tests.services.forms.filled import child_with_table
from tests.town import caller_named
from tests.web.visitor import signed_in, words

from healthrec.services.context import Services

GOOD = {"vaccine": "Var", "date": "2026-11-20", "dose": "1", "source": "given-here"}


def test_a_dose_is_recorded_listed_refused_twice_and_taken_back(town_services: Services) -> None:
    child, _ = child_with_table(town_services, caller_named(town_services, "doctor"))
    new, listing = f"/children/{child}/doses/new", f"/children/{child}/doses"
    with signed_in(town_services, "doctor") as doctor:
        page = doctor.get(new)
        wrong = doctor.send(page, GOOD | {"date": "2026-13-01"}, new)
        assert wrong.status_code == 422
        assert "真实的日期" in words(wrong)
        saved = doctor.follow(doctor.send(page, GOOD, new))
        assert "接种已登记" in words(saved)
        assert "水痘疫苗" in words(saved)
        twice = doctor.send(doctor.get(new), GOOD, new)
        assert "已有登记" in words(twice)
        row = doctor.get(listing).text.split("水痘疫苗", 1)[1]
        action = re.search(r'action="([^"]+/mistake)"', row)
        assert action
        bare = doctor.send(doctor.get(listing), {"reason": ""}, action[1])
        assert "请写明为什么是录入错误" in words(bare)
        gone = doctor.follow(doctor.send(doctor.get(listing), {"reason": "记错了孩子"}, action[1]))
        assert "已标为录入错误" in words(gone)
        assert "水痘疫苗" not in words(gone)


def test_a_nurse_is_led_to_the_form_and_sees_no_list(town_services: Services) -> None:
    child, _ = child_with_table(town_services, caller_named(town_services, "nurse"))
    with signed_in(town_services, "nurse") as nurse:
        page = nurse.get(f"/children/{child}/doses")
        assert page.url.path == f"/children/{child}/doses/new"
        assert page.text.count('type="radio"') == 1
        sent = nurse.send(page, GOOD | {"source": "certificate"}, f"/children/{child}/doses/new")
        assert sent.headers["location"] == f"/children/{child}"


def test_a_guide_has_no_doses(town_services: Services) -> None:
    child, _ = child_with_table(town_services, caller_named(town_services, "guide"))
    with signed_in(town_services, "guide") as guide:
        assert guide.get(f"/children/{child}/doses").status_code == 403
        assert guide.get("/children/x/doses").status_code == 404
