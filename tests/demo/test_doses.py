"""Doses look like those of a real clinic: by the programme's ages, a little late."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from functools import cache
from itertools import pairwise

from healthrec.demo.children import ChildPlan, plan_child
from healthrec.demo.doses import CVX, FIVE_DOSE_DTAP_FROM, Dose, doses_given
from healthrec.demo.town import DEFAULT_SEED, DEFAULT_TODAY
from healthrec.domain.age import add_months, completed_months

LIVE_INJECTED = {"MMR", "JE-L", "HepA-L"}


@cache
def given() -> tuple[tuple[ChildPlan, tuple[Dose, ...]], ...]:
    plans = [plan_child(index, DEFAULT_SEED, DEFAULT_TODAY) for index in range(400)]
    return tuple((plan, tuple(doses_given(plan, DEFAULT_SEED, DEFAULT_TODAY))) for plan in plans)


def test_hepatitis_b_and_bcg_are_given_at_birth() -> None:
    for plan, doses in given():
        if plan.moved_in is None:
            assert {dose.vaccine for dose in doses if dose.day == plan.born} == {"HepB", "BCG"}


def test_no_dose_is_given_twice() -> None:
    for _, doses in given():
        assert max(Counter((dose.vaccine, dose.number) for dose in doses).values(), default=1) == 1


def test_most_first_measles_doses_are_in_the_ninth_month_and_some_later() -> None:
    ages = [
        completed_months(plan.born, dose.day)
        for plan, doses in given()
        for dose in doses
        if dose.vaccine == "MMR" and dose.number == 1 and plan.moved_in is None
    ]
    assert min(ages) == 8
    assert 0.8 < sum(age == 8 for age in ages) / len(ages) < 0.99


def test_live_vaccines_are_given_together_or_28_days_apart() -> None:
    for _, doses in given():
        days = sorted({dose.day for dose in doses if dose.vaccine in LIVE_INJECTED})
        assert all(later - earlier >= timedelta(days=28) for earlier, later in pairwise(days))


def test_dtap_begins_at_three_months_before_2025_and_at_two_months_since() -> None:
    for plan, doses in given():
        first = next((dose for dose in doses if dose.vaccine == "DTaP" and dose.number == 1), None)
        if first is None or plan.moved_in:
            continue
        months = 3 if add_months(plan.born, 3) < FIVE_DOSE_DTAP_FROM else 2
        assert first.day >= add_months(plan.born, months)
        if months == 2:
            assert first.day >= FIVE_DOSE_DTAP_FROM


def test_six_year_olds_have_had_all_ten_diseases_covered() -> None:
    six = [
        doses for plan, doses in given() if plan.moved_in is None and completed_months(plan.born, DEFAULT_TODAY) >= 78
    ]
    assert six
    for doses in six:
        assert {dose.vaccine for dose in doses} >= {"HepB", "BCG", "IPV", "bOPV", "DTaP", "MMR", "JE-L", "MPSV-AC"}


def test_every_vaccine_has_a_cvx_code() -> None:
    assert {dose.vaccine for _, doses in given() for dose in doses} <= set(CVX)
