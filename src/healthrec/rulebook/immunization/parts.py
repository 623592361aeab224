"""One file of an immunization schedule as values: what this edition says, not yet joined to those before it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from healthrec.domain.immunization.periods import Period
from healthrec.domain.immunization.schedule import (
    Administration,
    Advice,
    Criteria,
    Interval,
    LiveConflict,
    Note,
    Offer,
    Precaution,
    Rule,
    Season,
    Series,
    Skip,
    TargetDose,
    Test,
)
from healthrec.rulebook.immunization.predicates import Content, period, predicates
from healthrec.rulebook.problems import BrokenRulesError, Problem


@dataclass(frozen=True, slots=True)
class Label:
    """What the label of a combined vaccine says of one target dose of a series of the programme."""

    vaccine: str
    series: str
    number: int
    criteria: Criteria
    of: int
    """Doses of the whole course"""


@dataclass(frozen=True, slots=True)
class ScheduleFile:
    """One file. `based_on` is the edition that goes on where this one says nothing; "" when it stands alone."""

    id: str
    edition: str
    effective: date
    status: Any
    based_on: str
    series: tuple[Series, ...]
    labels: tuple[Label, ...]
    live_conflicts: tuple[LiveConflict, ...]
    precautions: tuple[Precaution, ...]
    advice: tuple[Advice, ...]
    administration: Mapping[str, Administration]
    ended: frozenset[str]
    """Ids of series, conflicts and precautions of `based_on` that are over"""


def schedule_file(_schemas: Path, file: str, content: Content) -> ScheduleFile:
    """The file as values. Raises BrokenRulesError for an id given twice, ValueError for a span that cannot be read."""
    if problems := [*_problems(file, content)]:
        raise BrokenRulesError(*problems)
    reader = _Reader(content)
    return ScheduleFile(
        content["id"],
        content["edition"],
        date.fromisoformat(content["effective"]),
        content["status"],
        content.get("based_on", ""),
        tuple(reader.series(one) for one in content.get("series", ())),
        tuple(label for one in content.get("labels", ()) for label in reader.labels(one)),
        tuple(reader.conflict(one) for one in content.get("live_conflicts", ())),
        tuple(reader.precaution(one) for one in content.get("precautions", ())),
        tuple(reader.advice(one) for one in content.get("advice", ())),
        {code: reader.administration(code, one) for code, one in content.get("administration", {}).items()},
        frozenset(content.get("ended", ())),
    )


def _problems(file: str, content: Content) -> Iterator[Problem]:
    for place in ("series", "live_conflicts", "precautions"):
        for code, count in Counter(one["id"] for one in content.get(place, ())).items():
            if count > 1:
                yield Problem(file, place, "duplicate", code)
    for at, series in enumerate(content.get("series", ())):
        numbers = [dose["number"] for dose in series["doses"]]
        if numbers != sorted(set(numbers)):
            yield Problem(file, f"series/{at}", "order", "numbers of doses must rise")
    keys = {text.split()[0] for text in content["source"]}
    for place, key in _cited(content, ""):
        if key not in keys:
            yield Problem(file, place, "unknown-code", f"source {key}")


def _cited(content: Any, place: str) -> Iterator[tuple[str, str]]:
    """(place, key) of every source named below the header."""
    pairs = content.items() if isinstance(content, Mapping) else enumerate(content) if isinstance(content, list) else ()
    for key, inner in pairs:
        if key == "source" and place:
            yield from ((f"{place}/source", str(one)) for one in inner)
        else:
            yield from _cited(inner, f"{place}/{key}" if place else str(key))


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the parts of one file; what a part does not say about its source, the part around it says."""

    content: Content

    def rule(self, id_: str, own: Content, around: Content | None = None) -> Rule:
        """The rule of a part."""
        around = around or {}
        status = own.get("status", around.get("status", self.content["status"]))
        source = own.get("source", around.get("source", ()))
        return Rule(id_, self.content["edition"], status, tuple(source), own.get("zh", ""), own.get("en", ""))

    def series(self, content: Content) -> Series:
        programme = content.get("programme", True)
        return Series(
            content["id"],
            content["antigen"],
            tuple(self._target(content, dose) for dose in content["doses"]),
            programme,
            predicates(content.get("for")),
            frozenset(content.get("replaces", ())),
            tuple(predicates(one) for one in content.get("preferred_when", ())),
            period(content, "start_from"),
            period(content, "start_before"),
            tuple(self._note(content, one) for one in content.get("notes", ())),
            tuple(self._test(content, one) for one in content.get("follow_ups", ())),
            self._season(content) if "season" in content else None,
        )

    def labels(self, content: Content) -> Iterator[Label]:
        vaccine = content["vaccine"]
        for dose in content["doses"]:
            rule = self.rule(f"label.{vaccine}.{dose['number']}", dose, content)
            criteria = self._criteria(rule, dose, frozenset([vaccine]))
            for counts in content["counts_for"]:
                if dose["number"] in counts["doses"]:
                    yield Label(vaccine, counts["series"], dose["number"], criteria, len(content["doses"]))

    def conflict(self, content: Content) -> LiveConflict:
        days, least = Period.of(content["interval"]).days, Period.of(content.get("least", content["interval"])).days
        earlier, later = frozenset(content["earlier"]), frozenset(content["later"])
        return LiveConflict(self.rule(content["id"], content), earlier, later, days, least)

    def precaution(self, content: Content) -> Precaution:
        vaccines = content.get("vaccines", "all")
        return Precaution(
            self.rule(content["id"], content),
            frozenset(content["conditions"]),
            content["effect"],
            None if isinstance(vaccines, str) else frozenset(vaccines),
            vaccines == "named",
            frozenset(content.get("unless", ())),
            frozenset(content.get("with_any", ())),
            content.get("test", ""),
            period(content, "wait"),
        )

    def advice(self, content: Content) -> Advice:
        return Advice(self.rule(content["id"], content), tuple(predicates(one) for one in content["any_of"]))

    def administration(self, code: str, content: Content) -> Administration:
        rule = self.rule(f"administration.{code}", content)
        return Administration(rule, content["route"], content["amount"], content.get("site", ""))

    def _note(self, series: Content, content: Content) -> Note:
        return Note(self.rule(content["id"], content, series), predicates(content.get("when")))

    def _season(self, series: Content) -> Season:
        content = series["season"]
        begins, ends = (date.fromisoformat(f"2000-{content[key]}") for key in ("begins", "ends"))
        rule = self.rule(f"{series['id']}.season", content, series)
        return Season(rule, (begins.month, begins.day), (ends.month, ends.day))

    def _test(self, series: Content, content: Content) -> Test:
        spans = Period.of(content["from"]), Period.of(content["until"])
        return Test(self.rule(content["id"], content, series), predicates(content.get("when")), *spans)

    def _target(self, series: Content, content: Content) -> TargetDose:
        rule = self.rule(f"{series['id']}.{content['number']}", content, series)
        vaccines = content.get("vaccines", series.get("vaccines", ()))
        parts = content.get("criteria", [content])
        return TargetDose(
            rule,
            content["number"],
            tuple(self._one_criteria(rule, part, vaccines) for part in parts),
            tuple(self._offer(one, rule) for one in content.get("offers", vaccines[:1])),
            tuple(self._skip(rule, one, series) for one in content.get("skip", ())),
            content.get("recurring", False),
            content.get("extra", False),
        )

    def _one_criteria(self, dose: Rule, content: Content, vaccines: list[str]) -> Criteria:
        rule = self.rule(f"{dose.id}.{content['id']}", content, _said_by(dose)) if "id" in content else dose
        return self._criteria(rule, content, frozenset(content.get("vaccines", vaccines)))

    def _criteria(self, rule: Rule, content: Content, vaccines: frozenset[str]) -> Criteria:
        before = content.get("complete_before", "")
        return Criteria(
            rule,
            vaccines,
            period(content, "min_age"),
            period(content, "absolute_min_age"),
            period(content, "recommended_age"),
            Period.of(before) if before else None,
            int(before[:-1]) if before.endswith("h") else 0,
            period(content, "not_from"),
            period(content, "max_age"),
            tuple(self._interval(rule, one) for one in content.get("intervals", ())),
            tuple(self._interval(rule, one) for one in content.get("allowable_intervals", ())),
            predicates(content.get("when")),
        )

    def _interval(self, around: Rule, content: Content) -> Interval:
        after = content.get("after", "previous")
        return Interval(
            self.rule(f"{around.id}.{content.get('id', 'interval')}", content, _said_by(around)),
            Period.of(content["min"]),
            frozenset(after) if isinstance(after, list) else after,
            period(content, "absolute_min"),
            period(content, "recommended"),
            period(content, "latest"),
        )

    def _offer(self, content: str | Content, dose: Rule) -> Offer:
        if isinstance(content, str):
            return Offer(content)
        rule = self.rule(content["id"], content, _said_by(dose)) if "id" in content else None
        return Offer(content["vaccine"], predicates(content.get("when")), content.get("needs", ""), rule)

    def _skip(self, dose_rule: Rule, content: Content, series: Content) -> Skip:
        rule = self.rule(f"{dose_rule.id}.{content['id']}", content, series)
        context = content.get("context", "both")
        sets = tuple(predicates(one) for one in content["any_of"])
        return Skip(rule, sets, context != "forecast", context != "evaluation")


def _said_by(rule: Rule) -> Content:
    return {"status": rule.status, "source": rule.source}
