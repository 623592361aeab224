"""How one number of growth came about: whose, how old, which rows, which cut-offs, what was rounded and when."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from healthrec.domain.age import add_months, completed_months
from healthrec.domain.growth import CutOffs, Finding, GrowthRules, GrowthStandard, GrowthTable, Subject
from healthrec.domain.growth.standard import PERCENTILE_MARKS, SD_MARKS, lines
from healthrec.pages.growth_chart import measure_words
from healthrec.pages.growth_findings import TERMS, not_judged, percentile_words, unit_of, verdict, z_words
from healthrec.pages.growth_points import Plotted
from healthrec.pages.growth_reference import Named, curve_name
from healthrec.pages.growth_words import family_sentence, in_a_row
from healthrec.wording import Translator

_OURS: Final = frozenset({"corrected-age", "months-from-days", "last-row-held", "interpolated", "bridged"})
_OURS_BY_MONTHS: Final = frozenset({"length-from-standing", "height-from-lying", "position-ignored"})
"""WHO's own rules; the Chinese standards, which count calendar months, have none of the kind."""

_AXES: Final = {"age_month": "mo", "length_cm": "cm", "height_cm": "cm"}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the calculation."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Part:
    """Steps that belong together, under a heading."""

    heading: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class RowsRead:
    """What was read of the table: headings, and a row for each printed row and for the place between them."""

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Why:
    """What partials/why_number.html shows. For families only title, conclusion and rule are there."""

    title: str
    conclusion: str
    rule: str
    parts: tuple[Part, ...] = ()
    read: RowsRead | None = None
    source: str = ""


def why_number(
    one: Plotted,
    subject: Subject,
    standard: GrowthStandard,
    rules: GrowthRules,
    named: Named,
    words: Translator,
) -> Why:
    """`standard` is the one that judged, `named` the same for readers."""
    table = standard.tables.get((one.finding.indicator, subject.sex))
    parts = (
        Part(words.gettext("谁，什么时候"), tuple(_who(one, subject, rules, words))),
        Part(words.gettext("按什么标准"), tuple(_by_what(one, standard, named, words))),
        Part(words.gettext("怎么算"), tuple(_how(one, standard, table, words))),
        Part(words.gettext("结果"), tuple(_result(one, words))),
    )
    return Why(
        title=_title(one, words),
        conclusion=_conclusion(one.finding, standard, words),
        rule=named.name,
        parts=tuple(part for part in parts if part.steps),
        read=_rows_read(one.finding, one.finding.cut_offs, table, words) if table and one.finding.cut_offs else None,
        source=named.source,
    )


def why_plain(one: Plotted, subject: Subject, standard_name: str, words: Translator) -> Why:
    """The same for families: one sentence, and by which standard."""
    sentence = family_sentence(one.finding, one.finding.nutrition or "", subject.sex, words)
    measure = measure_words(one.finding.indicator, True, words)
    title = f"{measure} {words.quantity(one.value, unit_of(one.finding.indicator))}"
    return Why(title[:1].upper() + title[1:], sentence, standard_name)


def _title(one: Plotted, words: Translator) -> str:
    name = words.term("indicator", TERMS[one.finding.indicator])
    value = words.quantity(one.value, unit_of(one.finding.indicator))
    return words.gettext("{what} {value} 是怎么评价的").format(what=name[:1].upper() + name[1:], value=value)


def _who(one: Plotted, subject: Subject, rules: GrowthRules, words: Translator) -> Iterator[Step]:
    yield Step(words.gettext("性别"), words.term("sex-child", subject.sex))
    yield Step(words.gettext("出生日期"), words.date(subject.birth))
    yield Step(words.gettext("测量日期"), words.date(one.day))
    yield Step(words.gettext("实际年龄"), _age(subject.birth, one.day, words))
    if subject.gestation_days is not None:
        weeks, days = divmod(subject.gestation_days, 7)
        yield Step(words.gettext("出生孕周"), words.gettext("{weeks}周+{days}天").format(weeks=weeks, days=days))
    limit = rules.correction.limit_for(subject.gestation_days)
    if limit:
        until = words.gettext("到{months}个月为止（{rule}）").format(months=limit, rule=rules.correction.rule_id)
        yield Step(words.gettext("矫正"), until)
        if one.term is not None and one.day >= one.term:
            yield Step(words.gettext("矫正年龄"), _age(one.term, one.day, words))


