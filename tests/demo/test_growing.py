"""Growth in the town follows WS/T 423-2022, read back through the growth core."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cache

import numpy as np
import pytest

from healthrec.demo.growing import GrowthCourse, GrowthCurves, Size
from healthrec.demo.lives import Life
from healthrec.demo.town import town
from healthrec.domain.age import exact_months
from healthrec.domain.growth.reading import value_at, z_scores
from healthrec.domain.growth.standard import GrowthStandard
from healthrec.rulebook import load_rulebook
from healthrec.settings import schemas_dir

Scores = dict[str, list[tuple[float, float]]]
CHECKUP_MONTHS = (3, 6, 8, 12, 18, 24, 30, 36, 48, 60)


@cache
def standard() -> GrowthStandard:
    return load_rulebook(schemas_dir()).growth_rules(date(2026, 11, 22)).standard


def sizes(life: Life) -> list[Size]:
    """What the measuring documents of a child say, day by day, without birth."""
    found: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for document in life.documents():
        if document["resourceType"] == "Observation":
            code = document["code"]["coding"][0]["code"]
            found[document["effectiveDateTime"]][code] = document["valueQuantity"]["value"]
    return [
        Size(
            date.fromisoformat(day),
            codes["29463-7"],
            codes.get("8306-3") or codes["8302-2"],
            "8306-3" in codes,
            codes.get("9843-4"),
        )
        for day, codes in sorted(found.items())
        if "29463-7" in codes
    ]


def readings(sex: str, born: date, size: Size) -> Iterator[tuple[str, float, float]]:
    """(indicator, x, value) of one measuring."""
    months, weight, stature = exact_months(born, size.day), float(size.weight_kg), float(size.stature_cm)
    yield "wfa", months, weight
    yield "lhfa", months, stature
    yield "wfl" if size.lying else "wfh", stature, weight
    yield "bfa", months, weight / (stature / 100) ** 2
    if size.head_cm is not None:
        yield "hcfa", months, float(size.head_cm)


@cache
def healthy_scores(children: int, seed: int = 20261122) -> Scores:
    """By indicator: (age in months, z) of all measurings of healthy children after birth."""
    whole = town(children, seed, standard=standard())
    gathered: dict[tuple[str, str], list[tuple[float, float, float]]] = defaultdict(list)
    for index in range(children):
        life = whole.child(index)
        if life.plan.is_healthy:
            for size in sizes(life):
                months = exact_months(life.plan.born, size.day)
                for indicator, x, value in readings(life.plan.sex, life.plan.born, size):
                    gathered[indicator, life.plan.sex].append((months, x, value))
    scores: Scores = defaultdict(list)
    for (indicator, sex), rows in gathered.items():
        months_, xs, values = np.array(rows).T
        z = z_scores(standard().tables[indicator, sex], xs, values)  # type: ignore[index]
        scores[indicator] += [pair for pair in zip(months_.tolist(), z.tolist(), strict=True) if not np.isnan(pair[1])]
    return scores


MONTHS_OF = dict.fromkeys(("wfa", "lhfa", "bfa"), range(84)) | {
    "wfl": range(24),
    "wfh": range(24, 84),
    "hcfa": range(36),
}
INDICATORS = tuple(MONTHS_OF)


@pytest.mark.parametrize("indicator", INDICATORS)
def test_z_scores_of_healthy_children_of_the_default_town_are_standard_normal(indicator: str) -> None:
    z = np.array([z for _, z in healthy_scores(300)[indicator]])
    assert abs(z.mean()) < 0.1
    assert abs(z.std() - 1) < 0.1


@pytest.mark.parametrize(
    ("indicator", "months"),
    [(indicator, months) for indicator in INDICATORS for months in CHECKUP_MONTHS if months in MONTHS_OF[indicator]],
)
def test_they_are_standard_normal_at_every_age(indicator: str, months: int) -> None:
    near = np.array([z for age, z in healthy_scores(2_000)[indicator] if months <= age < months + 0.6])
    assert len(near) > 100
    assert abs(near.mean()) < 0.1
    assert abs(near.std() - 1) < 0.1


def test_another_seed_is_as_even() -> None:
    for indicator in INDICATORS:
        z = np.array([z for _, z in healthy_scores(900, 7)[indicator]])
        assert abs(z.mean()) < 0.1
        assert abs(z.std() - 1) < 0.1


def test_the_quick_curves_give_the_values_of_the_growth_core() -> None:
    curves = GrowthCurves(standard())
    for indicator, months in (("wfa", 0.0), ("wfa", 7.4), ("lhfa", 23.9), ("lhfa", 24.0), ("hcfa", 36.0)):
        for sex in ("male", "female"):
            for z in (-3.0, 0.0, 2.2):
                expected = value_at(standard(), indicator, sex, months, z)  # type: ignore[arg-type]
                assert curves.value(indicator, sex, months, z) == pytest.approx(expected, abs=1e-9)  # type: ignore[arg-type]


def test_digits_are_those_of_the_instruments() -> None:
    for size in sizes(town(3, standard=standard()).child(2)):
        assert -size.weight_kg.as_tuple().exponent == 2
        assert -size.stature_cm.as_tuple().exponent == 1


def test_length_is_measured_before_two_years_and_height_from_then_on() -> None:
    whole = town(60, standard=standard())
    for index in range(60):
        life = whole.child(index)
        for size in sizes(life):
            assert size.lying == (exact_months(life.plan.born, size.day) < 24)
            assert (size.head_cm is not None) == (exact_months(life.plan.born, size.day) <= 36)


def test_nobody_shrinks() -> None:
    whole = town(200, standard=standard())
    for index in range(200):
        lying = [size.stature_cm + (0 if size.lying else Decimal("0.7")) for size in sizes(whole.child(index))]
        assert lying == sorted(lying)


def last_z(kind: str, indicator: str) -> list[float]:
    whole = town(300, standard=standard())
    found = []
    for index in range(300):
        life = whole.child(index)
        if life.plan.kind == kind and (measured := sizes(life)):
            size = measured[-1]
            if exact_months(life.plan.born, size.day) >= 18:
                for name, x, value in readings(life.plan.sex, life.plan.born, size):
                    if name == indicator:
                        found.append(float(z_scores(standard().tables[name, life.plan.sex], x, value)))  # type: ignore[index]
    return found


def test_small_heavy_and_faltering_children_are_what_they_are_called() -> None:
    assert np.mean(last_z("small", "lhfa")) < -1.5
    assert np.mean(last_z("heavy", "wfa")) > 2
    assert np.mean(last_z("faltering", "wfa")) < -1.2


def test_a_preterm_child_is_small_at_birth_and_catches_up_by_its_corrected_age() -> None:
    whole = town(300, standard=standard())
    plan = next(plan for plan in map(whole.plan, range(300)) if plan.gestation_days < 224)
    course = GrowthCourse(plan, whole.seed, whole.curves)
    at_birth = course.on(plan.born)
    assert 0.8 < at_birth.weight_kg < 2.4
    assert 35 < at_birth.stature_cm < 46


def test_the_same_course_is_asked_in_order_and_gives_the_same_sizes() -> None:
    whole = town(3, standard=standard())
    plan = whole.plan(1)
    days = [plan.born, date(plan.born.year + 1, 6, 1)]
    one, two = (GrowthCourse(plan, whole.seed, whole.curves) for _ in range(2))
    assert [one.on(day) for day in days] == [two.on(day) for day in days]
