"""Sentences about doses: why one does not count, what bounds a date, at which age the schedule prints one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from healthrec.domain.immunization import Forecast, Period, Reason, Rule, TargetDose, Vaccine
from healthrec.wording import Translator

UNSURE = frozenset({"unconfirmed"})
"""Standings of a rule that staff are told of."""


@dataclass(frozen=True, slots=True)
class RuleShown:
    """What a verdict rests on: id and edition of the rule, its own words where it has any, and whether it is confirmed."""

    id: str
    edition: str
    words: str
    unconfirmed: bool
    source: tuple[str, ...]


def rules_shown(rules: Iterable[Rule | None], words: Translator) -> tuple[RuleShown, ...]:
    """Each rule once, in this order."""
    known = {rule.id: rule for rule in rules if rule is not None}
    return tuple(_shown(rule, words) for rule in known.values())


def _shown(rule: Rule, words: Translator) -> RuleShown:
    said = rule.en if words.language == "en" else rule.zh
    return RuleShown(rule.id, rule.edition, said, rule.status in UNSURE, rule.source)


def fault_words(reasons: Sequence[Reason], words: Translator) -> tuple[str, ...]:
    """Why a dose does not count, or what is to be remarked on one that does."""
    return tuple(words.message(f"dose-fault.{one.code}", day=one.day or "") for one in reasons)


def date_words(forecast: Forecast, words: Translator) -> tuple[str, ...]:
    """What bounds the dates of the next dose, each once."""
    said = (words.message(f"dose-date.{one.code}", day=one.day or "") for one in forecast.reasons if one.day)
    return tuple(dict.fromkeys(said))


def barrier_words(reason: Reason, words: Translator) -> str:
    """What stands in the way of a dose. The condition is named for staff alone."""
    condition = words.term("immunization-condition", reason.condition)
    return words.message(f"dose-barrier.{reason.code}", condition=condition)


def printed_age(target: TargetDose, vaccines: Mapping[str, Vaccine], words: Translator) -> str:
    """The age at which the schedule of today wants a dose of the programme's own vaccine: 满8月龄; "" where it sets none."""
    free = [one.vaccine for one in target.offers if vaccines[one.vaccine].programme]
    vaccine = next(iter(free), target.offers[0].vaccine)
    current = [one for one in target.by_vaccine[vaccine] if one.in_force.until is None]
    age = current[-1].recommended or current[-1].minimum
    return age_words(age, words) if age else ""


def age_words(age: Period, words: Translator) -> str:
    """An age as it is printed: in years where it is whole ones from two on, else months, weeks or days."""
    months, days = age
    if not months:
        weeks, rest = divmod(days, 7)
        unit, count = ("d", days) if rest or not weeks else ("w", weeks)
        return words.message(f"dose-age.{unit}" if days else "dose-age.birth", n=count)
    years, rest = divmod(months, 12)
    whole = years > 1 and not rest
    return words.message("dose-age.y" if whole else "dose-age.m", n=years if whole else months)


def dose_title(number: int, words: Translator) -> str:
    """第2剂 · dose 2."""
    return words.gettext("第%(n)s剂") % {"n": number}


def vaccine_title(code: str, words: Translator) -> str:
    """The vaccine's name as it begins a line; that of an unknown one is said to be unknown."""
    name = words.term("vaccine", code) if code else words.gettext("疫苗名称不详")
    return name[:1].upper() + name[1:]


def origin_words(here: bool, imported: date | None, words: Translator) -> str:
    """Where the doses of a place come from, and when the last import was."""
    if here:
        return words.message("dose-origin.here")
    key = "dose-origin.province" if imported else "dose-origin.province-never"
    return words.message(key, day=imported or "")
