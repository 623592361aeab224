"""The vaccine card: a row for each antigen, a column for each dose, and what today means for each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from healthrec.domain.immunization import Course, Evaluation, Forecast, Rule, Schedule, Series, TargetDose
from healthrec.pages.vaccine_words import (
    RuleShown,
    barrier_words,
    date_words,
    dose_title,
    fault_words,
    printed_age,
    rules_shown,
    vaccine_title,
)
from healthrec.wording import Translator

TONES: Final = {
    "counts": "done", "not-counted": "attention", "extra": "neutral", "unjudged": "neutral", "refused": "neutral",
    "due": "ready", "overdue": "attention", "not-due": "neutral", "complete": "done", "aged-out": "neutral",
    "contraindicated": "stop", "deferred": "waiting", "conditional": "waiting", "not-needed": "done",
}  # fmt: skip
"""Tone of each state, as templates know tones; the word says what it is."""


@dataclass(frozen=True, slots=True)
class ShotFact:
    """A dose on record, given or (`not_given`: why) not given. `source` is a code of dose-source."""

    id: str
    vaccine: str
    day: date
    source: str = ""
    place: str = ""
    not_given: str = ""
    antigens: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shot:
    """A dose on record as a cell shows it."""

    state: str
    tone: str
    vaccine: str
    day: date
    lines: tuple[str, ...] = ()
    rules: tuple[RuleShown, ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """One dose of a series. `state` and `tone` speak of what is missing; a dose that counts is in `shots`."""

    title: str
    state: str = ""
    tone: str = ""
    lines: tuple[str, ...] = ()
    shots: tuple[Shot, ...] = ()


@dataclass(frozen=True, slots=True)
class Today:
    """What today means for one antigen. `why` is the reasoning, for staff."""

    state: str
    tone: str
    text: str
    vaccine: str = ""
    why: tuple[str, ...] = ()
    rules: tuple[RuleShown, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One antigen. `others` are doses that belong to no place of the series."""

    antigen: str
    programme: bool
    today: Today
    cells: tuple[Cell, ...]
    others: tuple[Shot, ...]


@dataclass(frozen=True, slots=True)
class VaccineCard:
    """The page. `now` are the lines of what can be given today, `next_day` the first day on which something will be."""

    edition: str
    unconfirmed: bool
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    now: tuple[str, ...]
    next_day: date | None
    notes: tuple[RuleShown, ...]
    unplaced: tuple[Shot, ...]


def vaccine_card(
    schedule: Schedule, course: Course, shots: Iterable[ShotFact], birth: date, words: Translator, *, family: bool
) -> VaccineCard:
    """The card of one child on the day that the course was asked for. For a family it says what to do, and not why."""
    writer = _Writer(schedule, course, {one.id: one for one in shots}, birth, words, family)
    ordered = sorted(course.forecasts, key=lambda one: not one.programme)
    rows = tuple(writer.row(one) for one in ordered)
    widest = max((len(row.cells) for row in rows), default=0)
    ahead = [
        one.earliest for one in course.forecasts if one.earliest and one.earliest > course.asked and _open(one, course)
    ]
    rules = [
        *course.advice,
        *(reason.rule for reason in course.notes),
        *(note for one in ordered for note in one.notes),
    ]
    return VaccineCard(
        edition=course.edition,
        unconfirmed=course.edition_status == "unconfirmed",
        columns=tuple(dose_title(number, words) for number in range(1, widest + 1)),
        rows=rows,
        now=tuple(writer.due_now()),
        next_day=min(ahead, default=None),
        notes=() if family else rules_shown(rules, words),
        unplaced=tuple(writer.unplaced()),
    )


def _open(forecast: Forecast, course: Course) -> bool:
    return forecast.status(course.asked) in ("not-due", "deferred")


