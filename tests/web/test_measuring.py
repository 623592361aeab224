"""The page about how one measures: one's own, and for those who answer for the staff."""

from __future__ import annotations

import pytest
from tests.town import caller_named
from tests.web.visitor import signed_in, words

from healthrec.services.context import Services

pytestmark = pytest.mark.one_database


def test_a_nurse_reads_her_own_and_the_guide_reads_hers(shared_services: Services) -> None:
    id_ = caller_named(shared_services, "nurse").person_reference.partition("/")[2]
    with signed_in(shared_services, "nurse") as nurse:
        page = nurse.get("/measuring")
        assert "我的测量质量" in words(page)
        assert "末位数字" in words(page)
        assert "由我负责的人员" not in words(page)
        assert 'href="/measuring"' in page.text
    with signed_in(shared_services, "head") as head:
        page = head.get("/measuring")
        assert f'href="/measuring/{id_}"' in page.text
        assert "末位数字" in words(head.get(f"/measuring/{id_}"))
    with signed_in(shared_services, "parent") as parent:
        assert parent.get("/measuring").status_code == 404
