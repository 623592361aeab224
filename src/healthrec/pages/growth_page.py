"""The growth chart with everything around it: choices, drawing, texts, table twin."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from healthrec.domain.growth import GrowthStandard, Indicator, Method, Subject
from healthrec.domain.growth.cohort import PRETERM_BELOW_DAYS
from healthrec.figures import GrowthChart, growth_chart, to_svg
from healthrec.pages.growth_chart import Drawn, capital, growth_chart_page
from healthrec.pages.growth_findings import TERMS, indicator_to_show, shown_to
from healthrec.pages.growth_points import Judged, Plotted
from healthrec.pages.growth_reference import Named, methods_of
from healthrec.pages.growth_view import EARLY, RANGES, Control, Option, View, toggles
from healthrec.pages.growth_words import clinician_summary, family_summary_text
from healthrec.pages.growth_z_chart import SCORED, z_chart_page, z_summary
from healthrec.wording import Translator

WIDE: Final = (520.0, 340.0)
NARROW: Final = (260.0, 320.0)
"""Points; a screen shows the first where it is broader than a phone, and both hold the same."""

_TOGETHER: Final[Mapping[str, tuple[str, ...]]] = {"wfl": ("wfl", "wfh"), "wfh": ("wfl", "wfh")}
"""Indicators that are one line of z-scores."""

_LARGE: Final = 1.25
_BY_GESTATION: Final = frozenset({"gestation", "postmenstrual"})


@dataclass(frozen=True, slots=True)
class Standards:
    """The growth standards by id, with their names in the language of the page, and which one judges by default."""

    by_id: Mapping[str, GrowthStandard]
    named: Mapping[str, Named]
    default: str

    def short(self, id_: str) -> str:
        """What fits a button: the number that people call a standard by, or its name where it has none."""
        standard, name = self.by_id[id_], self.named[id_].name
        numbered = standard.clock not in _BY_GESTATION or name.startswith(standard.edition)
        return standard.edition if numbered else name

    def early(self, subject: Subject) -> list[str]:
        """Those that count with gestation: for children born preterm those of growth, for all those of size at birth; of
        a kind the latest first."""
        gestation = subject.gestation_days
        if gestation is None:
            return []
        clocks = ["postmenstrual", "gestation"] if gestation < PRETERM_BELOW_DAYS else ["gestation"]
        found = [id_ for id_, one in self.by_id.items() if one.clock in clocks]
        return sorted(
            found, key=lambda id_: (clocks.index(self.by_id[id_].clock), -self.by_id[id_].effective.toordinal())
        )

    def later(self) -> list[str]:
        """Those that count from birth, for children of this age: the default first, none that only continues another."""
        continuing = {id_ for one in self.by_id.values() for id_ in one.continued_by}
        found = [id_ for id_, one in self.by_id.items() if one.clock not in _BY_GESTATION and id_ not in continuing]
        return sorted(found, key=lambda id_: (id_ != self.default, id_))

    def chosen(self, view: View, subject: Subject, family: bool) -> str:
        """The one that the view asks for and may have. Families read what their doctor reads by default."""
        found = (self.early(subject) if view.range == EARLY else []) or self.later()
        return view.standard if view.standard in found and not family else found[0] if found else self.default


@dataclass(frozen=True, slots=True)
class TwinRow:
    """One row of the table twin."""

    cells: tuple[str, ...]
    why_href: str


@dataclass(frozen=True, slots=True)
class ChartBox:
    """What partials/growth_chart.html shows. The texts: one for clinicians ("" for families), one in plain words. Where not
    all choices are offered, `more_href` leads to them."""

    controls: tuple[Control, ...] = ()
    wide: str = ""
    narrow: str = ""
    clinician: str = ""
    plain: str = ""
    headings: tuple[str, ...] = ()
    rows: tuple[TwinRow, ...] = ()
    standard: str = ""
    more_href: str = ""


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom it is drawn: `method` is what the organisation judges by, `why` where explanations begin, "" for none;
    `large` for who wants large type."""

    family: bool
    method: Method
    why: str = ""
    large: bool = False


