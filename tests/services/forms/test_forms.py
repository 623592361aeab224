"""Forms stand in the record as shipped; drafts are rows of their own account."""

from __future__ import annotations

import pytest
from tests.services.forms.filled import stored
from tests.town import caller_named

from healthrec import errors
from healthrec.fhir.types import KINDS
from healthrec.services.context import Services, operator
from healthrec.services.forms.drafts import About, draft_for, drop_draft, keep_draft
from healthrec.services.forms.submit import form_of, newest_form, with_days_read
from healthrec.services.publishing import publish_forms
from healthrec.services.record.write import Change, apply


def test_forms_are_published_once_and_put_right_when_they_differ(services: Services) -> None:
    definitions = [one for one in services.rulebook.of_kind("fhir-definition") if one.content["resourceType"] in KINDS]
    assert publish_forms(services) == len(services.forms) + len(definitions) + 1
    assert publish_forms(services) == 0
    form = stored(services, "Questionnaire", "guide-visit")
    vaccines = stored(services, "CodeSystem", "vaccine")
    assert (form["version"], vaccines["content"]) == ("1.0", "complete")
    changed = form | {"title": "另一个题目"}
    del changed["meta"]
    apply(services, operator(services), [Change("PUT", "Questionnaire", changed, "guide-visit", 1)])
    assert publish_forms(services) == 1
    assert stored(services, "Questionnaire", "guide-visit")["title"] != "另一个题目"


def test_a_draft_is_offered_to_its_own_account_only(town_services: Services) -> None:
    guide, other = caller_named(town_services, "guide"), caller_named(town_services, "guide2")
    about = About("form|1", 7, "2026-4")
    assert keep_draft(town_services, guide, about, {"a": ["1"], "b": [" "]}) is not None
    keep_draft(town_services, guide, about, {"a": ["2"]})
    kept = draft_for(town_services, guide, about)
    assert kept is not None and kept.fields == {"a": ["2"]}
    assert draft_for(town_services, other, about) is None
    assert draft_for(town_services, guide, About("form|1", 7, "2026-3")) is None
    drop_draft(town_services, guide, about)
    assert draft_for(town_services, guide, about) is None


def test_nothing_and_far_too_much_are_no_drafts(town_services: Services) -> None:
    guide, about = caller_named(town_services, "guide"), About("form|1", 7)
    assert keep_draft(town_services, guide, about, {"a": [""]}) is None
    assert keep_draft(town_services, guide, about, {"a": ["字" * 70_000]}) is None


def test_dates_of_a_form_are_read_as_people_write_them(services: Services) -> None:
    form = form_of(services, newest_form(services, "guide-visit"))
    given = with_days_read(
        form, {"visit.date": ["2026年11月2日"], "results.advice": ["2026年11月2日"], "results.next-date": ["?"]}
    )
    assert given == {"visit.date": ["2026-11-02"], "results.advice": ["2026年11月2日"], "results.next-date": ["?"]}


def test_a_form_that_the_house_does_not_have_is_not_found(services: Services) -> None:
    with pytest.raises(errors.NotFound):
        form_of(services, "https://healthrec.example/fhir/Questionnaire/none|1")