@dataclass(frozen=True, slots=True)
class _Writer:
    schedule: Schedule
    course: Course
    shots: Mapping[str, ShotFact]
    birth: date
    words: Translator
    family: bool

    def row(self, forecast: Forecast) -> Row:
        """The row of one antigen."""
        series = next(one for one in self.schedule.by_antigen[forecast.antigen] if one.id == forecast.series)
        judged = [one for one in self.course.evaluations if one.antigen == forecast.antigen]
        targets = [one for one in series.targets if _is_shown(one, forecast, judged)]
        numbers = {target.number for target in targets}
        return Row(
            antigen=self.words.term("antigen", forecast.antigen),
            programme=forecast.programme,
            today=self._today(forecast, series),
            cells=tuple(self._cell(forecast, target, judged) for target in targets),
            others=tuple(self._shot(one) for one in judged if one.target not in numbers and one.dose in self.shots),
        )

    def due_now(self) -> Iterator[str]:
        """What can be given today, the late ones first."""
        due = {"overdue": 0, "due": 1}
        found = [one for one in self.course.forecasts if one.status(self.course.asked) in due]
        for one in sorted(found, key=lambda one: due[one.status(self.course.asked)]):
            yield f"{vaccine_title(one.vaccine, self.words)} {dose_title(one.number or 0, self.words)}"

    def unplaced(self) -> Iterator[Shot]:
        """Doses that nothing here judges, so that none is left out in silence."""
        forecast = {one.antigen for one in self.course.forecasts}
        judged = {one.dose for one in self.course.evaluations if one.antigen in forecast}
        for shot in sorted(self.shots.values(), key=lambda one: one.day):
            if not shot.not_given and shot.id not in judged:
                yield self._bare(shot, "unjudged")
            elif shot.not_given and not forecast.intersection(shot.antigens):
                yield self._bare(shot, "refused")

    def _cell(self, forecast: Forecast, target: TargetDose, judged: Sequence[Evaluation]) -> Cell:
        shots = [self._shot(one) for one in judged if one.target == target.number and one.dose in self.shots]
        title = dose_title(target.number, self.words)
        if any(one.status == "valid" and one.target == target.number for one in judged):
            return Cell(title, shots=tuple(shots))
        if target.number == forecast.number:
            state = forecast.status(self.course.asked)
            held = tuple(self._not_given(forecast, judged))
            return Cell(title, state, TONES[state], (self._when(forecast, state),), (*shots, *held))
        if forecast.complete or target.number < (forecast.number or 0):
            return Cell(title, "not-needed", TONES["not-needed"], shots=tuple(shots))
        age = printed_age(target, self.schedule.vaccines, self.words)
        later = (self.words.gettext("程序年龄：{age}").format(age=age),) if age else ()
        return Cell(title, "not-due", TONES["not-due"], later, tuple(shots))

    def _today(self, forecast: Forecast, series: Series) -> Today:
        state = forecast.status(self.course.asked)
        if state == "complete":
            return Today(state, TONES[state], "", rules=self._rules([series.targets[-1].rule]))
        title = f"{dose_title(forecast.number or 0, self.words)} {self.words.term('vaccine', forecast.vaccine)}"
        why = () if self.family else date_words(forecast, self.words)
        barrier = [forecast.barrier.rule] if forecast.barrier else []
        rules = self._rules([forecast.rule, *(one.rule for one in forecast.reasons), *barrier])
        return Today(state, TONES[state], title, forecast.vaccine, why, rules)

    def _when(self, forecast: Forecast, state: str) -> str:
        """One sentence about the next dose."""
        if state in ("contraindicated", "conditional", "deferred"):
            return self._barred(forecast, state)
        voice = "family" if self.family else "staff"
        late = forecast.past_due is not None and state in ("due", "not-due")
        key = f"dose-next.{voice}.{state}-by" if late else f"dose-next.{voice}.{state}"
        return self.words.message(
            key, earliest=forecast.earliest or "", by=forecast.past_due or "", latest=forecast.latest or ""
        )

    def _barred(self, forecast: Forecast, state: str) -> str:
        if self.family:
            return self.words.message(f"dose-next.family.{state}")
        if forecast.barrier is not None:
            return barrier_words(forecast.barrier, self.words)
        return self.words.message("dose-next.staff.deferred", earliest=forecast.earliest or "")

    def _not_given(self, forecast: Forecast, judged: Sequence[Evaluation]) -> Iterator[Shot]:
        """Times since the last dose that counts at which the next one was not given."""
        counted = [self.shots[one.dose].day for one in judged if one.status == "valid" and one.dose in self.shots]
        since = max(counted, default=self.birth)
        for shot in sorted(self.shots.values(), key=lambda one: one.day):
            if shot.not_given and forecast.antigen in shot.antigens and shot.day >= since:
                yield self._bare(shot, "refused")

    def _shot(self, judged: Evaluation) -> Shot:
        shot = self.shots[judged.dose]
        state = {"valid": "counts", "extraneous": "extra", "not-evaluated": "unjudged"}.get(
            judged.status, "not-counted"
        )
        if self.family:
            told = (self.words.message("dose-family.not-counted"),) if state == "not-counted" else ()
            return Shot(state, TONES[state], vaccine_title(shot.vaccine, self.words), shot.day, told)
        lines = (*fault_words((*judged.reasons, *judged.remarks), self.words), *self._origin(shot))
        rules = [judged.rule, *(one.rule for one in (*judged.reasons, *judged.remarks))]
        return Shot(
            state,
            TONES[state],
            vaccine_title(shot.vaccine, self.words),
            shot.day,
            lines,
            rules_shown(rules, self.words),
        )

    def _bare(self, shot: ShotFact, state: str) -> Shot:
        why = self.words.term("dose-not-given", shot.not_given) if shot.not_given else ""
        lines = (*([why] if why else []), *(() if self.family else self._origin(shot)))
        return Shot(state, TONES[state], vaccine_title(shot.vaccine, self.words), shot.day, lines)

    def _origin(self, shot: ShotFact) -> tuple[str, ...]:
        said = [self.words.term("dose-source", shot.source) if shot.source else "", shot.place]
        text = " · ".join(one for one in said if one)
        return (text,) if text else ()

    def _rules(self, rules: Iterable[Rule | None]) -> tuple[RuleShown, ...]:
        return () if self.family else rules_shown(rules, self.words)


def _is_shown(target: TargetDose, forecast: Forecast, judged: Sequence[Evaluation]) -> bool:
    """An extra dose has a column only when it is asked for, or was given."""
    asked = target.number == forecast.number or any(one.target == target.number for one in judged)
    return not target.extra or asked
