"""The advice beside a value never contradicts the sentence about it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from healthrec.domain.growth import Measurement, Subject
from healthrec.pages.family_words import FamilyFacts, family_page
from healthrec.rulebook.book import load_rulebook
from healthrec.settings import schemas_dir
from healthrec.wording import translator

TODAY = date(2026, 11, 22)
BOOK = load_rulebook(schemas_dir())


@pytest.mark.parametrize(("weight", "advice"), [("12.5", "watch"), ("12.7", "keep"), ("14.9", "keep")])
def test_what_is_to_be_measured_again_is_not_told_to_carry_on(weight: str, advice: str) -> None:
    facts = FamilyFacts(
        name="",
        subject=Subject("male", date(2023, 8, 1)),
        measured=[Measurement("weight", Decimal(weight), TODAY)],
        signs=(),
        doses=(),
        nursery="",
        centre="",
        doctor="",
        phone="",
        standard="",
        today=TODAY,
        issue_number="",
        replaces=None,
        referred=False,
    )
    page = family_page(facts, BOOK.growth_rules(TODAY), BOOK.warning_signs(TODAY), translator("zh"))
    row = page.measurements[0]
    assert row.action == advice
    assert ("复测" in row.sentence) == (advice == "watch")
