"""Feedback about measuring: from what a person measured himself, to him and to those who answer for him."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.town import TODAY, caller_named, the_town

from healthrec.domain.growth import Measurement
from healthrec.errors import NotFound
from healthrec.fhir.measuring import Taking, growth_observation
from healthrec.services.context import Caller, Services, operator
from healthrec.services.growth.measurers import answered_for, feedback, measures
from healthrec.services.record.write import Change, apply

pytestmark = pytest.mark.one_database


ONCE = Taking()


def measured(
    services: Services, by: Caller, days: range, taking: Taking = ONCE, *more: dict[str, str], year: int = 0
) -> None:
    """Weights of the demo child that all end in the digit 5, by this person, on so many days."""
    child, performers = the_town().demo_child.id, [{"reference": by.person_reference}, *more]
    last = TODAY - timedelta(days=366 * year)
    changes = [
        Change(
            "POST",
            "Observation",
            growth_observation(
                child, Measurement("weight", Decimal("9.5"), last - timedelta(days=day)), taking, performers
            ),
        )
        for day in days
    ]
    apply(services, operator(services), changes)


@pytest.fixture
def specialist(town_services: Services) -> Caller:
    """Somebody who measures, and has measured nobody yet."""
    return caller_named(town_services, "specialist")


def test_who_measured_nobody_is_told_nothing(town_services: Services, specialist: Caller) -> None:
    found = feedback(town_services, specialist)
    assert (found.digits, found.repeated, found.own) == ((), (), True)
    assert found.since == date(2025, 11, 22)


def test_digits_are_those_of_what_was_measured_in_the_last_year(town_services: Services, specialist: Caller) -> None:
    measured(town_services, specialist, range(50))
    measured(town_services, specialist, range(3), year=1)
    (weights,) = feedback(town_services, specialist).digits
    assert (weights.measure, weights.total, weights.favourites, weights.preference) == (
        "weight",
        50,
        (5,),
        "problematic",
    )


def test_what_others_measured_is_not_held_against_who_wrote_it_down(
    town_services: Services, specialist: Caller
) -> None:
    measured(town_services, specialist, range(3), ONCE, {"display": "李护士"})
    assert feedback(town_services, specialist).digits == ()


def test_each_reading_counts_and_pairs_tell_how_steady_they_are(town_services: Services, specialist: Caller) -> None:
    twice = Taking(readings=(Decimal("9.4"), Decimal("9.7")))
    measured(town_services, specialist, range(10), twice)
    found = feedback(town_services, specialist)
    assert found.digits[0].counts == (0, 0, 0, 0, 10, 0, 0, 10, 0, 0)
    (repeated,) = found.repeated
    assert (repeated.pairs, repeated.beyond, repeated.error) == (10, 10, 0.212)


def test_a_guide_and_a_head_see_the_nurse_of_their_nursery_and_no_other(town_services: Services) -> None:
    nurse, other = caller_named(town_services, "nurse"), caller_named(town_services, "nurse2")
    theirs, others = (one.person_reference.partition("/")[2] for one in (nurse, other))
    for user in ("guide", "head"):
        caller = caller_named(town_services, user)
        ids = {one.id for one in answered_for(town_services, caller)}
        assert theirs in ids
        assert others not in ids
        found = feedback(town_services, caller, theirs)
        assert (found.own, bool(found.person.name), bool(found.digits)) == (False, True, True)
        with pytest.raises(NotFound):
            feedback(town_services, caller, others)


def test_a_colleague_sees_nothing_and_oneself_all(town_services: Services) -> None:
    nurse, doctor = caller_named(town_services, "nurse"), caller_named(town_services, "doctor")
    id_ = nurse.person_reference.partition("/")[2]
    assert answered_for(town_services, doctor) == ()
    with pytest.raises(NotFound):
        feedback(town_services, doctor, id_)
    assert feedback(town_services, nurse, id_).own


@pytest.mark.parametrize("user", ["parent", "admin", "auditor", "district", "carer", "head"])
def test_who_measures_nobody_has_no_page_of_his_own(town_services: Services, user: str) -> None:
    caller = caller_named(town_services, user)
    assert not measures(caller)
    with pytest.raises(NotFound):
        feedback(town_services, caller)
