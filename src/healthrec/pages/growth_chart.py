"""A growth chart in words: one standard's curves and one child's values, ready to be drawn at any size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from healthrec.domain.growth import GrowthStandard, Indicator, Method, curves
from healthrec.figures import ChartWords, ChildPoint, Curve, GrowthChart
from healthrec.figures.scale import DAYS_A_MONTH
from healthrec.wording import Translator

_LABELS: Final[dict[Method, tuple[str, ...]]] = {
    "percentile": ("P3", "P10", "P50", "P90", "P97"),
    "sd": ("-3", "-2", "-1", "0", "+1", "+2", "+3"),
}
_MEASURES: Final[dict[Indicator, tuple[str, str]]] = {
    "wfa": ("weight", "kg"),
    "lhfa": ("length-height", "cm"),
    "wfl": ("weight-for-length", "kg"),
    "wfh": ("weight-for-height", "kg"),
    "bfa": ("bmi", "kg/m2"),
    "hcfa": ("head", "cm"),
}


@dataclass(frozen=True, slots=True)
class Measured:
    """One value of the child in the indicator's unit, with the digits that were written down.

    `size_cm` is the length or height of that day, for the two weight-for-size charts. `term` is the date that a
    corrected age is counted from; None where the actual age counts.
    """

    day: date
    value: Decimal
    size_cm: float | None = None
    term: date | None = None
    sentence: str = ""


def growth_chart_page(
    standard: GrowthStandard,
    indicator: Indicator,
    sex: str,
    birth: date,
    measured: Sequence[Measured],
    words: Translator,
    method: Method = "percentile",
) -> GrowthChart:
    """The chart of `indicator` for one child: percentiles for families, SD lines for staff.

    `measured` goes from the earliest to the latest. Raises KeyError where the standard has no such table; ask first.
    """
    by_age = standard.tables[indicator, sex].axis == "age_month"
    scale = DAYS_A_MONTH if by_age else 1.0
    lines = curves(standard, indicator, sex, _LABELS[method])
    step = standard.standing_from_month * DAYS_A_MONTH if indicator in ("lhfa", "bfa") else None
    return GrowthChart(
        indicator=indicator,
        sex=sex,
        language=words.tag,
        curves=tuple(Curve(_curve_name(label), tuple((x * scale, y) for x, y in points)) for label, points in lines),
        points=tuple(_points(measured, birth, by_age, _MEASURES[indicator][1], words)),
        words=_chart_words(indicator, sex, birth, measured, words, method),
        x_unit="age_days" if by_age else "length_cm",
        step_x=step,
        band=("P3", "P97") if method == "percentile" else ("−2 SD", "+2 SD"),
    )


def _curve_name(label: str) -> str:
    return label if label.startswith("P") else f"{label.replace('-', '−')} SD"


def _points(
    measured: Sequence[Measured], birth: date, by_age: bool, unit: str, words: Translator
) -> Iterator[ChildPoint]:
    for index, one in enumerate(measured):
        cells = (words.date(one.day), words.age(birth, one.day), words.quantity(one.value, unit), one.sentence)
        callout = words.number(one.value) if index == len(measured) - 1 and index else ""
        age = float((one.day - birth).days)
        if not by_age:
            if one.size_cm is not None:
                yield ChildPoint(one.size_cm, float(one.value), cells=cells, callout=callout)
            continue
        yield ChildPoint(age, float(one.value), "actual" if age else "birth", cells, callout)
        if one.term is not None and one.day >= one.term:
            yield ChildPoint(float((one.day - one.term).days), float(one.value), "corrected", actual_x=age)


def _chart_words(
    indicator: Indicator, sex: str, birth: date, measured: Sequence[Measured], words: Translator, method: Method
) -> ChartWords:
    measure, unit = _MEASURES[indicator]
    named = {
        "measure": words.term("measure", measure),
        "unit": words.term("unit", unit),
        "sex": words.term("sex-child", sex),
    }
    title = _capital(words.gettext("{measure}成长图（{sex}）").format(**named))
    by_size = indicator in ("wfl", "wfh")
    band = "浅色带：100个同龄{sex}里约94个在里面" if method == "percentile" and not by_size else ""
    return ChartWords(
        title=title,
        description=_description(title, measured, birth, unit, words),
        heading=_capital(words.gettext("{measure} {unit} · {sex}").format(**named)),
        x_axis=words.gettext("身长或身高（cm）" if by_size else "月龄"),
        year=words.gettext("{}岁"),
        headings=tuple(words.gettext(heading) for heading in ("日期", "年龄", "测量值", "说明")),
        actual=words.gettext("实际月龄"),
        corrected=words.gettext("矫正月龄"),
        birth=words.gettext("出生时"),
        step=words.gettext("满24个月起站着量"),
        band=words.gettext(band).format(**named) if band else "",
    )


def _capital(words: str) -> str:
    """English terms are written small, for use inside a sentence."""
    return words[:1].upper() + words[1:]


def _description(title: str, measured: Sequence[Measured], birth: date, unit: str, words: Translator) -> str:
    if not measured:
        return words.gettext("{title}，还没有测量。").format(title=title)
    last = measured[-1]
    sentence = words.gettext("{title}，共{count}次测量。最近一次是{date}，{age}：{value}。{meaning}")
    return sentence.format(
        title=title,
        count=len(measured),
        date=words.date(last.day),
        age=words.age(birth, last.day),
        value=words.quantity(last.value, unit),
        meaning=last.sentence,
    )
