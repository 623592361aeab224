"""One child's chart page: from judged values to the figure and its SVG; aim 5 ms, with curves that were drawn before.

`python -m benchmarks.charts` draws charts of made-up children and writes benchmarks/results/charts.md. Cold is the first
chart on its ground (standard, sex, indicator, range); warm is any other child's on the same.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from statistics import median

from benchmarks.__main__ import machine
from healthrec.domain.growth import Measurement, Subject, value_at
from healthrec.figures import growth_chart, to_svg
from healthrec.pages.growth_chart import Drawn, growth_chart_page
from healthrec.pages.growth_page import WIDE, Reader, Standards, chart_box
from healthrec.pages.growth_points import Judged, judged
from healthrec.pages.growth_reference import Named
from healthrec.pages.growth_view import View
from healthrec.rulebook.book import Rulebook, load_rulebook
from healthrec.settings import schemas_dir
from healthrec.wording import translator

TODAY, BORN = date(2026, 11, 22), date(2022, 1, 15)
_TIMES = 60
_MONTHS = (0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 18, 21, 24, 27, 30, 33, 36, 39, 42, 45, 48, 51, 54, 57)


def main() -> None:
    """Measure and write."""
    lines = [
        f"# Charts, {date.today().isoformat()}",
        "",
        f"{machine()}. A child with {len(_MONTHS)} visits, born at 30 weeks; median and p95 of {_TIMES} in ms of CPU.",
        "Figure and SVG: one drawing, aim 5 ms. Page: judged values to both drawings, choices, texts and table.",
        "",
        "| standard | chart | figure and SVG cold | warm | p95 | page warm | p95 |",
        "|---|---|---|---|---|---|---|",
        *_rows(load_rulebook(schemas_dir())),
    ]
    text = "\n".join(lines) + "\n"
    print(text)
    (Path(__file__).parent / "results" / "charts.md").write_text(text, encoding="utf-8")


def _rows(rulebook: Rulebook) -> Iterator[str]:
    standards = Standards(
        rulebook.growth.standards,
        {id_: Named(id_, "", "confirmed") for id_ in rulebook.growth.standards},
        "wst423-2022",
    )
    for id_ in ("wst423-2022", "who-2006"):
        child = _child(rulebook, id_)
        for view in (View("/g", chart="lhfa"), View("/g", chart="wfa", range="0-84"), View("/g", lines="z")):
            name = "z-scores of all measures" if view.lines == "z" else f"{view.chart} {view.range or 'own range'}"
            drawn = _drawn(child, view.chart or "lhfa", id_)
            cold, warm = _drawing(drawn), [_drawing(drawn) for _ in range(_TIMES)]

            def page(child: Judged = child, view: View = view, id_: str = id_) -> object:
                return chart_box(child, standards, id_, view, Reader(False, "sd", "/why"), translator("zh"))

            pages = [_ms(page) for _ in range(_TIMES)]
            figures = f"{cold:.1f} | {median(warm):.1f} | {_p95(warm):.1f}" if view.lines != "z" else "| |"
            yield f"| {id_} | {name} | {figures} | {median(pages):.1f} | {_p95(pages):.1f} |"


def _child(rulebook: Rulebook, id_: str) -> Judged:
    standard = rulebook.growth.standards["wst423-2022"]
    measured = []
    for number, month in enumerate(_MONTHS):
        day = BORN + timedelta(days=round(month * 30.4375))
        z = 0.4 * (number % 5) - 1
        for measure, indicator in (("weight", "wfa"), ("length" if month < 24 else "height", "lhfa"), ("head", "hcfa")):
            if indicator != "hcfa" or month <= 36:
                value = value_at(standard, indicator, "male", month, z)  # type: ignore[arg-type]
                measured.append((Measurement(measure, Decimal(f"{value:.1f}"), day), ()))  # type: ignore[arg-type]
    return judged(measured, Subject("male", BORN, 210), rulebook.growth_rules(TODAY, id_), "sd")


def _drawn(child: Judged, indicator: str, id_: str) -> Drawn:
    standards = (child.rules.standard, *child.rules.continuing(child.rules.standard))
    return Drawn(indicator, child.subject, standards, id_, child.plotted(indicator), "sd", False, why="/why")  # type: ignore[arg-type]


def _drawing(drawn: Drawn) -> float:
    """One drawing, the words of the chart made before."""
    chart = replace(growth_chart_page(drawn, translator("zh")), width=WIDE[0], height=WIDE[1])
    return _ms(lambda: to_svg(growth_chart(chart)))


def _ms(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return (time.process_time() - begun) * 1000


def _p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


if __name__ == "__main__":
    sys.exit(main())
