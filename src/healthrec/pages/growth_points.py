"""The values of one indicator as they stand on a chart: digits, both ages, both results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from healthrec.domain.growth import Finding, GrowthRules, Measurement, Method, Subject, evaluate_series
from healthrec.pages.growth_findings import written

Remarked = tuple[Measurement, tuple[str, ...]]
"""A measurement with the remarks that were kept with it."""


@dataclass(frozen=True, slots=True)
class Plotted:
    """One value with the digits that were written down. `size_cm` is the length or height of that day."""

    finding: Finding
    value: Decimal
    size_cm: float | None = None

    @property
    def day(self) -> date:
        """When it was measured."""
        return self.finding.day

    @property
    def term(self) -> date | None:
        """The day that the corrected age counts from; None where the actual age counts."""
        corrected = "corrected-age" in self.finding.applied
        return self.day - timedelta(days=self.finding.counted_days) if corrected else None


@dataclass(frozen=True, slots=True)
class Judged:
    """A child's measurements, from the earliest to the latest, and what the standard of the rules says about them."""

    measured: tuple[Remarked, ...]
    subject: Subject
    rules: GrowthRules
    findings: tuple[Finding, ...]

    def plotted(self, indicator: str) -> tuple[Plotted, ...]:
        """The values of one indicator."""
        sizes = {one.day: one.value for one in self.findings if one.indicator == "lhfa"}
        return tuple(
            Plotted(finding, written(finding, self.measured), sizes.get(finding.day))
            for finding in self.findings
            if finding.indicator == indicator
        )

    def shown(self) -> frozenset[str]:
        """Indicators of which something was judged."""
        return frozenset(one.indicator for one in self.findings if not one.not_judged)


def judged(measured: Sequence[Remarked], subject: Subject, rules: GrowthRules, method: Method) -> Judged:
    """The measurements judged by the standard of the rules."""
    return Judged(
        tuple(measured), subject, rules, evaluate_series(rules, subject, [one for one, _ in measured], method)
    )
