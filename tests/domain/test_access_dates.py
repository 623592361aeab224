from datetime import date

import pytest
from tests.domain.access_town import RULES, TREE, sees, staff

from healthrec.domain.access import (
    BIT,
    Enrolment,
    Grant,
    Guardianship,
    Institution,
    Place,
    RoleHeld,
    Span,
    grants_for,
    mask,
    principals_of,
    roles_on,
)
from healthrec.domain.access.facts import NO_END
from healthrec.domain.access.principals import districts_above, institution_of

WEIGHT = {
    "resourceType": "Observation",
    "status": "final",
    "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7"}]},
}
FIRST, LAST, AFTER = date(2025, 9, 1), date(2026, 6, 30), date(2026, 7, 1)
BEFORE = date(2025, 8, 31)


@pytest.mark.parametrize(("day", "answer"), [(BEFORE, False), (FIRST, True), (LAST, True), (AFTER, False)])
def test_a_nurse_sees_a_child_from_the_first_day_of_the_enrolment_to_the_last(day: date, answer: bool) -> None:
    facts = (Enrolment("mei", "sun", "nursery", Span.of_period(FIRST, LAST)),)
    assert sees(staff("nurse", "nursery"), WEIGHT, day=day, facts=facts) is answer


@pytest.mark.parametrize(("day", "answer"), [(BEFORE, False), (FIRST, True), (LAST, True), (AFTER, False)])
def test_a_guide_sees_the_children_only_while_the_own_assignment_lasts(day: date, answer: bool) -> None:
    facts = (Enrolment("mei", "sun", "nursery", Span(date(2020, 1, 1))),)
    assert sees(staff("guide", "nursery", Span.of_period(FIRST, LAST)), WEIGHT, day=day, facts=facts) is answer


def test_a_child_who_moves_is_seen_by_exactly_one_nursery_on_each_day() -> None:
    moved = date(2026, 3, 1)
    facts = (
        Enrolment("mei", "sun", "nursery", Span(FIRST, moved)),
        Enrolment("mei", "nursery2", "nursery2", Span(moved)),
    )
    for day, old, new in ((date(2026, 2, 28), True, False), (moved, False, True)):
        assert sees(staff("nurse", "nursery"), WEIGHT, day=day, facts=facts) is old
        assert sees(staff("nurse", "nursery2"), WEIGHT, day=day, facts=facts) is new


def test_a_period_without_an_end_stays_open() -> None:
    assert Span.of_period(FIRST, None) == Span(FIRST, NO_END)
    assert Span.of_period(FIRST, date.max).end == NO_END
    assert Span(FIRST).holds_on(date(2999, 1, 1))


def test_a_period_of_one_day_has_one_day_and_an_empty_one_none() -> None:
    one = Span.of_period(FIRST, FIRST)
    assert one.holds_on(FIRST)
    assert not one.holds_on(date(2025, 9, 2))
    assert Span(FIRST, FIRST).empty
    assert not one.empty


def test_an_enrolment_that_ended_before_it_began_opens_nothing() -> None:
    assert grants_for([Enrolment("mei", "sun", "nursery", Span(AFTER, FIRST))], RULES) == []


def test_the_grants_of_an_enrolment_are_these() -> None:
    span = Span(FIRST, AFTER)
    expected = ["role:carer@sun", "role:guide@nursery", "role:nurse@nursery", "role:system@nursery"]
    assert grants_for([Enrolment("mei", "sun", "nursery", span)], RULES) == [
        Grant("child:mei", principal, BIT["care"], "enrolment", FIRST, AFTER) for principal in expected
    ]


def test_the_same_fact_twice_gives_each_grant_once() -> None:
    fact = Guardianship("mei", "mother", Span(FIRST))
    assert grants_for([fact, fact], RULES) == [
        Grant(
            "child:mei",
            "guardian:mother",
            mask(["care", "immunization", "clinical", "case"]),
            "guardianship",
            FIRST,
            NO_END,
        )
    ]


def test_an_institution_opens_its_own_work_and_its_directory_entry() -> None:
    grants = grants_for([Institution("sun", "nursery", ("district",), Span(FIRST))], RULES)
    assert {(g.principal, g.classes) for g in grants} == {
        ("everyone", BIT["directory"]),
        ("role:head@nursery", BIT["internal"]),
        ("role:nurse@nursery", BIT["internal"]),
        ("role:doctor@nursery", BIT["internal"]),
        ("role:system@nursery", BIT["internal"]),
        ("role:district@district", BIT["internal"]),
    }
    assert {g.scope for g in grants} == {"organization:sun"}


def test_a_role_counts_where_it_is_held_and_at_the_institution_above() -> None:
    held = [RoleHeld("nurse", "sun", Span(FIRST)), RoleHeld("doctor", "station", Span(FIRST))]
    assert principals_of(held, TREE, FIRST, practitioner="p") == (
        "everyone",
        "person:p",
        "role:doctor@centre",
        "role:doctor@station",
        "role:nurse@nursery",
        "role:nurse@sun",
    )


def test_a_carer_counts_only_in_the_own_class() -> None:
    assert principals_of([RoleHeld("carer", "sun", Span(FIRST))], TREE, FIRST) == ("everyone", "role:carer@sun")


def test_a_district_officer_is_nobody_in_the_nurseries_below() -> None:
    held = [RoleHeld("district", "district", Span(FIRST))]
    assert principals_of(held, TREE, FIRST) == ("everyone", "role:district@district")


def test_family_principals_come_from_the_account_and_never_from_a_role() -> None:
    held = [RoleHeld("parent", "nursery", Span(FIRST))]
    found = principals_of(held, TREE, FIRST, guardian=["mother"], delegate=["aunt"])
    assert found == ("delegate:aunt", "everyone", "guardian:mother")
    assert roles_on(held, FIRST) == ()


def test_roles_of_the_day_are_those_in_force() -> None:
    held = [
        RoleHeld("nurse", "nursery", Span(FIRST, AFTER)),
        RoleHeld("nurse", "nursery2", Span(FIRST)),
        RoleHeld("head", "nursery", Span(AFTER)),
    ]
    assert roles_on(held, LAST) == ("nurse",)
    assert roles_on(held, AFTER) == ("head", "nurse")


def test_the_tree_may_be_incomplete_or_go_in_a_ring() -> None:
    ring = {"a": Place("class", "b"), "b": Place("class", "a")}
    assert institution_of("a", ring) == "a"
    assert institution_of("unknown", {}) == "unknown"
    assert districts_above("a", ring) == ()
    assert districts_above("sun", TREE) == ("district",)
