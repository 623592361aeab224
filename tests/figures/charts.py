"""Charts of made-up curves, small enough to read as golden files. `python -m tests.figures.charts` draws them anew."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from healthrec.figures import ChartWords, ChildPoint, Curve, GrowthChart, growth_chart, to_svg

MONTH = 30.4375
GOLDEN = Path(__file__).with_name("golden")

WORDS = ChartWords(
    title="身长成长图（男童）",
    description="共4次测量。最近一次是8个月：69.2 cm。",
    heading="身长 cm · 男童",
    x_axis="月龄",
    year="{}岁",
    headings=("日期", "年龄", "测量值"),
    actual="实际月龄",
    corrected="矫正月龄",
    birth="出生时",
    step="满24个月起站着量",
    band="浅色带：100个同龄男童里约94个在里面",
)


def line(label: str, shift: float, months: tuple[int, ...] = (0, 3, 6, 9, 12, 24, 36)) -> Curve:
    """A curve that slows with age; standing at 24 months takes 0.7 cm away, and both values stand at that age."""
    lying = [(m * MONTH, 50 + shift + 26 * (m / 12) ** 0.6) for m in months if m <= 24]
    standing = [(m * MONTH, 49.3 + shift + 26 * (m / 12) ** 0.6) for m in months if m >= 24]
    return Curve(label, tuple(lying + standing))


PERCENTILES = tuple(
    line(label, shift) for label, shift in (("P3", -4), ("P15", -2), ("P50", 0), ("P85", 2), ("P97", 4))
)
SD_LINES = tuple(line(f"{'+' if n > 0 else '−' if n < 0 else ''}{abs(n)} SD", 2.1 * n) for n in range(-3, 4))

INFANT = GrowthChart(
    indicator="lhfa",
    sex="male",
    language="zh-CN",
    curves=PERCENTILES,
    points=(
        ChildPoint(0, 49.5, "birth", ("2026年3月20日", "出生", "49.5 cm")),
        ChildPoint(92, 60.0, cells=("2026年6月20日", "3个月", "60.0 cm")),
        ChildPoint(245, 69.2, cells=("2026年11月20日", "8个月", "69.2 cm"), callout="69.2"),
    ),
    words=WORDS,
    step_x=24 * MONTH,
)
PRETERM_TODDLER = replace(
    INFANT,
    indicator="lhfa-preterm",
    curves=SD_LINES,
    band=("−2 SD", "+2 SD"),
    points=(
        ChildPoint(20 * MONTH, 83.0, cells=("2026年1月20日", "1岁8个月", "83.0 cm")),
        ChildPoint(18 * MONTH, 83.0, "corrected", actual_x=20 * MONTH),
        ChildPoint(28 * MONTH, 89.1, cells=("2026年9月20日", "2岁4个月", "89.1 cm"), callout="89.1"),
    ),
)
NOTHING_MEASURED = replace(INFANT, indicator="lhfa-empty", points=())
BY_LENGTH = replace(
    INFANT,
    indicator="wfl",
    curves=tuple(Curve(label, ((45, 2.2 + s), (110, 18.0 + 3 * s))) for label, s in (("P3", 0.0), ("P97", 1.5))),
    points=(ChildPoint(69.2, 8.35, cells=("2026年11月20日", "69.2 cm", "8.35 kg")),),
    words=replace(WORDS, heading="身长别体重 kg · 男童", x_axis="身长（cm）", band=""),
    x_unit="length_cm",
    step_x=None,
)
ALL = {
    "infant": INFANT,
    "preterm-toddler": PRETERM_TODDLER,
    "nothing-measured": NOTHING_MEASURED,
    "by-length": BY_LENGTH,
}


def main() -> None:
    for name, chart in ALL.items():
        (GOLDEN / f"{name}.svg").write_text(to_svg(growth_chart(chart)), encoding="utf-8")


if __name__ == "__main__":
    main()
