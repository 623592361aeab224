"""A million rows are judged as one child is."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthrec.domain.age import add_months, exact_months
from healthrec.domain.growth import Finding, Measurement, Subject, Survey, SurveyRows, evaluate
from healthrec.domain.growth.ages import calendar_months
from healthrec.domain.growth.cohort import APPLIED, BIT, LYING, NOT_JUDGED, STANDING
from healthrec.domain.growth.survey import Surveyed
from healthrec.rulebook import load_rulebook
from healthrec.settings import schemas_dir

RULES = load_rulebook(schemas_dir()).growth_rules(date(2026, 11, 22))
INDICES = {"wfa": "waz", "lhfa": "haz", "wfl": "whz", "wfh": "whz", "bfa": "baz", "hcfa": "hcz", "acfa": "acz",
           "tsfa": "tsz", "ssfa": "ssz"}  # fmt: skip
SEED = 20261122


def children(count: int, seed: int = SEED) -> list[dict[str, Any]]:
    """Children of all sorts: any age to eight years, either position, some born early, some implausible, some oedema."""
    draw = np.random.default_rng(seed)
    born = date(2016, 2, 29)
    found = []
    for _ in range(count):
        days = int(draw.integers(-5, 3000))
        cm = 49 + 2.2 * max(days, 0) ** 0.5 * float(draw.uniform(0.6, 1.25))
        found.append({
            "sex": str(draw.choice(["male", "female", "unknown"], p=[0.49, 0.49, 0.02])),
            "birth": born + timedelta(days=int(draw.integers(0, 400))),
            "days": days,
            "gestation": None if draw.random() < 0.6 else int(draw.integers(170, 300)),
            "position": int(draw.choice([LYING, STANDING])),
            "oedema": bool(draw.random() < 0.05),
            "weight": round(float(draw.uniform(0.5, 1.8)) * (2.5 + 0.012 * max(days, 0)), 2),
            "size": round(cm, int(draw.integers(0, 3))),
            "head": round(float(draw.uniform(30, 56)), 1),
            "arm": round(float(draw.uniform(9, 20)), 1),
            "triceps": round(float(draw.uniform(3, 20)), 1),
            "subscapular": round(float(draw.uniform(3, 16)), 1),
        })  # fmt: skip
    return found


def as_rows(found: list[dict[str, Any]]) -> SurveyRows:
    def column(name: str) -> Any:
        return np.array([np.nan if one[name] is None else one[name] for one in found], dtype=np.float64)

    birth = np.array([one["birth"] for one in found], dtype="datetime64[D]")
    measures = ("gestation", "weight", "size", "head", "arm", "triceps", "subscapular")
    return SurveyRows(
        sex=np.array([{"male": 0, "female": 1}.get(one["sex"], -1) for one in found], dtype=np.int8),
        birth=birth,
        on=birth + np.array([one["days"] for one in found]).astype("timedelta64[D]"),
        position=np.array([one["position"] for one in found], dtype=np.int8),
        oedema=np.array([one["oedema"] for one in found]),
        **{name: column(name) for name in measures},
    )


def findings(one: dict[str, Any], standard: str, method: Any = "sd") -> dict[str, Finding]:
    day = one["birth"] + timedelta(days=one["days"])
    values = {"weight": one["weight"], "length" if one["position"] == LYING else "height": one["size"]}
    values |= {name: one[name] for name in ("head", "arm", "triceps", "subscapular")}
    measured = [Measurement(name, Decimal(str(value)), day) for name, value in values.items()]  # type: ignore[arg-type]
    subject = Subject(one["sex"], one["birth"], one["gestation"])
    told = evaluate(RULES, subject, measured, method, RULES.standards[standard], one["oedema"])
    return {INDICES[found.indicator]: found for found in told}


def told(survey: Survey, found: Surveyed, index: str, at: int, method: Any) -> tuple[Any, ...]:
    judged = found.by_index[index]  # type: ignore[index]
    level = judged.levels[method][at] if method in judged.levels else -1
    category, why = judged.category[at], judged.reason[at]
    return (
        None if np.isnan(judged.z[at]) else float(judged.z[at]),
        None if np.isnan(judged.percentile[at]) else float(judged.percentile[at]),
        bool(judged.flagged[at]),
        survey.level_codes[level] if level >= 0 else None,
        survey.category_codes[category] if category >= 0 else None,
        (NOT_JUDGED[why - 1],) if why else (),
    )


@pytest.mark.parametrize("method", ["sd", "percentile"])
@pytest.mark.parametrize(
    "standard", ["who-2006", "who-2007", "wst423-2022", "wst800-2022", "intergrowth21-newborn", "intergrowth21-preterm"]
)
def test_every_row_is_told_what_evaluate_tells_the_child(standard: str, method: Any) -> None:
    some = children(600) + [one | {"days": 0} for one in children(40, SEED + 1)]
    survey = Survey(RULES, RULES.standards[standard])
    found = survey.judged(as_rows(some))
    for at, one in enumerate(some):
        by_index = findings(one, standard, method)
        assert set(found.by_index) == set(by_index)
        applied = set[str]()
        for index, finding in by_index.items():
            expected = (finding.z_score, finding.percentile, finding.flagged, finding.level, finding.nutrition)
            assert told(survey, found, index, at, finding.method) == (*expected, finding.not_judged), (one, index)
            uncorrected = found.uncorrected.get(index, np.full(len(some), np.nan))[at]  # type: ignore[call-overload]
            assert (None if np.isnan(uncorrected) else uncorrected) == (
                finding.uncorrected.z_score if finding.uncorrected else None
            ), (one, index)
            applied |= set() if finding.not_judged else {*finding.applied}
        assert {rule for rule in APPLIED if found.applied[at] & BIT[rule]} >= applied
        assert found.days[at] == next(iter(by_index.values())).counted_days
        assert bool(found.corrected[at]) == (next(iter(by_index.values())).counted_days != one["days"])


def test_order_and_company_change_nothing() -> None:
    some = children(400)
    survey = Survey(RULES, RULES.standards["who-2006"])
    whole, turned = survey.judged(as_rows(some)), survey.judged(as_rows(some[::-1]))
    alone = survey.judged(as_rows(some[7:8]))
    for index, judged in whole.by_index.items():
        assert np.array_equal(judged.z, turned.by_index[index].z[::-1], equal_nan=True)
        assert np.array_equal(judged.category, turned.by_index[index].category[::-1])
        assert np.array_equal(judged.z[7:8], alone.by_index[index].z, equal_nan=True)


@given(st.dates(date(2010, 1, 1), date(2020, 12, 31)), st.integers(-60, 3000))
def test_calendar_months_of_many_are_those_of_one(birth: date, days: int) -> None:
    on = birth + timedelta(days=days)
    (found,) = calendar_months(np.array([birth], dtype="datetime64[D]"), np.array([on], dtype="datetime64[D]"))
    assert found == exact_months(birth, on)


def test_a_birth_at_the_end_of_a_month_keeps_the_rule_of_the_house() -> None:
    births = np.array(["2020-01-31", "2020-02-29", "NaT"], dtype="datetime64[D]")
    days = np.array(["2020-02-29", "2021-02-28", "2021-02-28"], dtype="datetime64[D]")
    found = calendar_months(births, days)
    assert found[:2].tolist() == [1.0, 12.0] and np.isnan(found[2])
    assert add_months(date(2020, 1, 31), 1) == date(2020, 2, 29)


class TestAges:
    WHO = Survey(RULES, RULES.standards["who-2006"])
    CHINESE = Survey(RULES, RULES.standards["wst423-2022"])

    def rows(self, **columns: Any) -> SurveyRows:
        arrays = {name: np.asarray(values) for name, values in columns.items()}
        length = len(next(iter(arrays.values())))
        return SurveyRows(sex=np.zeros(length, dtype=np.int8), **({"weight": np.full(length, 10.0)} | arrays))

    @pytest.mark.parametrize(
        ("age_days", "counted"), [(30.4, 30), (30.5, 31), (30.49, 30), (1826.24, 1826), (730.5, 731)]
    )
    def test_half_a_day_counts_up(self, age_days: float, counted: int) -> None:
        assert self.WHO.judged(self.rows(days=[age_days])).days.tolist() == [counted]

    def test_sixty_months_belong_to_the_standard_that_follows(self) -> None:
        found = self.WHO.judged(self.rows(days=[1826.0, 1826.24, 1826.25, 1827.0]))
        assert found.continued.tolist() == [False, False, True, True]

    def test_months_become_days_by_who_s_month(self) -> None:
        by_months = self.WHO.judged(self.rows(months=[12.0, 24.0]))
        by_days = self.WHO.judged(self.rows(days=[365.0, 731.0]))
        assert by_months.days.tolist() == by_days.days.tolist()
        assert by_months.by_index["waz"].z.tolist() == by_days.by_index["waz"].z.tolist()

    def test_the_chinese_standard_takes_months_as_they_are_and_says_when_days_stood_in(self) -> None:
        found = self.CHINESE.judged(self.rows(months=[12.0, np.nan], days=[np.nan, 365.25]))
        assert found.applied.tolist() == [0, BIT["months-from-days"]]
        assert found.by_index["waz"].z[0] == found.by_index["waz"].z[1]

    def test_dates_come_before_days_and_days_before_months(self) -> None:
        born = np.array(["2024-01-01", "NaT", "NaT"], dtype="datetime64[D]")
        on = np.array(["2024-01-11"] * 3, dtype="datetime64[D]")
        rows = self.rows(birth=born, on=on, days=[20.0, 20.0, np.nan], months=[2.0, 2.0, 2.0])
        assert self.WHO.judged(rows).days.tolist() == [10, 20, 61]

    def test_without_an_age_there_is_only_weight_for_size(self) -> None:
        rows = self.rows(days=[np.nan], size=[80.0])
        found = self.WHO.judged(rows)
        reasons = {index: int(judged.reason[0]) for index, judged in found.by_index.items()}
        unknown = NOT_JUDGED.index("age-unknown") + 1
        assert reasons == {"waz": unknown, "haz": unknown, "whz": 0, "baz": unknown}
        assert np.isnan(found.days[0])

    @pytest.mark.parametrize(
        ("size", "position", "as_if_days"),
        [(86.9, 0, 700), (87.0, 0, 800), (60.0, 0, 700), (80.0, STANDING, 800), (95.0, LYING, 700)],
    )
    def test_without_an_age_the_position_or_the_size_says_which_table(
        self, size: float, position: int, as_if_days: int
    ) -> None:
        unknown = self.rows(days=[np.nan], size=[size], position=np.array([position], dtype=np.int8))
        aged = self.rows(days=[float(as_if_days)], size=[size])
        one, other = (self.WHO.judged(rows).by_index["whz"].z[0] for rows in (unknown, aged))
        assert one == other

    def test_the_chinese_standard_asks_for_an_age(self) -> None:
        found = self.CHINESE.judged(self.rows(days=[np.nan], size=[80.0]))
        assert set(found.by_index["whz"].reason.tolist()) == {NOT_JUDGED.index("age-unknown") + 1}

    def test_a_position_that_is_not_known_changes_nothing(self) -> None:
        rows = self.rows(days=[700.0, 700.0], size=[80.0, 80.0], position=np.array([0, LYING], dtype=np.int8))
        found = self.WHO.judged(rows).by_index["haz"].z
        assert found[0] == found[1]

    def test_nothing_measured_is_nothing_found(self) -> None:
        found = self.WHO.judged(self.rows(days=[400.0, 400.0], weight=[0.0, np.nan]))
        assert found.by_index["waz"].reason.tolist() == [0, 0]
        assert np.isnan(found.by_index["waz"].z).all() and (found.by_index["waz"].category == -1).all()
