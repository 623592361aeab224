"""The values of one indicator as they stand on a chart: digits, both ages, both results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from healthrec.domain.growth import (
    Finding,
    GrowthRules,
    Indicator,
    Measurement,
    Method,
    Subject,
    counted_birth,
    evaluate_series,
)
from healthrec.pages.growth_findings import written

Remarked = tuple[Measurement, tuple[str, ...]]
"""A measurement with the remarks that were kept with it."""


@dataclass(frozen=True, slots=True)
class Plotted:
    """One value. `term` is the day that the corrected age counts from, `by_actual_age` what the actual age would say;
    both None where the actual age counts. `size_cm` is the length or height of that day."""

    finding: Finding
    value: Decimal
    age_days: int
    size_cm: float | None = None
    term: date | None = None
    by_actual_age: Finding | None = None

    @property
    def day(self) -> date:
        """When it was measured."""
        return self.finding.day


@dataclass(frozen=True, slots=True)
class Judged:
    """A child's measurements, from the earliest to the latest, and what a standard says about them."""

    measured: tuple[Remarked, ...]
    subject: Subject
    rules: GrowthRules
    findings: tuple[Finding, ...]
    by_actual_age: Mapping[tuple[Indicator, date], Finding]

    def plotted(self, indicator: str) -> tuple[Plotted, ...]:
        """The values of one indicator."""
        sizes = {one.day: one.value for one in self.findings if one.indicator == "lhfa"}
        return tuple(
            Plotted(
                finding,
                written(finding, self.measured),
                (finding.day - self.subject.birth).days,
                sizes.get(finding.day),
                self._term(finding),
                self.by_actual_age.get((finding.indicator, finding.day)),
            )
            for finding in self.findings
            if finding.indicator == indicator
        )

    def shown(self) -> frozenset[str]:
        """Indicators of which something was judged."""
        return frozenset(one.indicator for one in self.findings if one.z_score is not None or one.level is not None)

    def _term(self, finding: Finding) -> date | None:
        if "corrected-age" not in finding.applied:
            return None
        return counted_birth(self.subject, finding.day, self.rules.correction)


def judged(measured: Sequence[Remarked], subject: Subject, rules: GrowthRules, method: Method) -> Judged:
    """The measurements judged; where a corrected age counts, by the actual one too."""
    values = [one for one, _ in measured]
    findings = evaluate_series(rules, subject, values, method)
    corrected = {(one.indicator, one.day) for one in findings if "corrected-age" in one.applied}
    actual = evaluate_series(rules, replace(subject, gestation_days=None), values, method) if corrected else ()
    by_actual_age = {(one.indicator, one.day): one for one in actual}
    return Judged(
        tuple(measured),
        subject,
        rules,
        findings,
        {key: by_actual_age[key] for key in corrected if key in by_actual_age},
    )
