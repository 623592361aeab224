"""One judgement of growth in words, and the chart that is drawn from all of one indicator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from healthrec.domain.growth import Finding, GrowthRules, Indicator, Measurement, Method, Subject, counted_birth
from healthrec.figures import GrowthChart
from healthrec.pages.growth_chart import Measured, growth_chart_page
from healthrec.wording import Translator

TERMS: Final[Mapping[Indicator, str]] = {
    "wfa": "weight-for-age",
    "lhfa": "length-height-for-age",
    "wfl": "weight-for-length",
    "wfh": "weight-for-height",
    "bfa": "bmi-for-age",
    "hcfa": "head-for-age",
}
"""Indicator → code of the term group ``indicator``."""

_CONVERTED: Final = frozenset({"length-from-standing", "height-from-lying"})


def indicator_to_show(findings: Iterable[Finding], wanted: str) -> Indicator | None:
    """The wanted indicator where something of it was judged, else weight for age, else the first judged one."""
    judged = {finding.indicator for finding in findings if finding.level is not None}
    return next((one for one in (wanted, "wfa", *TERMS) if one in judged), None)


def chart_of(
    indicator: Indicator,
    findings: Sequence[Finding],
    measured: Sequence[tuple[Measurement, tuple[str, ...]]],
    subject: Subject,
    rules: GrowthRules,
    words: Translator,
    method: Method,
) -> GrowthChart:
    """The chart of one indicator: every judged value, with the corrected age beside the actual one where it counts."""
    sizes = {finding.day: finding.value for finding in findings if finding.indicator == "lhfa"}
    points = [
        Measured(
            finding.day,
            written(finding, measured),
            sizes.get(finding.day),
            _term(finding, subject, rules),
            meaning(finding, words, method == "percentile"),
        )
        for finding in findings
        if finding.indicator == indicator
    ]
    return growth_chart_page(rules.standard, indicator, subject.sex, subject.birth, points, words, method)


def written(finding: Finding, measured: Sequence[tuple[Measurement, tuple[str, ...]]]) -> Decimal:
    """The digits that were written down, or the value as judged where it was converted or computed."""
    wanted = {"lhfa": ("length", "height"), "hcfa": ("head",), "bfa": ()}.get(finding.indicator, ("weight",))
    if not _CONVERTED & set(finding.applied) or finding.indicator in ("wfl", "wfh"):
        for one, _ in reversed(measured):
            if one.day == finding.day and one.measure in wanted:
                return one.value
    return Decimal(f"{finding.value:.1f}")


def tone_of(nutrition: str) -> str:
    """The colour of a nutrition category."""
    if nutrition in ("", "normal"):
        return "done" if nutrition else "neutral"
    return "stop" if nutrition.startswith("severe") else "attention"


def z_words(z: float | None) -> str:
    """−2.31 with a true minus; "" where there is none."""
    return "" if z is None else f"{z:+.2f}".replace("-", "−")


def meaning(finding: Finding, words: Translator, family: bool) -> str:
    """What a judgement says: with z and level for staff, in the words for families without."""
    if finding.level is None:
        return words.gettext("没有可比的标准值")
    if family:
        return words.term("nutrition-family", finding.nutrition) if finding.nutrition else ""
    level = words.gettext("等级：{level}").format(level=words.term("growth-level", finding.level))
    nutrition = words.term("nutrition", finding.nutrition) if finding.nutrition else ""
    return " · ".join(part for part in (f"Z {z_words(finding.z_score)}", level, nutrition) if part)


def _term(finding: Finding, subject: Subject, rules: GrowthRules) -> date | None:
    return counted_birth(subject, finding.day, rules.correction) if "corrected-age" in finding.applied else None
