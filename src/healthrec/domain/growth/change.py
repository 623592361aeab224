"""Growth over time: what was gained between measurings, and which of it a rule speaks of.

Start at `course`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from healthrec.domain.growth.change_course import crossings, faltering, rapid_gain
from healthrec.domain.growth.change_finding import ChangeFinding, Gain, Observed
from healthrec.domain.growth.change_lines import gain, poor_gains
from healthrec.domain.growth.change_newborn import newborn
from healthrec.domain.growth.change_places import INDICATOR, Expected, disagreements
from healthrec.domain.growth.change_rules import ChangeRules
from healthrec.domain.growth.evaluate import Finding, evaluate_series
from healthrec.domain.growth.facts import Subject
from healthrec.domain.growth.one_age import by_one_age
from healthrec.domain.growth.rules import GrowthRules
from healthrec.domain.growth.standard import Indicator

_STEPS_OF: tuple[Indicator, ...] = ("wfa", "lhfa", "hcfa")


@dataclass(frozen=True, slots=True)
class Course:
    """How a child grows. `gains` has every step of weight, of length or height, and of the head, by indicator and day;
    `changes` what the rules say about every measuring beside those before it, by the later day, the gravest first."""

    gains: tuple[Gain, ...] = ()
    changes: tuple[ChangeFinding, ...] = ()


def course(
    growth: GrowthRules,
    rules: ChangeRules,
    subject: Subject,
    observed: Sequence[Observed],
    today: date,
    findings: Sequence[Finding] | None = None,
) -> Course:
    """From measurements in any order; of the values of one day the last counts.

    `today` decides only whether the birth weight should be back. A child whom the standard does not cover (sex, age) is
    told only what needs no standard. `findings` are what `evaluate_series` said of just these measurements by the same
    rules, where that is known already: it is said anew only of a child whose age is corrected.
    """
    known = [one for one in observed if one.measurement.measure in INDICATOR]
    ordered = sorted(known, key=lambda one: one.measurement.day)
    if findings is None or growth.correction.limit_for(subject.gestation_days):
        growth = by_one_age(growth)
        findings = evaluate_series(growth, subject, [one.measurement for one in ordered])
    series = _series(findings)
    told = _told(growth, rules, subject, ordered, series, today)
    return Course(
        tuple(
            gain(growth, subject, before, after)
            for indicator in _STEPS_OF
            for before, after in pairwise(series.get(indicator, ()))
        ),
        tuple(sorted(told, key=lambda one: (one.last, one.grade != "refer"))),
    )


def _told(
    growth: GrowthRules,
    rules: ChangeRules,
    subject: Subject,
    ordered: Sequence[Observed],
    series: Mapping[Indicator, Sequence[Finding]],
    today: date,
) -> list[ChangeFinding]:
    judged = {name: [one for one in values if one.z_score is not None] for name, values in series.items()}
    weights = [one.measurement for one in ordered if one.measurement.measure == "weight"]
    return [
        *newborn(rules, subject, weights, growth.correction.preterm_below_days, today),
        *poor_gains(growth, rules, subject, series.get("wfa", ())),
        *crossings(rules, subject, judged),
        *faltering(rules, subject, judged.get("wfa", ())),
        *rapid_gain(rules, subject, judged),
        *disagreements(growth, rules, ordered, _expected(growth, subject, series)),
    ]


def _series(findings: Sequence[Finding]) -> dict[Indicator, list[Finding]]:
    """Findings by indicator, in the order of the days."""
    series: dict[Indicator, list[Finding]] = {}
    for one in findings:
        series.setdefault(one.indicator, []).append(one)
    return series


def _expected(growth: GrowthRules, subject: Subject, series: Mapping[Indicator, Sequence[Finding]]) -> Expected:
    by_day = {(one.indicator, one.day): one for values in series.values() for one in values}

    def expected(indicator: Indicator, first: date, last: date) -> float:
        return gain(growth, subject, by_day[indicator, first], by_day[indicator, last]).expected or 0.0

    return expected
