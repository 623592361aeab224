"""Words around a measurement that is being entered: the last values, what is impossible, what asks for a reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from healthrec.domain.growth import EntryCheck, Measure, Measurement
from healthrec.domain.quantity import Unclear
from healthrec.pages.growth_findings import z_words
from healthrec.wording import Translator

FIELDS: Final[Mapping[Measure, str]] = {"weight": "weight", "length": "length", "height": "length", "head": "head"}
"""What was measured → the field of the form."""

REASONS: Final = {
    "remeasured": "已重新测量，数值相同",
    "ill": "近期患病或喂养困难",
    "preterm": "早产或出生体重低",
    "equipment": "上次的测量可能有误",
    "other": "其他（请在下面说明）",
}
CLOTHING: Final = {"bare": "裸重", "light": "单衣", "heavy": "厚衣"}
STATE: Final = {"calm": "安静", "crying": "哭闹"}

_INDICATORS: Final = {
    "wfa": "weight-for-age",
    "lhfa": "length-height-for-age",
    "wfl": "weight-for-length",
    "wfh": "weight-for-height",
    "bfa": "bmi-for-age",
    "hcfa": "head-for-age",
}


@dataclass(frozen=True, slots=True)
class Implausible:
    """One value that asks for a second look."""

    field: str
    label: str
    entered: str
    why: str


@dataclass(frozen=True, slots=True)
class Option:
    """A radio button."""

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
    } | {field: "" for field in ("weight", "length", "head") if field not in last}


def reasons(words: Translator) -> tuple[Option, ...]:
    """The reasons that one may give."""
    return tuple(Option(code, words.gettext(text)) for code, text in REASONS.items())


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
    unit = "kg" if check.measure == "weight" else "cm"
    params = {name: _shown(name, value, unit, words) for name, value in check.params.items()}
    said = words.message(f"measure.{check.code}", **params)
    if check.excused:
        return said + words.message("measure.excused", circumstance=words.term("measuring-circumstance", check.excused))
    if not check.slip:
        return said
    meant = words.quantity(f"{check.meant[check.measure]:g}", unit)
    return said + words.message(f"measure.slip-{check.slip}", suggestion=meant)


def implausible(checks: Iterable[EntryCheck], words: Translator) -> tuple[Implausible, ...]:
    """The values that ask for a reason, one line each."""
    return tuple(
        Implausible(
            FIELDS[check.measure],
            words.term("measure", check.measure),
            words.quantity(check.value, "kg" if check.measure == "weight" else "cm"),
            check_words(check, words),
        )
        for check in checks
        if check.severity == "implausible"
    )


def _shown(name: str, value: object, unit: str, words: Translator) -> object:
    if name == "indicator":
        return words.term("indicator", _INDICATORS[str(value)])
    if name in ("z_score", "z_before"):
        return z_words(float(str(value)))
    if isinstance(value, float):
        return f"{value:g}" if name in ("low", "high", "limit") else words.quantity(f"{value:g}", unit)
    return value
