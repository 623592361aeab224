"""The board of quarterly visits and the form behind each of its cells."""

from __future__ import annotations

import re
from html import unescape

import pytest
from tests.services.forms.filled import visit
from tests.web.visitor import Visitor, signed_in, words

from healthrec.services.context import Services
from healthrec.services.duties.quarters import quarter_of


def _first_open(visitor: Visitor) -> str:
    found = re.search(r'class="cell" href="(/visits/new[^"]+)"', visitor.get("/board").text)
    assert found
    return found[1]


def test_from_an_open_cell_to_the_finished_visit(town_services: Services) -> None:
    with signed_in(town_services, "guide") as guide:
        address = _first_open(guide)
        quarter = quarter_of(address.rpartition("=")[2])
        page = guide.get(unescape(address))
        assert "到园日期" in words(page)
        wrong = guide.send(page, visit(quarter.start) | {"results.advice": ""}, address)
        assert wrong.status_code == 422
        assert "请填写这一项" in words(wrong)
        assert "未发现问题" in wrong.text
        done = guide.follow(guide.send(wrong, visit(quarter.start), address))
        assert "到园指导记录已保存" in words(done)
        assert "补录" in words(done)
        assert "喂养与营养指导" in words(done)
        amend = guide.get(str(done.url) + "/amend")
        action = done.url.path + "/amend"
        changed = guide.follow(guide.send(amend, visit(quarter.start, **{"results.advice": ["再看一次午睡"]}), action))
        assert "再看一次午睡" in words(changed)
        assert len(re.findall(r'<th scope="row">\d</th>', changed.text)) == 2


def test_what_was_put_aside_comes_back(town_services: Services) -> None:
    with signed_in(town_services, "guide") as guide:
        address = _first_open(guide)
        page = guide.get(unescape(address))
        part = guide.send(page, {"results.advice": "写到一半"}, address, **{"hx-request": "true"})
        assert "已暂存" in part.text
        assert "<html" not in part.text
        again = guide.get(unescape(address))
        assert "写到一半" in again.text
        assert "还没有提交" in words(again)
        shown = guide.follow(guide.send(again, {"results.advice": "写得更多", "do": "draft"}, address))
        assert "已暂存" in words(shown)
        assert "写得更多" in guide.get(unescape(address)).text


@pytest.mark.parametrize(("username", "fills"), [("guide", True), ("head", False), ("district", False)])
def test_each_reader_has_the_cells_that_he_may_open(town_services: Services, username: str, fills: bool) -> None:
    with signed_in(town_services, username) as reader:
        page = reader.get("/board")
        assert page.status_code == 200
        assert ("/visits/new" in page.text) is fills
        done = re.search(r'class="cell" href="(/visits\?[^"]+)"', page.text)
        assert done
        shown = reader.get(unescape(done[1]))
        assert shown.status_code == 200
        assert ("更正" in words(shown)) is fills


def test_the_board_in_english_has_no_chinese_but_names(town_services: Services) -> None:
    with signed_in(town_services, "district", "en") as district:
        text = words(district.get("/board?quarter=2026-3&state=missing"))
        assert "missing" in text.lower()
        assert "季度" not in text


@pytest.mark.parametrize(
    "address", ["/visits/new?nursery=x&quarter=2026-4", "/visits?nursery=x&quarter=9", "/visits/x"]
)
def test_addresses_that_lead_nowhere_say_so(town_services: Services, address: str) -> None:
    with signed_in(town_services, "guide") as guide:
        assert guide.get(address).status_code == 404
