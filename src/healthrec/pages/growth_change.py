"""What changed between measurings, in words: findings with their rule and numbers for staff, one kind sentence for families."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from healthrec.domain.growth import ChangeFinding, Course, Gain, Indicator
from healthrec.pages.growth_findings import TERMS, z_words
from healthrec.wording import Translator

_IN_KG_OR_CM: Final = frozenset({"before", "after", "gain", "expected", "apart"})
_Z: Final = frozenset({"z_before", "z_after", "z_for_size"})
_MOST_STEPS: Final = 9
_TONES: Final = {"refer": "attention", "watch": "waiting"}
_FAMILY: Final = frozenset({"disagreement"})
"""What is a matter between institutions and is not told to families."""


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One finding. `basis` says how sure the source is."""

    title: str
    grade: str
    tone: str
    sentence: str
    day: date
    rule: str
    source: str
    basis: str


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step from a measuring to the next: what was gained, with what was expected where it is known, and how the z-score
    moved, "" where not known."""

    measure: str
    period: str
    gain: str
    z_change: str


@dataclass(frozen=True, slots=True)
class GrowthChange:
    """What partials/growth_change.html shows. `now` are findings of the latest measuring of each measure, `earlier` of those
    before; `steps` the latest few; `plain` is the sentence for a family, "" where nothing matters."""

    now: tuple[ChangeRow, ...] = ()
    earlier: tuple[ChangeRow, ...] = ()
    steps: tuple[StepRow, ...] = ()
    plain: str = ""


def growth_change(
    course: Course,
    basis: Mapping[str, tuple[str, str]],
    words: Translator,
    *,
    family: bool,
    places: Mapping[str, str] = MappingProxyType({}),
) -> GrowthChange:
    """`basis` gives (source, status) by code, `places` names of institutions by id; the latest findings and steps come
    first."""
    now = latest(course)
    if family:
        return GrowthChange(plain=family_change(now, words))
    told = sorted(course.changes, key=lambda one: (-one.last.toordinal(), one.grade != "refer"))
    rows = [(one, _row(one, *basis[one.code], places, words)) for one in told]
    return GrowthChange(
        tuple(row for one, row in rows if one in now),
        tuple(row for one, row in rows if one not in now),
        tuple(_step(one, words) for one in sorted(course.gains, key=lambda one: one.last, reverse=True)[:_MOST_STEPS]),
    )


def latest(course: Course, indicator: Indicator | None = None) -> tuple[ChangeFinding, ...]:
    """Findings of the latest measuring of each measure (or of this one); weight for length counts as weight."""
    last: dict[str, date] = {}
    for step in course.gains:
        last[step.indicator] = max(step.last, last.get(step.indicator, step.last))
    return tuple(
        one
        for one in course.changes
        if one.last == last.get(_own(one.indicator)) and indicator in (None, _own(one.indicator))
    )


def family_change(found: Iterable[ChangeFinding], words: Translator) -> str:
    """The most important of these in one kind sentence, "" for nothing that a family needs to know."""
    told = [one for one in found if one.code not in _FAMILY]
    worst = min(told, key=lambda one: one.grade != "refer", default=None)
    return words.term("advice-family", f"growth-{_family_code(worst)}") if worst else ""


def change_words(one: ChangeFinding, words: Translator, places: Mapping[str, str] = MappingProxyType({})) -> str:
    """One finding as a sentence with its numbers, where they were measured, and what is likely behind it."""
    params = {name: _shown(name, value, one.indicator, words) for name, value in one.numbers.items()}
    if one.code == "disagreement":
        params["limit"] = words.quantity(f"{one.numbers['limit']:g}", _unit(one.indicator))
    params |= {"indicator": _name(one.indicator, words), "first": words.date(one.first), "last": words.date(one.last)}
    said = words.message(f"growth-change.{_code(one)}", **params)
    named = [places.get(place, "") for place in one.places]
    if named and all(named):
        said += words.message("growth-change.places", first=named[0], last=named[1])
    causes = words.listed([words.term("disagreement-cause", cause) for cause in one.causes])
    return said + words.message("growth-change.causes", causes=causes) if causes else said


def _row(one: ChangeFinding, source: str, status: str, places: Mapping[str, str], words: Translator) -> ChangeRow:
    return ChangeRow(
        words.term("growth-change", one.code),
        words.term("change-grade", one.grade),
        _TONES[one.grade],
        change_words(one, words, places),
        one.last,
        one.rule,
        source,
        words.term("rule-status", status),
    )


def _step(one: Gain, words: Translator) -> StepRow:
    moved = None if one.z_before is None or one.z_after is None else round(one.z_after - one.z_before, 2)
    unit = _unit(one.indicator)
    gained = _signed(one.gain, unit, words)
    return StepRow(
        words.term("measure", {"wfa": "weight", "lhfa": "length-height"}.get(one.indicator, "head")),
        words.gettext("{first}至{last}").format(first=words.date(one.first), last=words.date(one.last)),
        gained
        if one.expected is None
        else words.gettext("{gained}（预期 {expected}）").format(
            gained=gained, expected=_signed(one.expected, unit, words)
        ),
        z_words(moved),
    )


def _signed(value: float, unit: str, words: Translator) -> str:
    return f"{value:+.2f}".rstrip("0").rstrip(".").replace("-", "−") + " " + words.term("unit", unit)


def _shown(name: str, value: float, indicator: Indicator, words: Translator) -> str:
    if name in _Z:
        return z_words(value)
    if name in _IN_KG_OR_CM:
        amount = abs(value) if name == "apart" else value
        return words.quantity(f"{round(amount, 2):g}", _unit(indicator))
    return f"{abs(value):g}" if name == "lines" else f"{value:g}"


def _own(indicator: Indicator) -> Indicator:
    return "wfa" if indicator in ("wfl", "wfh") else indicator


def _unit(indicator: Indicator) -> str:
    return "kg" if _own(indicator) == "wfa" else "cm"


def _name(indicator: Indicator, words: Translator) -> str:
    name = words.term("indicator", TERMS[indicator])
    return name[:1].upper() + name[1:]


def _code(one: ChangeFinding) -> str:
    """Crossing lines has a sentence for either direction."""
    return f"crossed-lines-{'down' if one.numbers['lines'] < 0 else 'up'}" if one.code == "crossed-lines" else one.code


def _family_code(one: ChangeFinding) -> str:
    if one.indicator == "hcfa":
        return "head"
    if _code(one) == "crossed-lines-up" or one.code == "rapid-gain":
        return "fast"
    if one.code in ("newborn-loss", "not-regained"):
        return "newborn"
    return "slow-refer" if one.grade == "refer" else "slow"
