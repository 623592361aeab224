"""A standard's curves as a chart takes them. They are the same for every child, so each is made once and kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from math import isnan
from typing import Final, NamedTuple

from healthrec.domain.growth import GrowthStandard, GrowthTable, Indicator, Method, curves
from healthrec.figures import Curve, Reference
from healthrec.figures.model import XY
from healthrec.figures.scale import DAYS_A_MONTH, XUnit
from healthrec.wording import Translator

LINES: Final[dict[Method, tuple[str, ...]]] = {
    "percentile": ("P3", "P10", "P50", "P90", "P97"),
    "sd": ("-3", "-2", "-1", "0", "+1", "+2", "+3"),
}
FEW: Final[dict[Method, tuple[str, ...]]] = {"percentile": ("P3", "P50", "P97"), "sd": ("-2", "0", "+2")}
_BANDS: Final[dict[Method, tuple[str, str]]] = {"percentile": ("P3", "P97"), "sd": ("−2 SD", "+2 SD")}
_AXES: Final[dict[str, tuple[XUnit, float]]] = {
    "age_month": ("age_days", DAYS_A_MONTH),
    "age_day": ("age_days", 1.0),
    "length_cm": ("length_cm", 1.0),
    "height_cm": ("length_cm", 1.0),
    "gestation_day": ("pma_weeks", 1 / 7),
    "postmenstrual_day": ("pma_weeks", 1 / 7),
}
_DAILY: Final = 98
_SIDES: Final = (730, 731)
_STANDS: Final = frozenset({"lhfa", "bfa"})
"""Indicators whose tables change from lying to standing."""


class Named(NamedTuple):
    """A standard for readers: name and source in their language, and how sure the text is (a code of ``rule-status``)."""

    name: str
    source: str
    status: str

    def for_staff(self, words: Translator) -> str:
        """The name, with what is not sure about it."""
        if self.status == "confirmed":
            return self.name
        status = words.term("rule-status", self.status)
        return words.gettext("{standard}（{status}）").format(standard=self.name, status=status)


@dataclass(frozen=True, slots=True)
class _Span:
    """The part of a chart that one standard draws: from where to where, and its lines by label."""

    standard: GrowthStandard
    first: float
    last: float
    lines: Mapping[str, tuple[XY, ...]]


@lru_cache(maxsize=512)
def reference(
    standards: tuple[GrowthStandard, ...], indicator: Indicator, sex: str, method: Method, few: bool = False
) -> Reference:
    """The curves of the first standard, and where the child outgrows it of those that continue it. `few` are the middle
    line and one on either side.

    Raises KeyError where none has such a table or such lines; ask `methods_of` first.
    """
    spans = _spans(standards, indicator, sex, (FEW if few else LINES)[method])
    if not spans:
        raise KeyError((indicator, sex))
    unit = unit_of(spans[0].standard.tables[indicator, sex])
    return Reference(
        tuple(
            Curve(curve_name(label), tuple(chain.from_iterable(span.lines.get(label, ()) for span in spans)))
            for label in spans[0].lines
        ),
        unit,
        tuple(sorted({*_standing(spans, indicator, unit), *(span.first for span in spans[1:])})),
        _BANDS[method],
    )


@lru_cache(maxsize=64)
def score_reference(months: int) -> Reference:
    """Level lines at whole z-scores, for scores of any indicator over so many months."""
    end = months * DAYS_A_MONTH
    lines = [Curve(curve_name(mark), ((0.0, float(mark)), (end, float(mark)))) for mark in LINES["sd"]]
    return Reference(tuple(lines), band=_BANDS["sd"])


def methods_of(standards: tuple[GrowthStandard, ...], indicator: Indicator, sex: str) -> tuple[Method, ...]:
    """The kinds of lines that the standard has for the indicator."""
    return tuple(method for method, wanted in LINES.items() if _spans(standards, indicator, sex, wanted))


def standing_at(standard: GrowthStandard, indicator: Indicator) -> float | None:
    """The age in days from which the curves are of standing height; None for what has no such step."""
    return standard.standing_from_month * DAYS_A_MONTH if indicator in _STANDS else None


def taken_over_at(
    standards: tuple[GrowthStandard, ...], indicator: Indicator, sex: str, method: Method
) -> list[tuple[float, GrowthStandard]]:
    """(age in days, standard) of each standard that continues another on this chart."""
    spans = _spans(standards, indicator, sex, LINES[method])
    return [(span.first, span.standard) for span in spans[1:]]


def unit_of(table: GrowthTable) -> XUnit:
    """What the x axis of the table's chart counts."""
    return _AXES[table.axis][0]


def curve_name(label: str) -> str:
    """As it stands at the curve's end: P3, −2 SD."""
    return f"{label.replace('-', '−')} SD" if label.lstrip("+-").isdigit() else label


@lru_cache(maxsize=512)
def _spans(
    standards: tuple[GrowthStandard, ...], indicator: Indicator, sex: str, wanted: tuple[str, ...]
) -> tuple[_Span, ...]:
    """Spans of the standards that have such lines, in their order: by age the next begins where one ends."""
    found: list[_Span] = []
    start = 0.0
    for standard in standards:
        table = standard.tables.get((indicator, sex))
        if table is None:
            continue
        unit, scale = _AXES[table.axis]
        by_age = unit == "age_days"
        first = max(start, table.first * scale)
        last = min(standard.ends_at_month * DAYS_A_MONTH, table.last * scale) if by_age else table.last * scale
        lines = _lines(standard, table, wanted, first, last)
        if lines:
            found.append(_Span(standard, first, last, lines))
            start = standard.ends_at_month * DAYS_A_MONTH
        if not by_age:
            break
    return tuple(found)


def _lines(
    standard: GrowthStandard, table: GrowthTable, wanted: Sequence[str], first: float, last: float
) -> dict[str, tuple[XY, ...]]:
    """What is asked for and there: a standard that prints percentiles only has no SD lines."""
    scale = _AXES[table.axis][1]
    found = curves(standard, table.indicator, table.sex, wanted)
    return {
        label: tuple((x * scale, y) for x, y in points if first - 1e-6 <= x * scale <= last + 1e-6 and _drawn(x, table))
        for label, points in found
        if not any(isnan(y) for _, y in points)
    }


def _drawn(x: float, table: GrowthTable) -> bool:
    """Of a table by days a chart needs every one of the first weeks, then one a week, and both sides of a change."""
    return table.axis != "age_day" or x <= _DAILY or x % 7 == 0 or x in _SIDES or x == table.last


def _standing(spans: Sequence[_Span], indicator: Indicator, unit: XUnit) -> list[float]:
    if unit != "age_days":
        return []
    places = [(standing_at(span.standard, indicator), span) for span in spans]
    return [at for at, span in places if at is not None and span.first < at < span.last]
