"""The advice beside a value never contradicts the sentence about it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from healthrec.domain.growth import Course, Measurement, Observed, Subject, course
from healthrec.pages.family_summary import FamilySummary, forbidden_words
from healthrec.pages.family_words import FamilyFacts, family_page
from healthrec.rulebook.book import load_rulebook
from healthrec.settings import schemas_dir
from healthrec.wording import translator

TODAY = date(2026, 11, 22)
BOOK = load_rulebook(schemas_dir())


SUBJECT = Subject("male", date(2023, 8, 1))
STILL = Course()


def facts_of(*measured: Measurement, course: Course = STILL) -> FamilyFacts:
    return FamilyFacts(
        name="",
        subject=SUBJECT,
        measured=measured,
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
        course=course,
    )


def page_of(facts: FamilyFacts) -> FamilySummary:
    return family_page(facts, BOOK.growth_rules(TODAY), BOOK.warning_signs(TODAY), translator("zh"))


@pytest.mark.parametrize(("weight", "advice"), [("12.5", "watch"), ("12.7", "keep"), ("14.9", "keep")])
def test_what_is_to_be_measured_again_is_not_told_to_carry_on(weight: str, advice: str) -> None:
    row = page_of(facts_of(Measurement("weight", Decimal(weight), TODAY))).measurements[0]
    assert row.action == advice
    assert ("复测" in row.sentence) == (advice == "watch")


def test_a_change_that_matters_is_told_in_kind_words_and_once() -> None:
    """From the middle of the standard to between P3 and P25 in a quarter: the value alone would be told to carry on."""
    measured = [
        Measurement("weight", Decimal("16.0"), date(2026, 8, 22)),
        Measurement("weight", Decimal("13.6"), TODAY),
    ]
    growth, rules = BOOK.growth_rules(TODAY), BOOK.growth_change(TODAY)
    grown = course(growth, rules, SUBJECT, [Observed(one) for one in measured], TODAY)
    page = page_of(facts_of(*measured, course=grown))
    assert (page.measurements[0].action, page.measurements[0].sentence) == (
        "see",
        "最近几次量下来，长得比以前慢。请带孩子让医生看看，听听建议。",
    )
    assert forbidden_words(page) == ()
    assert page_of(facts_of(*measured)).measurements[0].action == "keep"
