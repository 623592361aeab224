"""Charts of made-up curves, small enough to read as golden files. `python -m tests.figures.charts` draws them anew."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from healthrec.figures import (
    ChartWords,
    ChildPoint,
    Curve,
    GrowthChart,
    Mark,
    Reference,
    Series,
    growth_chart,
    to_svg,
    window_for,
)

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
    band="浅色带：100个同龄男童里约94个在里面",
    standard="标准：甲标准",
    outside="另有{}次测量在这段范围以外，见下表",
    other="细点线：乙标准",
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

STANDING = Mark(24 * MONTH, "满24个月起站着量")

INFANT = GrowthChart(
    indicator="lhfa",
    sex="male",
    language="zh-CN",
    reference=Reference(PERCENTILES, cuts=(24 * MONTH,)),
    marks=(STANDING,),
    points=(
        ChildPoint(0, 49.5, "birth", ("2026年3月20日", "出生", "49.5 cm")),
        ChildPoint(92, 60.0, cells=("2026年6月20日", "3个月", "60.0 cm")),
        ChildPoint(245, 69.2, cells=("2026年11月20日", "8个月", "69.2 cm"), callout="69.2"),
    ),
    words=WORDS,
)
PRETERM_TODDLER = replace(
    INFANT,
    indicator="lhfa-preterm",
    reference=Reference(SD_LINES, cuts=(24 * MONTH,), band=("−2 SD", "+2 SD")),
    points=(
        ChildPoint(20 * MONTH, 83.0, cells=("2026年1月20日", "1岁8个月", "83.0 cm"), href="/why/1"),
        ChildPoint(18 * MONTH, 83.0, "corrected", actual_x=20 * MONTH),
        ChildPoint(28 * MONTH, 89.1, cells=("2026年9月20日", "2岁4个月", "89.1 cm"), callout="89.1", href="/why/2"),
    ),
)
NOTHING_MEASURED = replace(INFANT, indicator="lhfa-empty", points=())
BY_LENGTH = replace(
    INFANT,
    indicator="wfl",
    reference=Reference(
        tuple(Curve(label, ((45, 2.2 + s), (110, 18.0 + 3 * s))) for label, s in (("P3", 0.0), ("P97", 1.5))),
        "length_cm",
    ),
    points=(ChildPoint(69.2, 8.35, cells=("2026年11月20日", "69.2 cm", "8.35 kg")),),
    words=replace(WORDS, heading="身长别体重 kg · 男童", x_axis="身长（cm）", band=""),
)
CHANGING = replace(
    PRETERM_TODDLER,
    indicator="lhfa-changing",
    other=Reference(tuple(line(label, shift) for label, shift in (("P3", -3.5), ("P50", 0.5), ("P97", 4.5)))),
    marks=(Mark(8 * MONTH, "甲标准自此施行"), STANDING, Mark(30 * MONTH, "此后用丙标准"), Mark(90 * MONTH, "看不见")),
    window=window_for(PRETERM_TODDLER.reference, PRETERM_TODDLER.points, (0, 36 * MONTH)),
)
Z_SCORES = replace(
    INFANT,
    indicator="z",
    reference=Reference(
        tuple(Curve(f"{n:+d}" if n else "0", ((0, n), (84 * MONTH, n))) for n in range(-3, 4)), band=("-2", "+2")
    ),
    points=tuple(
        ChildPoint(month * MONTH, z + lift, cells=(str(month), str(z + lift)), series=key)
        for key, lift in (("wfa", 0.0), ("lhfa", -0.7), ("hcfa", 0.9))
        for month, z in ((1, -0.4), (6, 0.1), (12, 0.5), (17, 0.2))
    ),
    series=(
        Series("wfa", "体重", "dot"),
        Series("lhfa", "身长", "square", (6, 2.5)),
        Series("hcfa", "头围", "diamond", (1.4, 2.4)),
    ),
    words=replace(WORDS, heading="Z值 · 男童", band=""),
)
PRETERM_WEEKS = replace(
    INFANT,
    indicator="wfa-weeks",
    reference=Reference(
        tuple(
            Curve(label, tuple((week, 0.16 * (week - 22) + s) for week in range(27, 65, 3)))
            for label, s in (("P3", -0.5), ("P50", 0.0), ("P97", 0.5))
        ),
        "pma_weeks",
    ),
    points=(
        ChildPoint(30.0, 1.3, "birth", ("2026年3月20日", "30周", "1.30 kg")),
        ChildPoint(38.5, 2.6, cells=("2026年5月18日", "38周3天", "2.60 kg"), callout="2.60"),
    ),
    marks=(Mark(40, "预产期"),),
    words=replace(WORDS, heading="体重 kg · 男童", x_axis="孕周起算的周数", band=""),
)
PHONE = replace(PRETERM_TODDLER, indicator="lhfa-phone", width=250.0, height=300.0)
ALL = {
    "infant": INFANT,
    "preterm-toddler": PRETERM_TODDLER,
    "nothing-measured": NOTHING_MEASURED,
    "by-length": BY_LENGTH,
    "changing": CHANGING,
    "z-scores": Z_SCORES,
    "preterm-weeks": PRETERM_WEEKS,
    "phone": PHONE,
}


def main() -> None:
    for name, chart in ALL.items():
        (GOLDEN / f"{name}.svg").write_text(to_svg(growth_chart(chart)), encoding="utf-8")


if __name__ == "__main__":
    main()
