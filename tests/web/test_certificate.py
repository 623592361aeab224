"""The photo of the certificate as pages: without a script, at the nursery and at the clinic, beside the decision."""

from __future__ import annotations

import pytest
from tests.services.documents.test_certificate import picture
from tests.services.forms.filled import child_with_table
from tests.services.immunization.test_differences import told_twice
from tests.town import caller_named
from tests.web.visitor import signed_in, words

from healthrec.services.context import Services

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_photo_is_kept_and_stands_beside_the_decision(town_services: Services, language: str) -> None:
    child, _, _ = told_twice(town_services)
    to, card = f"/children/{child}/certificate", f"/children/{child}/vaccines"
    with signed_in(town_services, "vaccinator", language) as browser:
        assert f'href="{to}"' in browser.get(card).text
        page = browser.get(to)
        assert 'capture="environment"' in page.text
        refused = browser.send_file(page, {"photo": ("certificate.jpg", b"no picture")}, to)
        assert (refused.status_code, 'href="#photo"' in refused.text) == (422, True)
        kept = browser.follow(browser.send_file(refused, {"photo": ("1.bin", picture())}, to))
        address = kept.text.split('<img src="', 1)[1].split('"', 1)[0]
        shown = browser.get(address)
        assert (shown.headers["content-type"], shown.headers["x-content-type-options"]) == ("image/jpeg", "nosniff")
        assert browser.get(card).text.count(f'<img src="{address}"') == 2
        wrong = f"{to}/{address.rpartition('/')[2]}/mistake"
        assert browser.send(browser.get(to), {"why": ""}, wrong).status_code == 422
        assert browser.send(browser.get(to), {"why": "看不清"}, wrong).status_code == 303
        assert address not in browser.get(card).text


def test_a_nursery_photographs_and_goes_on_to_the_doses(town_services: Services) -> None:
    child = child_with_table(town_services, caller_named(town_services, "nurse"))[0]
    to = f"/children/{child}/certificate"
    with signed_in(town_services, "nurse") as browser:
        assert f'href="{to}"' in browser.get(f"/children/{child}/doses/new").text
        answer = browser.send_file(browser.get(to), {"photo": ("1.png", picture("PNG"))}, to)
        page = browser.follow(answer)
        assert ("照片已保存" in page.text, "<img src=" in page.text) == (True, False)
        assert "托育机构看不到" in words(page)
    with signed_in(town_services, "parent") as browser:
        assert browser.get(to).status_code in (403, 404)
