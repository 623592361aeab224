"""Words around a measurement that is being entered: the last values, what is impossible, what asks for a reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from healthrec.domain.growth import EntryCheck, Measure, Measurement
from healthrec.domain.quantity import Unclear
from healthrec.fhir.measuring import Taking
from healthrec.pages.growth_findings import z_words
from healthrec.wording import Translator

FIELDS: Final[Mapping[Measure, str]] = {
    "weight": "weight",
    "length": "length",
    "height": "length",
    "head": "head",
    "arm": "arm",
}
"""What was measured → the field of the form."""

REASONS: Final = ("remeasured", "ill", "preterm", "equipment", "other")
CLOTHING: Final = ("bare", "light", "heavy")
STATES: Final = ("calm", "crying", "uncertain")
_MOST_READINGS: Final = 3

_INDICATORS: Final = {
    "wfa": "weight-for-age",
    "lhfa": "length-height-for-age",
    "wfl": "weight-for-length",
    "wfh": "weight-for-height",
    "bfa": "bmi-for-age",
    "hcfa": "head-for-age",
    "acfa": "arm-for-age",
}


@dataclass(frozen=True, slots=True)
class Repair:
    """One tap that writes what was probably meant: `value` is "field:number" for each field, joined by spaces."""

    value: str
    text: str


@dataclass(frozen=True, slots=True)
class Implausible:
    """One value that asks for a second look. `box` is where its next reading goes, "" after the last one."""

    field: str
    label: str
    entered: str
    why: str
    box: str
    repairs: tuple[Repair, ...]


@dataclass(frozen=True, slots=True)
class Option:
    """A radio button or a line to select."""

    value: str
    text: str
    hint: str = ""


def previous_words(measured: Sequence[Measurement], words: Translator) -> dict[str, str]:
    """A sentence about the last value of each field, for after the new one was typed."""
    last = {FIELDS[one.measure]: one for one in measured}
    sentence = words.gettext("上次：{value}（{date}）")
    return {
        field: sentence.format(value=words.quantity(one.value, one.unit), date=words.date(one.day))
        for field, one in last.items()
    } | {field: "" for field in ("weight", "length", "head", "arm") if field not in last}


def options(codes: Iterable[str], group: str, words: Translator) -> tuple[Option, ...]:
    """Codes of a term group as they are offered."""
    return tuple(Option(code, words.term(group, code)) for code in codes)


def unclear_words(reading: Unclear, words: Translator) -> str:
    """What is wrong with a number that cannot be taken as it was typed."""
    suggestion = reading.suggestion
    if suggestion is not None:
        meant = words.quantity(suggestion.value, suggestion.unit)
        return words.message("measure.unit-unlikely", found=reading.typed, suggestion=meant)
    code = "unit-unlikely-no-guess" if reading.code == "unit-unlikely" else reading.code
    return words.message(f"measure.{code}", found=reading.typed)


def check_words(check: EntryCheck, words: Translator) -> str:
    """One remark as a sentence, with what was probably meant."""
    unit = _unit(check.measure)
    params = {name: _shown(name, value, unit, words) for name, value in check.params.items()}
    said = words.message(f"measure.{check.code}", **params)
    if check.excused:
        return said + words.message("measure.excused", circumstance=words.term("measuring-circumstance", check.excused))
    if not check.slip:
        return said
    meant = words.quantity(check.meant[check.measure], unit)
    return said + words.message(f"measure.slip-{check.slip}", suggestion=meant)


def taking_words(taking: Taking, words: Translator) -> tuple[str, ...]:
    """How a value was taken, as remarks beside it: clothing, state, readings, and why an implausible value is right."""
    said = [words.term("clothing", taking.clothing)] if taking.clothing else []
    said += [words.term("measuring-state", state) for state in taking.states]
    if taking.readings:
        readings = words.listed([words.number(one) for one in taking.readings])
        said.append(words.gettext("读数 {readings}").format(readings=readings))
    if taking.reason and taking.reason != "other":
        said.append(words.term("measuring-reason", taking.reason))
    return (*said, taking.reason_text) if taking.reason_text else tuple(said)


def implausible(
    checks: Iterable[EntryCheck], readings: Mapping[str, int], words: Translator
) -> tuple[Implausible, ...]:
    """The values that ask for a second look, each once; `readings` says how many there are of each field."""
    found: dict[Measure, list[EntryCheck]] = {}
    for check in checks:
        if check.severity == "implausible":
            found.setdefault(check.measure, []).append(check)
    return tuple(
        Implausible(
            FIELDS[measure],
            words.term("measure", measure),
            words.quantity(of_measure[0].value, _unit(measure)),
            " ".join(check_words(check, words) for check in of_measure),
            _next_box(FIELDS[measure], readings),
            tuple(dict.fromkeys(repairs(of_measure, {}, words))),
        )
        for measure, of_measure in found.items()
    )


def repairs(checks: Iterable[EntryCheck], unclear: Mapping[str, Unclear], words: Translator) -> tuple[Repair, ...]:
    """What one tap could put right. `unclear` are readings by box; only a first reading is repaired."""
    found = []
    for check in checks:
        if check.meant and check.severity != "unusual":
            meant = [(FIELDS[measure], format(value, "f"), _unit(measure)) for measure, value in check.meant.items()]
            found.append(_repair(meant, words))
    for box, reading in unclear.items():
        if reading.suggestion is not None and "_" not in box:
            found.append(_repair([(box, str(reading.suggestion.value), reading.suggestion.unit)], words))
    return tuple(found)


def _repair(meant: Sequence[tuple[str, str, str]], words: Translator) -> Repair:
    shown = words.listed([words.quantity(value, unit) for _, value, unit in meant])
    value = " ".join(f"{field}:{value}" for field, value, _ in meant)
    return Repair(value, words.gettext("改为 {value} 并保存").format(value=shown))


def _next_box(field: str, readings: Mapping[str, int]) -> str:
    taken = readings.get(field, 1)
    return f"{field}_{taken + 1}" if taken < _MOST_READINGS else ""


def _unit(measure: Measure) -> str:
    return "kg" if measure == "weight" else "cm"


def _shown(name: str, value: object, unit: str, words: Translator) -> object:
    if name == "indicator":
        return words.term("indicator", _INDICATORS[str(value)])
    if name in ("z_score", "z_before"):
        return z_words(float(str(value)))
    if isinstance(value, int | float):
        return f"{value:g}".replace("-", "−") if name in ("low", "high") else words.quantity(f"{value:g}", unit)
    return value
