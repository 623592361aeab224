"""The reasoning behind a child's forecasts in lines, for staff: series looked at, doses judged, what bounds each date."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from healthrec.domain.immunization import Course, Evaluation, Explanation, Forecast, Reason, Rule
from healthrec.pages.vaccine_words import UNSURE, barrier_words, dose_title, fault_words, vaccine_title
from healthrec.wording import Translator


@dataclass(frozen=True, slots=True)
class Given:
    """A dose on record: the vaccine ("" for an unknown one) and its day."""

    vaccine: str
    day: date


def reasoning(
    course: Course, explained: Sequence[Explanation], given: Mapping[str, Given], birth: date, words: Translator
) -> Iterator[str]:
    """Step by step: what was asked, then antigen by antigen, then what holds for the child as a whole."""
    age = words.age(birth, course.asked)
    yield words.message("reasoning.asked", day=course.asked, age=age, edition=course.edition, doses=len(given))
    for one in explained:
        yield ""
        yield from _antigen(one, course.asked, given, words)
    whole = [*(reason.rule for reason in course.notes), *course.advice]
    if whole:
        yield ""
        yield from (words.message("reasoning.note", rule=_cited(rule, words)) for rule in whole)
    if course.holds_until is not None:
        yield words.message("reasoning.holds-until", day=course.holds_until)


def _antigen(one: Explanation, on: date, given: Mapping[str, Given], words: Translator) -> Iterator[str]:
    state = words.term("card-state", one.forecast.status(on))
    yield words.message("reasoning.antigen", antigen=words.term("antigen", one.antigen), state=state)
    for series in one.considered:
        standing = words.term("series-standing", series.standing)
        yield words.message(
            "reasoning.series", series=series.series, standing=standing, valid=series.valid, of=series.of
        )
    for judged in sorted(one.evaluations, key=lambda found: given[found.dose].day):
        yield from _dose(judged, given[judged.dose], words)
    yield from (_skipped(reason, words) for reason in one.forecast.skipped)
    yield from _next(one.forecast, words)


def _dose(judged: Evaluation, dose: Given, words: Translator) -> Iterator[str]:
    title = dose_title(judged.target, words) if judged.target is not None else words.gettext("不属于任何一剂")
    verdict = words.term("dose-verdict", judged.status)
    vaccine = vaccine_title(dose.vaccine, words)
    yield words.message(
        "reasoning.dose", day=dose.day, vaccine=vaccine, title=title, verdict=verdict, edition=judged.edition
    )
    reasons = (*judged.reasons, *judged.remarks)
    for reason, said in zip(reasons, fault_words(reasons, words), strict=True):
        yield words.message("reasoning.because", why=said, rule=_cited(reason.rule, words))
    if judged.rule is not None and not reasons:
        yield words.message("reasoning.by-rule", rule=_cited(judged.rule, words))


def _skipped(reason: Reason, words: Translator) -> str:
    title = dose_title(int(reason.other), words)
    return words.message("reasoning.skipped", title=title, rule=_cited(reason.rule, words))


def _next(forecast: Forecast, words: Translator) -> Iterator[str]:
    if forecast.complete:
        if forecast.rule is not None:
            yield words.message("reasoning.complete", rule=_cited(forecast.rule, words))
        return
    title, vaccine = dose_title(forecast.number or 0, words), vaccine_title(forecast.vaccine, words)
    yield words.message("reasoning.next", title=title, vaccine=vaccine)
    for reason in forecast.reasons:
        if reason.day is not None:
            said = words.message(f"dose-date.{reason.code}", day=reason.day)
            yield words.message("reasoning.because", why=said, rule=_cited(reason.rule, words))
    if forecast.barrier is not None:
        barrier = barrier_words(forecast.barrier, words)
        yield words.message("reasoning.because", why=barrier, rule=_cited(forecast.barrier.rule, words))
    dates = {"earliest": forecast.earliest, "recommended": forecast.recommended, "past-due": forecast.past_due,
             "latest": forecast.latest}  # fmt: skip
    told = [words.message(f"reasoning.{name}", day=day) for name, day in dates.items() if day is not None]
    yield words.message("reasoning.dates", dates=told)
    yield from (words.message("reasoning.note", rule=_cited(rule, words)) for rule in forecast.notes)


def _cited(rule: Rule, words: Translator) -> str:
    """The rule by id and edition, with its own words, and whether nobody confirmed it."""
    said = rule.en if words.language == "en" else rule.zh
    unsure = words.gettext("（待确认）") if rule.status in UNSURE else ""
    cited = f"{rule.id} {rule.edition}".rstrip() + unsure
    return f"{cited} {said}" if said else cited
