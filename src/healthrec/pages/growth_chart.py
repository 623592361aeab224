"""A growth chart in words: one standard's curves and one child's values, ready to be drawn at any size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from healthrec.domain.growth import GrowthStandard, Indicator, Method, Subject
from healthrec.figures import ChartWords, ChildPoint, GrowthChart, Mark, Reference, window_for
from healthrec.figures.scale import DAYS_A_MONTH, XUnit
from healthrec.pages.growth_findings import TERMS, not_judged, percentile_words, unit_of, verdict, z_words
from healthrec.pages.growth_points import Plotted
from healthrec.pages.growth_reference import methods_of, reference, standing_at, taken_over_at
from healthrec.pages.growth_words import ages_words
from healthrec.wording import Translator

Layer = Literal["curves", "actual", "corrected", "marks"]
"""What a reader may put away: the curves, one of two ages, the places where something changes."""

MEASURES: Final[dict[str, str]] = {
    "wfa": "weight",
    "lhfa": "length-height",
    "wfl": "weight-for-length",
    "wfh": "weight-for-height",
    "bfa": "bmi",
    "hcfa": "head",
    "acfa": "arm",
    "tsfa": "triceps",
    "ssfa": "subscapular",
}
"""Indicator → code of the term group ``measure``."""

_BAND: Final[dict[XUnit, str]] = {
    "age_days": "浅色带：100个同龄{sex}里约94个在里面",
    "length_cm": "浅色带：100个一样高的{sex}里约94个在里面",
    "pma_weeks": "浅色带：100个同样孕周的{sex}里约94个在里面",
}
_TERM_WEEKS: Final = 40.0
_MONTHS_UNTIL: Final = 36 * DAYS_A_MONTH
"""A chart that goes on longer has years on its axis, not months."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What one chart is to show. `standards` begins with the one that judges, followed by those that continue it;
    `other` is drawn behind it. `corrected_until` is the age in days since birth up to which the corrected age counts, 0 where it never does. `months`
    is a chosen range of age, None for the child's own. An explanation's address begins with `why` and ends with `why_query`; points lead nowhere where it is ""."""

    indicator: Indicator
    subject: Subject
    standards: tuple[GrowthStandard, ...]
    standard_name: str
    plotted: tuple[Plotted, ...]
    method: Method = "percentile"
    family: bool = True
    months: tuple[int, int] | None = None
    hidden: frozenset[str] = frozenset()
    other: GrowthStandard | None = None
    corrected_until: int = 0
    why: str = ""
    why_query: str = ""

    @property
    def sex(self) -> str:
        """FHIR's administrative gender."""
        return self.subject.sex

    def why_href(self, one: Plotted) -> str:
        """Where a value is explained, "" where it is not."""
        address = f"{self.why}/{one.finding.indicator}/{one.day.isoformat()}{self.why_query}"
        return address if self.why else ""


def growth_chart_page(drawn: Drawn, words: Translator) -> GrowthChart:
    """The chart of one indicator for one child. Raises KeyError where the standard has no such table; ask first."""
    curves = reference(drawn.standards, drawn.indicator, drawn.sex, drawn.method)
    points = tuple(_points(drawn, curves, words))
    across = None
    if curves.x_unit == "pma_weeks":
        across = (curves.curves[0].points[0][0], curves.curves[0].points[-1][0])
    elif drawn.months is not None and curves.x_unit == "age_days":
        across = (drawn.months[0] * DAYS_A_MONTH, drawn.months[1] * DAYS_A_MONTH)
    window = window_for(curves, points, across)
    return GrowthChart(
        indicator=drawn.indicator,
        sex=drawn.sex,
        language=words.tag,
        reference=curves,
        points=points,
        words=_chart_words(drawn, curves, window.x_to, words),
        window=window,
        marks=tuple(_marks(drawn, curves, words)) if "marks" not in drawn.hidden else (),
        other=_other(drawn, curves),
        curves="curves" not in drawn.hidden,
    )


def cells_of(one: Plotted, drawn: Drawn, words: Translator) -> tuple[str, ...]:
    """One value as a row of the table twin; its headings are in the chart's words."""
    finding = one.finding
    value = words.quantity(one.value, unit_of(finding.indicator))
    if drawn.family:
        age = words.age(drawn.subject.birth, one.day) if finding.age_days else words.gettext("出生时")
        return words.date(one.day), age, value
    actual = finding.uncorrected
    z = z_words(finding.z_score)
    if actual is not None and actual.z_score not in (None, finding.z_score):
        z = words.gettext("{z}（实际月龄 {other}）").format(z=z or "–", other=z_words(actual.z_score))
    if one.size_cm is not None and finding.indicator in ("wfl", "wfh"):
        value = words.gettext("{value}（{size}）").format(value=value, size=words.quantity(f"{one.size_cm:g}", "cm"))
    said = not_judged(finding, words) if finding.not_judged else verdict(finding, words)
    marked = [(finding.flagged, "超出可信范围，请核对"), (finding.before_standard, "早于标准实施日")]
    return (
        words.date(one.day),
        ages_words(one, drawn.subject, words),
        value,
        z,
        percentile_words(finding.percentile),
        " · ".join(part for part in (said, *(words.gettext(why) for on, why in marked if on)) if part),
    )


def headings(family: bool, words: Translator) -> tuple[str, ...]:
    """Of the table twin."""
    said = ("日期", "年龄", "测量值", *(() if family else ("Z值", "百分位", "评价")))
    return tuple(words.gettext(heading) for heading in said)


