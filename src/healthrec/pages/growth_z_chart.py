"""Every indicator's z-scores on one chart, for staff: how the child moves against the standard, whatever is measured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from healthrec.figures import ChartWords, ChildPoint, GrowthChart, Mark, Series, window_for
from healthrec.figures.model import Shape
from healthrec.figures.scale import DAYS_A_MONTH
from healthrec.pages.growth_chart import MEASURES, Drawn, capital, cells_of, headings
from healthrec.pages.growth_points import Plotted
from healthrec.pages.growth_reference import score_reference
from healthrec.wording import Translator

_LOOKS: Final[Mapping[str, tuple[Shape, tuple[float, ...]]]] = {
    "wfa": ("dot", ()),
    "lhfa": ("square", (6, 2.5)),
    "wfl": ("triangle", (1.4, 2.4)),
    "wfh": ("triangle", (1.4, 2.4)),
    "bfa": ("ring", (6, 2, 1.4, 2)),
    "hcfa": ("diamond", (3, 1.5)),
}
_WHOLE: Final = 84


def z_chart_page(drawn: Drawn, plotted: Mapping[str, Sequence[Plotted]], words: Translator) -> GrowthChart:
    """The scores of all indicators in `plotted`, by actual age; each was judged by the age that counts for it."""
    end = max([_WHOLE, *(one.age_days // 30 + 2 for values in plotted.values() for one in values)])
    lines = score_reference(end)
    points = tuple(_points(drawn, plotted, words))
    first, last = drawn.months or (0, 0)
    across = (first * DAYS_A_MONTH, last * DAYS_A_MONTH) if drawn.months else None
    return GrowthChart(
        indicator="z",
        sex=drawn.sex,
        language=words.tag,
        reference=lines,
        points=points,
        words=_words(drawn, points, words),
        window=window_for(lines, points, across),
        marks=tuple(_marks(drawn, words)),
        series=tuple(
            Series(indicator, capital(words.term("measure", MEASURES[indicator])), *_LOOKS[indicator])
            for indicator, values in plotted.items()
            if values
        ),
    )


def _points(drawn: Drawn, plotted: Mapping[str, Sequence[Plotted]], words: Translator) -> Iterator[ChildPoint]:
    for indicator, values in plotted.items():
        for one in values:
            if one.finding.z_score is not None:
                cells = cells_of(one, replace(drawn, indicator=one.finding.indicator), words)
                name = capital(words.term("measure", MEASURES[indicator]))
                yield ChildPoint(
                    float(one.age_days),
                    one.finding.z_score,
                    cells=(cells[0], name, *cells[1:]),
                    href=drawn.why_href(one),
                    series=indicator,
                )


def _marks(drawn: Drawn, words: Translator) -> Iterator[Mark]:
    if drawn.corrected_until:
        yield Mark(drawn.corrected_until * DAYS_A_MONTH, words.gettext("此前按矫正月龄"))


def _words(drawn: Drawn, points: Sequence[ChildPoint], words: Translator) -> ChartWords:
    sex = words.term("sex-child", drawn.sex)
    title = words.gettext("Z值图（{sex}）").format(sex=sex)
    date, *others = headings(False, words)
    return ChartWords(
        title=title,
        description=words.gettext("{title}，共{count}个值。下面有同样内容的表。").format(
            title=title, count=len(points)
        ),
        heading=words.gettext("Z值 · {sex}").format(sex=sex),
        x_axis=words.gettext("月龄"),
        year=words.gettext("{}岁"),
        headings=(date, words.gettext("指标"), *others),
        actual="",
        corrected="",
        birth="",
        band=words.gettext("浅色带：−2 SD 到 +2 SD"),
        standard=words.gettext("标准：{standard}").format(standard=drawn.standard_name),
        outside=words.gettext("另有{}个值在这段范围以外，见下表"),
    )
