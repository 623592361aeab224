"""Growth on a child's page: the latest values, a chart with its table twin, and every measurement with its judgement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Final

from healthrec.domain.growth import Finding, Indicator, Measurement, Method, Subject
from healthrec.pages.growth_findings import tone_of, written, z_words
from healthrec.pages.growth_page import ChartBox, Reader, Standards, chart_box
from healthrec.pages.growth_points import Judged
from healthrec.pages.growth_view import View
from healthrec.wording import Translator

_LATEST: Final[tuple[tuple[str, Indicator, str], ...]] = (
    ("weight", "wfa", "kg"),
    ("length-height", "lhfa", "cm"),
    ("weight-for-length", "wfl", "kg"),
    ("weight-for-height", "wfh", "kg"),
    ("head", "hcfa", "cm"),
)


@dataclass(frozen=True, slots=True)
class Tag:
    """A word in a colour; `tone` as in the templates."""

    text: str
    tone: str


@dataclass(frozen=True, slots=True)
class Latest:
    """The last value of one measure. `level` and `nutrition` are codes, "" for none."""

    measure: str
    value: Decimal
    unit: str
    date: date
    level: str
    nutrition: str
    tone: str
    z: str
    why_href: str


@dataclass(frozen=True, slots=True)
class GrowthRow:
    """One day: a cell for each column, tags of the judgement, remarks."""

    date: date
    age: str
    cells: tuple[str, ...]
    tags: tuple[Tag, ...]
    why_href: str
    note: str
    edit_href: str


@dataclass(frozen=True, slots=True)
class GrowthSection:
    """What partials/child_growth.html draws."""

    latest: tuple[Latest, ...] = ()
    box: ChartBox = field(default_factory=ChartBox)
    columns: tuple[str, ...] = ()
    rows: tuple[GrowthRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """How the reader has it: `base` is the address of the child's page, `chart` the indicator that is wanted."""

    base: str
    chart: str = ""
    family: bool = False
    may_edit: bool = False
    large: bool = False
    method: Method = "sd"


def growth_section(child: Judged, standards: Standards, words: Translator, shown: Shown) -> GrowthSection:
    """Growth of a child judged by the organisation's own standard."""
    if not child.measured:
        return GrowthSection()
    view = View(shown.base, chart=shown.chart, anchor="#growth")
    reader = Reader(shown.family, shown.method, "" if shown.family else f"{shown.base}/why", shown.large)
    box = chart_box(child, standards, standards.default, view, reader, words)
    more = View(f"{shown.base}/growth", chart=shown.chart)
    findings, measured = child.findings, child.measured
    return GrowthSection(
        latest=tuple(_latest(findings, measured, words, shown)),
        box=replace(
            box,
            controls=tuple(one for one in box.controls if one.key == "chart"),
            more_href=more.href if box.rows or standards.early(child.subject) else "",
        ),
        columns=tuple(words.gettext(one) for one in ("体重 kg", "身长／身高 cm", "头围 cm")),
        rows=tuple(_rows(findings, measured, child.subject, words, shown)),
    )


def _latest(
    findings: Sequence[Finding],
    measured: Sequence[tuple[Measurement, tuple[str, ...]]],
    words: Translator,
    shown: Shown,
) -> Iterable[Latest]:
    last = {finding.indicator: finding for finding in findings}
    by_size = max((last[one].day for one in ("wfl", "wfh") if one in last), default=None)
    for measure, indicator, unit in _LATEST:
        finding = last.get(indicator)
        if finding is None or (indicator in ("wfl", "wfh") and finding.day != by_size):
            continue
        yield Latest(
            measure=measure,
            value=written(finding, measured),
            unit=unit,
            date=finding.day,
            level=finding.level or "",
            nutrition=finding.nutrition or "",
            tone=tone_of(finding.nutrition or ""),
            z=z_words(finding.z_score),
            why_href=f"{shown.base}/why/{indicator}/{finding.day.isoformat()}",
        )


def _rows(
    findings: Sequence[Finding],
    measured: Sequence[tuple[Measurement, tuple[str, ...]]],
    subject: Subject,
    words: Translator,
    shown: Shown,
) -> Iterable[GrowthRow]:
    for day in sorted({one.day for one, _ in measured}, reverse=True):
        on_day = [(one, notes) for one, notes in measured if one.day == day]
        judged = {finding.indicator: finding for finding in findings if finding.day == day}
        yield GrowthRow(
            date=day,
            age=_age(subject, judged, day, words),
            cells=tuple(_cells({one.measure: one.value for one, _ in on_day}, judged, words, shown.family)),
            tags=tuple(_tags(judged.values(), words, shown.family)),
            why_href="",
            note=words.listed([*_arms(on_day, words), *dict.fromkeys(note for _, notes in on_day for note in notes)]),
            edit_href=f"{shown.base}/measure?day={day.isoformat()}" if shown.may_edit else "",
        )


def _age(subject: Subject, judged: Mapping[Indicator, Finding], day: date, words: Translator) -> str:
    age = words.age(subject.birth, day) if day > subject.birth else words.gettext("出生时")
    corrected = any("corrected-age" in one.applied and not one.not_judged for one in judged.values())
    return words.gettext("{age}（按矫正月龄评价）").format(age=age) if corrected else age


def _cells(
    values: Mapping[str, Decimal], judged: Mapping[Indicator, Finding], words: Translator, family: bool
) -> Iterable[str]:
    wanted: tuple[tuple[tuple[str, ...], Indicator], ...] = (
        (("weight",), "wfa"),
        (("length", "height"), "lhfa"),
        (("head",), "hcfa"),
    )
    for measures, indicator in wanted:
        value = next((values[one] for one in measures if one in values), None)
        finding = judged.get(indicator)
        z = z_words(finding.z_score) if finding and not family else ""
        yield "" if value is None else words.number(value) + (f" ({z})" if z else "")


def _arms(on_day: Sequence[tuple[Measurement, tuple[str, ...]]], words: Translator) -> list[str]:
    """Arms have no column: few are measured, and the standard of most places has no table for them."""
    arms = [one for one, _ in on_day if one.measure == "arm"]
    return [f"{words.term('measure', 'arm')} {words.quantity(one.value, one.unit)}" for one in arms[-1:]]


def _tags(findings: Iterable[Finding], words: Translator, family: bool) -> Iterable[Tag]:
    codes = [finding.nutrition for finding in findings if finding.nutrition]
    found = list(dict.fromkeys(code for code in codes if code != "normal"))
    for code in found or codes[:1]:
        yield Tag(words.term("nutrition-family" if family else "nutrition", code), tone_of(code))
