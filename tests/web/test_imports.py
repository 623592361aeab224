"""Importing a spreadsheet in the browser: upload, columns, review, save, undo."""

from __future__ import annotations

import re
from datetime import date

import httpx
import pytest
from tests.services.imports.files import GBK, ROSTER, child, sheet
from tests.services.imports.test_dose_import import HEADINGS as DOSE_HEADINGS
from tests.services.imports.test_dose_import import Place, as_row
from tests.web.visitor import Visitor, signed_in, words

from healthrec.services.context import Services
from healthrec.sheets import read_workbook

pytestmark = pytest.mark.one_database


def upload(visitor: Visitor, data: bytes, kind: str = "roster", name: str = "花名册.xlsx") -> httpx.Response:
    """The upload form, sent with a file."""
    page = visitor.get("/import/new")
    fields = dict(re.findall(r'<input type="hidden" name="(csrf|command_id)" value="([^"]*)">', page.text))
    place = re.search(r'<option value="([0-9a-f-]{36})" selected>', page.text)
    assert place
    sent = visitor._client.post(
        "/import/new", data=fields | {"kind": kind, "organization": place[1]}, files={"file": (name, data)}
    )
    return visitor._runner.run(sent)


def reviewed(visitor: Visitor, data: bytes, kind: str = "roster") -> httpx.Response:
    """The review page of a file whose columns were taken as they were found."""
    page = visitor.follow(upload(visitor, data, kind))
    taken = re.findall(r'name="take" value="(\d+)" checked', page.text)
    columns = {
        name: (re.search(r'value="([^"]*)" selected', options) or ["", ""])[1]
        for name, options in re.findall(r'name="(column-\d+)"[^>]*>(.*?)</select>', page.text, re.S)
    }
    return visitor.follow(visitor.send(page, columns | {"take": taken}, page.url.path))


def decided(visitor: Visitor, page: httpx.Response, **fields: str | list[str]) -> httpx.Response:
    """The review form, sent with every row of the page shown."""
    shown = re.findall(r'name="shown" value="(\d+)"', page.text)
    ticked = re.findall(r'name="take" value="(\d+)" checked', page.text)
    asked = re.findall(r'name="asked" value="(\d+)"', page.text)
    return visitor.follow(visitor.send(page, {"shown": shown, "asked": asked, "take": ticked} | fields, page.url.path))


def test_the_sample_roster_from_upload_to_undo(town_services: Services) -> None:
    with signed_in(town_services, "nurse") as nurse:
        columns = nurse.follow(upload(nurse, ROSTER.read_bytes()))
        assert "出生年月日" in words(columns)
        page = reviewed(nurse, ROSTER.read_bytes())
        assert "还没有保存任何内容" in words(page)
        assert "合计行，没有读取" in words(page)
        done = decided(nurse, page, do="save")
        assert "导入完成" in words(done)
        assert re.search(r"<strong>51</strong>\s*已保存", done.text)
        undone = nurse.follow(nurse.send(done, {}, done.url.path + "/undo"))
        assert "已撤销的导入" in words(undone)
        assert "花名册.xlsx" in words(nurse.get("/import"))


def test_an_unticked_row_is_left_out(town_services: Services) -> None:
    with signed_in(town_services, "nurse") as nurse:
        page = reviewed(nurse, sheet(child("张小树"), child("李小海", sequence="003")))
        done = decided(nurse, page, do="save", take=["1"])
        assert re.search(r"<strong>1</strong>\s*已保存", done.text)
        assert re.search(r"<strong>1</strong>\s*不导入", done.text)


def test_a_look_alike_is_chosen_by_a_person(town_services: Services) -> None:
    with signed_in(town_services, "nurse") as nurse:
        decided(nurse, reviewed(nurse, sheet(child("欧阳子涵"))), do="save", add_classes="1")
        page = reviewed(nurse, sheet(child("欧阳子晗", sequence="003")))
        assert "双胞胎不会自动合并" in words(page)
        kept = decided(nurse, page, do="keep")
        assert "需要判断" in words(kept)
        done = decided(nurse, kept, do="save", **{"match-0": "new"})
        assert re.search(r"<strong>1</strong>\s*已保存", done.text)


def test_measurements_of_strangers_are_told_row_by_row_and_can_be_fetched(town_services: Services) -> None:
    with signed_in(town_services, "nurse", "en") as nurse:
        page = reviewed(nurse, GBK.read_bytes(), "measurements")
        assert words(page).count("No such child in this nursery") == 50
        assert 'rel="next"' in page.text
        book = nurse.get(page.url.path + "/problems.xlsx")
        (found,) = read_workbook(book.content, "problems.xlsx").sheets
        assert len(found.rows) == 52
        assert found.rows[0][-1]


