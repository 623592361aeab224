"""The list of what two sources tell otherwise, from the first page to the decision."""

from __future__ import annotations

import pytest
from tests.services.immunization.test_differences import told_twice
from tests.web.visitor import signed_in, words

from healthrec.services.context import Services

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize("language", ["zh", "en"])
def test_from_the_first_page_to_the_decision(town_services: Services, language: str) -> None:
    child, _, (other,) = told_twice(town_services)
    card = f"/children/{child}/vaccines"
    with signed_in(town_services, "vaccinator", language) as browser:
        assert 'href="/differences"' in browser.get("/").text
        listed = browser.get("/differences")
        assert f'href="{card}#difference-{other}"' in listed.text
        page = browser.get(card)
        assert f'id="difference-{other}"' in page.text
        answered = {"decision": "recorded", "reason": "接种证上是12日"}
        assert browser.send(page, answered, f"{card}/{other}/decided").status_code == 303
        assert other not in browser.get("/differences").text
        assert browser.get("/differences?show=nothing").status_code == 404


def test_nothing_to_decide_is_said_in_words(shared_services: Services) -> None:
    with signed_in(shared_services, "vaccinator") as browser:
        assert "现在没有要决定的" in words(browser.get("/differences"))
        assert "这一类里没有" in words(browser.get("/differences?show=closed"))
    with signed_in(shared_services, "nurse") as browser:
        assert browser.get("/differences").status_code == 403
