"""A sample page with every part filled, for the golden file and for anyone who changes the report. A made-up child.

The curves are lines of WS/T 423—2022, boys, length for age, months 0 to 12.
"""

from __future__ import annotations

from pathlib import Path

from healthrec.figures import ChartWords, ChildPoint, Curve, GrowthChart, Mark, Reference
from healthrec.pages.family_summary import DoseGiven, FamilySummary, FirstThing, Meaning, Step
from healthrec.reporting.family_summary import render

_MONTH = 30.4375
_LENGTHS = {
    "P3": (47.6, 51.3, 54.9, 58.0, 60.5, 62.5, 64.2, 65.7, 67.1, 68.3, 69.5, 70.7, 71.7),
    "P10": (48.7, 52.5, 56.2, 59.4, 61.9, 63.9, 65.7, 67.2, 68.6, 69.8, 71.0, 72.2, 73.3),
    "P50": (51.2, 55.1, 59.0, 62.2, 64.8, 66.9, 68.7, 70.3, 71.7, 73.1, 74.3, 75.5, 76.7),
    "P90": (53.6, 57.7, 61.7, 65.1, 67.8, 69.9, 71.8, 73.4, 74.9, 76.3, 77.6, 78.8, 80.1),
    "P97": (54.8, 59.0, 63.0, 66.4, 69.1, 71.3, 73.2, 74.9, 76.4, 77.8, 79.1, 80.4, 81.6),
}

CHART = GrowthChart(
    indicator="lhfa",
    sex="male",
    language="zh-CN",
    reference=Reference(
        tuple(
            Curve(name, tuple((month * _MONTH, value) for month, value in enumerate(values)))
            for name, values in _LENGTHS.items()
        )
    ),
    points=(
        ChildPoint(0, 49.5, "birth", ("2026年3月20日", "出生", "49.5 cm")),
        ChildPoint(31, 53.4, cells=("2026年4月20日", "1个月", "53.4 cm")),
        ChildPoint(92, 60.0, cells=("2026年6月20日", "3个月", "60.0 cm")),
        ChildPoint(184, 66.1, cells=("2026年9月20日", "6个月", "66.1 cm")),
        ChildPoint(245, 69.2, cells=("2026年11月20日", "8个月", "69.2 cm"), callout="69.2"),
    ),
    words=ChartWords(
        title="身长成长图（男童）",
        description="身长成长图（男童），共5次测量。最近一次是2026年11月20日，8个月：69.2 cm。",
        heading="身长 cm · 男童",
        x_axis="月龄",
        year="{}岁",
        headings=("日期", "年龄", "测量值"),
        actual="实际月龄",
        corrected="矫正月龄",
        birth="出生时",
        band="浅色带：100个同龄男童里约94个在里面",
        standard="标准：WS/T 423—2022",
    ),
    marks=(Mark(24 * _MONTH, "满24个月起站着量"),),
)

PAGE = FamilySummary(
    name="欧阳𬭸安",
    sex="男",
    birth_date="2026年3月20日",
    age="8个月",
    period="2026年9月21日至11月20日",
    nursery="小桥流水托育园",
    doctor="林晓医生",
    phone="0500-5550 0123",
    hours="周一至周五 8:00–16:30",
    first_thing=FirstThing(
        what="带孩子打麻腮风疫苗第1剂",
        until="2026年11月30日前，上午8:00–11:00",
        where="青溪社区卫生服务中心二楼接种门诊",
        bring="接种证、家庭小结",
    ),
    looked_at=("11月20日量了体重、身长和头围，对照了预警征象表，核对了接种记录。",),
    measurements=(
        Meaning("体重", "8.35\u2009kg", "keep", "长得稳。100个同龄男童里，约35个比他轻。"),
        Meaning("身长", "69.2\u2009cm", "watch", "在正常范围，偏矮一些。比6个月时长了3.1厘米。"),
        Meaning("头围", "44.6\u2009cm", "keep", "在正常范围，和上次一样稳。"),
        Meaning("血红蛋白", "", "none", "这次没有测。"),
    ),
    warning_signs=Meaning("发育", "", "keep", "这次没有发现需要留意的信号。"),
    steps=(
        Step("11月30日前", "打麻腮风疫苗，8个月就可以打了。"),
        Step("12月20日", "来复测身长，带上家庭小结。"),
        Step("2027年3月20日", "1岁体检，顺便查血红蛋白。"),
    ),
    chart=CHART,
    chart_sentence="每个点是一次测量。他一直沿着自己的线在长。",
    doses=(
        DoseGiven("2026年3月20日", "乙肝疫苗 第1剂"),
        DoseGiven("2026年3月21日", "卡介苗"),
        DoseGiven("2026年4月20日", "乙肝疫苗 第2剂"),
        DoseGiven("2026年5月20日", "脊灰灭活疫苗 第1剂"),
        DoseGiven("2026年5月20日", "百白破疫苗 第1剂"),
        DoseGiven("2026年6月20日", "脊灰灭活疫苗 第2剂"),
        DoseGiven("2026年7月20日", "脊灰减毒疫苗 第3剂"),
        DoseGiven("2026年7月20日", "百白破疫苗 第2剂"),
        DoseGiven("2026年9月20日", "百白破疫苗 第3剂"),
        DoseGiven("2026年9月20日", "乙肝疫苗 第3剂"),
        DoseGiven("2026年9月20日", "A群流脑多糖疫苗 第1剂"),
    ),
    vaccines_sentence="麻腮风疫苗已到时间，还没有记录；如果打过，请带接种证来补上。",
    standard="WS/T 423—2022《7岁以下儿童生长标准》",
    issue_number="JX-2026-000123-2",
    issued_on="2026年11月21日",
    checked_by="林晓医生",
    replaces="2026年11月20日",
    link="https://healthrec.example/v/7Q2KX9M4TB",
)


def main() -> None:
    """Draw the golden file anew, after looking at what changed: `python reports/family_summary/sample.py`."""
    Path(__file__).with_name("golden.pdf").write_bytes(render(PAGE, "zh", compressed=False))


if __name__ == "__main__":
    main()