def chart_box(child: Judged, standards: Standards, id_: str, view: View, reader: Reader, words: Translator) -> ChartBox:
    """The chart that the view asks for, of a child judged by the standard `id_`; empty where nothing was judged."""
    indicator = indicator_to_show([one for one in child.shown() if shown_to(one, reader.family)], view.chart)
    if indicator is None:
        return ChartBox(standard=standards.named[id_].name)
    drawn = _drawn(child, standards, id_, view, reader, indicator, words)
    chart, clinician, plain = _content(child, drawn, view, words)
    return ChartBox(
        controls=tuple(_controls(child, standards, id_, view, drawn, words)),
        wide=_svg(chart, WIDE, reader, "wide"),
        narrow=_svg(chart, NARROW, reader, "narrow"),
        clinician=clinician,
        plain=plain,
        headings=chart.words.headings,
        rows=tuple(TwinRow(point.cells, point.href) for point in reversed(chart.points) if point.cells),
        standard=drawn.standard_name,
    )


def _content(child: Judged, drawn: Drawn, view: View, words: Translator) -> tuple[GrowthChart, str, str]:
    """The chart and both texts; z-scores are not for families."""
    if view.lines == "z" and not drawn.family:
        wanted = _TOGETHER.get(drawn.indicator, (drawn.indicator,)) if view.chart else tuple(TERMS)
        scored = {one: child.plotted(one) for one in wanted if one in child.shown()}
        return z_chart_page(drawn, scored, words), z_summary(drawn, scored, words), ""
    early = child.rules.standard.clock == "postmenstrual"
    clinician = (
        ""
        if drawn.family
        else clinician_summary(drawn.indicator, drawn.plotted, child.subject, drawn.standard_name, words)
    )
    return growth_chart_page(drawn, words), clinician, family_summary_text(drawn.plotted, child.subject, words, early)


def _svg(chart: GrowthChart, size: tuple[float, float], reader: Reader, key: str) -> str:
    """The chart drawn at one of the sizes of a screen. Fewer points on the same screen make larger letters."""
    width, height = (side / _LARGE for side in size) if reader.large else size
    figure = growth_chart(replace(chart, width=width, height=height))
    return to_svg(figure, f"{figure.key}-{key}")


def _drawn(
    child: Judged, standards: Standards, id_: str, view: View, reader: Reader, indicator: Indicator, words: Translator
) -> Drawn:
    rules, named, birth = child.rules, standards.named[id_], child.subject.birth
    line = (rules.standard, *rules.continuing(rules.standard))
    known = methods_of(line, indicator, child.subject.sex)
    wanted = "percentile" if reader.family else view.lines or reader.method
    method = next((one for one in known if one == wanted), known[0])
    other = standards.by_id.get(view.other) if not reader.family and view.other != id_ else None
    return Drawn(
        indicator=indicator,
        subject=child.subject,
        standards=line,
        standard_name=named.name if reader.family else named.for_staff(words),
        plotted=_plotted(child, indicator),
        method=method,
        family=reader.family,
        months=RANGES.get(view.range),
        hidden=view.hide,
        other=other,
        corrected_until=(rules.correction.over_on(birth, child.subject.gestation_days) - birth).days,
        why=reader.why,
        why_query="" if id_ == standards.default else f"?standard={id_}",
    )


def _plotted(child: Judged, indicator: str) -> tuple[Plotted, ...]:
    """What belongs on the chart: one by weeks of gestation is about some weeks of a life, and silent on the rest."""
    plotted = child.plotted(indicator)
    if child.rules.standard.clock in _BY_GESTATION:
        return tuple(one for one in plotted if not one.finding.not_judged)
    return plotted


