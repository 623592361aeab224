"""A standard's curves as a chart takes them. They are the same for every child, so each is made once and kept."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from math import isnan
from typing import Final

from healthrec.domain.growth import GrowthStandard, GrowthTable, Indicator, Method, curves
from healthrec.figures import Curve, Reference
from healthrec.figures.model import XY
from healthrec.figures.scale import DAYS_A_MONTH, XUnit

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
_STANDS: Final = frozenset({"lhfa", "bfa"})
"""Indicators whose tables change from lying to standing."""


@lru_cache(maxsize=512)
def reference(
    standards: tuple[GrowthStandard, ...], indicator: Indicator, sex: str, method: Method, few: bool = False
) -> Reference:
    """The curves of the first standard, and where the child outgrows it of those that continue it. A standard that has
    percentiles only shows those. `few` are the middle line and one on either side.

    Raises KeyError where none has such a table; ask first.
    """
    spans = _spans(standards, indicator, sex)
    unit, _ = _AXES[spans[0][0].tables[indicator, sex].axis]
    wanted = FEW[method] if few else LINES[method]
    drawn = [_lines(standard, indicator, sex, wanted, span) for standard, *span in spans]
    labels = [label for label in drawn[0] if all(label in lines for lines in drawn)]
    if not labels and method == "sd":
        return reference(standards, indicator, sex, "percentile", few)
    return Reference(
        tuple(Curve(curve_name(one), tuple(chain.from_iterable(lines[one] for lines in drawn))) for one in labels),
        unit,
        tuple(sorted({*_standing(spans, indicator, unit), *(start for _, start, _ in spans[1:])})),
        _BANDS[method],
    )


@lru_cache(maxsize=64)
def score_reference(months: int) -> Reference:
    """Level lines at whole z-scores, for scores of any indicator over so many months."""
    end = months * DAYS_A_MONTH
    lines = [Curve(curve_name(mark), ((0.0, float(mark)), (end, float(mark)))) for mark in LINES["sd"]]
    return Reference(tuple(lines), band=_BANDS["sd"])


def standing_at(standard: GrowthStandard, indicator: Indicator) -> float | None:
    """The age in days from which the curves are of standing height; None for what has no such step."""
    return standard.standing_from_month * DAYS_A_MONTH if indicator in _STANDS else None


def taken_over_at(
    standards: Sequence[GrowthStandard], indicator: Indicator, sex: str
) -> list[tuple[float, GrowthStandard]]:
    """(age in days, standard) of each standard that continues another on this chart."""
    return [(start, standard) for standard, start, _ in _spans(standards, indicator, sex)[1:]]


def unit_of(table: GrowthTable) -> XUnit:
    """What the x axis of the table's chart counts."""
    return _AXES[table.axis][0]


def curve_name(label: str) -> str:
    """As it stands at the curve's end: P3, −2 SD."""
    return f"{label.replace('-', '−')} SD" if label.lstrip("+-").isdigit() else label


def _spans(
    standards: Sequence[GrowthStandard], indicator: Indicator, sex: str
) -> list[tuple[GrowthStandard, float, float]]:
    """(standard, first x, last x) of each that has the table, in their order: by age the next begins where one ends."""
    found: list[tuple[GrowthStandard, float, float]] = []
    start = 0.0
    for standard in standards:
        table = standard.tables.get((indicator, sex))
        if table is None:
            continue
        unit, scale = _AXES[table.axis]
        by_age = unit == "age_days"
        end = min(standard.ends_at_month * DAYS_A_MONTH, table.last * scale) if by_age else table.last * scale
        found.append((standard, max(start, table.first * scale), end))
        if not by_age:
            break
        start = standard.ends_at_month * DAYS_A_MONTH
    if not found:
        raise KeyError((indicator, sex))
    return found


def _lines(
    standard: GrowthStandard, indicator: Indicator, sex: str, wanted: Sequence[str], span: Sequence[float]
) -> dict[str, tuple[XY, ...]]:
    scale = _AXES[standard.tables[indicator, sex].axis][1]
    first, last = span
    found = curves(standard, indicator, sex, wanted)
    return {
        label: tuple((x * scale, y) for x, y in points if first - 1e-6 <= x * scale <= last + 1e-6)
        for label, points in found
        if not any(isnan(y) for _, y in points)
    }


def _standing(spans: Sequence[tuple[GrowthStandard, float, float]], indicator: Indicator, unit: XUnit) -> list[float]:
    if unit != "age_days":
        return []
    places = [(standing_at(standard, indicator), first, last) for standard, first, last in spans]
    return [at for at, first, last in places if at is not None and first < at < last]