def test_one_reason_serves_all_that_wait_for_one(town_services: Services) -> None:
    with signed_in(town_services, "nurse") as nurse:
        heavy = [*child("张小树"), "27.0", "88.0", "2026-11-02"]
        page = reviewed(nurse, sheet(heavy))
        assert "测量无误请写原因" in words(page)
        done = decided(nurse, page, do="save", take=["0"], reason_all="已复测")
        assert re.search(r"<strong>1</strong>\s*已保存", done.text)


def test_a_picture_is_refused_beside_the_file_field(town_services: Services) -> None:
    with signed_in(town_services, "nurse") as nurse:
        answer = upload(nurse, b"\x89PNG\r\n\x1a\n" + b"0" * 100)
        assert answer.status_code == 422
        assert "这个文件不是表格" in words(answer)
        assert "请选择文件" in words(upload(nurse, b""))


def test_a_day_that_is_none_is_told_on_the_columns_page(town_services: Services) -> None:
    with signed_in(town_services, "nurse") as nurse:
        page = nurse.follow(upload(nurse, sheet(child("张小树"))))
        answer = nurse.send(page, {"take": "0", "measured_on": "昨天"}, page.url.path)
        assert answer.status_code == 422
        assert "看不出是哪一天" in words(answer)


def test_a_dropped_import_is_gone(town_services: Services) -> None:
    with signed_in(town_services, "nurse") as nurse:
        page = reviewed(nurse, sheet(child("张小树")))
        assert "还没有导入过表格" in words(decided(nurse, page, do="drop"))
        assert nurse.get(page.url.path).status_code == 404


def test_blank_spreadsheets_come_in_both_kinds_and_are_read_back(town_services: Services) -> None:
    with signed_in(town_services, "nurse") as nurse:
        for kind, heading in (("roster", "监护人"), ("measurements", "测量日期")):
            answer = nurse.get(f"/import/template.xlsx?kind={kind}")
            assert heading in read_workbook(answer.content, "x.xlsx").sheets[0].rows[0]


def test_a_carer_finds_no_way_in(town_services: Services) -> None:
    with signed_in(town_services, "carer") as carer:
        for address in ("/import", "/import/new"):
            assert carer.get(address).status_code == 403


def test_unknown_imports_are_not_found(town_services: Services) -> None:
    with signed_in(town_services, "nurse") as nurse:
        for address in ("/import/none", "/import/none/columns", "/import/none/problems.xlsx"):
            assert nurse.get(address).status_code == 404


def test_doses_of_the_province_are_imported_and_a_nurse_decides_what_differs(town_services: Services) -> None:
    place = Place(town_services, at=1)
    bcg = place.on_record("BCG")
    data = sheet(as_row(place, bcg, lot="ZZ9"), place.row("水痘疫苗", "2026-11-02"), headings=DOSE_HEADINGS)
    with signed_in(town_services, "vaccinator2") as nurse:
        assert nurse.get("/import/template.xlsx?kind=doses").status_code == 200
        page = reviewed(nurse, data, "doses")
        assert "批号与档案不同" in words(page)
        assert "水痘疫苗 · 剂次不详 · 2026年11月2日 · 批号 不详" in words(page)
        done = decided(nurse, page, do="save")
        assert "与档案不同，待核实" in words(done)
        card = nurse.get(re.findall(r'href="(/children/[^"]+/vaccines)"', done.text)[0])
        assert "待核实：两处记录不一致" in words(card)
        assert "最近一次是" in words(card)
        action = re.findall(r'action="([^"]+/decided)"', card.text)[0]
        bare = nurse.send(card, {"decision": "other"}, action)
        assert (bare.status_code, "有内容需要更正" in words(bare)) == (422, True)
        kept = nurse.follow(nurse.send(bare, {"decision": "other", "reason": "看了接种证"}, action))
        assert "决定已保存" in words(kept)
        assert "待核实：两处记录不一致" not in words(kept)


def test_a_file_with_a_column_for_each_dose_is_mapped_and_reviewed(town_services: Services) -> None:
    place = Place(town_services)
    born = date.fromordinal(place.child.birth_day).isoformat()
    headings = ("儿童姓名", "出生日期", "水痘第1剂", "备注")
    data = sheet([place.child.name, born, "2026-11-02", "足月"], headings=headings)
    with signed_in(town_services, "vaccinator2") as nurse:
        page = nurse.follow(upload(nurse, data, "doses", "导出.xlsx"))
        assert page.text.count('value="dose-column" selected') == 1
        review = reviewed(nurse, data, "doses")
        assert "水痘" in words(review)
        done = decided(nurse, review, do="save")
        assert re.search(r"<strong>1</strong>\s*已保存", done.text)
