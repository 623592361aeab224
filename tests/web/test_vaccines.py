"""The vaccine card as a page: who may open it, and in whose words."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import select
from tests import immds
from tests.services.immunization.test_after import TOLD
from tests.services.immunization.test_due_dates import about, write
from tests.services.immunization.test_entrance import newcomer
from tests.services.immunization.test_entrance_statistics import needing_catch_up
from tests.services.immunization.vaccinating import LOT, WELL, child_with_due
from tests.town import caller_named
from tests.web.visitor import signed_in, words

from healthrec.services.context import Services
from healthrec.services.immunization.record_dose import record_dose
from healthrec.sheets import read_workbook
from healthrec.store import children
from healthrec.store.tables import audit_event

pytestmark = pytest.mark.one_database


def own_child(services: Services, username: str) -> str:
    """Some child of that sign-in."""
    with services.database.read() as connection:
        viewer = caller_named(services, username).viewer
        return children.all_of(connection, viewer, ("", 0), True, 1)[0].id


@pytest.mark.parametrize("username", ["vaccinator", "doctor"])
def test_staff_open_the_card_from_the_child_and_read_rules(shared_services: Services, username: str) -> None:
    child = own_child(shared_services, username)
    with signed_in(shared_services, username) as browser:
        assert f'href="/children/{child}/vaccines"' in browser.get(f"/children/{child}").text
        said = words(browser.get(f"/children/{child}/vaccines"))
    assert "2026 版程序" in said
    assert "尚未与原文核对" in said
    assert "规则" in said


@pytest.mark.parametrize(
    ("username", "gives"),
    [("vaccinator", True), ("doctor", True), ("nurse", False), ("parent", False), ("vaccinator2", False)],
)
def test_the_childs_page_leads_to_a_dose_where_doses_are_recorded(
    shared_services: Services, username: str, gives: bool
) -> None:
    child = own_child(shared_services, username)
    with signed_in(shared_services, username) as browser:
        assert (f'href="/children/{child}/vaccinate"' in browser.get(f"/children/{child}").text) is gives


def test_a_guardian_reads_the_own_words_and_no_rule(shared_services: Services) -> None:
    with signed_in(shared_services, "parent") as browser:
        said = words(browser.get(f"/children/{own_child(shared_services, 'parent')}/vaccines"))
    assert "已打" in said
    assert [word for word in ("规则", "应种未种", "不计入", "本机构接种") if word in said] == []


@pytest.mark.parametrize("username", ["nurse", "guide", "carer"])
def test_who_may_not_see_doses_finds_no_card(shared_services: Services, username: str) -> None:
    with signed_in(shared_services, username) as browser:
        assert browser.get(f"/children/{own_child(shared_services, username)}/vaccines").status_code == 404


def test_every_look_at_a_card_is_in_the_audit(shared_services: Services) -> None:
    child = own_child(shared_services, "vaccinator")
    entity = f"page:/children/{child}/vaccines"
    wanted = select(audit_event.c.action, audit_event.c.outcome).where(audit_event.c.entity == entity)
    with signed_in(shared_services, "vaccinator") as browser:
        browser.get(f"/children/{child}/vaccines")
    with shared_services.database.read() as connection:
        assert ("view", "success") in {tuple(found) for found in connection.execute(wanted)}


@pytest.mark.parametrize("hour_in_china", [0, 7, 15, 23])
def test_a_dose_is_scanned_recorded_watched_and_left(town_services: Services, hour_in_china: int) -> None:
    """At any hour: before eight it is still yesterday by the server's clock."""
    child, due = child_with_due(town_services)
    now = datetime(2026, 11, 23, hour_in_china, 10, tzinfo=timezone(timedelta(hours=8)))
    page, questions = f"/children/{child}/vaccinate", f"/children/{child}/vaccinate/screening"
    with signed_in(replace(town_services, clock=lambda: now.astimezone(UTC)), "vaccinator") as nurse:
        assert "健康询问与知情同意" in words(nurse.get(page))
        half = nurse.send(nurse.get(questions), WELL | {"consent.name": ""}, questions)
        assert half.status_code == 422
        ready = nurse.follow(nurse.send(half, WELL, questions))
        assert str(ready.url).endswith("/vaccinate")
        unread = nurse.send(ready, {"trace": "？", "do": "scan"}, page)
        assert "认不出这个码" in words(unread)
        code = "01069012345678921727053110B7"
        read = nurse.send(ready, {"trace": code, "do": "scan", "vaccine": due.vaccine}, page)
        assert 'value="B7"' in read.text
        fields = LOT | {"vaccine": due.vaccine, "trace": code}
        given = nurse.follow(nurse.send(ready, fields, page))
        assert "请留观30分钟" in words(given)
        watching = nurse.get("/vaccinations")
        assert "还有 30 分钟" in words(watching)
        gone = nurse.follow(nurse.send(watching, {"ending": "left"}, f"/vaccinations/{child}"))
        assert "离开" in words(gone)
        assert "BCG" in nurse.get(page).text
        doubt = nurse.send(nurse.get(page), fields | {"vaccine": "BCG"}, page)
        assert "按程序不计入" in words(doubt)


