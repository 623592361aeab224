"""Every indicator's z-scores on one chart, for staff: how the child moves against the standard, whatever is measured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from healthrec.figures import ChartWords, ChildPoint, GrowthChart, Mark, Series, window_for
from healthrec.figures.model import Shape
from healthrec.figures.scale import DAYS_A_MONTH
from healthrec.pages.growth_chart import Drawn, axis_of_age, capital, cells_of, headings
from healthrec.pages.growth_points import Plotted
from healthrec.pages.growth_reference import score_reference
from healthrec.pages.growth_words import course, in_a_row
from healthrec.wording import Translator

_WHOLE: Final = 84


@dataclass(frozen=True, slots=True)
class _Look:
    """One line of the chart: what it shows (a code of the term group ``measure``), and how."""

    measure: str
    indicators: tuple[str, ...]
    shape: Shape
    dash: tuple[float, ...] = ()


_LOOKS: Final = (
    _Look("weight", ("wfa",), "dot"),
    _Look("length-height", ("lhfa",), "square", (6, 2.5)),
    _Look("weight-for-size", ("wfl", "wfh"), "triangle", (1.4, 2.4)),
    _Look("bmi", ("bfa",), "ring", (6, 2, 1.4, 2)),
    _Look("head", ("hcfa",), "diamond", (3, 1.5)),
    _Look("arm", ("acfa",), "cross", (5, 1.5)),
    _Look("triceps", ("tsfa",), "ring", (1, 2)),
    _Look("subscapular", ("ssfa",), "square", (1, 2)),
)

SCORED: Final[Mapping[str, tuple[str, ...]]] = {look.measure: look.indicators for look in _LOOKS}
"""Code of the term group ``measure`` → the indicators on its line."""


def z_chart_page(drawn: Drawn, plotted: Mapping[str, Sequence[Plotted]], words: Translator) -> GrowthChart:
    """The scores of all indicators in `plotted`, by actual age; each was judged by the age that counts for it."""
    end = max([_WHOLE, *(one.finding.age_days // 30 + 2 for values in plotted.values() for one in values)])
    lines = score_reference(end)
    points = tuple(_points(drawn, plotted, words))
    first, last = drawn.months or (0, 0)
    across = (first * DAYS_A_MONTH, last * DAYS_A_MONTH) if drawn.months else None
    window = window_for(lines, points, across)
    return GrowthChart(
        indicator="z",
        sex=drawn.sex,
        language=words.tag,
        reference=lines,
        points=points,
        words=_words(drawn, points, window.x_to, words),
        window=window,
        marks=tuple(_marks(drawn, words)),
        series=tuple(
            Series(look.measure, _name(look, words), look.shape, look.dash)
            for look in _LOOKS
            if any(point.series == look.measure for point in points)
        ),
    )


def z_summary(drawn: Drawn, plotted: Mapping[str, Sequence[Plotted]], words: Translator) -> str:
    """The course of each line, in one text."""
    sex = words.term("sex-child", drawn.sex)
    said = [words.gettext("{sex}，按 {standard}。").format(sex=sex, standard=drawn.standard_name)]
    for look in _shown(drawn):
        scores = [one.finding.z_score for one in _of(look, plotted) if one.finding.z_score is not None]
        if scores:
            said.append(
                words.gettext("{measure}：{course}").format(measure=_name(look, words), course=course(scores, words))
            )
    return in_a_row(map(capital, said), words)


def _points(drawn: Drawn, plotted: Mapping[str, Sequence[Plotted]], words: Translator) -> Iterator[ChildPoint]:
    for look in _shown(drawn):
        for one in _of(look, plotted):
            if one.finding.z_score is not None:
                date, *others = cells_of(one, drawn, words)
                yield ChildPoint(
                    float(one.finding.age_days),
                    one.finding.z_score,
                    cells=(date, _name(look, words), *others),
                    href=drawn.why_href(one),
                    series=look.measure,
                )


def _shown(drawn: Drawn) -> list[_Look]:
    return [look for look in _LOOKS if look.measure not in drawn.hidden]


def _of(look: _Look, plotted: Mapping[str, Sequence[Plotted]]) -> list[Plotted]:
    """What one line shows, from the earliest to the latest."""
    found = [one for indicator in look.indicators for one in plotted.get(indicator, ())]
    return sorted(found, key=lambda one: one.day)


def _name(look: _Look, words: Translator) -> str:
    return capital(words.term("measure", look.measure))


def _marks(drawn: Drawn, words: Translator) -> Iterator[Mark]:
    if drawn.corrected_until:
        yield Mark(float(drawn.corrected_until), words.gettext("此前按矫正月龄"))


def _words(drawn: Drawn, points: Sequence[ChildPoint], last: float, words: Translator) -> ChartWords:
    sex = words.term("sex-child", drawn.sex)
    title = words.gettext("Z值图（{sex}）").format(sex=sex)
    date, *others = headings(False, words)
    return ChartWords(
        title=title,
        description=words.gettext("{title}，共{count}个值。下面有同样内容的表。").format(
            title=title, count=len(points)
        ),
        heading=words.gettext("Z值 · {sex}").format(sex=sex),
        x_axis=axis_of_age(last, words),
        year=words.gettext("{}岁"),
        headings=(date, words.gettext("指标"), *others),
        actual="",
        corrected="",
        birth="",
        band=words.gettext("浅色带：−2 SD 到 +2 SD"),
        standard=words.gettext("标准：{standard}").format(standard=drawn.standard_name),
        outside=words.gettext("另有{}个值在这段范围以外，见下表"),
    )
