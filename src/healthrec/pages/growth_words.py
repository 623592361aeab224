"""What a chart shows, in sentences: one text for clinicians, with every number, and one for families, without a rank."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from healthrec.domain.age import completed_months
from healthrec.domain.growth import Finding, Subject
from healthrec.pages.growth_findings import TERMS, meaning, unit_of, z_words
from healthrec.pages.growth_points import Plotted
from healthrec.wording import Translator

_OF_HUNDRED: Final = {
    "wfa": "100个同龄{sex}里，约{count}个比{pronoun}轻。",
    "lhfa": "100个同龄{sex}里，约{count}个比{pronoun}矮。",
    "hcfa": "100个同龄{sex}里，约{count}个头围比{pronoun}小。",
}
_OF_HUNDRED_EARLY: Final = {
    "wfa": "100个同样早产的{sex}里，约{count}个比{pronoun}轻。",
    "lhfa": "100个同样早产的{sex}里，约{count}个比{pronoun}矮。",
    "hcfa": "100个同样早产的{sex}里，约{count}个头围比{pronoun}小。",
}


def clinician_summary(
    indicator: str, plotted: Sequence[Plotted], subject: Subject, standard: str, words: Translator
) -> str:
    """Standard, number of values, the last one with both ages and both results, and the course of the z-scores."""
    return in_a_row(_clinician(indicator, plotted, subject, standard, words), words)


def family_summary_text(plotted: Sequence[Plotted], subject: Subject, words: Translator, early: bool = False) -> str:
    """How often, when last, how much, and one plain sentence of what it means; `early` where children born preterm are
    compared with each other."""
    if not plotted:
        return words.gettext("还没有测量。")
    last = plotted[-1]
    unit = unit_of(last.finding.indicator)
    said = words.ngettext("一共量过{n}次。", "一共量过{n}次。", len(plotted)).format(n=len(plotted))
    latest = words.gettext("最近一次是{date}，{age}：{value}。").format(
        date=words.date(last.day),
        age=words.age(subject.birth, last.day) if last.finding.age_days else words.gettext("出生时"),
        value=words.quantity(last.value, unit),
    )
    meant = family_sentence(last.finding, last.finding.nutrition or "", subject.sex, words, early)
    return in_a_row((said, latest, meant), words)


def family_sentence(finding: Finding, nutrition: str, sex: str, words: Translator, early: bool = False) -> str:
    """One judgement as families read it: an action where one is needed, else how many of a hundred are smaller."""
    if nutrition not in ("", "normal"):
        return words.gettext("{meaning}。").format(meaning=words.term("nutrition-family", nutrition).capitalize())
    if finding.percentile is None:
        return words.gettext("现在还没有可以对照的数值。")
    if not 3 <= finding.percentile <= 97:
        return words.gettext("和多数孩子不太一样，需要复测。")
    if finding.indicator not in _OF_HUNDRED:
        return words.gettext("{meaning}。").format(meaning=words.term("nutrition-family", "normal").capitalize())
    pronoun = words.gettext({"female": "她", "male": "他"}.get(sex, "这个孩子"))
    corrected = words.gettext("（按矫正月龄看）") if "corrected-age" in finding.applied else ""
    sentence = (_OF_HUNDRED_EARLY if early else _OF_HUNDRED)[finding.indicator]
    return corrected + words.gettext(sentence).format(
        sex=words.term("sex-child", sex), count=round(finding.percentile), pronoun=pronoun
    )


def _clinician(
    indicator: str, plotted: Sequence[Plotted], subject: Subject, standard: str, words: Translator
) -> Iterator[str]:
    named = {"indicator": words.term("indicator", TERMS[indicator]), "sex": words.term("sex-child", subject.sex)}
    said = words.gettext("{indicator}，{sex}，按 {standard}。").format(standard=standard, **named)
    yield said[:1].upper() + said[1:]
    if not plotted:
        yield words.gettext("还没有测量。")
        return
    first, last = plotted[0], plotted[-1]
    if len(plotted) > 1:
        yield words.gettext("{n}次测量，{first}至{last}。").format(
            n=len(plotted), first=words.date(first.day), last=words.date(last.day)
        )
    value = words.quantity(last.value, unit_of(last.finding.indicator))
    yield words.gettext("最近一次{date}（{age}）：{value}。").format(
        date=words.date(last.day), age=ages_words(last, subject, words), value=value
    )
    said = meaning(last.finding, words, False) + _chronological(last, words)
    yield said if last.finding.not_judged else words.gettext("{meaning}。").format(meaning=said)
    yield from _course(plotted, words)


def ages_words(one: Plotted, subject: Subject, words: Translator) -> str:
    """The age, in days too, and the corrected one beside it where that counts."""
    age = words.age(subject.birth, one.day) if one.finding.age_days else words.gettext("出生时")
    if completed_months(subject.birth, one.day):
        age = words.gettext("{age}，{days}天").format(age=age, days=one.finding.age_days)
    if one.term is None:
        return age
    if one.day < one.term:
        return words.gettext("{age}，未到预产期").format(age=age)
    return words.gettext("{age}，矫正{corrected}").format(age=age, corrected=words.age(one.term, one.day))


def _chronological(one: Plotted, words: Translator) -> str:
    """What the actual age would say, where the corrected one was used."""
    actual = one.finding.uncorrected
    if actual is None or actual.z_score is None:
        return ""
    return words.gettext("（按实际月龄 Z {z}）").format(z=z_words(actual.z_score))


def _course(plotted: Sequence[Plotted], words: Translator) -> Iterator[str]:
    scores = [one.finding.z_score for one in plotted if one.finding.z_score is not None]
    if len(scores) > 1:
        yield course(scores, words)
    left = len(plotted) - len(scores)
    if left:
        yield words.ngettext("{n}次没有Z值。", "{n}次没有Z值。", left).format(n=left)


def course(scores: Sequence[float], words: Translator) -> str:
    """From the first z-score to the last, with the change and the extremes."""
    if len(scores) == 1:
        return words.gettext("Z值{z}。").format(z=z_words(scores[0]))
    return words.gettext("Z值从{first}到{last}，变化{change}；最低{low}，最高{high}。").format(
        first=z_words(scores[0]),
        last=z_words(scores[-1]),
        change=z_words(round(scores[-1] - scores[0], 2) + 0.0),
        low=z_words(min(scores)),
        high=z_words(max(scores)),
    )


def in_a_row(sentences: Iterable[str], words: Translator) -> str:
    """Whole sentences as one text: Chinese ones touch."""
    return (" " if words.language == "en" else "").join(one for one in sentences if one)
