"""How one number of growth came about: whose, how old, which row, which cut-offs, what was rounded and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from healthrec.domain.age import add_months, completed_months
from healthrec.domain.growth import CutOffs, Finding, GrowthRules, Subject, counted_birth
from healthrec.domain.growth.standard import SD_SCORES
from healthrec.pages.growth_findings import TERMS, z_words
from healthrec.wording import Translator

_APPLIED: Final = {
    "interpolated": "标准只印整月或整厘米，两行之间按直线内插（本系统规则）。",
    "bridged": "23至24月之间，向24月那一行的卧位身长值内插（本系统规则）。",
    "last-row-held": "最后印出的一行用到这个月结束（本系统规则）。",
    "length-from-standing": "站着量的：加0.7 cm换算为身长再评价（本系统规则）。",
    "height-from-lying": "躺着量的：减0.7 cm换算为身高再评价（本系统规则）。",
    "corrected-age": "早产儿：按矫正年龄评价（本系统规则）。",
}
_NOT_JUDGED: Final = {
    "sex-not-covered": "标准只有男童和女童的表，没有评价。",
    "before-birth": "测量日期早于出生日期，没有评价。",
    "before-term": "还没到预产期，要用早产儿的曲线，没有评价。",
    "age-without-row": "标准没有印这个月龄的行，没有评价。",
    "age-beyond-standard": "超过标准的年龄，没有评价。",
    "size-outside-table": "身长或身高在表的范围以外，没有评价。",
}
_UNITS: Final = {"wfa": "kg", "lhfa": "cm", "wfl": "kg", "wfh": "kg", "bfa": "kg/m2", "hcfa": "cm"}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the calculation."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Why:
    """What partials/why_number.html shows."""

    title: str
    steps: tuple[Step, ...]
    conclusion: str
    rule: str
    edition: str
    source: str
    source_href: str = ""


def why_number(
    finding: Finding, subject: Subject, rules: GrowthRules, rule_name: str, source: str, words: Translator
) -> Why:
    """`rule_name` and `source` are those of the standard's file in the language of the page."""
    unit = _UNITS[finding.indicator]
    name = words.term("indicator", TERMS[finding.indicator])
    value = words.quantity(f"{finding.value:.2f}" if finding.indicator == "bfa" else f"{finding.value:g}", unit)
    return Why(
        title=words.gettext("{what} {value} 是怎么评价的").format(what=name[:1].upper() + name[1:], value=value),
        steps=tuple(Step(words.gettext(label), text) for label, text in _steps(finding, subject, rules, value, words)),
        conclusion=_conclusion(finding, words),
        rule=rule_name,
        edition=finding.edition,
        source=source,
    )


def _steps(
    finding: Finding, subject: Subject, rules: GrowthRules, value: str, words: Translator
) -> list[tuple[str, str]]:
    steps = [
        ("性别", words.term("sex-child", subject.sex)),
        ("出生日期", words.date(subject.birth)),
        ("测量日期", words.date(finding.day)),
        ("实际年龄", _exact_age(subject, finding, words)),
    ]
    if "corrected-age" in finding.applied:
        term = counted_birth(subject, finding.day, rules.correction)
        weeks = f"{(subject.gestation_days or 0) // 7}+{(subject.gestation_days or 0) % 7}"
        steps.append(("出生孕周", weeks))
        steps.append(("矫正年龄", words.age(term, finding.day)))
    steps.append(("参与评价的值", value))
    if finding.cut_offs is not None:
        steps.append(("查表的行", _row(finding, finding.cut_offs, words)))
        steps.append(("这一行的标准差切点", _cut_offs(finding.cut_offs)))
    if finding.z_score is not None:
        steps.append(("Z值（由拟合参数计算，两位小数）", z_words(finding.z_score)))
    if finding.percentile is not None:
        steps.append(("百分位（由Z值换算，一位小数）", _percentile(finding.percentile)))
    return steps


def _percentile(value: float) -> str:
    """Rounded to one digit, the ends of the curve would read as 0 and 100, which no child is."""
    return "<P0.1" if value < 0.1 else ">P99.9" if value > 99.9 else f"P{value:g}"


def _exact_age(subject: Subject, finding: Finding, words: Translator) -> str:
    months = completed_months(subject.birth, finding.day)
    days = (finding.day - add_months(subject.birth, months)).days
    return words.gettext("{months}个月零{days}天").format(months=months, days=days)


def _row(finding: Finding, cut_offs: CutOffs, words: Translator) -> str:
    unit = words.term("unit", "cm" if finding.indicator in ("wfl", "wfh") else "mo")
    if not cut_offs.interpolated:
        return f"{cut_offs.x:g} {unit}"
    low, high = cut_offs.between
    return words.gettext("{low} 与 {high} 之间，在 {x} {unit}").format(
        low=f"{low:g}", high=f"{high:g}", x=f"{cut_offs.x:.2f}", unit=unit
    )


def _cut_offs(cut_offs: CutOffs) -> str:
    parts = (
        f"{score:+d} SD".replace("-", "−").replace("+0", "0") + f" {value:.2f}"
        for score, value in zip(SD_SCORES, cut_offs.sd, strict=True)
    )
    return " · ".join(parts)


def _conclusion(finding: Finding, words: Translator) -> str:
    remarks = [words.gettext(_APPLIED[one]) for one in finding.applied]
    if finding.cut_offs is None or finding.level is None:
        return " ".join([*(words.gettext(_NOT_JUDGED[one]) for one in finding.not_judged), *remarks])
    level = words.term("growth-level", finding.level)
    said = words.gettext("{between}：等级“{level}”。").format(
        between=_between(finding, finding.cut_offs, words), level=level
    )
    if finding.nutrition:
        said += words.gettext("营养状况：{nutrition}。").format(nutrition=words.term("nutrition", finding.nutrition))
    return " ".join([said, words.gettext("类别只由印出的切点决定，下限含在内。"), *remarks])


def _between(finding: Finding, cut_offs: CutOffs, words: Translator) -> str:
    marks = [f"{score:+d} SD".replace("-", "−").replace("+0", "0") for score in SD_SCORES]
    reached = [i for i, cut in enumerate(cut_offs.sd) if round(finding.value, 9) >= cut]
    if not reached:
        return words.gettext("低于 {mark}").format(mark=marks[0])
    if reached[-1] == len(marks) - 1:
        return words.gettext("不低于 {mark}").format(mark=marks[-1])
    return words.gettext("不低于 {low} 且低于 {high}").format(low=marks[reached[-1]], high=marks[reached[-1] + 1])