def _age(since: date, day: date, words: Translator) -> str:
    months = completed_months(since, day)
    days = (day - add_months(since, months)).days
    return words.gettext("{months}个月零{days}天（{total}天）").format(
        months=months, days=days, total=(day - since).days
    )


def _by_what(one: Plotted, standard: GrowthStandard, named: Named, words: Translator) -> Iterator[Step]:
    yield Step(words.gettext("标准"), named.name)
    yield Step(words.gettext("依据"), words.term("rule-status", named.status))
    effective = words.date(standard.effective)
    if one.finding.before_standard:
        effective = words.gettext("{date}（这次测量更早，也按它评价）").format(date=effective)
    yield Step(words.gettext("施行日期"), effective)
    yield Step(words.gettext("规则编号"), f"{one.finding.rule_id} | {one.finding.edition}")


def _how(one: Plotted, standard: GrowthStandard, table: GrowthTable | None, words: Translator) -> Iterator[Step]:
    finding, unit = one.finding, unit_of(one.finding.indicator)
    yield Step(words.gettext("写下的值"), words.quantity(one.value, unit))
    yield Step(words.gettext("参与评价的值"), words.quantity(_digits(finding.value), unit))
    if one.size_cm is not None and finding.indicator in ("wfl", "wfh", "bfa"):
        yield Step(words.gettext("当天的身长或身高"), words.quantity(f"{one.size_cm:g}", "cm"))
    if finding.cut_offs is None or table is None:
        return
    yield Step(words.gettext("查表的位置"), _place(finding.cut_offs, table, words))
    if finding.cut_offs.lms:
        power, median, spread = finding.cut_offs.lms
        label = "L、M、S" if not table.marks else words.gettext("L、M、S（本系统拟合，不属于标准）")
        yield Step(label, f"L {_digits(power)} · M {_digits(median)} · S {_digits(spread)}")
    elif finding.z_score is not None:
        yield Step(words.gettext("Z值"), words.gettext("在印出的切点之间内插（本系统规则）"))
    if finding.z_score is not None and finding.indicator in standard.restricted and abs(finding.z_score) > 3:
        yield Step(words.gettext("±3 SD 以外"), words.gettext("按最外一个 SD 的距离等分（WHO 限制法）"))


def _result(one: Plotted, words: Translator) -> Iterator[Step]:
    finding = one.finding
    if finding.z_score is not None:
        yield Step(words.gettext("Z值（两位小数）"), z_words(finding.z_score))
    if finding.percentile is not None:
        yield Step(words.gettext("百分位（由Z值换算，一位小数）"), percentile_words(finding.percentile))
    if said := verdict(finding, words):
        yield Step(words.gettext("评价"), said)
    if finding.flagged:
        yield Step(words.gettext("核对"), words.gettext("超出可信范围，请核对"))
    actual = finding.uncorrected
    if actual is not None and actual.z_score not in (None, finding.z_score):
        other = [f"Z {z_words(actual.z_score)}", verdict(actual, words)]
        yield Step(words.gettext("如按实际年龄"), " · ".join(part for part in other if part))


def _place(cut_offs: CutOffs, table: GrowthTable, words: Translator) -> str:
    at = _at(round(cut_offs.x, 2), table, words)
    if not cut_offs.interpolated:
        return at
    low, high = (_at(edge, table, words) for edge in cut_offs.between)
    return words.gettext("{low}与{high}之间，在{at}").format(low=low, high=high, at=at)


def _at(x: float, table: GrowthTable, words: Translator) -> str:
    """A place on the table's axis: 12 months, 380 days, 76.5 cm, 30 weeks + 2 days."""
    if table.axis in ("gestation_day", "postmenstrual_day"):
        weeks, days = divmod(int(x), 7)
        return words.gettext("{weeks}周+{days}天").format(weeks=weeks, days=days)
    return f"{_digits(x)} {words.term('unit', _AXES.get(table.axis, 'd'))}"


