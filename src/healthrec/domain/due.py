"""Days from which something about a child's vaccination holds, so that how it stands on a day is a comparison. Pure.

A forecast has dates and a status for a day; what is stored of it must have no status. A `Line` keeps the days on which the
status turns, for one antigen, for all of them together, or for what a nursery is told. It holds as long as its forecast.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from healthrec.domain.immunization import Course, Forecast

Held = Literal["", "contraindicated", "deferred", "conditional", "doctor"]
"""What stands in the way; `doctor` says nothing of it to those who may not know."""

Standing = Literal[
    "overdue", "due", "not-due", "complete", "aged-out", "contraindicated", "deferred", "conditional", "doctor"
]

ALL, ENTRANCE = "all", "entrance"
"""Names of lines about more than one antigen."""

NEVER = date.max
_GRAVEST: tuple[Held, ...] = ("contraindicated", "doctor", "conditional", "deferred")


@dataclass(frozen=True, slots=True)
class Line:
    """From `due_from` it is due, from `late_from` late, from `over_from` no longer given; `held` stands in the way from
    `held_from` up to, not including, `held_to`. NEVER where there is no such day. `holds_until` is the first day on which
    all this may be otherwise with no new fact. The four dates are the forecast's own, as far as it has them."""

    antigen: str
    vaccine: str = ""
    number: int | None = None
    of: int = 0
    programme: bool = True
    earliest: date | None = None
    recommended: date | None = None
    past_due: date | None = None
    latest: date | None = None
    complete: bool = False
    complete_on: date | None = None
    due_from: date = NEVER
    late_from: date = NEVER
    over_from: date = NEVER
    held: Held = ""
    held_why: str = ""
    held_from: date = NEVER
    held_to: date = NEVER
    holds_until: date = NEVER

    def standing(self, on: date) -> Standing:
        """How it stands on a day before `holds_until`: for one antigen the status of its forecast."""
        if self.complete:
            return "complete"
        if self.held == "contraindicated":
            return "contraindicated"
        if on >= self.over_from:
            return "aged-out"
        if on >= self.late_from:
            return "overdue"
        if on >= self.due_from:
            return "due"
        if self.held and self.held_from <= on < self.held_to:
            return self.held
        return "not-due"


def line_of(forecast: Forecast) -> Line:
    """The days of one forecast."""
    dated = replace(_bare(forecast), over_from=_after(forecast.latest))
    barrier, earliest, would_be = forecast.barrier, forecast.earliest, forecast.would_be
    if forecast.complete or earliest is None or would_be is None or forecast.recommended is None:
        return dated
    if barrier is not None:
        held = _held(barrier.code)
        return replace(dated, held=held, held_why=barrier.condition, held_from=would_be)
    late = max(forecast.past_due, earliest) if forecast.past_due else NEVER
    dated = replace(dated, due_from=min(max(forecast.recommended, earliest), late), late_from=late)
    if would_be < earliest:
        why = next((one.condition for one in forecast.reasons if one.day == earliest and one.condition), "")
        return replace(dated, held="deferred", held_why=why, held_from=would_be, held_to=earliest)
    return dated


def lines_of(course: Course) -> tuple[Line, ...]:
    """A line for each antigen, and one for all of them together."""
    lines = tuple(line_of(one) for one in course.forecasts)
    return (*lines, _together(lines, course.asked))


def entrance_line(lines: Iterable[Line], asked: date) -> Line:
    """What a nursery is told: `late_from` is the first day on which a dose of the programme is missing as the entrance check
    counts it, `held` that a physician holds one back. Nothing of which vaccine, or why."""
    counted = [one for one in lines if one.programme and one.antigen != ALL]
    missing = [one.late_from if one.past_due else one.due_from for one in _giving(counted, asked)]
    held = any(one.standing(asked) in _GRAVEST for one in counted)
    return Line(
        ENTRANCE,
        late_from=min(missing, default=NEVER),
        held="deferred" if held else "",
        held_from=date.min,
        holds_until=min((_turning(one, asked) for one in counted), default=NEVER),
    )


def masked(line: Line) -> Line:
    """What is said to those who may not know of a fact that matters: when a dose is open, the doctor decides."""
    if line.complete:
        return line
    open_from = min(one for one in (line.due_from, line.held_from, line.late_from) if one)
    plain = replace(line, due_from=NEVER, late_from=NEVER, held_why="", held_to=NEVER)
    return replace(plain, held="doctor", held_from=open_from)


def _bare(forecast: Forecast) -> Line:
    return Line(
        forecast.antigen,
        forecast.vaccine,
        forecast.number,
        forecast.of,
        forecast.programme,
        forecast.earliest,
        forecast.recommended,
        forecast.past_due,
        forecast.latest,
        forecast.complete,
        forecast.complete_since,
        holds_until=forecast.holds_until or NEVER,
    )


def _together(lines: Sequence[Line], asked: date) -> Line:
    """Due when the first is due, late when the first is late; held only as what is held on the day asked."""
    giving = _giving(lines, asked)
    held = sorted((one for one in lines if one.standing(asked) in _GRAVEST), key=lambda one: _GRAVEST.index(one.held))
    first = min(giving, key=lambda one: one.due_from, default=None)
    return Line(
        ALL,
        first.vaccine if first else "",
        complete=bool(lines) and all(one.complete for one in lines),
        due_from=first.due_from if first else NEVER,
        late_from=min((one.late_from for one in giving), default=NEVER),
        held=held[0].held if held else "",
        held_why=held[0].held_why if held else "",
        held_from=held[0].held_from if held else NEVER,
        holds_until=min((_turning(one, asked) for one in lines), default=NEVER),
    )


def _giving(lines: Iterable[Line], asked: date) -> list[Line]:
    """What may still be given, or will be."""
    return [one for one in lines if not one.complete and one.held != "contraindicated" and one.over_from > asked]


def _turning(line: Line, asked: date) -> date:
    """The next day on which a line may enter or leave what several lines say together."""
    days = (line.holds_until, line.over_from, line.held_from if line.held else NEVER, line.held_to)
    return min(_ahead(day, asked) for day in days)


def _ahead(day: date, asked: date) -> date:
    return day if day > asked else NEVER


def _held(code: str) -> Held:
    return next(one for one in _GRAVEST if one == code)


def _after(day: date | None) -> date:
    return day + timedelta(days=1) if day else NEVER


__all__ = ["ALL", "ENTRANCE", "NEVER", "Held", "Line", "Standing", "entrance_line", "line_of", "lines_of", "masked"]
