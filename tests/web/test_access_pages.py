"""紧急查阅, who has looked, and the auditor's page, over the demo town."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.town import caller_named
from tests.web.visitor import Visitor, signed_in, words

from healthrec import errors
from healthrec.services.access.break_glass import regrant
from healthrec.services.context import Services
from healthrec.services.operations.audit_standing import ask_check, check
from healthrec.store.tables import access_grant, audit_event, break_glass, child, resource, resource_version

pytestmark = pytest.mark.one_database


def strange_child(services: Services, ours: Visitor, theirs: Visitor) -> tuple[str, dict[str, str]]:
    """A child of our panel and not of theirs, and what one must know to look it up."""
    joined = resource.join(resource_version, resource_version.c.version_key == resource.c.version_key)
    wanted = resource_version.c.body
    with services.database.read() as connection:
        keys = list(connection.execute(child.select().with_only_columns(child.c.key)).scalars())
        rows = connection.execute(
            joined.select().with_only_columns(resource.c.id, wanted).where(resource.c.key.in_(keys))
        ).all()
    for id_, body in rows:
        known = identity(json.loads(body))
        status = [visitor.get(f"/children/{id_}").status_code for visitor in (ours, theirs) if known]
        if status == [200, 404]:
            return id_, known
    raise AssertionError("the town has no such child")


def identity(patient: dict[str, Any]) -> dict[str, str]:
    for one in patient.get("identifier", ()):
        if one["system"].endswith("cn-resident-id"):
            return {
                "kind": "resident-id",
                "identifier": one["value"],
                "name": patient["name"][0]["text"],
                "birth_date": patient["birthDate"],
            }
    return {}


def test_a_doctor_outside_the_panel_opens_a_record_with_a_reason(town_services: Services) -> None:
    services = town_services
    with signed_in(services, "doctor") as ours, signed_in(services, "doctor2") as theirs:
        id_, known = strange_child(services, ours, theirs)
        page = theirs.get("/break-glass")
        exists = theirs.send(page, known, "/break-glass")
        assert exists.status_code == 422
        assert "有这份档案" in words(exists)
        assert theirs.get(f"/children/{id_}").status_code == 404, "told, not shown"
        for wrong in ({"name": "某某"}, {"birth_date": "2019-01-01"}, {"identifier": "899999202001010000"}):
            none = theirs.send(page, known | wrong | {"reason": "unwell"}, "/break-glass")
            assert "没有三项都一致的档案" in words(none)
        answer = theirs.send(page, known | {"reason": "unwell", "reason_text": "高热"}, "/break-glass")
        again = theirs.send(page, known | {"reason": "unwell", "reason_text": "高热"}, "/break-glass")
        assert answer.headers["location"] == again.headers["location"] == f"/children/{id_}"
        assert theirs.follow(answer).status_code == 200
        log = words(ours.get(f"/children/{id_}/access?kind=emergency"))
        assert log.count("理由：孩子不适来诊，不在本机构管理 · 高热") == 1, "a double click opens once"
        assert "高热" in words(theirs.get("/break-glass"))
    with signed_in(services, "auditor") as auditor:
        assert id_ in words(auditor.get("/audit/break-glass"))
        assert "高热" not in auditor.get("/audit?action=break-glass").text
    with services.database.read() as connection:
        actions = connection.execute(audit_event.select().where(audit_event.c.entity == "exact-look-up")).all()
    assert [row.count for row in actions] == [1, 0, 0, 0, 1]


def test_a_rebuild_gives_the_emergency_grants_again(town_services: Services) -> None:
    services = town_services
    with signed_in(services, "doctor") as ours, signed_in(services, "doctor2") as theirs:
        id_, known = strange_child(services, ours, theirs)
        theirs.send(theirs.get("/break-glass"), known | {"reason": "emergency"}, "/break-glass")
        before = emergency_grants(services)
        with services.database.write() as connection:
            connection.execute(access_grant.delete().where(access_grant.c.basis == "break-glass"))
        services.epoch.turn()
        assert theirs.get(f"/children/{id_}").status_code == 404
        with services.database.write() as connection:
            assert regrant(connection, services) == 1
        assert emergency_grants(services) == before
        assert theirs.get(f"/children/{id_}").status_code == 200
    assert [row[-1] - row[-2] for row in before] == [1], "one day"


def emergency_grants(services: Services) -> list[tuple[Any, ...]]:
    with services.database.read() as connection:
        rows = connection.execute(access_grant.select().where(access_grant.c.basis == "break-glass"))
        return [tuple(row) for row in rows]


def test_other_reasons_need_words_and_all_fields_are_needed(shared_services: Services) -> None:
    with signed_in(shared_services, "doctor2") as doctor:
        page = doctor.get("/break-glass")
        empty = words(doctor.send(page, {}, "/break-glass"))
        for sentence in ("请选择证件类型", "请填写证件号码", "请填写儿童姓名", "请填写出生日期"):
            assert sentence in empty


def test_look_ups_are_ten_an_hour(town_services: Services) -> None:
    known = {"kind": "passport", "identifier": "E00000000", "name": "某某", "birth_date": "2024-01-01"}
    with signed_in(town_services, "doctor") as doctor:
        page = doctor.get("/break-glass")
        for _ in range(10):
            assert "没有三项都一致" in words(doctor.send(page, known, "/break-glass"))
        assert "尝试次数过多" in words(doctor.send(page, known, "/break-glass"))
    with town_services.database.read() as connection:
        assert connection.execute(break_glass.select()).first() is None


def test_a_guardian_reads_who_has_looked_at_his_child(shared_services: Services) -> None:
    with signed_in(shared_services, "parent") as parent:
        home = parent.get("/").text
        address = "/children/" + home.split("/children/", 1)[1].split('"', 1)[0].split("/")[0]
        page = parent.get(f"{address}/access")
        assert page.status_code == 200
        assert "家长" in words(parent.get(f"{address}/access")), "reading it is written down too"
        assert "这份查看记录" in words(parent.get(f"{address}/access?kind=looked"))
        assert parent.get(f"{address}/access?before=x.y&kind=nonsense").status_code == 200


@pytest.mark.parametrize(
    ("user", "address", "status"),
    [
        ("nurse", "/audit", 403),
        ("admin", "/audit", 403),
        ("auditor", "/audit", 200),
        ("auditor", "/audit?account=nurse&role=nurse&action=sign-in&day=2026-11-22", 200),
        ("auditor", "/audit?day=nonsense&before=99999999999999999999.1", 200),
        ("auditor", "/audit/break-glass", 200),
        ("admin", "/audit/break-glass", 200),
        ("parent", "/audit/break-glass", 403),
        ("nurse", "/break-glass", 403),
        ("parent", "/break-glass", 403),
        ("doctor", "/children/unknown/access", 404),
    ],
)
def test_each_page_opens_to_those_who_hold_its_power(
    shared_services: Services, user: str, address: str, status: int
) -> None:
    with signed_in(shared_services, user) as visitor:
        assert visitor.get(address).status_code == status


def test_the_auditor_goes_on_page_by_page_without_gap_or_repeat(shared_services: Services) -> None:
    with signed_in(shared_services, "auditor") as auditor:
        first = auditor.get("/audit").text
        more = first.split('rel="next" href="', 1)[1].split('"', 1)[0].replace("&amp;", "&")
        second = auditor.get(more).text
    assert numbers(first)
    assert numbers(second)
    assert min(numbers(first)) > max(numbers(second))


@pytest.mark.parametrize(("user", "page"), [("auditor", "/audit"), ("admin", "/audit/break-glass")])
def test_the_chain_is_checked_from_the_page(town_services: Services, user: str, page: str) -> None:
    with signed_in(town_services, user) as visitor:
        before = visitor.get(page)
        assert "还没有核对过" in words(before)
        assert "正在核对" in words(visitor.follow(visitor.send(before, {}, "/audit/check")))
        check(town_services)
        assert "审计链完整" in words(visitor.get(page))


@pytest.mark.parametrize("user", ["nurse", "doctor", "parent"])
def test_others_do_not_have_the_chain_checked(shared_services: Services, user: str) -> None:
    with pytest.raises(errors.NotAllowed):
        ask_check(shared_services, caller_named(shared_services, user))


def numbers(page: str) -> list[int]:
    """The sequence numbers that the page shows; what is not sealed yet has none."""
    parts = page.split('fw-normal numbers">')[1:]
    return [int(text) for part in parts if (text := part.split("<", 1)[0])]
