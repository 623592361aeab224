"""From facts and findings to the words of the family's page: actions and plain sentences, never a verdict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from healthrec.domain.age import add_months, completed_months
from healthrec.domain.duties import Quarter
from healthrec.domain.growth import Course, Finding, GrowthRules, Measurement, Subject, counted_birth
from healthrec.domain.screening import WarningSigns
from healthrec.fhir.facts import DoseFact
from healthrec.figures import GrowthChart
from healthrec.pages.child_page import SignRow
from healthrec.pages.family_summary import Action, DoseGiven, FamilySummary, FirstThing, Meaning, Step
from healthrec.pages.growth_change import family_change, latest
from healthrec.pages.growth_chart import Drawn, growth_chart_page
from healthrec.pages.growth_findings import indicator_to_show, written
from healthrec.pages.growth_points import Judged, judged
from healthrec.pages.growth_words import family_sentence
from healthrec.wording import Translator

_TOPICS: Final = (("weight", "wfa", "kg"), ("length-height", "lhfa", "cm"), ("head", "hcfa", "cm"))
_FRESH_MONTHS: Final = 6
_WATCH: Final = frozenset({"underweight", "stunting", "wasting", "overweight", "obesity"})


@dataclass(frozen=True, slots=True)
class FamilyFacts:
    """What the page is made from. `measured` and `signs` go from the earliest and latest to the other end; names are
    already in the language of the page, "" where not known."""

    name: str
    subject: Subject
    measured: Sequence[Measurement]
    signs: Sequence[SignRow]
    doses: Sequence[DoseFact]
    nursery: str
    centre: str
    doctor: str
    phone: str
    standard: str
    today: date
    issue_number: str
    replaces: date | None
    referred: bool
    course: Course = field(default_factory=Course)
    """How the child grew until today"""


def family_page(facts: FamilyFacts, rules: GrowthRules, table: WarningSigns, words: Translator) -> FamilySummary:
    """The page in the language of `words`."""
    child = judged([(one, ()) for one in facts.measured], facts.subject, rules, "percentile")
    fresh = [one for one in child.findings if one.day > add_months(facts.today, -_FRESH_MONTHS)]
    meanings = tuple(_meaning(topic, fresh, facts, words) for topic in _TOPICS)
    signs = _signs(facts, words)
    worst = [one for one in (*meanings, signs) if one is not None]
    return FamilySummary(
        name=facts.name,
        sex=words.term("sex", facts.subject.sex),
        birth_date=words.date(facts.subject.birth),
        age=words.age(facts.subject.birth, facts.today),
        period=words.gettext("{start}至{end}").format(
            start=words.date(Quarter.of(facts.today).start), end=words.date(facts.today)
        ),
        nursery=facts.nursery,
        doctor=facts.doctor,
        phone=facts.phone,
        first_thing=_first_thing(worst, facts, words),
        looked_at=tuple(_looked_at(fresh, facts, words)),
        measurements=meanings,
        warning_signs=signs,
        steps=tuple(_steps(worst, facts, rules, table, words)),
        chart=_chart(child, facts.standard, words),
        chart_sentence=words.gettext("每个点是一次测量。看的是整条线的走向，不是某一个点。"),
        doses=tuple(_doses(facts, words)),
        vaccines_sentence=words.gettext("这里只有已登记的剂次；如果打过别的，请带接种证来补上。")
        if facts.doses
        else "",
        standard=facts.standard,
        issue_number=facts.issue_number,
        issued_on=words.date(facts.today),
        checked_by=facts.doctor,
        replaces=words.date(facts.replaces) if facts.replaces else "",
    )


def _meaning(topic: tuple[str, str, str], fresh: Sequence[Finding], facts: FamilyFacts, words: Translator) -> Meaning:
    measure, indicator, unit = topic
    name = words.term("measure-family", measure)
    own = [one for one in fresh if one.indicator == indicator]
    if not own:
        return Meaning(name, "", "none", words.gettext("这次没有测。"))
    last = own[-1]
    value = words.quantity(written(last, [(one, ()) for one in facts.measured]), unit)
    nutrition, action = _nutrition(last, fresh), _action(last, _nutrition(last, fresh))
    changed = [one for one in latest(facts.course, last.indicator) if one.last == last.day]
    if (told := family_change(changed, words)) and action != "see":
        graver: Action = "see" if any(one.grade == "refer" for one in changed) else "watch"
        return Meaning(name, value, graver, told)
    return Meaning(name, value, action, family_sentence(last, nutrition, facts.subject.sex, words))


def _chart(child: Judged, standard: str, words: Translator) -> GrowthChart | None:
    """Length or height, else what was measured."""
    indicator = indicator_to_show(child.shown(), "lhfa")
    if indicator is None:
        return None
    drawn = Drawn(indicator, child.subject, (child.rules.standard,), standard, child.plotted(indicator))
    return growth_chart_page(drawn, words)


def _nutrition(last: Finding, fresh: Sequence[Finding]) -> str:
    """The category to speak of: of a weight the one that goes by size, where the same day has it."""
    if last.indicator != "wfa":
        return last.nutrition or ""
    same_day = [
        one.nutrition for one in fresh if one.day == last.day and one.indicator in ("wfl", "wfh") and one.nutrition
    ]
    own = last.nutrition or ""
    return own if own not in ("", "normal") or not same_day else str(same_day[-1])


def _action(last: Finding, nutrition: str) -> Action:
    if nutrition.startswith("severe-"):
        return "see"
    outermost = last.percentile is not None and not 3 <= last.percentile <= 97
    if nutrition in _WATCH or outermost or (last.indicator == "hcfa" and last.level in ("lower", "upper")):
        return "watch"
    return "keep" if last.level is not None else "none"


def _signs(facts: FamilyFacts, words: Translator) -> Meaning | None:
    if not facts.signs or facts.signs[0].date <= add_months(facts.today, -_FRESH_MONTHS):
        return None
    last, topic = facts.signs[0], words.gettext("发育")
    if last.found:
        return Meaning(topic, "", "see", words.gettext("有一些地方想和您一起看看，请带孩子来。"))
    if last.unanswered:
        return Meaning(
            topic, "", "watch", words.gettext("看过的几条没有发现信号，还有{n}条没看。").format(n=last.unanswered)
        )
    return Meaning(topic, "", "keep", words.gettext("这次没有发现需要留意的信号。"))


def _first_thing(found: Sequence[Meaning], facts: FamilyFacts, words: Translator) -> FirstThing | None:
    bring = words.gettext("接种证、家庭小结")
    if facts.referred:
        return FirstThing(words.gettext("带孩子去医院看一看，医生已经开了转诊。"), bring=bring)
    topics = [one.topic for one in found if one.action == "see"]
    if topics:
        what = words.gettext("带孩子来，请医生看看{topics}").format(topics=words.listed(topics))
        return FirstThing(what, where=facts.centre, bring=bring)
    topics = [one.topic for one in found if one.action == "watch"]
    if topics:
        until = words.gettext("{date}前").format(date=words.date(add_months(facts.today, 1)))
        what = words.gettext("带孩子来复测{topics}").format(topics=words.listed(topics))
        return FirstThing(what, until, facts.centre, bring)
    return None


def _looked_at(fresh: Sequence[Finding], facts: FamilyFacts, words: Translator) -> Iterator[str]:
    if fresh:
        day = max(one.day for one in fresh)
        codes = {one.indicator for one in fresh if one.day == day}
        names = [words.term("measure-family", measure) for measure, indicator, *_ in _TOPICS if indicator in codes]
        yield words.gettext("{date}量了{what}。").format(date=words.date(day), what=words.listed(names))
    if facts.signs and facts.signs[0].date > add_months(facts.today, -_FRESH_MONTHS):
        yield words.gettext("{date}对照了发育预警征象表。").format(date=words.date(facts.signs[0].date))
    if facts.doses:
        yield words.gettext("看了登记的接种记录，共{n}剂。").format(n=len(facts.doses))


def _steps(
    found: Sequence[Meaning], facts: FamilyFacts, rules: GrowthRules, table: WarningSigns, words: Translator
) -> Iterator[Step]:
    topics = [one.topic for one in found if one.action == "watch"]
    if topics:
        when = words.gettext("{date}前").format(date=words.date(add_months(facts.today, 1)))
        yield Step(when, words.gettext("复测{topics}，带上家庭小结。").format(topics=words.listed(topics)))
    born = counted_birth(facts.subject, facts.today, rules.correction)
    months = completed_months(born, facts.today)
    following = next((column for column in table.columns if column.from_months > months), None)
    if following is not None:
        day = add_months(born, following.from_months)
        name = following.en if words.language == "en" else following.zh
        yield Step(words.date(day), words.gettext("{age}体检，带上接种证和家庭小结。").format(age=name))


def _doses(facts: FamilyFacts, words: Translator) -> Iterator[DoseGiven]:
    for one in sorted(facts.doses, key=lambda fact: fact.day or date.min):
        name = words.term("vaccine", one.vaccine)
        number = words.gettext("第%(n)s剂") % {"n": one.dose_number} if one.dose_number else ""
        yield DoseGiven(words.date(one.day) if one.day else "", f"{name} {number}".strip())