def _points(drawn: Drawn, curves: Reference, words: Translator) -> Iterator[ChildPoint]:
    for index, one in enumerate(drawn.plotted):
        cells = cells_of(one, drawn, words)
        callout = words.number(one.value) if index == len(drawn.plotted) - 1 and index else ""
        href = drawn.why_href(one)
        if curves.x_unit == "length_cm":
            if one.size_cm is not None:
                yield ChildPoint(one.size_cm, float(one.value), cells=cells, callout=callout, href=href)
        elif curves.x_unit == "pma_weeks":
            yield ChildPoint(_weeks(one, drawn), float(one.value), _kind(one), cells, callout, href=href)
        else:
            yield from _by_age(one, drawn, cells, callout, href)


def _by_age(one: Plotted, drawn: Drawn, cells: tuple[str, ...], callout: str, href: str) -> Iterator[ChildPoint]:
    """The actual age and, where it counts, the corrected one; either may be put away, never both."""
    corrected = one.term is not None and one.day >= one.term and "corrected" not in drawn.hidden
    both = corrected and "actual" not in drawn.hidden
    value, age = float(one.value), float(one.finding.age_days)
    if both or not corrected:
        yield ChildPoint(age, value, _kind(one), cells, callout, href=href)
    if corrected and one.term is not None:
        x = float((one.day - one.term).days)
        lone = ("", "", None) if both else (callout, href, None)
        yield ChildPoint(x, value, "corrected", () if both else cells, lone[0], age if both else None, lone[1])


def _weeks(one: Plotted, drawn: Drawn) -> float:
    """Weeks since the last period; completed ones where the standard's rows hold for a whole week."""
    days = (drawn.subject.gestation_days or 0) + one.finding.age_days
    return float(days // 7) if drawn.standards[0].tables[drawn.indicator, drawn.sex].stepwise else days / 7


def _kind(one: Plotted) -> Literal["actual", "birth"]:
    return "actual" if one.finding.age_days else "birth"


def _marks(drawn: Drawn, curves: Reference, words: Translator) -> Iterator[Mark]:
    if curves.x_unit == "pma_weeks":
        yield Mark(_TERM_WEEKS, words.gettext("预产期"))
    if curves.x_unit != "age_days":
        return
    marks = []
    standing = standing_at(drawn.standards[0], drawn.indicator)
    if standing is not None:
        month = drawn.standards[0].standing_from_month
        marks.append(Mark(standing, words.gettext("满{month}个月起站着量").format(month=month)))
    for start, standard in taken_over_at(drawn.standards, drawn.indicator, drawn.sex, drawn.method):
        marks.append(Mark(start, words.gettext("此后按 {standard}").format(standard=standard.edition)))
    effective = drawn.standards[0].effective
    if any(one.finding.before_standard for one in drawn.plotted) and not drawn.family:
        begun = float((effective - drawn.subject.birth).days)
        marks.append(Mark(begun, words.gettext("{date}起施行本标准").format(date=words.date(effective))))
    yield from sorted(marks, key=lambda mark: mark.x)


def _other(drawn: Drawn, curves: Reference) -> Reference | None:
    """The curves of the other standard, where it has the table and counts along the same axis."""
    if drawn.other is None or drawn.method not in methods_of((drawn.other,), drawn.indicator, drawn.sex):
        return None
    found = reference((drawn.other,), drawn.indicator, drawn.sex, drawn.method, few=True)
    return found if found.x_unit == curves.x_unit else None


def _chart_words(drawn: Drawn, curves: Reference, last: float, words: Translator) -> ChartWords:
    named = {
        "measure": measure_words(drawn.indicator, drawn.family, words),
        "unit": words.term("unit", unit_of(drawn.indicator)),
        "sex": words.term("sex-child", drawn.sex),
    }
    title = capital(words.gettext("{measure}成长图（{sex}）").format(**named))
    axes = {"length_cm": "身长或身高（cm）", "pma_weeks": "孕周加出生后周数"}
    return ChartWords(
        title=title,
        description=_description(title, drawn.plotted, drawn.subject.birth, words),
        heading=capital(words.gettext("{measure} {unit} · {sex}").format(**named)),
        x_axis=capital(words.gettext(axes[curves.x_unit])) if curves.x_unit in axes else axis_of_age(last, words),
        year=words.gettext("{}岁"),
        headings=headings(drawn.family, words),
        actual=capital(words.gettext("实际月龄")),
        corrected=capital(words.gettext("矫正月龄")),
        birth=capital(words.gettext("出生时")),
        band=words.gettext(_BAND[curves.x_unit]).format(**named) if drawn.method == "percentile" else "",
        standard=words.gettext("标准：{standard}").format(standard=drawn.standard_name),
        outside=words.gettext("另有{}次测量在这段范围以外，见下表"),
        other=words.gettext("细点线：{standard}").format(standard=drawn.other.edition) if drawn.other else "",
    )


def axis_of_age(last: float, words: Translator) -> str:
    """The name of an axis that ends at so many days."""
    return words.gettext("年龄" if last > _MONTHS_UNTIL else "月龄")


def measure_words(indicator: str, family: bool, words: Translator) -> str:
    """What the indicator is about: the measure, or the plainer words for families."""
    if family:
        return words.term("indicator-family", TERMS[indicator])
    return words.term("measure", MEASURES[indicator])


def capital(words: str) -> str:
    """English terms are written small, for use inside a sentence."""
    return words[:1].upper() + words[1:]


def _description(title: str, plotted: Sequence[Plotted], birth: date, words: Translator) -> str:
    if not plotted:
        return words.gettext("{title}，还没有测量。").format(title=title)
    last = plotted[-1]
    sentence = words.gettext("{title}，共{count}次测量。最近一次是{date}，{age}：{value}。下面有同样内容的表。")
    return sentence.format(
        title=title,
        count=len(plotted),
        date=words.date(last.day),
        age=words.age(birth, last.day),
        value=words.quantity(last.value, unit_of(last.finding.indicator)),
    )