def test_a_dose_not_given_shows_on_the_card_with_its_reason(town_services: Services) -> None:
    child, due = child_with_due(town_services)
    page = f"/children/{child}/vaccinate"
    with signed_in(town_services, "vaccinator") as nurse:
        assert "请选择原因" in words(nurse.send(nurse.get(page), {"held": due.vaccine}, f"{page}/held"))
        held = {"held": due.vaccine, "held_reason": "out-of-stock"}
        assert "疫苗暂缺" in words(nurse.follow(nurse.send(nurse.get(page), held, f"{page}/held")))


def test_a_newcomer_is_checked_at_the_clinic_and_the_nursery_reads_the_result_alone(town_services: Services) -> None:
    child = newcomer(town_services)
    page = f"/children/{child}/entrance"
    with signed_in(town_services, "vaccinator") as nurse:
        assert f'href="{page}"' in nurse.get("/entrance").text
        bare = nurse.send(nurse.get(page), {"check.result": "complete", "check.evidence": ""}, page)
        assert bare.status_code == 422
        saved = nurse.follow(nurse.send(bare, {"check.result": "complete", "check.evidence": "both"}, page))
        assert "查验结果已保存" in words(saved)
        assert nurse.get(f"{page}/notice").status_code == 200
    with signed_in(town_services, "nurse") as health_worker:
        said = words(health_worker.get("/entrance?standing=complete"))
        assert "已完成，可以入托" in said
        assert [word for word in ("乙肝", "卡介苗", "疫苗卡", "暂缓接种") if word in said] == []
        assert health_worker.get(page).status_code == 404


def test_a_paper_dose_is_verified_from_the_check(town_services: Services) -> None:
    child = newcomer(town_services)
    paper = {"vaccine": "Var", "date": "2026-11-20", "dose": "1", "source": "certificate"}
    dose = record_dose(town_services, caller_named(town_services, "nurse"), child, paper)
    page = f"/children/{child}/entrance"
    with signed_in(town_services, "vaccinator") as nurse:
        asked = nurse.get(page)
        assert "待核实的剂次" in words(asked)
        assert "已核实" in words(nurse.follow(nurse.send(asked, {}, f"{page}/doses/{dose}/verified")))
        assert "待核实的剂次" not in words(nurse.get(page))


def test_a_reaction_is_reported_read_and_passed_on(town_services: Services) -> None:
    child, _ = child_with_due(town_services)
    page = f"/children/{child}/aefi"
    with signed_in(town_services, "vaccinator") as nurse:
        asked = nurse.get(page)
        dose = re.findall(r'name="doses" value="([^"]+)"', asked.text)[0]
        assert "请选择可疑的剂次" in words(nurse.send(asked, TOLD, page))
        listed = nurse.follow(nurse.send(asked, TOLD | {"doses": dose}, page))
        assert "最晚 2026年11月23日 09:30" in words(listed)
        form = re.findall(r'href="(/children/[^"]+/vaccination-forms/[^"]+)"', listed.text)[0]
        assert "接种部位红肿" in words(nurse.get(form))
        action = re.findall(r'action="(/aefi/[^"]+/reported)"', listed.text)[0]
        assert "报告于" in words(nurse.follow(nurse.send(listed, {}, action)))