def _controls(
    child: Judged, standards: Standards, id_: str, view: View, drawn: Drawn, words: Translator
) -> Iterator[Control]:
    staff = not drawn.family
    yield Control("chart", words.gettext("看什么"), tuple(_charts(child, view, drawn, words)))
    yield Control("range", words.gettext("范围"), tuple(_ranges(child, standards, view, drawn, words)))
    if staff:
        yield Control("lines", words.gettext("曲线"), tuple(_lines(view, drawn, words)))
        yield Control("standard", words.gettext("标准"), tuple(_standards(standards, id_, view, drawn, words)))
    layers = [*(("actual", "corrected") if any(one.term for one in drawn.plotted) else ())]
    if staff:
        layers = _scored(child, view) if view.lines == "z" else ["curves", *layers, "marks"]
    if layers:
        yield Control("layers", words.gettext("图层"), tuple(toggles(view, layers, words)), many=True)
    if staff and view.lines != "z" and (others := tuple(_others(standards, id_, view, drawn, words))):
        yield Control("other", words.gettext("对照"), others, many=True)


def _charts(child: Judged, view: View, drawn: Drawn, words: Translator) -> Iterator[Option]:
    every = view.lines == "z" and not view.chart and not drawn.family
    if view.lines == "z" and not drawn.family:
        yield Option(words.gettext("全部"), view.with_(chart="").href, every)
    for indicator, term in TERMS.items():
        if indicator in child.shown() and shown_to(indicator, drawn.family):
            text = capital(words.term("indicator-family" if drawn.family else "indicator", term))
            yield Option(text, view.with_(chart=indicator).href, indicator == drawn.indicator and not every)


def _scored(child: Judged, view: View) -> list[str]:
    """The lines that a chart of all scores has, each of which can be put away."""
    shown = child.shown()
    return [] if view.chart else [name for name, some in SCORED.items() if any(one in shown for one in some)]


def _ranges(child: Judged, standards: Standards, view: View, drawn: Drawn, words: Translator) -> Iterator[Option]:
    early = standards.early(child.subject)
    chosen = view.range if view.range in RANGES or (view.range == EARLY and early) else ""
    named = {"": "孩子的数据", "0-24": "0–24个月", "0-84": "0–7岁"}
    if early:
        named[EARLY] = "早产：按孕周" if drawn.corrected_until else "出生时：按孕周"
    for code, text in named.items():
        leaving = {"standard": ""} if EARLY in (code, chosen) and code != chosen else {}
        yield Option(words.gettext(text), view.with_(range=code, **leaving).href, code == chosen)


def _lines(view: View, drawn: Drawn, words: Translator) -> Iterator[Option]:
    chosen = "z" if view.lines == "z" else drawn.method
    known = {*methods_of(drawn.standards, drawn.indicator, drawn.sex), "z"}
    for code, text in (("sd", "标准差"), ("percentile", "百分位"), ("z", "Z值")):
        if code in known:
            yield Option(words.gettext(text), view.with_(lines=code).href, code == chosen)


def _standards(standards: Standards, id_: str, view: View, drawn: Drawn, words: Translator) -> Iterator[Option]:
    for one in _alike(standards, id_, drawn):
        code = "" if one == standards.default else one
        yield Option(standards.short(one), view.with_(standard=code).href, one == id_)


def _others(standards: Standards, id_: str, view: View, drawn: Drawn, words: Translator) -> Iterator[Option]:
    for one in _alike(standards, id_, drawn):
        if one != id_:
            on = view.other == one
            yield Option(standards.short(one), view.with_(other="" if on else one).href, on)


def _alike(standards: Standards, id_: str, drawn: Drawn) -> Iterable[str]:
    """Standards that this chart could show instead: of the same kind of age, with the table."""
    early = standards.early(drawn.subject)
    found = early if id_ in early else standards.later()
    return [one for one in found if (drawn.indicator, drawn.sex) in standards.by_id[one].tables]