def _rows_read(finding: Finding, cut_offs: CutOffs, table: GrowthTable, words: Translator) -> RowsRead:
    """The rows around the place and, between them, what was interpolated, in the columns that the level goes by."""
    marks, read = _columns(finding, cut_offs)

    def row(name: str, values: Iterable[float]) -> tuple[str, ...]:
        return name, *map(_cut_off, values)

    place = _at(round(cut_offs.x, 2), table, words)
    rows = [row(place, read)]
    if cut_offs.interpolated:
        low, high = cut_offs.between
        before, after = (lines(table, marks)[at] for at in (_places(table, low)[-1], _places(table, high)[0]))
        between = row(words.gettext("{place}（内插）").format(place=place), read)
        rows = [row(_at(low, table, words), before), between, row(_at(high, table, words), after)]
    caption = words.gettext("查到的行（{unit}）").format(unit=words.term("unit", unit_of(finding.indicator)))
    return RowsRead(caption, ("", *(_name(mark, words) for mark in marks)), tuple(rows))


def _columns(finding: Finding, cut_offs: CutOffs) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """Labels and values of the columns that the level goes by; of a standard with others, those that it prints."""
    by_method = {"sd": (SD_MARKS, cut_offs.sd), "percentile": (PERCENTILE_MARKS, cut_offs.percentiles)}
    marks, values = by_method[finding.method]
    if values:
        return marks, values
    printed = dict(cut_offs.marks)
    return tuple(printed), tuple(printed.values())


def _name(mark: str, words: Translator) -> str:
    """−2 SD, P3, or the word that a standard prints above a column."""
    name = curve_name(mark)
    return words.term("nutrition", mark) if name == mark and not mark.startswith("P") else name


def _places(table: GrowthTable, x: float) -> list[int]:
    """The rows at `x`: one, or two where lying becomes standing, the last of them being the one to its right."""
    return [at for at, one in enumerate(table.rows.x) if one == x]


def _cut_off(value: float) -> str:
    """At least one decimal, as standards print them; three at most."""
    text = f"{value:.3f}".rstrip("0")
    return f"{text}0" if text.endswith(".") else text


def _digits(value: float) -> str:
    """Four decimals at most, and none that say nothing."""
    return f"{value:.4f}".rstrip("0").rstrip(".").replace("-", "−")


def _conclusion(finding: Finding, standard: GrowthStandard, words: Translator) -> str:
    said = [not_judged(finding, words)] if finding.not_judged else []
    if finding.cut_offs is not None and finding.level is not None:
        between, level = _between(finding, finding.cut_offs, words), words.term("growth-level", finding.level)
        said.append(words.gettext("{between}：等级“{level}”。").format(between=between, level=level))
    if finding.nutrition:
        named = words.term("nutrition", finding.nutrition)
        sentence = "出生大小：{nutrition}。" if standard.clock == "gestation" else "营养状况：{nutrition}。"
        said.append(words.gettext(sentence).format(nutrition=named))
    if finding.level is not None:
        said.append(words.gettext("类别只由印出的切点决定，下限含在内。"))
    return in_a_row([*said, *(_rule(one, standard, words) for one in finding.applied)], words)


def _rule(code: str, standard: GrowthStandard, words: Translator) -> str:
    """A rule that had a part, and whether it is ours."""
    ours = code in _OURS or (code in _OURS_BY_MONTHS and standard.clock == "months")
    said = words.term("growth-applied", code)
    sentence = words.gettext("{rule}（本系统规则）。" if ours else "{rule}。").format(rule=said)
    return sentence[:1].upper() + sentence[1:]


def _between(finding: Finding, cut_offs: CutOffs, words: Translator) -> str:
    columns, cuts = _columns(finding, cut_offs)
    marks = [_name(mark, words) for mark in columns]
    reached = bisect_right(cuts, round(finding.value, 9))
    if not reached:
        return words.gettext("低于 {mark}").format(mark=marks[0])
    if reached == len(marks):
        return words.gettext("不低于 {mark}").format(mark=marks[-1])
    return words.gettext("不低于 {low} 且低于 {high}").format(low=marks[reached - 1], high=marks[reached])
