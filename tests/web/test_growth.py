"""The growth chart and how its numbers came about, as pages that need no script."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from tests.documents import concept, episode, patient, weight
from tests.town import caller_named, the_town
from tests.web.visitor import signed_in, words

from healthrec.fhir.facts import LOINC
from healthrec.fhir.measuring import quantity
from healthrec.services.children.find import find_children
from healthrec.services.children.record import open_record
from healthrec.services.context import Services, operator
from healthrec.services.record.write import Change, apply

pytestmark = pytest.mark.one_database


def measured_child(services: Services, user: str) -> tuple[str, str]:
    """(id, last day) of a child whom that person may see, weighed twice and more, and not yet seven."""
    caller = caller_named(services, user)
    for row in find_children(services, caller, "").rows:
        days = [fact.day for fact in open_record(services, caller, row.id).measured() if fact.code == "29463-7"]
        if len(days) > 1 and days[-1] and row.birth and 60 < (days[-1] - row.birth).days < 2400:
            return row.id, days[-1].isoformat()
    raise AssertionError("nobody was measured")


def test_a_doctor_follows_links_from_the_child_to_the_numbers(town_services: Services) -> None:
    child, day = measured_child(town_services, "doctor")
    with signed_in(town_services, "doctor") as doctor:
        assert f'href="/children/{child}/growth"' in doctor.get(f"/children/{child}").text
        page = doctor.get(f"/children/{child}/growth")
        assert f'href="/children/{child}/growth?standard=who-2006"' in page.text
        other = doctor.get(f"/children/{child}/growth?standard=who-2006")
        assert "标准：WHO 2006" in words(other)
        why = doctor.get(f"/children/{child}/why/wfa/{day}?standard=who-2006")
        assert f'href="/children/{child}/why/wfa/{day}?standard=who-2006"' in other.text
        said = words(why)
        assert all(one in said for one in ("who-2006 | WHO 2006", "L、M、S", "测量日期", "性别", "规则编号"))


def test_before_term_the_chart_opens_by_weeks_of_gestation(town_services: Services) -> None:
    """A boy of 30 weeks, four days old: charts by age have no place for him yet."""
    centre = the_town().institutions.centres[0].id
    day = "2026-11-18"
    documents = [patient(id="early", birthDate=day, gender="male")]
    for code, value in (("11884-4", quantity(Decimal(210), "d")), ("8339-4", quantity(Decimal(1400), "g"))):
        documents.append(weight("early", day=day) | {"code": concept(LOINC, code), "valueQuantity": value})
    panel = episode("Patient/early", "health-management", centre, day)
    changes = [Change("POST", one["resourceType"], one, one.get("id", "")) for one in (*documents, panel)]
    apply(town_services, operator(town_services), changes)
    with signed_in(town_services, "doctor") as doctor:
        assert 'href="/children/early/growth"' in doctor.get("/children/early").text
        page = doctor.get("/children/early/growth")
        assert "INTERGROWTH-21st" in words(page)
        assert "1.4" in words(page)
        assert "还没有可以画在图上的测量" not in words(page)


def test_a_parent_reads_one_sentence_and_no_score(town_services: Services) -> None:
    child, day = measured_child(town_services, "parent")
    with signed_in(town_services, "parent") as parent:
        chart = words(parent.get(f"/children/{child}/growth?lines=z&standard=who-2006"))
        why = words(parent.get(f"/children/{child}/why/wfa/{day}?standard=who-2006"))
        assert parent.get(f"/children/{child}/why/bfa/{day}").status_code == 404
    assert "WS/T 423-2022" in chart
    assert "WS/T 423-2022" in why
    assert not re.search(r"Z值|Z [+−]|SD|L、M、S|百分位|等级", chart + why)
    assert re.search("100个同龄|需要复测|请带孩子来|留意", why)


@pytest.mark.parametrize("page", ["growth", "why/wfa/{day}"])
def test_who_does_not_see_growth_sees_no_chart(town_services: Services, page: str) -> None:
    child, day = measured_child(town_services, "doctor")
    address = f"/children/{child}/{page.format(day=day)}"
    for stranger in ("doctor2", "carer", "admin"):
        with signed_in(town_services, stranger) as visitor:
            assert visitor.get(address).status_code == 404


def test_there_is_no_explanation_of_what_does_not_exist(town_services: Services) -> None:
    child, day = measured_child(town_services, "doctor")
    with signed_in(town_services, "doctor") as doctor:
        for wrong in ("wfa/2001-01-01", "wfa/yesterday", f"nothing/{day}", f"wfa/{day}?standard=who-1999"):
            assert doctor.get(f"/children/{child}/why/{wrong}").status_code == 404


def test_large_type_makes_larger_letters_on_the_same_screen(town_services: Services) -> None:
    child, _ = measured_child(town_services, "doctor")
    with signed_in(town_services, "doctor") as doctor:
        address = f"/children/{child}/growth"
        doctor.send(doctor.get("/"), {"type": "large", "next": address}, "/preferences")
        assert 'viewBox="0 0 416 272"' in doctor.get(address).text
