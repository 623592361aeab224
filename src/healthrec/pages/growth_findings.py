"""One judgement of growth in words."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Final, cast

from healthrec.domain.growth import Finding, Indicator, Measurement
from healthrec.wording import Translator

TERMS: Final[Mapping[str, str]] = {
    "wfa": "weight-for-age",
    "lhfa": "length-height-for-age",
    "wfl": "weight-for-length",
    "wfh": "weight-for-height",
    "bfa": "bmi-for-age",
    "hcfa": "head-for-age",
    "acfa": "arm-for-age",
    "tsfa": "triceps-for-age",
    "ssfa": "subscapular-for-age",
}
"""Indicator → code of the term group ``indicator``."""

_UNITS: Final[Mapping[str, str]] = {
    "wfa": "kg",
    "lhfa": "cm",
    "wfl": "kg",
    "wfh": "kg",
    "bfa": "kg/m2",
    "hcfa": "cm",
    "acfa": "cm",
    "tsfa": "mm",
    "ssfa": "mm",
}
_MEASURES: Final[Mapping[str, tuple[str, ...]]] = {
    "lhfa": ("length", "height"),
    "bfa": (),
    "hcfa": ("head",),
    "acfa": ("arm",),
    "tsfa": ("triceps",),
    "ssfa": ("subscapular",),
}
_CONVERTED: Final = frozenset({"length-from-standing", "height-from-lying"})


def shown_to(indicator: str, family: bool) -> bool:
    """Whether such a reader is shown it: families read of weight, length and head."""
    return not family or indicator not in ("bfa", "acfa", "tsfa", "ssfa")


def indicator_to_show(judged: Collection[str], wanted: str) -> Indicator | None:
    """The wanted indicator where something of it was judged, else weight for age, else the first judged one."""
    found = next((one for one in (wanted, *TERMS) if one in judged), None)
    return cast(Indicator, found) if found else None


def written(finding: Finding, measured: Sequence[tuple[Measurement, tuple[str, ...]]]) -> Decimal:
    """The digits that were written down, or the value as judged where it was converted or computed."""
    wanted = _MEASURES.get(finding.indicator, ("weight",))
    if not _CONVERTED & set(finding.applied) or finding.indicator in ("wfl", "wfh"):
        for one, _ in reversed(measured):
            if one.day == finding.day and one.measure in wanted:
                return one.value
    return Decimal(f"{finding.value:.1f}")


def tone_of(nutrition: str) -> str:
    """The colour of a nutrition category."""
    if nutrition in ("", "normal", "below-overweight", "appropriate-for-gestational-age"):
        return "done" if nutrition else "neutral"
    return "stop" if nutrition.startswith("severe") else "attention"


def z_words(z: float | None) -> str:
    """−2.31 with a true minus; "" where there is none."""
    return "" if z is None else f"{z:+.2f}".replace("-", "−")


def percentile_words(value: float | None) -> str:
    """Rounded to one digit, the ends of the curve would read as 0 and 100, which no child is."""
    if value is None:
        return ""
    return "<P0.1" if value < 0.1 else ">P99.9" if value > 99.9 else f"P{value:g}"


def unit_of(indicator: str) -> str:
    """The UCUM unit of an indicator's values."""
    return _UNITS[indicator]


def meaning(finding: Finding, words: Translator, family: bool) -> str:
    """What a judgement says: with z and level for staff, in the words for families without."""
    if finding.z_score is None and finding.level is None:
        return not_judged(finding, words) if finding.not_judged and not family else words.gettext("没有可比的标准值")
    if family:
        return words.term("nutrition-family", finding.nutrition) if finding.nutrition else ""
    scores = [
        f"Z {z_words(finding.z_score)}" if finding.z_score is not None else "",
        percentile_words(finding.percentile),
    ]
    return " · ".join(part for part in (*scores, verdict(finding, words)) if part)


def not_judged(finding: Finding, words: Translator) -> str:
    """Why there is no judgement, as a sentence."""
    reason = words.listed([words.term("growth-not-judged", one) for one in finding.not_judged])
    said = words.gettext("{reason}，没有评价。").format(reason=reason)
    return said[:1].upper() + said[1:]


def verdict(finding: Finding, words: Translator) -> str:
    """Level and category for staff; "" where the standard has neither."""
    level = (
        words.gettext("等级：{level}").format(level=words.term("growth-level", finding.level)) if finding.level else ""
    )
    nutrition = words.term("nutrition", finding.nutrition) if finding.nutrition else ""
    return " · ".join(part for part in (level, nutrition) if part)