def test_a_lot_is_asked_for_and_its_children_are_listed(shared_services: Services) -> None:
    with signed_in(shared_services, "vaccinator") as nurse:
        assert "请输入批号" in words(nurse.get("/lots"))
        assert "没有找到" in words(nurse.get("/lots?lot=no-such-lot"))


def test_the_statistics_of_entrance_are_a_page_and_a_spreadsheet(town_services: Services) -> None:
    child = newcomer(town_services)
    with signed_in(town_services, "nurse") as nurse:
        assert 'href="/entrance/statistics"' in nurse.get("/entrance").text
        page = nurse.get("/entrance/statistics")
        said = ("应查验", "30天内查验", "复查已补齐", "未查验已离园", "合计", "2026–2027托育年度")
        assert [word for word in said if word not in words(page)] == []
        behind = re.findall(r'href="(/entrance/statistics/children[^"]*figure=not_checked[^"]*)"', page.text)[0]
        assert f'href="/children/{child}"' in nurse.get(behind.replace("&amp;", "&")).text
        sheet, notes = read_workbook(nurse.get("/entrance/statistics.xlsx").content, "statistics.xlsx").sheets
    assert list(sheet.rows[0][:3]) == ["班级（入托时）", "应查验", "其中转入"]
    assert list(notes.rows[1][:2]) == ["统计期", "2026–2027托育年度 · 晴川区青禾托育中心"]
    total = sheet.rows[-1]
    assert total[0] == "合计"
    entered = [int(float(str(row[1]))) for row in sheet.rows[1:]]
    assert entered[-1] == sum(entered[:-1]) > 0


def test_head_and_district_come_from_the_menu_to_the_counts_and_find_no_name(town_services: Services) -> None:
    newcomer(town_services)
    for username in ("head", "district"):
        with signed_in(town_services, username) as browser:
            page = browser.get("/entrance")
            assert str(page.url).endswith("/entrance/statistics")
            assert "合计" in words(page)
            assert "/children" not in page.text
            behind = browser.get("/entrance/statistics/children?figure=entered")
            assert re.search("另有 [1-9][0-9]* 名只算在数里", words(behind))
            assert 'href="/children/' not in behind.text
            assert browser.get("/entrance/statistics?period=2026-4").status_code == 200
    with signed_in(town_services, "parent") as browser:
        assert browser.get("/entrance/statistics").status_code == 403


def test_a_guide_reads_the_list_and_is_offered_nothing_that_he_may_not_do(town_services: Services) -> None:
    child = newcomer(town_services)
    with signed_in(town_services, "guide") as guide:
        page = guide.get("/entrance").text
    assert f'href="/children/{child}"' in page
    assert [where for where in ("doses/new", "entrance") if f'href="/children/{child}/{where}"' in page] == []
    with signed_in(town_services, "nurse") as nurse:
        assert f'href="/children/{child}/doses/new"' in nurse.get("/entrance").text


def test_a_nursery_hands_over_a_notice_that_names_no_vaccine(town_services: Services) -> None:
    child = needing_catch_up(town_services)
    page = f"/children/{child}/entrance/notice"
    with signed_in(town_services, "nurse") as nurse:
        assert f'href="{page}"' in nurse.get("/entrance").text
        asked = nurse.get(page)
        assert "乙肝" not in words(asked)
        assert "已把通知交给家长" in words(nurse.follow(nurse.send(asked, {}, page)))
    with signed_in(town_services, "vaccinator") as vaccinator:
        assert "乙肝" in words(vaccinator.get(page))


def test_who_may_not_see_a_fact_that_matters_is_told_to_ask_the_doctor_and_the_doctor_is_not(
    town_services: Services,
) -> None:
    child, _ = child_with_due(town_services)
    write(town_services, about(immds.condition("hiv-infected", "2026-01-01"), child))
    ask = "先问医生"
    for username, asked in (("vaccinator", True), ("doctor", False)):
        with signed_in(town_services, username) as browser:
            assert (ask in words(browser.get(f"/children/{child}/vaccines"))) is asked
    with signed_in(town_services, "vaccinator") as browser:
        assert ask in words(browser.get(f"/children/{child}/vaccinate"))
